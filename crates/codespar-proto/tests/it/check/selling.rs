//! Charging and collecting: arguments that cannot work.
