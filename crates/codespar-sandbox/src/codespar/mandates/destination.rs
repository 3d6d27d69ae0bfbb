//! Where a mandate lets money go: to its merchants, or by wire and out of a wallet to accounts that
//! it names one by one.

use serde_json::Value;

use crate::{
    codespar::pix_code,
    server::{
        errors::{Refusal, error},
        json_object::{Issue, JsonObject, issue},
    },
    store::{
        json::{member, text},
        records::payment::Payment,
    },
};

/// How the payee of a wire begins.
const WIRE: &str = "ted:";

/// Reads the account that a wire goes to.
pub(super) fn check_wire(ted: &JsonObject) -> Result<(), Issue> {
    let bank = ted.text("bank")?;
    if !bank.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(issue("ted.bank", "the digits of an ISPB"));
    }
    for name in ["branch", "account", "tax_id", "name"] {
        ted.text(name)?;
    }
    for (name, known) in
        [("account_type", &["CC", "CI", "PG", "PP"][..]), ("person_type", &["F", "J"][..])]
    {
        if ted.get(name).is_some() {
            ted.choice(name, known)?;
        }
    }
    Ok(())
}

/// Whether the payee is the account that the request names besides. A wire is no Pix to a key that
/// only looks like an account, and the mandate is asked about the payee alone.
pub(super) fn check_payee(payment: &Payment) -> Result<(), Issue> {
    let ted = member(&payment.request, "ted");
    let prefix = payment.payee.get(..WIRE.len()).unwrap_or_default();
    match (ted.is_null(), prefix.eq_ignore_ascii_case(WIRE)) {
        (true, false) => Ok(()),
        (true, true) => Err(issue("ted", "a wire needs its account")),
        (false, _) if payment.payee == account(ted) => Ok(()),
        (false, _) => Err(issue("payee", "must be ted:<bank>:<branch>:<account> of ted")),
    }
}

/// The account of a wire as a payee names it: letters and digits, in capitals.
fn account(ted: &Value) -> String {
    let plain = |name: &str| -> String {
        let letters = text(ted, name).chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_uppercase()).collect()
    };
    format!("{WIRE}{}:{}:{}", plain("bank"), plain("branch"), plain("account"))
}

/// Whether the mandate lets a payment go to its payee.
pub(super) fn check(mandate: &Value, payment: &Payment) -> Result<(), Refusal> {
    match payment.rail {
        "ted" if !allows_withdrawal(mandate, &payment.payee) => {
            let code = "withdrawal_pin";
            Err(error(403, code, "the mandate does not name this account").into())
        }
        "pix" if !allows_merchant(mandate, &payment.payee) => {
            let refusal = error(422, "mandate_verify", "the mandate does not name this payee");
            Err(refusal.with("reason", "merchant_not_allowed").into())
        }
        // Of a bill the boleto was looked for in the mandate before it was asked for.
        _ => Ok(()),
    }
}

/// Whether the mandate names where money is to be withdrawn to. One that names nothing lets nothing
/// out, and no name stands for all.
pub(crate) fn allows_withdrawal(mandate: &Value, to: &str) -> bool {
    let named = member(mandate, "withdrawal_allowlist").as_array();
    to != "*" && named.is_some_and(|named| named.iter().any(|it| it == to))
}

/// Whether the mandate names who is to be paid, by its Pix key. A mandate that names merchants in
/// another way says nothing about keys.
pub(crate) fn allows_merchant(mandate: &Value, payee: &str) -> bool {
    let is_by_key = ["", "pix-key"].contains(&text(mandate, "merchant_pin_kind"));
    let Some(named) = member(mandate, "merchant_allowlist").as_array().filter(|_| is_by_key) else {
        return true;
    };
    let key = pix_code::key(payee);
    named.iter().any(|it| it == "*" || it == payee || it.as_str().is_some_and(|it| key == Some(it)))
}
