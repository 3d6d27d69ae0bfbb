//! Texts of a script that stand for others, and whether a request fits them.

use serde_json::Value;

/// What stands in a recording where something was taken out.
pub(super) const REDACTED: &str = "[redacted]";
/// What stands for a key that was made up.
const MADE_UP: &str = "<uuid>";

/// What stands for any text, wherever it stands in one.
const ANY: [&str; 4] = [REDACTED, MADE_UP, "<now>", "<measured_ms>"];

/// What stands in a recording for the key that was made up as the first, the second and so on: the
/// same key wherever it stands.
pub(super) fn made_up(number: usize) -> String {
    format!("<uuid-{number}>")
}

fn is_made_up(text: &str) -> bool {
    let number = text.strip_prefix("<uuid-").and_then(|rest| rest.strip_suffix('>'));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_placeholder(text: &str) -> bool {
    ANY.contains(&text) || is_made_up(text)
}

/// The first placeholder in a text: where it stands, and its length.
fn first(text: &str) -> Option<(usize, usize)> {
    ANY.iter().filter_map(|any| Some((text.find(any)?, any.len()))).min()
}

/// Whether a text is the expected one. A placeholder is any text but none; what stands around it
/// has to agree.
pub(super) fn text_fits(expected: &str, came: &str) -> bool {
    if is_made_up(expected) {
        return !came.is_empty();
    }
    let Some((at, length)) = first(expected) else { return expected == came };
    let (before, after) = expected.split_at(at);
    let (Some(rest), after) = (came.strip_prefix(before), after.get(length..).unwrap_or_default())
    else {
        return false;
    };
    let Some(letter) = rest.chars().next() else { return false };
    let rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    let Some((next, _)) = first(after) else { return rest.ends_with(after) };
    // It ends where that stands which follows it, up to the next one.
    let place = rest.find(after.get(..next).unwrap_or_default());
    place.is_some_and(|place| text_fits(after, rest.get(place..).unwrap_or_default()))
}

/// Whether a value is the expected one.
pub(super) fn value_fits(expected: &Value, came: &Value) -> bool {
    match (expected, came) {
        (Value::String(text), Value::String(came)) => text_fits(text, came),
        (Value::String(text), came) => is_placeholder(text) && !came.is_null(),
        (Value::Array(expected), Value::Array(came)) => {
            expected.len() == came.len() && expected.iter().zip(came).all(|(a, b)| value_fits(a, b))
        }
        (Value::Object(expected), Value::Object(came)) => {
            let fits = |(name, value): (&String, &Value)| {
                came.get(name).is_some_and(|came| value_fits(value, came))
            };
            expected.len() == came.len() && expected.iter().all(fits)
        }
        // As a fraction a whole number loses its last digits.
        (Value::Number(a), Value::Number(b)) => {
            a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64())
        }
        (expected, came) => expected == came,
    }
}

/// What came, for the words of a difference: without what stands where something was taken out.
pub(super) fn shown(expected: Option<&Value>, came: &Value) -> Value {
    match (expected, came) {
        (Some(Value::String(text)), came) if first(text).is_some() && !came.is_null() => {
            Value::from(REDACTED)
        }
        (expected, Value::Object(came)) => {
            let shown = |(name, came): (&String, &Value)| {
                (name.clone(), shown(expected.and_then(|expected| expected.get(name)), came))
            };
            came.iter().map(shown).collect()
        }
        (expected, Value::Array(came)) => {
            let items = expected.and_then(Value::as_array);
            let shown = |(place, came): (usize, &Value)| {
                // What is too many is like the last one.
                let like = items.and_then(|items| items.get(place).or_else(|| items.last()));
                shown(like, came)
            };
            came.iter().enumerate().map(shown).collect()
        }
        (_, came) => came.clone(),
    }
}

/// The keys that were made up, by the placeholders that stand for them.
#[derive(Default)]
pub(super) struct Keys(Vec<(String, String)>);

impl Keys {
    /// Takes the key that stands where a placeholder is, if one is.
    pub(super) fn text(&mut self, expected: &str, came: &str) {
        if is_made_up(expected) {
            self.0.push((expected.to_owned(), came.to_owned()));
        }
    }

    /// Takes the keys of a body.
    pub(super) fn value(&mut self, expected: &Value, came: &Value) {
        match (expected, came) {
            (Value::String(expected), Value::String(came)) => self.text(expected, came),
            (Value::Array(expected), Value::Array(came)) => {
                expected.iter().zip(came).for_each(|(expected, came)| self.value(expected, came));
            }
            (Value::Object(expected), Value::Object(came)) => {
                for (name, expected) in expected {
                    self.value(expected, came.get(name).unwrap_or(&Value::Null));
                }
            }
            _ => {}
        }
    }

    /// Whether each placeholder is one key, and each key one placeholder, also among these.
    pub(super) fn agree(&self, others: &Self) -> bool {
        let all = || self.0.iter().chain(&others.0);
        others.0.iter().all(|(name, key)| all().all(|it| (it.0 == *name) == (it.1 == *key)))
    }

    pub(super) fn append(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}
