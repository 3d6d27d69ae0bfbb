//! Schemas are made plain, and written in dialects.

use serde_json::{Value, json};

use super::*;

fn plained(schema: Value) -> Value {
    plain(Some(&schema)).unwrap().value
}

#[test]
fn references_are_written_out_and_what_holds_itself_ends() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": { "who": { "$ref": "#/$defs/Person", "description": "Whom" },
            "far": { "$ref": "https://x.example/y" } },
        "$defs": { "Person": { "type": "object", "properties": {
            "name": { "type": "string" }, "boss": { "$ref": "#/$defs/Person" },
        } } },
    });
    assert_eq!(
        plained(schema),
        json!({
            "type": "object",
            "properties": {
                "who": { "type": "object", "description": "Whom", "properties": {
                    "name": { "type": "string" }, "boss": { "type": "object" },
                } },
                "far": {},
            },
        })
    );
    let named = json!({ "type": "object", "properties": { "definitions": { "type": "string" },
        "$ref": { "enum": [{ "$ref": "x" }] } } });
    let names: Vec<String> = plain(Some(&named)).unwrap().value["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert!(names.len() == 2 && names.contains(&"definitions".to_owned()), "{names:?}");
}

#[test]
fn alternatives_at_the_root_become_one_object_without_losing_a_type() {
    let schema = json!({ "oneOf": [
        { "type": "object", "properties": { "action": { "const": "search" },
            "query": { "type": "string" }, "n": { "type": "integer" } }, "required": ["action",
            "query"] },
        { "type": "object", "properties": { "action": { "const": "buy" },
            "n": { "type": "string" } }, "required": ["action"] },
    ] });
    assert_eq!(
        plained(schema),
        json!({
            "type": "object",
            "description": "One of: action \"search\" with action, query; action \"buy\".",
            "properties": {
                "action": { "type": "string", "enum": ["search", "buy"] },
                "query": { "type": "string" },
                "n": { "anyOf": [{ "type": "integer" }, { "type": "string" }] },
            },
            "required": ["action"],
        })
    );
    let schema = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": {} },
        "allOf": [{ "required": ["a"] }], "anyOf": [{ "required": ["b"] },
            { "required": ["a"] }] });
    assert_eq!(plained(schema)["required"], json!(["a"]));
    assert!(plain(Some(&json!({ "anyOf": [{ "type": "string" }] }))).is_err());
}

#[test]
fn lists_get_items_and_required_is_said_once() {
    let schema = json!({ "properties": {
        "a": { "type": "array" }, "b": { "type": ["array", "null"], "items": true },
        "c": { "items": [{ "type": "string" }, { "type": "integer" }], "type": "array" },
        "d": false, "e": { "const": 7 }, "f": { "type": "object", "required": ["x", "x"],
            "properties": { "x": true } },
        "g": { "type": "integer", "x-unit": "minor", "description": "How much." },
    }, "required": ["a", "a", "zzz"] });
    let plain = plained(schema);
    assert_eq!(plain["properties"]["a"]["items"], json!({}));
    assert_eq!(plain["properties"]["b"]["items"], json!({}));
    assert_eq!(
        plain["properties"]["c"]["items"],
        json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] })
    );
    assert_eq!(
        (plain["properties"].get("d"), &plain["properties"]["e"]),
        (None, &json!({ "enum": [7] }))
    );
    assert_eq!(plain["properties"]["f"]["required"], json!(["x"]));
    let about = plain["properties"]["g"]["description"].as_str().unwrap();
    assert!(about.starts_with("How much. Unit: minor units"), "{about}");
    assert_eq!(plain["required"], json!(["a"]));
}

#[test]
fn what_is_no_schema_of_arguments_says_why() {
    let mut deep = json!({ "type": "string" });
    for _ in 0..70 {
        deep = json!({ "type": "array", "items": deep });
    }
    for (schema, why) in [
        (json!({ "type": "string" }), "not of an object"),
        (json!([1]), "no JSON object"),
        (json!({ "properties": { "a": 7 } }), "a: a schema in it is 7"),
        (json!({ "properties": { "a": deep } }), "levels deep"),
    ] {
        assert!(plain(Some(&schema)).unwrap_err().contains(why), "{schema}");
    }
    for nothing in
        [None, Some(&json!(true)), Some(&json!({})), Some(&json!({ "type": ["object", "null"] }))]
    {
        assert_eq!(plain(nothing).unwrap().value, json!({ "type": "object", "properties": {} }));
    }
}

#[test]
fn names_of_properties_that_no_provider_takes_are_renamed() {
    let schema = json!({ "properties": { "$filter": { "type": "string" }, "ok": {} },
        "required": ["$filter"] });
    let plain = plain(Some(&schema)).unwrap();
    let (legal, own) = plain.renamed.iter().next().unwrap();
    assert_eq!(own, "$filter");
    assert!(is_legal_property(legal) && plain.value["required"] == json!([legal]));
    let nested = json!({ "properties": { "a": { "type": "array", "items": {
        "properties": { "b c": {} }, "required": ["b c"],
    } } } });
    let nested = super::plain(Some(&nested)).unwrap();
    let (legal, own) = nested.renamed.iter().next().unwrap();
    assert_eq!(own, "b c");
    assert_eq!(nested.value["properties"]["a"]["items"]["required"], json!([legal]));
}

