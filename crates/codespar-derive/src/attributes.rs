//! The words of `#[serde(…)]` and `#[wire(…)]`: which there are, and who reads which.

use syn::{
    Attribute, Error, ExprPath, Ident, LitStr, Result, Token, Type, meta::ParseNestedMeta,
    parenthesized,
};

use crate::case::Rule;

/// Whose words are read: each derive reads its own, and refuses the others.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Reader {
    Answer,
    Args,
    Describe,
    Setters,
}

/// The units of `engine::describe::Unit`, as they are written here and there.
const UNITS: [(&str, &str); 12] = [
    ("minor", "Minor"),
    ("major", "Major"),
    ("milliseconds", "Milliseconds"),
    ("seconds", "Seconds"),
    ("minutes", "Minutes"),
    ("hours", "Hours"),
    ("days", "Days"),
    ("day", "Day"),
    ("timestamp", "Timestamp"),
    ("unix_seconds", "UnixSeconds"),
    ("percent", "Percent"),
    ("bytes", "Bytes"),
];

/// What a value is, where its type has no description.
const KINDS: [(&str, &str); 5] = [
    ("text", "TEXT"),
    ("integer", "INTEGER"),
    ("number", "NUMBER"),
    ("boolean", "BOOLEAN"),
    ("any", "ANY"),
];

/// Stands for all words that a [`Meaning`] has.
const UNIT: &str = "wire(a unit)";

/// What a description says besides the type.
#[derive(Default)]
pub(crate) struct Meaning {
    pub(crate) unit: Option<Ident>,
    pub(crate) kind: Option<Ident>,
    /// The type that says what it looks like, in the place of its own.
    pub(crate) like: Option<Type>,
    /// The one currency of an amount, or the member that has it.
    pub(crate) currency: Option<LitStr>,
    pub(crate) currency_of: Option<LitStr>,
    pub(crate) secret: bool,
    pub(crate) personal: bool,
}

impl Meaning {
    /// Whether the word was one of these.
    fn read(&mut self, word: &Ident) -> bool {
        let text = word.to_string();
        let known = |table: &[(&str, &str)]| {
            let row = table.iter().find(|(name, _)| *name == text);
            row.map(|(_, variant)| Ident::new(variant, word.span()))
        };
        if let Some(unit) = known(&UNITS) {
            self.unit = Some(unit);
        } else if let Some(kind) = known(&KINDS) {
            self.kind = Some(kind);
        } else if text == "secret" {
            self.secret = true;
        } else if text == "personal" {
            self.personal = true;
        } else {
            return false;
        }
        true
    }
}

/// What stands on a member, a variant, or the struct or enum.
#[derive(Default)]
pub(crate) struct Words {
    pub(crate) rename: Option<LitStr>,
    pub(crate) rename_all: Option<LitStr>,
    /// What is absent is the default, or what this gives.
    pub(crate) default: Option<Option<ExprPath>>,
    pub(crate) skip_if: Option<ExprPath>,
    pub(crate) into: bool,
    pub(crate) no_setter: bool,
    pub(crate) meaning: Meaning,
    pub(crate) no_new: bool,
    pub(crate) private_new: bool,
    pub(crate) check: bool,
    pub(crate) open: bool,
    pub(crate) tag: Option<LitStr>,
    pub(crate) untagged: bool,
    pub(crate) skip: bool,
    pub(crate) tells: Option<(LitStr, Ident)>,
}

/// Reads the words of a list; `of` says which of them may stand there.
pub(crate) fn read(attrs: &[Attribute], of: &[&str]) -> Result<Words> {
    let mut words = Words::default();
    for attr in attrs {
        let is_wire = attr.path().is_ident("wire");
        if is_wire || attr.path().is_ident("serde") {
            attr.parse_nested_meta(|meta| {
                let word = meta.path.require_ident()?;
                if is_wire && of.contains(&UNIT) && words.meaning.read(word) {
                    return Ok(());
                }
                let list = if is_wire { "wire" } else { "serde" };
                let is_path = word == "default" && meta.input.peek(Token![=]);
                let text = format!("{list}({word}{})", if is_path { " = …" } else { "" });
                if !of.contains(&text.as_str()) {
                    return Err(refused(&meta, &text, of));
                }
                words.take(&text, &meta)
            })?;
        }
    }
    Ok(words)
}

