//! What is taken out of recordings: by the names of members and headers, by the looks of a value,
//! and wherever such a value stands again.

mod looks;
mod names;
mod parts;

use std::ops::Range;

use http::{
    HeaderName, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

use self::{
    looks::{is_uuid, is_worth_looking_for, without_looks},
    names::{Hidden, Place, hidden, plain},
    parts::{Part, parts},
};
pub(super) use self::{names::Side, parts::Kind};
use crate::{secret::is_credential, testing::placeholders::REDACTED};

/// Replacements of parts of a text, in order.
pub(super) type Edits = Vec<(Range<usize>, String)>;

/// What stands for a key, if it was made up.
pub(super) type MadeUp<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Which names are hidden, besides those that always are.
#[derive(Clone, Default)]
pub(super) struct Redaction {
    pub(super) hidden: Vec<String>,
    pub(super) shown: Vec<String>,
    pub(super) headers: Vec<String>,
}

impl Redaction {
    pub(super) fn hide(&mut self, name: &str) {
        self.hidden.push(plain(name));
    }

    pub(super) fn show(&mut self, name: &str) {
        self.shown.push(plain(name));
    }

    pub(super) fn hide_header(&mut self, name: &str) {
        self.headers.push(name.to_ascii_lowercase());
    }

    fn hides_header(&self, name: &HeaderName, value: &HeaderValue) -> bool {
        value.is_sensitive()
            || is_credential(name)
            || name.as_str().ends_with("signature")
            || self.headers.iter().any(|hidden| hidden == name.as_str())
    }

    fn hides(&self, side: Side, place: &Place<'_>) -> Hidden {
        let name = plain(place.name);
        if self.hidden.contains(&name) {
            return Hidden::Everywhere;
        }
        match hidden(side, &name, place) {
            Hidden::Here | Hidden::Everywhere if self.shown.contains(&name) => Hidden::No,
            hidden => hidden,
        }
    }

    /// Whether a name of the query is hidden.
    fn hides_pair(&self, name: &str) -> bool {
        let place = Place { name, parent: "", beside: &[], is_scalar: true };
        self.hides(Side::Request, &place).is_so()
    }
}

/// All that was found to be hidden in a recording, so that it is found wherever it stands again.
pub(super) struct Redactor<'a> {
    redaction: &'a Redaction,
    known: Vec<String>,
}

impl<'a> Redactor<'a> {
    pub(super) const fn new(redaction: &'a Redaction) -> Self {
        Self { redaction, known: Vec::new() }
    }

    /// Learns what is hidden in a text.
    pub(super) fn learn(&mut self, side: Side, kind: Kind, text: &str) {
        for part in parts(text, kind, |place| self.redaction.hides(side, place)) {
            let Part::Json { range, hidden } = part else { continue };
            let scalar = text.get(range).unwrap_or_default();
            let value = serde_json::from_str(scalar).unwrap_or_else(|_| scalar.to_owned());
            match hidden {
                Hidden::Everywhere => self.learn_value(&value),
                Hidden::No if is_json(&value) => self.learn(side, Kind::Json, &value),
                _ => {}
            }
        }
    }

    /// Learns what is hidden in a header: the credential without its scheme, and each cookie.
    pub(super) fn learn_header(&mut self, name: &HeaderName, value: &HeaderValue) {
        if !self.redaction.hides_header(name, value) {
            return;
        }
        let text = String::from_utf8_lossy(value.as_bytes());
        let cookies = match *name {
            COOKIE => text.split(';').collect(),
            SET_COOKIE => text.split(';').take(1).collect(),
            _ => Vec::new(),
        };
        for (_, value) in cookies.iter().filter_map(|cookie| cookie.split_once('=')) {
            self.learn_value(value.trim());
        }
        self.learn_value(text.rsplit(' ').next().unwrap_or_default());
    }

    /// Learns what is hidden in a pair of the query.
    pub(super) fn learn_pair(&mut self, name: &str, value: &str) {
        if self.redaction.hides_pair(name) {
            self.learn_value(value);
        }
    }

    fn learn_value(&mut self, value: &str) {
        if is_worth_looking_for(value) && !self.known.iter().any(|known| known == value) {
            self.known.push(value.to_owned());
            // Longer ones first: one may be a part of another.
            self.known.sort_by_key(|known| std::cmp::Reverse(known.len()));
        }
    }

