//! The arguments of an operation: of options and `--input`, as JSON whose numbers stay as they
//! were written.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Read as _},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::ArgMatches;
use codespar_blocking::{Currency, Json};
use codespar_engine::{
    describe::{Kind, Shape, Unit},
    kit::amount_text,
};
use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

use crate::{
    options::{Opt, OptKind, Taken},
    outcome::Failure,
};

/// Members by name.
pub(crate) type Members = BTreeMap<String, Json>;

/// The arguments that a command line gives: those of `--input`, and the options over them.
pub(crate) fn arguments(matches: &ArgMatches, taken: &Taken) -> Result<Members, Failure> {
    let mut members = match matches.get_one::<String>("input") {
        None => Members::new(),
        Some(input) => read_input(input, taken)?,
    };
    for option in &taken.options {
        let Some(texts) = matches.get_many::<String>(&option.name) else { continue };
        let texts: Vec<&str> = texts.map(String::as_str).collect();
        if let OptKind::Money(kind, unit) = option.kind {
            let text = texts.last().copied().unwrap_or_default();
            put_money(&mut members, matches, option, (kind, unit), text)?;
        } else {
            put(&mut members, &option.path, value(option, &texts)?)?;
        }
    }
    check_required(&members, taken)?;
    Ok(members)
}

/// What is missing, all at once.
pub(crate) fn check_required(members: &Members, taken: &Taken) -> Result<(), Failure> {
    let missing = |path: &[&str]| get(members, path).is_none_or(|value| value.is_null());
    let options = taken.options.iter().filter(|option| option.required && missing(&option.path));
    let mut names: Vec<String> = options.map(Opt::typed).collect();
    let secrets = taken.secrets.iter().filter(|(path, required)| *required && missing(path));
    names.extend(secrets.map(|(path, _)| format!("{} (by --input @FILE or -)", path.join("."))));
    if names.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!("expected also {}", names.join(", "))))
}

/// The arguments of `--input`.
pub(crate) fn read_input(input: &str, taken: &Taken) -> Result<Members, Failure> {
    let is_inline = input != "-" && !input.starts_with('@');
    let text = if is_inline { input.to_owned() } else { content(input, "--input")? };
    let json = Json::parse_str(&text).and_then(|json| json.read());
    let Input(members) = json.map_err(|_| {
        Failure::usage("--input: expected a JSON object, with each of its members once")
    })?;
    if is_inline {
        let is_there = |path: &[&str]| get(&members, path).is_some_and(|it| !it.is_null());
        if let Some((path, _)) = taken.secrets.iter().find(|(path, _)| is_there(path)) {
            return Err(secret(&path.join(".")));
        }
        // Those in lists, and those deeper than options go.
        for option in &taken.options {
            let OptKind::Json(shape) = option.kind else { continue };
            let value = get(&members, &option.path).map(|value| value.to_value());
            if let Some(name) = value.and_then(|value| secret_in(&value, shape)) {
                return Err(secret(&format!("{}: {name}", option.path.join("."))));
            }
        }
    }
    Ok(members)
}

/// The members of an object, none of which stands there twice: nobody could say which one is meant.
struct Input(Members);

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Members::new();
                while let Some((name, value)) = map.next_entry()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member twice"));
                    }
                }
                Ok(members)
            }
        }
        from.deserialize_map(Once).map(Self)
    }
}

/// What stands on a command line is seen by every process, and kept by shells.
fn secret(name: &str) -> Failure {
    Failure::usage(format!("{name} is secret: give it by --input @FILE or --input -"))
}

/// The text of `@FILE` or `-`.
pub(crate) fn content(place: &str, option: &str) -> Result<String, Failure> {
    let bytes = bytes(place, option)?;
    String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{option}: expected UTF-8")))
}

fn bytes(place: &str, option: &str) -> Result<Vec<u8>, Failure> {
    let read = match place.strip_prefix('@') {
        Some(path) => fs::read(path),
        None => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
    };
    read.map_err(|error| Failure::usage(format!("{option}: {error}")))
}

