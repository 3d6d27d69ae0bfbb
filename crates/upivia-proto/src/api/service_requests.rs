//! Having a paid service do something, under policy, budget and approval
//! (`/api/v1/service-requests`).

use std::{ops::Deref, sync::Arc};

use codespar_engine::{
    Args, Call, Describe, Handle, KeyRule,
    describe::Shape,
    driver::{BoxFlow, Flow, Transport},
    endpoints,
    kit::{Check, Error, IdempotencyKey, Last, Map, Unary, check_filled},
};
use serde::Serialize;

use crate::{
    client::{Client, auth::AGENT},
    types::{
        object::Object,
        outcome::{Outcome, outcome},
        wait::{Wait, late_error},
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Has a paid service do something, under policy, budget and approval.
    fn create(; json: &Body<'_>) -> Outcome:
        "service_requests.create" POST "/api/v1/service-requests" Keyed,
        effect MovesMoney, key KeyRule::HeaderAndBody, auth AGENT, read outcome, part of create;
    /// Says what came of a service request.
    fn get(request_id) -> Outcome:
        "service_requests.get" GET "/api/v1/service-requests/{request_id}",
        auth AGENT, read outcome;
}

const CREATE: &str = "service_requests.create";
const DECIDED: &str = "service_requests.decided";
const CREATE_AND_WAIT: &str = "service_requests.create_and_wait";

/// What a service is to do.
///
/// ```
/// use upivia_proto::ServiceRequest;
///
/// let email = serde_json::json!({"to": "ana@example.com", "subject": "Oi", "body": "Oi."});
/// let request = ServiceRequest::new("email", "send", &email)?;
///
/// // What JSON cannot say is refused here, before anything is sent.
/// let error = ServiceRequest::new("email", "send", &f64::NAN).unwrap_err();
/// assert_eq!(error.field(), Some("payload"));
/// # Ok::<(), upivia_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, no_new)]
#[non_exhaustive]
pub struct ServiceRequest {
    /// The service, such as `email`.
    pub service: String,
    /// The operation, such as `send`.
    pub operation: String,
    /// What the operation takes.
    #[wire(personal)]
    pub payload: Object,
    /// Notes kept with the request.
    #[wire(personal)]
    pub metadata: Option<Object>,
}

impl ServiceRequest {
    /// An operation of a service, with what it takes: anything that serializes to a JSON object.
    ///
    /// # Errors
    /// `Config` naming `payload`: it is no object, or a number in it is not finite.
    pub fn new<P: Serialize + ?Sized>(
        service: impl Into<String>,
        operation: impl Into<String>,
        payload: &P,
    ) -> Result<Self, Error> {
        Ok(Self {
            service: service.into(),
            operation: operation.into(),
            payload: Object::of("payload", payload)?,
            metadata: None,
        })
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("service", &self.service)?;
        check_filled("operation", &self.operation)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    request: &'a ServiceRequest,
    idempotency_key: &'a str,
}

impl Check for Body<'_> {
    fn check(&self) -> Result<(), Error> {
        self.request.check()
    }
}

/// What came of a service request, and the key it was made under.
///
/// It dereferences to the outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Requested {
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The idempotency key, the caller's or one that was made up: the same key with the same
    /// request is answered again, and has no effect again.
    pub idempotency_key: String,
}

impl Describe for Requested {
    const SHAPE: &'static Shape = {
        /// The key of an outcome.
        #[derive(Describe)]
        #[wire(open)]
        #[allow(dead_code, reason = "it is described only")]
        struct RequestedKey {
            /// The idempotency key that the request went out under.
            idempotency_key: String,
        }
        &Shape::AllOf(&[Outcome::SHAPE, RequestedKey::SHAPE])
    };
}

impl Requested {
    /// An outcome of a request that was made under this key.
    pub fn new(outcome: Outcome, idempotency_key: impl Into<String>) -> Self {
        Self { outcome, idempotency_key: idempotency_key.into() }
    }
}

