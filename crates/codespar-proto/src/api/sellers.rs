//! Sellers of a marketplace (`/v1/sellers`).

pub(crate) mod balances;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Sensitive, Timestamp, WireEnum,
    driver::Transport, endpoints,
};

pub use self::balances::{
    ListSellerLedger, SellerCustody, SellerMovement, SellerPendingSettlement,
};
use crate::{
    api::consumers::TaxType,
    check::{check_filled, check_object, check_range},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes a seller and affiliates it at the acquirer; the same document is the same seller.
    fn create(; json: &CreateSeller) -> Seller: "sellers.create" POST "/v1/sellers";
    /// Reads a seller as it is on the books.
    fn get(seller_id) -> Seller: "sellers.get" GET "/v1/sellers/{seller_id}";
    /// Asks the acquirer how the affiliation of a seller stands, and writes it down.
    fn status(seller_id) -> SellerStatusNow:
        "sellers.status" GET "/v1/sellers/{seller_id}/status";
}

/// Sellers of a marketplace (`/v1/sellers`).
#[derive(Handle)]
#[handle(Client.sellers)]
pub struct Sellers<T> {
    client: Client<T>,
}

impl<T: Transport> Sellers<T> {
    /// Makes a seller and affiliates it at the acquirer (`POST /v1/sellers`). A document names one
    /// seller of the project: a later call gives the same id and **writes the other members anew**,
    /// all but [`linked_consumer_id`](CreateSeller::linked_consumer_id).
    ///
    /// Idempotency: none, but one seller for each document. It is not repeated by itself once the
    /// server may have seen it; repeating the same call is safe.
    ///
    /// # Errors
    /// `Config` naming `full_name`, `document_number`, `mcc`, `contact`, `address` or another field
    /// that cannot work; `Api` with `invalid_body`, and with `rinne_create_merchant_failed`,
    /// `rinne_merchant_ambiguous`, `rinne_credentials_unavailable`, `seller_document_required` or
    /// `seller_provisioning_failed` (502), after which nothing was written here.
    ///
    /// ```
    /// use codespar_proto::{
    ///     Json,
    ///     consumers::TaxType,
    ///     sellers::{CreateSeller, SellerDocumentType},
    /// };
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let contact = Json::parse_str(r#"{"email": "store@example.com"}"#)?;
    /// let address = Json::parse_str(r#"{"city": "São Paulo"}"#)?;
    /// let (kind, tax) = (SellerDocumentType::Cnpj, TaxType::Mei);
    /// let (name, document) = ("Maria Silva", "12345678000195");
    /// let args = CreateSeller::new(name, document, kind, tax, "5812", contact, address);
    /// let seller = client.sellers().create(&args).send()?;
    /// println!("{}: {:?}", seller.seller_id, seller.status);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "onboard")]
    pub fn create(&self, args: &CreateSeller) -> Call<T, Seller> {
        self.client().call(create(self.client().service(), args))
    }

    /// A seller as it is on the books (`GET /v1/sellers/{seller_id}`); the acquirer is not asked.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `seller_id`; `Api` with `seller_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let seller = client.sellers().get("slr_1").send()?;
    /// println!("{:?} {:?}", seller.status, seller.wallet_id);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, seller_id: &str) -> Call<T, Seller> {
        self.client().call(get(self.client().service(), seller_id))
    }

    /// How the affiliation of a seller stands at the acquirer (`GET
    /// /v1/sellers/{seller_id}/status`). **This read writes** what has changed into the books.
    /// Where it is [`stale`](SellerStatusNow::stale), the acquirer did not answer and it is what
    /// was known before.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `seller_id`; `Api` with `seller_not_found` and `seller_status_failed` (502).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let seller = client.sellers().status("slr_1").send()?;
    /// println!("{:?}, stale: {:?}", seller.status, seller.stale);
    /// # Ok(()) }
    /// ```
    pub fn status(&self, seller_id: &str) -> Call<T, SellerStatusNow> {
        self.client().call(status(self.client().service(), seller_id))
    }
}

