//! Arguments are read and written as serde's own derives do; answers are read back from whatever
//! they are written as, in every format.

use std::fmt::Debug;

use codespar_engine::kit::decode;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

mod by_serde {
    use codespar_engine::{Json, Sensitive};
    use serde::{Deserialize, Serialize};

    use super::by_derive::State;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(crate) struct Create {
        pub(crate) name: String,
        pub(crate) count: u32,
        pub(crate) raw: Json,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) note: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) state: Option<State>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) limit: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) price: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) code: Option<Sensitive>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) list: Option<Vec<u32>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) more: Option<Json>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(crate) struct Query {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) after: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub(crate) limit: Option<u32>,
    }
}

mod by_derive {
    use std::collections::BTreeMap;

    use codespar_engine::{Answer, Args, Extra, Json, Sensitive, Timestamp, WireEnum};

    /// How a thing stands.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
    #[serde(rename_all = "lowercase")]
    pub(crate) enum State {
        /// Not yet.
        Pending,
        /// It is there.
        Paid,
        /// A value this version does not know, as the server wrote it.
        Other(Box<str>),
    }

    /// All kinds of members.
    #[derive(Clone, Debug, PartialEq, Answer)]
    #[wire(tells("verdict" = verdict))]
    pub(crate) struct All {
        /// One.
        pub(crate) id: String,
        /// One.
        #[serde(rename = "type")]
        pub(crate) kind: State,
        /// One.
        pub(crate) note: Option<String>,
        /// One.
        pub(crate) count: u32,
        /// One.
        pub(crate) left: Option<i64>,
        /// One.
        #[wire(default)]
        pub(crate) tries: u8,
        /// One.
        #[wire(default)]
        pub(crate) lines: Vec<Line>,
        /// One.
        pub(crate) code: Option<Sensitive>,
        /// One.
        pub(crate) at: Option<Timestamp>,
        /// One.
        pub(crate) price: Option<f64>,
        /// One.
        #[serde(default)]
        pub(crate) names: BTreeMap<String, bool>,
        /// One.
        pub(crate) raw: Json,
        /// One.
        pub(crate) more: Option<Json>,
        /// Members this version has no field for.
        pub(crate) extra: Extra,
    }

    /// A line.
    #[derive(Clone, Debug, PartialEq, Answer)]
    pub(crate) struct Line {
        /// One.
        pub(crate) n: u64,
        /// Members this version has no field for.
        pub(crate) extra: Extra,
    }

    impl All {
        fn verdict(&self) -> String {
            format!("{} lines", self.lines.len())
        }
    }

    /// All kinds of arguments.
    #[derive(Clone, Debug, PartialEq, Args)]
    pub(crate) struct Create {
        /// One.
        pub(crate) name: String,
        /// One.
        pub(crate) count: u32,
        /// One.
        pub(crate) raw: Json,
        /// One.
        pub(crate) note: Option<String>,
        /// One.
        pub(crate) state: Option<State>,
        /// One.
        pub(crate) limit: Option<u32>,
        /// One.
        pub(crate) price: Option<f64>,
        /// One.
        pub(crate) code: Option<Sensitive>,
        /// One.
        pub(crate) list: Option<Vec<u32>>,
        /// One.
        pub(crate) more: Option<Json>,
    }

    /// Nothing is required.
    #[derive(Clone, Debug, Default, PartialEq, Args)]
    pub(crate) struct Query {
        /// One.
        pub(crate) after: Option<String>,
        /// One.
        pub(crate) limit: Option<u32>,
    }
}

/// A type in whatever way it is declared: what a text is read as, and written again.
trait Same: Serialize + DeserializeOwned + PartialEq + Debug {}

impl<T: Serialize + DeserializeOwned + PartialEq + Debug> Same for T {}

fn json<T: Same>(text: &str) -> Result<String, String> {
    let read = serde_json::from_str::<T>(text).map_err(|error| error.to_string())?;
    Ok(serde_json::to_string(&read).unwrap())
}

/// With the path of what is wrong, and with the second, lenient reading.
fn decoded<T: Same>(text: &str) -> Result<String, String> {
    let read = decode::<T>(text.as_bytes()).map_err(|error| format!("{error} {error:?}"))?;
    Ok(format!("{read:?}"))
}

