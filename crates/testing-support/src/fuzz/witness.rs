//! What has to hold of every conversation.

use std::time::Duration;

use bytes::Bytes;
use codespar_engine::{
    driver::{Event, Exchange},
    kit::IDEMPOTENCY_KEY,
};
use codespar_proto::{Error, ErrorKind, Verdict};
use http::{Method, StatusCode, Uri};

use super::{
    errors,
    requests::{check_elsewhere, check_request},
};

/// What may happen in a conversation.
#[derive(Clone, Copy)]
pub(super) struct Conduct {
    /// What the inputs call it.
    pub(super) name: &'static str,
    /// Whether it is opened again after refusals that mean nothing.
    pub(super) forgiving: bool,
    /// Whether it asks by POST, and changes nothing.
    pub(super) looks: bool,
    /// Whether it goes on where single calls fail, and may go well without an answer.
    pub(super) patient: bool,
}

impl Conduct {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, forgiving: false, looks: false, patient: false }
    }
}

/// Watches a conversation.
pub(super) struct Witness {
    conduct: Conduct,
    opened: Vec<Opened>,
    /// Whether the server may have seen anything.
    may_be_sent: bool,
    /// Whether the caller asks for repetitions with the call.
    asked_for: bool,
}

/// A request that was sent, and what became of it.
struct Opened {
    method: Method,
    uri: Uri,
    body: Bytes,
    key: Option<String>,
    /// Whether it changes something.
    changes: bool,
    /// Whether the server may have seen it.
    sent: bool,
    status: Option<StatusCode>,
    received: usize,
    over: bool,
}

impl Opened {
    /// Whether it was refused in a way that is known to mean nothing; or in one that leaves it
    /// open, where the caller asks for repetitions all the same.
    fn is_hiccup(&self, asked_for: bool) -> bool {
        let is_one = match self.status.map(|status| status.as_u16()) {
            Some(400) => true,
            Some(502 | 503) => asked_for,
            _ => false,
        };
        is_one && self.received == 0 && self.over
    }
}

impl Witness {
    pub(super) const fn new(conduct: Conduct, asked_for: bool) -> Self {
        Self { conduct, opened: Vec::new(), may_be_sent: false, asked_for }
    }

    /// An event is about to be told.
    pub(super) fn saw_event(&mut self, event: &Event) {
        let sent = match event {
            Event::Head(_) => true,
            Event::Failed(error) => error.may_have_been_sent(),
            _ => false,
        };
        self.may_be_sent |= sent;
        let Some(last) = self.opened.last_mut() else { return };
        last.sent |= sent;
        match event {
            Event::Head(head) => last.status = Some(head.status),
            Event::Chunk(chunk) => last.received += chunk.len(),
            Event::End => last.over = true,
            _ => {}
        }
    }

    /// A request goes out: it is one, and it may go out once more.
    pub(super) fn saw_request(&mut self, exchange: &Exchange) {
        let request = &exchange.request;
        if request.method() == Method::PUT {
            check_elsewhere(request);
        } else {
            check_request(request);
        }
        assert!(exchange.timeout.is_some(), "no time limit");
        let key = request.headers().get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok());
        let next = Opened {
            method: request.method().clone(),
            uri: request.uri().clone(),
            body: request.body().to_bytes().unwrap(),
            key: key.map(str::to_owned),
            changes: exchange.effect.is_change(),
            sent: false,
            status: None,
            received: 0,
            over: false,
        };
        if next.method == Method::POST {
            self.check_post(&next);
        }
        self.opened.push(next);
    }

    fn check_post(&self, next: &Opened) {
        let name = self.conduct.name;
        let same = self.opened.iter().filter(|before| before.uri == next.uri);
        let same = same.filter(|before| before.body == next.body);
        let mut again = 0;
        for before in same.filter(|before| before.sent) {
            assert_eq!(before.key, next.key, "{name}: another key for the same effect");
            if next.key.is_none() && !self.conduct.looks {
                again += 1;
                let forgiven =
                    self.conduct.forgiving && before.is_hiccup(self.asked_for) && again <= 2;
                assert!(forgiven, "{name}: sent twice");
            }
        }
    }

    /// A body is read: it was opened, and the server has time to send it.
    pub(super) fn saw_read(&self, idle: Option<Duration>) {
        assert!(idle.is_some_and(|idle| !idle.is_zero()), "no time to read in");
        assert!(self.opened.last().is_some_and(|last| last.status.is_some()), "nothing to read");
    }

    /// What is said of effects is no more than what is known.
    fn check_verdict(&self, error: &Error, strayed: bool) {
        let name = self.conduct.name;
        let changes = self.opened.iter().filter(|opened| opened.changes && opened.sent);
        let answers: Vec<_> = changes.map(|opened| opened.status).collect();
        let is_true = match error.verdict() {
            Verdict::NothingSent => answers.is_empty(),
            Verdict::Refused => matches!(&*answers, [] | [Some(_)]),
            // Where time ran out or the driver erred, leaving it open is on the safe side.
            _ => !answers.is_empty() || strayed || error.kind() == ErrorKind::Timeout,
        };
        assert!(is_true, "{name}: {answers:?}: {error:?}");
    }

    /// The conversation is over.
    pub(super) fn saw_end(&self, error: Option<Error>, strayed: bool) {
        let name = self.conduct.name;
        let Some(error) = error else {
            assert!(
                self.may_be_sent || self.conduct.patient,
                "{name}: it went well without an answer"
            );
            return;
        };
        errors::check(&error);
        self.check_verdict(&error, strayed);
        assert!(!self.may_be_sent || error.may_have_been_sent(), "{name}: it was sent: {error:?}");
        if self.opened.is_empty() && !strayed {
            assert!(matches!(error.kind(), ErrorKind::Config | ErrorKind::Canceled), "{error:?}");
        }
        // Where time ran out, saying so is on the safe side.
        if !self.may_be_sent && !strayed && error.kind() != ErrorKind::Timeout {
            assert!(!error.may_have_been_sent(), "{name}: nothing was sent: {error:?}");
        }
    }
}
