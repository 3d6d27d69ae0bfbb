//! Types that several subjects share: money, ids, updates, receipts.

pub(crate) mod atomic_text;
pub(crate) mod auth_type;
pub(crate) mod currency;
pub(crate) mod decimal_text;
pub(crate) mod execute_amount;
pub(crate) mod ids;
pub(crate) mod minor_text;
pub(crate) mod money;
pub(crate) mod patch;
pub(crate) mod pix_code;
pub(crate) mod receipt;
pub(crate) mod tagged;

/// An exact decimal number, of the crate `rust_decimal`: what amounts are made of.
pub use rust_decimal::Decimal;

pub use codespar_engine::{Extra, Json, Page, PendingApproval, Sensitive, Timestamp};

#[cfg(feature = "qr")]
pub use self::pix_code::QrCode;
pub use self::{
    atomic_text::AtomicText,
    auth_type::AuthType,
    decimal_text::DecimalText,
    execute_amount::ExecuteAmount,
    ids::{ChargeReference, SessionId, ToolCallId},
    minor_text::MinorText,
    money::{Currency, Major, Minor},
    patch::Patch,
    receipt::{
        Receipt, ReceiptActor, ReceiptApproval, ReceiptDelivery, ReceiptException, ReceiptMandate,
        ReceiptPayment, ReceiptQuote, ReceiptState,
    },
};
