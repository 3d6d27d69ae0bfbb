//! How a charge without a session stands.

use codespar_engine::{
    Answer, Error, Extra, KeyUse, Sensitive, Stage, Timestamp, Verdict, WireEnum, kit::Judgement,
};

#[cfg(feature = "qr")]
use crate::types::pix_code::QrCode;
use crate::{
    meta_tools::charge::ChargeMethod,
    types::{
        ids::ChargeReference,
        money::{Currency, Major, Minor},
        pix_code::pix_code,
    },
};

/// How a charge stands with its provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum ChargeStatus {
    /// It is being made.
    Processing,
    /// It waits for its buyer.
    Pending,
    /// It is paid.
    Confirmed,
    /// It was called off.
    Cancelled,
    /// Its time is over.
    Expired,
    /// The issuer rejected it: there never was anything to pay.
    Error,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a charge stands in the books of the service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ChargeLocalStatus {
    /// It waits for its buyer.
    Pending,
    /// The money is there.
    Settled,
    /// Its time is over.
    Expired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How the money of a charge stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ChargeSettlement {
    /// It is there.
    Confirmed,
    /// It is on its way.
    Pending,
    /// Nobody can tell.
    Unconfirmable,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A charge as the server has it on record.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
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
    #[wire(day)]
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
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A charge as lists have it: less than [`get`](crate::charges::Charges::get) says, and its money
/// as it was known last.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ChargeRow {
    /// The id of the charge at the provider.
    pub id: Option<String>,
    /// How it stands with its provider.
    pub status: Option<ChargeStatus>,
    /// How it stands in the books of the service.
    pub local_status: Option<ChargeLocalStatus>,
    /// Whether the two do not agree.
    pub status_conflict: Option<bool>,
    /// The currency of the amount, such as `BRL`.
    pub currency: Option<Currency>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// Until when it is payable, as `YYYY-MM-DD`.
    #[wire(day)]
    pub due_date: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// How its money stood when that was known last.
    pub settlement: Option<ChargeSettlement>,
    /// When that was.
    pub settlement_as_of: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
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

    /// The Pix code to copy and paste.
    ///
    /// # Errors
    /// `Decode`, when there is none, as for other methods of payment. The charge is made all the
    /// same.
    ///
    /// ```
    /// # use codespar_proto::Error;
    /// # fn example(charge: &codespar_proto::charges::ChargeRecord) -> Result<(), Error> {
    /// println!("{}", charge.pix_code()?.expose());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "copy and paste")]
    #[doc(alias = "copia e cola")]
    pub fn pix_code(&self) -> Result<&Sensitive, Error> {
        pix_code(self.pix_copy_paste.as_ref())
    }

    /// The QR code of the Pix code, for a page or a terminal (feature `qr`).
    ///
    /// # Errors
    /// As [`pix_code`](Self::pix_code).
    #[cfg(feature = "qr")]
    #[doc(alias = "qrcode")]
    pub fn qr(&self) -> Result<QrCode, Error> {
        QrCode::of(self.pix_code()?)
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
