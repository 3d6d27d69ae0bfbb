//! Triggers: an operation that happens on a call from outside, or by the clock
//! (`/api/v1/triggers`).

pub(crate) mod args;
pub(crate) mod signature;

use std::sync::Arc;

use bytes::Bytes;
use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Items, Page, Sensitive,
    driver::Transport,
    endpoints,
    kit::{Error, PageOf, RequestBuilder, Response, Service, Unary, json_answer},
};
use http::HeaderValue;
use serde::Serialize;

pub use self::{
    args::{CreateTrigger, TriggerKind, TriggerQuery, UpdateTrigger},
    signature::{SIGNATURE, sign_trigger, verify_trigger},
};
use crate::{
    api::wrapped::{read_wrapped, with_asked_id},
    client::{
        Client,
        auth::{NOBODY, SESSION_ONLY},
    },
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the triggers of the workspace.
    fn list_page(; query: &TriggerQuery) -> TriggerList:
        "triggers.list" GET "/api/v1/triggers", auth SESSION_ONLY, pages list as "triggers.iter";
    /// Makes a trigger; the secret of one that is fired from outside is in the answer, once.
    fn create(; json: &CreateTrigger as "body") -> CreatedTrigger:
        "triggers.create" POST "/api/v1/triggers", auth SESSION_ONLY, read created_trigger;
    /// Gives what is known about a trigger.
    fn get(trigger_id) -> Response:
        "triggers.get" GET "/api/v1/triggers/{trigger_id}",
        auth SESSION_ONLY, read Response::success, part of get;
    /// Changes a trigger; agent, kind, operation and secret stay as they are.
    fn update(trigger_id; json: &UpdateTrigger) -> Response:
        "triggers.update" PATCH "/api/v1/triggers/{trigger_id}",
        auth SESSION_ONLY, read Response::success, part of update;
    /// Switches a trigger off for good, or deletes all traces of it.
    fn delete(trigger_id; query: &Purge) -> Object:
        "triggers.delete" DELETE "/api/v1/triggers/{trigger_id}", auth SESSION_ONLY;
    /// Fires a trigger: its operation happens, and may spend money.
    fn fire(trigger_id) -> RequestBuilder:
        "triggers.fire" POST "/api/v1/triggers/{trigger_id}/fire",
        effect MovesMoney, auth NOBODY, part of fire;
}

/// How much is deleted.
#[derive(Default, Args)]
struct Purge {
    /// Whether what is known of it goes too.
    #[serde(skip_serializing_if = "is_not_set")]
    purge: Option<bool>,
}

/// A flag that is off is left out.
fn is_not_set(flag: &Option<bool>) -> bool {
    *flag != Some(true)
}

/// A page of triggers.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TriggerList {
    /// The triggers of this page.
    #[wire(default)]
    pub triggers: Vec<Trigger>,
    /// The cursor of the next page, if there is one.
    pub next_cursor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PageOf for TriggerList {
    type Item = Trigger;

    fn into_page(self) -> Page<Trigger> {
        Page::new(self.triggers, self.next_cursor)
    }
}

