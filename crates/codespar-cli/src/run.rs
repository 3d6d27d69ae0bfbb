//! Carries an operation out: the client, the call, its result, what to do next.

use clap::ArgMatches;
use codespar_blocking::{
    Error, Json, ToolResult, Verdict, driver::BlockingTransport, proto, registry, upivia,
};
use codespar_engine::{KeyUse, describe::Shape, registry::Started};

use crate::{
    arguments::{Members, arguments, get},
    dry_run,
    interrupt::cancel_on_interrupt,
    options::{Taken, taken},
    outcome::{Exit, Failure},
    output::{Output, failed_write},
    plan::{Place, Plan, unsent},
    rows::{Api, Row},
    settings::{Configured, Settings, retries, seconds},
};

/// Runs the command of a row.
pub(crate) fn run(row: Row, matches: &ArgMatches) -> Result<(), Failure> {
    let taken = taken(row);
    let members = arguments(matches, &taken)?;
    perform(row, taken, members, matches)
}

/// Runs an operation with these arguments.
pub(crate) fn perform(
    row: Row,
    taken: Taken,
    members: Members,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let method = get(&members, &["method"]).and_then(|method| method.read::<String>().ok());
    let effect = row.effect(method.as_deref());
    let mut plan = Plan { row, taken, members, effect, key: None, told: None, matches };
    let done = plan.perform();
    done.map_err(|failure| plan.explain(failure))
}

