//! Routes of charging and collecting.

use crate::{
    codespar::{charges, routes::row::Row},
    server::errors::ErrorShape::Nested,
};

/// The rows; of two that fit, the first answers.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("POST",   "/v1/charges",                                       Nested, charges::create),
    ("GET",    "/v1/charges",                                       Nested, charges::list),
    ("GET",    "/v1/charges/{id}",                                  Nested, charges::get),
    ("POST",   "/v1/charges/{id}/cancel",                           Nested, charges::cancel),
];
