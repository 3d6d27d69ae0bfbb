//! Charges without a session (`/v1/charges`).

use codespar_engine::{
    Answer, Call, Error, Items, Json, Page, Sensitive, Transport, answer, endpoints, open_enum,
};

use crate::{
    Buyer, ChargeMethod, Client, Currency, Major, Minor,
    args::args,
    ids::{check_day, check_filled},
    keyed::{Keyed, Rule},
    resource::{check_range, cursor, resource},
};

endpoints! {
    pub(crate) static ROUTES;
    fn create_charge(; json: &CreateCharge) -> ChargeRecord: "charges.create" POST "/v1/charges" Keyed;
    fn charges(; query: &ListCharges) -> Page<ChargeRecord>: "charges.list" GET "/v1/charges", read page;
    fn charge(charge_id) -> ChargeRecord: "charges.get" GET "/v1/charges/{charge_id}";
    fn cancel_charge(charge_id) -> ChargeRecord: "charges.cancel" POST "/v1/charges/{charge_id}/cancel";
}

resource! {
    /// Charges of the project, without a session (`/v1/charges`).
    Charges = Client.charges
}

impl<T: Transport> Charges<T> {
    /// Charges a buyer (`POST /v1/charges`).
    ///
    /// The amount is in **major** units. The same key gives the same charge: the one of the
    /// arguments, or of [`Call::idempotency_key`]; one is made up where none is named, except for
    /// a boleto with a due date, which needs one of the caller's.
    ///
    /// # Errors
    /// `Config` naming `amount`, `currency`, `consumer_id` (a boleto needs it), `due_date` or
    /// `idempotency_key`, before anything is sent; `Api` with `idempotency_key_conflict`,
    /// `charge_idempotency_reserve_failed` and others.
    ///
    /// ```
    /// use codespar_proto::{ChargeMethod, CreateCharge, Currency, Major};
    ///
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let args = CreateCharge::new(Major::new(150), Currency::BRL, ChargeMethod::Pix);
    /// let charge = client.charges().create(&args).idempotency_key("order-42").send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateCharge) -> Call<T, ChargeRecord> {
        let request = create_charge(self.client().service(), args);
        let operation = request.operation();
        if let Err(error) = args.check() {
            return self.client().fails(error.at(operation));
        }
        let given = args.idempotency_key.clone();
        let rule = Rule::Agree { given, required: args.needs_key() };
        self.client().call(Keyed::new(operation, request, rule))
    }

    /// Lists charges, page after page (`GET /v1/charges`).
    ///
    /// # Errors
    /// `Config` naming `limit`, unless it is 1 to 200; `Api` with `invalid_settlement_filter` and
    /// others.
    ///
    /// ```
    /// use codespar_proto::{ListCharges, ChargeSettlement};
    ///
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let open = ListCharges::default().settlement(ChargeSettlement::Pending);
    /// for charge in client.charges().list(&open) {
    ///     println!("{:?}", charge?.amount);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListCharges) -> Items<T, ChargeRecord> {
        let first = args.clone();
        self.client().paged("charges.list", args.check(), move |service, reached| {
            let cursor = cursor(first.cursor.as_ref(), reached);
            charges(service, &ListCharges { cursor, ..first.clone() })
        })
    }

    /// One page of them, and the cursor of the next.
    ///
    /// # Errors
    /// `Config` naming `limit`, unless it is 1 to 200.
    ///
    /// ```
    /// use codespar_proto::ListCharges;
    ///
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let page = client.charges().page(&ListCharges::default().limit(20)).send()?;
    /// let next = page.next.map(|cursor| ListCharges::default().cursor(cursor));
    /// # Ok(()) }
    /// ```
    pub fn page(&self, args: &ListCharges) -> Call<T, Page<ChargeRecord>> {
        self.client().checked("charges.list", args.check(), |service| charges(service, args))
    }

    /// Says how a charge stands, by its id or its idempotency key
    /// (`GET /v1/charges/{charge_id}`).
    ///
    /// # Errors
    /// `Api` with `charge_not_found`, `charge_reference_ambiguous`, `issuance_unconfirmed` and
    /// others.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let charge = client.charges().get("order-42").send()?;
    /// println!("{:?}", charge.status);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, charge_id: &str) -> Call<T, ChargeRecord> {
        self.client().call(charge(self.client().service(), charge_id))
    }

    /// Cancels a charge (`POST /v1/charges/{charge_id}/cancel`).
    ///
    /// # Errors
    /// `Api` with `not_cancellable_in_this_state`, `already_payment_notified`,
    /// `provider_cancel_failed` and others.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(client: &codespar_proto::Client<T>) -> Result<(), codespar_proto::Error> {
    /// let charge = client.charges().cancel("pay_81").send()?;
    /// # Ok(()) }
    /// ```
    pub fn cancel(&self, charge_id: &str) -> Call<T, ChargeRecord> {
        self.client().call(cancel_charge(self.client().service(), charge_id))
    }
}

