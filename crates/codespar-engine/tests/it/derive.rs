//! What the derives make of a type: how it is read and written, what stands beside that, and what
//! is said of it.

mod described;
mod formats;
mod made;
mod schemas;
