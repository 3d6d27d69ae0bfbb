//! The bearer token: made at the start, written for its owner alone, compared in constant time.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use codespar_async::Error;
use http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

use crate::chance;

/// What every request has to bring.
pub(super) struct Token(String);

impl Token {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self(hex::encode(chance::bytes::<32>()?)))
    }

    /// Writes it into a file that is made for it: what stood there before is not followed.
    pub(super) fn write(&self, path: &Path) -> Result<(), Error> {
        let wrong = |error: io::Error| {
            Error::config("token_file", format_args!("{}: {error}", path.display()))
        };
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrong(error)),
            _ => {}
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(wrong)?;
        writeln!(file, "{}", self.0).map_err(wrong)
    }

    /// Whether a request brings it, once.
    pub(super) fn is_in(&self, headers: &HeaderMap) -> bool {
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(given), None) = (given.next(), given.next()) else { return false };
        let Some((scheme, token)) = given.as_bytes().split_at_checked(7) else { return false };
        scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(token.ct_eq(self.0.as_bytes()))
    }
}

/// Removes the file, if it is still there.
pub(super) fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_one() {
        let token = Token::new().unwrap();
        let is_in = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            token.is_in(&headers)
        };
        assert!(is_in(&format!("Bearer {}", token.0)) && is_in(&format!("bearer {}", token.0)));
        for wrong in
            [String::new(), "Bearer ".to_owned(), token.0.clone(), format!("Basic {}", token.0)]
        {
            assert!(!is_in(&wrong), "{wrong}");
        }
        assert!(
            !is_in(&format!("Bearer {}0", token.0)) && !is_in(&format!("Bearer {}", &token.0[1..]))
        );
        let mut twice = HeaderMap::new();
        for _ in 0..2 {
            let value = format!("Bearer {}", token.0).parse().unwrap();
            twice.append(header::AUTHORIZATION, value);
        }
        assert!(!token.is_in(&twice) && !token.is_in(&HeaderMap::new()));
    }
}
