//! Whom the project does business with (`/v1/counterparties`).

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, Timestamp, WireEnum,
    driver::Transport, endpoints, kit::Response,
};

use crate::{
    api::answer::require_list,
    check::{check_filled, check_range},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists whom the project does business with, the most recently seen first.
    fn list(; query: &ListCounterparties) -> Vec<Counterparty>:
        "counterparties.list" GET "/v1/counterparties", read rows;
    /// Keeps whom the project does business with, or merges into the one that is there.
    fn put(; json: &PutCounterparty) -> Counterparty:
        "counterparties.put" POST "/v1/counterparties";
    /// Reads one of those the project does business with.
    fn get(counterparty_id) -> Counterparty:
        "counterparties.get" GET "/v1/counterparties/{counterparty_id}";
}

/// Whom the project does business with (`/v1/counterparties`).
#[doc(alias = "suppliers")]
#[doc(alias = "customers")]
#[derive(Handle)]
#[handle(Client.counterparties)]
pub struct Counterparties<T> {
    client: Client<T>,
}

impl<T: Transport> Counterparties<T> {
    /// Those that fit, the most recently seen first (`GET /v1/counterparties`), all at once: there
    /// is no cursor, and more than `limit` are left out without a word.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit` or `identifier_kind`.
    ///
    /// ```
    /// use codespar_proto::counterparties::{CounterpartyKind, ListCounterparties};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let suppliers = ListCounterparties::default().kind(CounterpartyKind::Supplier);
    /// for supplier in client.counterparties().list(&suppliers).send()? {
    ///     println!("{}", supplier.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListCounterparties) -> Call<T, Vec<Counterparty>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Keeps a counterparty (`POST /v1/counterparties`). Where the project has one with the same
    /// identifier, its name is replaced and its metadata is added to; the answer does not say which
    /// it was. Without an identifier each call makes another.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `name` or `identifier_kind`.
    ///
    /// ```
    /// use codespar_proto::counterparties::{CounterpartyKind, IdentifierKind, PutCounterparty};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let supplier = PutCounterparty::new(CounterpartyKind::Supplier, "Papelaria Sol");
    /// let supplier = supplier.identifier("11222333000181").identifier_kind(IdentifierKind::Cnpj);
    /// println!("{}", client.counterparties().put(&supplier).send()?.id);
    /// # Ok(()) }
    /// ```
    pub fn put(&self, args: &PutCounterparty) -> Call<T, Counterparty> {
        self.client().call(put(self.client().service(), args))
    }

    /// One counterparty (`GET /v1/counterparties/{counterparty_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `counterparty_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let supplier = client.counterparties().get("cp_1").send()?;
    /// println!("{:?}", supplier.last_seen_at);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, counterparty_id: impl AsRef<str>) -> Call<T, Counterparty> {
        self.client().call(get(self.client().service(), counterparty_id.as_ref()))
    }
}

/// What a counterparty is to the project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CounterpartyKind {
    /// It sells to the project.
    Supplier,
    /// It buys from the project.
    Customer,
    /// It is another agent.
    AgentPeer,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a counterparty is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdentifierKind {
    /// The Brazilian tax number of a company.
    Cnpj,
    /// The Brazilian tax number of a person.
    Cpf,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The address of a wallet.
    WalletAddress,
    /// It is something else.
    #[serde(rename = "other")]
    Unlisted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which counterparties are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListCounterparties {
    /// Only those of this kind.
    pub kind: Option<CounterpartyKind>,
    /// How many at most, 1 to 200.
    pub limit: Option<u32>,
    /// Only the one that is known by this; `identifier_kind` says what it is.
    #[wire(personal)]
    pub identifier: Option<Sensitive>,
    /// What `identifier` is.
    pub identifier_kind: Option<IdentifierKind>,
}

impl ListCounterparties {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)?;
        check_identifier(self.identifier.as_ref(), self.identifier_kind.as_ref())
    }
}

/// The server passes over one without the other.
fn check_identifier(
    identifier: Option<&Sensitive>,
    kind: Option<&IdentifierKind>,
) -> Result<(), Error> {
    match (identifier, kind) {
        (Some(_), None) => Err(Error::config("identifier_kind", "expected one with identifier")),
        (None, Some(_)) => Err(Error::config("identifier", "expected one with identifier_kind")),
        (Some(identifier), _) => check_filled("identifier", identifier.expose()),
        _ => Ok(()),
    }
}

/// Whom the project does business with: what it is, and its name.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PutCounterparty {
    /// What it is to the project.
    #[wire(into)]
    pub kind: CounterpartyKind,
    /// The name of the counterparty.
    #[wire(personal)]
    pub name: Sensitive,
    /// What it is known by, by which it is found again; `identifier_kind` says what it is.
    #[wire(personal)]
    pub identifier: Option<Sensitive>,
    /// What `identifier` is.
    pub identifier_kind: Option<IdentifierKind>,
    /// Whatever else belongs to it.
    pub metadata: Option<BTreeMap<String, Json>>,
}

impl PutCounterparty {
    fn check(&self) -> Result<(), Error> {
        check_filled("name", self.name.expose())?;
        check_identifier(self.identifier.as_ref(), self.identifier_kind.as_ref())
    }
}

/// Whom the project does business with.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Counterparty {
    /// Its id: `cp_…`.
    pub id: String,
    /// What it is to the project.
    pub kind: Option<CounterpartyKind>,
    /// The name of the counterparty.
    #[wire(personal)]
    pub name: Option<Sensitive>,
    /// What it is known by.
    #[wire(personal)]
    pub identifier: Option<Sensitive>,
    /// What `identifier` is.
    pub identifier_kind: Option<IdentifierKind>,
    /// Whatever else belongs to it.
    pub metadata: Option<Json>,
    /// When it was first kept.
    pub created_at: Option<Timestamp>,
    /// When it was last seen.
    pub last_seen_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    counterparties: Option<Vec<Counterparty>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Counterparty>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "counterparties", rows.counterparties)
}
