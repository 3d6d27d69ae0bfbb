//! What a row of the tables of routes is.

use crate::server::{errors::ErrorShape, routing::Handler};

/// Method, pattern of the path, shape of the errors, and what answers.
pub(super) type Row = (&'static str, &'static str, ErrorShape, Handler);

/// A route that the service has and the sandbox has not: method, pattern of the path, and why.
pub(super) type NotHere = (&'static str, &'static str, &'static str);
