//! JSON Schemas made from descriptions.

use std::collections::BTreeSet;

use codespar_engine::{
    Describe, Json, Page,
    describe::{SchemaOptions, Shape, schema},
};
use serde_json::{Map, Value, json};

use crate::derive::described::{Charge, Closed, CreateCharge, Own, Secrets, Shop};

const SHAPES: [&Shape; 8] = [
    CreateCharge::SHAPE,
    Charge::SHAPE,
    Own::<Json>::SHAPE,
    Shop::SHAPE,
    Secrets::SHAPE,
    Closed::SHAPE,
    &Shape::AllOf(&[Charge::SHAPE, Own::<u8>::SHAPE]),
    &Shape::AllOf(&[Charge::SHAPE, Secrets::SHAPE]),
];

const OPTIONS: [SchemaOptions; 4] = [
    SchemaOptions::new(),
    SchemaOptions::new().inline(),
    SchemaOptions::new().closed(),
    SchemaOptions::new().inline().closed(),
];

/// The text, a member in a line: the order is that of the text.
fn lines(schema: &Json) -> String {
    let (mut text, mut depth, mut is_text) = (String::new(), 0, false);
    let mut last = ' ';
    for c in schema.as_str().chars() {
        is_text ^= c == '"';
        depth -= usize::from(c == '}' && !is_text);
        if matches!(last, '{' | ',') && c == '"' && is_text {
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
        }
        depth += usize::from(c == '{' && !is_text);
        text.push(c);
        last = if is_text { ' ' } else { c };
    }
    text
}

#[test]
fn arguments_have_a_schema() {
    insta::assert_snapshot!(lines(&schema(CreateCharge::SHAPE, SchemaOptions::new())));
}

#[test]
fn a_schema_can_be_without_references() {
    let options = SchemaOptions::new().inline().closed();
    insta::assert_snapshot!(lines(&schema(CreateCharge::SHAPE, options)));
}

#[test]
fn answers_have_a_schema() {
    insta::assert_snapshot!(lines(&schema(Charge::SHAPE, SchemaOptions::new())));
}

#[test]
fn alternatives_have_a_schema() {
    let schemas = [Shop::SHAPE, Secrets::SHAPE].map(|it| lines(&schema(it, SchemaOptions::new())));
    insta::assert_snapshot!(schemas.join("\n"));
}

#[test]
fn two_types_of_one_name_are_numbered() {
    let both: &Shape = &Shape::OneOf(|| {
        use codespar_engine::describe::{OneOf, Variant};
        const VARIANTS: &[Variant] = &[
            Variant::new("a", "", Own::<u8>::SHAPE),
            Variant::new("b", "", Own::<bool>::SHAPE),
            Variant::new("c", "", Own::<u8>::SHAPE),
        ];
        const { &OneOf::new("Both", "", None, VARIANTS) }
    });
    let schema = schema(both, SchemaOptions::new()).to_value();
    let refs: Vec<_> = schema["anyOf"].as_array().unwrap().iter().map(|it| &it["$ref"]).collect();
    assert_eq!(refs, ["#/$defs/Own", "#/$defs/Own_2", "#/$defs/Own"]);
    let first = |name: &str| schema["$defs"][name]["properties"]["firstOne"]["type"].clone();
    assert_eq!((first("Own"), first("Own_2")), (json!("integer"), json!("boolean")));
}

/// What the meta-schema of 2020-12 asks of the words that are used; another word is a mistake.
fn check(schema: &Value, root: &Value) {
    let words = schema.as_object().unwrap_or_else(|| panic!("no schema: {schema}"));
    for (word, value) in words {
        match word.as_str() {
            "$schema" | "title" | "description" | "format" => {
                assert!(value.is_string(), "{word}: {value}");
            }
            "type" => check_type(value),
            "properties" | "$defs" => {
                value.as_object().unwrap().values().for_each(|it| check(it, root));
            }
            "required" | "enum" | "examples" => check_texts(value, words),
            "additionalProperties" if value.is_boolean() => {}
            "items" | "additionalProperties" => check(value, root),
            "anyOf" | "oneOf" | "allOf" => {
                let all = value.as_array().unwrap();
                assert!(!all.is_empty());
                all.iter().for_each(|it| check(it, root));
            }
            "$ref" => {
                let place = value.as_str().unwrap().strip_prefix('#').unwrap();
                let found = root.pointer(place).unwrap_or_else(|| panic!("{value} is not there"));
                assert!(found.as_object().is_some_and(|it| !it.is_empty()), "{value} is empty");
            }
            "const" | "x-unit" => assert!(value.is_string(), "{word}: {value}"),
            "x-secret" | "x-personal" => assert_eq!(*value, true, "{word}"),
            _ => panic!("{word} is no word of JSON Schema"),
        }
    }
}

fn check_type(value: &Value) {
    let known = ["string", "integer", "number", "boolean", "null", "array", "object"];
    let types: Vec<&str> = match value {
        Value::Array(all) => all.iter().map(|it| it.as_str().unwrap()).collect(),
        one => vec![one.as_str().unwrap()],
    };
    assert!(!types.is_empty() && types.iter().all(|it| known.contains(it)), "{value}");
    assert_eq!(types.iter().collect::<BTreeSet<_>>().len(), types.len(), "{value}");
}

/// Different texts, and in `required` those of members.
fn check_texts(value: &Value, words: &Map<String, Value>) {
    let texts: Vec<&str> =
        value.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len(), "{value}");
    if words.get("required") == Some(value) {
        let members = words["properties"].as_object().unwrap();
        assert!(texts.iter().all(|name| members.contains_key(*name)), "{value}");
    }
}