/// From a tree, which keeps neither order nor duplicates.
fn tree<T: Same>(text: &str) -> Result<String, String> {
    let tree = serde_json::from_str::<Value>(text).map_err(|error| error.to_string())?;
    let read = serde_json::from_value::<T>(tree).map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(&read).unwrap().to_string())
}

/// As registries read arguments: with the names of what is not known.
fn ignoring<T: Same>(text: &str) -> Result<String, String> {
    let mut unknown = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let read: T = serde_ignored::deserialize(&mut reader, |path| unknown.push(path.to_string()))
        .map_err(|error| error.to_string())?;
    Ok(format!("{read:?} {unknown:?}"))
}

fn formats<T: Same>(text: &str) -> Result<String, String> {
    let value = serde_json::from_str::<T>(text).map_err(|error| error.to_string())?;
    let yaml = serde_norway::to_string(&value).unwrap();
    let of_yaml = serde_norway::from_str::<T>(&yaml).map_err(|error| error.to_string());
    let toml = toml::to_string(&value).map_err(|error| error.to_string());
    let of_toml = toml.as_ref().map(|toml| toml::from_str::<T>(toml).map_err(|it| it.to_string()));
    let mut cbor = Vec::new();
    ciborium::into_writer(&value, &mut cbor).unwrap();
    let of_cbor = ciborium::from_reader::<T, _>(&*cbor).map_err(|error| error.to_string());
    let same: Vec<_> = [Some(&of_yaml), of_toml.as_ref().ok(), Some(&of_cbor)]
        .into_iter()
        .map(|read| read.map(|read| read.as_ref().map(|read| *read == value)))
        .collect();
    Ok(format!("{yaml}\n{toml:?}\n{same:?}"))
}

/// What one writes in CBOR the other reads: one of them says how many members come.
fn crossed<M: Same, D: Same>(text: &str) -> Option<String> {
    let value = serde_json::from_str::<M>(text).ok()?;
    let mut cbor = Vec::new();
    ciborium::into_writer(&value, &mut cbor).unwrap();
    let read: D = ciborium::from_reader(&*cbor).unwrap();
    Some(serde_json::to_string(&read).unwrap())
}

