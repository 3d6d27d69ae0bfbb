//! Transfers of USDC that others signed, carried out and looked up
//! (`/v1/facilitator/x402/executions`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, Timestamp, WireEnum, driver::Transport,
    endpoints,
};

use crate::{
    api::answer::read_movement,
    check::check_filled,
    client::Client,
    types::{atomic_text::AtomicText, money::Minor, receipt::ReceiptState},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Carries out an x402 transfer that somebody else signed: this moves USDC, once for each
    /// signer and nonce.
    fn execute(; json: &ExecuteTransfer) -> TransferExecution:
        "facilitator.execute" POST "/v1/facilitator/x402/executions", effect MovesMoney,
        scope "facilitator:execute", read read_movement;
    /// Reads a transfer that somebody else signed, as it was taken in.
    fn get(authorization_id) -> ForeignAuthorization:
        "facilitator.get" GET "/v1/facilitator/x402/executions/{authorization_id}",
        scope "facilitator:execute";
}

/// Transfers that others signed (`/v1/facilitator/x402/executions`). USDC has six decimals; caps
/// are in cents.
#[derive(Handle)]
#[handle(Client.facilitator)]
pub struct Facilitator<T> {
    client: Client<T>,
}

impl<T: Transport> Facilitator<T> {
    /// Carries out an x402 transfer that somebody else signed (`POST
    /// /v1/facilitator/x402/executions`).
    ///
    /// **This moves money**: what moves is [`TransferAuthorization::value`], in millionths of a
    /// USDC. The caps of [`TransferIntent`] are in cents, and yours. Without `total_cap_minor` the
    /// cap for the signer's lifetime is `max_amount_minor`, and the second execution is refused.
    ///
    /// A test key settles on Base Sepolia, whatever is signed.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. The pair of signer and nonce settles once: a second call is 409
    /// `authorization_replayed`, and names the row in `foreign_authorization_id`; read that with
    /// [`get`](Self::get) where an outcome is not known.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `bad_signature` or `signer_mismatch`
    /// (401, about the signature and not about the key), `authorization_replayed` (409),
    /// `authorization_expired`, `authorization_not_yet_valid`, `payee_authorization_mismatch`,
    /// `per_tx_cap_exceeded`, `total_cap_exceeded` (422), `x402_mainnet_not_enabled` (501),
    /// `settlement_failed` (502: read the row first) and others.
    ///
    /// ```
    /// use codespar_proto::{Minor, types::AtomicText, facilitator::{
    ///     ExecuteTransfer, TransferAuthorization, TransferDomain, TransferIntent,
    /// }};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, from: &str, to: &str, nonce: &str, signature: &str,
    /// # ) -> Result<(), Error> {
    /// let authorization = TransferAuthorization::new(
    ///     from, to, AtomicText::new(250_000), "0", "1790000000", nonce,
    /// );
    /// let domain = TransferDomain::new("USD Coin", "2", 8453_u64, "0x8335");
    /// let intent = TransferIntent::new(to, "weather report", "data", Minor::new(25));
    /// let args = ExecuteTransfer::new(authorization, domain, signature, intent);
    /// let executed = client.facilitator().execute(&args).send()?;
    /// println!("{:?}", executed.settlement.and_then(|settlement| settlement.tx_hash));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "x402")]
    #[doc(alias = "usdc")]
    pub fn execute(&self, args: &ExecuteTransfer) -> Call<T, TransferExecution> {
        self.client().call(execute(self.client().service(), args))
    }

    /// A transfer that somebody else signed, as it was taken in (`GET
    /// /v1/facilitator/x402/executions/{authorization_id}`). There is none for what was refused
    /// because of the payee, as a repetition or by its amount.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `authorization_id`; `Api` with `foreign_authorization_not_found` (404).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let row = client.facilitator().get("fauth_1").send()?;
    /// println!("{:?} {:?}", row.status, row.value_atomic.and_then(|value| value.usdc()));
    /// # Ok(()) }
    /// ```
    pub fn get(&self, authorization_id: &str) -> Call<T, ForeignAuthorization> {
        self.client().call(get(self.client().service(), authorization_id))
    }
}

/// A transfer that somebody else signed, and what it is for.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ExecuteTransfer {
    /// What was signed.
    pub authorization: TransferAuthorization,
    /// The token that it was signed for.
    pub domain: TransferDomain,
    /// The signature of whoever pays.
    pub signature: Sensitive,
    /// What it pays for, and how much it may.
    pub intent: TransferIntent,
}

impl ExecuteTransfer {
    fn check(&self) -> Result<(), Error> {
        self.authorization.check()?;
        self.domain.check()?;
        check_filled("signature", self.signature.expose())?;
        self.intent.check(self.authorization.to.expose())
    }
}

/// The transfer that was signed (EIP-3009).
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TransferAuthorization {
    /// The address that pays (`0x…`).
    #[wire(personal)]
    pub from: Sensitive,
    /// The address that is paid (`0x…`).
    #[wire(personal)]
    pub to: Sensitive,
    /// How much moves, in millionths of a USDC, more than zero.
    #[wire(into)]
    pub value: AtomicText,
    /// From when it holds, in seconds since 1970.
    #[serde(rename = "validAfter")]
    pub valid_after: String,
    /// Until when it holds, in seconds since 1970.
    #[serde(rename = "validBefore")]
    pub valid_before: String,
    /// What makes it unique: 32 bytes in hexadecimal.
    pub nonce: String,
}

