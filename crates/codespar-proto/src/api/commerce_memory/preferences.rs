//! What counterparties prefer.

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Timestamp, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    api::{answer::require_list, commerce_memory::CommerceMemory},
    check::{check_filled, check_range},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what counterparties prefer, the last changed first.
    fn preferences(; query: &ListPreferences) -> Vec<Preference>:
        "commerce_memory.preferences" GET "/v1/commerce-memory/preferences", read rows;
    /// Sets what a counterparty prefers, in place of what was set before.
    fn put_preference(; json: &PutPreference) -> Preference:
        "commerce_memory.put_preference" POST "/v1/commerce-memory/preferences";
}

impl<T: Transport> CommerceMemory<T> {
    /// What counterparties prefer, the last changed first (`GET /v1/commerce-memory/preferences`).
    /// There is no cursor.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// use codespar_proto::commerce_memory::ListPreferences;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let of_one = ListPreferences::default().counterparty_id("cp_1");
    /// let preferences = client.commerce_memory().preferences(&of_one).send()?;
    /// println!("{}", preferences.len());
    /// # Ok(()) }
    /// ```
    pub fn preferences(&self, args: &ListPreferences) -> Call<T, Vec<Preference>> {
        self.client().call(preferences(self.client().service(), args))
    }

    /// Sets what a counterparty prefers (`POST /v1/commerce-memory/preferences`). Value, confidence
    /// and source are replaced, metadata is added to. A preference cannot be deleted.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `counterparty_id`, `preference_key` or `confidence`; `Api` with
    /// `counterparty_not_found`.
    ///
    /// ```
    /// use codespar_proto::{Json, commerce_memory::PutPreference};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let days = PutPreference::new("cp_1", "payment_days", Json::parse_str("30")?);
    /// let days = days.confidence(0.8);
    /// client.commerce_memory().put_preference(&days).send()?;
    /// # Ok(()) }
    /// ```
    pub fn put_preference(&self, args: &PutPreference) -> Call<T, Preference> {
        self.client().call(put_preference(self.client().service(), args))
    }
}

/// How a preference is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PreferenceSource {
    /// Somebody said so.
    Explicit,
    /// It follows from what happened.
    Derived,
    /// It comes from another preference.
    Inherited,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which preferences are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListPreferences {
    /// Of this counterparty only.
    pub counterparty_id: Option<String>,
    /// Only those that are known in this way.
    pub source: Option<PreferenceSource>,
    /// How many at most, 1 to 500; 100 where nothing is said.
    pub limit: Option<u32>,
}

impl ListPreferences {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=500)
    }
}

/// What a counterparty prefers: whose, which, and the value.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PutPreference {
    /// The counterparty, by its id.
    pub counterparty_id: String,
    /// The name of the preference, of `a-z`, `0-9` and `_`.
    pub preference_key: String,
    /// The value of the preference, any JSON.
    #[wire(into)]
    pub value: Json,
    /// How sure it is, 0 to 1; 1 where nothing is said.
    pub confidence: Option<f64>,
    /// How it is known; explicitly where nothing is said.
    pub source: Option<PreferenceSource>,
    /// Whatever else belongs to it.
    pub metadata: Option<BTreeMap<String, Json>>,
}

impl PutPreference {
    fn check(&self) -> Result<(), Error> {
        check_filled("counterparty_id", &self.counterparty_id)?;
        check_filled("preference_key", &self.preference_key)?;
        let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
        if !self.preference_key.bytes().all(is_plain) {
            return Err(Error::config("preference_key", "expected a-z, 0-9 and _"));
        }
        match self.confidence {
            Some(sure) if !(0.0..=1.0).contains(&sure) => {
                Err(Error::config("confidence", "expected 0 to 1"))
            }
            _ => Ok(()),
        }
    }
}

/// What a counterparty prefers.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Preference {
    /// Its id: `pref_…`.
    pub id: String,
    /// The counterparty, by its id.
    pub counterparty_id: Option<String>,
    /// The name of the preference.
    pub preference_key: Option<String>,
    /// The value of the preference.
    pub value: Option<Json>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// How it is known.
    pub source: Option<PreferenceSource>,
    /// When it was first set.
    pub created_at: Option<Timestamp>,
    /// When it was last set.
    pub updated_at: Option<Timestamp>,
    /// Whatever else belongs to it.
    pub metadata: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    preferences: Option<Vec<Preference>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Preference>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "preferences", rows.preferences)
}