impl Deref for Requested {
    type Target = Outcome;

    fn deref(&self) -> &Outcome {
        &self.outcome
    }
}

/// Service requests: what an agent has services do (`/api/v1/service-requests`).
#[derive(Handle)]
#[handle(Client.service_requests)]
pub struct ServiceRequests<T> {
    client: Client<T>,
}

impl<T: Transport> ServiceRequests<T> {
    /// Has a service do something (`POST /api/v1/service-requests`, agent key).
    ///
    /// It is executed, blocked, failed, running or parked for approval: all of these are
    /// outcomes, not errors. The request carries an idempotency key, the one given to
    /// [`Call::idempotency_key`], one of
    /// [`Config::idempotency_keys`](crate::Config::idempotency_keys) or one that is made up, and is
    /// repeated under it where the server cannot be reached or is busy.
    ///
    /// Idempotency: a key of the caller's, or one that is made up; repeated under it.
    ///
    /// # Errors
    /// `Config`: an empty service or operation, a missing agent key. `Api` with
    /// `idempotency_key_payload_mismatch`: the key was used before, for something else.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{Outcome, ServiceRequest};
    ///
    /// let query = serde_json::json!({"query": "pix"});
    /// let search = ServiceRequest::new("web_search", "search", &query)?;
    /// let made = client.service_requests().create(&search).idempotency_key("search-42").send()?;
    /// assert_eq!(made.idempotency_key, "search-42");
    /// if let Outcome::Blocked(stopped) = &made.outcome {
    ///     println!("blocked: {:?}", stopped.reason_code);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn create(&self, request: &ServiceRequest) -> Call<T, Requested> {
        let flow = submit(self.client(), request);
        self.client().api.checked(CREATE, flow)
    }

    /// How a service request stands (`GET /api/v1/service-requests/{id}`, agent key). An agent
    /// sees only its own.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config`: an id that is empty, `.` or `..`, a missing agent key. `Api` with `not_found`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let outcome = client.service_requests().get("req_7").send()?;
    /// println!("{}", outcome.status());
    /// # Ok(()) }
    /// ```
    pub fn get(&self, request_id: &str) -> Call<T, Outcome> {
        self.client().api.call(get(self.client().api.service(), request_id))
    }

    /// Has a service do something and waits while it is running: [`create`](Self::create), then
    /// [`get`](Self::get) after growing pauses.
    ///
    /// A request that waits for an approval is returned at once: a person must act first, and
    /// [`decided`](Self::decided) waits for that. The
    /// time limit of the call ([`Call::timeout`]) is for each request; `wait` is for the whole.
    ///
    /// Idempotency: a key of the caller's, or one that is made up, for the first request; that one
    /// is repeated under it.
    ///
    /// # Errors
    /// As [`create`](Self::create); `Config` naming `timeout` or `poll_interval` for a wait
    /// without time; `Timeout` when it is still running at the end. Once the request was taken,
    /// each error says so ([`Error::may_have_been_sent`]) and holds what was seen last:
    /// `error.last::<Requested>()`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{ServiceRequest, Wait};
    ///
    /// let call = serde_json::json!({"to": "+5511999887766", "say": "Your order has left."});
    /// let call = ServiceRequest::new("voice_call", "create", &call)?;
    /// let made = client.service_requests().create_and_wait(&call, Wait::default()).send()?;
    /// println!("{} for {:?} cents", made.status(), made.cost_cents());
    /// # Ok(()) }
    /// ```
    pub fn create_and_wait(&self, request: &ServiceRequest, wait: Wait) -> Call<T, Requested> {
        let flow = submit_and_wait(self.client(), request, wait);
        self.client().api.checked(CREATE_AND_WAIT, flow)
    }

    /// Waits until a service request that is parked or running has come to its end: until a person
    /// has decided about it, and it was carried out or refused
    /// (`GET /api/v1/service-requests/{id}` after growing pauses, agent key).
    ///
    /// The time limit of the call ([`Call::timeout`]) is for each request; `wait` is for the whole,
    /// 300 s unless it says more: people take their time.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As [`get`](Self::get); `Config` naming `timeout` or `poll_interval` for a wait without time;
    /// `Timeout` when nobody has decided by then. What was seen last is in
    /// `error.last::<Outcome>()`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use std::time::Duration;
    /// use upivia_proto::Wait;
    ///
    /// let wait = Wait::default().at_most(Duration::from_secs(3_600));
    /// let outcome = client.service_requests().decided("req_7", wait).send()?;
    /// println!("{}", outcome.status());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "approval")]
    #[doc(alias = "wait")]
    #[doc(alias = "poll")]
    pub fn decided(&self, request_id: &str, wait: Wait) -> Call<T, Outcome> {
        let flow = until_decided(self.client(), request_id, wait);
        self.client().api.checked(DECIDED, flow)
    }
}

