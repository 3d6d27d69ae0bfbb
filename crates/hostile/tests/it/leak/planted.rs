//! Values with a secret wherever one would be.

use std::{collections::HashSet, fmt::Debug};

use hostile::{around, recorded_objects};
use serde_json::{Value, json};

use super::made::made;

/// What no one may see.
pub(crate) const SESAME: &str = "SESAME-4711";

/// The members whose values are nobody's business, in what is sent and in what is answered.
pub(crate) const SECRET: &[&str] = &[
    "access_token",
    "agent_key",
    "api_key",
    "auth_code",
    "authorisation_url",
    "authorize_url",
    "beneficiary_document_masked",
    "birthdate",
    "boleto_bank_line",
    "boleto_bar_code",
    "boleto_line",
    "br_code",
    "client_secret",
    "cnpj",
    "code_verifier",
    "consent_url",
    "consumer_email_hint",
    "cookie",
    "copia_e_cola",
    "copy_paste",
    "cpf",
    "document",
    "document_number",
    "email",
    "excerpt",
    "full_key",
    "hosted_url",
    "install_url",
    "key",
    "kyc_url",
    "label_url",
    "line1",
    "line2",
    "line_1",
    "linha_digitavel",
    "link_token",
    "live_view_url",
    "page_session",
    "partner_wallet",
    "password",
    "payee",
    "payto_address",
    "phone",
    "pix_copia_e_cola",
    "pix_copy_paste",
    "pix_key",
    "pix_qr_code",
    "postal_code",
    "provider_token",
    "qr_png_base64",
    "refresh_token",
    "secret",
    "session_cookie",
    "signature",
    "signed_token",
    "signer",
    "street_number",
    "target_masked",
    "tax_id",
    "taxpayer_id",
    "to_address",
    "token",
    "upload_url",
    "wallet_address",
    "webhook_secret",
];

/// Puts the secret wherever one would be.
fn planted(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if value.is_string() && SECRET.contains(&&**name) {
                    *value = SESAME.into();
                }
                planted(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(planted),
        _ => {}
    }
}

pub(crate) fn objects() -> Vec<Vec<u8>> {
    let mut objects = recorded_objects();
    objects.extend(made());
    objects.push(SECRET.iter().map(|name| ((*name).to_owned(), json!(SESAME))).collect());
    objects.iter_mut().for_each(planted);
    let texts: HashSet<String> = objects.iter().map(Value::to_string).collect();
    texts.into_iter().filter(|text| text.contains(SESAME)).map(String::into_bytes).collect()
}

/// Fails when a value shows what is hidden in it; gives what it shows.
pub(crate) fn hidden(value: &dyn Debug) -> String {
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains("SESAME"), "{}", around(&shown, SESAME));
    shown
}