impl Plan<'_> {
    fn perform(&mut self) -> Result<(), Failure> {
        let settings = Settings::of(self.matches)?;
        match self.row.api {
            Api::CodeSpar => self.on_codespar(&settings),
            Api::Upivia => self.on_upivia(&settings),
        }
    }

    fn on_codespar(&mut self, settings: &Settings) -> Result<(), Failure> {
        let Configured { config, environment } = settings.codespar()?;
        let offline = proto::Client::offline(config.clone()).map_err(unsent)?;
        let project = offline.project().map(str::to_owned);
        let place = Place { environment, host: offline.base_url().to_owned(), project };
        self.make_key(|args| {
            let started = registry::start_on_client(&offline, self.row.operation.name, args)?;
            Some(started.and_then(dry_run::probe))
        })?;
        if self.matches.get_flag("dry-run") {
            return dry_run::print(self, &place, |args| match self.row.is_of_session() {
                false => registry::start_on_client(&offline, self.row.operation.name, args),
                true => {
                    let session = offline.session(&self.session_id().ok()?).ok()?;
                    registry::start_on_session(&session, self.row.operation.name, args)
                }
            });
        }
        self.allow(&place)?;
        let mut output = Output::open(self.matches)?;
        let client = codespar_blocking::Client::with_config(config).map_err(unsent)?;
        let (name, args) = (self.row.operation.name, self.args()?);
        let started = match self.row.is_of_session() {
            false => registry::start_on_client(&client, name, &args),
            true => {
                let session = client.session(&self.session_id()?).map_err(unsent)?;
                registry::start_on_session(&session, name, &args)
            }
        };
        let info = |session: proto::Session<_>| Json::of(session.info());
        self.carry_out(known(started)?, info, &mut output)
    }

    fn on_upivia(&mut self, settings: &Settings) -> Result<(), Failure> {
        let Configured { config, environment } = settings.upivia()?;
        let offline = upivia_proto::Client::offline(config.clone()).map_err(unsent)?;
        let place = Place { environment, host: offline.base_url().to_owned(), project: None };
        let name = self.row.operation.name;
        self.make_key(|args| {
            let started = upivia::registry::start(&offline, name, args)?;
            Some(started.and_then(dry_run::probe))
        })?;
        if self.matches.get_flag("dry-run") {
            return dry_run::print(self, &place, |args| {
                upivia::registry::start(&offline, name, args)
            });
        }
        self.allow(&place)?;
        let mut output = Output::open(self.matches)?;
        let client = upivia::Client::with_config(config).map_err(unsent)?;
        let started = known(upivia::registry::start(&client, name, &self.args()?))?;
        self.carry_out(started, |never| match never {}, &mut output)
    }

    /// Makes the call, and writes what comes of it.
    pub(crate) fn carry_out<T: BlockingTransport, S: 'static>(
        &self,
        started: Started<T, S>,
        info: impl FnOnce(S) -> Result<Json, Error>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let mut started = started;
        if let Some(limit) = seconds(self.matches, "timeout")? {
            started = started.timeout(limit);
        }
        if let Some(retries) = retries(self.matches)? {
            started = started.retries(retries);
        }
        let shape = self.row.operation.output;
        let failed = |error| Failure::of_error(error, self.effect);
        let is_change = self.effect.is_change();
        let result = match started {
            Started::Call(mut call) => {
                cancel_on_interrupt(call.cancel_handle());
                call.send().map_err(failed)?
            }
            Started::Session(mut call) => {
                cancel_on_interrupt(call.cancel_handle());
                info(call.send().map_err(failed)?).map_err(failed)?
            }
            Started::Items(mut items) => {
                cancel_on_interrupt(items.cancel_handle());
                for (count, item) in items.enumerate() {
                    let item = item.map_err(|error| {
                        let mut failure = failed(error);
                        if count > 0 && !is_change && failure.exit == Exit::Failed {
                            failure.exit = Exit::PartlyDone;
                        }
                        failure
                    });
                    let item = match item {
                        Ok(item) => item,
                        Err(failure) => {
                            // What came before it is worth seeing; the failure counts.
                            let _ = output.end_of_items();
                            return Err(failure);
                        }
                    };
                    output.item(&item, shape).map_err(|error| failed_write(&error, is_change))?;
                }
                output.end_of_items().map_err(|error| failed_write(&error, is_change))?;
                output.remark();
                return Ok(());
            }
            _ => return Err(Failure::new(Exit::Internal, "an unknown way to begin")),
        };
        output.result(&result, shape).map_err(|error| failed_write(&error, is_change))?;
        output.remark();
        let Some(verdict) = result_verdict(&result, shape) else { return Ok(()) };
        match Exit::of_result(verdict) {
            // A tool that only reads, and could not; elsewhere the verdict is what was asked for.
            Some(_) if !is_change && is_tool_result(shape) => {
                Err(Failure::of_result(Exit::Failed, verdict).because(tool_code(&result)))
            }
            Some(exit) if is_change => {
                Err(Failure::of_result(exit, verdict).because(tool_code(&result)))
            }
            _ => Ok(()),
        }
    }

    /// Adds what the failure itself does not know: the command, its key, and what to do next.
    pub(crate) fn explain(&self, mut failure: Failure) -> Failure {
        failure.operation = Some(self.row.operation.name);
        let of_error = failure.error.as_ref().and_then(Error::idempotency_key);
        let was_sent = !matches!(failure.exit, Exit::Usage | Exit::NotLoggedIn);
        let key = of_error.map(str::to_owned).or_else(|| self.key.clone()).filter(|_| was_sent);
        failure.key = key;
        if failure.next.is_some() {
            return failure;
        }
        let key_use = failure.error.as_ref().map(Error::key_use);
        let approval = failure.error.as_ref().and_then(Error::approval).map(|it| it.id.clone());
        failure.next = match (failure.exit, &failure.key) {
            (Exit::Unknown, _) if key_use == Some(KeyUse::PersonDecides) => {
                Some("do not repeat; a person has to look first".to_owned())
            }
            (Exit::Unknown, Some(key)) if !self.row.is_any_request() => {
                Some(format!("the same command with --key {key}"))
            }
            (Exit::Unknown, _) => Some(format!("do not repeat; look in {}", self.place_to_look())),
            (Exit::Held, _) if self.row.api == Api::CodeSpar => {
                approval.map(|id| format!("codespar approvals decided --approval-id {id}"))
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
            (Api::CodeSpar, Some("session")) => "codespar tool-calls list",
            (Api::CodeSpar, Some("charges")) if self.row.operation.name == "charges.create" => {
                "the webhook deliveries and the provider's account: the API cannot read it back"
            }
            (Api::CodeSpar, Some("charges")) => "codespar charges list",
            _ => "the account",
        }
    }
}

pub(crate) fn known<T>(started: Option<Result<T, Error>>) -> Result<T, Failure> {
    match started {
        Some(started) => started.map_err(unsent),
        None => Err(Failure::new(Exit::Internal, "an operation that cannot be begun")),
    }
}

fn is_tool_result(shape: &Shape) -> bool {
    matches!(shape, Shape::Object(object) if object().name == "ToolResult")
}

/// The code of a tool's error: what else it says may be anybody's.
fn tool_code(result: &Json) -> Option<String> {
    let error: String = result.member("error")?.read().ok()?;
    let code = error.split_once(": ").map_or(error.as_str(), |(code, _)| code);
    codespar_engine::kit::is_code(code).then(|| code.to_owned())
}

/// What a result says about effects, where it does.
fn result_verdict(result: &Json, shape: &Shape) -> Option<Verdict> {
    match is_tool_result(shape) {
        true => Some(result.read::<ToolResult>().ok()?.verdict()),
        false => {
            let word: String = result.member("verdict")?.read().ok()?;
            match word.as_str() {
                "held" => Some(Verdict::Held),
                "refused" => Some(Verdict::Refused),
                "nothing_sent" => Some(Verdict::NothingSent),
                "unknown" => Some(Verdict::Unknown),
                _ => None,
            }
        }
    }
}