/// What kind of document names a seller.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum SellerDocumentType {
    /// That of a legal person.
    Cnpj,
    /// That of a natural person.
    Cpf,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How often a seller is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum SellerTransferFrequency {
    /// Once on every day.
    Daily,
    /// Once in every week.
    Weekly,
    /// Once in every month.
    Monthly,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a seller is paid.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct SellerTransfers {
    /// Whether it is paid without asking.
    pub automatic_transfer_enabled: bool,
    /// How often it is paid.
    #[wire(into)]
    pub transfer_frequency: SellerTransferFrequency,
    /// By which way: `PIX`.
    pub rail: String,
    /// At which hour of the day, in UTC, 0 to 23.
    pub utc_hour_of_day: Option<u32>,
    /// On which day of the week.
    pub day_of_week: Option<u32>,
    /// On which day of the month, 1 to 31.
    pub day_of_month: Option<u32>,
    /// From how much on; the API does not say in which unit.
    #[wire(undocumented)]
    pub min_balance: Option<f64>,
}

/// The seller to make.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateSeller {
    /// The whole name of the person or the company.
    #[wire(personal)]
    pub full_name: Sensitive,
    /// The digits of the CPF, or the characters of the CNPJ.
    #[wire(personal)]
    pub document_number: Sensitive,
    /// Which of the two it is.
    #[wire(into)]
    pub document_type: SellerDocumentType,
    /// The kind of taxpayer: a CPF goes with `PF`.
    #[wire(into)]
    pub document_tax_type: TaxType,
    /// The category of the merchant, four digits.
    pub mcc: String,
    /// How it is reached: a JSON object.
    #[wire(into, personal)]
    pub contact: Json,
    /// Where it is: a JSON object.
    #[wire(into, personal)]
    pub address: Json,
    /// The name that buyers know.
    #[wire(personal)]
    pub name: Option<Sensitive>,
    /// How it is paid.
    pub transfer_configurations: Option<SellerTransfers>,
    /// What it says it turns over; the API does not say in which unit.
    #[wire(undocumented)]
    pub declared_revenue: Option<f64>,
    /// What it says it earns; the API does not say in which unit.
    #[wire(undocumented)]
    pub declared_income: Option<f64>,
    /// What it says it owns; the API does not say in which unit.
    #[wire(undocumented)]
    pub net_worth: Option<f64>,
    /// The address of its logo.
    pub company_logo_url: Option<String>,
    /// The address of its site.
    pub website_url: Option<String>,
    /// The policy of its fees.
    pub fee_policy_id: Option<String>,
    /// Metadata of the caller, kept with it as a JSON object.
    #[wire(into)]
    pub metadata: Option<Json>,
    /// The consumer that it is; it is never written anew.
    pub linked_consumer_id: Option<String>,
    /// How it may take payments.
    pub allowed_capture_methods: Option<Vec<String>>,
    /// By what it may be paid.
    pub allowed_payment_methods: Option<Vec<String>>,
}

impl CreateSeller {
    fn check(&self) -> Result<(), Error> {
        check_filled("full_name", self.full_name.expose())?;
        let number = self.document_number.expose();
        let (kind, length) = match self.document_type {
            SellerDocumentType::Cpf => ("a CPF", 11),
            _ => ("a CNPJ", 14),
        };
        if number.len() != length || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let expected = format!("expected {kind}: {length} characters, without punctuation");
            return Err(Error::config("document_number", expected));
        }
        let is_person = self.document_tax_type == TaxType::Pf;
        if is_person != (self.document_type == SellerDocumentType::Cpf) {
            return Err(Error::config("document_tax_type", "expected PF with a CPF alone"));
        }
        check_filled("mcc", &self.mcc)?;
        check_object("contact", Some(&self.contact))?;
        check_object("address", Some(&self.address))?;
        check_object("metadata", self.metadata.as_ref())?;
        let transfers = self.transfer_configurations.as_ref();
        let hour = transfers.and_then(|transfers| transfers.utc_hour_of_day);
        check_range("transfer_configurations.utc_hour_of_day", hour, 0..=23)?;
        let amounts = [
            ("declared_revenue", self.declared_revenue),
            ("declared_income", self.declared_income),
            ("net_worth", self.net_worth),
            ("min_balance", transfers.and_then(|transfers| transfers.min_balance)),
        ];
        match amounts.iter().find(|(_, amount)| amount.is_some_and(|it| !it.is_finite())) {
            Some((field, _)) => Err(Error::config(*field, "expected a finite number")),
            None => Ok(()),
        }
    }
}

/// How a seller stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SellerStatus {
    /// It is not affiliated yet.
    Pending,
    /// The acquirer looks at it.
    AffiliationPending,
    /// It can sell.
    Active,
    /// The acquirer does not take it.
    Rejected,
    /// The affiliation failed.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A seller of the marketplace.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Seller {
    /// The id of the seller.
    pub seller_id: String,
    /// How it stands.
    pub status: Option<SellerStatus>,
    /// How it stands at the acquirer, in the acquirer's words.
    pub affiliation_status: Option<String>,
    /// The acquirer's id of the merchant.
    pub rinne_merchant_id: Option<String>,
    /// The acquirer's id of the affiliation.
    pub rinne_affiliation_id: Option<String>,
    /// The digits of the document.
    #[wire(personal)]
    pub document_number: Option<Sensitive>,
    /// The consumer that it is.
    pub linked_consumer_id: Option<String>,
    /// The whole name.
    #[wire(personal)]
    pub full_name: Option<Sensitive>,
    /// The wallet; there is none before the first settlement.
    pub wallet_id: Option<String>,
    /// When the seller was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A seller, with what the acquirer says now.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SellerStatusNow {
    /// The id of the seller.
    pub seller_id: String,
    /// How it stands.
    pub status: Option<SellerStatus>,
    /// How it stands at the acquirer, in the acquirer's words.
    pub affiliation_status: Option<String>,
    /// The acquirer's id of the merchant.
    pub rinne_merchant_id: Option<String>,
    /// The acquirer's id of the affiliation.
    pub rinne_affiliation_id: Option<String>,
    /// The digits of the document.
    #[wire(personal)]
    pub document_number: Option<Sensitive>,
    /// The consumer that it is.
    pub linked_consumer_id: Option<String>,
    /// The whole name.
    #[wire(personal)]
    pub full_name: Option<Sensitive>,
    /// The wallet; there is none before the first settlement.
    pub wallet_id: Option<String>,
    /// When the seller was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was changed last.
    pub updated_at: Option<Timestamp>,
    /// When the acquirer was asked.
    pub refreshed_at: Option<Timestamp>,
    /// Why it did not answer.
    pub refresh_error: Option<String>,
    /// Whether this is only what was known before.
    pub stale: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
