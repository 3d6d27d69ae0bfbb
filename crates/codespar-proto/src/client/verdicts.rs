//! What the API's codes say about effects: the one place that reads them, a file per area.
//!
//! What is not here goes by its status, and what neither names is unknown.

mod accounts;
mod commerce;
mod governance;
mod selling;
mod session;
mod words;

use codespar_engine::kit::VerdictRow;

pub(crate) use self::words::is_for_later;

/// The files, in the order of the table.
const FILES: [&[VerdictRow]; 5] =
    [governance::ROWS, accounts::ROWS, selling::ROWS, commerce::ROWS, session::ROWS];

/// The table of the CodeSpar API.
pub(crate) static ROWS: &[VerdictRow] = &joined::<{ count() }>();

#[allow(clippy::indexing_slicing, reason = "it runs when the crate is compiled, or not at all")]
const fn count() -> usize {
    let (mut file, mut rows) = (0, 0);
    while file < FILES.len() {
        rows += FILES[file].len();
        file += 1;
    }
    rows
}

/// All rows in one table.
#[allow(clippy::indexing_slicing, reason = "it runs when the crate is compiled, or not at all")]
const fn joined<const ROWS: usize>() -> [VerdictRow; ROWS] {
    let mut all = [FILES[0][0]; ROWS];
    let (mut file, mut at) = (0, 0);
    while file < FILES.len() {
        let mut row = 0;
        while row < FILES[file].len() {
            all[at] = FILES[file][row];
            (row, at) = (row + 1, at + 1);
        }
        file += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{FILES, ROWS};

    #[test]
    fn no_two_rows_decide_the_same_answer() {
        let ties = codespar_engine::kit::ties(ROWS);
        assert!(ties.is_empty(), "{ties:?}");
    }

    #[test]
    fn every_row_of_every_file_is_in_the_table() {
        let codes = |rows: &[codespar_engine::kit::VerdictRow]| {
            rows.iter().map(|row| (row.code, row.advice)).collect::<Vec<_>>()
        };
        let of_files: Vec<_> = FILES.iter().flat_map(|rows| codes(rows)).collect();
        assert_eq!(codes(ROWS), of_files);
    }
}
