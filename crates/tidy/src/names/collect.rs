//! Reads the modules of a crate, from its root file on.

use std::collections::BTreeMap;

use syn::{
    Attribute, Item, ItemMacro, ItemMod, ItemUse, Stmt, UseTree, Visibility,
    visit::{self, Visit},
};

use super::{Binding, Import, ItemKind, Meaning, Module, Resolver};
use crate::{
    Package, Source, attributes,
    source::{folder, join},
    tokens,
};

impl<'t> Resolver<'t> {
    /// Reads the crate with that root file, where there is one.
    pub(super) fn collect_crate(&mut self, package: &'t Package, path: &str) -> Option<usize> {
        let source = self.tree.sources.get(path)?;
        let folder = source.folder().to_owned();
        Some(self.collect_module(package, source, None, &source.items.items, folder))
    }

    fn collect_module(
        &mut self,
        package: &'t Package,
        source: &'t Source,
        parent: Option<usize>,
        items: &'t [Item],
        folder: String,
    ) -> usize {
        let module = self.modules.len();
        self.modules.push(Module {
            package,
            file: &source.path,
            parent,
            items,
            names: BTreeMap::new(),
            globs: Vec::new(),
            folder,
        });
        for item in items {
            self.collect_item(module, source, item);
        }
        module
    }

    fn collect_item(&mut self, module: usize, source: &'t Source, item: &'t Item) {
        use ItemKind::{Trait, Type, Value};
        let (kind, name, visibility, attributes) = match item {
            Item::Mod(item) => return self.collect_mod(module, source, item),
            Item::Use(item) => return self.collect_use(module, item),
            Item::Macro(item) => return self.collect_macro(module, item),
            Item::Struct(item) => (Type, &item.ident, &item.vis, &item.attrs),
            Item::Enum(item) => (Type, &item.ident, &item.vis, &item.attrs),
            Item::Union(item) => (Type, &item.ident, &item.vis, &item.attrs),
            Item::Type(item) => (Type, &item.ident, &item.vis, &item.attrs),
            Item::Trait(item) => (Trait, &item.ident, &item.vis, &item.attrs),
            Item::TraitAlias(item) => (Trait, &item.ident, &item.vis, &item.attrs),
            Item::Fn(item) => (Value, &item.sig.ident, &item.vis, &item.attrs),
            Item::Const(item) => (Value, &item.ident, &item.vis, &item.attrs),
            Item::Static(item) => (Value, &item.ident, &item.vis, &item.attrs),
            _ => return self.collect_inner(module, source, item),
        };
        if attributes::is_test_only(attributes) {
            return;
        }
        let is_public = is_public(visibility, attributes);
        self.bind_item(module, name.to_string(), kind, is_public);
        self.collect_inner(module, source, item);
    }

    /// The items within functions; their names are taken for names of the module.
    fn collect_inner(&mut self, module: usize, source: &'t Source, item: &'t Item) {
        let mut inner = Inner::default();
        visit::visit_item(&mut inner, item);
        for item in inner.0 {
            self.collect_item(module, source, item);
        }
    }

    fn collect_mod(&mut self, parent: usize, source: &'t Source, item: &'t ItemMod) {
        if attributes::is_test_only(&item.attrs) {
            return;
        }
        let name = item.ident.to_string();
        let (package, within) = (self.modules[parent].package, &self.modules[parent].folder);
        let beneath = join(within, &name);
        let module = if let Some((_, items)) = &item.content {
            self.collect_module(package, source, Some(parent), items, beneath)
        } else {
            let named = attributes::path(&item.attrs).map(|path| join(source.folder(), &path));
            let usual = [format!("{beneath}.rs"), format!("{beneath}/mod.rs")];
            let is_named = named.is_some();
            let mut candidates = named.into_iter().chain(usual);
            let Some(file) = candidates.find_map(|path| self.tree.sources.get(&path)) else {
                return;
            };
            let inner = if is_named { folder(&file.path).to_owned() } else { beneath };
            self.collect_module(package, file, Some(parent), &file.items.items, inner)
        };
        let is_public = is_public(&item.vis, &item.attrs);
        self.bind(parent, name, Meaning::Module(module), is_public);
    }

