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

/// A day, exactly as it is sent: `2026-12-31`, where there is one.
///
/// The reader of days takes more than that, such as a time after it, and what it takes is sent
/// as it is written.
pub(crate) fn check_day(field: &str, day: Option<&str>) -> Result<(), Error> {
    let is_day = |day: &str| {
        let digits = |byte: &u8| if byte.is_ascii_digit() { b'0' } else { *byte };
        let form: Vec<u8> = day.as_bytes().iter().map(digits).collect();
        form == b"0000-00-00" && day.parse::<jiff::civil::Date>().is_ok()
    };
    match day {
        Some(day) if !is_day(day) => Err(Error::config(field, "expected a day such as 2026-12-31")),
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
    /// A session: `ses_…` on the managed service, a UUID on a self-hosted one.
    SessionId,
}
