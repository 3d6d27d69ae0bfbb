//! Mandate tokens, verified without asking anyone, and the keys they are signed with.
//!
//! A mandate token is unpadded base64url of one JSON object: the fields that are signed, and an
//! envelope with two Ed25519 signatures, the agent's and the issuer's. Everything here is
//! computation: no request is made, and the time is an argument.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use codespar_proto::mandate::{Failure, Keys, MandateError, MandateToken, verify_mandate_token};
//!
//! # let text = codespar_proto::mandate::recorded::EXAMPLE_TOKEN;
//! let keys = Keys::new()
//!     .agent_key("70940e2c00698a520339c07332ff35c05cad7b39d024a4f4737310e740b2ecc3")?
//!     .issuer_key("41826edefd6d40fd7c32dd63ebcc0476e4324cd6a424881c53f170fee9865b14")?;
//! let now = UNIX_EPOCH + Duration::from_secs(1_735_686_000);
//!
//! // A mandate, or the reasons why not.
//! let mandate = verify_mandate_token(text, &keys, now)?;
//! assert_eq!(mandate.amount, "5000");
//!
//! // Step by step: each signature's status, and every failure.
//! let token = MandateToken::decode(text)?;
//! let verdict = token.verify(&keys, now + Duration::from_secs(86_400));
//! assert_eq!(verdict.failures, [Failure::Expired]);
//! # Ok::<(), MandateError>(())
//! ```
//!
//! # What is refused
//!
//! The signed text joins the fields with `:` and escapes nothing, so text could be moved from one
//! field into its neighbour under the same signatures. A field with a colon is therefore refused,
//! in every place but the last, `agent_kid`, which must begin with `did:`. Also refused: members
//! that occur twice, purposes that are not texts, base64 of another alphabet or with foreign
//! characters, small-order keys, malleable signatures, a DID document of another DID, and a token
//! from the future. Tokens of version 2 decode, and never verify. What no signature covers is in
//! [`MandateToken::unsigned`], apart from the mandate.
//!
//! The HMAC in `signature` needs the organisation's secret and cannot be checked here.

mod did;
mod error;
mod failure;
mod fields;
pub(super) mod key;
#[doc(hidden)]
pub mod recorded;
mod token;
mod verdict;

pub use self::{
    did::{DidDocument, agent_did_from_kid},
    error::MandateError,
    failure::Failure,
    fields::{FormatVersion, Mandate, MandateKind, reconstruct_signing_string},
    key::{KeyError, PublicKey, verify_ed25519},
    token::{MandateToken, decode_mandate_token},
    verdict::{Keys, SignatureStatus, Verdict, verify_mandate_token},
};
