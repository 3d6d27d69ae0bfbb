//! What is about to be done: its arguments, its key, and what has to be so before it is sent.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::ArgMatches;
use codespar_blocking::{
    Error, Json, TransportSettings, UreqTransport,
    driver::{Clock as _, Connect as _},
    http,
};
use codespar_engine::{Effect, describe::Unit};
use rust_decimal::Decimal;

use crate::{
    arguments::{self, Members, get, put},
    options::{Opt, OptKind, Taken},
    outcome::{Exit, Failure},
    output::{note, note_flushed},
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
    pub(crate) matches: &'a ArgMatches,
}

impl Plan<'_> {
    /// The arguments as one object.
    pub(crate) fn args(&self) -> Result<Json, Failure> {
        Json::of(&self.members).map_err(unsent)
    }

    pub(crate) fn session_id(&self) -> Result<String, Failure> {
        let option = self.matches.get_one::<String>("session").cloned();
        option.or_else(|| variable("CODESPAR_SESSION")).ok_or_else(|| {
            Failure::usage("expected also --session ID").next("codespar client create --user-id ID")
        })
    }

    /// The key of the effect: the one that was given, else a new one; none where there is none.
    pub(crate) fn make_key(
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
            let said = || get(&self.members, &option.currency_path()?)?.read().ok();
            let currency = option.fixed_currency().map(str::to_owned).or_else(said);
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
