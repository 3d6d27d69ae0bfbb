//! Carries an operation out: the client, the call, its result, what to do next.

use std::{io, time::Duration};

use clap::ArgMatches;
use codespar_blocking::{
    CreateSession, Error, Items, Json, Session, driver::BlockingTransport, proto, registry, upivia,
};
use codespar_engine::{Effect, KeyUse, registry::Started};

use crate::{
    arguments::{Members, arguments},
    dry_run,
    interrupt::on_interrupt,
    judge::Arrived,
    options::{Taken, taken},
    outcome::{Exit, Failure, unsent},
    output::{Format, Output, failed_write, note},
    plan::{Place, Plan, SessionOf},
    progress::Waiting,
    rows::{self, Api, Row},
    settings::{Configured, Settings, retries, seconds},
};

const FOR_A_PERSON: &str = "do not repeat; a person has to look first";

/// Runs the operation that has these words.
pub(crate) fn run_words(words: &[&str], matches: &ArgMatches) -> Result<(), Failure> {
    match rows::row(words) {
        Some(row) => run(row, matches),
        None => Err(Failure::new(Exit::Internal, "a command without an operation")),
    }
}

/// Runs the command of a row.
pub(crate) fn run(row: Row, matches: &ArgMatches) -> Result<(), Failure> {
    let taken = taken(row);
    let members = arguments(matches, &taken)?;
    perform(row, taken, members, matches)
}

/// Runs an operation with these arguments, and shows what comes of it.
pub(crate) fn perform(
    row: Row,
    taken: Taken,
    members: Members,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    Plan::new(row, taken, members, matches).perform()
}

/// What came of sending.
pub(crate) enum Came {
    /// It is shown already: items, a dry run.
    Shown,
    Result(Json),
}

