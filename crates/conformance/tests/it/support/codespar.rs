// What the scenarios share: a client of the sandbox, and looks at what it has received.

use std::time::Duration;

use codespar_proto::{Buyer, ChargeArgs, Config, CreateSession, Error, ErrorKind, RetryPolicy};
use codespar_sandbox::{ReceivedRequest, Sandbox};

/// A client that repeats without waiting.
pub(super) fn client_of(sandbox: &Sandbox) -> Client {
    Client::with_config(config_of(sandbox)).unwrap()
}

pub(super) fn config_of(sandbox: &Sandbox) -> Config {
    let mut retry = RetryPolicy::default();
    retry.base = Duration::from_millis(1);
    Config::new(sandbox.api_key()).base_url(sandbox.base_url()).retry(retry)
}

pub(super) fn args() -> CreateSession {
    CreateSession::new("buyer-77")
}

pub(super) fn order() -> ChargeArgs {
    ChargeArgs::pix("150.00".parse().unwrap(), "Order 42", Buyer::new("Maria Silva"))
}

/// Status and code of what the server refused.
pub(super) fn refused(error: &Error) -> (u16, &str) {
    assert_eq!(error.kind(), ErrorKind::Api, "{error:?}");
    (error.status().map_or(0, |status| status.as_u16()), error.code().unwrap_or_default())
}

/// The field that the client itself refused.
pub(super) fn wrong(error: &Error) -> &str {
    assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
    assert!(!error.may_have_been_sent());
    error.field().unwrap_or_default()
}

/// What arrived under this method and path.
pub(super) fn arrived(sandbox: &Sandbox, method: &str, path: &str) -> Vec<ReceivedRequest> {
    let mut requests = sandbox.requests();
    requests.retain(|request| request.method == method && request.path == path);
    requests
}
