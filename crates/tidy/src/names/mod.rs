//! Which name means which item: the modules of all crates, and what stands in them.

mod collect;
mod resolve;

use std::collections::BTreeMap;

use crate::{Package, Tree};

pub(crate) use self::collect::imports;
pub use self::resolve::Target;

/// The modules of all members of the workspace.
pub struct Resolver<'t> {
    /// The tree they were read from.
    pub tree: &'t Tree,
    /// All modules; elsewhere they are known by their place here.
    pub modules: Vec<Module<'t>>,
    /// The root module of each library, by the name other crates know it by.
    pub libraries: BTreeMap<String, usize>,
}

/// A module.
pub struct Module<'t> {
    /// The package it belongs to.
    pub package: &'t Package,
    /// The file it stands in.
    pub file: &'t str,
    /// The module around it.
    pub parent: Option<usize>,
    /// Its items.
    pub items: &'t [syn::Item],
    /// What the names in it are bound to.
    pub names: BTreeMap<String, Vec<Binding<'t>>>,
    /// What is imported by `*`.
    pub globs: Vec<Import>,
    /// The folder in which the files of its modules stand.
    folder: String,
}

/// What a name is bound to.
#[derive(Debug)]
pub struct Binding<'t> {
    /// What it means.
    pub meaning: Meaning<'t>,
    /// Whether it is `pub`, and not hidden.
    pub is_public: bool,
}

/// What a name means.
#[derive(Clone, Debug)]
pub enum Meaning<'t> {
    /// An item, and the file that defines it.
    Item(ItemKind, &'t str),
    /// A module.
    Module(usize),
    /// What the path of a `use` leads to.
    Import(Import),
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A struct, enumeration, union or alias.
    Type,
    /// A trait.
    Trait,
    /// A function, constant or static.
    Value,
    /// A macro by rules.
    Macro,
}

/// The path of a `use`.
#[derive(Clone, Debug)]
pub struct Import {
    /// Its segments.
    pub segments: Vec<String>,
    /// Whether it begins with `::`.
    pub is_absolute: bool,
    /// Whether it is `pub`.
    pub is_public: bool,
}

impl<'t> Resolver<'t> {
    /// The modules of a tree.
    pub fn new(tree: &'t Tree) -> Self {
        let mut resolver = Self { tree, modules: Vec::new(), libraries: BTreeMap::new() };
        for package in tree.members() {
            let library = package.path("src/lib.rs");
            if let Some(root) = resolver.collect_crate(package, &library) {
                resolver.libraries.insert(package.crate_name(), root);
            }
            resolver.collect_crate(package, &package.path("src/main.rs"));
            let programs = package.path("src/bin");
            for source in tree.beneath(&programs) {
                if source.folder() == programs || source.path.ends_with("/main.rs") {
                    resolver.collect_crate(package, &source.path);
                }
            }
        }
        resolver
    }

    /// The root of the crate that a module belongs to.
    pub fn root_of(&self, mut module: usize) -> usize {
        while let Some(parent) = self.modules[module].parent {
            module = parent;
        }
        module
    }
}
