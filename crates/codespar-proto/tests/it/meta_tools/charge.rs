//! `session.charge`: its request and its answer.

use codespar_proto::{
    Buyer, Charge, ChargeArgs, CreateSession, ErrorKind, Stage, Verdict, charges::ChargeRecord,
    redacted, types::QrCode,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_charge() {
    let answer = tool(json!({"id": "pay_81", "status": "PENDING", "amount": 150.5,
        "currency": "BRL", "method": "pix", "pix_copy_paste": "00020126-secret"}));
    let args = ChargeArgs::pix("150.50".parse().unwrap(), "Order 42", Buyer::new("Maria Silva"));
    let text = told(answer, |client| session(client).charge(&args));
    assert!(!text.contains("secret"));
    assert_snapshot!(text);
}

fn charged(code: Option<&str>) -> Charge {
    serde_json::from_value(json!({"id": "pay_81", "pix_copy_paste": code})).unwrap()
}

#[test]
fn a_code_that_is_not_there_is_an_error_after_the_charge() {
    assert_eq!(charged(Some("0002")).pix_code().unwrap().expose(), "0002");
    let record: ChargeRecord = serde_json::from_value(json!({"id": "pay_81"})).unwrap();
    let without = charged(None);
    for error in [
        without.pix_code().unwrap_err(),
        record.pix_code().unwrap_err(),
        without.qr().unwrap_err(),
        record.qr().unwrap_err(),
        QrCode::of(&"9".repeat(8_000).into()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.verdict(), Verdict::Done(Stage::Issued));
        assert!(error.message().starts_with("pix_copy_paste: "), "{error}");
    }
}

/// The dark modules of a code, with four light ones around them.
fn modules(code: &str) -> Vec<Vec<bool>> {
    let code = qrcode::QrCode::new(code).unwrap();
    let width = code.width();
    let is_dark = |x: usize, y: usize| {
        let inside = (4..width + 4).contains(&x) && (4..width + 4).contains(&y);
        inside && code[(x - 4, y - 4)] == qrcode::Color::Dark
    };
    (0..width + 8).map(|y| (0..width + 8).map(|x| is_dark(x, y)).collect()).collect()
}

#[test]
fn a_qr_code_is_drawn_for_page_and_terminal() {
    let code = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053";
    let qr = charged(Some(code)).qr().unwrap();
    assert_eq!(format!("{qr:?}"), "QrCode([redacted])");

    // Each character is two modules, one above the other; what is light is drawn.
    let expected = modules(code);
    let text = qr.text();
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    for (y, row) in expected.iter().enumerate() {
        for (x, is_dark) in row.iter().enumerate() {
            let drawn = match lines[y / 2][x] {
                '\u{2588}' => true,
                '\u{2580}' => y % 2 == 0,
                '\u{2584}' => y % 2 == 1,
                ' ' => false,
                other => panic!("{other:?}"),
            };
            assert_eq!(drawn, !is_dark, "{x} {y}\n{text}");
        }
    }
    assert_eq!((lines[0].len(), lines.len()), (expected.len(), expected.len().div_ceil(2)));

    let svg = qr.svg();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
    assert!(!svg.contains("<?xml") && !svg.contains(code));
}

#[test]
fn what_a_log_may_have_of_a_charge_has_no_code_and_no_buyer() {
    let data = json!({"id": "pay_81", "pix_copy_paste": "SESAME", "raw": {"qr": "SESAME"},
        "payer": "SESAME", "amount": 150.5});
    let charge: Charge = serde_json::from_value(data).unwrap();
    let log = redacted(&charge).unwrap();
    assert!(!log.as_str().contains("SESAME") && log.as_str().contains("pay_81"), "{log:?}");
    let args = ChargeArgs::pix("1.00".parse().unwrap(), "SESAME", Buyer::new("SESAME"));
    assert!(!redacted(&args).unwrap().as_str().contains("SESAME"));
    // Nor do arguments that `Debug` shows.
    let session = CreateSession::new("SESAME");
    assert!(!format!("{args:?}{session:?}").contains("SESAME"));
}
