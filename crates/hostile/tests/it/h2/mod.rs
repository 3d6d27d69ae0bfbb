//! Faults of HTTP/2: the driver that speaks it, and the one that must not.

mod bursts;
mod faults;
mod heads;
mod limits;
mod lines;
mod never_twice;
mod pool;
mod required;
mod silence;
mod streams;
