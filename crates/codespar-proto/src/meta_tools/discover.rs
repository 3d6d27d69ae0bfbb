//! Finding the tool for a purpose (`codespar_discover`).

use std::ops::Deref;

use codespar_engine::{
    Answer, Args, Call, Describe, Error, Extra, Json, WireEnum, driver::Transport, endpoints,
};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    check::check_filled,
    meta_tools::{
        connection_wizard::AuthState,
        output::{ToolOutput, tool},
    },
    session::Session,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Finds the tools for a purpose, among all that the project may use.
    fn discover(
        session_id; json(tool("codespar_discover")): &DiscoverArgs
    ) -> ToolOutput<Discovery>:
        "session.discover" POST "/v1/sessions/{session_id}/execute", effect Reads;
}

/// What a tool is wanted for.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct DiscoverArgs {
    /// What is to be done, in words: `send a pix payment`.
    pub use_case: String,
    /// Only providers of a kind, such as `payments`.
    pub category: Option<String>,
    /// Only providers of a country, such as `BR`.
    pub country: Option<String>,
    /// How many matches at most; the server keeps it between 1 and 20.
    pub limit: Option<u32>,
}

impl DiscoverArgs {
    fn check(&self) -> Result<(), Error> {
        check_filled("use_case", &self.use_case)
    }
}

/// How the matches were found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SearchStrategy {
    /// Tools were matched by meaning (embeddings).
    Embedding,
    /// Tools were matched by spelling (trigrams).
    Trigram,
    /// Nothing was found.
    Empty,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The tools that fit a purpose.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Discovery {
    /// What was asked for.
    pub use_case: Option<String>,
    /// How the matches were found.
    pub search_strategy: Option<SearchStrategy>,
    /// The best match.
    pub recommended: Option<ToolMatch>,
    /// Other matches, best first.
    #[wire(default)]
    pub related: ToolMatches,
    /// What to do next, in words.
    #[wire(default)]
    pub next_steps: Vec<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool that fits.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolMatch {
    /// The provider, such as `asaas`.
    #[wire(default)]
    pub server_id: String,
    /// The provider's tool, such as `create_payment`.
    #[wire(default)]
    pub tool_name: String,
    /// The description of the tool: what it does.
    pub description: Option<String>,
    /// The method of the provider's endpoint.
    pub http_method: Option<String>,
    /// The path of the provider's endpoint.
    pub endpoint_template: Option<String>,
    /// How far its meaning is from the purpose; smaller is better.
    pub cosine_distance: Option<f64>,
    /// How like its wording is to the purpose; greater is better.
    pub trigram_similarity: Option<f64>,
    /// Whether the provider can be called now.
    pub connection_status: Option<AuthState>,
    /// What is known to go wrong.
    #[wire(default)]
    pub known_pitfalls: Vec<String>,
    /// How to go about it.
    #[wire(default)]
    pub recommended_plan: Vec<PlanStep>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PlanStep {
    /// What to do.
    pub step: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Whether it comes before the call.
    pub prereq: Option<bool>,
    /// Whether it is the call.
    pub action: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl ToolMatch {
    /// The name to run it by: `asaas/create_payment`.
    pub fn tool(&self) -> String {
        format!("{}/{}", self.server_id, self.tool_name)
    }
}

/// Matches of a search. Entries that are no match are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Describe)]
#[serde(transparent)]
pub struct ToolMatches(Vec<ToolMatch>);

impl Deref for ToolMatches {
    type Target = [ToolMatch];

    fn deref(&self) -> &[ToolMatch] {
        &self.0
    }
}

impl IntoIterator for ToolMatches {
    type Item = ToolMatch;
    type IntoIter = std::vec::IntoIter<ToolMatch>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ToolMatches {
    type Item = &'a ToolMatch;
    type IntoIter = std::slice::Iter<'a, ToolMatch>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de> Deserialize<'de> for ToolMatches {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = Option::<Vec<Json>>::deserialize(deserializer)?.unwrap_or_default();
        let matches = rows.iter().filter(|row| row.is_object()).map(Json::read);
        let matches: Result<_, Error> = matches.collect();
        matches.map(Self).map_err(|error| de::Error::custom(error.message()))
    }
}

impl<T: Transport> Session<T> {
    /// Finds the tools for a purpose (`codespar_discover`), among all that the project may use.
    ///
    /// Idempotency: a read; it is not repeated once the server may have seen it.
    ///
    /// # Errors
    /// `Config` naming `use_case`; `Api` when the search was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::DiscoverArgs;
    ///
    /// let args = DiscoverArgs::new("send a pix payment").country("BR");
    /// let found = session.discover(&args).send()?;
    /// if let Some(best) = &found.recommended {
    ///     println!("{}", best.tool());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn discover(&self, args: &DiscoverArgs) -> Call<T, ToolOutput<Discovery>> {
        self.call(discover(self.service(), self.id(), args))
    }
}
