//! The published document: keys, and recipes for hashes.

use std::collections::{BTreeMap, BTreeSet};

use codespar_engine::Json;
use serde::Deserialize;

use crate::{
    api::receipts::ReceiptKeys,
    verify::{
        mandate::PublicKey,
        members::{Members, strict},
        receipt::{
            recipe::{Recipe, is_known_digest},
            verdict::{CannotRecompute, KeyStatus, ReceiptVerdict},
        },
    },
};

/// The keys that receipts are signed with, and how their hashes are made: what is published at
/// `/.well-known/codespar-receipt-keys.json`.
///
/// ```
/// use codespar_proto::{mandate::PublicKey, receipt::{KeyDocument, KeyStatus}};
///
/// let mut keys = KeyDocument::from_json(codespar_proto::receipt::example::KEYS)?;
/// let status = keys.status("did:web:id.example.com#receipts-1");
/// assert_eq!(status, Some(KeyStatus::Retired));
///
/// // A key that came another way.
/// # let hex = "70940e2c00698a520339c07332ff35c05cad7b39d024a4f4737310e740b2ecc3";
/// keys.insert("k1", PublicKey::from_hex(hex)?);
/// assert_eq!(keys.status("k1"), Some(KeyStatus::Active));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeyDocument {
    /// By its id; `None` where it cannot be used, or nobody can say which of two is meant.
    keys: BTreeMap<String, Option<(PublicKey, KeyStatus)>>,
    chain: Published<Recipe>,
    collect: Published<CollectRecipe>,
}

/// How the digest of a collected receipt is made: of the document's canonical form, which is to
/// have these members and no others.
#[derive(Clone, Debug)]
pub(super) struct CollectRecipe {
    /// `None` where it is not said.
    fields: Option<BTreeSet<String>>,
}

/// A recipe as it was found in the document.
#[derive(Clone, Debug, Default)]
pub(super) enum Published<R> {
    #[default]
    Not,
    As(R),
    /// It is not one that can be followed.
    Unknown(CannotRecompute),
}

/// Why something is no document of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum KeyDocumentError {
    /// It is longer than 1 MiB.
    #[error("keys of receipts: longer than 1 MiB")]
    TooLarge,
    /// It is no JSON object with a list `keys`, or a member occurs twice in it.
    #[error("keys of receipts: expected a JSON object with a list `keys`, each member once")]
    NotADocument,
    /// Receipts are signed in a way that this version does not know.
    #[error("keys of receipts: {0} is not one that this version knows")]
    Unknown(&'static str),
}

/// Longer than any document of keys by far.
const MOST: usize = 1024 * 1024;

pub(super) const RECEIPT: &str = "codespar-receipt:v1";
pub(super) const COLLECTED: &str = "codespar-collect-receipt:v1";

#[derive(Deserialize)]
struct Key {
    kty: String,
    crv: String,
    x: String,
    #[serde(default)]
    status: Option<String>,
}

impl KeyDocument {
    /// No keys, and no recipe but the one of October 2026, which is known here.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the published document. Keys that cannot be used stand in it without their key: what
    /// they signed is [`Unreachable`](ReceiptVerdict::Unreachable).
    ///
    /// # Errors
    /// [`KeyDocumentError`], where it is no such document, or of another way to sign.
    pub fn from_json(json: &str) -> Result<Self, KeyDocumentError> {
        if json.len() > MOST {
            return Err(KeyDocumentError::TooLarge);
        }
        let document = Members::parse(json.as_bytes()).filter(Members::are_each_once);
        let document = document.ok_or(KeyDocumentError::NotADocument)?;
        let list: Option<Vec<Json>> = document.get("keys").and_then(strict);
        is_known(&document, "algorithm", |text| matches!(text, "Ed25519" | "EdDSA"))?;
        is_known(&document, "signing_string", |text| is_signed_as(text, RECEIPT, "chain"))?;
        let mut keys = Self {
            keys: BTreeMap::new(),
            chain: match document.get("chain_recipe").map(Recipe::read) {
                None => Published::Not,
                Some(Ok(recipe)) => Published::As(recipe),
                Some(Err(why)) => Published::Unknown(why),
            },
            collect: match document.get("collect_receipt").map(CollectRecipe::read) {
                None => Published::Not,
                Some(Ok(recipe)) => Published::As(recipe),
                Some(Err(why)) => Published::Unknown(why),
            },
        };
        list.ok_or(KeyDocumentError::NotADocument)?.iter().for_each(|key| keys.add(key));
        Ok(keys)
    }

