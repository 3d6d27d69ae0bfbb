//! How closely a request has to be the one that was recorded.

use serde_json::Value;

/// Which requests a recorded answer is for: exactly the recorded one, one to the same route, or one
/// that differs in some members. For [`Replay::matching`](crate::testing::Replay::matching) and
/// [`Cassette::matching`](crate::testing::Cassette::matching).
///
/// ```
/// use codespar_engine::testing::Matcher;
///
/// let exact = Matcher::exact();
/// let lenient = Matcher::exact().ignoring(["due_date", "metadata"]);
/// let concurrent = Matcher::route().in_any_order();
/// # let _ = (exact, lenient, concurrent);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    pub(super) only_route: bool,
    pub(super) any_order: bool,
    ignored: Vec<String>,
}

impl Matcher {
    /// Method, path, query, body and headers must agree, and the order of the requests. This is
    /// what is done where nothing else is said.
    pub fn exact() -> Self {
        Self::default()
    }

    /// Method and path must agree, and the order of the requests.
    pub fn route() -> Self {
        Self { only_route: true, ..Self::default() }
    }

    /// Passes over these members of JSON bodies, at any depth, and these names in the query: what
    /// is another one each time.
    #[must_use]
    pub fn ignoring<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.ignored.extend(names.into_iter().map(Into::into));
        self
    }

    /// Answers a request with the first recording that fits and was not used yet: for programs that
    /// send several at once.
    #[must_use]
    pub fn in_any_order(mut self) -> Self {
        self.any_order = true;
        self
    }

    pub(super) fn ignores(&self, name: &str) -> bool {
        self.ignored.iter().any(|ignored| ignored == name)
    }

    /// The value without what is passed over.
    pub(super) fn considered(&self, value: &Value) -> Value {
        match value {
            _ if self.ignored.is_empty() => value.clone(),
            Value::Object(members) => {
                let left = members.iter().filter(|(name, _)| !self.ignores(name));
                left.map(|(name, value)| (name.clone(), self.considered(value))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.considered(item)).collect(),
            value => value.clone(),
        }
    }
}
