//! The Pix keys of an account (`/v1/consumers/{consumer_id}/pix-keys`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Sensitive, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Response, decode},
};

use crate::{api::wallet::Wallet, check::check_filled};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the Pix keys of an account.
    fn list(consumer_id) -> PixKeys:
        "wallet.pix_keys.list" GET "/v1/consumers/{consumer_id}/pix-keys";
    /// Registers a Pix key; each registration of a random key makes another one.
    fn register(consumer_id; json: &RegisterPixKey) -> RegisteredPixKey:
        "wallet.pix_keys.register" POST "/v1/consumers/{consumer_id}/pix-keys";
    /// Deletes a Pix key, once its owner has said so: who pays to it no longer pays this account.
    fn delete(consumer_id, key) -> DeletedPixKey:
        "wallet.pix_keys.delete" DELETE "/v1/consumers/{consumer_id}/pix-keys/{key}" Safe,
        read read_deleted, part of delete;
}

/// What to tell a person, in Portuguese, before a Pix key of theirs is deleted.
pub const PIX_KEY_DELETION: &str = "Ao excluir esta chave, quem pagar usando ela não fará mais o \
                                    dinheiro chegar a esta conta.";

/// The Pix keys of an account (`/v1/consumers/{consumer_id}/pix-keys`).
///
/// The account of a test project is that of the consumer `sbx_` and the project's id, which
/// takes random keys only. An account holds five keys at most.
#[derive(Handle)]
#[handle(Wallet.pix_keys)]
pub struct PixKeyring<T> {
    client: crate::Client<T>,
}

impl<T: Transport> PixKeyring<T> {
    /// Lists the Pix keys of an account (`GET /v1/consumers/{consumer_id}/pix-keys`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `consumer_not_found`, `no_provider_account` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let keys = client.wallet().pix_keys().list("cons_1").send()?;
    /// println!("{} keys", keys.keys.len());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, consumer_id: &str) -> Call<T, PixKeys> {
        self.client().call(list(self.client().service(), consumer_id))
    }

    /// Registers a Pix key (`POST /v1/consumers/{consumer_id}/pix-keys`).
    ///
    /// Each registration of a random key makes another one. It is never sent twice on its own;
    /// after `pix_key_registration_uncertain`, or an error that
    /// [may have been sent](Error::may_have_been_sent), look at the list first.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `key`, when a random key is given one or another type none; `Api` with
    /// `pix_key_type_unavailable`, `pix_key_invalid`, `pix_key_document_mismatch` and others.
    ///
    /// ```
    /// use codespar_proto::wallet::RegisterPixKey;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let keys = client.wallet().pix_keys();
    /// let made = keys.register("cons_1", &RegisterPixKey::random()).send()?;
    /// println!("pay to {}", made.key.expose());
    /// # Ok(()) }
    /// ```
    pub fn register(&self, consumer_id: &str, args: &RegisterPixKey) -> Call<T, RegisteredPixKey> {
        self.client().call(register(self.client().service(), consumer_id, args))
    }

    /// Deletes a Pix key (`DELETE /v1/consumers/{consumer_id}/pix-keys/{key}`), once its owner
    /// has said so.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `confirm`, with the code `pix_key_delete_requires_confirmation`, when it
    /// is not confirmed: nothing is sent, and the message holds [`PIX_KEY_DELETION`], which is
    /// for the person. `Api` as the server says.
    ///
    /// ```
    /// use codespar_proto::wallet::KeyDeletion;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, yes: bool) -> Result<(), Error> {
    /// let confirm = if yes { KeyDeletion::Confirmed } else { KeyDeletion::NotConfirmed };
    /// client.wallet().pix_keys().delete("cons_1", "+5511999887766", confirm).send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(
        &self,
        consumer_id: &str,
        key: &str,
        confirm: KeyDeletion,
    ) -> Call<T, DeletedPixKey> {
        if let Err(error) = confirm.check() {
            return self.client().api().fails("wallet.pix_keys.delete", error);
        }
        self.client().call(delete(self.client().service(), consumer_id, key))
    }
}

