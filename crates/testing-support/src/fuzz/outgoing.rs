//! What callers hand in, as it goes out.

use codespar_engine::{CallOptions, Event, Flow, Payload, Step, Transport, testing::Offline};
use codespar_proto::{Error, ErrorKind};
use http::Request;

use super::{
    errors,
    input::{END, pick, pieces},
    places::PLACES,
    requests::check_request,
};

/// Texts of a caller: any number of them; beyond the last they are empty.
pub(super) struct Texts(Vec<String>);

impl Texts {
    /// One of them.
    pub(super) fn at(&self, n: usize) -> &str {
        self.0.get(n).map(String::as_str).unwrap_or_default()
    }
}

/// The first piece says what is called, the others are texts that go into it: ids, names, values.
/// What goes out is a request that says just that, or nothing goes out.
pub fn outgoing(data: &[u8]) {
    let mut pieces_of = data.splitn(2, |byte| *byte == END);
    let (Some(name), texts) = (pieces_of.next(), pieces_of.next().unwrap_or_default()) else {
        return;
    };
    let texts = pieces(texts).map(|text| String::from_utf8_lossy(text).into_owned());
    if let Some((_, place)) = pick(name, PLACES, |(name, _)| name) {
        place(&Texts(texts.collect()), Offline::new());
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
