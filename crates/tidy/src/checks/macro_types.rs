//! Types that macros declare: no search for symbols finds them, no formatter formats them.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{
    Item, ItemMacro, Visibility,
    visit::{self, Visit},
};

use crate::{Finding, Kind, Tree, tokens};

/// Public structs and enumerations that are declared in the rules of a macro, or that a macro
/// makes of the tokens it is given, in crates that are published.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut items = Vec::new();
    for source in tree.published_sources() {
        let mut reader = Reader { items: Vec::new() };
        reader.visit_file(&source.items);
        items.extend(reader.items.into_iter().map(|item| (source.path.as_str(), item)));
    }
    let makers: BTreeSet<_> = items.iter().filter_map(|(_, item)| maker(item)).collect();
    let made = items.iter().flat_map(|(place, item)| {
        made(item, &makers).into_iter().map(|(name, wrong, span)| Finding {
            kind: Kind::MacroMadeType,
            place: (*place).to_owned(),
            line: span.start().line,
            name,
            wrong,
            expected: "a type that stands in the source as an item".to_owned(),
        })
    });
    made.collect()
}

/// The types that a macro declares or makes: name, words, place.
fn made(item: &ItemMacro, makers: &BTreeSet<String>) -> Vec<(String, String, Span)> {
    let within = match (&item.ident, called(item)) {
        (Some(name), _) => format!("the rules of {name}!"),
        (None, name) => format!("{name}!"),
    };
    let declared = types(item).into_iter().map(|declared| {
        let wrong = format!("{within} declares `{} {}`", declared.keyword, declared.name);
        (declared.name, wrong, declared.span)
    });
    let mut made: Vec<_> = declared.collect();
    if made.is_empty() && makers.contains(&called(item)) {
        let listed = tokens::listed_types(item.mac.tokens.clone());
        made.extend(listed.into_iter().map(|(name, span)| {
            let wrong = format!("{within} makes the type {name}");
            (name, wrong, span)
        }));
    }
    made
}

/// The public types that are declared among the tokens of a macro.
fn types(item: &ItemMacro) -> Vec<tokens::Declared> {
    let mut found = Vec::new();
    tokens::declared(item.mac.tokens.clone(), &mut found);
    let is_type = |keyword: &str| matches!(keyword, "struct" | "enum" | "union");
    found.retain(|declared| declared.is_public && is_type(&declared.keyword));
    found
}

/// The name of a macro whose rules declare public types.
fn maker(item: &ItemMacro) -> Option<String> {
    let name = item.ident.as_ref()?.to_string();
    types(item).iter().any(|declared| declared.name.starts_with('$')).then_some(name)
}

/// The name of the macro that is called.
fn called(item: &ItemMacro) -> String {
    let last = item.mac.path.segments.last();
    last.map(|segment| segment.ident.to_string()).unwrap_or_default()
}

/// How many public types stand in the source as items, in files beneath a folder.
pub fn items_beneath(tree: &Tree, folder: &str) -> usize {
    let is_type = |item: &&Item| {
        let visibility = match item {
            Item::Struct(item) => &item.vis,
            Item::Enum(item) => &item.vis,
            Item::Union(item) => &item.vis,
            _ => return false,
        };
        matches!(visibility, Visibility::Public(_))
    };
    let items = tree.beneath(folder).flat_map(|source| &source.items.items);
    items.filter(is_type).count()
}

struct Reader<'ast> {
    items: Vec<&'ast ItemMacro>,
}

impl<'ast> Visit<'ast> for Reader<'ast> {
    fn visit_item_macro(&mut self, item: &'ast ItemMacro) {
        self.items.push(item);
        visit::visit_item_macro(self, item);
    }
}