fn refused(meta: &ParseNestedMeta<'_>, word: &str, of: &[&str]) -> Error {
    let known = of.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let known = if known.is_empty() { "nothing".to_owned() } else { known };
    meta.error(format_args!("`{word}` is not read here; expected {known}"))
}

impl Words {
    /// How names are made that are not said.
    pub(crate) fn rule(&self) -> Result<Option<Rule>> {
        self.rename_all.as_ref().map(Rule::of).transpose()
    }

    fn take(&mut self, word: &str, meta: &ParseNestedMeta<'_>) -> Result<()> {
        match word {
            "serde(rename)" => self.rename = Some(meta.value()?.parse()?),
            "serde(rename_all)" => self.rename_all = Some(meta.value()?.parse()?),
            "serde(tag)" => self.tag = Some(meta.value()?.parse()?),
            "serde(untagged)" => self.untagged = true,
            "serde(skip_serializing_if)" => {
                self.skip_if = Some(meta.value()?.parse::<LitStr>()?.parse()?);
            }
            "serde(default)" | "wire(default)" => self.default = Some(None),
            "serde(default = …)" => {
                self.default = Some(Some(meta.value()?.parse::<LitStr>()?.parse()?));
            }
            "serde(skip)" => self.skip = true,
            "serde(borrow)" | "serde(transparent)" => {}
            "serde(crate)" => {
                meta.value()?.parse::<LitStr>()?;
            }
            "wire(into)" => self.into = true,
            "wire(no_setter)" => self.no_setter = true,
            "wire(no_new)" => self.no_new = true,
            "wire(private_new)" => self.private_new = true,
            "wire(check)" => self.check = true,
            "wire(open)" => self.open = true,
            "wire(currency)" => self.meaning.currency = Some(meta.value()?.parse()?),
            "wire(currency_of)" => self.meaning.currency_of = Some(meta.value()?.parse()?),
            "wire(like)" => self.meaning.like = Some(meta.value()?.parse()?),
            "wire(tells)" => {
                let content;
                parenthesized!(content in meta.input);
                let name = content.parse()?;
                content.parse::<Token![=]>()?;
                self.tells = Some((name, content.parse()?));
            }
            _ => return Err(meta.error("expected a known word")),
        }
        Ok(())
    }
}

/// The words of a member, by who reads it.
pub(crate) const fn of_member(reader: Reader) -> &'static [&'static str] {
    match reader {
        Reader::Answer => &["serde(rename)", "serde(default)", "wire(default)", "wire(like)", UNIT],
        Reader::Args => &[
            "serde(rename)",
            "serde(default)",
            "serde(default = …)",
            "serde(skip_serializing_if)",
            "wire(currency)",
            "wire(currency_of)",
            "wire(default)",
            "wire(into)",
            "wire(no_setter)",
            UNIT,
        ],
        Reader::Setters => &[],
        Reader::Describe => &[
            "serde(rename)",
            "serde(default)",
            "serde(default = …)",
            "serde(default = …)",
            "serde(skip_serializing_if)",
            "serde(borrow)",
            "serde(skip)",
            UNIT,
        ],
    }
}

/// The words of a struct, by who reads it.
pub(crate) const fn of_struct(reader: Reader) -> &'static [&'static str] {
    match reader {
        Reader::Answer => &["wire(tells)"],
        Reader::Args => &["wire(check)", "wire(no_new)", "wire(private_new)"],
        Reader::Setters => &[],
        Reader::Describe => {
            &["serde(rename_all)", "serde(transparent)", "serde(crate)", "wire(open)", UNIT]
        }
    }
}
