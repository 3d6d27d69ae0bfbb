//! Cards for agents, issued under a mandate (`/v1/cards`).

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, Timestamp, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Response, members},
};

use crate::{
    api::answer::{read_movement, require_list},
    check::{check_day, check_filled, check_range},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the cards issued in the project, newest first.
    fn list(; query: &ListCards) -> Vec<Card>: "cards.list" GET "/v1/cards", read rows;
    /// Issues a card for an agent under a mandate: money can be spent with it.
    fn create(; json: &CreateCard) -> CardIssue:
        "cards.create" POST "/v1/cards" Keyed, effect MovesMoney, read read_movement;
    /// Reads a card, or how far its issuing has come.
    fn get(card_id) -> CardIssue: "cards.get" GET "/v1/cards/{card_id}", read card_or_issue;
}

/// Cards for agents, issued under a mandate (`/v1/cards`).
#[derive(Handle)]
#[handle(Client.cards)]
pub struct Cards<T> {
    client: Client<T>,
}

impl<T: Transport> Cards<T> {
    /// Lists the cards issued in the project, newest first (`GET /v1/cards`): 50 unless said
    /// otherwise, 200 at most, and there is no next page. What waits for the identification of its
    /// holder is not among them.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::cards::ListCards;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for card in client.cards().list(&ListCards::default().consumer_id("cons_1")).send()? {
    ///     println!("{:?} {:?}", card.last4, card.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListCards) -> Call<T, Vec<Card>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Issues a card for an agent under a mandate (`POST /v1/cards`).
    ///
    /// **A card spends money.** Where the holder has to be identified first the answer is a flow
    /// that waits: send the holder to [`CardIssue::kyc_url`], and read it with [`get`](Self::get)
    /// until its state is `issued`.
    ///
    /// Idempotency: the server honours the key, one is made up where none is given. The same card
    /// under the same key is issued once; another holder under it is 409
    /// `idempotency_key_conflict`. After `issuer_ingest_failed` (502) the card exists: repeat under
    /// the **same** key, for another one issues a second card.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `invalid_holder`,
    /// `issuer_corridor_unsupported`, `issuer_controls_unsupported` (400), `mandate_not_found`
    /// (404), `mandate_not_active`, `idempotency_key_conflict` (409), `issuer_mint_failed`,
    /// `issuer_ingest_failed` (502), `vault_unavailable` (503) and others.
    ///
    /// ```
    /// use codespar_proto::cards::{CardAddress, CardDocument, CardHolder, CreateCard};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let document = CardDocument::new("CPF", "12345678909", "BR");
    /// let address = CardAddress::new("Rua Augusta", "São Paulo", "01305-000", "BR").state("SP");
    /// let (name, email, born) = ("Maria Silva", "maria@example.com", "1990-12-31");
    /// let holder = CardHolder::new(name, email, born, document, address);
    /// let args = CreateCard::new("BR", "BRL", holder, "mdt_1");
    /// let issued = client.cards().create(&args).idempotency_key("card-maria-1").send()?;
    /// println!("{:?}", issued.state);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateCard) -> Call<T, CardIssue> {
        self.client().call(create(self.client().service(), args))
    }

    /// A card by its id, or how far its issuing has come by the id of the flow, `imf_…` (`GET
    /// /v1/cards/{card_id}`). A card comes with [`CardIssue::card`] alone.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `card_id`; `Api` with `issuer_card_unknown` (404).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let issue = client.cards().get("imf_1").send()?;
    /// println!("{:?} {:?}", issue.state, issue.card.and_then(|card| card.last4));
    /// # Ok(()) }
    /// ```
    pub fn get(&self, card_id: &str) -> Call<T, CardIssue> {
        self.client().call(get(self.client().service(), card_id))
    }
}

/// Which cards are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListCards {
    /// Of this consumer only.
    pub consumer_id: Option<String>,
    /// How many at most, 1 to 200; 50 unless said otherwise.
    pub limit: Option<u32>,
}

impl ListCards {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// The card to issue.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateCard {
    /// The country, as two capital letters: `BR`.
    pub country: String,
    /// The currency, as three capital letters: `BRL`.
    pub currency: String,
    /// Who will hold it.
    pub holder: CardHolder,
    /// The mandate that the agent spends under.
    pub mandate_id: String,
    /// Texts of yours that are kept with it.
    pub metadata: Option<BTreeMap<String, String>>,
}

impl CreateCard {
    fn check(&self) -> Result<(), Error> {
        check_code("country", &self.country, 2)?;
        check_code("currency", &self.currency, 3)?;
        check_filled("mandate_id", &self.mandate_id)?;
        self.holder.check()
    }
}