fn until_decided<T>(
    client: &Client<T>,
    request_id: &str,
    wait: Wait,
) -> Result<Last<Outcome>, Error> {
    wait.check()?;
    let (service, id) = (Arc::clone(client.api.service()), request_id.to_owned());
    let first = get(&service, &id);
    let late = format!("service request {id}");
    let ask = move |_: Option<&Outcome>| -> Result<BoxFlow<Outcome>, Error> {
        Ok(Box::new(get(&service, &id)))
    };
    let is_over = |seen: &Outcome| {
        seen.is_known() && !seen.is_running() && !matches!(seen, Outcome::ApprovalRequired(_))
    };
    Ok(wait.poll(DECIDED, first, ask, is_over, move |_, limit| late_error(&late, limit)))
}

/// Names the key that a request was made under, beside what came of it.
fn name_key<F: Flow<Output = Outcome>>(question: F, key: &str) -> Map<F, Requested> {
    let idempotency_key = key.to_owned();
    Map::new(question, move |outcome| Ok(Requested::new(outcome, idempotency_key)))
}

pub(crate) fn submit<T>(
    client: &Client<T>,
    request: &ServiceRequest,
) -> Result<IdempotencyKey<Map<Unary<Outcome>, Requested>>, Error> {
    request.check()?;
    let (service, request) = (Arc::clone(client.api.service()), request.clone());
    Ok(client.with_known_key(CREATE, move |key| {
        let body = Body { request: &request, idempotency_key: key };
        name_key(create(&service, &body), key)
    }))
}

/// Looks at a request again while it is running.
fn submit_and_wait<T>(
    client: &Client<T>,
    request: &ServiceRequest,
    wait: Wait,
) -> Result<IdempotencyKey<Last<Requested>>, Error> {
    request.check()?;
    wait.check()?;
    let (service, request) = (Arc::clone(client.api.service()), request.clone());
    Ok(client.with_known_key(CREATE_AND_WAIT, move |key| {
        let body = Body { request: &request, idempotency_key: key };
        let first = name_key(create(&service, &body), key);
        let (key, mut id) = (key.to_owned(), None);
        let ask = move |seen: Option<&Requested>| -> Result<BoxFlow<Requested>, Error> {
            id = id.take().or_else(|| seen?.request_id().map(str::to_owned));
            let none = || Error::decode("request_id: the server gave none");
            Ok(Box::new(name_key(get(&service, id.as_deref().ok_or_else(none)?), &key)))
        };
        wait.poll(CREATE_AND_WAIT, first, ask, is_over(), |seen, limit| {
            let id = seen.request_id().unwrap_or("without an id");
            late_error(&format!("service request {id}"), limit)
        })
    }))
}

/// The first answer is taken as it is; later on, a status that is not known is no end.
fn is_over() -> impl FnMut(&Requested) -> bool {
    let mut is_first = true;
    move |seen| {
        let is_known = std::mem::take(&mut is_first) || seen.is_known();
        is_known && !seen.is_running()
    }
}
