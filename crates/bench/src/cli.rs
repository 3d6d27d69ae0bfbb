//! The command line.

use crate::{
    Outcome, alloc, hold, instructions, measure::Effort, report, server, sse, stream, unary,
};

const USAGE: &str = "\
usage: bench [all|unary|stream|sse|memory|alloc] [--quick]
       bench instructions [--check|--write]";

/// Runs the program.
///
/// # Errors
/// When something cannot be measured, and when `instructions --check` finds a regression.
pub fn run() -> Outcome<()> {
    use lexopt::{Arg, ValueExt as _};

    let mut words: Vec<String> = Vec::new();
    let (mut effort, mut mode) = (Effort::FULL, instructions::Mode::Show);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Value(word) => words.push(word.string()?),
            Arg::Long("quick") => effort = Effort::QUICK,
            Arg::Long("check") => mode = instructions::Mode::Check,
            Arg::Long("write") => mode = instructions::Mode::Write,
            Arg::Long("help") => {
                println!("{USAGE}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let rows = match *words {
        // What the program starts itself as.
        ["serve"] => return server::serve(),
        ["hold", who, url, count] => return hold::hold(who, url, count.parse()?),
        ["hot", path, turns] => return instructions::hot(path, turns.parse()?),

        ["instructions"] => return instructions::run(mode),
        ["unary"] => unary::run(effort)?,
        ["stream"] => stream::run(effort)?,
        ["sse"] => sse::run(effort)?,
        ["memory"] => hold::run(effort)?,
        ["alloc"] => return alloc::run(),
        ["all"] | [] => {
            let mut rows = unary::run(effort)?;
            rows.extend(stream::run(effort)?);
            rows.extend(sse::run(effort)?);
            rows.extend(hold::run(effort)?);
            report::print(&rows);
            alloc::run()?;
            return instructions::run(instructions::Mode::Show);
        }
        _ => return Err(USAGE.into()),
    };
    report::print(&rows);
    Ok(())
}
