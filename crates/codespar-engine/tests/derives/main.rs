//! What the derives make of a type: that they read and write as the declarations by macro do, what
//! they write beside that, and what they say of it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod described;
mod made;
mod same;
mod schemas;
