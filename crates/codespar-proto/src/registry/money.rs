//! Operations of a client on money: payables, Pix keys, charges, consumers, consents, mandates.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use codespar_engine::{Error, Json, Sensitive};
use serde::Deserialize;

use crate::{
    api::{
        agents::RegisterAgent,
        charges::{CreateCharge, ListCharges},
        consents::{ConsentRail, CreateConsent, SubmitConsent},
        consumers::TransferArgs,
        mandates::spend::{PaymentArgs, SpendArgs},
        payables::{
            batches::{
                CreateBatch,
                batch::BatchSource,
                items::{AddItems, NewItem, UpdateItem},
                pay::PayBatch,
            },
            files::Upload,
        },
        wallet::pix_keys::{KeyDeletion, PixKeyType, RegisterPixKey},
        wallets::WalletTransferArgs,
    },
    registry::account::Rows,
    types::{
        ids::ChargeReference,
        money::{Currency, Minor},
        patch::Patch,
    },
};

operations! {
    Client client;

    "payables.files.upload" (args: UploadFile) => client.payables().files().upload(&args.read()?);
    "payables.batches.create" {
        file_ids: Option<Vec<String>>,
        items: Option<Vec<NewItem>>,
        source: Option<BatchSource>,
        conversation_id: Option<String>,
        idempotency_key: Option<String>,
    } => {
        let args = CreateBatch { file_ids, items, source, conversation_id };
        keyed(client.payables().batches().create(&args), idempotency_key)
    };
    "payables.batches.get" { batch_id: String } => client.payables().batches().get(&batch_id);
    "payables.batches.update_item" {
        batch_id: String,
        item_id: String,
        expected_version: u64,
        #[serde(default)]
        amount_minor: Patch<Minor>,
        #[serde(default)]
        pix_key: Patch<Sensitive>,
        #[serde(default)]
        boleto_line: Patch<Sensitive>,
        #[serde(default)]
        br_code: Patch<Sensitive>,
        #[serde(default)]
        description: Patch<String>,
        excluded: Option<bool>,
    } => {
        let args = UpdateItem {
            expected_version, amount_minor, pix_key, boleto_line, br_code, description, excluded,
        };
        client.payables().batches().update_item(&batch_id, &item_id, &args)
    };
    "payables.batches.add_items" {
        batch_id: String,
        expected_version: u64,
        file_ids: Option<Vec<String>>,
        items: Option<Vec<NewItem>>,
    } => {
        let args = AddItems { expected_version, file_ids, items };
        client.payables().batches().add_items(&batch_id, &args)
    };
    "payables.batches.pay" {
        batch_id: String,
        version: u64,
        list_hash: String,
        mandate_id: Option<String>,
        idempotency_key: Option<String>,
        pause_ms: Option<u64>,
    } => {
        let mut args = PayBatch::new(version, list_hash);
        args.mandate_id = mandate_id;
        if let Some(pause) = pause_ms {
            args = args.pause(Duration::from_millis(pause));
        }
        keyed(client.payables().batches().pay(&batch_id, &args), idempotency_key)
    };
    "payables.documents.create" { payable: Json } =>
        client.payables().documents().create(&payable);
    "payables.documents.get" { payable_id: String } =>
        client.payables().documents().get(&payable_id);
    "payables.documents.review" { payable_id: String, review: Json } =>
        client.payables().documents().review(&payable_id, &review);
    "payables.documents.pay" { payable_id: String, payment: Json } =>
        client.payables().documents().pay(&payable_id, &payment);

    "wallet.pix_keys.list" { consumer_id: String } =>
        client.wallet().pix_keys().list(&consumer_id);
    "wallet.pix_keys.register" {
        consumer_id: String,
        key_type: Option<PixKeyType>,
        key: Option<Sensitive>,
    } => {
        let args = RegisterPixKey { key_type: key_type.unwrap_or(PixKeyType::Evp), key };
        client.wallet().pix_keys().register(&consumer_id, &args)
    };
    "wallet.pix_keys.delete" { consumer_id: String, key: String, confirm: Option<Json> } =>
        client.wallet().pix_keys().delete(&consumer_id, &key, confirmation(confirm.as_ref()));

    "charges.create" (args: CreateCharge) => client.charges().create(&args);
    "charges.list" (args: ListCharges) => client.charges().list(&args);
    "charges.list_page" (args: ListCharges) => client.charges().list_page(&args).map(Rows::from);
    "charges.settled" { charge_id: ChargeReference } => client.charges().settled(&charge_id);
    "charges.get" { charge_id: String } => client.charges().get(&charge_id);
    "charges.cancel" { charge_id: String } => client.charges().cancel(&charge_id);

    "consumers.wallet" { consumer_id: String } => client.consumers().wallet(&consumer_id);
    "consumers.transfer" {
        consumer_id: String,
        from_currency: Currency,
        to_currency: Currency,
        amount_minor: Minor,
        execute: Option<bool>,
        agent_id: Option<String>,
        purpose: Option<String>,
    } => {
        let args =
            TransferArgs { from_currency, to_currency, amount_minor, execute, agent_id, purpose };
        client.consumers().transfer(&consumer_id, &args)
    };
    "consumers.receipts" { consumer_id: String } => client.consumers().receipts(&consumer_id);
    "consumers.receipt" { receipt_id: String } => client.consumers().receipt(&receipt_id);
    "consumers.record_delivery" { receipt_id: String, delivery: Json } =>
        client.consumers().record_delivery(&receipt_id, &delivery);

    "wallets.list" {} => client.wallets().list();
    "wallets.get" { wallet_id: String } => client.wallets().get(&wallet_id);
    "wallets.ledger" { wallet_id: String } => client.wallets().ledger(&wallet_id);
    "wallets.receive" { wallet_id: String, currency: Currency } =>
        client.wallets().receive(&wallet_id, &currency);
    "wallets.transfer" {
        wallet_id: String,
        currency: Currency,
        to_address: Sensitive,
        amount_minor: Minor,
        idempotency_key: Option<String>,
        mandate: Option<Json>,
        signature: Option<Sensitive>,
        agent_id: Option<String>,
        purpose: Option<String>,
    } => {
        let args = WalletTransferArgs {
            currency, to_address, amount_minor, idempotency_key, mandate, signature, agent_id,
            purpose,
        };
        client.wallets().transfer(&wallet_id, &args)
    };

    "approvals.status" { approval_id: String } => client.approvals().status(&approval_id);
    "approvals.decided" { approval_id: String } => client.approvals().decided(&approval_id);

    "consents.create" (args: CreateConsent) => client.consents().create(&args);
    "consents.get" { token: String } => client.consents().get(&token);
    "consents.submit" {
        token: String,
        consumer_id: String,
        rail: ConsentRail,
        provider_token: Sensitive,
        display_label: Option<String>,
        attestation: Option<Json>,
    } => {
        let args = SubmitConsent { consumer_id, rail, provider_token, display_label, attestation };
        client.consents().submit(&token, &args)
    };
    "consent_records.list" {} => client.consent_records().list();
    "funding_sources.list" {} => client.funding_sources().list();

    "mandates.list" {} => client.mandates().list();
    "mandates.get" { mandate_id: String } => client.mandates().get(&mandate_id);
    "mandates.pause" { mandate_id: String } => client.mandates().pause(&mandate_id);
    "mandates.resume" { mandate_id: String } => client.mandates().resume(&mandate_id);
    "mandates.revoke" { mandate_id: String } => client.mandates().revoke(&mandate_id);
    "mandates.card" { mandate_id: String } => client.mandates().card(&mandate_id);
    "mandates.delete_card" { mandate_id: String } => client.mandates().delete_card(&mandate_id);
    "mandates.spend" {
        mandate_id: String,
        attempt_id: String,
        amount_minor: Minor,
        payee: Sensitive,
        agent_id: Option<String>,
        ted: Option<Json>,
        quote: Option<Json>,
        actor: Option<Json>,
    } => {
        let args = SpendArgs { attempt_id, amount_minor, payee, agent_id, ted, quote, actor };
        client.mandates().spend(&mandate_id, &args)
    };
    "mandates.execute_payment" (args: PaymentArgs) => client.mandates().execute_payment(&args);

    "agents.list" {} => client.agents().list();
    "agents.register" (args: RegisterAgent) => client.agents().register(&args);
    "agents.did_document" { did: String } => client.agents().did_document(&did);

    "test_money.fund" { consumer_id: String, amount_minor: Minor } =>
        client.test_money().fund(&consumer_id, amount_minor);
    "test_money.pix_in" { payment: Json } => client.test_money().pix_in(&payment);
    "test_money.settle_pix_in" { payment: Json } => client.test_money().settle_pix_in(&payment);
    "test_money.pay_charge" { charge_id: String, amount_minor: Option<Minor> } =>
        client.test_money().pay_charge(&charge_id, amount_minor);
}

