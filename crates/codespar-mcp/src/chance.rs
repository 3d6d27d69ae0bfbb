//! Bytes that nobody can guess, from the operating system.

use codespar_async::Error;

/// So many bytes that nobody can guess.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|_| Error::config("random", "the system has no random bytes"))?;
    Ok(bytes)
}

/// A name that nobody else has, as 32 hexadecimal digits.
pub(crate) fn name() -> Result<String, Error> {
    Ok(hex::encode(bytes::<16>()?))
}
