//! How a charge without a session stands.

use codespar_engine::{
    Error, KeyUse, Sensitive, Stage, Verdict, answer, kit::Judgement, open_enum,
};

use crate::{
    meta_tools::charge::ChargeMethod,
    types::{
        ids::ChargeReference,
        money::{Currency, Major, Minor},
    },
};

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
        /// The issuer rejected it: there never was anything to pay.
        Error = "ERROR",
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

answer! {
    /// A charge as the server has it on record.
    pub struct ChargeRecord {
        /// The id of the charge at the provider.
        pub id: Option<String>,
        /// How it stands with its provider.
        pub status: Option<ChargeStatus>,
        /// How it stands in the books of the service.
        pub local_status: Option<ChargeLocalStatus>,
        /// Whether the two do not agree.
        pub status_conflict: Option<bool>,
        /// How the buyer pays.
        pub method: Option<ChargeMethod>,
        /// The currency of the amount, such as `BRL`.
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
}

impl ChargeRecord {
    /// Its id, to wait for it.
    ///
    /// # Errors
    /// `Decode`, when the server gave none: then its key is the only way to it.
    pub fn reference(&self) -> Result<ChargeReference, Error> {
        let is_open =
            self.issuance_unconfirmed == Some(true) || self.status == Some(ChargeStatus::Error);
        let verdict = if is_open { Verdict::Unknown } else { Verdict::Done(Stage::Issued) };
        let judged = Judgement { verdict, key: KeyUse::Same };
        let none = || Error::decode("id: the server gave none").judged(judged);
        self.id.as_deref().map(ChargeReference::from).ok_or_else(none)
    }

    /// Whether the money is there, as the provider or the books have it.
    pub fn is_paid(&self) -> bool {
        self.is_issued()
            && (self.local_status == Some(ChargeLocalStatus::Settled)
                || self.status == Some(ChargeStatus::Confirmed)
                || self.settlement == Some(ChargeSettlement::Confirmed))
    }

    /// Whether nothing more will come of it: it is paid, or its time is over, or it was called
    /// off, or the issuer rejected it.
    pub fn is_over(&self) -> bool {
        use ChargeStatus::{Cancelled, Error, Expired};
        let ended = matches!(self.status, Some(Cancelled | Expired | Error))
            || self.local_status == Some(ChargeLocalStatus::Expired);
        self.is_paid() || self.is_issued() && ended
    }

    /// Whether it is known that the provider has made it.
    fn is_issued(&self) -> bool {
        self.id.is_some() && self.issuance_unconfirmed != Some(true)
    }
}
