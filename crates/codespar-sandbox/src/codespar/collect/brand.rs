//! Whether the colors of a brand can be read: WCAG 2, at least 4.5 to 1.

/// The contrast of two colors such as `#1a2b3c`; none where one is spelled otherwise.
pub(super) fn contrast(one: &str, other: &str) -> Option<f64> {
    let (one, other) = (luminance(one)?, luminance(other)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

fn luminance(color: &str) -> Option<f64> {
    let digits = color.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let channel = |at: usize| {
        let part = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        let part = f64::from(part) / 255.0;
        Some(if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast("#000000", "#ffffff").unwrap() - 21.0).abs() < 1e-9);
        assert!((contrast("#777777", "#ffffff").unwrap() - 4.478).abs() < 1e-3);
        assert_eq!(contrast("#fff", "#000000"), None);
        assert_eq!(contrast("#é0000", "#000000"), None);
    }
}
