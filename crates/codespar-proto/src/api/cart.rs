//! Carts at merchants: prices and orders (`/v1/cart`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
