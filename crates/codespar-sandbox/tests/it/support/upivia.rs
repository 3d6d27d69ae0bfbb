//! The same for the Upivia side, with its three credentials.

use codespar_sandbox::{Builder, Sandbox};
use serde_json::{Value, json};

use super::{Bench, Reply};

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum As<'a> {
    Agent,
    /// An agent with this key.
    Key(&'a str),
    Token,
    Session,
    /// A session with another cookie beside its own.
    Switched(&'a str),
    Nobody,
}

pub(crate) struct Upivia {
    pub(crate) bench: Bench,
}

pub(crate) fn upivia() -> Upivia {
    upivia_of(Sandbox::builder())
}

pub(crate) fn upivia_of(builder: Builder) -> Upivia {
    Upivia { bench: super::bench(builder) }
}

impl Upivia {
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.bench.sandbox
    }

    fn headers(&self, who: As<'_>) -> Vec<(String, String)> {
        let sandbox = self.sandbox();
        let bearer = |key: &str| vec![("authorization".to_owned(), format!("Bearer {key}"))];
        let cookie = |value: String| vec![("cookie".to_owned(), value)];
        let own = sandbox.upivia_session_cookie();
        match who {
            As::Agent => bearer(sandbox.upivia_agent_key()),
            As::Key(key) => bearer(key),
            As::Token => bearer(sandbox.upivia_pat()),
            As::Session => cookie(own.to_owned()),
            As::Switched(other) => cookie(format!("{own}; {other}")),
            As::Nobody => Vec::new(),
        }
    }

    /// Calls a path below `/api/v1`.
    pub(crate) fn call(&self, who: As<'_>, method: &str, path: &str, body: Option<Value>) -> Reply {
        let bytes = body.as_ref().map(|body| body.to_string().into_bytes());
        let media_type = body.is_some().then_some("application/json");
        self.send(who, method, path, bytes, media_type, &[])
    }

    /// Sends any body, with more headers.
    pub(crate) fn send(
        &self,
        who: As<'_>,
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
        media_type: Option<&str>,
        more: &[(&str, &str)],
    ) -> Reply {
        let mut headers = self.headers(who);
        headers.extend(more.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        let path = format!("/upivia/api/v1{path}");
        self.bench.send_as(&headers, method, &path, body, media_type).unwrap()
    }

    pub(crate) fn get(&self, who: As<'_>, path: &str) -> Reply {
        self.call(who, "GET", path, None)
    }

    pub(crate) fn post(&self, who: As<'_>, path: &str, body: Value) -> Reply {
        self.call(who, "POST", path, Some(body))
    }

    pub(crate) fn patch(&self, who: As<'_>, path: &str, body: Value) -> Reply {
        self.call(who, "PATCH", path, Some(body))
    }

    pub(crate) fn delete(&self, who: As<'_>, path: &str) -> Reply {
        self.call(who, "DELETE", path, None)
    }

    /// Posts what must go well, and gives back the answer.
    pub(crate) fn made(&self, who: As<'_>, path: &str, body: Value) -> Value {
        let reply = self.post(who, path, body);
        assert!((200..300).contains(&reply.status), "{path}: {} {}", reply.status, reply.text);
        reply.body
    }

    /// Reads what must be there.
    pub(crate) fn read(&self, who: As<'_>, path: &str) -> Value {
        let reply = self.get(who, path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.body
    }

    /// Reads until this holds.
    pub(crate) fn read_until(
        &self,
        who: As<'_>,
        path: &str,
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        for _ in 0..2_000 {
            let body = self.read(who, path);
            if holds(&body) {
                return body;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("{path} does not get there");
    }

    /// Asks for a mail with this metadata.
    pub(crate) fn mail(&self, key: Option<&str>, sandbox: Option<&str>) -> Reply {
        let mut body = json!({
            "service": "email",
            "operation": "send",
            "payload": { "to": "ana@example.com", "body": "Hello" },
            "metadata": { "sandbox": sandbox },
        });
        if let Some(key) = key {
            body["idempotency_key"] = key.into();
        }
        self.post(As::Agent, "/service-requests", body)
    }
}

/// What an answer says went wrong: status and code.
pub(crate) fn refused(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

/// The id of what is under this name.
pub(crate) fn id<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name]["id"].as_str().unwrap()
}
