//! `man`: manual pages, of the same commands and the same table of exit codes as the help.

use std::{fs, path::Path};

use clap::{Arg, ArgAction, ArgMatches, Command};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use crate::{
    command::{self, option},
    outcome::{EXITS, Exit, Failure},
    output::{failed_write, note, stdout},
    own::{Own, Run},
};

pub(crate) const MAN: Own = Own {
    words: &["man"],
    about: "Writes a manual page, or all of them into a folder",
    effect: None,
    options,
    run: Run::Knowing(run),
};

fn options(command: Command) -> Command {
    let words = Arg::new("command").value_name("COMMAND").action(ArgAction::Append);
    command
        .arg(words.help("The command whose page is written, as in: man charges create"))
        .arg(option("dir", "FOLDER").help("Write the pages of all commands there"))
}

fn run(all: &'static [Own], matches: &ArgMatches) -> Result<(), Failure> {
    let mut program = command::whole_program(all);
    program.build();
    if let Some(folder) = matches.get_one::<String>("dir") {
        let folder = Path::new(folder);
        let failed = |error| Failure::new(Exit::Failed, format!("{}: {error}", folder.display()));
        fs::create_dir_all(folder).map_err(failed)?;
        let count = write_all(&program, folder).map_err(failed)?;
        note(&format!("{count} pages in {}", folder.display()));
        return Ok(());
    }
    let words = matches.get_many::<String>("command").into_iter().flatten();
    let found = words.clone().try_fold(&program, |command, word| command.find_subcommand(word));
    let unknown = || {
        let words: Vec<&str> = words.clone().map(String::as_str).collect();
        Failure::usage(format!("no command {}", words.join(" "))).next("codespar schema")
    };
    let text = page(found.ok_or_else(unknown)?).map_err(|error| failed_write(&error, false))?;
    stdout(&String::from_utf8_lossy(&text)).map_err(|error| failed_write(&error, false))
}

/// Writes the page of a command and those of all below it; tells how many.
fn write_all(command: &Command, folder: &Path) -> std::io::Result<usize> {
    let name = Man::new(command.clone()).get_filename();
    fs::write(folder.join(name), page(command)?)?;
    let below = command.get_subcommands().filter(|it| it.get_name() != "help");
    below.map(|inner| write_all(inner, folder)).sum::<std::io::Result<usize>>().map(|sum| sum + 1)
}

/// The page of one command.
fn page(command: &Command) -> std::io::Result<Vec<u8>> {
    let version = concat!("codespar ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(version).manual("codespar");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for row in EXITS {
        roff.control("TP", []);
        roff.text([bold(row.code.to_string())]).text([roman(row.about)]);
    }
    roff.to_writer(&mut text)?;
    Ok(text)
}
