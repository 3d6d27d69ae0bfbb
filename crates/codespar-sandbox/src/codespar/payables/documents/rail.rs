//! What the made-up rail says of a bill: to whom it goes, and how much is due today.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{payables::documents::days, pix_code},
    store::{
        clock::Now,
        hex::hex,
        json::{member, set, text},
    },
};

/// Boletos of this bank, which there is not, go to somebody else than the bill says.
const STRANGE_BANK: &str = "999";

/// Who that is.
const STRANGER: (&str, &str) = ("Outra Pessoa de Teste", "***.456.789-**");

/// Asks the rail; none where the bill has nothing that a rail could be asked about. What is overdue
/// costs a fine of 2 % and interest of 1 % for 30 days.
pub(super) fn quote(bill: &Value, now: Now) -> Option<Value> {
    let carriers = member(bill, "carriers");
    let (barcode, br_code) = (barcode(text(carriers, "boleto")), text(carriers, "br_code"));
    let (amount, strange) = match &barcode {
        Some(code) => (boleto_amount(code)?, code.starts_with(STRANGE_BANK)),
        None => (pix_code::amount(br_code)?.minor(), false),
    };
    let supplier = member(bill, "supplier");
    let name = text(member(supplier, "name"), "value");
    let document = masked(text(member(supplier, "document"), "value"));
    let (name, document) =
        if strange { (STRANGER.0, STRANGER.1.to_owned()) } else { (name, document) };
    let said = |value: Value| json!({ "value": value, "from": "trilho" });
    let mut quote = json!({
        "beneficiary": said(name.into()),
        "beneficiary_document_masked": said(document.into()),
        "quoted_at": now.rfc3339(),
    });
    let mut due = amount;
    if let Some(day) = due_date(bill) {
        set(&mut quote, "due_date", said(day.to_string().into()));
        let late = days::between(days::effective(day), days::today(now));
        if late > 0 {
            let (fine, interest) = (amount / 50, amount.saturating_mul(late) / 3_000);
            set(&mut quote, "fine_minor", said(fine.into()));
            set(&mut quote, "interest_minor", said(interest.into()));
            due = amount.saturating_add(fine).saturating_add(interest);
        }
    }
    set(&mut quote, "amount_minor", said(due.into()));
    Some(quote)
}

/// How much a quote says is due.
pub(super) fn amount(quote: &Value) -> i64 {
    member(member(quote, "amount_minor"), "value").as_i64().unwrap_or_default()
}

/// A hash over what a quote says, whenever it was asked for.
pub(super) fn quote_hash(quote: &Value) -> String {
    let mut quote = quote.clone();
    set(&mut quote, "quoted_at", Value::Null);
    hex(&Sha256::digest(quote.to_string().as_bytes()))
}

/// The day that is printed on a bill.
pub(super) fn due_date(bill: &Value) -> Option<jiff::civil::Date> {
    days::read(text(member(bill, "due_date"), "value"))
}

/// The 44 digits under the bars, of a line of 47 or 48 digits or of themselves.
pub(super) fn barcode(line: &str) -> Option<String> {
    let is_filler = |c: char| c == ' ' || c == '.' || c == '-';
    let digits: String = line.chars().filter(|c| !is_filler(*c)).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default().to_owned();
    match digits.len() {
        44 => Some(digits),
        47 => Some([part(0..4), part(32..47), part(4..9), part(10..20), part(21..31)].concat()),
        48 => Some([part(0..11), part(12..23), part(24..35), part(36..47)].concat()),
        _ => None,
    }
}

/// The amount under the bars; bills of utilities, which begin with 8, have it elsewhere.
fn boleto_amount(barcode: &str) -> Option<i64> {
    let range = if barcode.starts_with('8') { 4..15 } else { 9..19 };
    barcode.get(range)?.parse().ok().filter(|amount| *amount > 0)
}

/// A tax number as a rail tells it.
pub(super) fn masked(document: &str) -> String {
    let digits: String = document.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or("000");
    match digits.len() {
        14 => format!("**.{}.{}/****-**", part(2..5), part(5..8)),
        _ => format!("***.{}.{}-**", part(3..6), part(6..9)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_the_same_bill_as_its_bars() {
        let bars = "23791843400000189903381286000000000300000040".to_owned();
        let line = "23793.38128 60000.000003 00000.000401 1 84340000018990";
        assert_eq!(barcode(&bars), Some(bars.clone()));
        assert_eq!(barcode(line).as_deref().map(str::len), Some(44));
        assert_eq!(barcode(line).as_deref().and_then(boleto_amount), Some(18_990));
        assert_eq!(barcode(line).as_deref().and_then(|it| it.get(..19)), bars.get(..19));
        let utility = "836200000005 667800481000 180975657313 001589636081";
        assert_eq!(barcode(utility).as_deref().and_then(boleto_amount), Some(6_678));
        assert_eq!((barcode("12"), barcode(&"x".repeat(47))), (None, None));
    }

    #[test]
    fn tax_numbers_are_half_hidden() {
        assert_eq!(masked("123.456.789-09"), "***.456.789-**");
        assert_eq!(masked("12.345.678/0001-95"), "**.345.678/****-**");
    }
}
