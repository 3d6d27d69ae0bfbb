//! Documents of persons and companies in Brazil: CPF and CNPJ.

/// A document without its punctuation.
pub(crate) fn plain(document: &str) -> String {
    document.chars().filter(|char| !matches!(char, '.' | '-' | '/' | ' ')).collect()
}

/// Whether it is a CPF or a CNPJ, without punctuation, whose check digits hold.
pub(crate) fn is_valid(document: &str) -> bool {
    is_cpf(document) || is_cnpj(document)
}

/// Whether it is a CPF: eleven digits, of which two check the others.
pub(crate) fn is_cpf(document: &str) -> bool {
    let digits = document.as_bytes();
    let is_plain = digits.len() == 11 && digits.iter().all(u8::is_ascii_digit);
    // The same digit eleven times fits, and is nobody's.
    let varies = digits.windows(2).any(|pair| pair.first() != pair.last());
    is_plain && varies && checks(digits, 11)
}

/// Whether it is a CNPJ: twelve digits or capitals, and two digits that check them.
pub(crate) fn is_cnpj(document: &str) -> bool {
    let digits = document.as_bytes();
    let is_plain = digits.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    digits.len() == 14 && is_plain && checks(digits, 9)
}

/// Whether the last two check what is before them; weights go from 2 to `most`, from the right.
fn checks(digits: &[u8], most: u32) -> bool {
    [2, 1].iter().all(|&left| {
        let (body, check) = digits.split_at(digits.len() - left);
        let weights = (2..=most).cycle();
        let value = |byte: &u8| u32::from(byte.saturating_sub(b'0'));
        let sum: u32 = body.iter().rev().zip(weights).map(|(byte, by)| value(byte) * by).sum();
        let expected = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        check.first().is_some_and(|byte| value(byte) == expected)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        assert!(is_cpf("11144477735") && is_cnpj("12345678000195") && is_cnpj("12ABC34501DE35"));
        for wrong in
            ["11144477736", "11111111111", "1114447773", "12345678000194", "12ABC34501DE36"]
        {
            assert!(!is_valid(wrong), "{wrong}");
        }
        assert_eq!(plain("12.345.678/0001-95"), "12345678000195");
    }
}
