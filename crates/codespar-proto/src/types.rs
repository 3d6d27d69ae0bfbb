//! Types that several subjects share: money, ids, updates, receipts.

pub(crate) mod auth_type;
pub(crate) mod ids;
pub(crate) mod minor_text;
pub(crate) mod money;
pub(crate) mod patch;
pub(crate) mod receipt;
pub(crate) mod tagged;

pub use codespar_engine::{Extra, Json, Page, PendingApproval, Sensitive, Timestamp};

pub use self::{
    auth_type::AuthType,
    ids::{ChargeReference, SessionId, ToolCallId},
    minor_text::MinorText,
    money::{Currency, Major, Minor},
    patch::Patch,
    receipt::{
        Receipt, ReceiptDelivery, ReceiptException, ReceiptMandate, ReceiptPayment, ReceiptQuote,
        ReceiptState,
    },
};
