//! Cassettes: a day at a shop is recorded on the sandbox, answers again without it, and holds
//! nothing that is secret or about the buyer.

use codespar_proto::{
    Buyer, Call, ChargeArgs, ChargeMethod, Client, CreateCharge, CreateSession, Currency, Error,
    Items, Json, Sensitive,
    api_keys::CreateApiKey,
    testing::{Cassette, RecordMode, Recorder},
    webhook_endpoints::CreateWebhookEndpoint,
};
use codespar_sandbox::Sandbox;
use serde_json::json;
use testing_support::driver::{Asynchronous, Blocking, Driver, TestResult, runtime};

use crate::support::codespar::config_of;

testing_support::with_both_drivers! {
    a_day_is_recorded_without_secrets_and_replayed_without_a_server
}

/// A driver whose calls are recorded, and how they are finished.
trait Recording: Driver {
    fn finish_recorded<O: Send + 'static>(call: Call<Recorder<Self>, O>) -> Result<O, Error>;

    fn collect_recorded<I: Send + 'static>(
        items: Items<Recorder<Self>, I>,
    ) -> Result<Vec<I>, Error>;
}

impl Recording for Blocking {
    fn finish_recorded<O: Send + 'static>(call: Call<Recorder<Self>, O>) -> Result<O, Error> {
        call.send()
    }

    fn collect_recorded<I: Send + 'static>(
        items: Items<Recorder<Self>, I>,
    ) -> Result<Vec<I>, Error> {
        items.collect()
    }
}

impl Recording for Asynchronous {
    fn finish_recorded<O: Send + 'static>(call: Call<Recorder<Self>, O>) -> Result<O, Error> {
        runtime().block_on(call.future())
    }

    fn collect_recorded<I: Send + 'static>(
        mut items: Items<Recorder<Self>, I>,
    ) -> Result<Vec<I>, Error> {
        runtime().block_on(async {
            let mut all = Vec::new();
            while let Some(item) = items.next().await {
                all.push(item?);
            }
            Ok(all)
        })
    }
}

/// What the buyer and the shop would not want to find in a repository.
const PRIVATE: [&str; 8] =
    ["Maria", "Silva", "maria@", "12345678909", "99988", "Order 42", "br.gov.bcb.pix", "whsec_"];

/// Charges, waits, talks, makes a key and an endpoint; says how it went, and the secrets it saw.
fn day<D: Recording>(client: &Client<Recorder<D>>) -> Result<(Vec<String>, Vec<String>), Error> {
    let session = D::finish_recorded(client.create(&CreateSession::new("maria@example.com")))?;
    let buyer = Buyer::new("Maria Silva")
        .email("maria@example.com")
        .document("12345678909")
        .phone("+5511999887766");
    let order = ChargeArgs::pix("150.00".parse()?, "Order 42 of Maria Silva", buyer.clone());
    let charge = D::finish_recorded(session.charge(&order))?;
    let payment = D::finish_recorded(session.settled(charge.call_id()?))?;
    let turn = D::collect_recorded(session.send_stream("Charge Maria Silva R$ 1,00 by Pix."))?;
    let own = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix).buyer(buyer);
    let own = D::finish_recorded(client.charges().create(&own))?;
    let refused = D::finish_recorded(session.execute("no_such_tool", &json!({"a": 1})))?;
    let key = D::finish_recorded(client.api_keys().create(&CreateApiKey::new("nightly")))?;
    let hook =
        CreateWebhookEndpoint::new("orders", "commerce.charge.paid", "https://shop.test/hook");
    let hook = D::finish_recorded(client.webhook_endpoints().create(&hook))?;
    let lost = D::finish_recorded(client.request("GET", "/v1/none").read::<Json>()).unwrap_err();
    let told = vec![
        charge.status.clone().unwrap_or_default(),
        format!("{:?} {:?}", charge.amount, payment.payment_status),
        format!("{} events", turn.len()),
        format!("{:?} {:?}", own.status, own.amount),
        format!("{} {:?}", refused.success, refused.outcome()),
        lost.to_string(),
    ];
    let shown = |secret: &Option<Sensitive>| {
        secret.as_ref().map(|secret| secret.expose().to_owned()).unwrap_or_default()
    };
    let secrets = vec![
        shown(&charge.pix_copy_paste),
        shown(&charge.pix_qr_code),
        key.full_key.into_exposed(),
        shown(&hook.secret),
    ];
    Ok((told, secrets))
}

fn a_day_is_recorded_without_secrets_and_replayed_without_a_server<D: Recording>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let config = config_of(&sandbox);
    let transport = Client::<D>::with_config(config.clone())?.transport().clone();
    let recorder = Cassette::new("day").open(None, transport.clone());
    let (live, secrets) = day(&Client::with_transport(config.clone(), recorder.clone())?)?;
    let text = recorder.to_jsonl();
    let key = sandbox.api_key().to_owned();
    for secret in secrets.iter().chain([&key]).map(String::as_str).chain(PRIVATE) {
        assert!(secret.len() > 4, "nothing to look for: {secret:?}");
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    drop(sandbox);

    // The server is gone. What was hidden fits all the same, whoever is charged.
    let replayer = Cassette::new("day").mode(RecordMode::None).open(Some(&text), transport);
    let (replayed, _) = day(&Client::with_transport(config, replayer.clone())?)?;
    assert_eq!(replayed, live);
    replayer.assert_done();
    Ok(())
}
