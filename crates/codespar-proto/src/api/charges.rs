//! Charges without a session (`/v1/charges`).

pub(crate) mod record;

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Items, Json, KeyRule, Page, Sensitive,
    driver::{BoxFlow, Transport},
    endpoints,
    kit::{Failed, IdempotencyKey, KeySource, Last, Polls, Response, Retry, Service},
};

pub use self::record::{
    ChargeLocalStatus, ChargeRecord, ChargeRow, ChargeSettlement, ChargeStatus,
};
use crate::{
    api::answer::read_movement,
    check::{check_day, check_filled, check_range},
    client::Client,
    meta_tools::charge::{Buyer, ChargeMethod},
    types::{
        ids::ChargeReference,
        money::{Currency, Major},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Charges a buyer, in major units; only a boleto with a due date can be followed afterwards.
    fn create(; json: &CreateCharge) -> ChargeRecord:
        "charges.create" POST "/v1/charges" Keyed, effect MovesMoney, key KeyRule::Depends,
        read read_movement, part of create;
    /// Lists charges of the project.
    fn list_page(; query: &ListCharges) -> Page<ChargeRow>:
        "charges.list" GET "/v1/charges", read page, pages list;
    /// Says how a charge stands; only a boleto with a due date can be read.
    fn get(charge_id) -> ChargeRecord: "charges.get" GET "/v1/charges/{charge_id}";
    /// Cancels a charge; it never gives money back.
    fn cancel(charge_id) -> ChargeRecord:
        "charges.cancel" POST "/v1/charges/{charge_id}/cancel";
}

/// How long to wait before a charge is looked at again.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);

/// Whether a charge that cannot be read just now is worth another look.
fn is_still_open(error: &Error) -> bool {
    matches!(error.code(), Some("issuance_unconfirmed" | "provider_status_unreadable"))
}

/// Creates a charge, under a key where it has one.
fn create_as_it_is_keyed(service: &Arc<Service>, args: &CreateCharge) -> BoxFlow<ChargeRecord> {
    const OPERATION: &str = "charges.create";
    if let Err(error) = args.check() {
        return Box::new(Failed::with(error.at(OPERATION)));
    }
    if !args.is_keyed() {
        return Box::new(create(service, args).depending(Retry::Once, KeyRule::None));
    }
    let given = args.idempotency_key.clone();
    let (service, mut args) = (Arc::clone(service), args.clone());
    let make = move |key: &str| {
        args.idempotency_key = Some(key.to_owned());
        create(&service, &args).depending(Retry::Keyed, KeyRule::HeaderAndBody)
    };
    let required = Some("expected a key, which this charge needs");
    let source = KeySource::Arguments { given, required };
    Box::new(IdempotencyKey::known(OPERATION, source, make))
}

fn settled(service: &Arc<Service>, charge: &ChargeReference) -> BoxFlow<ChargeRecord> {
    let (service, id) = (Arc::clone(service), charge.clone());
    let ask = move || -> BoxFlow<ChargeRecord> { Box::new(get(&service, id.as_str())) };
    let polls = Polls::new(ask, BETWEEN_LOOKS, is_still_open);
    Box::new(Last::new("charges.settled", polls, ChargeRecord::is_over))
}

/// Charges of the project, without a session (`/v1/charges`).
#[derive(Handle)]
#[handle(Client.charges)]
pub struct Charges<T> {
    client: Client<T>,
}

impl<T: Transport> Charges<T> {
    /// Charges a buyer (`POST /v1/charges`).
    ///
    /// The amount is in **major** units. [`settled`](Self::settled) waits for its money.
    ///
    /// # Idempotency
    /// A boleto with a due date has a key of the caller's, in the arguments or by
    /// [`Call::idempotency_key`]: the same key is the same charge, and the call is repeated under
    /// it. For every other method the server honours none: a key is a `Config` error, the call is
    /// not repeated once the server may have seen it, and **such a charge can neither be read nor
    /// cancelled afterwards**. Use [`Session::charge`](crate::Session::charge) for those: they can
    /// be followed.
    ///
    /// # Errors
    /// `Config` naming `amount`, `currency`, `consumer_id` (a boleto needs it), `due_date` or
    /// `idempotency_key`, before anything is sent; `Api` with `charge_idempotency_reserve_failed`
    /// and others. After `idempotency_key_conflict` and `charge_idempotency_slot_unreadable` the
    /// key names something already, perhaps this charge: a person decides, and no program draws
    /// another.
    ///
    /// ```
    /// use codespar_proto::{Buyer, ChargeMethod, CreateCharge, Currency, Major};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let amount: Major = "150.00".parse()?;
    /// let args = CreateCharge::new(amount, Currency::BRL, ChargeMethod::Boleto)
    ///     .consumer_id("con_1")
    ///     .buyer(Buyer::new("Maria Silva").document("11144477735"))
    ///     .due_date("2026-12-31");
    /// let charge = client.charges().create(&args).idempotency_key("invoice-42").send()?;
    /// let paid = client.charges().settled(&charge.reference()?).send()?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "boleto")]
    #[doc(alias = "invoice")]
    pub fn create(&self, args: &CreateCharge) -> Call<T, ChargeRecord> {
        self.client().boxed_call(create_as_it_is_keyed(self.client().service(), args))
    }

    /// Waits until a charge is paid or can no longer be, and gives how it stands then
    /// (`GET /v1/charges/{charge_id}`, every three seconds). The reference is its id or, for a
    /// boleto with a due date, the key it was made under; prefer the id.
    ///
    /// The wait lasts as long as it takes; [`Call::timeout`] limits the whole of it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `charge_not_found`, `charge_reference_ambiguous` and others; `Timeout`. What was
    /// seen last is in `error.last::<ChargeRecord>()`. A charge that is still being issued, or
    /// whose provider cannot be asked just now, is asked for again.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// use codespar_proto::types::ChargeReference;
    ///
    /// let charge = client.charges().settled(&ChargeReference::from("chg_1")).send()?;
    /// println!("paid: {}", charge.is_paid());
    /// # Ok(()) }
    /// ```
    ///
    /// A charge of a session is waited for by its call, with
    /// [`Session::settled`](crate::Session::settled); the two do not take each other's ids:
    ///
    /// ```compile_fail,E0308
    /// # use codespar_proto::{Error, Session, charges::ChargeRecord, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     session: &Session<T>, charge: &ChargeRecord,
    /// # ) -> Result<(), Error> {
    /// session.settled(&charge.reference()?).send()?;
    /// # Ok(()) }
    /// ```
    ///
    /// ```compile_fail,E0308
    /// # use codespar_proto::driver::BlockingTransport;
    /// # use codespar_proto::meta_tools::ToolOutput;
    /// # use codespar_proto::{Charge, Client, Error};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, charge: &ToolOutput<Charge>,
    /// # ) -> Result<(), Error> {
    /// client.charges().settled(charge.call_id()?).send()?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "wait")]
    #[doc(alias = "poll")]
    pub fn settled(&self, charge: &ChargeReference) -> Call<T, ChargeRecord> {
        self.client().boxed_call(settled(self.client().service(), charge))
    }

    /// Lists charges, page after page (`GET /v1/charges`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, unless it is 1 to 200; `Api` with `invalid_settlement_filter` and
    /// others.
    ///
    /// ```
    /// use codespar_proto::charges::{ChargeSettlement, ListCharges};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let open = ListCharges::default().settlement(ChargeSettlement::Pending);
    /// for charge in client.charges().list(&open) {
    ///     println!("{:?}", charge?.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListCharges) -> Items<T, ChargeRow> {
        self.client().items(list(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, unless it is 1 to 200.
    ///
    /// ```
    /// use codespar_proto::charges::ListCharges;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.charges().list_page(&ListCharges::default().limit(20)).send()?;
    /// let next = page.next.map(|cursor| ListCharges::default().cursor(cursor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn list_page(&self, args: &ListCharges) -> Call<T, Page<ChargeRow>> {
        self.client().call(list_page(self.client().service(), args))
    }

    /// Says how a charge stands, by its id or its idempotency key
    /// (`GET /v1/charges/{charge_id}`). Only a boleto with a due date can be read.
    ///
    /// A read may arm what matches a Pix payment to the charge
    /// ([`credit_correlation_armed`](ChargeRecord::credit_correlation_armed)); it moves nothing.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `charge_not_found`, `charge_reference_ambiguous`, `issuance_unconfirmed` and
    /// others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let charge = client.charges().get("order-42").send()?;
    /// println!("{:?}", charge.status);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, charge_id: &str) -> Call<T, ChargeRecord> {
        self.client().call(get(self.client().service(), charge_id))
    }

    /// Cancels a charge (`POST /v1/charges/{charge_id}/cancel`). It never gives money back:
    /// [`Devolutions::create`](crate::devolutions::Devolutions::create) does.
    ///
    /// # Idempotency
    /// None: the server honours no key. A charge that is cancelled already stays so.
    ///
    /// # Errors
    /// `Api` with `not_cancellable_in_this_state`, `already_payment_notified`,
    /// `provider_cancel_failed` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let charge = client.charges().cancel("pay_81").send()?;
    /// # Ok(()) }
    /// ```
    pub fn cancel(&self, charge_id: &str) -> Call<T, ChargeRecord> {
        self.client().call(cancel(self.client().service(), charge_id))
    }
}

/// What a buyer is charged.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateCharge {
    /// How much, in **major** units: `125.5` is R$ 125,50.
    pub amount: Major,
    /// The currency of the amount, such as `BRL`.
    #[wire(into)]
    pub currency: Currency,
    /// How the buyer pays.
    #[wire(into)]
    pub method: ChargeMethod,
    /// The consumer the charge belongs to; a boleto needs it.
    pub consumer_id: Option<String>,
    /// What for; the buyer reads it.
    #[wire(personal)]
    pub description: Option<Sensitive>,
    /// The buyer who is charged.
    pub buyer: Option<Buyer>,
    /// Until when it is payable, as `YYYY-MM-DD`.
    #[wire(day)]
    pub due_date: Option<String>,
    /// Names the charge, for a boleto with a due date: the same key is the same charge.
    pub idempotency_key: Option<String>,
    /// The country, such as `BR`.
    pub country: Option<String>,
    /// Metadata of the caller, kept with it as JSON.
    pub metadata: Option<Json>,
}

