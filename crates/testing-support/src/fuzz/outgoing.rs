//! What callers hand in, as it goes out.

use codespar_engine::testing::Offline;

use super::{
    input::{END, pick, pieces},
    places::PLACES,
    texts::Texts,
};

/// The first piece says what is called, the others are texts that go into it: ids, names, values.
/// What goes out is a request that says just that, or nothing goes out.
pub fn outgoing(data: &[u8]) {
    let mut pieces_of = data.splitn(2, |byte| *byte == END);
    let (Some(name), texts) = (pieces_of.next(), pieces_of.next().unwrap_or_default()) else {
        return;
    };
    let texts = pieces(texts).map(|text| String::from_utf8_lossy(text).into_owned());
    if let Some((_, place)) = pick(name, PLACES, |(name, _)| name) {
        place(&Texts(texts.collect()), Offline::new());
    }
}
