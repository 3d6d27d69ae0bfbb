//! Values: how they are read, and what errors say.

mod errors;
mod formats;
mod reading;
