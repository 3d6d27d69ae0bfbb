//! Carries an operation out: what has to be known before, the call, its result.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    sync::{Mutex, OnceLock, PoisonError},
};

use clap::ArgMatches;
use codespar_blocking::{
    CancelHandle, Error, Json, ToolResult, Verdict, driver::BlockingTransport, proto, registry,
    upivia,
};
use codespar_engine::{Effect, KeyUse, describe::Shape, registry::Started};
use rust_decimal::Decimal;

use crate::{
    arguments::{self, Members, arguments, get, put},
    dry_run,
    options::{Opt, OptKind, Taken, taken},
    outcome::{Exit, Failure},
    output::{Output, failed_write, note, note_flushed},
    rows::{Api, KEY, KeySlot, Row},
    settings::{Configured, Environment, Settings, seconds, variable},
};

/// What is about to be done.
pub(crate) struct Plan<'a> {
    pub(crate) row: Row,
    pub(crate) taken: Taken,
    pub(crate) members: Members,
    pub(crate) effect: Effect,
    /// The key it goes out under, as far as it is known before.
    pub(crate) key: Option<String>,
    pub(crate) matches: &'a ArgMatches,
}

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
    let mut plan = Plan { row, taken, members, effect, key: None, matches };
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

    /// The arguments as one object.
    pub(crate) fn args(&self) -> Result<Json, Failure> {
        Json::of(&self.members).map_err(unsent)
    }

    fn session_id(&self) -> Result<String, Failure> {
        let option = self.matches.get_one::<String>("session").cloned();
        option.or_else(|| variable("CODESPAR_SESSION")).ok_or_else(|| {
            Failure::usage("expected also --session ID").next("codespar client create --user-id ID")
        })
    }

    /// The key of the effect: the one that was given, else a new one; none where there is none.
    fn make_key(
        &mut self,
        probe: impl Fn(&Json) -> Option<Result<(), Error>>,
    ) -> Result<(), Failure> {
        let given = self.matches.get_one::<String>("key").cloned();
        let slot = match self.row.key_slot() {
            KeySlot::None if self.row.is_any_request() => return self.key_of_request(given),
            KeySlot::Depends => self.depending(given.as_deref(), probe)?,
            slot => slot,
        };
        let name = match (slot, &given) {
            (KeySlot::Argument(name), _) => name,
            (KeySlot::Call, _) => KEY,
            (_, None) => return Ok(()),
            (_, Some(_)) => {
                let said = "--key: this has no key, the server honours none: when its answer is \
                            lost, look before it is repeated";
                return Err(Failure::usage(said));
            }
        };
        let kept = get(&self.members, &[name]).and_then(|key| key.read::<String>().ok());
        let key = match given.or(kept) {
            Some(key) => key,
            None => new_key()?,
        };
        put(&mut self.members, &[name], Json::of(&key).map_err(unsent)?)?;
        self.key = Some(key);
        Ok(())
    }

    /// Asks the library whether these arguments have a key.
    fn depending(
        &self,
        given: Option<&str>,
        probe: impl Fn(&Json) -> Option<Result<(), Error>>,
    ) -> Result<KeySlot, Failure> {
        let mut members = self.members.clone();
        let key = Json::of(given.unwrap_or("probe")).map_err(unsent)?;
        members.entry(KEY.to_owned()).or_insert(key);
        let args = Json::of(&members).map_err(unsent)?;
        match probe(&args) {
            Some(Err(error)) if error.field() == Some(KEY) => Ok(KeySlot::None),
            _ => Ok(KeySlot::Argument(KEY)),
        }
    }

    fn key_of_request(&mut self, given: Option<String>) -> Result<(), Failure> {
        if let Some(key) = given {
            let value = Json::of(&key).map_err(unsent)?;
            put(&mut self.members, &["headers", "idempotency-key"], value)?;
            self.key = Some(key);
        }
        Ok(())
    }

    /// Whatever has to be so before anything is sent: the limit holds, somebody has agreed, and
    /// the key is written down.
    fn allow(&self, place: &Place) -> Result<(), Failure> {
        self.check_limit()?;
        if self.effect.is_change() || self.row.operation.name == "client.whoami" {
            note(&place.line());
        }
        if self.effect == Effect::MovesMoney && place.environment == Environment::Live {
            self.ask(place)?;
        }
        let Some(key) = &self.key else { return Ok(()) };
        note_flushed(&format!("key: {key}")).map_err(|error| {
            Failure::new(Exit::Failed, format!("the key cannot be shown, nothing sent: {error}"))
        })
    }

    /// Asks before money moves, where somebody is there to answer.
    fn ask(&self, place: &Place) -> Result<(), Failure> {
        if self.matches.get_flag("yes") {
            return Ok(());
        }
        let may_ask = !self.matches.get_flag("no-input")
            && io::stdin().is_terminal()
            && io::stderr().is_terminal();
        if !may_ask {
            return Err(Failure::usage("this moves money with a live key: it needs --yes"));
        }
        let amounts: Vec<String> = self.amounts().map(|it| it.to_string()).collect();
        let amounts =
            if amounts.is_empty() { "no amount known".to_owned() } else { amounts.join(", ") };
        let question =
            format!("{} ({amounts}) at {}. Go on? [y/N] ", self.row.command(), place.host);
        let mut stderr = io::stderr().lock();
        let asked = write!(stderr, "{}", crate::text::one_line(&question));
        let mut answer = String::new();
        let read = asked
            .and_then(|()| stderr.flush())
            .and_then(|()| io::stdin().lock().read_line(&mut answer));
        match (read, answer.trim()) {
            (Ok(_), "y" | "Y" | "yes") => Ok(()),
            _ => Err(Failure::new(Exit::Refused, "not agreed to, nothing sent")),
        }
    }

    /// The amounts among the arguments.
    fn amounts(&self) -> impl Iterator<Item = Amount> + '_ {
        self.taken.options.iter().filter(|it| is_money(it)).filter_map(|option| {
            let text = get(&self.members, &option.path)?;
            let text = text.as_str().trim_matches('"').to_owned();
            let mut beside = option.path.clone();
            if let Some(last) = beside.last_mut() {
                *last = "currency";
            }
            let currency = get(&self.members, &beside).and_then(|it| it.read().ok());
            Some(Amount { name: option.name.clone(), text, currency, kind: option.kind })
        })
    }

    /// `--max-amount`: what is above it, or cannot be compared with it, is not sent.
    fn check_limit(&self) -> Result<(), Failure> {
        let limit = self.matches.try_get_one::<String>("max-amount").ok().flatten();
        let Some(limit) = limit.filter(|_| self.effect == Effect::MovesMoney) else {
            return Ok(());
        };
        let expected = || Failure::usage("--max-amount: expected an amount such as 200.00BRL");
        let (most, currency) = arguments::amount(limit).ok_or_else(expected)?;
        let currency = currency.ok_or_else(expected)?;
        let refused = |why: String| {
            Failure::new(Exit::Refused, format!("--max-amount {limit}: {why}, nothing sent"))
        };
        let mut any = false;
        for amount in self.amounts() {
            any = true;
            let comparable = amount.in_major(&currency);
            let major =
                comparable.ok_or_else(|| refused(format!("{amount} cannot be compared")))?;
            if major > most {
                return Err(refused(format!("{amount} is more")));
            }
        }
        if any { Ok(()) } else { Err(refused("the amount is not among the arguments".to_owned())) }
    }

    /// Makes the call, and writes what comes of it.
    fn carry_out<T: BlockingTransport, S: 'static>(
        &self,
        started: Started<T, S>,
        info: impl FnOnce(S) -> Result<Json, Error>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let mut started = started;
        if let Some(limit) = seconds(self.matches, "timeout")? {
            started = started.timeout(limit);
        }
        if let Some(text) = self.matches.get_one::<String>("retries") {
            let expected = |_| Failure::usage("--retries: expected a whole number");
            started = started.retries(text.parse().map_err(expected)?);
        }
        let shape = self.row.operation.output;
        let failed = |error| Failure::of_error(error, self.effect);
        let is_change = self.effect.is_change();
        let result = match started {
            Started::Call(mut call) => {
                on_interrupt(call.cancel_handle());
                call.send().map_err(failed)?
            }
            Started::Session(mut call) => {
                on_interrupt(call.cancel_handle());
                info(call.send().map_err(failed)?).map_err(failed)?
            }
            Started::Items(mut items) => {
                on_interrupt(items.cancel_handle());
                let mut count = 0_u64;
                for item in items {
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
                    count += 1;
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
        match result_verdict(&result, shape).filter(|_| is_change) {
            Some(verdict) => match Exit::of_result(verdict) {
                Some(exit) => Err(Failure::of_result(exit, verdict)),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Adds what the failure itself does not know: the command, its key, and what to do next.
    fn explain(&self, mut failure: Failure) -> Failure {
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
            (Api::CodeSpar, Some("charges")) => "codespar charges list",
            _ => "the account",
        }
    }
}

/// Where a call goes.
pub(crate) struct Place {
    pub(crate) environment: Environment,
    pub(crate) host: String,
    pub(crate) project: Option<String>,
}

impl Place {
    /// The environment, in a line.
    pub(crate) fn line(&self) -> String {
        let project = self.project.as_deref().unwrap_or("of the key");
        format!("environment: {}, {}, project {project}", self.environment.as_str(), self.host)
    }
}

/// An amount among arguments.
struct Amount {
    name: String,
    text: String,
    currency: Option<String>,
    kind: OptKind,
}

impl Amount {
    /// In major units of this currency, where it is one of it.
    fn in_major(&self, currency: &str) -> Option<Decimal> {
        if self.currency.as_deref() != Some(currency) {
            return None;
        }
        let number = Decimal::from_str_exact(&self.text).ok()?;
        match self.kind {
            OptKind::Money(_, codespar_engine::describe::Unit::Minor) => {
                number.checked_div(arguments::minor(Decimal::ONE, currency)?)
            }
            OptKind::Money(..) => Some(number),
            _ => None,
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.name, self.text, self.currency.as_deref().unwrap_or(""))
    }
}

fn is_money(option: &Opt) -> bool {
    let is_named = ["-minor", "-cents", "-major", "-dollars", "-undocumented-unit"];
    matches!(option.kind, OptKind::Money(..))
        || is_named.iter().any(|unit| option.name.ends_with(unit))
}

/// An error before anything was sent.
pub(crate) fn unsent(error: Error) -> Failure {
    Failure::of_error(error, Effect::Reads)
}

fn known<T>(started: Option<Result<T, Error>>) -> Result<T, Failure> {
    match started {
        Some(started) => started.map_err(unsent),
        None => Err(Failure::new(Exit::Internal, "an operation that cannot be begun")),
    }
}

/// 128 bits that nobody else has.
pub(crate) fn noise() -> Result<u128, Failure> {
    let mut bytes = [0; 16];
    let drawn = getrandom::fill(&mut bytes);
    let failed = |error| Failure::new(Exit::Internal, format!("no randomness: {error}"));
    drawn.map_err(failed).map(|()| u128::from_ne_bytes(bytes))
}

fn new_key() -> Result<String, Failure> {
    Ok(codespar_engine::kit::made_up_key(noise()?).into())
}

/// What a result says about effects, where it does.
fn result_verdict(result: &Json, shape: &Shape) -> Option<Verdict> {
    let name = match shape {
        Shape::Object(object) => object().name,
        _ => "",
    };
    match name {
        "ToolResult" => Some(result.read::<ToolResult>().ok()?.verdict()),
        _ => {
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

static INTERRUPTED: OnceLock<Mutex<Option<CancelHandle>>> = OnceLock::new();

/// An interrupt cancels the call, whose error then says whether anything was sent.
fn on_interrupt(handle: CancelHandle) {
    let cell = INTERRUPTED.get_or_init(|| {
        // Where there are no signals there is nothing to handle.
        let _ = ctrlc::set_handler(|| {
            let cell =
                INTERRUPTED.get().map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
            if let Some(handle) = cell.as_deref().and_then(Option::as_ref) {
                handle.cancel();
            }
        });
        Mutex::new(None)
    });
    *cell.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
}
