//! All faults that HTTP/2 has of its own.

mod acts;
mod breaches;
mod endings;

pub use self::acts::good;
use super::fault::H2Fault;

/// All of them.
pub fn h2_faults() -> impl Iterator<Item = &'static H2Fault> {
    endings::FAULTS.iter().chain(breaches::FAULTS)
}
