//! Handles: the operations of one subject, reached from a client (`client.projects()`).
//!
//! A handle owns a client, so it can be kept and sent to other threads; cloning it is cheap.
//! Their names are seldom written out: `client.connections().create(&args).send()?`.

use std::sync::Arc;

use codespar_engine::{
    BoxFlow, Error, Page, Service, Unary,
    describe::Pages,
};
use serde::de::DeserializeOwned;

pub use crate::{
    account::{Account, ApiKeys},
    catalog::{MetaTools, Providers},
    governance::{Approvals, Policies},
    hooks::{Deliveries, WebhookEndpoints},
    links::Connections,
    projects::Projects,
    sessions::Sessions,
    tool_calls::ToolCalls,
};

/// Declares a handle and the method that gives it.
///
/// ```text
/// resource! {
///     /// The projects of the organization (`/v1/projects`).
///     Projects = Client.projects
/// }
/// resource! {
///     /// Batches of payables (`/v1/payables/batches`).
///     Batches = Payables.batches
/// }
/// ```
///
/// Within the handle's methods `self.client()` is the client: `self.client().start(…)` makes a
/// call of checked arguments, `self.client().list(…)` makes items of checked arguments.
macro_rules! resource {
    ($(#[$meta:meta])* $name:ident = $parent:ident . $method:ident) => {
        $(#[$meta])*
        pub struct $name<T> {
            client: $crate::Client<T>,
        }

        impl<T> $name<T> {
            pub(crate) const fn client(&self) -> &$crate::Client<T> {
                &self.client
            }
        }

        impl<T: Clone> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self { client: self.client.clone() }
            }
        }

        impl<T> ::std::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }

        impl<T: ::codespar_engine::Transport> $parent<T> {
            $(#[$meta])*
            pub fn $method(&self) -> $name<T> {
                $name { client: self.client().clone() }
            }
        }
    };
}
pub(crate) use resource;

/// A list whose pages are asked for one after another; `ask` makes the question for a cursor.
pub(crate) fn pages<I: DeserializeOwned + Send + 'static>(
    operation: &'static str,
    service: &Arc<Service>,
    ask: impl Fn(&Arc<Service>, Option<&str>) -> Unary<Page<I>> + Send + 'static,
) -> Pages<I> {
    let service = Arc::clone(service);
    Pages::new(operation, service.limits.pages, move |cursor| -> BoxFlow<Page<I>> {
        Box::new(ask(&service, cursor))
    })
}

/// A page size, or any other number that has to lie between two.
pub(crate) fn check_range(
    field: &'static str,
    value: Option<u32>,
    range: std::ops::RangeInclusive<u32>,
) -> Result<(), Error> {
    match value {
        Some(value) if !range.contains(&value) => {
            let (least, most) = (range.start(), range.end());
            Err(Error::config(field, format_args!("expected {least} to {most}")))
        }
        _ => Ok(()),
    }
}

/// Text of at most so many characters, and not empty.
pub(crate) fn check_length(field: &str, text: &str, most: usize) -> Result<(), Error> {
    crate::ids::check_filled(field, text)?;
    if text.chars().count() > most {
        return Err(Error::config(field, format_args!("expected at most {most} characters")));
    }
    Ok(())
}

/// An address that begins with `https://` and has a host.
pub(crate) fn check_https(field: &str, text: &str) -> Result<(), Error> {
    let url = text.parse::<http::Uri>().ok();
    let is_https = url.is_some_and(|url| {
        url.scheme_str() == Some("https") && url.host().is_some_and(|host| !host.is_empty())
    });
    if is_https { Ok(()) } else { Err(Error::config(field, "expected an https URL")) }
}
