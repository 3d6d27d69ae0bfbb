//! What the scenarios of Upivia share: a sandbox that is quick, a client with every credential.

use std::{fmt::Debug, thread, time::Duration};

use codespar_sandbox::{ReceivedRequest, Sandbox};
use serde_json::{Value, json};
use testing_support::driver::Driver;
use upivia_proto::{
    Call, Client, Config, Error, Object, ServiceRequest, Wait, settings::RetryPolicy,
};

use super::codespar::arrived;

/// A client of Upivia.
pub(crate) type Upivia<D> = Client<D>;

/// A sandbox in which what happens by itself happens soon.
pub(crate) fn quick() -> Sandbox {
    Sandbox::builder().settle_after(Duration::from_millis(20)).start().unwrap()
}

/// A sandbox in which nothing happens by itself.
pub(crate) fn still() -> Sandbox {
    Sandbox::builder().settle_after(Duration::from_secs(3_600)).start().unwrap()
}

pub(crate) fn upivia_of<D: Driver>(sandbox: &Sandbox) -> Upivia<D> {
    Upivia::<D>::with_config(upivia_config(sandbox)).unwrap()
}

/// A configuration that repeats without waiting.
pub(crate) fn upivia_config(sandbox: &Sandbox) -> Config {
    let mut retry = RetryPolicy::default();
    retry.base = Duration::from_millis(1);
    Config::new(sandbox.upivia_url())
        .api_key(sandbox.upivia_agent_key())
        .pat(sandbox.upivia_pat())
        .session_cookie(sandbox.upivia_session_cookie())
        .retry(retry)
}

/// A client for the agent with this key, and nothing else.
pub(crate) fn agent_of<D: Driver>(sandbox: &Sandbox, key: &str) -> Upivia<D> {
    Upivia::<D>::with_config(Config::new(sandbox.upivia_url()).api_key(key)).unwrap()
}

pub(crate) fn email() -> ServiceRequest {
    ServiceRequest::new("email", "send", &json!({"to": "ana@example.com", "body": "Oi"})).unwrap()
}

pub(crate) fn call() -> ServiceRequest {
    let payload = json!({"to": "+5511999990000", "say": "Oi"});
    ServiceRequest::new("voice_call", "create", &payload).unwrap()
}

/// Asks often, and long enough for a machine that is busy.
pub(crate) fn soon() -> Wait {
    Wait::default().every(Duration::from_millis(10)).at_most(Duration::from_secs(30))
}

/// Asks often, and gives up soon.
pub(crate) fn briefly() -> Wait {
    Wait::default().every(Duration::from_millis(10)).at_most(Duration::from_millis(80))
}

pub(crate) fn value(object: &Object) -> Value {
    object.as_json().to_value()
}

/// The text at a pointer.
pub(crate) fn text(object: &Object, pointer: &str) -> String {
    let value = value(object);
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}

/// How many there are in a list.
pub(crate) fn count(object: &Object, name: &str) -> usize {
    value(object)[name].as_array().unwrap_or_else(|| panic!("no list {name}")).len()
}

/// What arrived under this method and path below `/api/v1`.
pub(crate) fn came(sandbox: &Sandbox, method: &str, path: &str) -> Vec<ReceivedRequest> {
    arrived(sandbox, method, &format!("/upivia/api/v1{path}"))
}

/// Asks until it is as wanted, which has to be soon.
pub(crate) fn until<D: Driver, O: Debug + Send + 'static>(
    ask: impl Fn() -> Call<D, O>,
    wanted: impl Fn(&O) -> bool,
) -> Result<O, Error> {
    for _ in 0..500 {
        let answer = D::finish(ask())?;
        if wanted(&answer) {
            return Ok(answer);
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{:?}", D::finish(ask()));
}
