//! The module's calls by name, with arguments and results as the recordings write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::verify::mandate::{
    did::{DidDocument, agent_did_from_kid},
    error::MandateError,
    failure::Failure,
    fields::reconstruct_signing_string,
    key::{PublicKey, verify_ed25519},
    token::{MandateToken, decode_mandate_token},
    verdict::{Keys, SignatureStatus, Verdict},
};

/// A token of version 3 that verifies until second 1 735 689 600, with made-up keys.
pub const EXAMPLE_TOKEN: &str = "\
    eyJmb3JtYXRfdmVyc2lvbiI6IDMsICJpZCI6ICJtbmRfdjNfYWJjLi4uIiwgImFnZW50X2lkIjogImExIiwgInR5\
    cGUiOiAiZGVsZWdhdGlvbiIsICJhbW91bnQiOiAiNTAwMCIsICJjdXJyZW5jeSI6ICJCUkwiLCAicHVycG9zZXMi\
    OiBbInJlZnVuZCIsICJ1dGlsaXR5Il0sICJleHBpcmVzX2F0IjogMTczNTY4OTYwMCwgIm1heF9hbW91bnQiOiBu\
    dWxsLCAicGFyZW50X2lkIjogbnVsbCwgImRlbm9taW5hdGlvbiI6IG51bGwsICJzZWNyZXRfdmVyc2lvbiI6IDEs\
    ICJwcmluY2lwYWxfa3ljX3JlZiI6ICJreWNfY2VsY29pbl9hMWIyYzNkNGU1IiwgImFnZW50X2tpZCI6ICJkaWQ6\
    d2ViOmlkLmNvZGVzcGFyLmRldjpvcmdfZGVtbzphMSMxIiwgInNpZ25hdHVyZSI6ICI3YWIxOWE4YTRkYTRiNzVl\
    MGIyN2NlZmQ1NzIyYmUyNWVjZDE0YWM4NzUxOTU1ODNlMjA3NDg2MjYxMDhiOTRhIiwgImFnZW50X3NpZyI6ICJj\
    a2JfbmxGeDNuRmtNakl3VDRxZHpvQTFULTM2aW1GelA0NXFpb3FFRzZhYmg0cDJNX2htTm50enc1cUFwNGp2MzNt\
    dTZ0eGY5YjV5MTVlcXNUemtEQSIsICJpc3N1ZXJfc2lnIjogIlliczMyVjdwMDIzRmNuZzNkckVfckNGU1RtWU1T\
    eXczc1BJMkU5UDJORWdMWGNVR1dsT1pzTEhRRDZ3akJvaG5VSm43NDh4Y2RTTXp6N1lYcC0zeEJRIiwgImtpZCI6\
    ICJkaWQ6d2ViOmlkLmNvZGVzcGFyLmRldjpvcmdfZGVtbzphMSMxIn0";

/// Why a recorded call gave no result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// There is no such call.
    UnknownMethod,
    /// The arguments are not those of the call.
    Arguments(&'static str),
    /// The call failed.
    Mandate(MandateError),
}

impl From<MandateError> for CallError {
    fn from(error: MandateError) -> Self {
        Self::Mandate(error)
    }
}

impl CallError {
    /// The kind and code of the failure, as the recordings name them.
    pub fn to_json(&self) -> Value {
        let (kind, message) = match self {
            Self::UnknownMethod => ("Unknown", "unknown_method"),
            Self::Arguments(name) => ("ConfigError", *name),
            Self::Mandate(error) => match error.code() {
                code @ ("invalid_payload" | "mandate_format_unsupported") => {
                    ("MandateDecodeError", code)
                }
                code => ("ConfigError", code),
            },
        };
        json!({ "type": kind, "message": message })
    }
}

