//! Accounts, wallets and consumers: arguments that cannot work.

use codespar_proto::{
    Currency, Json, Minor,
    account::{FundAccount, ListAccountLedger, ListAccountPayments, ListAccountSessions},
    consent_records::ListConsentRecords,
    consumers::{
        CreateConsumer, DeliveryOutcome, DeliveryProofKind, ListConsumers, RecordDelivery, TaxType,
        UpdateConsumer,
    },
    contact_verifications::{ContactChannel, CreateContactVerification, VerifyContact},
    dda::CreateDdaSubscription,
    funding_sources::ListFundingSources,
    sellers::{
        CreateSeller, ListSellerLedger, SellerDocumentType, SellerTransferFrequency,
        SellerTransfers,
    },
    test_money::{ChargeScenario, FundTestAccount, SettleTestPixIn, TestPixIn},
    types::{Decimal, ExecuteAmount, MinorText},
    wallets::{
        AddFundingSource, AnomalyStatus, CreateWallet, ExecuteArgs, ImportStatement, LedgerKind,
        ListWalletLedger, PostLedgerEntry, ResolveAnomaly, StatementEntry,
    },
};

use crate::check::{client_refuses as refuses, refused};

fn list() -> Json {
    Json::parse_str("[]").unwrap()
}

fn object() -> Json {
    Json::parse_str("{}").unwrap()
}

fn one() -> Minor {
    Minor::new(1)
}

fn entry(attempt: &str) -> PostLedgerEntry {
    PostLedgerEntry::new("org_1", Currency::BRL, one(), LedgerKind::Fee, attempt)
}

fn payment(units: i64) -> ExecuteArgs {
    let amount = ExecuteAmount::new(Decimal::from(units));
    ExecuteArgs::new(amount, Currency::BRL, "p", "d", "m", "a")
}

fn seller(document: &str, kind: SellerDocumentType, tax: TaxType) -> CreateSeller {
    CreateSeller::new("Maria", document, kind, tax, "5812", object(), object())
}

fn delivery(proof: &str) -> RecordDelivery {
    RecordDelivery::new(DeliveryOutcome::Confirmed, proof, DeliveryProofKind::Tracking)
}

#[test]
fn ids_that_lead_elsewhere() {
    let tracking = delivery("BR1");
    let code = VerifyContact::new("1234");
    let target = CreateContactVerification::new(ContactChannel::Phone, "+5511");
    let document = CreateDdaSubscription::new("1", "k");
    let fund = AddFundingSource::new("c", Currency::BRL);
    let line = ImportStatement::new("bank", vec![StatementEntry::new("e", one(), "BRL")]);
    let resolved = ResolveAnomaly::new(AnomalyStatus::Resolved);
    let late = ChargeScenario::LateAfterExpiry;
    for id in ["", ".", ".."] {
        refused! {
            "receipt_id": client => client.consumers().record_delivery(id, &tracking);
            "consumer_id": client => client.consumers().get(id);
            "consumer_id": client => client.consumers().update(id, &UpdateConsumer::default());
            "consumer_id": client => client.consumers().fund_status(id, "t");
            "transaction_id": client => client.consumers().fund_status("c", id);
            "consumer_id": client => client.contact_verifications().create(id, &target);
            "consumer_id": client => client.contact_verifications().verify(id, "v", &code);
            "verification_id": client => client.contact_verifications().verify("c", id, &code);
            "consumer_id": client => client.dda().boletos(id, "2026-12-01", "2026-12-02");
            "consumer_id": client => client.dda().subscriptions().create(id, &document);
            "consumer_id": client => client.dda().subscriptions().get(id, "1");
            "document": client => client.dda().subscriptions().get("c", id);
            "consumer_id": client => client.dda().subscriptions().delete(id, "1");
            "document": client => client.dda().subscriptions().delete("c", id);
            "consumer_id": client => client.pix().charge(id, "r");
            "reference": client => client.pix().charge("c", id);
            "consumer_id": client => client.pix().receivement(id, "e");
            "end_to_end_id": client => client.pix().receivement("c", id);
            "seller_id": client => client.sellers().get(id);
            "seller_id": client => client.sellers().status(id);
            "seller_id": client => client.sellers().pending_settlement(id);
            "seller_id": client => client.sellers().custody(id);
            "seller_id": client =>
                client.sellers().ledger_page(id, &ListSellerLedger::default());
            "wallet_id": client =>
                client.wallets().ledger_page(id, &ListWalletLedger::default());
            "wallet_id": client => client.wallets().post_entry(id, &entry("a"));
            "wallet_id": client => client.wallets().execute(id, &payment(1));
            "wallet_id": client => client.wallets().custody(id);
            "wallet_id": client => client.wallets().import_statement(id, &line);
            "wallet_id": client => client.wallets().recon_anomalies(id, None);
            "wallet_id": client => client.wallets().resolve_anomaly(id, "a", &resolved);
            "anomaly_id": client => client.wallets().resolve_anomaly("w", id, &resolved);
            "wallet_id": client => client.wallets().funding_sources(id);
            "wallet_id": client => client.wallets().add_funding_source(id, &fund);
            "wallet_id": client =>
                client.wallets().remove_funding_source(id, "c", &Currency::BRL);
            "connection_id": client =>
                client.wallets().remove_funding_source("w", id, &Currency::BRL);
            "currency": client => client.wallets().remove_funding_source("w", "c", &id.into());
            "funding_source_id": client => client.funding_sources().get(id);
            "consent_record_id": client => client.consent_records().get(id);
            "charge_id": client => client.test_money().run_scenario(id, late.clone());
        }
    }
}

