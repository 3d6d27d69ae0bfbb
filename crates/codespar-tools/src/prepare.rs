//! The arguments of a call, as its source takes them.

use std::collections::BTreeMap;

use codespar_engine::Error;

use crate::{
    answer::ToolAnswer,
    arguments::{Argument, Arguments},
    offer::Tool,
    schema::check::{problems, without_nulls},
};

/// The arguments of a call under the tool's own names, if they fit.
pub(crate) fn prepared(tool: &Tool, text: &str) -> Result<Arguments, Box<ToolAnswer>> {
    let wrong =
        |problems: String| Box::new(ToolAnswer::nothing_sent("invalid_arguments", problems));
    let read = Arguments::read(text).map_err(|why| wrong(format!("The arguments: {why}")))?;
    let schema = &tool.schema.value;
    let given = without_nulls(read.as_object(), schema);
    let problems = problems(&given, schema);
    if !problems.is_empty() {
        return Err(wrong(problems.join(". ")));
    }
    let Argument::Object(members) = own_names(given, &tool.schema.renamed) else {
        return Ok(Arguments::default());
    };
    let mut arguments = Arguments::default();
    for (name, value) in members {
        arguments.set(&name, value);
    }
    Ok(arguments)
}

/// Whom arguments are about, as far as they say: each member that may name somebody and its value,
/// cut at 100 letters. Which one the server goes by is not known here.
pub(crate) fn whom(arguments: &Arguments) -> Option<String> {
    const NAMES: [&str; 10] = [
        "recipient",
        "payee",
        "to_address",
        "to",
        "pix_key",
        "copia_e_cola",
        "linha_digitavel",
        "counterparty",
        "buyer",
        "merchant",
    ];
    let text = |value: &Argument| match value {
        Argument::Text(text) => Some(text.clone()),
        Argument::Object(members) => members.get("name")?.as_text().map(str::to_owned),
        _ => None,
    };
    let named = NAMES.iter().filter_map(|name| {
        let whom: String = text(arguments.get(name)?)?.chars().take(100).collect();
        Some(format!("{name} {whom:?}"))
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// Arguments under the tool's own names, where others were offered.
fn own_names(value: Argument, renamed: &BTreeMap<String, String>) -> Argument {
    match value {
        value if renamed.is_empty() => value,
        Argument::Object(members) => {
            let own = members.into_iter().map(|(name, value)| {
                let name = renamed.get(&name).cloned().unwrap_or(name);
                (name, own_names(value, renamed))
            });
            Argument::Object(own.collect())
        }
        Argument::List(items) => {
            Argument::List(items.into_iter().map(|item| own_names(item, renamed)).collect())
        }
        other => other,
    }
}

/// What a source says of arguments that cannot work. Nothing was sent.
pub(crate) fn wrong(error: &Error) -> Box<ToolAnswer> {
    Box::new(ToolAnswer::nothing_sent("invalid_arguments", error.message()))
}
