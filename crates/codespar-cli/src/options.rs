//! The options of a row, made of its description.

use codespar_engine::describe::{Choice, InCurrency, Kind, Member, Scalar, Shape, Unit};

use crate::rows::{KEY, KeySlot, Row, is_secret_in_path};

/// Options of the program itself. An argument of such a name has `arg-` before it.
pub(crate) const OWN: &[&str] = &[
    "base-url",
    "dry-run",
    "fields",
    "help",
    "input",
    "key",
    "max-amount",
    "no-input",
    "output",
    "output-file",
    "profile",
    "project",
    "retries",
    "session",
    "show-secrets",
    "timeout",
    "yes",
];

/// How deep members of members become options of their own.
const DEPTH: usize = 3;

/// An argument that can be given by itself.
pub(crate) struct Opt {
    /// What it is called, without dashes.
    pub(crate) name: String,
    /// Where it is among the arguments.
    pub(crate) path: Vec<&'static str>,
    pub(crate) about: &'static str,
    /// Whether it must be there, and with it all that it is in.
    pub(crate) required: bool,
    /// Whether it is given by its place instead of its name.
    pub(crate) positional: bool,
    pub(crate) kind: OptKind,
    pub(crate) unit: Option<Unit>,
    /// Of an amount: its currency, where no member `currency` beside it says it.
    pub(crate) currency: Option<InCurrency>,
}

