//! Mandates: offline, the same through every driver.

use codespar_proto::mandate::recorded::{self, CallError};
use serde_json::Value;

use crate::operations::{Failure, Outcome};

pub(super) fn call(method: &str, args: &Value) -> Outcome {
    match recorded::call(method, args) {
        Ok(value) => Outcome::Value(value),
        Err(CallError::UnknownMethod) => Outcome::Unknown,
        Err(CallError::Mandate(error)) => {
            let code = error.code();
            let kind = match code {
                "invalid_payload" | "mandate_format_unsupported" => "Decode",
                _ => "Config",
            };
            let code = Some(code.to_owned());
            Outcome::Failed(Failure { code, ..Failure::new(kind, error.to_string()) })
        }
        Err(error) => Outcome::Failed(Failure::new("Config", format!("{error:?}"))),
    }
}
