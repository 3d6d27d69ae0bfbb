//! Documentation: more than two words, and errors before the example.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, Field, File, ImplItem, Item, ItemImpl, Macro, TraitItem, Variant, Visibility,
    visit::{self, Visit},
};

use crate::{Finding, Kind, Source, Tree, attributes, tokens};

/// Documentation of so many words says nothing that the name does not.
const TOO_FEW: usize = 2;

/// What is wrong with the documentation of crates that are published.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.published_sources() {
        let mut reader = Reader { source, findings: &mut findings };
        reader.visit_file(&source.items);
    }
    findings
}

struct Reader<'a> {
    source: &'a Source,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn read(&mut self, name: &str, documented: &[Attribute]) {
        if let Some((text, span)) = attributes::doc(documented) {
            self.judge(name, &text, span);
        }
    }

    fn judge(&mut self, name: &str, text: &str, span: Span) {
        let words = words(text);
        if (1..=TOO_FEW).contains(&words) {
            let shown = text.trim();
            self.report(
                Kind::ShortDoc,
                name,
                span,
                format!("the documentation of {name} has too few words: «{shown}»"),
                "three at least, which say more than the name".to_owned(),
            );
        }
        if let (Some(errors), Some(example)) = (errors(text), example(text)) {
            if example < errors {
                self.report(
                    Kind::ErrorsAfterExample,
                    name,
                    span,
                    format!("the example of {name} stands before its errors"),
                    "`# Errors` first, the example last".to_owned(),
                );
            }
        }
    }

    fn report(&mut self, kind: Kind, name: &str, span: Span, wrong: String, expected: String) {
        self.findings.push(Finding {
            kind,
            place: self.source.path.clone(),
            line: span.start().line,
            name: name.to_owned(),
            wrong,
            expected,
        });
    }

    /// Documentation among tokens, of whatever follows it; what says that it is private is passed
    /// over.
    fn read_tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let (mut text, mut span) = (String::new(), None);
        for (at, token) in tokens.iter().enumerate() {
            if tokens::is_sign(Some(token), '#') {
                continue;
            }
            if tokens::is_attribute(&tokens, at) {
                if let Some(line) = doc_line(token) {
                    text.push_str(&line);
                    text.push('\n');
                    span = span.or_else(|| Some(token.span()));
                }
                continue;
            }
            if let Some(span) = span.take() {
                if let Some(name) = named(&tokens[at..]) {
                    self.judge(&name, &text, span);
                }
                text.clear();
            }
            if let TokenTree::Group(group) = token {
                self.read_tokens(group.stream());
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_file(&mut self, file: &'ast File) {
        self.read("this module", &file.attrs);
        visit::visit_file(self, file);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let documented = attributes::of(item);
        if attributes::is_test_only(documented) {
            return;
        }
        if let Some(name) = public_name(item) {
            self.read(&name, documented);
        }
        if let Item::Trait(item) = item {
            if matches!(item.vis, Visibility::Public(_)) {
                item.items.iter().for_each(|item| self.read_of_trait(item));
            }
        }
        if let Item::Enum(item) = item {
            if !matches!(item.vis, Visibility::Public(_)) {
                return;
            }
        }
        visit::visit_item(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        for item in &item.items {
            let (name, visibility, documented) = match item {
                ImplItem::Fn(item) => (&item.sig.ident, &item.vis, &item.attrs),
                ImplItem::Const(item) => (&item.ident, &item.vis, &item.attrs),
                _ => continue,
            };
            if matches!(visibility, Visibility::Public(_)) {
                self.read(&name.to_string(), documented);
            }
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        self.read(&variant.ident.to_string(), &variant.attrs);
        for field in &variant.fields {
            let name =
                field.ident.as_ref().map_or_else(|| "a field".to_owned(), ToString::to_string);
            self.read(&name, &field.attrs);
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if matches!(field.vis, Visibility::Public(_)) {
            let name =
                field.ident.as_ref().map_or_else(|| "a field".to_owned(), ToString::to_string);
            self.read(&name, &field.attrs);
        }
        visit::visit_field(self, field);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.read_tokens(call.tokens.clone());
    }
}

impl Reader<'_> {
    fn read_of_trait(&mut self, item: &TraitItem) {
        let (name, documented) = match item {
            TraitItem::Fn(item) => (&item.sig.ident, &item.attrs),
            TraitItem::Const(item) => (&item.ident, &item.attrs),
            TraitItem::Type(item) => (&item.ident, &item.attrs),
            _ => return,
        };
        self.read(&name.to_string(), documented);
    }
}

/// The name of an item that is for everybody.
fn public_name(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Const(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        Item::Fn(item) => (&item.vis, &item.sig.ident),
        Item::Mod(item) => (&item.vis, &item.ident),
        Item::Static(item) => (&item.vis, &item.ident),
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Trait(item) => (&item.vis, &item.ident),
        Item::Type(item) => (&item.vis, &item.ident),
        Item::Union(item) => (&item.vis, &item.ident),
        Item::Macro(item) if attributes::has(&item.attrs, "macro_export") => {
            return item.ident.as_ref().map(ToString::to_string);
        }
        _ => return None,
    };
    matches!(visibility, Visibility::Public(_)).then(|| name.to_string())
}

/// The line of documentation that the brackets of an attribute hold.
fn doc_line(token: &TokenTree) -> Option<String> {
    let TokenTree::Group(group) = token else { return None };
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_doc = tokens::word(tokens.first()).as_deref() == Some("doc");
    tokens.get(2).filter(|_| is_doc).and_then(tokens::text)
}

/// The name of what begins with these tokens, unless it is private: an item without `pub`, or
/// anything with `pub(…)`.
fn named(tokens: &[TokenTree]) -> Option<String> {
    const ITEMS: [&str; 9] =
        ["struct", "enum", "union", "fn", "static", "const", "type", "trait", "mod"];
    let first = tokens::word(tokens.first()).unwrap_or_default();
    let is_public = first == "pub";
    if is_public && matches!(tokens.get(1), Some(TokenTree::Group(_))) {
        return None;
    }
    if !is_public && ITEMS.contains(&first.as_str()) {
        return None;
    }
    let mut words = tokens.iter().map_while(|token| tokens::word(Some(token)));
    let is_name = |word: &String| word != "pub" && !ITEMS.contains(&word.as_str());
    Some(words.find(is_name).unwrap_or_else(|| "what the macro makes".to_owned()))
}

/// The words of a documentation, what stands in backticks among them.
fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// The line on which the section on errors begins.
fn errors(text: &str) -> Option<usize> {
    text.lines().position(|line| line.trim() == "# Errors")
}

/// The line on which the first example begins.
fn example(text: &str) -> Option<usize> {
    let mut is_open = false;
    for (number, line) in text.lines().enumerate() {
        let Some(language) = line.trim().strip_prefix("```") else { continue };
        let is_rust = |word: &str| {
            let of_rustdoc = ["", "rust", "no_run", "ignore", "should_panic", "compile_fail"];
            of_rustdoc.contains(&word.trim())
        };
        if !is_open && language.split(',').all(is_rust) {
            return Some(number);
        }
        is_open = !is_open;
    }
    None
}