/// The texts that are tried: the base with each member changed, left out, said twice, misspelt,
/// and what is no object.
fn texts(base: &Value) -> Vec<String> {
    const VALUES: [&str; 21] = [
        "null",
        "0",
        "3",
        "3.0",
        "30e-1",
        "1.5",
        "-1",
        "256",
        "1e400",
        "4294967296.0",
        "9007199254740993.0",
        "\"x\"",
        "\"paid\"",
        "\"\"",
        "true",
        "[]",
        "[1, 2.0]",
        "{}",
        "[{\"n\": 1.0, \"m\": 2}]",
        "{\"a\":true}",
        "\"\\ud83d\\ude00\"",
    ];
    let members = base.as_object().unwrap();
    let all = |members: &Map<String, Value>| Value::Object(members.clone()).to_string();
    let mut texts = vec![all(members)];
    for name in members.keys() {
        let mut without = members.clone();
        without.remove(name);
        let rest = all(&without);
        let rest = rest.trim_matches(['{', '}']);
        let sep = if rest.is_empty() { "" } else { "," };
        texts.push(format!("{{{rest}}}"));
        let escaped = format!("\\u{:04x}{}", u32::from(name.chars().next().unwrap()), &name[1..]);
        for value in VALUES {
            texts.push(format!(r#"{{"{name}":{value}{sep}{rest}}}"#));
            texts.push(format!(r#"{{{rest}{sep}"{escaped}":{value}}}"#));
            // The last of two, or an error.
            texts.push(format!(r#"{{"{name}":{},{rest}{sep}"{name}":{value}}}"#, members[name]));
        }
    }
    for more in [
        r#""verdict":[1],"z":1.10,"a":null,"z":2,"n\u0065w":{"b": 1},"extra":7"#,
        r#""Name":1,"slot_name":2,"id ":3"#,
    ] {
        texts.push(all(members).replacen('{', &format!("{{{more},"), 1));
    }
    for broken in
        ["", "{", "null", "1", "\"x\"", "true", "{\"id\"", "{\"id\":}", "{\"id\":\"\\ud800\"}"]
    {
        texts.push(broken.to_owned());
    }
    texts
}

fn compare<M: Same, D: Same>(base: &Value) {
    let (mut good, mut bad) = (0, 0);
    for text in texts(base) {
        assert_eq!(json::<M>(&text), json::<D>(&text), "{text}");
        assert_eq!(decoded::<M>(&text), decoded::<D>(&text), "{text}");
        assert_eq!(tree::<M>(&text), tree::<D>(&text), "{text}");
        assert_eq!(ignoring::<M>(&text), ignoring::<D>(&text), "{text}");
        assert_eq!(formats::<M>(&text), formats::<D>(&text), "{text}");
        assert_eq!(crossed::<M, D>(&text), crossed::<D, M>(&text), "{text}");
        *(if json::<D>(&text).is_ok() { &mut good } else { &mut bad }) += 1;
    }
    assert!(good > 20 && bad > 20, "{good} were read and {bad} were not");
}

/// Whatever is read is written as something that is read as the same, by every way in.
fn read_back<T: Same>(base: &Value) {
    let (mut good, mut bad) = (0, 0);
    for text in texts(base) {
        let Ok(written) = json::<T>(&text) else {
            bad += 1;
            continue;
        };
        good += 1;
        let read: T = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::from_str::<T>(&written).unwrap(), read, "{text}");
        assert_eq!(decode::<T>(text.as_bytes()).unwrap(), read, "{text}");
        // Not every other format has such numbers, a name twice, and an order of names.
        let not_all = ["1e400", "9007199254740993", "\"z\":1.10", "\"Name\":1"];
        if not_all.iter().any(|it| text.contains(it)) {
            continue;
        }
        assert!(tree::<T>(&written).is_ok(), "{written}");
        let kept = formats::<T>(&text).unwrap();
        let kept = kept.lines().next_back().unwrap_or_default();
        assert!(!kept.contains("false") && !kept.contains("Err"), "{text}: {kept}");
    }
    assert!(good > 20 && bad > 20, "{good} were read and {bad} were not");
}

#[test]
fn answers_are_read_back_from_what_they_are_written_as() {
    let base = json!({
        "id": "p1", "type": "paid", "note": "n", "count": 1, "left": -2, "tries": 3,
        "lines": [{"n": 1}, {"n": 2, "m": "x"}], "code": "c", "at": "2026-10-02T13:05:11Z",
        "price": 1.5, "names": {"a": true}, "raw": {"b": [1, null]}, "more": 7,
    });
    read_back::<by_derive::All>(&base);
    read_back::<by_derive::Line>(&json!({"n": 1}));
}

#[test]
fn arguments_are_read_and_written_the_same() {
    let base = json!({
        "name": "n", "count": 2, "raw": {"b": [1, null]}, "note": "x", "state": "paid",
        "limit": 3, "price": 1.5, "code": "c", "list": [1], "more": 7,
    });
    compare::<by_serde::Create, by_derive::Create>(&base);
    compare::<by_serde::Query, by_derive::Query>(&json!({"after": "a", "limit": 2}));
}

/// Serde's derive takes a list for a struct, by position; an object is asked for here.
#[test]
fn arguments_are_no_list() {
    assert!(serde_json::from_str::<by_serde::Query>("[\"a\",2]").is_ok());
    let error = serde_json::from_str::<by_derive::Query>("[\"a\",2]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid type: sequence, expected struct Query at line 1 column 0"
    );
}

#[test]
fn texts_of_enumerations_are_read_and_written_as_texts() {
    for text in ["\"paid\"", "\"pending\"", "\"new\"", "\"\"", "\"p\\u0061id\"", "null", "1", "[]"]
    {
        let (state, plain) = (json::<by_derive::State>(text), json::<String>(text));
        assert_eq!(state.is_ok(), plain.is_ok(), "{text}");
        assert!(state.is_err() || state == plain, "{text}");
    }
    let bytes = postcard::to_allocvec(&by_derive::State::Paid).unwrap();
    assert_eq!(bytes, postcard::to_allocvec("paid").unwrap());
    assert_eq!(postcard::from_bytes::<by_derive::State>(&bytes).unwrap(), by_derive::State::Paid);
    assert_eq!(by_derive::State::from("new").to_string(), "new");
    assert_eq!(by_derive::State::KNOWN.len(), 2);
}

/// A format that does not say what comes next has neither objects of unknown length nor the end
/// of what was left out.
#[test]
fn a_format_that_does_not_say_what_comes_has_no_answers() {
    let line: by_derive::Line = serde_json::from_str(r#"{"n":1}"#).unwrap();
    assert!(postcard::to_allocvec(&line).is_err());
}
