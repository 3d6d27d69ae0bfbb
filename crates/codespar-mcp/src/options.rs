//! What a server offers, when it asks, and how it answers.

use std::{collections::BTreeSet, str::FromStr};

use codespar_async::{
    Error,
    agent_tools::{Amount, BeforeMoney, MoneyLimits, Repeats, ToolboxOptions},
};
use rmcp::model::ProtocolVersion;

/// How many operations are listed as tools before they go behind gates.
const LISTED: usize = 40;

/// How long names are: clients put a server's name before them, and count it in.
const LONGEST_NAME: usize = 40;

/// What a server offers, when it asks, and how it answers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Whether money may move without a question, up to [`max_amount`](Self::max_amount), which is
    /// needed then. Default `false`.
    pub allow_money: bool,
    /// How much a call may move without a question: one amount a currency.
    pub max_amount: Vec<Amount>,
    /// How much all calls of a run may move without a question, at most: one amount a currency of
    /// `max_amount`. Default: no limit but that of each call.
    pub max_total: Vec<Amount>,
    /// Whether a person is asked even so.
    pub ask: Ask,
    /// What a result consists of.
    pub results: Results,
    /// The conversation that call ids belong to, where they are not unlike any other anyway: the
    /// same after a restart, so that the same keys are made. Default: one for each run.
    pub conversation: Option<String>,
    /// Whether the operations of the API are offered. Default `false`.
    pub operations: bool,
    /// With more operations than this, they are offered behind gates. Default 40.
    pub listed_operations: usize,
    /// Whether Upivia's tools are offered. Default `false`.
    pub upivia: bool,
    /// Whether only tools that only read are offered. Default `false`.
    pub read_only: bool,
    /// The ids or names of the tools that are offered; `None` for all.
    pub allowed_tools: Option<Vec<String>>,
    /// The newest version of the protocol that is spoken.
    pub newest_protocol: Protocol,
}

/// Whether a person is asked before money moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// Where it is not allowed without a question.
    #[default]
    WhenNeeded,
    /// Always, whatever is allowed.
    Always,
}

/// What a result consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Results {
    /// Text for clients before 2025-06-18; for later ones structure, and the verdict as text.
    #[default]
    ByProtocol,
    /// Text alone; no tool declares a structure.
    Text,
    /// Structure, and the verdict as text.
    Structured,
    /// Structure, and all of it as text once more.
    Both,
}

/// A version of the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Protocol {
    /// Version 2024-11-05, the first.
    V2024_11_05,
    /// Version 2025-03-26: hints of tools.
    V2025_03_26,
    /// Version 2025-06-18: the first with structured results and questions.
    V2025_06_18,
    /// Version 2025-11-25: the last that begins with `initialize`.
    V2025_11_25,
    /// Version 2026-07-28: questions are answered by repeating the call. The newest that is tested.
    #[default]
    V2026_07_28,
}

impl Protocol {
    /// Every version that is spoken.
    pub const ALL: [Self; 5] = [
        Self::V2024_11_05,
        Self::V2025_03_26,
        Self::V2025_06_18,
        Self::V2025_11_25,
        Self::V2026_07_28,
    ];

    /// The version as it is written: `2025-11-25`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    /// The versions up to this one. What `rmcp` learns later is not among them.
    pub(crate) fn versions(self) -> &'static [ProtocolVersion] {
        ProtocolVersion::known_up_to(&self.version())
    }

    pub(crate) const fn version(self) -> ProtocolVersion {
        match self {
            Self::V2024_11_05 => ProtocolVersion::V_2024_11_05,
            Self::V2025_03_26 => ProtocolVersion::V_2025_03_26,
            Self::V2025_06_18 => ProtocolVersion::V_2025_06_18,
            Self::V2025_11_25 => ProtocolVersion::V_2025_11_25,
            Self::V2026_07_28 => ProtocolVersion::V_2026_07_28,
        }
    }

    /// Whether a version that a client speaks is this one or a later one. They are dates.
    pub(crate) fn is_reached_by(self, version: Option<&ProtocolVersion>) -> bool {
        version.is_some_and(|version| version.as_str() >= self.as_str())
    }
}

impl FromStr for Ask {
    type Err = Error;

    /// Reads `when-needed` or `always`.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "when-needed" => Ok(Self::WhenNeeded),
            "always" => Ok(Self::Always),
            _ => Err(Error::config("ask", "expected when-needed or always")),
        }
    }
}

impl FromStr for Results {
    type Err = Error;

    /// Reads `by-protocol`, `text`, `structured` or `both`.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "by-protocol" => Ok(Self::ByProtocol),
            "text" => Ok(Self::Text),
            "structured" => Ok(Self::Structured),
            "both" => Ok(Self::Both),
            _ => Err(Error::config("results", "expected by-protocol, text, structured or both")),
        }
    }
}

impl FromStr for Protocol {
    type Err = Error;

