//! Whether what came back is what was sent.

use std::collections::BTreeMap;

use codespar_proto::Major;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{
    generate::{TEXTS, listed},
    schema::{Schema, inner},
};

type Members = BTreeMap<String, Box<RawValue>>;

/// Whether every member of `sent` is in `got`: those that the answer does not know to the letter.
pub(crate) fn same_object(
    schema: &Schema,
    name: &str,
    sent: &str,
    got: &str,
) -> Result<(), String> {
    let (sent, got): (Members, Members) = (read(sent), read(got));
    for (member, sent) in &sent {
        let lost = || format!("{name}.{member} is lost");
        let (sent, got) = (sent.get(), got.get(member).ok_or_else(lost)?.get());
        let field = schema.answers[name].iter().find(|field| field.wire == *member);
        let kept = match field {
            None => sent == got,
            // A default is as good as nothing.
            Some(field) if sent == "null" => field.default || got == "null",
            Some(field) => same(schema, field.optional().unwrap_or(&field.kind), sent, got)?,
        };
        if !kept {
            return Err(format!("{name}.{member} was {sent} and is {got}"));
        }
    }
    Ok(())
}

fn same(schema: &Schema, kind: &str, sent: &str, got: &str) -> Result<bool, String> {
    if let Some(kind) = listed(kind) {
        let (sent, got): (Vec<Box<RawValue>>, Vec<Box<RawValue>>) = (read(sent), read(got));
        let pairs = sent.iter().zip(&got).map(|(sent, got)| (sent.get(), got.get()));
        return Ok(sent.len() == got.len() && all(schema, kind, pairs)?);
    }
    if let Some(kind) = inner(kind, "BTreeMap").and_then(|kind| kind.strip_prefix("String, ")) {
        let (sent, got): (Members, Members) = (read(sent), read(got));
        let pairs = sent.values().zip(got.values()).map(|(sent, got)| (sent.get(), got.get()));
        return Ok(sent.keys().eq(got.keys()) && all(schema, kind, pairs)?);
    }
    if schema.answers.contains_key(kind) {
        return same_object(schema, kind, sent, got).map(|()| true);
    }
    let is_text = TEXTS.contains(&kind) || schema.enums.contains_key(kind);
    Ok(match kind {
        "f64" => equal::<f64>(sent, got),
        "Major" => equal::<Major>(sent, got),
        "ServerRef" if sent.starts_with('"') => equal::<String>(sent, got),
        _ if is_text => equal::<String>(sent, got),
        _ => sent == got,
    })
}

fn all<'a>(
    schema: &Schema,
    kind: &str,
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<bool, String> {
    for (sent, got) in pairs {
        if !same(schema, kind, sent, got)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn equal<T: DeserializeOwned + PartialEq>(sent: &str, got: &str) -> bool {
    read::<T>(sent) == read::<T>(got)
}

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}
