//! Wide lines and long files.

use tidy::checks::size::{check_files, check_lines};

use crate::support::{places, planted};

#[test]
fn a_line_of_101_columns_is_found_wherever_it_stands() {
    let wide = |columns: usize| format!("\n// {}\n", "é".repeat(columns - 3));
    for path in ["crates/a/src/lib.rs", "crates/a/tests/it/main.rs", "examples/a.rs", "fuzz/a.rs"] {
        assert_eq!(places(&check_lines(&planted(&[(path, &wide(101))]))), [format!("{path}:2")]);
        assert!(check_lines(&planted(&[(path, &wide(100))])).is_empty());
    }
}

#[test]
fn a_file_of_401_lines_is_found_in_src() {
    let long = |lines: usize| "//\n".repeat(lines);
    let path = "crates/a/src/long.rs";
    assert_eq!(places(&check_files(&planted(&[(path, &long(401))]))), [format!("{path}:401")]);
    assert!(check_files(&planted(&[(path, &long(400))])).is_empty());
    assert!(check_files(&planted(&[("crates/a/tests/it/main.rs", &long(401))])).is_empty());
}
