//! Issuing cards (`codespar_issue`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool},
    session::Session,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Issues a card, freezes, unfreezes or cancels one, or says how one stands.
    fn issue(session_id; json(tool("codespar_issue")): &IssueArgs) -> ToolOutput<IssuedCard>:
        "session.issue" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
}

/// What is asked of the card issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IssueAction {
    /// A card that exists as a number only.
    CardVirtual,
    /// A card of plastic, sent by mail.
    CardPhysical,
    /// To freeze, unfreeze or cancel a card.
    CardControl,
    /// How a card stands.
    CardGet,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is done to a card.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CardControl {
    /// It cannot be used until it is unfrozen.
    Freeze,
    /// It can be used again.
    Unfreeze,
    /// It is gone for good.
    Cancel,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is asked of the card issuer.
///
/// ```
/// use codespar_proto::meta_tools::{CardControl, IssueArgs};
///
/// let args = IssueArgs::control_card("crd_1", CardControl::Freeze).reason("lost");
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct IssueArgs {
    /// The action that is asked for.
    #[wire(into)]
    pub action: IssueAction,
    /// Whose card it becomes.
    pub cardholder_id: Option<String>,
    /// The card program it belongs to.
    pub program_id: Option<String>,
    /// The card to look at or to act on.
    pub card_id: Option<String>,
    /// What is done to it.
    pub control: Option<CardControl>,
    /// The reason of the action.
    pub reason: Option<String>,
    /// Where a card of plastic is sent: an object, in the issuer's form.
    #[wire(into)]
    pub shipping_address: Option<Json>,
    /// Notes kept with it: an object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl IssueArgs {
    /// A card that exists as a number only.
    pub fn virtual_card(cardholder_id: impl Into<String>, program_id: impl Into<String>) -> Self {
        Self::new(IssueAction::CardVirtual).cardholder_id(cardholder_id).program_id(program_id)
    }

    /// A card of plastic. The address is an object in the issuer's form.
    pub fn physical_card(
        cardholder_id: impl Into<String>,
        program_id: impl Into<String>,
        shipping_address: impl Into<Json>,
    ) -> Self {
        Self::new(IssueAction::CardPhysical)
            .cardholder_id(cardholder_id)
            .program_id(program_id)
            .shipping_address(shipping_address)
    }

    /// Freezes, unfreezes or cancels a card.
    pub fn control_card(card_id: impl Into<String>, control: CardControl) -> Self {
        Self::new(IssueAction::CardControl).card_id(card_id).control(control)
    }

    /// A look at a card.
    pub fn card(card_id: impl Into<String>) -> Self {
        Self::new(IssueAction::CardGet).card_id(card_id)
    }

    fn check(&self) -> Result<(), Error> {
        let filled = |field: &str, text: &Option<String>| {
            check_filled(field, text.as_deref().unwrap_or_default())
        };
        check_object("metadata", self.metadata.as_ref())?;
        check_object("shipping_address", self.shipping_address.as_ref())?;
        match &self.action {
            IssueAction::CardVirtual | IssueAction::CardPhysical => {
                filled("cardholder_id", &self.cardholder_id)?;
                filled("program_id", &self.program_id)?;
                if self.action == IssueAction::CardPhysical && self.shipping_address.is_none() {
                    return Err(Error::config("shipping_address", "expected an address"));
                }
                Ok(())
            }
            IssueAction::CardControl => {
                filled("card_id", &self.card_id)?;
                match self.control {
                    Some(_) => Ok(()),
                    None => Err(Error::config("control", "expected what is to be done")),
                }
            }
            IssueAction::CardGet => filled("card_id", &self.card_id),
            IssueAction::Other(_) => Ok(()),
        }
    }
}

/// A card of a card program.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct IssuedCard {
    /// The issuer's id.
    pub id: Option<String>,
    /// How it stands, in the issuer's words: `ACTIVE`, `BLOCKED`.
    pub status: Option<String>,
    /// What kind it is, in the issuer's words: `VIRTUAL`.
    pub card_type: Option<String>,
    /// The end of its number.
    pub last_four: Option<String>,
    /// Whose it is.
    pub cardholder_id: Option<String>,
    /// The program it belongs to.
    pub program_id: Option<String>,
    /// The issuer's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Issues a card, controls one or looks at one (`codespar_issue`).
    ///
    /// The call is not repeated once the server may have seen it: twice would be two cards.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::IssueArgs;
    ///
    /// let card = session.issue(&IssueArgs::virtual_card("usr_1", "prg_1")).send()?;
    /// println!("{}", card.last_four.as_deref().unwrap_or("????"));
    /// # Ok(()) }
    /// ```
    pub fn issue(&self, args: &IssueArgs) -> Call<T, ToolOutput<IssuedCard>> {
        self.call(issue(self.service(), self.id(), args))
    }
}