/// The value of an option.
fn value(option: &Opt, texts: &[&str]) -> Result<Json, Failure> {
    let name = option.typed();
    let one = texts.last().copied().unwrap_or_default();
    match option.kind {
        OptKind::Scalar(kind) | OptKind::Money(kind, _) => scalar(&name, kind, one),
        OptKind::Choice(_) => scalar(&name, Kind::Text, one),
        OptKind::Items(kind) => {
            let items = texts.iter().map(|text| scalar(&name, kind, text));
            json(&name, &items.collect::<Result<Vec<_>, _>>()?)
        }
        OptKind::Pairs(kind) => {
            let mut pairs = Members::new();
            for text in texts {
                let expected = || Failure::usage(format!("{name}: expected NAME=VALUE"));
                let (member, value) = text.split_once('=').ok_or_else(expected)?;
                pairs.insert(member.to_owned(), scalar(&name, kind, value)?);
            }
            json(&name, &pairs)
        }
        OptKind::Bytes => {
            if !one.starts_with('@') && one != "-" {
                return Err(Failure::usage(format!("{name}: expected @FILE")));
            }
            let text = STANDARD.encode(bytes(one, &name)?);
            json(&name, &BTreeMap::from([("$bytes_base64", text)]))
        }
        OptKind::Json(shape) => {
            let is_inline = !one.starts_with('@');
            let value = json_or_file(&name, one)?;
            match secret_in(&value.to_value(), shape) {
                Some(member) if is_inline => Err(secret(member)),
                _ => Ok(value),
            }
        }
    }
}

/// JSON as it stands there, or of `@FILE`.
pub(crate) fn json_or_file(name: &str, text: &str) -> Result<Json, Failure> {
    let text = if text.starts_with('@') { content(text, name)? } else { text.to_owned() };
    Json::parse_str(&text).map_err(|_| Failure::usage(format!("{name}: expected JSON")))
}