/// What a Pix key is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum PixKeyType {
    /// A random key (EVP), drawn when it is registered.
    Evp,
    /// A person's tax number.
    Cpf,
    /// A company's tax number.
    Cnpj,
    /// An e-mail address.
    Email,
    /// A telephone number, such as `+5511999887766`.
    Phone,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The Pix key to register.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, no_new)]
#[non_exhaustive]
pub struct RegisterPixKey {
    /// What it is made of; a random one unless said otherwise.
    #[serde(default = "evp")]
    #[wire(no_setter)]
    pub key_type: PixKeyType,
    /// The key itself; a random one has none yet.
    #[wire(no_setter, personal)]
    pub key: Option<Sensitive>,
}

const fn evp() -> PixKeyType {
    PixKeyType::Evp
}

impl RegisterPixKey {
    /// A random key.
    pub const fn random() -> Self {
        Self { key_type: PixKeyType::Evp, key: None }
    }

    /// A key of a type.
    pub fn new(key_type: PixKeyType, key: impl Into<String>) -> Self {
        Self { key_type, key: Some(Sensitive::from(key.into())) }
    }

    fn check(&self) -> Result<(), Error> {
        match (&self.key_type, &self.key) {
            (PixKeyType::Evp, None) | (PixKeyType::Other(_), None) => Ok(()),
            (PixKeyType::Evp, Some(_)) => {
                Err(Error::config("key", "expected none: the server draws a random key"))
            }
            (_, Some(key)) => check_filled("key", key.expose()),
            (_, None) => Err(Error::config("key", "expected the key to register")),
        }
    }
}

/// Whether the owner of a Pix key has said that it is to be deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
// There is no third answer to this question.
#[allow(clippy::exhaustive_enums)]
pub enum KeyDeletion {
    /// Nobody has said so.
    #[default]
    NotConfirmed,
    /// A person who was told what it means ([`PIX_KEY_DELETION`]) has said so.
    Confirmed,
}

impl KeyDeletion {
    fn check(self) -> Result<(), Error> {
        match self {
            Self::Confirmed => Ok(()),
            Self::NotConfirmed => {
                let expected = format!("expected the owner's confirmation. {PIX_KEY_DELETION}");
                let error = Error::config("confirm", expected);
                Err(error.with_code("pix_key_delete_requires_confirmation"))
            }
        }
    }
}

/// The Pix keys of an account.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PixKeys {
    /// The end of the account's number.
    #[wire(personal)]
    pub account_masked: Option<String>,
    /// The Pix keys that are registered for the account.
    #[wire(default)]
    pub keys: Vec<PixKey>,
    /// The number of keys.
    pub count: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A Pix key.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PixKey {
    /// The Pix key itself.
    #[wire(personal)]
    pub key: Sensitive,
    /// What it is made of.
    pub key_type: Option<PixKeyType>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A Pix key that was registered.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RegisteredPixKey {
    /// The Pix key that was registered.
    #[wire(personal)]
    pub key: Sensitive,
    /// What it is made of.
    pub key_type: Option<PixKeyType>,
    /// The end of the account's number.
    #[wire(personal)]
    pub account_masked: Option<String>,
    /// Whether it is the key that charges are made with from now on.
    pub cache_filled: Option<bool>,
    /// Whether it was registered before, without the service knowing.
    pub reconciled: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A Pix key that was deleted. Without values where the server says nothing.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct DeletedPixKey {
    /// The Pix key that was deleted.
    #[wire(personal)]
    pub key: Option<Sensitive>,
    /// The end of the account's number.
    #[wire(personal)]
    pub account_masked: Option<String>,
    /// Whether it is gone.
    pub deleted: Option<bool>,
    /// Whether it was the key that charges are made with.
    pub cache_cleared: Option<bool>,
    /// The key that charges are made with instead.
    #[wire(personal)]
    pub cache_refilled_with: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// 204 says as much as 200.
fn read_deleted(answer: Response) -> Result<DeletedPixKey, Error> {
    if answer.is_success() && answer.body.is_empty() {
        return decode(b"{}");
    }
    answer.json()
}
