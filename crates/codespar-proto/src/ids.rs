//! Ids that must not be taken for one another, and the header that names a project.

use std::{borrow::Cow, fmt};

use codespar_engine::{Error, Json};
use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

/// The header that names the project a call is for.
pub(crate) const PROJECT_HEADER: HeaderName = HeaderName::from_static("x-codespar-project");

/// A project id as a header value.
pub(crate) fn project_header(project: &str) -> Result<HeaderValue, Error> {
    let is_id = project
        .strip_prefix("prj_")
        .is_some_and(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let wrong = || Error::config("project", "expected prj_ and 16 letters or digits");
    if !is_id {
        return Err(wrong());
    }
    HeaderValue::from_str(project).map_err(|_| wrong())
}

/// Text that may not be empty.
pub(crate) fn check_filled(field: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::config(field, "expected text, it is empty"));
    }
    Ok(())
}

/// JSON that has to be an object, where there is any.
pub(crate) fn check_object(field: &str, value: Option<&Json>) -> Result<(), Error> {
    match value {
        Some(value) if !value.is_object() => Err(Error::config(field, "expected a JSON object")),
        _ => Ok(()),
    }
}

/// A day such as `2026-12-31`, where there is one.
pub(crate) fn check_day(field: &str, day: Option<&str>) -> Result<(), Error> {
    match day.map(str::parse::<jiff::civil::Date>) {
        Some(Err(_)) => Err(Error::config(field, "expected a day such as 2026-12-31")),
        _ => Ok(()),
    }
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(Cow::Owned(id.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(Cow::Owned(id))
            }
        }

        impl From<&Self> for $name {
            fn from(id: &Self) -> Self {
                id.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A tool call: `tc_` and digits on the managed service.
    ToolCallId,
    /// A charge without a session, by the id the server gave it or by the key it was made under.
    ChargeReference,
    /// A session: `ses_…` on the managed service, a UUID on a self-hosted one.
    SessionId,
}
