//! The answer types and the enumerations, and what is done to each.

use std::fmt;

use codespar_proto::{Error, Json};
use serde::{Serialize, de::DeserializeOwned};

/// An answer type.
pub(crate) struct Answer {
    pub(crate) name: &'static str,
    /// Reads it as the calls do.
    pub(crate) read: fn(&str) -> Result<(), Error>,
    /// Reads it, writes it and reads it again.
    pub(crate) pass: fn(&str) -> Result<String, String>,
    /// Reads it and says what `Debug` shows.
    pub(crate) shown: fn(&str) -> String,
}

/// An enumeration.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// The texts of the values it knows.
    pub(crate) values: fn() -> Vec<String>,
    /// Reads JSON and writes it again: the text, and whether it is a value it knows.
    pub(crate) pass: fn(&str) -> Result<(String, bool), String>,
}

macro_rules! answers {
    ($($module:ident :: $name:ident),* $(,)?) => {
        pub(crate) const ANSWERS: &[Answer] = &[
            $({
                use codespar_proto::$module::$name;
                Answer {
                    name: stringify!($name),
                    read: |text| Json::parse_str(text)?.read::<$name>().map(drop),
                    pass: pass::<$name>,
                    shown: |text| format!("{:?}", serde_json::from_str::<$name>(text).unwrap()),
                }
            },)*
        ];
    };
}

macro_rules! enums {
    ($($module:ident :: $name:ident),* $(,)?) => {
        pub(crate) const ENUMS: &[Known] = &[
            $({
                use codespar_proto::$module::$name;
                Known {
                    name: stringify!($name),
                    values: || $name::KNOWN.iter().map(|it| it.as_str().to_owned()).collect(),
                    pass: |json| {
                        let words = |error: serde_json::Error| error.to_string();
                        let value: $name = serde_json::from_str(json).map_err(words)?;
                        let text = serde_json::from_str(&pass::<$name>(json)?).map_err(words)?;
                        Ok((text, !matches!(value, $name::Other(_))))
                    },
                }
            },)*
        ];
    };
}

testing_support::codespar_answers!(answers);
testing_support::codespar_enums!(enums);

fn pass<T: DeserializeOwned + Serialize + PartialEq + fmt::Debug>(
    text: &str,
) -> Result<String, String> {
    let words = |error: serde_json::Error| error.to_string();
    let read: T = serde_json::from_str(text).map_err(words)?;
    let written = serde_json::to_string(&read).map_err(words)?;
    let again: T = serde_json::from_str(&written).map_err(words)?;
    if again == read { Ok(written) } else { Err(format!("{read:?} became {again:?}")) }
}