    fn collect_use(&mut self, module: usize, item: &ItemUse) {
        if attributes::is_test_only(&item.attrs) {
            return;
        }
        let is_public = is_public(&item.vis, &item.attrs);
        for (name, import) in imports(item, is_public) {
            match name {
                Some(name) => self.bind(module, name, Meaning::Import(import), is_public),
                None => self.modules[module].globs.push(import),
            }
        }
    }

    fn collect_macro(&mut self, module: usize, item: &ItemMacro) {
        if attributes::is_test_only(&item.attrs) {
            return;
        }
        if let Some(name) = &item.ident {
            let name = name.to_string();
            let is_exported = attributes::has(&item.attrs, "macro_export");
            let meaning = Meaning::Item(ItemKind::Macro, self.modules[module].file);
            let root = self.root_of(module);
            if is_exported && root != module {
                self.bind(root, name.clone(), meaning.clone(), true);
            }
            self.bind(module, name, meaning, is_exported);
            return;
        }
        let mut found = Vec::new();
        tokens::declared(item.mac.tokens.clone(), &mut found);
        for declared in found.into_iter().filter(|declared| !declared.name.starts_with('$')) {
            let kind = match declared.keyword.as_str() {
                "struct" | "enum" | "union" | "type" => ItemKind::Type,
                "trait" => ItemKind::Trait,
                _ => ItemKind::Value,
            };
            self.bind_item(module, declared.name, kind, declared.is_public);
        }
        for (name, _) in tokens::listed_types(item.mac.tokens.clone()) {
            self.bind_item(module, name, ItemKind::Type, true);
        }
    }

    fn bind_item(&mut self, module: usize, name: String, kind: ItemKind, is_public: bool) {
        let file = self.modules[module].file;
        self.bind(module, name, Meaning::Item(kind, file), is_public);
    }

    fn bind(&mut self, module: usize, name: String, meaning: Meaning<'t>, is_public: bool) {
        let names = &mut self.modules[module].names;
        names.entry(name).or_default().push(Binding { meaning, is_public });
    }
}

/// The items that stand in blocks.
#[derive(Default)]
struct Inner<'t>(Vec<&'t Item>);

impl<'t> Visit<'t> for Inner<'t> {
    fn visit_stmt(&mut self, statement: &'t Stmt) {
        match statement {
            Stmt::Item(item) => self.0.push(item),
            statement => visit::visit_stmt(self, statement),
        }
    }
}

/// Whether something is for everybody, and shown.
fn is_public(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    matches!(visibility, Visibility::Public(_)) && !attributes::is_hidden(attributes)
}

/// What a `use` imports: the name it gives, none for `*`, and the path.
pub(crate) fn imports(item: &ItemUse, is_public: bool) -> Vec<(Option<String>, Import)> {
    let mut found = Vec::new();
    let start =
        Import { segments: Vec::new(), is_absolute: item.leading_colon.is_some(), is_public };
    flatten(&item.tree, start, &mut found);
    found
}

fn flatten(tree: &UseTree, mut import: Import, found: &mut Vec<(Option<String>, Import)>) {
    match tree {
        UseTree::Path(path) => {
            import.segments.push(path.ident.to_string());
            flatten(&path.tree, import, found);
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, import.clone(), found);
            }
        }
        UseTree::Glob(_) => found.push((None, import)),
        UseTree::Name(name) if name.ident == "self" => {
            let name = import.segments.last().cloned();
            found.push((name, import));
        }
        UseTree::Name(name) => {
            import.segments.push(name.ident.to_string());
            found.push((Some(name.ident.to_string()), import));
        }
        UseTree::Rename(name) => {
            if name.ident != "self" {
                import.segments.push(name.ident.to_string());
            }
            found.push((Some(name.rename.to_string()), import));
        }
    }
}