    /// Reads a version as it is written.
    fn from_str(text: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|version| version.as_str() == text);
        known.ok_or_else(|| {
            let all = Self::ALL.map(Self::as_str).join(", ");
            Error::config("newest_protocol", format!("expected one of {all}"))
        })
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// The tools of the session alone; a person is asked before any money moves.
    pub const fn new() -> Self {
        Self {
            allow_money: false,
            max_amount: Vec::new(),
            max_total: Vec::new(),
            ask: Ask::WhenNeeded,
            results: Results::ByProtocol,
            conversation: None,
            operations: false,
            listed_operations: LISTED,
            upivia: false,
            read_only: false,
            allowed_tools: None,
            newest_protocol: Protocol::V2026_07_28,
        }
    }

    /// Looks whether the options go together.
    ///
    /// # Errors
    /// `Config` naming the option that does not.
    pub fn check(&self) -> Result<(), Error> {
        match (self.allow_money, self.max_amount.is_empty()) {
            (true, true) => {
                let words = "expected a limit for each currency, such as 200.00BRL: money that may \
                             move without a question needs one";
                return Err(Error::config("max_amount", words));
            }
            (false, false) => {
                let words = "expected no limit: without allow_money a person is always asked";
                return Err(Error::config("max_amount", words));
            }
            _ => {}
        }
        let of_calls = currencies("max_amount", &self.max_amount)?;
        let of_all = currencies("max_total", &self.max_total)?;
        if !of_all.is_subset(&of_calls) {
            let words = "expected currencies in which max_amount allows money to move";
            return Err(Error::config("max_total", words));
        }
        Ok(())
    }

    /// The same for the tools.
    pub(crate) fn toolbox(&self) -> ToolboxOptions {
        let of_call = |limits: MoneyLimits, amount: &Amount| limits.per_call(amount.clone());
        let of_all = |limits: MoneyLimits, amount: &Amount| limits.per_conversation(amount.clone());
        let limits = self.max_amount.iter().fold(MoneyLimits::new(), of_call);
        let before = match (self.allow_money, self.ask) {
            (true, Ask::WhenNeeded) => BeforeMoney::AskAboveLimits,
            _ => BeforeMoney::Ask,
        };
        let options = ToolboxOptions::new()
            .limits(self.max_total.iter().fold(limits, of_all))
            .before_money(before)
            .repeats(Repeats::Ask)
            .longest_name(LONGEST_NAME)
            .read_only(self.read_only);
        match &self.allowed_tools {
            Some(tools) => options.allow(tools.iter().cloned()),
            None => options,
        }
    }
}

/// The currencies of limits, each of which there is one of.
fn currencies<'a>(option: &str, limits: &'a [Amount]) -> Result<BTreeSet<&'a str>, Error> {
    let currencies: BTreeSet<&str> = limits.iter().map(|it| it.currency.as_str()).collect();
    match currencies.len() == limits.len() {
        true => Ok(currencies),
        false => Err(Error::config(option, "expected one amount for each currency")),
    }
}

/// Reads an amount as a person writes it: `200.00BRL`, `200 BRL`.
///
/// # Errors
/// `Config` with what was expected.
pub fn amount(text: &str) -> Result<Amount, Error> {
    Amount::parse(text).map_err(|why| Error::config("max_amount", &why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_and_the_leave_go_together() {
        let mut options = Options::new();
        options.check().unwrap();
        options.allow_money = true;
        assert_eq!(options.check().unwrap_err().field(), Some("max_amount"));
        options.max_amount = vec![amount("200.00BRL").unwrap(), amount("50 USD").unwrap()];
        options.check().unwrap();
        options.max_amount.push(amount("1BRL").unwrap());
        assert!(options.check().unwrap_err().message().contains("each currency"));
        options.max_amount.truncate(1);
        options.max_total = vec![amount("1 USD").unwrap()];
        assert_eq!(options.check().unwrap_err().field(), Some("max_total"));
        options.max_total = vec![amount("1000 BRL").unwrap()];
        options.check().unwrap();
        options.allow_money = false;
        assert!(options.check().unwrap_err().message().contains("always asked"));
        assert!(amount("200").is_err());
    }

    #[test]
    fn versions_are_capped_and_read_as_they_are_written() {
        for version in Protocol::ALL {
            assert_eq!(version.as_str().parse::<Protocol>().unwrap(), version);
            assert_eq!(version.version().as_str(), version.as_str());
            let newest = version.versions().last().unwrap();
            assert_eq!(newest, &version.version());
        }
        assert!("2027-01-01".parse::<Protocol>().is_err());
        assert_eq!("always".parse::<Ask>().unwrap(), Ask::Always);
        assert_eq!("both".parse::<Results>().unwrap(), Results::Both);
        assert!("never".parse::<Ask>().is_err() && "json".parse::<Results>().is_err());
    }
}
