//! Book-keeping (`codespar_ledger`): entries, balances, accounts, receipts.

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool},
    session::Session,
    types::{money::Minor, receipt::Receipt},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Books an entry in minor units, opens an account, or looks at balances and receipts.
    fn ledger(session_id; json(tool("codespar_ledger")): &LedgerArgs) -> ToolOutput<LedgerAnswer>:
        "session.ledger" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
}

/// What is asked of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LedgerAction {
    /// To book an entry.
    Entry,
    /// The balance of an account.
    Balance,
    /// To open an account.
    Account,
    /// Looks up one receipt by its id.
    Receipt,
    /// The receipts of a consumer.
    Receipts,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// One side of an entry, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct Leg {
    /// The account, such as `@wallet/user_123`.
    pub account: String,
    /// How much, in **minor** units.
    pub amount: Minor,
}

/// What is asked of the ledger.
///
/// ```
/// use codespar_proto::{Minor, meta_tools::{LedgerArgs, Leg}};
///
/// // R$ 50,00 from a wallet to a merchant, R$ 1,00 of it as a fee.
/// let args = LedgerArgs::entry(
///     "BRL",
///     vec![Leg::new("@wallet/user_123", Minor::new(5_000))],
///     vec![Leg::new("@merchant/1", Minor::new(4_900)), Leg::new("@fees", Minor::new(100))],
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, private_new)]
#[non_exhaustive]
pub struct LedgerArgs {
    /// The action that is asked for.
    pub action: LedgerAction,
    /// What is booked, such as `BRL`.
    #[wire(no_setter)]
    pub asset: Option<String>,
    /// How many decimals the asset's minor unit has; 2 where not said.
    pub scale: Option<u32>,
    /// Where the money comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(no_setter)]
    pub source: Vec<Leg>,
    /// Where the money goes: as much in sum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(no_setter)]
    pub destination: Vec<Leg>,
    /// What the entry is for, in words.
    #[wire(personal)]
    pub description: Option<Sensitive>,
    /// The account to look at.
    #[wire(no_setter)]
    pub account: Option<String>,
    /// The name a new account is found by, such as `@wallet/user_123`.
    pub alias: Option<String>,
    /// The name of a new account for people.
    pub name: Option<String>,
    /// The type of a new account; `deposit` where not said.
    #[serde(rename = "type")]
    pub account_type: Option<String>,
    /// The receipt to look at.
    #[wire(no_setter)]
    pub receipt_id: Option<String>,
    /// The id of the consumer whose receipts are listed.
    pub consumer_id: Option<String>,
    /// How many receipts at most; 50 where not said.
    pub limit: Option<u32>,
    /// Notes kept with it: an object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl LedgerArgs {
    /// Books an entry. Both sides need a leg, and their sums must be equal.
    pub fn entry(asset: impl Into<String>, source: Vec<Leg>, destination: Vec<Leg>) -> Self {
        let asset = Some(asset.into());
        Self { asset, source, destination, ..Self::new(LedgerAction::Entry) }
    }

    /// Asks for the balance of an account.
    pub fn balance(account: impl Into<String>) -> Self {
        Self { account: Some(account.into()), ..Self::new(LedgerAction::Balance) }
    }

    /// Opens an account for an asset.
    pub fn account(asset: impl Into<String>) -> Self {
        Self { asset: Some(asset.into()), ..Self::new(LedgerAction::Account) }
    }

    /// Asks for one receipt.
    pub fn receipt(receipt_id: impl Into<String>) -> Self {
        Self { receipt_id: Some(receipt_id.into()), ..Self::new(LedgerAction::Receipt) }
    }

    /// Asks for receipts.
    pub fn receipts() -> Self {
        Self::new(LedgerAction::Receipts)
    }

    fn check(&self) -> Result<(), Error> {
        let filled = |field: &str, text: &Option<String>| {
            check_filled(field, text.as_deref().unwrap_or_default())
        };
        check_object("metadata", self.metadata.as_ref())?;
        match self.action {
            LedgerAction::Entry => {
                filled("asset", &self.asset)?;
                self.check_legs()
            }
            LedgerAction::Balance => filled("account", &self.account),
            LedgerAction::Account => filled("asset", &self.asset),
            LedgerAction::Receipt => filled("receipt_id", &self.receipt_id),
            LedgerAction::Receipts | LedgerAction::Other(_) => Ok(()),
        }
    }

    fn check_legs(&self) -> Result<(), Error> {
        let source = sum("source", &self.source)?;
        let destination = sum("destination", &self.destination)?;
        if source == destination {
            return Ok(());
        }
        Err(Error::config(
            "destination",
            format_args!("expected the sum of source, {source} minor units, came {destination}"),
        ))
    }
}

/// What the legs of one side come to.
fn sum(side: &str, legs: &[Leg]) -> Result<i128, Error> {
    if legs.is_empty() {
        return Err(Error::config(side, "expected at least one leg"));
    }
    let mut sum = 0;
    for (index, leg) in legs.iter().enumerate() {
        check_filled(&format!("{side}[{index}].account"), &leg.account)?;
        leg.amount.check(&format!("{side}[{index}].amount"))?;
        sum += i128::from(leg.amount.get());
    }
    Ok(sum)
}

/// What the ledger says; which part depends on the action.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct LedgerAnswer {
    /// The entry or account.
    pub id: Option<String>,
    /// How it stands, in the ledger's words: `APPROVED`, `ACTIVE`.
    pub status: Option<String>,
    /// The id of the account.
    pub account_id: Option<String>,
    /// The name the account is found by.
    pub alias: Option<String>,
    /// The balances, as the ledger keeps them.
    pub balances: Option<Json>,
    /// Whether there is such a receipt.
    pub found: Option<bool>,
    /// The receipt that was asked for and is not there.
    pub receipt_id: Option<String>,
    /// The receipt that was asked for.
    pub receipt: Option<Receipt>,
    /// The receipts that were asked for.
    #[wire(default)]
    pub receipts: Vec<Receipt>,
    /// How many receipts these are.
    pub count: Option<u64>,
    /// The ledger's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Books an entry, opens an account, or looks at balances and receipts (`codespar_ledger`).
    ///
    /// Amounts are minor units. The call is not repeated once the server may have seen it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work: an entry needs `asset`, and `source` and
    /// `destination` of equal sums. `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::LedgerArgs;
    ///
    /// let answer = session.ledger(&LedgerArgs::receipt("rcpt_1")).send()?;
    /// if let Some(receipt) = &answer.receipt {
    ///     println!("{:?}", receipt.state);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn ledger(&self, args: &LedgerArgs) -> Call<T, ToolOutput<LedgerAnswer>> {
        self.call(ledger(self.service(), self.id(), args))
    }
}
