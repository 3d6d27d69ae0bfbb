//! Clients and errors themselves as JSON.

use std::collections::BTreeMap;

use codespar_engine::{Describe, Json, Sensitive, kit::Error, registry::arguments};
use serde::{Deserialize, Serialize};

use crate::{
    api::{
        knowledge::documents::DocumentAnswer, service_requests::Requested,
        storage::objects::Presigned, workflows::runs::Run,
    },
    chat::event::TurnSoFar,
    client::{Client, config::Config},
    registry::started::seconds,
    types::outcome::Outcome,
};

/// Reads a configuration: `api_key`, `pat`, `session_cookie`, `base_url`, `timeout` (seconds),
/// `max_retries`, `default_headers`. What is not given comes from the variables that
/// [`Config::from_vars`] reads.
///
/// # Errors
/// `Config` naming the setting that cannot work; more comes up when a client is made.
pub fn config(args: &Json, lookup: impl Fn(&str) -> Option<String>) -> Result<Config, Error> {
    #[derive(Deserialize, Describe)]
    struct Settings {
        api_key: Option<String>,
        pat: Option<String>,
        session_cookie: Option<String>,
        base_url: Option<String>,
        timeout: Option<f64>,
        max_retries: Option<u32>,
        #[serde(default)]
        default_headers: BTreeMap<String, String>,
    }
    let settings: Settings = arguments(args)?;
    let mut config = Config::from_vars(lookup);
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    if let Some(url) = filled(settings.base_url) {
        config = config.base_url(url);
    }
    if let Some(key) = filled(settings.api_key) {
        config = config.api_key(key);
    }
    if let Some(token) = filled(settings.pat) {
        config = config.pat(token);
    }
    if let Some(cookies) = filled(settings.session_cookie) {
        config = config.session_cookie(cookies);
    }
    if let Some(limit) = settings.timeout {
        config = config.timeout(seconds("timeout", limit)?);
    }
    if let Some(retries) = settings.max_retries {
        config = config.max_retries(retries);
    }
    for (name, value) in settings.default_headers {
        config = config.header(name, value);
    }
    Ok(config)
}

/// The settings of a client, beside those of its configuration. The credentials are in it.
///
/// # Errors
/// None that this version knows.
pub fn describe<T>(client: &Client<T>, config: &Config) -> Result<Json, Error> {
    #[derive(Serialize)]
    struct Settings<'a> {
        base_url: &'a str,
        api_key: Option<&'a Sensitive>,
        pat: Option<&'a Sensitive>,
        max_retries: u32,
        timeout: f64,
    }
    let credentials = config.credentials();
    Json::of(&Settings {
        base_url: client.base_url(),
        api_key: credentials.api_key.as_ref(),
        pat: credentials.pat.as_ref(),
        max_retries: config.retry_policy().retries,
        timeout: client.timeout().as_secs_f64(),
    })
}

/// The last state that an error carries, as JSON: an outcome, a run, a turn, a document, a place
/// for content.
pub fn last_state(error: &Error) -> Option<Json> {
    macro_rules! any {
        ($($state:ty),* $(,)?) => {
            None$(.or_else(|| Json::of(error.last::<$state>()?).ok()))*
        };
    }
    any!(Requested, Outcome, Run, TurnSoFar, DocumentAnswer, Presigned)
}
