//! A source file, as text and parsed.

use crate::Failure;

/// A `.rs` file.
pub struct Source {
    /// Its path from the root of the tree.
    pub path: String,
    /// What stands in it.
    pub text: String,
    /// The same, parsed.
    pub items: syn::File,
}

impl Source {
    /// Parses a file.
    ///
    /// # Errors
    /// It is no Rust.
    pub fn parse(path: String, text: String) -> Result<Self, Failure> {
        let items = syn::parse_file(&text).map_err(|error| {
            let start = error.span().start();
            Failure(format!("{path}:{}:{}: {error}", start.line, start.column + 1))
        })?;
        Ok(Self { path, text, items })
    }

    /// The folder it stands in.
    pub fn folder(&self) -> &str {
        folder(&self.path)
    }
}

/// The folder that a path stands in.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path, from a folder, with its `..` resolved.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
