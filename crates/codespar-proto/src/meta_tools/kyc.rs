//! Verifying persons (`codespar_kyc`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::check_object,
    meta_tools::output::{ToolOutput, tool},
    session::Session,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Begins to verify a person.
    fn kyc(session_id; json(tool("codespar_kyc")): &KycArgs) -> ToolOutput<Kyc>:
        "session.kyc" POST "/v1/sessions/{session_id}/execute";
}

/// The check that a verification makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KycCheck {
    /// Who it is.
    Identity,
    /// That a document is genuine.
    Document,
    /// How risky it is to deal with them.
    RiskScore,
    /// That they are on no sanctions list.
    Sanctions,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Who is verified, and how.
///
/// ```
/// use codespar_proto::{Json, meta_tools::{KycArgs, KycCheck}};
///
/// let buyer = Json::parse_str(r#"{"name": "Maria Silva", "document": "111.444.777-35"}"#)?;
/// let args = KycArgs::new(buyer, KycCheck::Identity);
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct KycArgs {
    /// The person: an object in the provider's form. A [`Buyer`](crate::Buyer) written with
    /// [`Json::of`] will do.
    #[wire(into)]
    pub buyer: Json,
    /// The check to make: what is verified.
    #[wire(into)]
    pub check_type: KycCheck,
    /// Notes kept with it: an object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl KycArgs {
    fn check(&self) -> Result<(), Error> {
        check_object("buyer", Some(&self.buyer))?;
        let members: serde_json::Value = self.buyer.to_value();
        if members.as_object().is_none_or(serde_json::Map::is_empty) {
            return Err(Error::config("buyer", "expected who is verified, it is empty"));
        }
        check_object("metadata", self.metadata.as_ref())
    }
}

/// A verification that was begun.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Kyc {
    /// The id of the verification at the provider.
    pub verification_id: Option<String>,
    /// How it stands, in the provider's words.
    pub status: Option<String>,
    /// The check that is made.
    pub check_type: Option<KycCheck>,
    /// Where the person continues. Whoever has the link is taken for the person.
    pub hosted_url: Option<Sensitive>,
    /// The score, from 0 to 1.
    pub score: Option<f64>,
    /// The provider's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Begins to verify a person (`codespar_kyc`). What comes of it is told by
    /// [`verification_status`](Self::verification_status) and [`decided`](Self::decided).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `buyer` or `metadata`; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::{Buyer, Json, meta_tools::{KycArgs, KycCheck}};
    ///
    /// let buyer = Json::of(&Buyer::new("Maria Silva").document("111.444.777-35"))?;
    /// let begun = session.kyc(&KycArgs::new(buyer, KycCheck::Identity)).send()?;
    /// let verification = session.decided(begun.call_id()?).send()?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "identity verification")]
    pub fn kyc(&self, args: &KycArgs) -> Call<T, ToolOutput<Kyc>> {
        self.call(kyc(self.service(), self.id(), args))
    }
}