    /// What is changed in a body. What stands for a key that was made up is asked of the keys of a
    /// request.
    pub(super) fn edits(&self, side: Side, kind: Kind, text: &str, made_up: MadeUp<'_>) -> Edits {
        let parts = parts(text, kind, |place| self.redaction.hides(side, place));
        let change = |part| {
            let (range, new) = match part {
                Part::Json { range, hidden } => {
                    let new = self.scalar(side, text.get(range.clone())?, hidden, made_up)?;
                    (range, new)
                }
                Part::Text(range) => {
                    let new = self.text(side, text.get(range.clone())?)?;
                    (range, new)
                }
                Part::Broken(range) => (range, REDACTED.to_owned()),
            };
            Some((range, new))
        };
        let mut edits: Edits = parts.into_iter().filter_map(change).collect();
        // The data of an event is looked at when the event is over.
        edits.sort_by_key(|(range, _)| range.start);
        edits
    }

    /// A scalar of JSON as it is written instead.
    fn scalar(
        &self,
        side: Side,
        json: &str,
        hidden: Hidden,
        made_up: MadeUp<'_>,
    ) -> Option<String> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        if !json.starts_with('"') {
            let is_number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
            let is_hidden = hidden.is_so() || self.known.iter().any(|known| known == json);
            return (is_hidden && is_number).then(|| match side {
                Side::Request => quoted(REDACTED),
                _ => "0".to_owned(),
            });
        }
        // What cannot be read, such as half a surrogate pair, is looked at as it is written.
        let text: String = serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
        match text.as_str() {
            "" => None,
            text if hidden.is_so() && side != Side::Request && is_address(text) => {
                Some(quoted("https://redacted.invalid/"))
            }
            _ if hidden.is_so() => Some(quoted(REDACTED)),
            text if side == Side::Request && hidden == Hidden::Key && is_uuid(text) => {
                made_up(text).map(|new| quoted(&new))
            }
            text if is_json(text) => {
                let mut new = text.to_owned();
                for (range, with) in self.edits(side, Kind::Json, text, made_up).iter().rev() {
                    new.replace_range(range.clone(), with);
                }
                Some(quoted(&new))
            }
            text => self.text(side, text).map(|new| quoted(&new)),
        }
    }

    /// A text without what is known or looks like a secret; `None` where it stays as it is.
    pub(super) fn text(&self, side: Side, text: &str) -> Option<String> {
        let mut new = text.to_owned();
        if let Some((before, _)) = text.split_once('?').filter(|_| is_address(text)) {
            // An address that was signed. Where it is asked for, its query may be any.
            new = match side {
                Side::Request => REDACTED.to_owned(),
                _ => format!("{before}?redacted"),
            };
        }
        for known in &self.known {
            if new.contains(known.as_str()) {
                new = new.replace(known.as_str(), REDACTED);
            }
        }
        let new = without_looks(&new).unwrap_or(new);
        (new != text).then_some(new)
    }

    /// The value of a header as it is written.
    pub(super) fn header(&self, side: Side, name: &HeaderName, value: &HeaderValue) -> String {
        let text = String::from_utf8_lossy(value.as_bytes());
        if !self.redaction.hides_header(name, value) {
            return self.text(side, &text).unwrap_or_else(|| text.into_owned());
        }
        if name == SET_COOKIE {
            // With its name and attributes it is a cookie still, for whoever keeps it.
            let (cookie, attributes) = text.split_once(';').unwrap_or((&text, ""));
            let name = cookie.split('=').next().unwrap_or_default();
            let end = if attributes.is_empty() { "" } else { ";" };
            return format!("{name}={REDACTED}{end}{attributes}");
        }
        REDACTED.to_owned()
    }

    /// A key that was made up, as it is written.
    pub(super) fn made_up(&self, key: &str, made_up: MadeUp<'_>) -> String {
        Some(key).filter(|key| is_uuid(key)).and_then(made_up).unwrap_or_else(|| key.to_owned())
    }

    /// The value of a pair of the query as it is written.
    pub(super) fn pair(&self, name: &str, value: &str) -> String {
        match self.redaction.hides_pair(name) {
            true => REDACTED.to_owned(),
            false => self.text(Side::Request, value).unwrap_or_else(|| value.to_owned()),
        }
    }
}

/// Whether a text is an object or a list of JSON.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
