//! Governed spending: arguments that cannot work.
