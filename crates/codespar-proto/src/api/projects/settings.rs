//! Settings of a project, and who changed them.

use codespar_engine::{Answer, Args, Error, Extra, Json, Sensitive, WireEnum, kit::Response};

use crate::{api::answer::require_list, check::check_object};

/// What of the settings of a project changes.
#[derive(Args)]
#[wire(check, no_new)]
pub(super) struct ChangeSettings {
    /// The settings that change, a JSON object; `null` puts one back to its default.
    pub(super) settings: Json,
}

impl ChangeSettings {
    fn check(&self) -> Result<(), Error> {
        check_object("settings", Some(&self.settings))?;
        if self.settings.to_value().as_object().is_some_and(serde_json::Map::is_empty) {
            return Err(Error::config("settings", "expected something to change"));
        }
        Ok(())
    }
}

/// What kind of value a setting has.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SettingKind {
    /// Yes or no.
    Boolean,
    /// It is a text.
    String,
    /// One of several texts.
    Enum,
    /// It is a number.
    Number,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// When a change of a setting takes effect.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SettingFreshness {
    /// With the next request.
    Request,
    /// With the next operation that begins.
    Operation,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A setting of a project, as it is in effect.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ProjectSetting {
    /// The name of the setting.
    pub key: Option<Sensitive>,
    /// What kind of value it has.
    #[serde(rename = "type")]
    pub kind: Option<SettingKind>,
    /// The description of the setting.
    pub description: Option<String>,
    /// The value in effect.
    pub value: Option<Json>,
    /// The value where none was set.
    #[serde(rename = "default")]
    pub default_value: Option<Json>,
    /// Whether it was set.
    pub explicit: Option<bool>,
    /// When a change takes effect.
    pub freshness: Option<SettingFreshness>,
    /// Whether it says where money goes to; in test projects only.
    pub payee_affecting: Option<bool>,
    /// The values it can have.
    pub enum_values: Option<Vec<String>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A change of a setting.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SettingChange {
    /// The name of the setting.
    pub setting_key: Option<String>,
    /// Who changed it: a user, a key, or `system`.
    #[wire(personal)]
    pub actor: Option<Sensitive>,
    /// The value before.
    pub old_value: Option<Json>,
    /// The value since.
    pub new_value: Option<Json>,
    /// Whether it was set before.
    pub explicit_before: Option<bool>,
    /// Whether it is set since.
    pub explicit_after: Option<bool>,
    /// When it was changed. This is no RFC 3339: its offset has no minutes.
    #[serde(rename = "created_at")]
    #[wire(timestamp)]
    pub created: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct AllSettings {
    settings: Option<Vec<ProjectSetting>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct History {
    history: Option<Vec<SettingChange>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

pub(super) fn read_settings(answer: Response) -> Result<Vec<ProjectSetting>, Error> {
    let all: AllSettings = answer.json()?;
    require_list(&answer, "settings", all.settings)
}

pub(super) fn read_history(answer: Response) -> Result<Vec<SettingChange>, Error> {
    let all: History = answer.json()?;
    require_list(&answer, "history", all.history)
}