/// The first secret that a value holds.
fn secret_in(value: &serde_json::Value, shape: &'static Shape) -> Option<&'static str> {
    match (shape, value) {
        (Shape::Nullable(inner), value) => secret_in(value, inner),
        (Shape::List(inner), serde_json::Value::Array(items)) => {
            items.iter().find_map(|item| secret_in(item, inner))
        }
        (Shape::Map(inner), serde_json::Value::Object(members)) => {
            members.values().find_map(|item| secret_in(item, inner))
        }
        (Shape::AllOf(all), value) => all.iter().find_map(|shape| secret_in(value, shape)),
        (Shape::OneOf(one_of), value) => {
            one_of().variants.iter().find_map(|variant| secret_in(value, variant.shape))
        }
        (Shape::Object(object), serde_json::Value::Object(members)) => {
            object().members.iter().find_map(|member| {
                let value = members.get(member.name).filter(|value| !value.is_null())?;
                match member.is_secret() && !member.is_personal() {
                    true => Some(member.name),
                    false => secret_in(value, member.shape),
                }
            })
        }
        _ => None,
    }
}

/// A text, a number, a truth value. Numbers are not computed with: they go out as they came in.
fn scalar(name: &str, kind: Kind, text: &str) -> Result<Json, Failure> {
    let expected = |what: &str| Failure::usage(format!("{name}: expected {what}"));
    let number = || Json::parse_str(text).ok().filter(|_| is_number(text));
    match kind {
        Kind::Text => json(name, text),
        Kind::Boolean => match text {
            "true" | "false" => json(name, &(text == "true")),
            _ => Err(expected("true or false")),
        },
        Kind::Integer => {
            let whole =
                number().filter(|_| text.bytes().all(|it| it == b'-' || it.is_ascii_digit()));
            whole.ok_or_else(|| expected("a whole number"))
        }
        Kind::Number => number().ok_or_else(|| expected("a number such as 150.00")),
        _ => Err(expected("a kind of value that this version knows")),
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

fn json<T: serde::Serialize + ?Sized>(name: &str, value: &T) -> Result<Json, Failure> {
    Json::of(value).map_err(|error| Failure::usage(format!("{name}: {error}")))
}

/// An amount as it is typed: a decimal number, and the currency behind it. What may be thousands is
/// no amount.
pub(crate) fn amount(text: &str) -> Option<(Decimal, Option<String>)> {
    let at = text.find(|char: char| char.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, currency) = text.split_at_checked(at)?;
    let is_plain = is_number(number) && number.bytes().all(|it| b"-.0123456789".contains(&it));
    let plain = amount_text(number, "150.00").ok().filter(|_| is_plain)?;
    let number = Decimal::from_str_exact(&plain).ok()?;
    let is_code = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
    match currency {
        "" => Some((number, None)),
        code if is_code(code) => Some((number, Some(code.to_owned()))),
        _ => None,
    }
}

/// An amount in minor units, or nothing where it has more decimals than the currency.
pub(crate) fn minor(amount: Decimal, currency: &str) -> Option<Decimal> {
    let factor = Decimal::from(10_u64.checked_pow(Currency::from(currency).exponent())?);
    amount.checked_mul(factor).filter(|minor| minor.fract().is_zero()).map(|it| it.normalize())
}

/// Puts an amount where it belongs, and its currency beside it.
fn put_money(
    members: &mut Members,
    matches: &ArgMatches,
    option: &Opt,
    (kind, unit): (Kind, Unit),
    text: &str,
) -> Result<(), Failure> {
    let name = option.typed();
    let expected = |what: &str| Failure::usage(format!("{name}: expected {what}"));
    let (number, currency) = amount(text).ok_or_else(|| expected("an amount such as 150.00BRL"))?;
    // An option that is the currency counts, whether it stands before or behind.
    let beside = option.currency_path();
    let said = beside.as_ref().and_then(|beside| {
        let words: Vec<_> = beside.iter().map(|word| word.replace('_', "-")).collect();
        let by_option = matches.try_get_one::<String>(&words.join(".")).ok().flatten().cloned();
        by_option.or_else(|| get(members, beside)?.read::<String>().ok())
    });
    let known = option.fixed_currency().map(str::to_owned).or(said);
    let currency = match (currency, known) {
        (Some(given), Some(known)) if given != known => {
            return Err(expected(&format!("an amount in {known}, as the currency says")));
        }
        (Some(currency), _) | (None, Some(currency)) => currency,
        (None, None) => return Err(expected("a currency behind it, as in 150.00BRL")),
    };
    let number = match unit {
        Unit::Minor => minor(number, &currency)
            .ok_or_else(|| expected(&format!("no more decimals than {currency} has")))?,
        _ => number,
    };
    put(members, &option.path, scalar(&name, kind, &number.to_string())?)?;
    match beside {
        Some(beside) => put(members, &beside, json("--currency", &currency)?),
        None => Ok(()),
    }
}

/// The value at a path.
pub(crate) fn get(members: &Members, path: &[&str]) -> Option<Json> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(members.get(*first)?.clone(), |json, name| json.member(name))
}

/// Puts a value at a path, into the objects that are there.
pub(crate) fn put(members: &mut Members, path: &[&str], value: Json) -> Result<(), Failure> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if rest.is_empty() {
        members.insert((*first).to_owned(), value);
        return Ok(());
    }
    let mut inner = match members.get(*first).filter(|json| !json.is_null()) {
        None => Members::new(),
        Some(json) => {
            json.read().map_err(|_| Failure::usage(format!("{first}: expected an object")))?
        }
    };
    put(&mut inner, rest, value)?;
    members.insert((*first).to_owned(), json(first, &inner)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        let read = |text: &str| amount(text).map(|(number, code)| (number.to_string(), code));
        assert_eq!(read("150.00BRL"), Some(("150.00".to_owned(), Some("BRL".to_owned()))));
        assert_eq!(read("0.1"), Some(("0.1".to_owned(), None)));
        // Some people write thousands like this.
        for wrong in ["1.500BRL", "150.000"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        for wrong in ["", "BRL", "1,5BRL", "1e3BRL", "1.5brl", "R$1", "1_0BRL", "1 BRL", "+1BRL"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let minor = |text: &str, code: &str| {
            minor(text.parse().unwrap(), code).map(|minor| minor.to_string())
        };
        assert_eq!(minor("150.00", "BRL").as_deref(), Some("15000"));
        assert_eq!(minor("0.29", "BRL").as_deref(), Some("29"));
        assert_eq!(minor("150", "JPY").as_deref(), Some("150"));
        assert_eq!(minor("150.005", "BRL"), None);
        assert_eq!(minor("0.5", "JPY"), None);
    }

    #[test]
    fn what_is_put_beside_other_members_leaves_them() {
        let mut members: Members =
            Json::parse_str(r#"{"buyer":{"name":"A","n":1.00}}"#).unwrap().read().unwrap();
        put(&mut members, &["buyer", "name"], json("", "B").unwrap()).unwrap();
        assert_eq!(json("", &members).unwrap().as_str(), r#"{"buyer":{"n":1.00,"name":"B"}}"#);
        assert!(put(&mut members, &["buyer", "n", "x"], Json::null()).is_err());
    }
}
