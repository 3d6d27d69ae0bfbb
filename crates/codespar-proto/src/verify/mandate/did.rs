//! DID documents: the public keys of agents, and which DID a key id belongs to.

use codespar_engine::Json;
use serde::Deserialize;

use crate::verify::{
    mandate::{
        error::MandateError,
        key::{Jwk, PublicKey},
    },
    members::strict,
};

/// The agent's DID: the part of a key id before the `#`.
///
/// ```
/// use codespar_proto::mandate::agent_did_from_kid;
///
/// let kid = "did:web:id.example.com:org1:ag1#1";
/// assert_eq!(agent_did_from_kid(kid), "did:web:id.example.com:org1:ag1");
/// ```
pub fn agent_did_from_kid(kid: &str) -> &str {
    kid.split_once('#').map_or(kid, |(did, _)| did)
}

/// The keys that an agent publishes under its DID.
///
/// Where it is found: the agent's `did:web` address, or `GET /v1/agents/{did}/did.json`.
///
/// ```
/// use codespar_proto::mandate::DidDocument;
///
/// let document = DidDocument::from_json(r#"{
///     "id": "did:web:id.example.com:org1:ag1",
///     "verificationMethod": [{
///         "id": "did:web:id.example.com:org1:ag1#1",
///         "publicKeyJwk": {
///             "kty": "OKP", "crv": "Ed25519",
///             "x": "cJQOLABpilIDOcBzMv81wFyteznQJKT0c3MQ50Cy7MM"
///         }
///     }]
/// }"#)?;
/// assert!(document.key("did:web:id.example.com:org1:ag1#1").is_some());
/// assert!(document.key("did:web:id.example.com:org1:ag1#2").is_none());
/// # Ok::<(), codespar_proto::mandate::MandateError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DidDocument {
    id: Option<String>,
    /// Every method with an id, and its key where it has one that counts.
    methods: Vec<(String, Option<PublicKey>)>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    id: Option<String>,
    #[serde(default, rename = "verificationMethod")]
    methods: Option<Vec<Json>>,
}

#[derive(Deserialize)]
struct Method {
    #[serde(rename = "publicKeyJwk")]
    jwk: Jwk,
}

impl DidDocument {
    /// Reads the document. Methods that are no Ed25519 JSON Web Keys have no key.
    pub fn from_json(json: &str) -> Result<Self, MandateError> {
        let document: Document = serde_json::from_str(json).map_err(|_| MandateError::Document)?;
        // A derived struct also reads a JSON list; a document is an object.
        if !json.trim_start().starts_with('{') {
            return Err(MandateError::Document);
        }
        let methods = document.methods.unwrap_or_default().into_iter().filter_map(|method| {
            let id = strict(&method.member("id")?)?;
            let key = strict(&method).and_then(|method: Method| method.jwk.key()?.ok());
            Some((id, key))
        });
        Ok(Self { id: document.id, methods: methods.collect() })
    }

    /// The DID this document says it is of.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The key published under this key id, written out as it is in the token: an id that begins
    /// with `#` is not completed. Of two methods under one id nobody can say which is meant, so
    /// that neither counts.
    pub fn key(&self, kid: &str) -> Option<&PublicKey> {
        let mut methods = self.methods.iter().filter(|(id, _)| id == kid);
        match (methods.next(), methods.next()) {
            (Some((_, key)), None) => key.as_ref(),
            _ => None,
        }
    }
}