#[test]
fn limits_out_of_range() {
    let ledger = ListAccountLedger::default().limit(0);
    let payments = ListAccountPayments::default().limit(0);
    let sessions = ListAccountSessions::default().limit(0);
    refused! {
        "limit": client => client.account().ledger_page(&ledger);
        "limit": client => client.account().payments_page(&payments);
        "limit": client => client.account().sessions_page(&sessions);
        "limit": client => client.consumers().list(&ListConsumers::default().limit(0));
        "limit": client =>
            client.consent_records().list(&ListConsentRecords::default().limit(201));
        "limit": client =>
            client.funding_sources().list(&ListFundingSources::default().limit(201));
        "limit": client =>
            client.sellers().ledger_page("s", &ListSellerLedger::default().limit(0));
    }
}

#[test]
fn money_of_wallets() {
    let mut unnamed = payment(1);
    unnamed.attempt_id = String::new();
    let mut nobody = payment(1);
    nobody.recipient = "".into();
    let mut undescribed = payment(1);
    undescribed.description = String::new();
    let mut alone = payment(1);
    alone.mandate_id = String::new();
    let mut nowhere = payment(1);
    nowhere.currency = "".into();
    let mut broken = entry("a");
    broken.amount_minor = serde_json::from_str::<MinorText>("\"1.5\"").unwrap();
    let mut foreign = entry("a");
    foreign.org_id = String::new();
    let no_currency = StatementEntry::new("e", one(), "");
    refused! {
        "amount": client => client.wallets().execute("w", &payment(0));
        "currency": client => client.wallets().execute("w", &nowhere);
        "recipient": client => client.wallets().execute("w", &nobody);
        "description": client => client.wallets().execute("w", &undescribed);
        "mandate_id": client => client.wallets().execute("w", &alone);
        "attempt_id": client => client.wallets().execute("w", &unnamed);
        "metadata": client => client.wallets().execute("w", &payment(1).metadata(list()));
        "attempt_id": client => client.wallets().post_entry("w", &entry(""));
        "amount_minor": client => client.wallets().post_entry("w", &broken);
        "org_id": client => client.wallets().post_entry("w", &foreign);
        "metadata": client => client.wallets().post_entry("w", &entry("a").metadata(list()));
        "display_name": client => client.wallets().create(&CreateWallet::new("", Currency::BRL));
        "currency": client => client.wallets().create(&CreateWallet::new("d", ""));
        "metadata": client =>
            client.wallets().create(&CreateWallet::new("d", "BRL").metadata(list()));
        "connection_id": client =>
            client.wallets().add_funding_source("w", &AddFundingSource::new("", "BRL"));
        "currency": client =>
            client.wallets().add_funding_source("w", &AddFundingSource::new("c", ""));
        "source": client =>
            client.wallets().import_statement("w", &ImportStatement::new("My Bank", vec![]));
        "entries": client =>
            client.wallets().import_statement("w", &ImportStatement::new("bank", vec![]));
        "entries[0].currency": client => client
            .wallets()
            .import_statement("w", &ImportStatement::new("bank", vec![no_currency.clone()]));
        "status": client =>
            client.wallets().resolve_anomaly("w", "a", &ResolveAnomaly::new(AnomalyStatus::Open));
    }
}

