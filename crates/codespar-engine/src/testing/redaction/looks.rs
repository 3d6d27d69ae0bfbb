//! Values that look like a secret or like personal data, whatever they are called.

use std::ops::Range;

use crate::testing::placeholders::REDACTED;

/// What keys of these APIs begin with.
const KEYS: [&str; 4] = ["agent_key_", "csk_", "upivia_pat_", "whsec_"];

/// Whether a hidden value is looked for elsewhere: not one that any text may hold.
pub(super) fn is_worth_looking_for(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let is_number = value.chars().all(|it| it.is_ascii_digit() || it.is_ascii_punctuation());
    let is_word = value.chars().all(|it| it.is_ascii_lowercase() || matches!(it, '_' | '-' | '.'));
    match value.chars().count() {
        0..6 => false,
        // Not an amount, nor a day; a document and a telephone number have more digits.
        _ if is_number => digits >= 11,
        _ => !is_word && value != REDACTED,
    }
}

/// A key in the form of those that are made up: a UUID of version 4.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The text without what looks like a key, a Pix code, an e-mail address or a document; `None`
/// where there is nothing of that.
pub(super) fn without_looks(text: &str) -> Option<String> {
    let mut found = Vec::new();
    found.extend(pix_code(text));
    let mut start = 0;
    for word in text.split_inclusive(is_between) {
        let trimmed = word.trim_end_matches(is_between);
        let bare = trimmed.trim_end_matches(['.', '!', '?']);
        if looks_secret(bare) {
            found.push(start..start + bare.len());
        }
        start += word.len();
    }
    found.sort_by_key(|range: &Range<usize>| range.start);
    let (mut new, mut at) = (String::new(), 0);
    for range in &found {
        // What lies within the one before is gone already.
        if range.start >= at {
            new.push_str(text.get(at..range.start)?);
            new.push_str(REDACTED);
            at = range.end;
        }
    }
    (!found.is_empty()).then(|| new + text.get(at..).unwrap_or_default())
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || "\"'`<>(),:;{}[]=&|".contains(letter)
}

fn looks_secret(word: &str) -> bool {
    let starts = |part: &str| {
        KEYS.iter().any(|start| part.len() >= start.len() + 5 && part.starts_with(start))
    };
    let is_key = word.split('/').any(starts);
    let is_token = word.starts_with("eyJ") && word.matches('.').count() == 2;
    let is_email = word.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.split_once('.').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
    });
    is_key || is_token || is_email || is_document(word)
}

/// CPF and CNPJ as people write them: `123.456.789-09`, `12.345.678/0001-95`.
fn is_document(word: &str) -> bool {
    ["ddd.ddd.ddd-dd", "dd.ddd.ddd/dddd-dd"].iter().any(|form| {
        form.len() == word.len()
            && form.bytes().zip(word.bytes()).all(|(form, byte)| match form {
                b'd' => byte.is_ascii_digit(),
                form => form == byte,
            })
    })
}

/// Where a Pix code stands: from its first field to its check sum, or to the end.
fn pix_code(text: &str) -> Option<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let domain = lower.find("br.gov.bcb.pix")?;
    let start = lower.get(..domain)?.rfind("000201").unwrap_or(domain);
    let sum = lower.get(domain..)?.rfind("6304").map(|at| domain + at + 8);
    let end = sum.filter(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
    Some(start..end.min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_found_in_a_sentence() {
        let told = |text: &str| without_looks(text).unwrap_or_else(|| "as it is".to_owned());
        assert_eq!(told("Mail maria@example.com, or call."), "Mail [redacted], or call.");
        assert_eq!(told("(CPF 123.456.789-09)"), "(CPF [redacted])");
        assert_eq!(told("key=csk_test_0123456789&x=1"), "key=[redacted]&x=1");
        assert_eq!(told("by agent_key_live_0123:"), "by [redacted]:");
        assert_eq!(told("the member agent_key_id"), "as it is");
        let code = "00020126580014BR.GOV.BCB.PIX0136a5204000053039865802BR5911MARIA SILVA\
                    6009SAO PAULO62070503***6304ABCD";
        assert_eq!(told(&format!("Pay {code} now")), "Pay [redacted] now");
        assert_eq!(told("Order 42 at 150.00, v1.2 @home eyJ.x"), "as it is");
        assert_eq!(told("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln"), "[redacted]");
    }

    #[test]
    fn common_words_numbers_and_days_are_not_looked_for() {
        for value in ["pending", "150.00", "2026-01-31", "maria", "01310-100", "[redacted]"] {
            assert!(!is_worth_looking_for(value), "{value}");
        }
        for value in ["Maria Silva", "12345678909", "+5511999887766", "maria@x.com"] {
            assert!(is_worth_looking_for(value), "{value}");
        }
    }
}
