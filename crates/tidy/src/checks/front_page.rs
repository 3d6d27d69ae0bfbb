//! Front pages: how many names a reader of a driver's documentation meets first.

use std::fmt::Write as _;

use crate::{
    Finding, Kind, Resolver,
    names::{ItemKind, Target},
};

/// The crates that users name.
const DRIVERS: [&str; 2] = ["codespar-blocking", "codespar-async"];

/// How many names a front page may have besides modules, macros and crates.
const MOST: usize = 40;

/// What stands at the root of a crate, with all features on.
#[derive(Debug, Default)]
pub struct FrontPage {
    /// The file of the root.
    pub file: String,
    /// Structs, traits, functions and constants.
    pub items: Vec<String>,
    /// Modules.
    pub modules: Vec<String>,
    /// Macros.
    pub macros: Vec<String>,
    /// Other crates, handed on whole.
    pub crates: Vec<String>,
}

/// The front page of a package, where it has a library.
pub fn front_page(resolver: &Resolver<'_>, package: &str) -> Option<FrontPage> {
    let root = *resolver.libraries.get(&package.replace('-', "_"))?;
    let file = resolver.modules[root].file.to_owned();
    let mut page = FrontPage { file, ..FrontPage::default() };
    for (name, targets) in resolver.public_names(root) {
        let is_item = |target: &Target<'_>| match target {
            Target::Item(kind, _) => *kind != ItemKind::Macro,
            Target::External(segments) => *segments > 1,
            Target::Module(_) => false,
        };
        let is_root = |target: &Target<'_>| match target {
            Target::Module(module) => resolver.modules[*module].parent.is_none(),
            target => matches!(target, Target::External(1)),
        };
        let list = if targets.iter().any(is_item) {
            &mut page.items
        } else if targets.iter().any(is_root) {
            &mut page.crates
        } else if targets.iter().any(|target| matches!(target, Target::Module(_))) {
            &mut page.modules
        } else {
            &mut page.macros
        };
        list.push(name);
    }
    Some(page)
}

/// Drivers with more names than a page can hold.
pub fn check(resolver: &Resolver<'_>) -> Vec<Finding> {
    let pages = DRIVERS.iter().filter_map(|name| Some((*name, front_page(resolver, name)?)));
    let crowded = pages.filter(|(_, page)| page.items.len() > MOST);
    let finding = |(name, page): (&str, FrontPage)| Finding {
        kind: Kind::FrontPage,
        place: page.file,
        line: 1,
        name: name.to_owned(),
        wrong: format!("the front page of {name} shows {} names", page.items.len()),
        expected: format!(
            "at most {MOST} besides modules, macros and crates (`cargo run -p tidy -- doors`)"
        ),
    };
    crowded.map(finding).collect()
}

/// The front pages of both drivers, name for name.
pub fn shown(resolver: &Resolver<'_>) -> String {
    let mut text = String::new();
    for (name, page) in DRIVERS.iter().filter_map(|name| Some((name, front_page(resolver, name)?)))
    {
        let _ = writeln!(text, "{name} ({})", page.file);
        let lists = [
            ("items", &page.items),
            ("modules", &page.modules),
            ("macros", &page.macros),
            ("crates", &page.crates),
        ];
        for (what, names) in lists {
            let _ = writeln!(text, "  {} {what}: {}", names.len(), names.join(" "));
        }
    }
    text
}