impl Plan<'_> {
    pub(crate) fn perform(&mut self) -> Result<(), Failure> {
        match self.send()? {
            Came::Shown => Ok(()),
            Came::Result(result) => self.show(&result),
        }
    }

    /// Sends it, once everything is so that it may be.
    pub(crate) fn send(&mut self) -> Result<Came, Failure> {
        let came = self.send_unexplained();
        if came.is_err() {
            self.close_session();
        }
        came.map_err(|failure| {
            let failure = if self.after_money { failure.of_broken_wait() } else { failure };
            self.explain(failure)
        })
    }

    fn send_unexplained(&mut self) -> Result<Came, Failure> {
        let settings = Settings::of(self.matches)?;
        match self.row.api {
            Api::CodeSpar => self.on_codespar(&settings),
            Api::Upivia => self.on_upivia(&settings),
        }
    }

    fn on_codespar(&mut self, settings: &Settings) -> Result<Came, Failure> {
        let Configured { config, environment } = settings.codespar()?;
        let offline = proto::Client::offline(config.clone()).map_err(unsent)?;
        let project = offline.project().map(str::to_owned);
        let place = Place { environment, host: offline.base_url().to_owned(), project };
        #[cfg(feature = "outbox")]
        if let Some(reference) = self.reference.clone().filter(|_| !self.is_dry_run()) {
            return self.through_outbox(&reference, config, &place);
        }
        self.make_key(|args| {
            let started = registry::start_on_client(&offline, self.row.operation.name, args)?;
            Some(started.and_then(dry_run::probe))
        })?;
        if self.is_dry_run() {
            self.check_limit()?;
            let print = dry_run::print(self, &place, |args| match self.row.is_of_session() {
                false => registry::start_on_client(&offline, self.row.operation.name, args),
                true => {
                    let session = offline.session(&self.session_id().ok()?).ok()?;
                    registry::start_on_session(&session, self.row.operation.name, args)
                }
            });
            return print.map(|()| Came::Shown);
        }
        let (name, args) = (self.row.operation.name, self.args()?);
        if matches!(self.session, SessionOf::NamedOrOpened { .. }) {
            // What is wrong is said before a session is opened for it.
            let session = offline.session(&self.session_id()?).map_err(unsent)?;
            let started = known(registry::start_on_session(&session, name, &args))?;
            dry_run::probe(started).map_err(unsent)?;
        }
        self.allow(&place)?;
        self.open_output()?;
        let client = codespar_blocking::Client::with_config(config).map_err(unsent)?;
        let started = match self.row.is_of_session() {
            false => registry::start_on_client(&client, name, &args),
            true => registry::start_on_session(&self.session_at(&client)?, name, &args),
        };
        let info = |session: proto::Session<_>| Json::of(session.info());
        self.carry_out(known(started)?, info)
    }

    fn on_upivia(&mut self, settings: &Settings) -> Result<Came, Failure> {
        let Configured { config, environment } = settings.upivia()?;
        let offline = upivia_proto::Client::offline(config.clone()).map_err(unsent)?;
        let place = Place { environment, host: offline.base_url().to_owned(), project: None };
        let name = self.row.operation.name;
        self.make_key(|args| {
            let started = upivia::registry::start(&offline, name, args)?;
            Some(started.and_then(dry_run::probe))
        })?;
        if self.is_dry_run() {
            self.check_limit()?;
            let print =
                dry_run::print(self, &place, |args| upivia::registry::start(&offline, name, args));
            return print.map(|()| Came::Shown);
        }
        self.allow(&place)?;
        self.open_output()?;
        let client = upivia::Client::with_config(config).map_err(unsent)?;
        let started = known(upivia::registry::start(&client, name, &self.args()?))?;
        self.carry_out(started, |never| match never {})
    }

    /// Where several results come one after the other, JSON is written as lines.
    pub(crate) fn lines_instead_of_json(&mut self) {
        if let Some(output) = self.output.as_mut().filter(|it| it.format == Format::Json) {
            output.format = Format::JsonLines;
        }
    }

    pub(crate) fn open_output(&mut self) -> Result<(), Failure> {
        if self.output.is_none() {
            self.output = Some(Output::open(self.matches)?.reveal(self.revealed));
        }
        Ok(())
    }

    /// The session that was named, else one that is opened for this.
    pub(crate) fn session_at(
        &mut self,
        client: &codespar_blocking::Client,
    ) -> Result<Session, Failure> {
        let named = self.named_session();
        let (SessionOf::NamedOrOpened { user_id }, None) = (&self.session, named) else {
            return client.session(&self.session_id()?).map_err(unsent);
        };
        let mut args = CreateSession::new(user_id.as_str());
        if !self.servers.is_empty() {
            args = args.servers(&self.servers);
        }
        let mut call = client.create(&args);
        if let Some(limit) = self.time_limit()? {
            call = call.timeout(limit);
        }
        on_interrupt(call.cancel_handle())?;
        // Of money, nothing is sent by that.
        let session = call.send().map_err(|error| {
            let mut failure = Failure::of_error(error, Effect::Reads);
            failure.message = format!("no session could be opened: {}", failure.message);
            failure
        })?;
        note(&format!("session: {}, opened for this", session.id()));
        self.opened = Some(session.clone());
        Ok(session)
    }

    /// Closes the session that was opened for this. What comes of it changes nothing.
    pub(crate) fn close_session(&mut self) {
        if let Some(session) = self.opened.take() {
            let _ = session.close().timeout(Duration::from_secs(5)).retries(0).send();
        }
    }

    fn time_limit(&self) -> Result<Option<Duration>, Failure> {
        match self.limit {
            Some(limit) => Ok(Some(limit)),
            None => seconds(self.matches, "timeout"),
        }
    }

    /// Makes the call; items are written as they come.
    fn carry_out<T: BlockingTransport, S: 'static>(
        &mut self,
        mut started: Started<T, S>,
        info: impl FnOnce(S) -> Result<Json, Error>,
    ) -> Result<Came, Failure> {
        let limit = self.time_limit()?;
        if let Some(limit) = limit {
            started = started.timeout(limit);
        }
        if let Some(retries) = retries(self.matches)? {
            started = started.retries(retries);
        }
        let failed = |error| Failure::of_error(error, self.effect);
        let waiting = Waiting::show(self.waits_for.as_deref(), limit);
        let result = match started {
            Started::Call(mut call) => {
                on_interrupt(call.cancel_handle())?;
                call.send().map_err(failed)?
            }
            Started::Session(mut call) => {
                on_interrupt(call.cancel_handle())?;
                info(call.send().map_err(failed)?).map_err(failed)?
            }
            Started::Items(items) => {
                drop(waiting);
                return self.show_items(items).map(|()| Came::Shown);
            }
            _ => return Err(Failure::new(Exit::Internal, "an unknown way to begin")),
        };
        Ok(Came::Result(result))
    }

    /// Writes items as they come; the whole is as its worst line.
    fn show_items<T: BlockingTransport>(&mut self, items: Items<T, Json>) -> Result<(), Failure> {
        let mut items = items;
        on_interrupt(items.cancel_handle())?;
        let mut output = self.output.take().map_or_else(|| Output::open(self.matches), Ok)?;
        let is_change = self.effect.is_change();
        let shape = self.row.operation.output;
        let written = |error: io::Error| failed_write(&error, is_change);
        let mut lines = Vec::new();
        for item in items {
            let item = match item {
                Ok(item) => item,
                Err(error) => {
                    // What came before it is worth seeing; the failure counts.
                    let _ = output.end_of_items();
                    let mut failure = Failure::of_error(error, self.effect);
                    if !lines.is_empty() && !is_change && failure.exit == Exit::Failed {
                        failure.exit = Exit::PartlyDone;
                    }
                    return Err(failure);
                }
            };
            output.item(&item, shape).map_err(written)?;
            lines.push(self.arrived(&item).exit());
        }
        output.end_of_items().map_err(written)?;
        output.remark();
        match Exit::of_lines(lines) {
            Exit::Done => Ok(()),
            exit => Err(Failure::of_lines(exit)),
        }
    }

    /// Writes a result, and says how it ended.
    pub(crate) fn show(&mut self, result: &Json) -> Result<(), Failure> {
        self.show_only(result)?;
        self.judge(result).map_err(|failure| self.explain(failure))
    }

    /// Writes a result.
    pub(crate) fn show_only(&mut self, result: &Json) -> Result<(), Failure> {
        let shape = self.row.operation.output;
        let is_money = self.effect.is_change() || self.after_money;
        let shown = self.open_output().and_then(|()| {
            let Some(output) = &mut self.output else { return Ok(()) };
            output.result(result, shape).map_err(|error| failed_write(&error, is_money))?;
            // Of what follows it is said already.
            if !self.after_money {
                output.remark();
            }
            Ok(())
        });
        shown.map_err(|failure| self.explain(failure))
    }

    /// How a result ended.
    fn judge(&self, result: &Json) -> Result<(), Failure> {
        let Some(mut failure) = self.arrived(result).failure() else { return Ok(()) };
        let request = result.member("request_id").and_then(|id| id.read::<String>().ok());
        let is_running = result.member("status").is_some_and(|it| it.as_str() == "\"running\"");
        let is_open = failure.exit == Exit::Held || is_running;
        if let (true, Api::Upivia, Some(id)) = (is_open, self.row.api, request) {
            failure.next = Some(format!("codespar upivia wait {id}"));
        }
        let is_up_to_a_person =
            result.member("key_use").is_some_and(|it| it.as_str() == "\"person_decides\"");
        if failure.exit == Exit::Unknown && is_up_to_a_person {
            failure.next = Some(FOR_A_PERSON.to_owned());
        }
        Err(failure)
    }

    fn arrived<'a>(&self, result: &'a Json) -> Arrived<'a> {
        let operation = self.row.operation;
        let (name, shape, effect) = (operation.name, operation.output, self.effect);
        Arrived { operation: name, effect, result, shape, lines: self.lines() }
    }

    /// Adds what the failure itself does not know: the command, its key, and what to do next.
    pub(crate) fn explain(&self, mut failure: Failure) -> Failure {
        failure.operation = Some(self.row.operation.name);
        let of_error = failure.error.as_ref().and_then(Error::idempotency_key);
        let was_sent = !matches!(failure.exit, Exit::Usage | Exit::NotLoggedIn);
        let key = of_error.map(str::to_owned).or_else(|| self.key.clone()).filter(|_| was_sent);
        failure.key = key;
        let is_open = failure.exit == Exit::NotSettled || self.after_money;
        if let (true, Some(again)) = (is_open, &self.again) {
            failure.next = Some(again.clone());
        }
        if failure.next.is_some() {
            return failure;
        }
        let key_use = failure.error.as_ref().map(Error::key_use);
        failure.next = match (failure.exit, &failure.key) {
            (Exit::Unknown, _) if key_use == Some(KeyUse::PersonDecides) => {
                Some(FOR_A_PERSON.to_owned())
            }
            // It looks at the mandate first, which may have ended since.
            (Exit::Unknown, Some(key)) if self.row.operation.name == "mandates.pay" => {
                Some(format!("codespar mandates look-up, with the same arguments and --key {key}"))
            }
            (Exit::Unknown, Some(key)) if !self.row.is_any_request() => {
                Some(format!("the same command with --key {key}"))
            }
            (Exit::Unknown, _) => Some(format!("do not repeat; look in {}", self.place_to_look())),
            (Exit::Held, _) if self.row.api == Api::CodeSpar => {
                failure.approval.as_ref().map(|id| format!("codespar approvals wait {id}"))
            }
            (Exit::NotLoggedIn, _) if self.row.api == Api::CodeSpar => {
                Some("codespar login".to_owned())
            }
            (Exit::NothingSent | Exit::RateLimited, Some(key)) => {
                Some(format!("the same command, with --key {key}"))
            }
            (Exit::NothingSent | Exit::RateLimited, None) => Some("the same command".to_owned()),
            _ => None,
        };
        failure
    }

    /// Where somebody sees whether it happened.
    fn place_to_look(&self) -> &'static str {
        let subject = self.row.operation.name.split('.').next();
        match (self.row.api, subject) {
            (Api::CodeSpar, Some("session" | "approvals")) => "codespar tool-calls list",
            (Api::CodeSpar, Some("charges")) if self.row.operation.name == "charges.create" => {
                "the webhook deliveries and the provider's account: the API cannot read it back"
            }
            (Api::CodeSpar, Some("charges")) => "codespar charges list",
            _ => "the account",
        }
    }
}

fn known<T>(started: Option<Result<T, Error>>) -> Result<T, Failure> {
    match started {
        Some(started) => started.map_err(unsent),
        None => Err(Failure::new(Exit::Internal, "an operation that cannot be begun")),
    }
}
