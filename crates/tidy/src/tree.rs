//! The source tree: its packages and files, each read and parsed once.

use std::{collections::BTreeMap, fs, io, path::Path};

use crate::{Failure, Manifest, Source};

/// A package: a folder with a manifest.
#[derive(Debug)]
pub struct Package {
    /// The folder, from the root of the tree.
    pub folder: String,
    /// What its manifest says.
    pub manifest: Manifest,
    /// Whether it is a member of the workspace.
    pub is_member: bool,
}

impl Package {
    /// A path in its folder.
    pub fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.folder)
    }

    /// The name that other crates know its library by.
    pub fn crate_name(&self) -> String {
        self.manifest.name().replace('-', "_")
    }

    /// Whether it is meant to be published.
    pub fn is_published(&self) -> bool {
        self.is_member && self.manifest.is_published()
    }
}

/// The tree.
pub struct Tree {
    /// The manifest of the workspace.
    pub workspace: Manifest,
    /// The packages, by folder.
    pub packages: Vec<Package>,
    /// The `.rs` files, by path from the root.
    pub sources: BTreeMap<String, Source>,
}

impl Tree {
    /// Reads the tree under a folder.
    ///
    /// # Errors
    /// A file that cannot be read or is no Rust.
    pub fn read(root: &Path) -> Result<Self, Failure> {
        let mut files = BTreeMap::new();
        collect(root, "", &mut files)
            .map_err(|error| Failure(format!("{}: {error}", root.display())))?;
        Self::of(files)
    }

    /// The tree of these files: paths from the root, and what stands in them.
    ///
    /// # Errors
    /// A manifest that is no TOML, a source that is no Rust, or no manifest at the root.
    pub fn of(files: BTreeMap<String, String>) -> Result<Self, Failure> {
        let mut workspace = None;
        let mut packages = Vec::new();
        let mut sources = BTreeMap::new();
        for (path, text) in files {
            if path == "Cargo.toml" {
                workspace = Some(Manifest::parse(&path, &text)?);
            } else if let Some(folder) = path.strip_suffix("/Cargo.toml") {
                packages.push(Package {
                    folder: folder.to_owned(),
                    manifest: Manifest::parse(&path, &text)?,
                    // `members = ["crates/*"]`
                    is_member: folder.starts_with("crates/") && folder.matches('/').count() == 1,
                });
            } else {
                sources.insert(path.clone(), Source::parse(path, text)?);
            }
        }
        let workspace = workspace.ok_or_else(|| Failure("no Cargo.toml at the root".to_owned()))?;
        Ok(Self { workspace, packages, sources })
    }

    /// The members of the workspace.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_member)
    }

    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.manifest.name() == name)
    }

    /// The files beneath a folder.
    pub fn beneath<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a Source> + use<'a> {
        let prefix = format!("{folder}/");
        let files = self.sources.range(prefix.clone()..);
        files.take_while(move |(path, _)| path.starts_with(&prefix)).map(|(_, source)| source)
    }

    /// The files in `src` of the packages that are published.
    pub fn published_sources(&self) -> impl Iterator<Item = &Source> {
        let published = self.members().filter(|package| package.is_published());
        published.flat_map(|package| self.beneath(&package.path("src")))
    }
}

/// Reads `.rs` files and manifests, but not what a build has made or hidden folders hold.
fn collect(folder: &Path, path: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let place = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if entry.file_type()?.is_dir() {
            if name != "target" && !name.starts_with('.') {
                collect(&entry.path(), &place, files)?;
            }
        } else if name.ends_with(".rs") || name == "Cargo.toml" {
            files.insert(place, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}
