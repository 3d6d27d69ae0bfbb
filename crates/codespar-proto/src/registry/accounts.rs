//! Accounts, wallets, consumers, webhooks: operations whose methods do more than make one request.

use codespar_engine::{Json, compositions};

use crate::{
    api::{
        account::{AccountFunding, AccountRefill, FundAccount},
        dda::{CreateDdaSubscription, DdaRegistration, DdaSubscription, DeletedDdaSubscription},
        events::EventReplay,
        wallet::pix_keys::{DeletedPixKey, KeyDeletion},
        wallets::{
            ExecuteArgs, PostLedgerEntry, WalletLedgerEntry, WalletPayment, WalletTransfer,
            WalletTransferArgs,
        },
        webhook_endpoints::ListAllDeliveries,
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
    /// Pays from a wallet by whichever method fits: this moves money, and the API does not say in
    /// which unit the amount is.
    "wallets.execute"(wallet_id; args: ExecuteArgs) -> WalletPayment, of "wallets.execute" =>
        client.wallets().execute(&wallet_id, &args);
    /// Posts a movement into the ledger of a wallet by hand, in minor units: this changes what can
    /// be spent, once for each attempt_id and kind.
    "wallets.post_entry"(wallet_id; args: PostLedgerEntry) -> WalletLedgerEntry,
        of "wallets.post_entry" => client.wallets().post_entry(&wallet_id, &args);
    /// Puts test money into a test project, in minor units, once for each idempotency_key.
    "account.fund"(args: FundAccount) -> AccountFunding, of "account.fund" =>
        client.account().fund(&args);
    /// Fills the test money of a project up to its target; no real money moves.
    "account.refill" {} -> AccountRefill, of "account.refill" => client.account().refill();
    /// Has the boletos of a consumer's document looked for.
    "dda.subscriptions.create"(consumer_id; args: CreateDdaSubscription) -> DdaRegistration,
        of "dda.subscriptions.create" =>
        client.dda().subscriptions().create(&consumer_id, &args);
    /// Says how it stands that the boletos of a document are looked for.
    "dda.subscriptions.get" {
        /// The consumer whose document it is.
        consumer_id: String,
        /// The digits of the document.
        #[wire(personal)]
        document: String,
    } -> DdaSubscription, of "dda.subscriptions.get" =>
        client.dda().subscriptions().get(&consumer_id, &document);
    /// Has the boletos of a document looked for no longer; those that were found stay.
    "dda.subscriptions.delete" {
        /// The consumer whose document it is.
        consumer_id: String,
        /// The digits of the document.
        #[wire(personal)]
        document: String,
    } -> DeletedDdaSubscription, of "dda.subscriptions.delete" =>
        client.dda().subscriptions().delete(&consumer_id, &document);
    /// Delivers an event again, to one webhook endpoint or to all that are for it.
    "events.replay" {
        /// The id of the event.
        event_id: String,
        /// To this endpoint only.
        endpoint_id: Option<String>,
    } -> EventReplay, of "events.replay" =>
        client.events().replay(&event_id, endpoint_id.as_deref());
    /// Counts attempts to deliver to any webhook endpoint of the project.
    "webhook_endpoints.count_deliveries"(args: ListAllDeliveries) -> u64,
        of "webhook_endpoints.count_deliveries" =>
        client.webhook_endpoints().count_deliveries(&args);
}

/// Nothing but `true` confirms.
fn confirmation(confirm: Option<&Json>) -> KeyDeletion {
    match confirm {
        Some(confirm) if confirm.as_str() == "true" => KeyDeletion::Confirmed,
        _ => KeyDeletion::NotConfirmed,
    }
}