#[test]
fn test_money() {
    let amount = "amount_minor";
    for units in [0, 1_000_001] {
        let args = FundAccount::new(Minor::new(units), "k");
        refuses(amount, |client| client.account().fund(&args).map(drop));
    }
    refused! {
        "idempotency_key": client => client.account().fund(&FundAccount::new(one(), ""));
        "consumer_id": client => client.test_money().fund(&FundTestAccount::new("", one()));
        "amount_minor": client =>
            client.test_money().fund(&FundTestAccount::new("c", Minor::new(0)));
        "consumer_id": client => client.test_money().pix_in(&TestPixIn::new("", one()));
        "amount_minor": client =>
            client.test_money().pix_in(&TestPixIn::new("c", Minor::new(0)));
        "transaction_id": client =>
            client.test_money().settle_pix_in(&SettleTestPixIn::new("c", one(), ""));
    }
}

#[test]
fn consumers_and_sellers() {
    use SellerDocumentType::{Cnpj, Cpf};
    let cnpj = || seller("12345678000195", Cnpj, TaxType::Mei);
    let late = SellerTransfers::new(true, SellerTransferFrequency::Daily, "PIX");
    let late = cnpj().transfer_configurations(late.utc_hour_of_day(24_u32));
    let mut unreachable = cnpj();
    unreachable.contact = list();
    let mut homeless = cnpj();
    homeless.address = list();
    let mut nameless = cnpj();
    nameless.full_name = "".into();
    let mut idle = cnpj();
    idle.mcc = String::new();
    let text = "x".repeat(501);
    refused! {
        "document_number": client => client.sellers().create(&seller("1", Cpf, TaxType::Pf));
        "document_number": client =>
            client.sellers().create(&seller("12.345.678/00", Cnpj, TaxType::Me));
        "document_tax_type": client =>
            client.sellers().create(&seller("11144477735", Cpf, TaxType::Mei));
        "document_tax_type": client =>
            client.sellers().create(&seller("12345678000195", Cnpj, TaxType::Pf));
        "transfer_configurations.utc_hour_of_day": client => client.sellers().create(&late);
        "contact": client => client.sellers().create(&unreachable);
        "address": client => client.sellers().create(&homeless);
        "full_name": client => client.sellers().create(&nameless);
        "mcc": client => client.sellers().create(&idle);
        "net_worth": client => client.sellers().create(&cnpj().net_worth(f64::NAN));
        "metadata": client =>
            client.consumers().create(&CreateConsumer::default().metadata(list()));
        "metadata": client =>
            client.consumers().update("c", &UpdateConsumer::default().metadata(list()));
        "proof": client => client.consumers().record_delivery("r", &delivery(""));
        "proof": client => client.consumers().record_delivery("r", &delivery(&text));
        "nfe_chave": client =>
            client.consumers().record_delivery("r", &delivery("p").nfe_chave(""));
        "target": client => client
            .contact_verifications()
            .create("c", &CreateContactVerification::new(ContactChannel::Email, ""));
        "code": client => client.contact_verifications().verify("c", "v", &VerifyContact::new("1"));
        "code": client =>
            client.contact_verifications().verify("c", "v", &VerifyContact::new("12e4"));
        "document": client =>
            client.dda().subscriptions().create("c", &CreateDdaSubscription::new("", "k"));
        "idempotency_key": client =>
            client.dda().subscriptions().create("c", &CreateDdaSubscription::new("1", ""));
        "from_date": client => client.dda().boletos("c", "01/12/2026", "2026-12-31");
        "to_date": client => client.dda().boletos("c", "2026-12-01", "2026-12-31T00:00:00Z");
    }
}
