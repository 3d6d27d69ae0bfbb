//! Texts of callers, and the request or the refusal that comes of them.

use codespar_engine::{
    CallOptions, Payload,
    driver::{Clock as _, Event, Flow, Step},
    testing::Offline,
};
use codespar_proto::{Error, ErrorKind};
use http::Request;

use super::{errors, requests::check_request};

/// Texts of a caller: any number of them; beyond the last they are empty.
pub(super) struct Texts(pub(super) Vec<String>);

impl Texts {
    /// One of them.
    pub(super) fn at(&self, n: usize) -> &str {
        self.0.get(n).map(String::as_str).unwrap_or_default()
    }
}

/// The request that a flow begins with. A flow that does not begin has sent nothing, and says
/// what was wrong.
pub(super) fn first_request<I, O>(
    (mut flow, options): (Box<dyn Flow<Item = I, Output = O>>, CallOptions),
    clock: &Offline,
) -> Option<Request<Payload>> {
    match flow.resume(clock.tick(), Event::Start(options)) {
        Step::Open(exchange) => {
            check_request(&exchange.request);
            Some(exchange.request)
        }
        Step::Done(Err(error)) => {
            check_refused(&error);
            None
        }
        _ => panic!("it begins with something else"),
    }
}

/// The error of a call that did not begin.
pub(super) fn check_refused(error: &Error) {
    errors::check(error);
    assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
    assert!(!error.may_have_been_sent() && error.field().is_some(), "{error:?}");
}