#[test]
fn gemini_is_given_what_it_knows() {
    let schema = plain(Some(&json!({ "type": "object", "additionalProperties": false,
        "properties": {
        "kind": { "enum": ["a", "b", null] }, "n": { "type": ["integer", "null"],
            "format": "int64" },
        "day": { "type": "string", "format": "date" }, "either": { "type": ["string", "array"] },
        "map": { "type": "object", "additionalProperties": { "type": "integer" } },
        "maybe": { "anyOf": [{ "type": "object", "properties": { "x": { "const": 3 } } },
            { "type": "null" }] },
    } })))
    .unwrap();
    assert_eq!(
        of_dialect(&schema, Dialect::Gemini),
        json!({ "type": "object", "properties": {
        "kind": { "type": "string", "enum": ["a", "b"], "nullable": true },
        "n": { "type": "integer", "format": "int64", "nullable": true },
        "day": { "type": "string", "description": "Format: date." },
        "either": { "anyOf": [{ "type": "string" }, { "type": "array", "items": {} }] },
        "map": { "type": "object",
            "description": "Members of any name; the schema of each: {\"type\":\"integer\"}." },
        "maybe": { "type": "object", "nullable": true,
            "properties": { "x": { "description": "One of [3]." } } },
    } })
    );
}

#[test]
fn strict_mode_holds_where_it_can_and_says_why_not() {
    let closed = json!({ "type": "object", "additionalProperties": false, "required": ["a"],
        "properties": {
        "a": { "type": "string" }, "b": { "type": "string", "enum": ["x"] },
        "c": { "type": "array", "items": { "type": "object", "additionalProperties": false,
            "properties": { "d": { "type": "integer" } } } },
    } });
    let holds = strict(&closed).unwrap();
    assert_eq!(holds["required"], json!(["a", "b", "c"]));
    assert_eq!(
        holds["properties"]["b"],
        json!({ "type": ["string", "null"], "enum": ["x", null] })
    );
    assert_eq!(
        holds["properties"]["c"]["items"]["properties"]["d"]["type"],
        json!(["integer", "null"])
    );
    for (properties, open, why) in [
        (json!({}), true, "the arguments: may have members of any name"),
        (json!({ "o": { "type": "object" } }), false, "o: may have members"),
        (
            json!({ "n": { "type": "integer", "minimum": 1 } }),
            false,
            "n: strict mode does not know minimum",
        ),
        (json!({ "any": {} }), false, "any: its type is not known"),
        (json!({ "l": { "type": "array", "items": {} } }), false, "l[]: its type is not known"),
    ] {
        let mut schema = json!({ "type": "object", "properties": properties });
        if !open {
            schema["additionalProperties"] = json!(false);
        }
        assert!(strict(&schema).unwrap_err().starts_with(why), "{schema}: {:?}", strict(&schema));
    }
}

#[test]
fn problems_name_the_member_and_what_was_expected() {
    use crate::arguments::Arguments;
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["amount",
        "buyer"], "properties": {
        "amount": { "type": "number", "minimum": 0 }, "buyer": { "type": "object",
            "required": ["name"], "properties": { "name": { "type": "string" } } },
        "method": { "enum": ["pix", "card"] }, "n": { "type": "integer" },
            "list": { "type": "array", "items": { "type": "string" } },
        "either": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
            "opt": { "type": "string" },
    } });
    let told = |text: &str| {
        let given = check::without_nulls(Arguments::read(text).unwrap().as_object(), &schema);
        check::problems(&given, &schema).join("; ")
    };
    let good = json!({ "amount": 1.5, "buyer": { "name": "M" }, "method": "pix", "n": 3.0,
        "list": ["a"], "either": 7, "opt": null });
    assert_eq!(told(&good.to_string()), "");
    for (text, problem) in [
        ("{}", "amount: expected, it is missing; buyer: expected, it is missing"),
        (
            r#"{"amount":"1","buyer":{}}"#,
            "amount: expected a number, came a text; buyer.name: expected, it is missing",
        ),
        (
            r#"{"amount":-1,"buyer":{"name":"M"},"method":"pigeon"}"#,
            "amount: expected at least 0; method: expected one of \"pix\", \"card\"",
        ),
        (
            r#"{"amount":1,"buyer":{"name":"M"},"n":1.5,"list":[1]}"#,
            "list[0]: expected a text, came a number; n: expected a whole number, came a number",
        ),
        (
            r#"{"amount":1,"buyer":{"name":"M"},"either":true}"#,
            "either: expected a text, came a boolean",
        ),
    ] {
        assert_eq!(told(text), problem);
    }
    assert!(
        told(r#"{"amount":1,"buyer":{"name":"M"},"sum_due":2}"#)
            .starts_with("sum_due: expected no such member")
    );
}
