//! Argument structs: what must be given, and what may be.

pub(crate) use codespar_engine::args;
