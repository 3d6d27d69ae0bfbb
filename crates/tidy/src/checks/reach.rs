//! Which file reaches which: the imports and paths of all modules.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Span, TokenStream};
use syn::{
    Attribute, ImplItem, ImplItemFn, Item, ItemFn, ItemUse, Macro, PatIdent, Path, TraitItemFn,
    VisRestricted, Visibility,
    visit::{self, Visit},
};

use crate::{
    Resolver, attributes,
    names::{Import, Target, imports},
    tokens,
};

/// What one file takes from another.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// The names.
    pub(crate) names: BTreeSet<String>,
    /// The line of the first.
    pub(crate) line: usize,
}

/// Per file, the files of the same package that it reaches.
pub(crate) type Graph<'t> = BTreeMap<&'t str, BTreeMap<&'t str, Uses>>;

/// The graph of all packages.
pub(crate) fn graph<'t>(resolver: &Resolver<'t>) -> Graph<'t> {
    let mut graph = Graph::new();
    for (index, module) in resolver.modules.iter().enumerate() {
        let mut reader = Reader { resolver, module: index, locals: Vec::new(), graph: &mut graph };
        for item in module.items {
            reader.visit_item(item);
        }
    }
    graph
}

struct Reader<'w, 't> {
    resolver: &'w Resolver<'t>,
    module: usize,
    /// The names that the functions around bind, the innermost last.
    locals: Vec<BTreeSet<String>>,
    graph: &'w mut Graph<'t>,
}

impl<'t> Reader<'_, 't> {
    fn reach(&mut self, path: &Import, span: Span) {
        let targets = self.resolver.resolve(self.module, path);
        self.reach_targets(targets, path, span);
    }

    fn reach_targets(&mut self, targets: BTreeSet<Target<'t>>, path: &Import, span: Span) {
        for target in targets {
            if let Target::Item(_, file) = target {
                self.add(file, path, span);
            }
        }
    }

    fn add(&mut self, to: &'t str, path: &Import, span: Span) {
        let module = &self.resolver.modules[self.module];
        let source = module.package.path("src/");
        if to == module.file || !to.starts_with(&source) {
            return;
        }
        let uses = self.graph.entry(module.file).or_default().entry(to).or_default();
        if uses.line == 0 {
            uses.line = span.start().line;
        }
        // Of `Type::new` it is the type that is taken.
        let of_type = path.segments.iter().find(|name| name.starts_with(char::is_uppercase));
        uses.names.extend(of_type.or_else(|| path.segments.last()).cloned());
    }

    /// A path as it is written; a single name may be that of a local variable.
    fn reach_path(&mut self, segments: Vec<String>, is_absolute: bool, span: Span) {
        if let [name] = segments.as_slice() {
            if self.locals.iter().any(|names| names.contains(name)) {
                return;
            }
        }
        self.reach(&Import { segments, is_absolute, is_public: false }, span);
    }

    fn reach_tokens(&mut self, stream: TokenStream) {
        let mut found = Vec::new();
        tokens::paths(stream, &mut found);
        for path in found {
            self.reach_path(path.segments, false, path.span);
        }
    }

    fn within(&mut self, names: Bound, visit: impl FnOnce(&mut Self)) {
        self.locals.push(names.0);
        visit(self);
        self.locals.pop();
    }
}

impl<'ast> Visit<'ast> for Reader<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        // A module's items are read with that module.
        if !matches!(item, Item::Mod(_)) && !attributes::is_test_only(attributes::of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !matches!(item.vis, Visibility::Inherited) {
            return;
        }
        for (name, import) in imports(item, false) {
            let span = item.use_token.span;
            let targets = self.resolver.resolve(self.module, &import);
            if name.is_none() {
                for target in &targets {
                    if let Target::Module(module) = target {
                        self.add(self.resolver.modules[*module].file, &import, span);
                    }
                }
            }
            self.reach_targets(targets, &import, span);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Const(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !attributes::is_test_only(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        let mut names = Bound::default();
        names.visit_item_fn(item);
        self.within(names, |this| visit::visit_item_fn(this, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        let mut names = Bound::default();
        names.visit_impl_item_fn(item);
        self.within(names, |this| visit::visit_impl_item_fn(this, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        let mut names = Bound::default();
        names.visit_trait_item_fn(item);
        self.within(names, |this| visit::visit_trait_item_fn(this, item));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<_> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let span = path.segments.first().map_or_else(Span::call_site, |first| first.ident.span());
        self.reach_path(segments, path.leading_colon.is_some(), span);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        match call.path.get_ident() {
            Some(name) => {
                let targets = self.resolver.resolve_macro(self.module, &name.to_string());
                let segments = vec![name.to_string()];
                let path = Import { segments, is_absolute: false, is_public: false };
                self.reach_targets(targets, &path, name.span());
            }
            None => self.visit_path(&call.path),
        }
        self.reach_tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Some(stream) = attributes::arguments(attribute) else { return };
        let mut found = Vec::new();
        tokens::texts_of_attribute(stream, &mut found);
        for path in found {
            self.reach_path(path.segments, false, path.span);
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

/// The names that a function binds: what they mean is no item.
#[derive(Default)]
struct Bound(BTreeSet<String>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        let name = pattern.ident.to_string();
        if name.starts_with(|first: char| first.is_lowercase() || first == '_') {
            self.0.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }
}
