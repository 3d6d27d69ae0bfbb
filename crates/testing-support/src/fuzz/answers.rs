//! Every type that is read from JSON.

use std::sync::LazyLock;

use super::input::pick;
use crate::readers::{
    Reader, codespar_answers, codespar_arguments, upivia_answers, upivia_arguments,
};

/// Every type, its API before its name: both APIs may have one of a name.
pub static TYPES: LazyLock<Vec<(String, Reader)>> = LazyLock::new(|| {
    let lists = [
        ("codespar", codespar_answers()),
        ("codespar", codespar_arguments()),
        ("upivia", upivia_answers()),
        ("upivia", upivia_arguments()),
    ];
    let named = |(api, readers): (&'static str, &'static [Reader])| {
        readers.iter().map(move |reader| (format!("{api}.{}", reader.0), *reader))
    };
    lists.into_iter().flat_map(named).collect()
});

/// What is read can be shown, written and read again. The first line names the type, such as
/// `codespar.Charge`; any other line stands for one of them.
pub fn answers(data: &[u8]) {
    let mut lines = data.splitn(2, |byte| *byte == b'\n');
    let (Some(line), Some(json)) = (lines.next(), lines.next()) else { return };
    if let Some((_, (_, read))) = pick(line, &TYPES, |(name, _)| name) {
        read(json);
    }
}

/// As [`answers`], of every type.
pub fn all_answers(data: &[u8]) {
    let json = data.splitn(2, |byte| *byte == b'\n').last().unwrap_or_default();
    for (_, (_, read)) in TYPES.iter() {
        read(json);
    }
}
