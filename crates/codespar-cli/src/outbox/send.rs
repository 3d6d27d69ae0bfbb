//! `--reference`: an operation of the program by way of the outbox.

use std::time::Duration;

use codespar_blocking::{Call, Client, Config, Error, Json, UreqTransport, registry};
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
        let (operation, args) = (self.row.operation.name, self.args()?);
        let is_own_session = self.row.is_of_session()
            && matches!(self.session, SessionOf::NamedOrOpened { .. })
            && self.named_session().is_none();
        if is_own_session {
            // No session is opened for what was sent before.
            match outbox.row(operation, &reference.text) {
                Err(OutboxError::NoSuchRow) => {}
                Err(error) => return Err(before_sending(error)),
                Ok(row) => {
                    note(&format!("{}: it was sent before, in a session of its own", row.key()));
                    return self.sent_before(row);
                }
            }
        }
        let started = match self.row.is_of_session() {
            false => registry::start_on_client(client, operation, &args),
            true => registry::start_on_session(&self.session_at(client)?, operation, &args),
        };
        let call = one_call(started).map_err(unsent)?;
        let once = outbox.at_most_once(&reference.text, call).map_err(before_sending)?;
        once.send().map(Some).map_err(while_sending)
    }

    /// What is known of what was sent before in a session that is gone.
    fn sent_before(&self, row: Row) -> Result<Option<Outcome<Json>>, Failure> {
        match exit(&row) {
            Exit::Done => Ok(None),
            exit => {
                let said = said(&row, "");
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

/// How a row stands that is not done, in words.
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
