//! Keys by which receipts are checked (`/.well-known/codespar-receipt-keys.json`).

use codespar_engine::{
    Answer, Call, Extra, Handle, Json, Sensitive, Timestamp, WireEnum, driver::Transport, endpoints,
};

use crate::client::{Client, without_key::without_key};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Reads the public keys by which receipts are checked.
    fn keys() -> ReceiptKeys:
        "receipts.keys" GET "/.well-known/codespar-receipt-keys.json", scope "public", part of keys;
}

/// What receipts are checked by. The receipts themselves are those of `consumers`.
#[derive(Handle)]
#[handle(Client.receipts)]
pub struct Receipts<T> {
    client: Client<T>,
}

impl<T: Transport> Receipts<T> {
    /// The public keys by which receipts are checked (`GET
    /// /.well-known/codespar-receipt-keys.json`). Anybody may read them: the API key is not sent.
    ///
    /// A key that is not among them is no proof of a forgery: another deployment has other keys,
    /// and a revoked one is gone. Retired ones stay.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let document = client.receipts().keys().send()?;
    /// for key in document.keys {
    ///     println!("{:?} {:?}", key.kid, key.status);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "jwks")]
    pub fn keys(&self) -> Call<T, ReceiptKeys> {
        self.client().call(keys(&without_key(self.client().service())))
    }
}

/// How a key for receipts stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ReceiptKeyStatus {
    /// Receipts are signed with it.
    Active,
    /// Nothing new is signed; what was signed verifies.
    Retired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The public keys by which receipts are checked, and how they are signed.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptKeys {
    /// The issuer of the receipts.
    pub issuer: Option<String>,
    /// The part of the ids of its keys that says which deployment it is.
    pub key_namespace: Option<String>,
    /// How receipts are signed: `Ed25519`.
    pub algorithm: Option<String>,
    /// The text that is signed, with its parts in braces.
    pub signing_string: Option<String>,
    /// The keys, those that are retired among them.
    #[wire(default)]
    pub keys: Vec<ReceiptKey>,
    /// How receipts of collected payments are signed.
    pub collect_receipt: Option<CollectReceiptRecipe>,
    /// How the hash of a receipt is made, as data of the server.
    pub chain_recipe: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A public key for receipts.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptKey {
    /// The id of the key.
    pub kid: Option<String>,
    /// The kind of key: `OKP`.
    pub kty: Option<String>,
    /// The curve of the key: `Ed25519`.
    pub crv: Option<String>,
    /// The key itself: 32 bytes, in base64url.
    pub x: Option<String>,
    /// How is signed with it: `EdDSA`.
    pub alg: Option<String>,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub usage: Option<String>,
    /// The status of the key.
    pub status: Option<ReceiptKeyStatus>,
    /// When it was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Since when nothing new is signed with it.
    pub retired_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How receipts of collected payments are signed.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectReceiptRecipe {
    /// The text that is signed, with its parts in braces.
    pub signing_string: Option<String>,
    /// How their digest is made.
    pub digest_recipe: Option<DigestRecipe>,
    /// How the signature is written. It is no secret, and hidden as everything of that name.
    pub signature: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the digest of a document is made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DigestRecipe {
    /// How the document is written before: RFC 8785.
    pub canonicalization: Option<String>,
    /// The hash function, and how its result is written.
    pub digest: Option<String>,
    /// The members of the document that count.
    #[wire(default)]
    pub document_fields: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
