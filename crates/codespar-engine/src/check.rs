//! What arguments have to be, checked before anything is sent.

use std::ops::RangeInclusive;

use crate::error::Error;

/// Checks text that may not be empty.
///
/// # Errors
/// `Config` naming the field.
pub fn check_filled(field: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::config(field, "expected text, it is empty"));
    }
    Ok(())
}

/// Checks text that may be left out, but not empty.
///
/// # Errors
/// `Config` naming the field.
pub fn check_optional(field: &str, text: Option<&str>) -> Result<(), Error> {
    text.map_or(Ok(()), |text| check_filled(field, text))
}

/// Checks text of at most so many characters that may not be empty.
///
/// # Errors
/// `Config` naming the field.
pub fn check_length(field: &str, text: &str, most: usize) -> Result<(), Error> {
    check_filled(field, text)?;
    if text.chars().count() > most {
        return Err(Error::config(field, format_args!("expected at most {most} characters")));
    }
    Ok(())
}

/// Checks a number that has to lie between two, such as the size of a page.
///
/// # Errors
/// `Config` naming the field.
pub fn check_range(
    field: &str,
    value: Option<u32>,
    range: RangeInclusive<u32>,
) -> Result<(), Error> {
    match value {
        Some(value) if !range.contains(&value) => {
            let (least, most) = (range.start(), range.end());
            Err(Error::config(field, format_args!("expected {least} to {most}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_blank_is_refused() {
        for text in ["", " ", "\t\n"] {
            assert_eq!(check_filled("name", text).unwrap_err().field(), Some("name"), "{text:?}");
            assert!(check_optional("name", Some(text)).is_err());
            assert!(check_length("name", text, 9).is_err());
        }
        assert!(check_filled("name", " a ").is_ok() && check_optional("name", None).is_ok());
    }

    #[test]
    fn lengths_count_characters_and_ranges_their_ends() {
        assert!(check_length("name", "ação", 4).is_ok());
        assert!(check_length("name", "ações", 4).is_err());
        for (value, fits) in [(None, true), (Some(0), false), (Some(1), true), (Some(501), false)] {
            assert_eq!(check_range("limit", value, 1..=500).is_ok(), fits, "{value:?}");
        }
    }
}