#[test]
fn every_schema_is_one() {
    for shape in SHAPES {
        for options in OPTIONS {
            let schema = schema(shape, options).to_value();
            check(&schema, &schema);
            let is_recursive = schema.get("$defs").is_some();
            if options == SchemaOptions::new().inline() && is_recursive {
                // Only what holds itself is left.
                let names: Vec<_> = schema["$defs"].as_object().unwrap().keys().collect();
                assert!(
                    names.iter().all(|it| ["Line", "Charge"].contains(&it.as_str())),
                    "{names:?}"
                );
            }
        }
    }
}

/// Whether a value is what a schema says; as much of JSON Schema as these have.
fn fits(schema: &Value, value: &Value, root: &Value) -> bool {
    let all = |word: &str| schema.get(word).and_then(Value::as_array).into_iter().flatten();
    let many = |word: &str| all(word).filter(|it| fits(it, value, root)).count();
    let is_type = |kind: &str| match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    let types = match schema.get("type") {
        None => true,
        Some(Value::String(kind)) => is_type(kind),
        Some(kinds) => kinds.as_array().unwrap().iter().any(|it| is_type(it.as_str().unwrap())),
    };
    let reference = schema.get("$ref").and_then(Value::as_str).is_none_or(|place| {
        fits(root.pointer(place.trim_start_matches('#')).unwrap(), value, root)
    });
    let members = value.as_object().is_none_or(|members| {
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        all("required").all(|it| members.contains_key(it.as_str().unwrap()))
            && members.iter().all(|(name, value)| match known.and_then(|it| it.get(name)) {
                Some(schema) => fits(schema, value, root),
                None => others.is_none_or(|it| match it {
                    Value::Bool(open) => *open,
                    schema => fits(schema, value, root),
                }),
            })
    });
    let items = value.as_array().is_none_or(|items| {
        schema.get("items").is_none_or(|it| items.iter().all(|item| fits(it, item, root)))
    });
    types
        && reference
        && members
        && items
        && schema.get("const").is_none_or(|it| it == value)
        && (schema.get("enum").is_none() || all("enum").any(|it| it == value))
        && (schema.get("anyOf").is_none() || many("anyOf") > 0)
        && (schema.get("oneOf").is_none() || many("oneOf") == 1)
        && all("allOf").all(|it| fits(it, value, root))
}

/// What a type reads fits its schema, however that is written, and what it refuses does not.
#[test]
fn a_schema_takes_what_the_type_takes() {
    fn same<T: Describe + serde::de::DeserializeOwned>(values: &[Value]) {
        let (mut good, mut bad) = (0, 0);
        for value in values {
            let read = serde_json::from_value::<T>(value.clone());
            for options in OPTIONS {
                let schema = schema(T::SHAPE, options).to_value();
                let place = format!("{value} {:?} {schema}", read.as_ref().err());
                assert_eq!(fits(&schema, value, &schema), read.is_ok(), "{place}");
            }
            *(if read.is_ok() { &mut good } else { &mut bad }) += 1;
        }
        assert!(good > 0 && bad > 0);
    }
    let buyer = json!({"name": "Maria", "document": "1", "codes": ["a", "b"]});
    same::<CreateCharge>(&[
        json!({"amount": 1, "buyer": buyer}),
        json!({"amount": 1, "buyer": buyer, "method": "pix", "dueDate": "2026-12-31", "wait": 3,
            "lines": [{"shares": [1.5], "lines": [{"shares": []}]}], "metadata": [1]}),
        json!({"amount": 1}),
        json!({"amount": "1", "buyer": buyer}),
        json!({"amount": 1, "buyer": {}}),
        json!({"amount": 1, "buyer": buyer, "lines": [{"shares": [1.5], "lines": [{}]}]}),
        json!([]),
    ]);
    let charge = json!({"id": "c", "type": "boleto", "prices": {}, "x": 1});
    let whole = |before: &Value| json!({"id": "c", "code": null, "before": before, "verdict": 1});
    same::<Charge>(&[
        whole(&Value::Null),
        json!({"id": "c", "before": {"created_at": "x", "verdict": 1}, "verdict": 1}),
        json!({"id": 1, "verdict": 1}),
        json!({"id": "c", "code": 1, "verdict": 1}),
    ]);
    // What is written has what is ours, too.
    let read: Charge = serde_json::from_value(charge).unwrap();
    let schema = schema(Charge::SHAPE, SchemaOptions::new()).to_value();
    assert!(fits(&schema, &serde_json::to_value(&read).unwrap(), &schema));
    same::<Shop>(&[
        json!({"action": "search", "shares": [1]}),
        json!({"action": "check_out", "variant_id": "v"}),
        json!({"action": "cancel"}),
        json!({"action": "search"}),
        json!({"action": "check_out", "shares": [1]}),
        json!({"action": "new"}),
        json!({"variant_id": "v"}),
    ]);
    same::<Secrets>(&[json!("a"), json!({"a": "b"}), json!({"a": 1}), json!(1)]);
    same::<Closed>(&[json!("THIS_ONE"), json!("that"), json!("THAT_ONE"), json!(1)]);
}

#[test]
fn a_page_is_described_as_it_is_written() {
    let page = Page::new(vec![7_u64], Some("c2".to_owned()));
    let written = Json::of(&page).unwrap().to_value();
    let schema = schema(<Page<u64>>::SHAPE, SchemaOptions::new()).to_value();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&schema["properties"]), names(&written));
    assert_eq!(schema["required"], json!(["items", "next"]));
    assert_eq!(schema["properties"]["items"]["items"]["type"], "integer");
    assert_eq!(schema["properties"]["next"]["type"], json!(["string", "null"]));
}
