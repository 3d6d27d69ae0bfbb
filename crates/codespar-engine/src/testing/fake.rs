//! Answers made by hand.

use std::any::type_name;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    error::Error,
    json::decode,
    verdict::{Judgement, KeyUse, Verdict},
};

/// Makes an answer of JSON, as if a server had sent it: for fakes behind a trait of your own.
///
/// Members that are optional may be left out, those that are not known are kept in `extra`.
///
/// # Errors
/// `Decode`, when the JSON is not what the type needs: the type, the path and what was expected.
///
/// ```
/// use codespar_engine::{Answer, Extra, testing::fake};
/// use serde_json::json;
///
/// /// A receipt.
/// #[derive(Debug, Answer)]
/// #[non_exhaustive]
/// pub struct Receipt {
///     /// Its id.
///     pub id: String,
///     /// Members this version has no field for.
///     pub extra: Extra,
/// }
///
/// let receipt: Receipt = fake(json!({ "id": "r1" }))?;
/// assert_eq!(receipt.id, "r1");
/// let error = fake::<Receipt>(json!({ "id": 1.5 })).unwrap_err();
/// assert_eq!(error.message(), "Receipt: id: invalid type: floating point, expected a string");
/// # Ok::<(), codespar_engine::Error>(())
/// ```
#[doc(alias = "mock")]
#[doc(alias = "builder")]
#[doc(alias = "stub")]
// By value, so that it is called with `json!({…})`.
#[allow(clippy::needless_pass_by_value)]
pub fn fake<O: DeserializeOwned>(json: Value) -> Result<O, Error> {
    decode(json.to_string().as_bytes()).map_err(|error| {
        let path = type_name::<O>();
        // Without the modules, also of what stands in angle brackets.
        let name: String = path
            .split_inclusive(['<', '>', ',', ' ', '['])
            .map(|part| part.rsplit("::").next().unwrap_or(part))
            .collect();
        Error::decode(format!("{name}: {}", error.message())).with_source(error)
    })
}

/// Makes the error of a request that the server refused: nothing was done, and an answer of this
/// status and code said so. For fakes behind a trait of your own.
///
/// Errors below HTTP are made with [`Error::transport`]. What the codes of an API say about money
/// is in its tables: a [`Replay`](crate::testing::Replay) that answers with one goes by them.
///
/// # Panics
/// When it is no status of a refusal, 400 to 599.
///
/// ```
/// use codespar_engine::{Verdict, testing::refusal};
///
/// let error = refusal(403, "policy_denied", "above the limit");
/// assert_eq!((error.code(), error.verdict()), (Some("policy_denied"), Verdict::Refused));
/// ```
#[doc(alias = "mock")]
pub fn refusal(status: u16, code: &str, message: &str) -> Error {
    let refused = Judgement { verdict: Verdict::Refused, key: KeyUse::None };
    match StatusCode::from_u16(status) {
        Ok(status) if status.is_client_error() || status.is_server_error() => {
            let body = serde_json::json!({ "code": code, "message": message }).to_string();
            Error::api(message)
                .with_code(code)
                .with_answer(status, HeaderMap::new(), Bytes::from(body))
                .concluded(refused, refused)
        }
        _ => panic!("{status} is no status of a refusal"),
    }
}
