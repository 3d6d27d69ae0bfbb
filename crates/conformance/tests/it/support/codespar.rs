//! What the scenarios share: a client of the sandbox, and looks at what it has received.

use std::time::Duration;

use codespar_proto::{
    Buyer, ChargeArgs, Client, Config, CreateSession, Currency, Error, ErrorKind, Minor,
    RetryPolicy,
    consents::{ConsentIntent, ConsentRail, CreateConsent, GrantedMandate, SubmitConsent},
};
use codespar_sandbox::{ReceivedRequest, Sandbox};
use testing_support::driver::Driver;

/// A client that repeats without waiting.
pub(crate) fn client_of<D: Driver>(sandbox: &Sandbox) -> Client<D> {
    Client::<D>::with_config(config_of(sandbox)).unwrap()
}

pub(crate) fn config_of(sandbox: &Sandbox) -> Config {
    let mut retry = RetryPolicy::default();
    retry.base = Duration::from_millis(1);
    Config::new(sandbox.api_key()).base_url(sandbox.base_url()).retry(retry)
}

pub(crate) fn args() -> CreateSession {
    CreateSession::new("buyer-77")
}

pub(crate) fn order() -> ChargeArgs {
    ChargeArgs::pix("150.00".parse().unwrap(), "Order 42", Buyer::new("Maria Silva"))
}

/// Status and code of what the server refused.
pub(crate) fn refused(error: &Error) -> (u16, &str) {
    assert_eq!(error.kind(), ErrorKind::Api, "{error:?}");
    (error.status().map_or(0, |status| status.as_u16()), error.code().unwrap_or_default())
}

/// The field that the client itself refused.
pub(crate) fn wrong(error: &Error) -> &str {
    assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
    assert!(!error.may_have_been_sent());
    error.field().unwrap_or_default()
}

/// What arrived under this method and path.
pub(crate) fn arrived(sandbox: &Sandbox, method: &str, path: &str) -> Vec<ReceivedRequest> {
    let mut requests = sandbox.requests();
    requests.retain(|request| request.method == method && request.path == path);
    requests
}

/// Has a consumer grant a mandate in BRL: cap and cap per payment in minor units.
pub(crate) fn granted<D: Driver>(
    client: &Client<D>,
    consumer: &str,
    cap: i64,
    per_payment: i64,
) -> Result<GrantedMandate, Error> {
    let (cap, per_payment) = (Minor::new(cap), Minor::new(per_payment));
    let intent = ConsentIntent::new("food", cap, per_payment, Currency::BRL, 3_600_u64);
    let link = D::finish(client.consents().create(&CreateConsent::new("shopper-1", intent)))?;
    let give = SubmitConsent::new(consumer, ConsentRail::PixConsent, "provider-token");
    D::finish(client.consents().submit(link.token.expose(), &give))
}