impl CreateCharge {
    /// Whether the server honours a key: it does for a boleto with a due date, and needs one.
    fn is_keyed(&self) -> bool {
        self.method == ChargeMethod::Boleto && self.due_date.is_some()
    }

    /// Looks the arguments over, as [`Charges::create`](crate::charges::Charges::create) does
    /// before anything is sent.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        if self.idempotency_key.is_some() && !self.is_keyed() {
            let expected = "expected none, the server honours a key for a boleto with a due date";
            return Err(Error::config("idempotency_key", expected));
        }
        self.currency.check()?;
        self.amount.check("amount", &self.currency)?;
        if self.method == ChargeMethod::Boleto {
            check_filled("consumer_id", self.consumer_id.as_deref().unwrap_or_default())?;
        }
        if let Some(buyer) = &self.buyer {
            check_filled("buyer.name", &buyer.name)?;
        }
        check_day("due_date", self.due_date.as_deref())
    }
}

/// Which charges to list.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListCharges {
    /// Those that stand like this.
    pub status: Option<ChargeStatus>,
    /// Those whose money stands like this.
    pub settlement: Option<ChargeSettlement>,
    /// How many a page has, 1 to 200.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    pub cursor: Option<String>,
}

impl ListCharges {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// A page of charges.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct ChargeRows {
    data: Vec<ChargeRow>,
    next_cursor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<ChargeRow>, Error> {
    let rows: ChargeRows = answer.json()?;
    Ok(Page::new(rows.data, rows.next_cursor))
}
