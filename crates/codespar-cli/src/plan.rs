//! What is about to be done: its arguments, its key, and what has to be so before it is sent.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    time::Duration,
};

use clap::ArgMatches;
use codespar_blocking::{
    Currency, Error, Json, Session, TransportSettings, UreqTransport,
    agent_tools::Amount as ToolAmount,
    driver::{Clock as _, Connect as _},
    http,
};
use codespar_engine::{Effect, describe::Unit};
use rust_decimal::Decimal;

use crate::{
    arguments::{self, Members, get, put},
    options::{Opt, OptKind, Taken},
    outcome::{Exit, Failure, unsent},
    output::{Output, note, note_flushed},
    rows::{KEY, KeySlot, Row},
    settings::{Environment, variable},
};

/// What is about to be done.
pub(crate) struct Plan<'a> {
    pub(crate) row: Row,
    pub(crate) taken: Taken,
    pub(crate) members: Members,
    pub(crate) effect: Effect,
    /// The key it goes out under, as far as it is known before.
    pub(crate) key: Option<String>,
    /// What is known of the money a tool of a session moves, whose arguments no row describes.
    pub(crate) told: Option<Result<Vec<ToolAmount>, String>>,
    pub(crate) matches: &'a ArgMatches,
    /// In which session, where it is an operation of one.
    pub(crate) session: SessionOf,
    /// The servers of a session that is opened; those of the library where there are none.
    pub(crate) servers: Vec<String>,
    /// The time limit, instead of that of the command line.
    pub(crate) limit: Option<Duration>,
    /// What is waited for, to be shown while it is.
    pub(crate) waits_for: Option<String>,
    /// The command that goes on with a wait that ended too early.
    pub(crate) again: Option<String>,
    /// Whether money was sent before it: then nothing that goes wrong is harmless.
    pub(crate) after_money: bool,
    /// Where results go; opened before anything is sent, unless it is there already.
    pub(crate) output: Option<Output>,
    /// Members that are shown although they are secret: what the command is there for.
    pub(crate) revealed: &'static [&'static str],
    /// The session that was opened for this alone.
    pub(crate) opened: Option<Session>,
    /// What the caller calls the effect: it goes by way of the outbox.
    #[cfg(feature = "outbox")]
    pub(crate) reference: Option<crate::outbox::reference::Reference>,
}

/// The session of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionOf {
    /// That of the command line or the environment.
    Named,
    /// The same, else one that is opened for this user.
    NamedOrOpened { user_id: String },
    /// Whichever: the route has none.
    Any,
}

impl<'a> Plan<'a> {
    /// A plan of an operation with these arguments.
    pub(crate) fn new(row: Row, taken: Taken, members: Members, matches: &'a ArgMatches) -> Self {
        let method = get(&members, &["method"]).and_then(|method| method.read::<String>().ok());
        Self {
            row,
            taken,
            members,
            effect: row.effect(method.as_deref()),
            key: None,
            told: None,
            servers: Vec::new(),
            matches,
            session: SessionOf::Named,
            limit: None,
            waits_for: None,
            again: None,
            after_money: false,
            output: None,
            revealed: &[],
            opened: None,
            #[cfg(feature = "outbox")]
            reference: None,
        }
    }

    pub(crate) fn is_dry_run(&self) -> bool {
        self.matches.try_get_one::<bool>("dry-run").ok().flatten().is_some_and(|is| *is)
    }

    /// How many lines the arguments ask for, where they are a list.
    pub(crate) fn lines(&self) -> usize {
        let items = get(&self.members, &["items"]).map(|items| items.to_value());
        items.as_ref().and_then(serde_json::Value::as_array).map_or(0, Vec::len)
    }

    /// The arguments as one object.
    pub(crate) fn args(&self) -> Result<Json, Failure> {
        Json::of(&self.members).map_err(unsent)
    }

    /// The session that was named.
    pub(crate) fn named_session(&self) -> Option<String> {
        let option = self.matches.try_get_one::<String>("session").ok().flatten().cloned();
        option.or_else(|| variable("CODESPAR_SESSION"))
    }

