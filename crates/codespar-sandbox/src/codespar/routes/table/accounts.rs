//! Routes of accounts, wallets, consumers and test money.

use crate::{
    codespar::{
        consent_records, consents,
        consumers::{self, pix_devolutions},
        funding_sources, receipts,
        routes::row::Row,
        test_money,
        wallet::pix_keys,
        wallets,
    },
    server::errors::ErrorShape::Nested,
};

/// The rows; of two that fit, the first answers.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("POST",   "/v1/test/charges/{id}/pay",                         Nested, test_money::pay_charge),
    ("POST",   "/v1/test/fund",                                     Nested, test_money::fund),
    ("GET",    "/v1/consumers",                                     Nested, consumers::list),
    ("POST",   "/v1/consumers",                                     Nested, consumers::create),
    ("GET",    "/v1/consumers/funding-sources",                     Nested, funding_sources::list),
    ("GET",    "/v1/consumers/consents",                            Nested, consent_records::list),
    ("GET",    "/v1/consumers/receipts/{id}",                       Nested,
        consumers::receipts::get),
    ("POST",   "/v1/consumers/receipts/{id}/delivery",              Nested,
        receipts::delivery::record),
    ("GET",    "/v1/consumers/{id}",                                Nested, consumers::get),
    ("PATCH",  "/v1/consumers/{id}",                                Nested, consumers::update),
    ("GET",    "/v1/consumers/{id}/receipts",                       Nested,
        consumers::receipts::list),
    ("GET",    "/v1/consumers/{id}/wallet",                         Nested, consumers::wallet::get),
    ("POST",   "/v1/consumers/{id}/wallet/transfer",                Nested,
        consumers::wallet::transfer),
    ("POST",   "/v1/consumers/{id}/pix/devolutions",                Nested,
        pix_devolutions::create),
    ("GET",    "/v1/consumers/{id}/pix/devolutions/{devolution}",   Nested, pix_devolutions::get),
    ("GET",    "/v1/consumers/{id}/pix-keys",                       Nested, pix_keys::list),
    ("POST",   "/v1/consumers/{id}/pix-keys",                       Nested, pix_keys::register),
    ("DELETE", "/v1/consumers/{id}/pix-keys/{key}",                 Nested, pix_keys::delete),
    ("POST",   "/v1/consents",                                      Nested, consents::create),
    ("POST",   "/v1/consents/init",                                 Nested, consents::create),
    ("GET",    "/v1/consent-records",                               Nested, consent_records::list),
    ("GET",    "/v1/funding-sources",                               Nested, funding_sources::list),
    ("GET",    "/v1/wallets",                                       Nested, wallets::list),
    ("POST",   "/v1/wallets",                                       Nested, wallets::create),
    ("GET",    "/v1/wallets/{id}",                                  Nested, wallets::get),
    ("POST",   "/v1/wallets/{id}/transfer",                         Nested, wallets::transfer),
];
