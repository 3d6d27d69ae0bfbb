//! Collecting money by links (`/v1/collect`).

pub(crate) mod attempts;
pub(crate) mod links;
pub(crate) mod pages;
pub(crate) mod payments;
pub(crate) mod refunds;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
