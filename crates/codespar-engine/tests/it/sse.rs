//! Event streams, by the rules of the standard and against a decoder written from them.

mod reference;
mod rules;
