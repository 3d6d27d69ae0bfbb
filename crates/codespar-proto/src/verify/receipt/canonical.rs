//! JSON as it is hashed: RFC 8785, and only where nothing is rounded on the way.

use std::str;

use codespar_engine::{Json, kit::Number};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::verify::members::{Members, strict};

/// The largest whole number up to which a binary float holds all of them.
const SAFE: f64 = 9_007_199_254_740_991.0;

/// A value as it is to be hashed; `None` where a number in it would be rounded. RFC 8785 knows
/// binary floats only, and writers of it round without a word.
pub(super) fn exact(json: &Json) -> Option<Value> {
    let text = json.as_str();
    match text.as_bytes().first()? {
        b'{' => {
            let members = Members::parse(text.as_bytes())?;
            members.iter().map(|(name, json)| Some((name.to_owned(), exact(json)?))).collect()
        }
        b'[' => strict::<Vec<Json>>(json)?.iter().map(exact).collect(),
        b'-' | b'0'..=b'9' => number(text),
        _ => strict(json),
    }
}

fn number(text: &str) -> Option<Value> {
    let double: f64 = text.parse().ok()?;
    let value = Some(Value::from(double)).filter(|_| double.abs() <= SAFE)?;
    let written = canonical(&value)?;
    (Number::parse(str::from_utf8(&written).ok()?) == Number::parse(text)).then_some(value)
}

/// The SHA-256 of the canonical form, in lower-case hexadecimal.
pub(super) fn hash(value: &Value) -> Option<String> {
    Some(hex::encode(Sha256::digest(canonical(value)?)))
}

/// The canonical form. Every tree of JSON has one.
fn canonical(value: &Value) -> Option<Vec<u8>> {
    serde_json_canonicalizer::to_vec(value).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> String {
        String::from_utf8(canonical(value).unwrap()).unwrap()
    }

    /// RFC 8785, appendix B.
    #[test]
    fn numbers_are_written_as_in_appendix_b() {
        for (bits, written) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(text(&Value::from(f64::from_bits(bits))), written, "{bits:016x}");
        }
        for bits in [0x7fff_ffff_ffff_ffff_u64, 0x7ff0_0000_0000_0000] {
            // Neither is JSON, and the tree has null for them.
            assert_eq!(Value::from(f64::from_bits(bits)), Value::Null);
        }
    }

    /// RFC 8785, 3.2.3: names are sorted by their UTF-16 units, and escapes are the shortest.
    #[test]
    fn members_are_sorted_and_texts_escaped_as_in_the_text_of_the_rfc() {
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter",
            "1": "One", "\u{1f600}": "Smiley", "\u{80}": "Control", "\u{f6}": "Latin",
        });
        assert_eq!(
            text(&value),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\
             \"\u{f6}\":\"Latin\",\"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Smiley\",\
             \"\u{fb33}\":\"Hebrew Letter\"}"
        );
        let value = json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/");
        assert_eq!(text(&value), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
    }

    #[test]
    fn what_would_be_rounded_has_no_form() {
        let read = |text: &str| exact(&Json::parse_str(text).unwrap());
        for (json, written) in [
            ("4.2e3", "4200"),
            ("-0", "0"),
            ("0.1", "0.1"),
            ("1e-7", "1e-7"),
            ("9007199254740991", "9007199254740991"),
            ("[1,{\"b\":2,\"a\":null}]", "[1,{\"a\":null,\"b\":2}]"),
        ] {
            assert_eq!(text(&read(json).unwrap()), written);
        }
        for text in [
            "9007199254740993",
            "-9007199254740993",
            "9007199254740992",
            "0.10000000000000000001",
            "1e400",
            "1e-400",
            "4200.0000000000000000001",
            "{\"a\":[12345678901234567890]}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
