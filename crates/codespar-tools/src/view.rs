//! What a model is shown of the data of a result: bounded, without secrets and images.

use std::collections::BTreeSet;

use codespar_engine::Json;
use serde_json::{Map, Value};

/// How many bytes of data a model is shown.
const LONGEST: usize = 16 * 1024;

/// What of the data of results a model is shown.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ViewOptions {
    longest: usize,
    images: bool,
    secrets: bool,
    payment_codes: bool,
    shown: BTreeSet<String>,
    secret_names: BTreeSet<String>,
}

impl Default for ViewOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl ViewOptions {
    /// At most 16 KiB, no images, no secrets. Codes that somebody else is to pay by are shown: they
    /// are what a charge is made for.
    pub const fn new() -> Self {
        Self {
            longest: LONGEST,
            images: false,
            secrets: false,
            payment_codes: true,
            shown: BTreeSet::new(),
            secret_names: BTreeSet::new(),
        }
    }

    /// At most this many bytes of data.
    #[must_use]
    pub const fn longest(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// Whether images and other binary texts are shown.
    #[must_use]
    pub const fn images(mut self, shown: bool) -> Self {
        self.images = shown;
        self
    }

    /// Whether secrets are shown: keys, tokens, passwords.
    #[must_use]
    pub const fn secrets(mut self, shown: bool) -> Self {
        self.secrets = shown;
        self
    }

    /// Whether codes to pay by are shown: Pix codes, lines of boletos.
    #[must_use]
    pub const fn payment_codes(mut self, shown: bool) -> Self {
        self.payment_codes = shown;
        self
    }

    /// The same, with names of members that are secret, whatever they look like.
    pub(crate) fn of_tool(&self, secrets: &[String]) -> Self {
        let mut own = self.clone();
        own.secret_names.extend(secrets.iter().cloned());
        own
    }

    /// Shows members of this name, whatever is in them.
    #[must_use]
    pub fn show(mut self, member: impl Into<String>) -> Self {
        self.shown.insert(member.into());
        self
    }
}

/// What is shown of some data, and what was left out of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub(crate) data: Value,
    pub(crate) left_out: Vec<String>,
}

/// What a model is shown of some data.
pub(crate) fn view(data: &Json, options: &ViewOptions) -> View {
    let mut left_out = Vec::new();
    let data = hide(data.to_value(), "data", "", options, &mut left_out);
    let data = fit(data, options.longest, &mut left_out);
    left_out.truncate(20);
    View { data, left_out }
}

/// The data without what is not shown.
fn hide(value: Value, at: &str, name: &str, options: &ViewOptions, out: &mut Vec<String>) -> Value {
    if options.shown.contains(name) {
        return value;
    }
    match value {
        Value::Object(members) => {
            let own = members.into_iter().map(|(name, value)| {
                let value = hide(value, &format!("{at}.{name}"), &name, options, out);
                (name, value)
            });
            Value::Object(own.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let each = |(index, item)| hide(item, &format!("{at}[{index}]"), name, options, out);
            Value::Array(items.into_iter().enumerate().map(each).collect())
        }
        Value::String(text) => match hidden(name, &text, options) {
            Some(what) => {
                out.push(format!("{at} ({what}, {} characters)", text.chars().count()));
                Value::String(format!("[{what}]"))
            }
            None => Value::String(text),
        },
        Value::Number(_) if !options.secrets && is_secret(name) => {
            out.push(format!("{at} (secret)"));
            Value::String("[secret]".to_owned())
        }
        other => other,
    }
}

/// What a text is that is not shown.
fn hidden(name: &str, text: &str, options: &ViewOptions) -> Option<&'static str> {
    if text.is_empty() {
        return None;
    }
    if is_payment_code(name) {
        return (!options.payment_codes).then_some("payment code");
    }
    if !options.images && is_binary(name, text) {
        return Some("image or file");
    }
    let is_secret = options.secret_names.contains(name) || is_secret(name) || looks_secret(text);
    (!options.secrets && is_secret).then_some("secret")
}

/// A name in its words: `apiKey` and `api_key` are alike.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_is_lower = false;
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && before_is_lower;
        if begins || !letter.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(letter.to_ascii_lowercase());
        }
        before_is_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a member is a credential, as far as its name says.
fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 16] = [
        "secret",
        "secrets",
        "password",
        "passwd",
        "token",
        "authorization",
        "cookie",
        "credential",
        "credentials",
        "apikey",
        "jwt",
        "bearer",
        "cvv",
        "cvc",
        "pan",
        "pin",
    ];
    let words = words(name);
    // `next_page_token` and the like are cursors.
    if words.iter().any(|word| matches!(word.as_str(), "page" | "next" | "cursor" | "tokens")) {
        return false;
    }
    let key = words.iter().position(|word| word == "key");
    let is_key = key.and_then(|at| words.get(at.checked_sub(1)?)).is_some_and(|before| {
        matches!(
            before.as_str(),
            "api" | "access" | "private" | "auth" | "signing" | "agent" | "secret"
        )
    });
    is_key || words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a text is a credential, as far as it says itself.
fn looks_secret(text: &str) -> bool {
    let prefixes = ["csk_", "upv_", "sk_live_", "sk_test_", "whsec_", "Bearer ", "-----BEGIN "];
    prefixes.iter().any(|prefix| text.starts_with(prefix))
        // A JSON web token.
        || (text.starts_with("eyJ") && text.matches('.').count() == 2)
}