impl TransferAuthorization {
    fn check(&self) -> Result<(), Error> {
        check_filled("authorization.from", self.from.expose())?;
        check_filled("authorization.to", self.to.expose())?;
        self.value.check("authorization.value")?;
        check_filled("authorization.validAfter", &self.valid_after)?;
        check_filled("authorization.validBefore", &self.valid_before)?;
        check_filled("authorization.nonce", &self.nonce)
    }
}

/// The token that a transfer was signed for (EIP-712).
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TransferDomain {
    /// The name of the token, as it signs.
    pub name: String,
    /// The version of the token, as it signs.
    pub version: String,
    /// The number of the chain, such as 8453 for Base.
    #[serde(rename = "chainId")]
    pub chain_id: u64,
    /// The address of the token (`0x…`).
    #[serde(rename = "verifyingContract")]
    pub verifying_contract: String,
}

impl TransferDomain {
    fn check(&self) -> Result<(), Error> {
        check_filled("domain.name", &self.name)?;
        check_filled("domain.version", &self.version)?;
        check_filled("domain.verifyingContract", &self.verifying_contract)
    }
}

/// What a transfer pays for, and how much it may.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TransferIntent {
    /// Who is paid: the address that the transfer goes to.
    #[wire(personal)]
    pub payee: Sensitive,
    /// The thing or service that is bought.
    pub resource: String,
    /// The purpose of the payment.
    pub purpose: String,
    /// The most it may be, in cents (**minor** units).
    pub max_amount_minor: Minor,
    /// The most for all transfers of the signer, in cents (**minor** units).
    pub total_cap_minor: Option<Minor>,
    /// The seller of the resource.
    pub seller: Option<String>,
    /// Where the resource is.
    pub resource_url: Option<String>,
}

impl TransferIntent {
    fn check(&self, to: &str) -> Result<(), Error> {
        if !self.payee.expose().eq_ignore_ascii_case(to) {
            let expected = "expected the address that the transfer goes to";
            return Err(Error::config("intent.payee", expected));
        }
        check_filled("intent.resource", &self.resource)?;
        check_filled("intent.purpose", &self.purpose)?;
        self.max_amount_minor.check("intent.max_amount_minor")?;
        match self.total_cap_minor {
            Some(cap) => cap.check("intent.total_cap_minor"),
            None => Ok(()),
        }
    }
}

/// A transfer that was carried out.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TransferExecution {
    /// How it ended: `executed`.
    pub status: Option<ForeignAuthorizationStatus>,
    /// The id under which it can be read again.
    pub foreign_authorization_id: Option<String>,
    /// The mandate that was made of it.
    pub mandate_id: Option<String>,
    /// The id of the execution.
    pub execution_id: Option<String>,
    /// The address that signed.
    #[wire(personal)]
    pub signer: Option<Sensitive>,
    /// How it was settled.
    pub settlement: Option<TransferSettlement>,
    /// The receipt of the payment, in short.
    pub receipt: Option<TransferReceipt>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How a transfer was settled.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TransferSettlement {
    /// The transaction on the chain.
    pub tx_hash: Option<String>,
    /// The network: `base` or `base-sepolia`.
    pub network: Option<String>,
    /// Whether money has moved.
    pub money_moved: Option<bool>,
    /// What carried it out.
    pub adapter: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The receipt of a transfer, in short.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TransferReceipt {
    /// The id of the receipt.
    pub id: Option<String>,
    /// How far the purchase has come.
    pub state: Option<ReceiptState>,
    /// The hash that chains it to the one before.
    pub chain: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The protocol that something was signed under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ForeignAuthorizationKind {
    /// The x402 protocol, over HTTP.
    X402,
    /// The agent payments protocol.
    Ap2,
    /// The agentic commerce protocol.
    Acp,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How far a transfer that somebody else signed has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ForeignAuthorizationStatus {
    /// The signature holds; nothing has moved.
    Verified,
    /// It was carried out: money has moved.
    Executed,
    /// It was refused: nothing has moved.
    Rejected,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A transfer that somebody else signed, as it was taken in.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ForeignAuthorization {
    /// The id of the row.
    pub id: Option<String>,
    /// The protocol that it was signed under.
    pub kind: Option<ForeignAuthorizationKind>,
    /// The address that signed.
    #[wire(personal)]
    pub signer: Option<Sensitive>,
    /// The address that is paid.
    #[wire(personal)]
    pub payee: Option<Sensitive>,
    /// What makes it unique, in hexadecimal.
    pub nonce: Option<String>,
    /// The number of the chain, such as 8453 for Base.
    pub chain_id: Option<u64>,
    /// The address of the token.
    pub asset: Option<String>,
    /// How much it is exactly, in millionths of a USDC.
    pub value_atomic: Option<AtomicText>,
    /// The same in cents, rounded up (**minor** units): not what moved.
    pub amount_minor: Option<Minor>,
    /// How far it has come.
    pub status: Option<ForeignAuthorizationStatus>,
    /// Why it was refused, as a code.
    pub reject_code: Option<String>,
    /// The mandate that was made of it.
    pub mandate_id: Option<String>,
    /// The id of the execution.
    pub execution_id: Option<String>,
    /// The id of the receipt.
    pub receipt_id: Option<String>,
    /// The transaction on the chain.
    pub settlement_tx: Option<String>,
    /// The network: `base` or `base-sepolia`.
    pub network: Option<String>,
    /// When it was taken in (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