/// Makes the call `method` with `args` by name.
pub fn call(method: &str, args: &Value) -> Result<Value, CallError> {
    match method {
        "decode_mandate_token" => Ok(token_json(&decode_mandate_token(text(args, "token")?)?)),
        "reconstruct_signing_string" => {
            let fields = args.get("fields").ok_or(CallError::Arguments("fields"))?;
            Ok(reconstruct_signing_string(&fields.to_string())?.into())
        }
        "agent_did_from_kid" => Ok(agent_did_from_kid(text(args, "kid")?).into()),
        "verify_ed25519" => {
            let key = key(args, "pubkey")?.ok_or(CallError::Arguments("pubkey"))?;
            let message = text(args, "signing_string")?;
            Ok(verify_ed25519(message, text(args, "signature_b64url")?, &key).into())
        }
        "verify_mandate_token" => {
            let token = MandateToken::decode(text(args, "token")?)?;
            let verdict = token.verify(&keys(args)?, now(args)?);
            Ok(verdict_json(&token, &verdict))
        }
        _ => Err(CallError::UnknownMethod),
    }
}

fn text<'a>(args: &'a Value, name: &'static str) -> Result<&'a str, CallError> {
    args.get(name).and_then(Value::as_str).ok_or(CallError::Arguments(name))
}

/// Seconds, of which there may be a part; a clock that shows no time is none.
fn now(args: &Value) -> Result<SystemTime, CallError> {
    let now = args.get("now").unwrap_or(&Value::Null);
    let since = match (now.as_u64(), now.as_f64()) {
        (Some(seconds), _) => Some(Duration::from_secs(seconds)),
        (None, Some(seconds)) => Duration::try_from_secs_f64(seconds).ok(),
        (None, None) => None,
    };
    since.and_then(|since| UNIX_EPOCH.checked_add(since)).ok_or(CallError::Arguments("now"))
}

fn keys(args: &Value) -> Result<Keys, CallError> {
    let mut keys = Keys::new();
    if let Some(key) = key(args, "agent_public_key")? {
        keys = keys.agent_key(key)?;
    }
    if let Some(document) = args.get("agent_did_document").filter(|value| !value.is_null()) {
        keys = keys.agent_document(DidDocument::from_json(&document.to_string())?)?;
    }
    if let Some(key) = key(args, "issuer_public_key")? {
        keys = keys.issuer_key(key)?;
    }
    Ok(keys)
}

/// A key in hexadecimal, or as `{"$bytes_base64": …}`.
fn key(args: &Value, field: &'static str) -> Result<Option<PublicKey>, CallError> {
    let key = match args.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(hex)) => PublicKey::from_hex(hex),
        Some(value) => {
            let bytes = text(value, "$bytes_base64")?;
            let bytes = BASE64_STANDARD.decode(bytes);
            PublicKey::from_bytes(&bytes.map_err(|_| CallError::Arguments(field))?)
        }
    };
    Ok(Some(key.map_err(|source| MandateError::Key { field, source })?))
}

fn token_json(token: &MandateToken) -> Value {
    json!({
        "mandate": token.mandate(),
        "signature": token.signature(),
        "agent_sig": token.agent_sig(),
        "issuer_sig": token.issuer_sig(),
        "kid": token.kid(),
        "unsigned": unsigned(token),
    })
}

fn unsigned(token: &MandateToken) -> Value {
    token.unsigned().iter().map(|(name, json)| (name.clone(), json.to_value())).collect()
}

fn verdict_json(token: &MandateToken, verdict: &Verdict) -> Value {
    let mandate = token.mandate();
    let check = |status: SignatureStatus, kid: Option<&str>| {
        let present = status != SignatureStatus::Absent;
        json!({ "present": present, "status": status.as_str(), "kid": kid })
    };
    let failures: Vec<_> = verdict.failures.iter().copied().map(Failure::as_str).collect();
    json!({
        "verified": verdict.is_verified(),
        "mandate": mandate,
        "agent": check(verdict.agent, mandate.agent_kid.as_deref()),
        "issuer": check(verdict.issuer, None),
        "agent_did": mandate.agent_did(),
        "kid": mandate.agent_kid,
        "failures": failures,
        "expired": verdict.is_expired(),
        "issued_at": mandate.issued_at,
        "unsigned": unsigned(token),
    })
}
