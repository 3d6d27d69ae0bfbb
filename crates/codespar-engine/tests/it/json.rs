//! JSON answers and what is wrong about them.

mod answers;