    /// Takes the document as [`receipts.keys`](crate::api::receipts::Receipts::keys) reads it.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn of(keys: &ReceiptKeys) -> Result<Self, KeyDocumentError> {
        Self::from_json(&serde_json::to_string(keys).unwrap_or_default())
    }

    /// Adds a key that came another way, as an active one; or replaces the one with that id.
    pub fn insert(&mut self, kid: impl Into<String>, key: PublicKey) {
        self.keys.insert(kid.into(), Some((key, KeyStatus::Active)));
    }

    /// How a key stands; `None` where it is not among them, or cannot be used.
    pub fn status(&self, kid: &str) -> Option<KeyStatus> {
        self.key(kid).ok().map(|(_, status)| status)
    }

    /// The ids of the keys, those that cannot be used among them.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    fn add(&mut self, json: &Json) {
        let Some(members) = Members::parse(json.as_str().as_bytes()) else { return };
        let Some(kid) = members.get("kid").and_then(strict::<String>) else { return };
        let key = strict::<Key>(json).filter(|key| key.kty == "OKP" && key.crv == "Ed25519");
        let key = key.and_then(|key| {
            let status = match key.status.as_deref() {
                None | Some("active") => KeyStatus::Active,
                Some("retired") => KeyStatus::Retired,
                // Whatever it means, it is neither.
                Some(_) => return None,
            };
            Some((PublicKey::from_base64url(&key.x).ok()?, status))
        });
        // Of two keys under one id nobody can say which is meant.
        self.keys.entry(kid).and_modify(|key| *key = None).or_insert(key);
    }

    /// The key of that id; or what it is that can be said without.
    pub(super) fn key(&self, kid: &str) -> Result<(&PublicKey, KeyStatus), ReceiptVerdict> {
        let key = self.keys.get(kid).ok_or(ReceiptVerdict::UnknownKey)?;
        key.as_ref().map(|(key, status)| (key, *status)).ok_or(ReceiptVerdict::Unreachable)
    }

    pub(super) fn chain(&self) -> &Published<Recipe> {
        &self.chain
    }

    pub(super) fn collect(&self) -> &Published<CollectRecipe> {
        &self.collect
    }
}

fn is_known(
    document: &Members,
    name: &'static str,
    is_known: impl Fn(&str) -> bool,
) -> Result<(), KeyDocumentError> {
    match document.get(name).map(strict::<String>) {
        None => Ok(()),
        Some(Some(text)) if is_known(&text) => Ok(()),
        Some(_) => Err(KeyDocumentError::Unknown(name)),
    }
}

/// Whether a text that is signed is this one: the domain, the id of the receipt and its hash, with
/// the latter two marked as places: `<chain>`, or `{chain}`.
fn is_signed_as(text: &str, domain: &str, hash: &str) -> bool {
    let text = text.replace('{', "<").replace('}', ">");
    text == format!("{domain}:<receipt_id>:<{hash}>")
}

impl CollectRecipe {
    fn read(json: &Json) -> Result<Self, CannotRecompute> {
        let object = |json: &Json| Members::parse(json.as_str().as_bytes());
        let recipe = object(json).ok_or(CannotRecompute::UnknownRecipe)?;
        let is_signed_as = |text: String| is_signed_as(&text, COLLECTED, "digest");
        let text = recipe.get("signing_string").map(strict::<String>);
        if !text.is_none_or(|text| text.is_some_and(is_signed_as)) {
            return Err(CannotRecompute::UnknownRecipe);
        }
        let Some(digest) = recipe.get("digest_recipe") else { return Ok(Self { fields: None }) };
        let digest = object(digest).filter(is_known_digest);
        let digest = digest.ok_or(CannotRecompute::UnknownRecipe)?;
        let Some(list) = digest.get("document_fields") else { return Ok(Self { fields: None }) };
        let list: Vec<String> = strict(list).ok_or(CannotRecompute::UnknownFields)?;
        let fields: BTreeSet<_> = list.iter().cloned().collect();
        match fields.len() == list.len() && !list.is_empty() {
            true => Ok(Self { fields: Some(fields) }),
            false => Err(CannotRecompute::UnknownFields),
        }
    }

    /// Whether the digest is of all members of the document, as far as is said.
    pub(super) fn is_of_all(&self, document: &Members) -> Result<(), CannotRecompute> {
        let Some(fields) = &self.fields else { return Ok(()) };
        let is_known = document.iter().all(|(name, _)| fields.contains(name));
        match (is_known, document.iter().count() == fields.len()) {
            (true, true) => Ok(()),
            (true, false) => Err(CannotRecompute::MissingMember),
            (false, _) => Err(CannotRecompute::UnknownFields),
        }
    }
}
