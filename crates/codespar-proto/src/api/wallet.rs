//! What belongs to an account: its Pix keys.

pub(crate) mod pix_keys;

use codespar_engine::Handle;

pub use self::pix_keys::{
    DeletedPixKey, KeyDeletion, PIX_KEY_DELETION, PixKey, PixKeyType, PixKeyring, PixKeys,
    RegisterPixKey, RegisteredPixKey,
};
use crate::client::Client;

/// What belongs to an account: its Pix keys. Balances are at
/// [`consumers`](crate::Client::consumers).
#[derive(Handle)]
#[handle(Client.wallet)]
pub struct Wallet<T> {
    client: Client<T>,
}
