//! Follows a path to what defines the item, through every re-export.

use std::collections::{BTreeSet, HashSet};

use super::{Import, ItemKind, Meaning, Resolver};

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target<'t> {
    /// A module of the workspace.
    Module(usize),
    /// An item of the workspace, and the file that defines it.
    Item(ItemKind, &'t str),
    /// Something of a crate that is no member; how many segments name it.
    External(usize),
}

/// The names that are being looked up, so that imports of each other come to an end.
type Visited = HashSet<(usize, String, usize)>;

impl<'t> Resolver<'t> {
    /// What a path in a module may mean; a name may stand for a type and a function at once.
    pub fn resolve(&self, module: usize, path: &Import) -> BTreeSet<Target<'t>> {
        self.follow(module, path, &mut Visited::new())
    }

    /// What a macro that is called by its name alone may be: by import, by the text before it, or
    /// by an older module of the crate that hands on its macros.
    pub fn resolve_macro(&self, module: usize, name: &str) -> BTreeSet<Target<'t>> {
        let mut around = Some(module);
        while let Some(at) = around {
            let found = self.look_up(at, name, &mut Visited::new());
            let macros: BTreeSet<_> = found
                .into_iter()
                .filter(|target| matches!(target, Target::Item(ItemKind::Macro, _)))
                .collect();
            if !macros.is_empty() {
                return macros;
            }
            around = self.modules[at].parent;
        }
        BTreeSet::new()
    }

    /// The names that a module shows to everybody, with what they mean.
    pub fn public_names(&self, module: usize) -> Vec<(String, BTreeSet<Target<'t>>)> {
        let mut names = BTreeSet::new();
        self.list_public(module, &mut names, &mut HashSet::new());
        let meanings = names.into_iter().map(|name| {
            let targets = self.look_up(module, &name, &mut Visited::new());
            (name, targets)
        });
        meanings.collect()
    }

    fn list_public(
        &self,
        module: usize,
        names: &mut BTreeSet<String>,
        visited: &mut HashSet<usize>,
    ) {
        if !visited.insert(module) {
            return;
        }
        for (name, bindings) in &self.modules[module].names {
            if bindings.iter().any(|binding| binding.is_public) {
                names.insert(name.clone());
            }
        }
        for glob in self.modules[module].globs.iter().filter(|glob| glob.is_public) {
            for target in self.resolve(module, glob) {
                if let Target::Module(inner) = target {
                    self.list_public(inner, names, visited);
                }
            }
        }
    }

    fn follow(&self, module: usize, path: &Import, visited: &mut Visited) -> BTreeSet<Target<'t>> {
        let Some((first, rest)) = path.segments.split_first() else { return BTreeSet::new() };
        let mut targets = self.first(module, first, path, visited);
        for segment in rest {
            let mut next = BTreeSet::new();
            for target in targets {
                match target {
                    Target::Module(inner) if segment == "super" => {
                        next.extend(self.modules[inner].parent.map(Target::Module));
                    }
                    Target::Module(inner) => next.extend(self.look_up(inner, segment, visited)),
                    // A variant, an associated item.
                    Target::Item(..) => {
                        next.insert(target);
                    }
                    Target::External(depth) => {
                        next.insert(Target::External(depth + 1));
                    }
                }
            }
            targets = next;
        }
        targets
    }

    fn first(
        &self,
        module: usize,
        first: &str,
        path: &Import,
        visited: &mut Visited,
    ) -> BTreeSet<Target<'t>> {
        match first {
            "crate" => return BTreeSet::from([Target::Module(self.root_of(module))]),
            "self" => return BTreeSet::from([Target::Module(module)]),
            "super" => {
                return self.modules[module].parent.map(Target::Module).into_iter().collect();
            }
            _ => {}
        }
        let local =
            if path.is_absolute { BTreeSet::new() } else { self.look_up(module, first, visited) };
        if !local.is_empty() {
            return local;
        }
        let library = self.libraries.get(first).copied();
        BTreeSet::from([library.map_or(Target::External(1), Target::Module)])
    }

    /// What a name in a module means: what it is bound to there, or else what `*` brings.
    fn look_up(&self, module: usize, name: &str, visited: &mut Visited) -> BTreeSet<Target<'t>> {
        let mut found = BTreeSet::new();
        let bindings = self.modules[module].names.get(name);
        for (index, binding) in bindings.into_iter().flatten().enumerate() {
            match &binding.meaning {
                Meaning::Item(kind, file) => {
                    found.insert(Target::Item(*kind, file));
                }
                Meaning::Module(inner) => {
                    found.insert(Target::Module(*inner));
                }
                Meaning::Import(import) => {
                    if visited.insert((module, name.to_owned(), index)) {
                        found.extend(self.follow(module, import, visited));
                    }
                }
            }
        }
        if bindings.is_some() {
            return found;
        }
        for (index, glob) in self.modules[module].globs.iter().enumerate() {
            if !visited.insert((module, name.to_owned(), index)) {
                continue;
            }
            for target in self.follow(module, glob, visited) {
                if let Target::Module(inner) = target {
                    found.extend(self.look_up(inner, name, visited));
                }
            }
        }
        found
    }
}