fn is_payment_code(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "pix_copy_paste",
        "copia_e_cola",
        "pix_copia_e_cola",
        "pix_code",
        "br_code",
        "brcode",
        "boleto_bank_line",
        "boleto_bar_code",
        "boleto_line",
        "linha_digitavel",
    ];
    NAMES.contains(&name)
}

/// Whether a text is an image or another file.
fn is_binary(name: &str, text: &str) -> bool {
    let base64 = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'\n')
    };
    let is_file = text.starts_with("data:") && text.contains(";base64,");
    let named = words(name)
        .iter()
        .any(|word| matches!(word.as_str(), "qr" | "image" | "picture" | "base64"));
    is_file || (text.len() > if named { 64 } else { 512 } && text.bytes().all(base64))
}

/// The data in so many bytes: texts are cut first, then lists, then all of it.
fn fit(data: Value, longest: usize, out: &mut Vec<String>) -> Value {
    let length = data.to_string().len();
    if length <= longest {
        return data;
    }
    for (text, items) in [(2000, 200), (500, 50), (200, 20), (100, 5), (50, 1)] {
        let mut own = Vec::new();
        let cut = cut(data.clone(), "data", text, items, &mut own);
        if cut.to_string().len() <= longest {
            out.extend(own);
            return cut;
        }
    }
    let names = match &data {
        Value::Object(members) => {
            let names: Vec<&str> = members.keys().map(String::as_str).take(20).collect();
            format!("; its members: {}", names.join(", "))
        }
        _ => String::new(),
    };
    out.push(format!("all of the data, {length} bytes{names}"));
    Value::String(format!("[cut: {length} bytes]"))
}

fn cut(value: Value, at: &str, text: usize, items: usize, out: &mut Vec<String>) -> Value {
    match value {
        Value::String(long) if long.chars().count() > text => {
            let length = long.chars().count();
            out.push(format!("{at}: the first {text} of {length} characters are shown"));
            let kept: String = long.chars().take(text).collect();
            Value::String(format!("{kept}…"))
        }
        Value::Array(mut all) => {
            if all.len() > items {
                out.push(format!("{at}: the first {items} of {} are shown", all.len()));
                all.truncate(items);
            }
            let each = |(index, item)| cut(item, &format!("{at}[{index}]"), text, items, out);
            Value::Array(all.into_iter().enumerate().map(each).collect())
        }
        Value::Object(members) => {
            let own = members.into_iter().map(|(name, value)| {
                let value = cut(value, &format!("{at}.{name}"), text, items, out);
                (name, value)
            });
            Value::Object(own.collect::<Map<_, _>>())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(data: Value, options: &ViewOptions) -> View {
        view(&Json::from(data), options)
    }

    #[test]
    fn secrets_and_images_are_not_shown_unless_asked_for() {
        let data = json!({
            "id": "ch_1", "pix_copy_paste": "00020126BR.GOV",
                "pix_qr_code": "iVBORw0KGgo".repeat(20),
            "apiKey": "abc", "nested": [{ "client_secret": "x", "cvv": 123, "token": "t" }],
            "note": "csk_live_1", "next_page_token": "2", "empty_secret": "",
            "picture": "data:image/png;base64,AAAA", "idempotency_key": "k-1",
                "pix_key": "m@x.example",
        });
        let shown = seen(data.clone(), &ViewOptions::new());
        assert_eq!(shown.data["pix_copy_paste"], "00020126BR.GOV");
        for hidden in ["pix_qr_code", "apiKey", "note", "picture"] {
            assert_eq!(shown.data[hidden].as_str().unwrap().chars().next(), Some('['), "{hidden}");
        }
        for kept in ["id", "next_page_token", "idempotency_key", "pix_key", "empty_secret"] {
            assert_eq!(shown.data[kept], data[kept]);
        }
        assert_eq!(
            shown.data["nested"][0],
            json!({
                "client_secret": "[secret]", "cvv": "[secret]", "token": "[secret]",
            })
        );
        assert!(shown.left_out.iter().any(|it| it.starts_with("data.nested[0].cvv")));
        let all = ViewOptions::new().images(true).secrets(true);
        assert_eq!(seen(data.clone(), &all).data, data);
        let some = ViewOptions::new().show("apiKey").payment_codes(false);
        let shown = seen(data, &some).data;
        assert_eq!(
            (shown["apiKey"].as_str(), shown["pix_copy_paste"].as_str()),
            (Some("abc"), Some("[payment code]"))
        );
    }

    #[test]
    fn what_is_too_long_is_cut_and_said() {
        let rows: Vec<Value> =
            (0..500).map(|id| json!({ "id": id, "about": "x".repeat(100) })).collect();
        let shown = seen(json!({ "items": rows, "total": 500 }), &ViewOptions::new());
        assert!(shown.data.to_string().len() <= LONGEST);
        assert_eq!(shown.data["total"], 500);
        assert!(shown.left_out[0].contains("of 500 are shown"), "{:?}", shown.left_out);
        let many: Map<String, Value> =
            (0..5000).map(|id| (format!("m{id}"), json!("value"))).collect();
        let shown = seen(Value::Object(many), &ViewOptions::new());
        assert!(shown.left_out[0].starts_with("all of the data") && shown.data.is_string());
    }
}
