//! Routes of the API that no method calls, each with its reason or its successor.
//!
//! Where a method is added, its line goes: a test holds this list, the rows and the API's document
//! together.

mod rows;

use codespar_engine::kit::Route;

use crate::operations::routes;

/// A route of the API that no method calls: [`Client::request`](crate::Client::request) does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UntypedRoute {
    /// The HTTP method.
    pub method: &'static str,
    /// The path; parts in braces are filled in.
    pub path: &'static str,
    /// Why no method calls it.
    pub why: Untyped,
}

/// Why no method calls a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Untyped {
    /// It is deprecated: this route does the same, as method and path.
    SucceededBy(&'static str),
    /// This route does the same, as method and path, and neither is deprecated.
    SameAs(&'static str),
    /// Only people may, in a browser or with a session of the dashboard.
    PeopleOnly(&'static str),
    /// It is called by providers, or another protocol is spoken there.
    NotForClients(&'static str),
    /// It is named somewhere, and not in the API's document.
    NotServed(&'static str),
    /// The API's document has it, and this version has no method for it.
    NotYet,
}

impl Untyped {
    /// The word for it, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SucceededBy(_) => "deprecated",
            Self::SameAs(_) => "same_as",
            Self::PeopleOnly(_) => "people_only",
            Self::NotForClients(_) => "not_for_clients",
            Self::NotServed(_) => "not_served",
            Self::NotYet => "not_yet",
        }
    }

    /// The route that does the same, as method and path.
    pub const fn successor(self) -> Option<&'static str> {
        match self {
            Self::SucceededBy(route) | Self::SameAs(route) => Some(route),
            _ => None,
        }
    }

    /// What more is to be said.
    pub const fn about(self) -> Option<&'static str> {
        match self {
            Self::PeopleOnly(about) | Self::NotForClients(about) | Self::NotServed(about) => {
                Some(about)
            }
            _ => None,
        }
    }
}

/// The routes that no method calls, each with its reason or its successor.
///
/// ```
/// use codespar_proto::operations::{successor, untyped};
///
/// let old = untyped().iter().find(|route| route.path == "/v1/triggers").unwrap();
/// assert_eq!(old.why.successor(), Some("GET /v1/webhook-endpoints"));
/// assert_eq!(successor(old).unwrap().operation, "webhook_endpoints.list");
/// ```
pub const fn untyped() -> &'static [UntypedRoute] {
    rows::UNTYPED
}

/// The row that does what this route does, where there is one.
pub fn successor(route: &UntypedRoute) -> Option<&'static Route> {
    let (method, path) = route.why.successor()?.split_once(' ')?;
    routes().find(|row| row.method.as_str() == method && is_same_path(row.path, path))
}

/// Whether two paths are the same, but for what their parts in braces are called.
fn is_same_path(one: &str, other: &str) -> bool {
    let is_named = |part: &str| part.starts_with('{');
    let (mut one, mut other) = (one.split('/'), other.split('/'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || (is_named(one) && is_named(other)) => {}
            _ => return false,
        }
    }
}
