//! This program started anew, with less in it: the memory and the limits of a process.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use serde::de::DeserializeOwned;

use crate::Outcome;

/// The program that has the commands, beside the one that counts allocations.
pub(crate) fn program() -> Outcome<PathBuf> {
    let name = format!("bench{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}

/// What this program says when it is started with these words: a line of JSON, the last one.
///
/// Memory that was used before would be used again, and a process is laid out by chance: what
/// depends on either has a process of its own.
pub(crate) fn run_anew<T: DeserializeOwned>(words: &[&str]) -> Outcome<T> {
    let output = Command::new(program()?).args(words).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8(output.stdout)?;
    match (output.status.success(), text.lines().last()) {
        (true, Some(line)) => Ok(serde_json::from_str(line)?),
        _ => Err(format!("`bench {}` failed, {}", words.join(" "), output.status).into()),
    }
}

/// Asks for as many open files as there may be; gives how many that are.
pub(crate) fn raise_open_files() -> usize {
    let limit = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// The memory of this process that is in use, in bytes.
pub(crate) fn resident() -> Outcome<u64> {
    memory("VmRSS:")
}

/// The most that was in use so far, in bytes.
pub(crate) fn most_resident() -> Outcome<u64> {
    memory("VmHWM:")
}

fn memory(what: &str) -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    Ok(kib.ok_or("/proc/self/status does not tell how much memory is in use")? * 1024)
}
