//! Choices made of arbitrary bytes.

/// What parts one piece of an input from the next: it stands in no text.
pub const END: u8 = 0xff;

/// The one of this name. Any other name stands for one of them, always the same.
pub fn pick<'t, T>(name: &[u8], choices: &'t [T], of: impl Fn(&T) -> &str) -> Option<&'t T> {
    let named = choices.iter().find(|choice| of(choice).as_bytes() == name);
    // FNV-1a.
    let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619);
    let number = name.iter().fold(2_166_136_261, mix) as usize;
    named.or_else(|| choices.get(number.checked_rem(choices.len())?))
}

/// The pieces of an input.
pub fn pieces(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == END)
}
