//! Answers as JSON text: good ones by chance, the shortest ones, and wrong ones.

use proptest::{collection::vec, prelude::*, sample::select};

use super::schema::{Field, Schema, inner};

/// A JSON text, also with escapes and with characters of all lengths.
pub(crate) fn text() -> BoxedStrategy<String> {
    const ESCAPED: &[&str] =
        &[r#""""#, r#""caf\u00e9\ud83d\ude00\/\n\"\\""#, r#""00020126\t6304""#];
    let plain = vec(any::<char>(), 0..8).prop_map(|text| quoted(&String::from_iter(text)));
    prop_oneof![1 => select(ESCAPED).prop_map(str::to_owned), 4 => plain].boxed()
}

/// Any JSON, blanks and numbers that fit nowhere included.
fn json() -> BoxedStrategy<String> {
    const PLAIN: &[&str] =
        &["null", "true", "-0", "1e400", "12345678901234567890.10", "[]", "{ }", "[ 1 , 2]"];
    let leaf = prop_oneof![select(PLAIN).prop_map(str::to_owned), text()];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let list = vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", ")));
        let members = vec((text(), inner), 0..3).prop_map(|members| written(&members));
        prop_oneof![list, members]
    })
    .boxed()
}

/// An answer, with members that it does not know.
pub(crate) fn object(schema: &Schema, name: &str) -> BoxedStrategy<String> {
    let fields = &schema.answers[name];
    let known: Vec<_> = fields.iter().map(|field| member(schema, field)).collect();
    let names: Vec<_> = fields.iter().map(|field| field.wire.clone()).collect();
    let unknown = (text(), json()).prop_filter("a known name", move |(name, _)| {
        !names.contains(&serde_json::from_str(name).unwrap())
    });
    (known, vec(unknown, 0..3))
        .prop_map(|(known, unknown)| known.into_iter().flatten().chain(unknown).collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(|members| written(&members))
        .boxed()
}

/// A member that is there, `null` or missing, its name at times with an escape.
fn member(schema: &Schema, field: &Field) -> BoxedStrategy<Option<(String, String)>> {
    let value = match field.optional() {
        Some(kind) => value(schema, kind),
        None => value(schema, &field.kind),
    };
    let value = if field.is_required() {
        value.prop_map(Some).boxed()
    } else {
        let null = Just("null".to_owned()).prop_map(Some);
        prop_oneof![1 => Just(None), 1 => null, 6 => value.prop_map(Some)].boxed()
    };
    let wire = field.wire.clone();
    let first = u32::from(wire.chars().next().unwrap());
    let names = [quoted(&wire), format!("\"\\u{first:04x}{}\"", &wire[1..])];
    let name = prop_oneof![4 => Just(names[0].clone()), 1 => Just(names[1].clone())];
    (name, value).prop_map(|(name, value)| value.map(|value| (name, value))).boxed()
}

/// A good value of a type, by the name of the type.
fn value(schema: &Schema, kind: &str) -> BoxedStrategy<String> {
    if let Some(kind) = listed(kind) {
        let items = vec(value(schema, kind), 0..3);
        return items.prop_map(|items| format!("[{}]", items.join(","))).boxed();
    }
    if let Some(kind) = inner(kind, "BTreeMap").and_then(|kind| kind.strip_prefix("String, ")) {
        return vec((text(), value(schema, kind)), 0..3).prop_map(|all| written(&all)).boxed();
    }
    if let Some(known) = schema.enums.get(kind) {
        let known = select(known.clone()).prop_map(|text| quoted(&text));
        return prop_oneof![known, text()].boxed();
    }
    match kind {
        "bool" => any::<bool>().prop_map(|value| value.to_string()).boxed(),
        "u16" => any::<u16>().prop_map(|value| value.to_string()).boxed(),
        "u32" => any::<u32>().prop_map(|value| value.to_string()).boxed(),
        "u64" => any::<u64>().prop_map(|value| value.to_string()).boxed(),
        "f64" => any::<i32>().prop_map(|value| (f64::from(value) / 8.0).to_string()).boxed(),
        "i64" | "Minor" => any::<i64>().prop_map(|value| value.to_string()).boxed(),
        "Major" => (any::<i64>(), 0..6_u32, any::<bool>()).prop_map(major).boxed(),
        "MinorText" | "AtomicText" => (any::<i64>(), any::<bool>()).prop_map(minor_text).boxed(),
        "DecimalText" => (any::<i64>(), 0..6_u32, any::<bool>()).prop_map(major).boxed(),
        "Json" | "Mock" => json(),
        "ServerRef" => {
            let id = text().prop_map(|id| format!("{{ \"id\" : {id}, \"new\":1.50}}"));
            prop_oneof![text(), id].boxed()
        }
        kind if TEXTS.contains(&kind) => text(),
        kind => object(schema, kind),
    }
}

/// Types that are a text on the wire.
pub(crate) const TEXTS: [&str; 6] =
    ["String", "Sensitive", "Timestamp", "Currency", "ToolCallId", "SessionId"];

/// The type of the items, if it is one of a list.
pub(crate) fn listed(kind: &str) -> Option<&str> {
    if kind == "ToolMatches" {
        return Some("ToolMatch");
    }
    let shared = || inner(kind, "Arc")?.strip_prefix('[')?.strip_suffix(']');
    inner(kind, "Vec").or_else(shared)
}

fn major((units, decimals, as_text): (i64, u32, bool)) -> String {
    let (whole, part) = (units / 10_i64.pow(decimals), units % 10_i64.pow(decimals));
    let width = usize::try_from(decimals).unwrap();
    let number = match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{:0width$}", part.abs()),
    };
    if as_text { quoted(&number) } else { number }
}

