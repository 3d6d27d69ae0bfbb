//! Values: how they are read, and what errors say.

mod errors;
mod reading;