/// Who will hold a card.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct CardHolder {
    /// The full name of the person.
    #[wire(personal)]
    pub full_name: Sensitive,
    /// The person's e-mail address.
    #[wire(personal)]
    pub email: Sensitive,
    /// The day of birth: `1990-12-31`.
    #[wire(personal)]
    pub birthdate: Sensitive,
    /// The document that identifies the person.
    pub document: CardDocument,
    /// Where the person lives.
    pub address: CardAddress,
    /// The person's phone number: `+5511…`.
    #[wire(personal)]
    pub phone: Option<Sensitive>,
}

/// A document that identifies a person.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct CardDocument {
    /// What kind it is, such as `CPF`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The number of the document.
    #[wire(personal)]
    pub value: Sensitive,
    /// The country that issued it, as two capital letters.
    pub issuing_country: String,
}

/// Where the holder of a card lives.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct CardAddress {
    /// The street of the address.
    #[wire(personal)]
    pub line1: Sensitive,
    /// The city of the address.
    pub city: String,
    /// The postal code of the address.
    #[wire(personal)]
    pub postal_code: Sensitive,
    /// The country, as two capital letters.
    pub country: String,
    /// What else the address needs.
    #[wire(personal)]
    pub line2: Option<Sensitive>,
    /// The number in the street; some issuers need it.
    #[wire(personal)]
    pub street_number: Option<Sensitive>,
    /// The neighborhood of the address.
    pub neighborhood: Option<String>,
    /// The state of the address.
    pub state: Option<String>,
    /// The IBGE code of the city; some issuers need it.
    pub municipality: Option<String>,
}

impl CardHolder {
    fn check(&self) -> Result<(), Error> {
        check_filled("holder.full_name", self.full_name.expose())?;
        check_filled("holder.email", self.email.expose())?;
        check_day("holder.birthdate", Some(self.birthdate.expose()))?;
        check_filled("holder.document.type", &self.document.kind)?;
        check_filled("holder.document.value", self.document.value.expose())?;
        check_code("holder.document.issuing_country", &self.document.issuing_country, 2)?;
        check_filled("holder.address.line1", self.address.line1.expose())?;
        check_filled("holder.address.city", &self.address.city)?;
        check_filled("holder.address.postal_code", self.address.postal_code.expose())?;
        check_code("holder.address.country", &self.address.country, 2)
    }
}

/// So many capital letters.
fn check_code(field: &str, code: &str, letters: usize) -> Result<(), Error> {
    if code.len() == letters && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(Error::config(field, format_args!("expected {letters} capital letters")))
}

/// Who issues a card.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CardIssuer {
    /// Pomelo issues the card.
    Pomelo,
    /// Bridge issues the card.
    Bridge,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The network that a card pays through.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CardNetwork {
    /// It pays through Visa.
    Visa,
    /// It pays through Mastercard.
    Mastercard,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a card stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CardStatus {
    /// It can be paid with.
    Active,
    /// It cannot be paid with for now.
    Blocked,
    /// It cannot be paid with any more.
    Canceled,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether the number of a card is in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CardVaulting {
    /// It is in the vault.
    Ingested,
    /// It is not in the vault yet.
    NotIngested,
    /// There is no vault here.
    NotConfigured,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How far the issuing of a card has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CardIssueState {
    /// It waits for the identification of the holder.
    Pending,
    /// The card is there.
    Issued,
    /// It was given up.
    Revoked,
    /// There will be no card.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A card of an agent. Its number is not among the members.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Card {
    /// The id of the card here.
    pub id: Option<String>,
    /// Who issued the card.
    pub issuer: Option<CardIssuer>,
    /// The id of the card at its issuer.
    pub card_id: Option<String>,
    /// The last four digits of its number.
    pub last4: Option<String>,
    /// The network that it pays through.
    pub network: Option<CardNetwork>,
    /// The status of the card.
    pub status: Option<CardStatus>,
    /// The id of the number in the vault.
    pub token_id: Option<String>,
    /// Whether the number is in the vault.
    #[serde(rename = "cde")]
    pub vaulting: Option<CardVaulting>,
    /// When it was issued (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How far the issuing of a card has come, and the card where there is one.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CardIssue {
    /// The id of the flow, `imf_…`, to read it by.
    pub flow_id: Option<String>,
    /// How far it has come.
    pub state: Option<CardIssueState>,
    /// The card, once it is issued.
    pub card: Option<Card>,
    /// Who issues the card.
    pub issuer: Option<CardIssuer>,
    /// Why it has come no further.
    pub reason: Option<String>,
    /// The page on which the holder is identified.
    pub kyc_url: Option<Sensitive>,
    /// When it was begun (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    cards: Option<Vec<Card>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Card>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "cards", rows.cards)
}

/// A flow has its id; what has none is the card itself.
fn card_or_issue(answer: Response) -> Result<CardIssue, Error> {
    let is_flow = members(&answer.body).is_none_or(|body| body.contains_key("flow_id"));
    if is_flow || !answer.is_success() {
        return answer.json();
    }
    let mut issue: CardIssue = codespar_engine::kit::decode(b"{}")?;
    issue.card = Some(answer.json()?);
    Ok(issue)
}
