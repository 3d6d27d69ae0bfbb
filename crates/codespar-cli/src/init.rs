//! `init`: a project to start from, with a charge and its test.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::Path,
};

use clap::{Arg, ArgMatches, Command};

use crate::{
    outcome::{Exit, Failure},
    output::note,
    own::{Own, Run},
    settings::variable,
};

pub(crate) const INIT: Own = Own {
    words: &["init"],
    about: "Writes a small project that charges by Pix, with a test; overwrites nothing",
    effect: None,
    options,
    run: Run::Alone(run),
};

/// What is written, and where.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("init/cargo.txt")),
    ("src/main.rs", include_str!("init/main.txt")),
    (".gitignore", "/target\n.env\n"),
    ("README.md", include_str!("init/readme.txt")),
];

fn options(command: Command) -> Command {
    let folder = Arg::new("folder").value_name("FOLDER").required(true);
    command.arg(folder.help("The folder; its last part becomes the name of the project"))
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let folder = Path::new(matches.get_one::<String>("folder").map_or("", String::as_str));
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !is_package_name(name) {
        let said = "expected a folder whose name is letters, digits, - and _, a letter first";
        return Err(Failure::usage(said));
    }
    let there: Vec<&str> =
        FILES.iter().map(|(path, _)| *path).filter(|path| folder.join(path).exists()).collect();
    if !there.is_empty() {
        let said = format!("{} is there already: {}", folder.display(), there.join(", "));
        return Err(Failure::new(Exit::Refused, said + "; nothing was written"));
    }
    for (path, text) in FILES {
        let text = text
            .replace("{{name}}", name)
            .replace("{{blocking}}", &source("codespar-blocking"))
            .replace("{{sandbox}}", &source("codespar-sandbox"));
        let path = folder.join(path);
        write(&path, &text).map_err(|error| {
            let said = match error.kind() {
                ErrorKind::AlreadyExists => "it is there already".to_owned(),
                _ => error.to_string(),
            };
            Failure::new(Exit::Failed, format!("{}: {said}", path.display()))
        })?;
        note(&format!("wrote {}", path.display()));
    }
    note(&format!("next: cd {} && cargo test", folder.display()));
    Ok(())
}

/// Writes a file that was not there.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Where a crate comes from: the registry, or a copy of this repository, whose folder `crates` is
/// named by `CODESPAR_CRATES` (for those who work on it).
fn source(krate: &str) -> String {
    match variable("CODESPAR_CRATES") {
        Some(folder) => format!("path = {:?}", Path::new(&folder).join(krate)),
        None => format!("version = {:?}", env!("CARGO_PKG_VERSION")),
    }
}

fn is_package_name(name: &str) -> bool {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_part)
}