/// The key of a call, where the caller names one.
fn keyed<T, O>(
    call: codespar_engine::Call<T, O>,
    key: Option<String>,
) -> codespar_engine::Call<T, O> {
    match key {
        Some(key) => call.idempotency_key(key),
        None => call,
    }
}

/// Nothing but `true` confirms.
fn confirmation(confirm: Option<&Json>) -> KeyDeletion {
    match confirm {
        Some(confirm) if confirm.as_str() == "true" => KeyDeletion::Confirmed,
        _ => KeyDeletion::NotConfirmed,
    }
}

/// A file to upload: its bytes as base64, in an object of one member.
#[derive(Deserialize)]
struct UploadFile {
    file: Base64,
    filename: Option<String>,
    content_type: Option<String>,
    /// The name of the stream that the bytes were read from, which may be a path.
    stream_name: Option<String>,
}

#[derive(Deserialize)]
struct Base64 {
    #[serde(rename = "$bytes_base64")]
    text: String,
}

impl UploadFile {
    fn read(self) -> Result<Upload, Error> {
        let content = STANDARD.decode(self.file.text);
        let content = content.map_err(|_| Error::config("file", "expected base64"))?;
        let mut upload = Upload::bytes(content);
        if let Some(name) = self.filename.or(self.stream_name) {
            upload = upload.named(name);
        }
        Ok(match self.content_type {
            Some(kind) => upload.typed(kind),
            None => upload,
        })
    }
}