/// How the text of an option is read.
#[derive(Clone, Copy)]
pub(crate) enum OptKind {
    Scalar(Kind),
    Choice(&'static Choice),
    /// Given once for each item.
    Items(Kind),
    /// `name=value`, given once for each.
    Pairs(Kind),
    /// An amount with its currency, which is known or goes into a member beside it.
    Money(Kind, Unit),
    Bytes,
    Json(&'static Shape),
}

/// What a row takes: as options, and what is too secret to be one.
pub(crate) struct Taken {
    pub(crate) options: Vec<Opt>,
    /// Where secrets are, and whether they must be there.
    pub(crate) secrets: Vec<(Vec<&'static str>, bool)>,
}

/// What this row takes.
pub(crate) fn taken(row: Row) -> Taken {
    let mut taken = Taken { options: Vec::new(), secrets: Vec::new() };
    for name in row.operation.path.iter().copied() {
        if row.is_of_session() && name == "session_id" {
            continue;
        }
        if is_secret_in_path(name) {
            taken.secrets.push((vec![name], true));
            continue;
        }
        taken.options.push(Opt {
            name: name.replace('_', "-"),
            path: vec![name],
            about: "",
            required: true,
            positional: true,
            kind: OptKind::Scalar(Kind::Text),
            unit: None,
            currency: None,
        });
    }
    let key = match row.key_slot() {
        KeySlot::Argument(name) => Some(name),
        KeySlot::Depends => Some(KEY),
        KeySlot::Call | KeySlot::None => None,
    };
    if let Some(input) = row.operation.input {
        let place = |required| Place { words: Vec::new(), path: Vec::new(), required };
        match input.argument {
            None => taken.members(&members(input.shape), &place(true), key),
            Some(name) => {
                let path = vec![name];
                let words = Vec::new();
                taken.one(name, "", input.shape, true, None, &place(true));
                let inner = Place { words, path, required: true };
                taken.members(&members(input.shape), &inner, key);
            }
        }
    }
    taken
}

/// Where members are.
struct Place {
    words: Vec<String>,
    path: Vec<&'static str>,
    required: bool,
}

impl Taken {
    /// Of an operation whose arguments come from elsewhere.
    pub(crate) const fn nothing() -> Self {
        Self { options: Vec::new(), secrets: Vec::new() }
    }

    fn members(&mut self, members: &[&'static Member], place: &Place, key: Option<&str>) {
        let is_priced = members.iter().any(|member| member.name == "currency");
        for member in members.iter().copied().filter(|member| key != Some(member.name)) {
            let path: Vec<_> = place.path.iter().copied().chain([member.name]).collect();
            if member.is_secret() && !member.is_personal() {
                self.secrets.push((path, member.required && place.required));
                continue;
            }
            let money = money(member, is_priced);
            // An amount brings its currency along.
            let comes_along = members.iter().any(|it| {
                let is_money = matches!(self::money(it, is_priced), Some((_, OptKind::Money(..))));
                is_money && it.required && currency_member(it.currency) == Some(member.name)
            });
            let required = member.required && !comes_along;
            self.one(member.name, member.about, member.shape, required, money, place);
            if let Some(option) = self.options.last_mut() {
                option.currency = member.currency;
            }
            let inner = self::members(member.shape);
            if path.len() < DEPTH && !inner.is_empty() && !is_bytes(member.shape) {
                let words = place.words.iter().cloned().chain([dashed(member.name)]).collect();
                let required = place.required && member.required;
                self.members(&inner, &Place { words, path, required }, None);
            }
        }
    }

    fn one(
        &mut self,
        name: &'static str,
        about: &'static str,
        shape: &'static Shape,
        required: bool,
        money: Option<(String, OptKind)>,
        place: &Place,
    ) {
        let unit = shape.scalar().and_then(|scalar| scalar.unit);
        let path: Vec<_> = place.path.iter().copied().chain([name]).collect();
        let (word, kind) = money.unwrap_or_else(|| (dashed(name), kind(name, shape)));
        let words: Vec<_> = place.words.iter().cloned().chain([word]).collect();
        let mut name = words.join(".");
        let is_taken = |name: &String| self.options.iter().any(|it| it.name == *name);
        if OWN.contains(&name.as_str()) || is_taken(&name) {
            name = format!("arg-{name}");
        }
        let required = required && place.required;
        self.options.push(Opt {
            name,
            path,
            about,
            required,
            positional: false,
            kind,
            unit,
            currency: None,
        });
    }
}

fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

/// Members of an object, or of all that it is made of.
fn members(shape: &'static Shape) -> Vec<&'static Member> {
    match shape {
        Shape::Object(object) => object().members.iter().collect(),
        Shape::Nullable(inner) => members(inner),
        Shape::AllOf(all) => {
            let mut found: Vec<&'static Member> = Vec::new();
            for member in all.iter().copied().flat_map(members) {
                // Of two with one name the first counts.
                if found.iter().all(|it| it.name != member.name) {
                    found.push(member);
                }
            }
            found
        }
        _ => Vec::new(),
    }
}

/// What an amount is called, and how it is read.
fn money(member: &Member, is_priced: bool) -> Option<(String, OptKind)> {
    let shape = match member.shape {
        Shape::Nullable(inner) => inner,
        shape => shape,
    };
    let Shape::Scalar(Scalar { kind, .. }) = shape else { return None };
    let (name, kind) = (dashed(member.name), *kind);
    let said = OptKind::Scalar(kind);
    let ends_in = |unit: &[&str]| unit.iter().any(|unit| name.ends_with(unit));
    match member.unit() {
        Some(unit @ (Unit::Minor | Unit::Major)) if is_priced || member.currency.is_some() => {
            let name = name.strip_suffix("-minor").unwrap_or(&name);
            Some((name.to_owned(), OptKind::Money(kind, unit)))
        }
        Some(Unit::Minor) if !ends_in(&["-minor", "-cents"]) => {
            Some((format!("{name}-minor"), said))
        }
        Some(Unit::Major) if !ends_in(&["-dollars", "-major"]) => {
            Some((format!("{name}-major"), said))
        }
        None if name == "amount" || name.ends_with("-amount") => {
            Some((format!("{name}-undocumented-unit"), said))
        }
        _ => None,
    }
}

fn kind(name: &str, shape: &'static Shape) -> OptKind {
    match shape {
        Shape::Nullable(inner) => kind(name, inner),
        Shape::Scalar(scalar) => OptKind::Scalar(scalar.kind),
        Shape::Choice(choice) => OptKind::Choice(choice),
        Shape::List(Shape::Scalar(scalar)) => OptKind::Items(scalar.kind),
        Shape::List(Shape::Choice(_)) => OptKind::Items(Kind::Text),
        Shape::Map(Shape::Scalar(scalar)) => OptKind::Pairs(scalar.kind),
        shape if is_bytes(shape) || (matches!(shape, Shape::Any) && name == "file") => {
            OptKind::Bytes
        }
        shape => OptKind::Json(shape),
    }
}

/// Whether it is bytes, as an object of one member.
fn is_bytes(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(object) if object().name == "ByteArgument")
}

/// The member that an amount's currency is in.
const fn currency_member(currency: Option<InCurrency>) -> Option<&'static str> {
    match currency {
        None => Some("currency"),
        Some(InCurrency::OfMember(name)) => Some(name),
        Some(_) => None,
    }
}

impl Opt {
    /// Of an amount: the one currency that it can be in.
    pub(crate) const fn fixed_currency(&self) -> Option<&'static str> {
        match self.currency {
            Some(InCurrency::Always(code)) => Some(code),
            _ => None,
        }
    }

    /// Of an amount: where its currency goes.
    pub(crate) fn currency_path(&self) -> Option<Vec<&'static str>> {
        let mut path = self.path.clone();
        *path.last_mut()? = currency_member(self.currency)?;
        Some(path)
    }

    /// The option as it is typed.
    pub(crate) fn typed(&self) -> String {
        match self.positional {
            true => format!("<{}>", self.name.to_uppercase()),
            false => format!("--{}", self.name),
        }
    }

    /// What the help says of it.
    pub(crate) fn help(&self) -> String {
        let mut help = self.about.to_owned();
        let mut say = |text: &str| {
            if !help.is_empty() {
                help.push(' ');
            }
            help.push_str(text);
        };
        match self.kind {
            OptKind::Money(..) => match self.fixed_currency() {
                Some(code) => say(&format!("(as in 150.00{code})")),
                None => say("(with its currency, as in 150.00BRL)"),
            },
            OptKind::Bytes => say("(@FILE)"),
            OptKind::Json(_) => say("(JSON, or @FILE)"),
            OptKind::Choice(choice) if choice.is_open => {
                let known: Vec<_> = choice.values.iter().map(|value| value.text).collect();
                say(&format!("[known values: {}]", known.join(", ")));
            }
            _ => {}
        }
        if let Some(unit) = self.unit.filter(|_| !matches!(self.kind, OptKind::Money(..))) {
            say(match unit {
                Unit::Minor => "(in minor units: centavos, cents)",
                Unit::Major => "(in major units: reais, dollars)",
                Unit::Milliseconds => "(in milliseconds)",
                Unit::Seconds => "(in seconds)",
                Unit::Minutes => "(in minutes)",
                Unit::Hours => "(in hours)",
                Unit::Days => "(in days)",
                Unit::Day => "(YYYY-MM-DD)",
                Unit::Timestamp => "(RFC 3339)",
                Unit::UnixSeconds => "(in seconds since 1970)",
                Unit::Percent => "(in percent)",
                Unit::Bytes => "(in bytes)",
                _ => "",
            });
        }
        if self.name.ends_with("undocumented-unit") {
            say("(the API does not say in which unit)");
        }
        if self.required {
            say("(required)");
        }
        help
    }
}
