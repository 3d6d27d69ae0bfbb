//! Tokens of macros, which are no syntax tree: paths, documentation and declarations in them.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::{Lit, LitStr};

/// A path among tokens, such as `crate::money::Major`.
#[derive(Debug)]
pub(crate) struct TokenPath {
    /// Its segments.
    pub(crate) segments: Vec<String>,
    /// Where it begins.
    pub(crate) span: Span,
}

/// The text of a literal, where it is a text.
pub(crate) fn text(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a token is this sign.
pub(crate) fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The word that a token is.
pub(crate) fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

/// The group that a token is.
pub(crate) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// All paths among the tokens, single names included. Not among them: what follows a dot,
/// lifetimes, the variables of a macro, and documentation.
pub(crate) fn paths(tokens: TokenStream, found: &mut Vec<TokenPath>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) if is_attribute(&tokens, at) => {
                texts_of_attribute(&group.stream(), found);
            }
            TokenTree::Group(group) => paths(group.stream(), found),
            TokenTree::Ident(_) if is_path_start(&tokens, at) => {
                let (path, next) = path_at(&tokens, at);
                found.push(path);
                at = next;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// The paths that attributes write as texts, such as serde's `with = "crate::dates"`.
pub(crate) fn texts_of_attribute(tokens: &TokenStream, found: &mut Vec<TokenPath>) {
    const KEYS: [&str; 8] = [
        "with",
        "serialize_with",
        "deserialize_with",
        "default",
        "skip_serializing_if",
        "from",
        "try_from",
        "into",
    ];
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for at in 0..tokens.len() {
        if let Some(group) = group(tokens.get(at), Delimiter::Parenthesis) {
            texts_of_attribute(&group.stream(), found);
        }
        let key = word(tokens.get(at)).unwrap_or_default();
        if !KEYS.contains(&key.as_str()) || !is_sign(tokens.get(at + 1), '=') {
            continue;
        }
        let Some(TokenTree::Literal(literal)) = tokens.get(at + 2) else { continue };
        if let Lit::Str(text) = Lit::new(literal.clone()) {
            found.extend(path_of_text(&text));
        }
    }
}

fn path_of_text(text: &LitStr) -> Option<TokenPath> {
    let path: syn::Path = text.parse().ok()?;
    let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    Some(TokenPath { segments, span: text.span() })
}

/// Whether the group at a place is that of `#[…]` or `#![…]`.
pub(crate) fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let before = |count: usize| at.checked_sub(count).and_then(|at| tokens.get(at));
    group(tokens.get(at), Delimiter::Bracket).is_some()
        && (is_sign(before(1), '#') || is_sign(before(1), '!') && is_sign(before(2), '#'))
}

fn is_path_start(tokens: &[TokenTree], at: usize) -> bool {
    let before = |count: usize| at.checked_sub(count).and_then(|at| tokens.get(at));
    if is_sign(before(1), '$') {
        return matches!(word(tokens.get(at)).as_deref(), Some("crate"));
    }
    if is_sign(before(1), '.') {
        // A range may stand before a name, a method or a field may not be taken for one.
        return is_sign(before(2), '.');
    }
    let follows_path = is_sign(before(1), ':') && is_sign(before(2), ':');
    !follows_path && !is_sign(before(1), '\'')
}

/// The path that begins at a place, and the place behind it.
fn path_at(tokens: &[TokenTree], at: usize) -> (TokenPath, usize) {
    let span = tokens[at].span();
    let mut segments: Vec<_> = word(tokens.get(at)).into_iter().collect();
    let mut next = at + 1;
    while is_sign(tokens.get(next), ':') && is_sign(tokens.get(next + 1), ':') {
        let Some(segment) = word(tokens.get(next + 2)) else { break };
        segments.push(segment);
        next += 3;
    }
    (TokenPath { segments, span }, next)
}

/// A name that is declared among tokens: `struct Name`, `fn name`.
#[derive(Debug)]
pub(crate) struct Declared {
    /// The word before it.
    pub(crate) keyword: String,
    /// The name, or a variable of the macro.
    pub(crate) name: String,
    /// Whether it is for everybody: `pub`, or a variable for it.
    pub(crate) is_public: bool,
    /// Where it stands.
    pub(crate) span: Span,
}

const KEYWORDS: [&str; 8] = ["struct", "enum", "union", "fn", "static", "const", "type", "trait"];

/// What is declared among the tokens, at every depth.
pub(crate) fn declared(tokens: TokenStream, found: &mut Vec<Declared>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) if !is_attribute(&tokens, at) => {
                declared(group.stream(), found);
            }
            TokenTree::Ident(ident) if KEYWORDS.contains(&ident.to_string().as_str()) => {
                let is_variable = is_sign(tokens.get(at + 1), '$');
                let Some(name) = word(tokens.get(at + 1 + usize::from(is_variable))) else {
                    continue;
                };
                found.push(Declared {
                    keyword: ident.to_string(),
                    name: if is_variable { format!("${name}") } else { name },
                    is_public: is_public(&tokens, at),
                    span: ident.span(),
                });
            }
            _ => {}
        }
    }
}

/// Whether `pub` or a variable such as `$vis` stands before a place.
fn is_public(tokens: &[TokenTree], at: usize) -> bool {
    let before = |count: usize| at.checked_sub(count).and_then(|at| tokens.get(at));
    match word(before(1)) {
        Some(word) => word == "pub" || is_sign(before(2), '$'),
        None => false,
    }
}

/// The types that a macro is given as a list: `Name, …` and `Name = …`, at the beginning, behind a
/// comma or behind documentation.
pub(crate) fn listed_types(tokens: TokenStream) -> Vec<(String, Span)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_listed = |at: usize| {
        let begins = at == 0 || is_sign(tokens.get(at - 1), ',') || is_attribute(&tokens, at - 1);
        let next = tokens.get(at + 1);
        begins && (next.is_none() || is_sign(next, ',') || is_sign(next, '='))
    };
    let named = (0..tokens.len()).filter(|at| is_listed(*at));
    let words = named.filter_map(|at| Some((word(tokens.get(at))?, tokens[at].span())));
    words.filter(|(word, _)| word.starts_with(char::is_uppercase)).collect()
}
