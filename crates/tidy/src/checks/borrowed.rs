//! Source of another crate: a crate compiles what stands in its own folder.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::{
    Attribute, Macro,
    visit::{self, Visit},
};

use crate::{
    Finding, Kind, Source, Tree, attributes,
    source::{folder, join},
    tokens,
};

/// `#[path]` into the folder of another package, and `include!` of source.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources.values() {
        let packages = tree.packages.iter().map(|package| package.path(""));
        let own = packages.filter(|folder| source.path.starts_with(folder)).max_by_key(String::len);
        // What belongs to no package, such as an example, has the first folder of its path.
        let first = source.path.split('/').next().unwrap_or_default();
        let own = own.unwrap_or_else(|| format!("{first}/"));
        let mut reader = Reader { source, own, findings: &mut findings };
        reader.visit_file(&source.items);
    }
    findings
}

struct Reader<'a> {
    source: &'a Source,
    /// The folder within which its source may stand.
    own: String,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn path(&mut self, path: &str, span: Span) {
        let whole = join(folder(&self.source.path), path);
        if !whole.starts_with(&self.own) {
            self.report(span, format!("`#[path]` compiles {whole}, which is another crate's"));
        }
    }

    fn report(&mut self, span: Span, wrong: String) {
        self.findings.push(Finding {
            kind: Kind::BorrowedSource,
            place: self.source.path.clone(),
            line: span.start().line,
            name: String::new(),
            wrong,
            expected: "modules of the crate itself, or a crate that both depend on".to_owned(),
        });
    }

    fn tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = token else { continue };
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_include = at >= 2
                && tokens::is_sign(tokens.get(at - 1), '!')
                && tokens::word(tokens.get(at - 2)).as_deref() == Some("include");
            if is_include {
                self.report(group.span(), "`include!` of source".to_owned());
            } else if group.delimiter() == Delimiter::Bracket && tokens::is_attribute(&tokens, at) {
                let is_path = tokens::word(inner.first()).as_deref() == Some("path");
                if let Some(path) = inner.get(2).filter(|_| is_path).and_then(tokens::text) {
                    self.path(&path, group.span());
                }
            } else {
                self.tokens(group.stream());
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Some(path) = attributes::text(attribute, "path") {
            self.path(&path, attribute.pound_token.span);
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = call.path.segments.last().map(|segment| &segment.ident);
        if let Some(name) = name.filter(|name| *name == "include") {
            self.report(name.span(), "`include!` of source".to_owned());
        }
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}