    /// The id of the session, as far as it is known before one is opened.
    pub(crate) fn session_id(&self) -> Result<String, Failure> {
        match (&self.session, self.named_session()) {
            (SessionOf::Any, _) => Ok("any".to_owned()),
            (_, Some(id)) => Ok(id),
            (SessionOf::NamedOrOpened { .. }, None) => Ok("SESSION".to_owned()),
            (SessionOf::Named, None) => Err(Failure::usage("expected also --session ID")
                .next("codespar client create --user-id ID")),
        }
    }

    /// The key of the effect: the one that was given, else a new one; none where there is none.
    pub(crate) fn make_key(
        &mut self,
        probe: impl Fn(&Json) -> Option<Result<(), Error>>,
    ) -> Result<(), Failure> {
        let given = self.matches.try_get_one::<String>("key").ok().flatten();
        // The key is that of the money, not of what follows it.
        let given = given.filter(|_| !self.after_money).cloned();
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
            // Under a new key it would be another effect.
            None if self.row.looks_up() => {
                return Err(Failure::usage(
                    "expected also --key ID: what is looked up went out under it",
                ));
            }
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
        // A key that was given may be a wrong one, which is not that there is none.
        if given.is_some() {
            members.remove(KEY);
        }
        let key = Json::of("probe").map_err(unsent)?;
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
    pub(crate) fn allow(&self, place: &Place) -> Result<(), Failure> {
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
        let yes = self.matches.try_get_one::<bool>("yes").ok().flatten();
        if yes.is_some_and(|yes| *yes) {
            return Ok(());
        }
        let may_ask = !self.matches.get_flag("no-input")
            && io::stdin().is_terminal()
            && io::stderr().is_terminal();
        if !may_ask {
            return Err(Failure::usage("this moves money with a live key: it needs --yes"));
        }
        let amounts: Vec<String> = match &self.told {
            None => self.amounts().map(|it| it.to_string()).collect(),
            Some(told) => told.iter().flatten().map(ToolAmount::to_string).collect(),
        };
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
            let said = || get(&self.members, &option.currency_path()?)?.read().ok();
            let currency = option.fixed_currency().map(str::to_owned).or_else(said);
            Some(Amount { name: option.name.clone(), text, currency, kind: option.kind })
        })
    }

    /// `--max-amount`: what is above it, or cannot be compared with it, is not sent.
    pub(crate) fn check_limit(&self) -> Result<(), Failure> {
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
        if let Some(told) = &self.told {
            let amounts = told.as_ref().map_err(|why| refused(why.clone()))?;
            let major = |it: &ToolAmount| (it.currency == currency).then_some(it.value);
            let add = |sum: Decimal, it| sum.checked_add(major(it)?);
            let sum = amounts.iter().try_fold(Decimal::ZERO, add);
            return match sum.filter(|_| !amounts.is_empty()) {
                None => Err(refused("the amount cannot be compared".to_owned())),
                Some(sum) if sum > most => Err(refused(format!("{sum} {currency} is more"))),
                Some(_) => Ok(()),
            };
        }
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
            OptKind::Money(_, Unit::Minor) => {
                number.checked_div(arguments::minor(Decimal::ONE, currency)?)
            }
            OptKind::Money(..) => Some(number),
            _ => None,
        }
    }
}

impl std::fmt::Display for Amount {
    /// As people write it: in whole units, where it is known what they are.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let currency = self.currency.as_deref().unwrap_or_default();
        let Some(mut major) = self.in_major(currency) else {
            let unit =
                if matches!(self.kind, OptKind::Money(_, Unit::Minor)) { "minor " } else { "" };
            return write!(f, "{} {unit}{} {currency}", self.name, self.text);
        };
        major.rescale(major.scale().max(Currency::from(currency).exponent()));
        write!(f, "{} {major} {currency}", self.name)
    }
}

fn is_money(option: &Opt) -> bool {
    let is_named = ["-minor", "-cents", "-major", "-dollars", "-undocumented-unit"];
    matches!(option.kind, OptKind::Money(..))
        || is_named.iter().any(|unit| option.name.ends_with(unit))
}

/// 128 bits that nobody else has, of the source that calls have theirs from.
pub(crate) fn noise() -> Result<u128, Failure> {
    // Nothing is connected to.
    let nowhere = http::Uri::from_static("http://localhost");
    let transport = UreqTransport::connect(&TransportSettings::default(), &nowhere);
    Ok(transport.map_err(unsent)?.tick().noise())
}

fn new_key() -> Result<String, Failure> {
    Ok(codespar_engine::kit::made_up_key(noise()?).into())
}
