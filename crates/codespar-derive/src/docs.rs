//! The first sentence of a documentation.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The attributes that document something.
pub(crate) fn docs(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("doc")).collect()
}

/// The first sentence, without its full stop; links are their texts.
pub(crate) fn sentence(attrs: &[Attribute]) -> String {
    let mut text = String::new();
    let lines: Vec<String> = attrs.iter().filter_map(written).collect();
    for line in lines.iter().flat_map(|lines| lines.split('\n')).map(str::trim) {
        if line.is_empty() && text.is_empty() {
            continue;
        }
        if line.is_empty() || line.starts_with(['#', '|']) || line.starts_with("```") {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
    let end = end_of_sentence(&text).unwrap_or(text.len());
    let first = text.get(..end).unwrap_or_default();
    without_links(first.strip_suffix('.').unwrap_or(first))
}

fn written(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Behind a full stop, a space and then a capital or a code: `e.g.` and `1.5` end nothing.
fn end_of_sentence(text: &str) -> Option<usize> {
    text.match_indices(['.', '?', '!']).map(|(at, _)| at + 1).find(|end| {
        let (before, behind) = text.split_at(*end);
        let is_short = ["e.g.", "i.e.", "cf.", "vs."].iter().any(|it| before.ends_with(it));
        let begins = |next: char| next.is_uppercase() || matches!(next, '`' | '[' | '*' | '"');
        let next = behind.strip_prefix(' ').and_then(|behind| behind.chars().next());
        !is_short && next.is_some_and(begins)
    })
}

/// `[text](target)` and ``[`code`]`` are their texts: the targets mean nothing elsewhere.
fn without_links(text: &str) -> String {
    let (mut made, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once('[') {
        made.push_str(before);
        let Some((label, after)) = behind.split_once(']') else { break };
        let target = after.strip_prefix('(').and_then(|after| after.split_once(')'));
        rest = match target {
            Some((_, after)) => after,
            None if label.len() > 1 && label.starts_with('`') && label.ends_with('`') => after,
            None => {
                made.push('[');
                rest = behind;
                continue;
            }
        };
        made.push_str(label);
    }
    made.push_str(rest);
    made
}
