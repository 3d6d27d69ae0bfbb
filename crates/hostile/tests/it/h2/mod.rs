//! Faults of HTTP/2: the driver that speaks it, and the one that must not.

mod faults;
mod limits;
mod lines;
mod never_twice;
mod pool;
mod streams;
