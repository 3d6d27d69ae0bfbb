//! `--reference`: an operation of the program by way of the outbox.

use std::time::Duration;

use codespar_blocking::{Call, Client, Config, Error, Json, Session, UreqTransport, registry};
use codespar_engine::{kit::Failed, registry::Started};
use codespar_outbox::{OutboxError, Outcome, Row, State};

use crate::{
    outbox::{FileOutbox, before_sending, exit, open, reference::Reference, while_sending},
    outcome::{Exit, Failure, unsent},
    output::{note, note_flushed},
    plan::{Place, Plan, SessionOf},
    rows::{KEY, KeySlot},
    run::Came,
    settings::retries,
};

/// How long an answer that was lost is asked for, before that is left to `outbox reconcile`.
const PATIENCE: Duration = Duration::from_secs(10);

impl Plan<'_> {
    /// Sends it by way of the outbox, unless that was done before.
    pub(crate) fn through_outbox(
        &mut self,
        reference: &Reference,
        config: Config,
        place: &Place,
    ) -> Result<Came, Failure> {
        self.allow(place)?;
        self.open_output()?;
        let client = Client::with_config(config).map_err(unsent)?;
        let outbox = open(&client, self.matches)?;
        let outcome = match reference.at_most_once {
            true => self.at_most_once(reference, &client, &outbox)?,
            false => self.once(reference, &client, &outbox)?,
        };
        let Some(Outcome { row, output, .. }) = outcome else { return Ok(Came::Shown) };
        match (exit(&row), output) {
            (Exit::Done, Some(output)) => Ok(Came::Result(output)),
            (Exit::Done, None) => {
                note(&format!("{}: it is {}, its answer is not kept", reference.text, row.state));
                Ok(Came::Shown)
            }
            (exit, _) => {
                let code = row.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
                let said = said(&row, &code);
                let mut failure = Failure::new(exit, said);
                failure.approval = row.approval.as_deref().map(Into::into);
                failure.next = match exit {
                    Exit::Refused => None,
                    // Held: how to wait for the person is said there.
                    Exit::Held => None,
                    _ if row.state.is_open() => Some("codespar outbox reconcile".to_owned()),
                    _ => Some(format!("codespar outbox show {}", reference.text)),
                };
                Err(failure)
            }
        }
    }

    fn once(
        &mut self,
        reference: &Reference,
        client: &Client,
        outbox: &FileOutbox,
    ) -> Result<Option<Outcome<Json>>, Failure> {
        let name = match self.row.key_slot() {
            KeySlot::Argument(name) => name,
            _ => KEY,
        };
        let (operation, members) = (self.row.operation.name, self.members.clone());
        let call = |id: &str| {
            let mut members = members.clone();
            let args = Json::of(id).and_then(|id| {
                members.insert(name.to_owned(), id);
                Json::of(&members)
            });
            args.and_then(|args| one_call(registry::start_on_client(client, operation, &args)))
                .unwrap_or_else(|error| Call::new(client.transport().clone(), Failed::with(error)))
        };
        let once = outbox.once(&reference.text, call).map_err(before_sending)?;
        self.told(once.id())?;
        let patience = self.patience()?;
        once.patience(patience).send().map(Some).map_err(while_sending)
    }

    fn at_most_once(
        &mut self,
        reference: &Reference,
        client: &Client,
        outbox: &FileOutbox,
    ) -> Result<Option<Outcome<Json>>, Failure> {
        if !self.row.is_of_session() {
            let call = registry::start_on_client(client, self.row.operation.name, &self.args()?);
            let call = one_call(call).map_err(unsent)?;
            return self.sent_once(reference, call, outbox).map_err(Sending::failure).map(Some);
        }
        let is_own = matches!(self.session, SessionOf::NamedOrOpened { .. });
        if !is_own || self.named_session().is_some() {
            let session = self.session_at(client)?;
            return self
                .in_session(reference, &session, outbox)
                .map_err(Sending::failure)
                .map(Some);
        }
        if let Some(known) = self.in_its_session(reference, client, outbox)? {
            return Ok(known);
        }
        let session = self.session_at(client)?;
        match self.in_session(reference, &session, outbox) {
            // Another run was faster, in another session.
            Err(Sending::Before(OutboxError::OtherArguments { .. })) => {
                self.close_session();
                let gone = || Failure::new(Exit::Internal, "a reference that is used has a row");
                self.in_its_session(reference, client, outbox)?.ok_or_else(gone)
            }
            Err(sending) => {
                if let Sending::While(_) = sending {
                    self.leave_session();
                }
                Err(sending.failure())
            }
            Ok(outcome) => {
                if outcome.row.state.is_open() {
                    self.leave_session();
                }
                Ok(Some(outcome))
            }
        }
    }

    /// Leaves the session that was opened for this to a later run, which goes on in it.
    fn leave_session(&mut self) {
        self.opened = None;
    }

    /// What was begun before in a session that was opened for it goes on in that one, where it
    /// stands for the same and was not sent; `None` where nothing was begun.
    fn in_its_session(
        &mut self,
        reference: &Reference,
        client: &Client,
        outbox: &FileOutbox,
    ) -> Result<Option<Option<Outcome<Json>>>, Failure> {
        let row = match outbox.row(self.row.operation.name, &reference.text) {
            Err(OutboxError::NoSuchRow) => return Ok(None),
            row => row.map_err(before_sending)?,
        };
        let path = outbox.path_of(&row).map_err(before_sending)?;
        let Some(id) = path.as_deref().and_then(session_of) else {
            return self.without_request(&row).map(|()| Some(None));
        };
        note(&format!("session: {id}, that of an earlier run"));
        let session = client.session(id).map_err(unsent)?;
        let sent = self.in_session(reference, &session, outbox);
        sent.map_err(Sending::failure).map(|outcome| Some(Some(outcome)))
    }

    fn in_session(
        &self,
        reference: &Reference,
        session: &Session,
        outbox: &FileOutbox,
    ) -> Result<Outcome<Json>, Sending> {
        let args = self.args().map_err(Sending::Unmade)?;
        let call = one_call(registry::start_on_session(session, self.row.operation.name, &args));
        self.sent_once(reference, call.map_err(|error| Sending::Unmade(unsent(error)))?, outbox)
    }

    fn sent_once(
        &self,
        reference: &Reference,
        call: Call<UreqTransport, Json>,
        outbox: &FileOutbox,
    ) -> Result<Outcome<Json>, Sending> {
        let once = outbox.at_most_once(&reference.text, call).map_err(Sending::Before)?;
        // Of what was sent nothing is waited for but the end of its lease: it is not sent again.
        let once = once.patience(self.patience().map_err(Sending::Unmade)?);
        once.send().map_err(|error| match error {
            OutboxError::OtherArguments { .. } => Sending::Before(error),
            error => Sending::While(error),
        })
    }

    /// What is known of what was sent before, where the request was purged.
    fn without_request(&self, row: &Row) -> Result<(), Failure> {
        let said = said(row, "");
        match exit(row) {
            Exit::Done => {
                note(&format!(
                    "{said}; its request was removed: nobody can tell whether it was this one"
                ));
                Ok(())
            }
            exit => {
                let next = format!("codespar outbox show {}", row.name.reference);
                Err(Failure::new(exit, said).next(next))
            }
        }
    }

    /// Says the id, before anything is sent under it.
    fn told(&mut self, id: &str) -> Result<(), Failure> {
        self.key = Some(id.to_owned());
        note_flushed(&format!("key: {id}")).map_err(|error| {
            Failure::new(Exit::Failed, format!("the key cannot be shown, nothing sent: {error}"))
        })
    }

    fn patience(&self) -> Result<Duration, Failure> {
        Ok(match retries(self.matches)? {
            Some(0) => Duration::ZERO,
            _ => PATIENCE,
        })
    }
}

/// Why something that is sent at most once was not, or may not have been.
enum Sending {
    /// There is no call to be made of it.
    Unmade(Failure),
    /// Nothing was sent.
    Before(OutboxError),
    While(OutboxError),
}

impl Sending {
    fn failure(self) -> Failure {
        match self {
            Self::Unmade(failure) => failure,
            Self::Before(error) => before_sending(error),
            Self::While(error) => while_sending(error),
        }
    }
}

/// The id of the session that this is the path of a call in.
fn session_of(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/sessions/")?.split('/').next().filter(|id| !id.is_empty())
}

/// How a row stands, in words.
fn said(row: &Row, code: &str) -> String {
    let said = format!("{}: it is {}{code}", row.name.reference, row.state);
    match row.state {
        State::Ready => said + ": it was not done so far, and will be sent again",
        _ => said,
    }
}

/// The call of an operation that is one.
fn one_call<S>(
    started: Option<Result<Started<UreqTransport, S>, Error>>,
) -> Result<Call<UreqTransport, Json>, Error> {
    match started {
        Some(Ok(Started::Call(call))) => Ok(call),
        Some(Err(error)) => Err(error),
        _ => Err(Error::config("reference", "expected an operation that is one request")),
    }
}
