//! Every type that is read from what a server sends, or that carries what a caller sends: for the
//! test that nothing leaks and for the fuzz targets.

mod upivia;

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};

pub use self::upivia::{upivia_answers, upivia_arguments};

/// A type: its name, and how JSON is read as it and shown.
pub type Reader = (&'static str, fn(&[u8]) -> Option<String>);

/// Reads a value, writes it, and shows it as `Debug` does.
fn shown<T: DeserializeOwned + Debug>(json: &[u8]) -> Option<String> {
    let value: T = codespar_engine::kit::decode(json).ok()?;
    Some(format!("{value:?} {value:#?}"))
}

/// As [`shown`], of a value that can be written again: what was written reads as the same value.
fn round<T: DeserializeOwned + Debug + Serialize + PartialEq>(json: &[u8]) -> Option<String> {
    let value: T = codespar_engine::kit::decode(json).ok()?;
    if let Ok(text) = serde_json::to_vec(&value) {
        let again: Result<T, _> = codespar_engine::kit::decode(&text);
        assert!(again.is_ok_and(|again| again == value), "it changes when it is written");
    }
    Some(format!("{value:?} {value:#?}"))
}

macro_rules! readers {
    ($read:ident: $krate:path; $($name:ident)*) => {{
        use $krate as api;
        const READERS: &[$crate::readers::Reader] =
            &[$((stringify!($name), $read::<api::$name>)),*];
        READERS
    }};
}
use readers;

macro_rules! answers {
    ($($module:ident :: $name:ident),* $(,)?) => {
        /// The answers of the CodeSpar API, and what its webhooks deliver.
        pub fn codespar_answers() -> &'static [Reader] {
            const READERS: &[Reader] =
                &[$((stringify!($name), round::<codespar_proto::$module::$name>)),*];
            READERS
        }
    };
}
crate::codespar_answers!(answers);

macro_rules! arguments {
    ($($module:ident :: $name:ident),* $(,)?) => {
        /// The arguments of the CodeSpar API that are read from JSON, and what is in them.
        pub fn codespar_arguments() -> &'static [Reader] {
            const READERS: &[Reader] = &[
                $((stringify!($name), shown::<codespar_proto::$module::$name>),)*
                // Those that no derive of ours reads.
                ("ConnectionSecret", shown::<codespar_proto::connections::ConnectionSecret>),
                ("Intent", shown::<codespar_proto::tools::Intent>),
                ("Mock", shown::<codespar_proto::session::Mock>),
                ("ServerRef", shown::<codespar_proto::session::ServerRef>),
                ("ServerSpec", shown::<codespar_proto::session::ServerSpec>),
                ("ToolMatches", shown::<codespar_proto::meta_tools::ToolMatches>),
            ];
            READERS
        }
    };
}
crate::codespar_arguments!(arguments);
