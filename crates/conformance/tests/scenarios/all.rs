// The scenario files, each a module of whichever driver includes them.
//
// Paths are spelled from the folder of `scenarios.rs`.

mod session {
    use super::*;
    include!("session.rs");
}