fn minor_text((units, as_text): (i64, bool)) -> String {
    if as_text { quoted(&units.to_string()) } else { units.to_string() }
}

/// The shortest answer: what is required and nothing else, but for one member that is set, or
/// left out where its value is empty.
pub(crate) fn least(schema: &Schema, name: &str, set: Option<(&str, &str)>) -> String {
    let fields = schema.answers[name].iter().filter(|field| field.is_required());
    let plain = fields.map(|field| (field.wire.as_str(), shortest(schema, &field.kind)));
    let mut members: Vec<_> =
        plain.filter(|(wire, _)| set.is_none_or(|(name, _)| name != *wire)).collect();
    members.extend(set.map(|(wire, value)| (wire, value.to_owned())));
    members.retain(|(_, value)| !value.is_empty());
    let members: Vec<_> = members.into_iter().map(|(wire, it)| (quoted(wire), it)).collect();
    written(&members)
}

fn shortest(schema: &Schema, kind: &str) -> String {
    match kind {
        "bool" => "true".to_owned(),
        "u64" => "1".to_owned(),
        kind if listed(kind).is_some() => "[]".to_owned(),
        kind if schema.answers.contains_key(kind) => least(schema, kind, None),
        _ => "\"x\"".to_owned(),
    }
}

/// Values that a member cannot have; nothing at all among them where it is required.
pub(crate) fn wrong(schema: &Schema, field: &Field) -> Vec<String> {
    let kind = field.optional().unwrap_or(&field.kind);
    let mut values = wrong_of(schema, kind);
    if let Some(kind) = listed(&field.kind).filter(|_| field.kind != "ToolMatches") {
        values.extend(wrong_of(schema, kind).iter().map(|value| format!("[{value}]")));
    }
    if is_id(&field.wire) {
        // An id may be a number.
        values.retain(|value| listed(&field.kind).map_or(value != "7", |_| value != "[7]"));
    }
    if field.is_required() {
        values.extend(["null".to_owned(), String::new()]);
    }
    values
}

/// Whether the member is an id.
pub(crate) fn is_id(wire: &str) -> bool {
    let one = wire.strip_suffix('s').unwrap_or(wire);
    one == "id" || one.ends_with("_id") || one.ends_with("Id")
}

/// Other spellings of a whole number, and what is none.
pub(crate) fn spelled(number: &str) -> ([String; 4], [String; 3]) {
    let right = [".0", ".000", "e0", "0E-1"].map(|end| format!("{number}{end}"));
    (right, [".5", "e-2", "e400"].map(|end| format!("{number}{end}")))
}

fn wrong_of(schema: &Schema, kind: &str) -> Vec<String> {
    let values: &[&str] = match kind {
        "bool" => &["\"false\"", "0", "[]"],
        "u16" | "u32" | "u64" => &["-1", "1.5", "\"1\"", "true", "18446744073709551616"],
        "f64" => &["\"1.5\"", "true", "[]"],
        "i64" | "Minor" => &["1.5", "\"1\"", "true", "9223372036854775808"],
        "Major" => &["\"1,50\"", "\"ten\"", "true", "[]", "{}"],
        "ServerRef" => &["7", "[]", "{}"],
        "Json" | "Mock" | "MinorText" | "AtomicText" | "DecimalText" => &[],
        kind if TEXTS.contains(&kind) || schema.enums.contains_key(kind) => {
            &["7", "true", "[]", "{}"]
        }
        kind if listed(kind).is_some() => &["7", "\"text\"", "{}"],
        _ => &["7", "\"text\"", "[]"],
    };
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn written(members: &[(String, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, it)| format!("{name} : {it}")).collect();
    format!("{{{}}}", members.join(",\n"))
}