args! {
    /// What a buyer is charged.
    pub struct CreateCharge {
        /// How much, in **major** units: `125.5` is R$ 125,50.
        amount: Major,
        /// In which currency.
        currency: Currency,
        /// How the buyer pays.
        method: ChargeMethod,
    } with {
        /// The consumer the charge belongs to; a boleto needs it.
        consumer_id: String = into,
        /// What for; the buyer reads it.
        description: String = into,
        /// Who.
        buyer: Buyer,
        /// Until when it is payable, as `YYYY-MM-DD`.
        due_date: String = into,
        /// Names the charge: the same key is the same charge.
        idempotency_key: String = into,
        /// The country, such as `BR`.
        country: String = into,
        /// Notes kept with it.
        metadata: Json,
    }
}

impl CreateCharge {
    /// A boleto that is payable until a day has to be named by the caller.
    fn needs_key(&self) -> bool {
        self.method == ChargeMethod::Boleto && self.due_date.is_some()
    }

    fn check(&self) -> Result<(), Error> {
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

open_enum! {
    /// How a charge stands with its provider.
    pub enum ChargeStatus {
        /// It is being made.
        Processing = "PROCESSING",
        /// It waits for its buyer.
        Pending = "PENDING",
        /// It is paid.
        Confirmed = "CONFIRMED",
        /// It was called off.
        Cancelled = "CANCELLED",
        /// Its time is over.
        Expired = "EXPIRED",
    }
}

open_enum! {
    /// How a charge stands in the books of the service.
    pub enum ChargeLocalStatus {
        /// It waits for its buyer.
        Pending = "pending",
        /// The money is there.
        Settled = "settled",
        /// Its time is over.
        Expired = "expired",
    }
}

open_enum! {
    /// How the money of a charge stands.
    pub enum ChargeSettlement {
        /// It is there.
        Confirmed = "confirmed",
        /// It is on its way.
        Pending = "pending",
        /// Nobody can tell.
        Unconfirmable = "unconfirmable",
    }
}

args! {
    /// Which charges to list.
    pub struct ListCharges with {
        /// Those that stand like this.
        status: ChargeStatus,
        /// Those whose money stands like this.
        settlement: ChargeSettlement,
        /// How many a page has, 1 to 200.
        limit: u32,
        /// The cursor of the page: `next` of the page before.
        cursor: String = into,
    }
}

impl ListCharges {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

answer! {
    /// A charge.
    pub struct ChargeRecord {
        /// The provider's id.
        pub id: Option<String>,
        /// How it stands with its provider.
        pub status: Option<ChargeStatus>,
        /// How it stands in the books of the service.
        pub local_status: Option<ChargeLocalStatus>,
        /// Whether the two do not agree.
        pub status_conflict: Option<bool>,
        /// How the buyer pays.
        pub method: Option<ChargeMethod>,
        /// In which currency.
        pub currency: Option<Currency>,
        /// How much, in **major** units.
        pub amount: Option<Major>,
        /// How much, in **minor** units.
        pub amount_minor: Option<Minor>,
        /// Until when it is payable, as `YYYY-MM-DD`.
        pub due_date: Option<String>,
        /// Whether it can be paid now. This is what to branch on.
        pub payable: Option<bool>,
        /// The bar code of a boleto.
        pub boleto_bar_code: Option<Sensitive>,
        /// The digits of a boleto.
        pub boleto_bank_line: Option<Sensitive>,
        /// The Pix code to copy and paste.
        pub pix_copy_paste: Option<Sensitive>,
        /// Whether money that comes in will be matched to it.
        pub credit_correlation_armed: Option<bool>,
        /// Whether a payment is on its way.
        pub payment_in_flight: Option<bool>,
        /// How its money stands.
        pub settlement: Option<ChargeSettlement>,
        /// Whether nobody knows if the provider has made it.
        pub issuance_unconfirmed: Option<bool>,
    }

    /// A page of charges.
    struct ChargeRows {
        data: Vec<ChargeRecord>,
        next_cursor: Option<String>,
    }
}

fn page(answer: Answer) -> Result<Page<ChargeRecord>, Error> {
    let rows: ChargeRows = answer.json()?;
    Ok(Page::new(rows.data, rows.next_cursor))
}
