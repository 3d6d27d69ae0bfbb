//! Every operation, end to end over sockets against the sandbox, through both drivers.
//!
//! A scenario is a function that is generic over its driver; the list at the head of each file
//! makes two tests of it.

mod codespar;
mod upivia;
