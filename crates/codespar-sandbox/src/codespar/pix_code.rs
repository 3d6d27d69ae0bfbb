//! Pix codes: the text that a bank reads, and its picture.

use base64::{Engine, engine::general_purpose::STANDARD};
use crc::{CRC_16_IBM_3740, Crc};
use qrcode::{Color, QrCode};

use crate::store::money::Amount;

/// The key that every code of the sandbox pays to.
const KEY: &str = "5a4db0c5-0000-4000-8000-000000000000";

/// A static Pix code ("BR Code", EMV QR) with amount, reference and checksum.
pub(crate) fn copy_paste(amount: Amount, reference: &str) -> String {
    let account = field(0, "br.gov.bcb.pix") + &field(1, KEY);
    let reference: String = reference.chars().filter(char::is_ascii_alphanumeric).collect();
    let reference: String = reference.chars().take(25).collect();
    let mut code = [
        field(0, "01"),
        field(26, &account),
        field(52, "0000"),
        field(53, "986"),
        field(54, &amount.text()),
        field(58, "BR"),
        field(59, "CODESPAR SANDBOX"),
        field(60, "SAO PAULO"),
        field(62, &field(5, &reference)),
    ]
    .concat();
    // The checksum covers its own tag and length.
    code.push_str("6304");
    let checksum = Crc::<u16>::new(&CRC_16_IBM_3740).checksum(code.as_bytes());
    format!("{code}{checksum:04X}")
}

/// Whether a Pix code ends in its right checksum.
pub(crate) fn checksum_holds(code: &str) -> bool {
    let Some((body, checksum)) = code.split_at_checked(code.len().saturating_sub(4)) else {
        return false;
    };
    let expected = Crc::<u16>::new(&CRC_16_IBM_3740).checksum(body.as_bytes());
    body.ends_with("6304") && checksum.eq_ignore_ascii_case(&format!("{expected:04X}"))
}

/// The amount inside a Pix code, where it states one.
pub(crate) fn amount(code: &str) -> Option<Amount> {
    let number = value_of(code, "54")?.parse().ok().and_then(serde_json::Number::from_f64)?;
    Amount::from_major(&number)
}

/// The Pix key that a code pays to, where it is such a code and states one.
pub(crate) fn key(code: &str) -> Option<&str> {
    let account = value_of(code, "26").filter(|_| code.starts_with("0002"))?;
    value_of(account, "01")
}

/// The value of a field.
fn value_of<'a>(code: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = code;
    while let (Some(tag), Some(length)) = (rest.get(..2), rest.get(2..4)) {
        let length: usize = length.parse().ok()?;
        let value = rest.get(4..4 + length)?;
        if tag == wanted {
            return Some(value);
        }
        rest = rest.get(4 + length..)?;
    }
    None
}

/// The code's picture, a PNG in base64.
pub(crate) fn picture(code: &str) -> Option<String> {
    /// Light modules around the code, which readers need.
    const MARGIN: usize = 4;
    /// Pixels to a module.
    const SCALE: usize = 4;
    let qr = QrCode::new(code).ok()?;
    let side = (qr.width() + 2 * MARGIN) * SCALE;
    let colors = qr.to_colors();
    let dark = |x: usize, y: usize| {
        let x = (x / SCALE).checked_sub(MARGIN).filter(|&x| x < qr.width())?;
        let y = (y / SCALE).checked_sub(MARGIN).filter(|&y| y < qr.width())?;
        colors.get(y * qr.width() + x).filter(|&&color| color == Color::Dark)
    };
    let pixels: Vec<u8> = (0..side * side)
        .map(|at| if dark(at % side, at / side).is_some() { 0 } else { 255 })
        .collect();
    let mut file = Vec::new();
    let side = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().ok()?.write_image_data(&pixels).ok()?;
    Some(STANDARD.encode(file))
}

/// One field: two digits of tag, two of length, then the value, which is ASCII.
fn field(tag: u8, value: &str) -> String {
    format!("{tag:02}{:02}{value}", value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // The check value of CRC-16/CCITT-FALSE, which EMV QR codes use.
        assert_eq!(Crc::<u16>::new(&CRC_16_IBM_3740).checksum(b"123456789"), 0x29B1);
    }

    #[test]
    fn a_code_reads_back() {
        let code = copy_paste(Amount::from_minor(15_000), "ch_0000000000000001");
        assert!(code.starts_with("000201"));
        assert!(checksum_holds(&code));
        assert!(!checksum_holds(&code.replace("150.00", "150.01")));
        assert_eq!(amount(&code), Some(Amount::from_minor(15_000)));
        assert_eq!(key(&code), Some(KEY));
        assert_eq!((key("a@b.test"), key("")), (None, None));
    }

    #[test]
    fn the_picture_is_a_png() {
        let picture = picture(&copy_paste(Amount::from_minor(1), "x")).unwrap();
        assert!(STANDARD.decode(picture).unwrap().starts_with(b"\x89PNG"));
    }
}
