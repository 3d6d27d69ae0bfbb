//! Reading the members of a JSON object that came from outside.

use serde_json::{Map, Number, Value};

use crate::store::money::Amount;

/// The members of a request body or of a tool's input.
#[derive(Clone, Debug, Default)]
pub(crate) struct JsonObject {
    members: Map<String, Value>,
}

impl JsonObject {
    pub(crate) fn new(members: Map<String, Value>) -> Self {
        Self { members }
    }

    /// The members of an object; anything else has none.
    pub(crate) fn of(value: &Value) -> Self {
        Self::new(value.as_object().cloned().unwrap_or_default())
    }

    /// A member, where null counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member was sent at all, null included.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn value(&self) -> Value {
        Value::Object(self.members.clone())
    }

    /// A member or null, as it came.
    pub(crate) fn echo(&self, name: &str) -> Value {
        self.members.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, Issue> {
        match self.maybe_text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(issue(name, "required")),
        }
    }

    pub(crate) fn maybe_text(&self, name: &str) -> Result<Option<&str>, Issue> {
        self.read(name, Value::as_str, "must be a string")
    }

    pub(crate) fn choice<'a>(&'a self, name: &str, known: &[&str]) -> Result<&'a str, Issue> {
        let text = self.text(name)?;
        if known.contains(&text) {
            Ok(text)
        } else {
            Err(issue(name, "not one of the known values"))
        }
    }

    pub(crate) fn integer(&self, name: &str) -> Result<i64, Issue> {
        self.maybe_integer(name)?.ok_or_else(|| issue(name, "required"))
    }

    pub(crate) fn maybe_integer(&self, name: &str) -> Result<Option<i64>, Issue> {
        self.read(name, Value::as_i64, "must be an integer")
    }

    /// An amount in minor units, which must be positive.
    pub(crate) fn minor(&self, name: &str) -> Result<i64, Issue> {
        match self.integer(name)? {
            amount if amount > 0 => Ok(amount),
            _ => Err(issue(name, "must be positive")),
        }
    }

    /// An amount in major units, as a number.
    pub(crate) fn major(&self, name: &str) -> Result<Amount, Issue> {
        let wrong = || issue(name, "must be positive and have at most two decimals");
        Amount::from_major(self.number(name)?).ok_or_else(wrong)
    }

    pub(crate) fn number(&self, name: &str) -> Result<&Number, Issue> {
        match self.get(name) {
            Some(Value::Number(number)) => Ok(number),
            Some(_) => Err(issue(name, "must be a number")),
            None => Err(issue(name, "required")),
        }
    }

    pub(crate) fn maybe_bool(&self, name: &str) -> Result<Option<bool>, Issue> {
        self.read(name, Value::as_bool, "must be true or false")
    }

    pub(crate) fn object(&self, name: &str) -> Result<Self, Issue> {
        self.maybe_object(name)?.ok_or_else(|| issue(name, "required"))
    }

    pub(crate) fn maybe_object(&self, name: &str) -> Result<Option<Self>, Issue> {
        let object = self.read(name, Value::as_object, "must be an object")?;
        Ok(object.cloned().map(Self::new))
    }

    pub(crate) fn list(&self, name: &str) -> Result<&[Value], Issue> {
        match self.maybe_list(name)? {
            Some(list) if !list.is_empty() => Ok(list),
            _ => Err(issue(name, "required")),
        }
    }

    pub(crate) fn maybe_list(&self, name: &str) -> Result<Option<&[Value]>, Issue> {
        let list = self.read(name, Value::as_array, "must be a list")?;
        Ok(list.map(Vec::as_slice))
    }

    /// A list of strings; absent is empty.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Issue> {
        let list = self.maybe_list(name)?.unwrap_or_default();
        list.iter()
            .map(|entry| entry.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| issue(name, "must be a list of strings"))
    }

    fn read<'a, T>(
        &'a self,
        name: &str,
        read: impl Fn(&'a Value) -> Option<T>,
        message: &'static str,
    ) -> Result<Option<T>, Issue> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| issue(name, message)),
        }
    }
}

/// A member of a request that is missing or wrong.
#[derive(Debug)]
pub(crate) struct Issue {
    pub(crate) field: String,
    pub(crate) message: &'static str,
}

pub(crate) fn issue(field: &str, message: &'static str) -> Issue {
    Issue { field: field.to_owned(), message }
}

/// Whether a project id has the shape that the managed service accepts.
pub(crate) fn is_project_id(text: &str) -> bool {
    text.strip_prefix("prj_").is_some_and(|rest| {
        rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Gives numbers the form they have after passing through JavaScript, where 125.0 is 125.
pub(crate) fn through_javascript(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(javascript_number(number)),
        Value::Array(list) => list.into_iter().map(through_javascript).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, through_javascript(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}

fn javascript_number(number: Number) -> Number {
    /// 2^53: whole numbers up to here are exact in a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        #[allow(clippy::cast_possible_truncation)] // whole and within 2^53
        Some(float) if float.fract() == 0.0 && float.abs() <= EXACT => Number::from(float as i64),
        Some(float) => Number::from_f64(float).unwrap_or(number),
        None => number,
    }
}
