//! Enumerations that the server may extend.

/// Declares an enumeration of texts that keeps unknown ones.
///
/// ```
/// codespar_engine::open_enum! {
///     /// How a payment stands.
///     pub enum PaymentState {
///         /// Nothing has come yet.
///         Pending = "pending",
///         /// The money is there.
///         Succeeded = "succeeded",
///     }
/// }
///
/// assert_eq!(PaymentState::from("pending"), PaymentState::Pending);
/// let new: PaymentState = serde_json::from_str("\"disputed\"").unwrap();
/// assert_eq!(new.as_str(), "disputed");
/// assert_eq!(serde_json::to_string(&new).unwrap(), "\"disputed\"");
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A value this version does not know, as the server wrote it.
            Other(::std::boxed::Box<str>),
        }

        impl $name {
            /// All values this version knows.
            pub const KNOWN: &[Self] = &[ $(Self::$variant),+ ];

            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )+
                    text => Self::Other(text.into()),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::kit::serde::Serialize for $name {
            fn serialize<S: $crate::kit::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::kit::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::kit::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::kit::text(deserializer, |text| Self::from(text))
            }
        }
    };
}
