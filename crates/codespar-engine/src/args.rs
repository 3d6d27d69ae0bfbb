//! Argument structs: what must be given, and what may be.

/// Declares structs of arguments: the first block must be given to `new`, in that order; the
/// second may be set afterwards, and is left out of the request unless it is. Without a first
/// block there is `Default` instead of `new`.
///
/// `= into` lets a setter take whatever becomes the type, such as `&str`; fields of the first
/// block always do.
///
/// ```text
/// args! {
///     /// What a project is made with.
///     pub struct CreateProject {
///         /// Its name, 1 to 128 characters.
///         name: String,
///     } with {
///         /// Whether money is real; test unless said otherwise.
///         environment: Environment,
///         /// At most this many.
///         limit: u32,
///         /// A note.
///         note: String = into,
///     }
/// }
/// ```
#[macro_export]
macro_rules! args {
    (
        $(#[$meta:meta])*
        pub struct $name:ident with { $($optional:tt)* }
    ) => {
        $crate::args! { @declare [$(#[$meta])* #[derive(Default)]] $name [] $($optional)* }
    };
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident : $ty:ty ),+ $(,)?
        } $(with { $($optional:tt)* })?
    ) => {
        $crate::args! {
            @declare [$(#[$meta])*] $name
            [$( $(#[$field_meta])* $field : $ty ),+]
            $($($optional)*)?
        }
    };
    (
        @declare [$(#[$meta:meta])*] $name:ident
        [$( $(#[$field_meta:meta])* $field:ident : $ty:ty ),*]
        $( $(#[$more_meta:meta])* $more:ident : $more_ty:ty $(= $into:ident)? ),* $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $ty, )*
            $(
                $(#[$more_meta])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $more: Option<$more_ty>,
            )*
        }

        impl $name {
            $crate::args! { @new [$($field : $ty),*] [$($more)*] }
            $(
                $(#[$more_meta])*
                #[must_use]
                pub fn $more(
                    mut self,
                    value: $crate::args!(@takes $more_ty $(, $into)?),
                ) -> Self {
                    self.$more = Some($crate::args!(@made value $(, $into)?));
                    self
                }
            )*
        }
    };
    (@new [] [$($more:ident)*]) => {};
    (@new [$($field:ident : $ty:ty),+] [$($more:ident)*]) => {
        /// What must be given, and nothing else.
        pub fn new($($field: impl Into<$ty>),+) -> Self {
            Self { $($field: $field.into(),)+ $($more: None,)* }
        }
    };
    (@takes $ty:ty) => { $ty };
    (@takes $ty:ty, into) => { impl Into<$ty> };
    (@made $value:ident) => { $value };
    (@made $value:ident, into) => { $value.into() };
}
