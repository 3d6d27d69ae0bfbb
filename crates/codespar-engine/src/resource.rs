//! Handles: the operations of one subject, reached from a client.

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
/// Within the handle's methods `self.client()` is the client: `self.client().call(…)` makes a call,
/// `checked` one whose arguments may be wrong, `paged` the items of a list in pages.
#[macro_export]
// `crate` is the crate of the API on purpose: its client is what handles own.
#[allow(clippy::crate_in_macro_def)]
macro_rules! resource {
    ($(#[$meta:meta])* $name:ident = $parent:ident . $method:ident) => {
        $(#[$meta])*
        pub struct $name<T> {
            client: crate::Client<T>,
        }

        impl<T> $name<T> {
            pub(crate) const fn client(&self) -> &crate::Client<T> {
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

        impl<T: $crate::Transport> $parent<T> {
            $(#[$meta])*
            pub fn $method(&self) -> $name<T> {
                $name { client: self.client().clone() }
            }
        }
    };
}