/// A trigger: what happens, and what sets it off.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Trigger {
    /// The id of the trigger, such as `trg_1`.
    pub id: String,
    /// The agent on whose account it happens.
    pub agent_id: Option<String>,
    /// What sets it off.
    pub kind: Option<TriggerKind>,
    /// What happens, such as `email.send`.
    pub operation: Option<String>,
    /// When it happens, as a cron expression.
    pub schedule_expr: Option<String>,
    /// What the operation is given; `{{name}}` stands for a member of what is fired.
    pub payload_template: Option<Object>,
    /// Whether it is off.
    pub disabled: Option<bool>,
    /// Where it is fired from outside.
    pub fire_url: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A trigger, alone.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TriggerAnswer {
    /// The trigger that was asked about.
    pub trigger: Trigger,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A trigger that was made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CreatedTrigger {
    /// The trigger as it was made.
    pub trigger: Trigger,
    /// The secret to fire it with. No other answer has it; for a new one, delete the trigger
    /// and make another.
    pub secret: Option<Sensitive>,
    /// Where it is fired from outside.
    pub fire_url: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What came of firing a trigger. That it was accepted does not mean that it was done.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Fired {
    /// Whether the trigger took it.
    pub accepted: Option<bool>,
    /// What came of the operation: `executed`, `blocked`, others.
    pub dispatch_status: Option<String>,
    /// Why it was not done, as a code.
    pub reason_code: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The secret and the URL may stand beside the trigger or in it.
fn created_trigger(answer: Response) -> Result<CreatedTrigger, Error> {
    let mut made: CreatedTrigger = read_wrapped(&answer, "trigger")?;
    if made.secret.is_none() {
        made.secret = made.trigger.extra.get("secret").and_then(|secret| secret.read().ok());
    }
    if made.secret.is_some() {
        made.trigger.extra.remove("secret");
    }
    made.fire_url = made.fire_url.or_else(|| made.trigger.fire_url.clone());
    Ok(made)
}

/// Signs the bytes that are sent.
fn sign_request(
    service: &Arc<Service>,
    trigger_id: &str,
    secret: &str,
    payload: &Object,
) -> Result<Unary<Fired>, Error> {
    let body = Bytes::copy_from_slice(payload.as_json().as_str().as_bytes());
    let mut signature = HeaderValue::try_from(sign_trigger(secret, &body)?)
        .map_err(|error| Error::config("secret", "expected a secret").with_source(error))?;
    signature.set_sensitive(true);
    let builder = fire(service, trigger_id)
        .body("application/json", body.into())
        .header(SIGNATURE, signature);
    Ok(builder.unary(service, json_answer))
}

/// What is fired: an object; nothing is one without members.
fn payload_of<P: Serialize + ?Sized>(payload: &P) -> Result<Object, Error> {
    let json = codespar_engine::kit::encode("payload", payload)?;
    if json == b"null" { Ok(Object::empty()) } else { Object::of("payload", payload) }
}

/// Triggers: an operation that happens on a call from outside, or by the clock
/// (`/api/v1/triggers`).
#[derive(Handle)]
#[handle(Client.triggers)]
pub struct Triggers<T> {
    client: Client<T>,
}

impl<T: Transport> Triggers<T> {
    /// A page of the triggers (`GET /api/v1/triggers`, session cookie only).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::triggers::TriggerQuery;
    ///
    /// let page = client.triggers().list_page(&TriggerQuery::default().limit(50)).send()?;
    /// println!("{} triggers, next {:?}", page.triggers.len(), page.next_cursor);
    /// # Ok(()) }
    /// ```
    pub fn list_page(&self, query: &TriggerQuery) -> Call<T, TriggerList> {
        self.client().api.call(list_page(self.client().api.service(), query))
    }

    /// All triggers, page after page, as they are asked for.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit` or `cursor`; `Decode` when the server's cursors lead in circles.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::triggers::TriggerQuery;
    ///
    /// for trigger in client.triggers().list(&TriggerQuery::default()) {
    ///     println!("{:?}", trigger?.operation);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "iter")]
    pub fn list(&self, query: &TriggerQuery) -> Items<T, Trigger> {
        self.client().api.items(list(self.client().api.service(), query))
    }

    /// Makes a trigger (`POST /api/v1/triggers`, session cookie only). The secret of one that is
    /// fired from outside is in this answer, and nowhere else afterwards.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming what is missing: `agent_id`, `operation`, `schedule_expr`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::triggers::CreateTrigger;
    ///
    /// let template = serde_json::json!({"to": "ana@example.com", "body": "{{message}}"});
    /// let trigger = CreateTrigger::webhook("agt_1", "email.send", &template)?;
    /// let made = client.triggers().create(&trigger).send()?;
    /// let secret = made.secret.as_ref().map(|secret| secret.expose());
    /// println!("{} {:?}", made.trigger.id, secret.is_some());
    /// # Ok(()) }
    /// ```
    pub fn create(&self, trigger: &CreateTrigger) -> Call<T, CreatedTrigger> {
        self.client().api.call(create(self.client().api.service(), trigger))
    }

    /// A trigger (`GET /api/v1/triggers/{id}`, session cookie only).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `trigger_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.triggers().get("trg_1").send()?.trigger.disabled);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, trigger_id: &str) -> Call<T, TriggerAnswer> {
        let question = get(self.client().api.service(), trigger_id);
        self.client().api.call(with_asked_id(question, "trigger", trigger_id))
    }

    /// Changes a trigger (`PATCH /api/v1/triggers/{id}`, session cookie only). Agent, kind,
    /// operation and secret stay as they are.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `trigger_id`, or `patch` when nothing changes.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::triggers::UpdateTrigger;
    ///
    /// client.triggers().update("trg_1", &UpdateTrigger::default().disabled(true)).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, trigger_id: &str, patch: &UpdateTrigger) -> Call<T, TriggerAnswer> {
        let question = update(self.client().api.service(), trigger_id, patch);
        self.client().api.call(with_asked_id(question, "trigger", trigger_id))
    }

    /// Switches a trigger off for good (`DELETE /api/v1/triggers/{id}`, session cookie only).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `trigger_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.triggers().delete("trg_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, trigger_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), trigger_id, &Purge::default()))
    }

    /// Deletes a trigger and all traces of it
    /// (`DELETE /api/v1/triggers/{id}?purge=true`, session cookie only). Only servers that are
    /// set up to allow it do so.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `trigger_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.triggers().purge("trg_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn purge(&self, trigger_id: &str) -> Call<T, Object> {
        let purge = Purge::default().purge(true);
        self.client().api.call(delete(self.client().api.service(), trigger_id, &purge))
    }

    /// Fires a trigger (`POST /api/v1/triggers/{id}/fire`), with no credentials but the
    /// signature: HMAC-SHA256 with the trigger's secret over exactly the bytes that are sent.
    /// `payload` is anything that serializes to a JSON object; `()` is an empty one. Never
    /// repeated.
    ///
    /// The server accepts before it acts: see [`Fired::dispatch_status`] for what came of it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `trigger_id`, `secret` when it is empty, or `payload` when it is no
    /// object or a number in it is not finite. `Api` with `invalid_signature`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let payload = serde_json::json!({"message": "Oi"});
    /// let fired = client.triggers().fire("trg_1", "whsec_…", &payload).send()?;
    /// println!("{:?} {:?}", fired.dispatch_status, fired.reason_code);
    /// # Ok(()) }
    /// ```
    pub fn fire<P: Serialize + ?Sized>(
        &self,
        trigger_id: &str,
        secret: &str,
        payload: &P,
    ) -> Call<T, Fired> {
        let flow = payload_of(payload).and_then(|payload| {
            sign_request(self.client().api.service(), trigger_id, secret, &payload)
        });
        self.client().api.checked("triggers.fire", flow)
    }
}
