//! What the checks see, printed.

use std::{env, path::Path, process::ExitCode};

use tidy::{Failure, Tree, World, checks};

const USAGE: &str = "\
usage: cargo run -p tidy -- WHAT

  circles      source files that reach each other, and the names that tie them
  ties         which file reaches which, circle or not
  operations   every operation, and the file its row stands in
  doors        the names on the front pages of the drivers
  figures      the tree in figures, crate by crate
  faults       all that the checks find, exceptions included
";

fn main() -> ExitCode {
    let what = env::args().nth(1).unwrap_or_default();
    match print(&what) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprint!("{USAGE}");
            ExitCode::FAILURE
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn print(what: &str) -> Result<bool, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tree = Tree::read(&root)?;
    let world = World::new(&tree);
    match what {
        "doors" => print!("{}", checks::front_page::shown(&world)),
        "operations" => print!("{}", checks::operations::shown(&tree)),
        "figures" => print!("{}", tidy::figures(&world)),
        "faults" => checks::all(&world).iter().for_each(|finding| println!("{finding}")),
        "ties" => print!("{}", checks::circles::all_ties(&world)),
        "circles" => print!("{}", checks::circles::shown(&world)),
        _ => return Ok(false),
    }
    Ok(true)
}
