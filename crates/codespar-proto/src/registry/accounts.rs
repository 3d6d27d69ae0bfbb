//! Accounts, wallets and consumers: operations whose methods do more than make one request.

use codespar_engine::{Json, compositions};

use crate::{
    api::{
        consents::{Consent, GrantedMandate, SubmitConsent},
        devolutions::{CreateDevolution, Devolution},
        wallet::pix_keys::{DeletedPixKey, KeyDeletion},
        wallets::{WalletTransfer, WalletTransferArgs},
    },
    client::Client,
    registry::started::{Start, Started},
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Deletes a Pix key, once its owner has said so: who pays to it no longer pays this account.
    "wallet.pix_keys.delete" {
        /// Whose account it is.
        consumer_id: String,
        /// The Pix key.
        #[wire(personal)]
        key: String,
        /// That its owner has said so: `true`.
        confirm: Option<Json>,
    } -> DeletedPixKey, of "wallet.pix_keys.delete" =>
        client.wallet().pix_keys().delete(&consumer_id, &key, confirmation(confirm.as_ref()));
    /// Sends money from a wallet to an address or a Pix key, in minor units: this moves money.
    "wallets.transfer"(wallet_id; args: WalletTransferArgs)
        -> WalletTransfer, of "wallets.transfer" =>
        client.wallets().transfer(&wallet_id, &args);
    /// Gives a Pix payment back, in minor units: this moves money, and payment_direction says from
    /// whom to whom.
    "devolutions.create"(consumer_id; args: CreateDevolution) -> Devolution,
        of "devolutions.create" => client.devolutions().create(&consumer_id, &args);
    /// Reads what a person is asked to consent to; the token is the only credential.
    "consents.get" {
        /// The token of the page on which the person consents.
        #[wire(secret)]
        token: String,
    } -> Consent, of "consents.get" => client.consents().get(&token);
    /// Gives a person's consent, which makes a mandate to spend; the token is the only credential.
    "consents.submit"(token; args: SubmitConsent) -> GrantedMandate, of "consents.submit" =>
        client.consents().submit(&token, &args);
}

/// Nothing but `true` confirms.
fn confirmation(confirm: Option<&Json>) -> KeyDeletion {
    match confirm {
        Some(confirm) if confirm.as_str() == "true" => KeyDeletion::Confirmed,
        _ => KeyDeletion::NotConfirmed,
    }
}
