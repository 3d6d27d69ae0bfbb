//! What the checks see, printed.

use std::{
    env,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
};

use tidy::{Failure, Resolver, Tree, checks};

const USAGE: &str = "\
usage: cargo run -p tidy -- WHAT

  circles      source files that reach each other, and the names that tie them
  edges        which file reaches which, circle or not
  operations   every operation, and the file its row stands in
  doors        the names on the front pages of the drivers
  figures      the tree in figures, crate by crate
  faults       all that the checks find, exceptions included
";

fn main() -> ExitCode {
    let what = env::args().nth(1).unwrap_or_default();
    match text(&what) {
        Ok(Some(text)) => {
            // Whoever reads may have read enough.
            let _ = io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Ok(None) => {
            eprint!("{USAGE}");
            ExitCode::FAILURE
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn text(what: &str) -> Result<Option<String>, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tree = Tree::read(&root)?;
    let resolver = Resolver::new(&tree);
    let faults = || checks::all(&resolver).iter().map(|finding| format!("{finding}\n")).collect();
    Ok(Some(match what {
        "circles" => checks::circles::shown(&resolver),
        "edges" => checks::circles::all_edges(&resolver),
        "operations" => checks::operations::shown(&tree),
        "doors" => checks::front_page::shown(&resolver),
        "figures" => tidy::figures(&resolver),
        "faults" => faults(),
        _ => return Ok(None),
    }))
}
