//! What a handler is given: a request, and the state that it may change.

use serde_json::{Map, Value};

use crate::{
    server::{
        errors::{Refusal, framework},
        json_object::{JsonObject, issue, through_javascript},
        log::ReceivedRequest,
        response::Response,
    },
    store::{
        clock::Now,
        context::Context,
        raw_json::{self, RawObject},
        settings::Settings,
        state::State,
    },
};

/// What a handler gives back.
pub(crate) type HandlerResult = Result<Response, Refusal>;

/// One request on its way through a handler.
pub(crate) struct Request<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) settings: &'a Settings,
    pub(crate) received: &'a ReceivedRequest,
    /// The parts of a multipart body.
    pub(crate) parts: &'a [Part],
    /// The project the request speaks for.
    pub(crate) project: &'a str,
    pub(crate) now: Now,
    /// The parameters of the path, decoded, in order.
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
}

/// One part of a multipart body.
pub(crate) struct Part {
    pub(crate) name: Option<String>,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) bytes: bytes::Bytes,
}

impl<'a> Request<'a> {
    /// The first parameter of the path.
    pub(crate) fn id(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }

    /// The second parameter of the path.
    pub(crate) fn second_id(&self) -> &str {
        self.path.get(1).map_or("", String::as_str)
    }

    /// What it shares with whatever else changes the store.
    pub(crate) fn context(&mut self) -> Context<'_> {
        Context { state: self.state, settings: self.settings, project: self.project, now: self.now }
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn idempotency_key(&self) -> Option<&'a str> {
        self.received.header("idempotency-key").filter(|key| !key.is_empty())
    }

    /// The JSON object in the body.
    pub(crate) fn body(&self) -> Result<JsonObject, Refusal> {
        match self.json()? {
            Some(Value::Object(members)) => Ok(JsonObject::new(members)),
            Some(_) => Err(issue("", "must be an object").into()),
            None => Err(issue("", "required").into()),
        }
    }

    /// The JSON object in the body, empty when there is no body.
    pub(crate) fn maybe_body(&self) -> Result<JsonObject, Refusal> {
        match self.json()? {
            None => Ok(JsonObject::new(Map::new())),
            Some(_) => self.body(),
        }
    }

    /// The members of the body as they were sent.
    pub(crate) fn members(&self) -> RawObject {
        RawObject::read(&self.received.body)
    }

    /// A member of the body as it was sent, for what only has to come back; null without it.
    pub(crate) fn verbatim(&self, name: &str) -> Value {
        self.members().get(name).map(raw_json::embed).unwrap_or_default()
    }

    fn json(&self) -> Result<Option<Value>, Refusal> {
        if self.received.body.is_empty() {
            return Ok(None);
        }
        let value = serde_json::from_slice(&self.received.body).map_err(|_| invalid_json())?;
        Ok(Some(through_javascript(value)))
    }
}

fn invalid_json() -> Refusal {
    framework(
        http::StatusCode::BAD_REQUEST,
        "FST_ERR_CTP_INVALID_JSON_BODY",
        "Body is not valid JSON but content-type is set to 'application/json'",
    )
    .into()
}
