//! Projects of the organization (`/v1/projects`).

mod settings;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Timestamp, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Response, no_answer},
};
use serde::Serialize;

pub use self::settings::{ProjectSetting, SettingChange, SettingFreshness, SettingKind};
use crate::{
    api::projects::settings::{ChangeSettings, read_history, read_settings},
    check::{check_length, check_object},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the projects of the organization.
    fn list() -> Vec<Project>: "projects.list" GET "/v1/projects", scope "projects:read",
        read read_list;
    /// Makes a project; it moves real money only where its environment says live.
    fn create(; json: &CreateProject) -> Project: "projects.create" POST "/v1/projects",
        scope "projects:write";
    /// Says how a project is called, and whether its money is real.
    fn get(project_id) -> Project: "projects.get" GET "/v1/projects/{project_id}",
        scope "projects:read";
    /// Changes the name or the slug of a project, or makes it the default.
    fn update(project_id; json: &UpdateProject) -> Project:
        "projects.update" PATCH "/v1/projects/{project_id}", scope "projects:write";
    /// Deletes a project.
    fn delete(project_id) -> ():
        "projects.delete" DELETE "/v1/projects/{project_id}" Safe, scope "projects:write",
        read no_answer;
    /// Reads the settings of a project.
    fn settings(project_id) -> Vec<ProjectSetting>:
        "projects.settings" GET "/v1/projects/{project_id}/settings", scope "projects:settings",
        read read_settings;
    /// Changes settings of a project and gives all of them; those that are not named stay.
    fn update_settings(project_id; json: &ChangeSettings) -> Vec<ProjectSetting>:
        "projects.update_settings" PATCH "/v1/projects/{project_id}/settings",
        scope "projects:settings", read read_settings;
    /// Says who changed which settings of a project, and when.
    fn settings_history(project_id) -> Vec<SettingChange>:
        "projects.settings_history" GET "/v1/projects/{project_id}/settings/history",
        scope "projects:settings", read read_history;
}

/// The environment: whether money is real.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Environment {
    /// The project moves real money.
    Live,
    /// It is not: every tool call is answered by a mock.
    Test,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a project is made with: its name (1 to 128 characters), and its slug (1 to 64 of
/// `a-z`, `0-9`, `_` and `-`, and not `default`).
///
/// ```
/// use codespar_proto::projects::{CreateProject, Environment};
///
/// let args = CreateProject::new("Shop", "shop").environment(Environment::Live);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateProject {
    /// The name for people.
    pub name: String,
    /// The slug: the name for machines.
    pub slug: String,
    /// Whether money is real; it stays so. Without it, it is not.
    pub environment: Option<Environment>,
    /// Settings to begin with, a JSON object.
    pub settings: Option<Json>,
}

impl CreateProject {
    fn check(&self) -> Result<(), Error> {
        check_length("name", &self.name, 128)?;
        check_slug(&self.slug)?;
        check_object("settings", self.settings.as_ref())
    }
}

/// What of a project changes; something has to.
///
/// ```
/// use codespar_proto::projects::UpdateProject;
///
/// let args = UpdateProject::default().name("Shop, Brazil");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateProject {
    /// The name for people.
    pub name: Option<String>,
    /// The slug: the name for machines.
    pub slug: Option<String>,
    /// `true` makes it the one of keys without a project; another then no longer is.
    pub is_default: Option<bool>,
}

impl UpdateProject {
    fn check(&self) -> Result<(), Error> {
        if let Some(name) = &self.name {
            check_length("name", name, 128)?;
        }
        if let Some(slug) = &self.slug {
            check_slug(slug)?;
        }
        if self.is_default == Some(false) {
            return Err(Error::config("is_default", "expected true; make another the default"));
        }
        if *self == Self::default() {
            return Err(Error::config("project", "expected something to change"));
        }
        Ok(())
    }
}

fn check_slug(slug: &str) -> Result<(), Error> {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
    };
    if !(1..=64).contains(&slug.len()) || !slug.bytes().all(plain) {
        return Err(Error::config("slug", "expected 1 to 64 of a-z, 0-9, _ and -"));
    }
    if slug == "default" {
        return Err(Error::config("slug", "expected another word than default"));
    }
    Ok(())
}

/// A project of the organization.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Project {
    /// Its id: `prj_` and 16 letters or digits.
    pub id: String,
    /// The organization it belongs to.
    pub org_id: Option<String>,
    /// The name for people.
    pub name: Option<String>,
    /// The slug: the name for machines.
    pub slug: Option<String>,
    /// Whether it is the one of keys without a project.
    pub is_default: Option<bool>,
    /// The environment: whether money is real.
    pub environment: Option<Environment>,
    /// When the project was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    projects: Vec<Project>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn read_list(answer: Response) -> Result<Vec<Project>, Error> {
    answer.json().map(|listed: Listed| listed.projects)
}

/// The projects of the organization (`/v1/projects`).
#[derive(Handle)]
#[handle(Client.projects)]
pub struct Projects<T> {
    client: Client<T>,
}

impl<T: Transport> Projects<T> {
    /// All of them (`GET /v1/projects`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let projects = client.projects().list().send()?;
    /// # let _ = projects; Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<Project>> {
        self.client().call(list(self.client().service()))
    }

    /// Makes one (`POST /v1/projects`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `slug_conflict`, `slug_reserved`,
    /// `insufficient_role`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, projects::CreateProject};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let project = client.projects().create(&CreateProject::new("Shop", "shop")).send()?;
    /// println!("{}", project.id);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateProject) -> Call<T, Project> {
        self.client().call(create(self.client().service(), args))
    }

    /// One project (`GET /v1/projects/{project_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `project_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let project = client.projects().get("prj_0a1b2c3d4e5f6g7h").send()?;
    /// # let _ = project; Ok(()) }
    /// ```
    pub fn get(&self, project_id: impl AsRef<str>) -> Call<T, Project> {
        self.client().call(get(self.client().service(), project_id.as_ref()))
    }

    /// Changes one (`PATCH /v1/projects/{project_id}`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` with `not_found`, `slug_conflict`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, projects::UpdateProject};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = UpdateProject::default().is_default(true);
    /// client.projects().update("prj_0a1b2c3d4e5f6g7h", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, project_id: impl AsRef<str>, args: &UpdateProject) -> Call<T, Project> {
        self.client().call(update(self.client().service(), project_id.as_ref(), args))
    }

    /// Deletes one (`DELETE /v1/projects/{project_id}`).
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `project_id`; `Api` with `cannot_delete_default`,
    /// `cannot_delete_last_project`, `cannot_delete_with_consumer_records`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.projects().delete("prj_0a1b2c3d4e5f6g7h").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, project_id: impl AsRef<str>) -> Call<T, ()> {
        self.client().call(delete(self.client().service(), project_id.as_ref()))
    }

    /// The settings of one (`GET /v1/projects/{project_id}/settings`), as they are in effect.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `project_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for setting in client.projects().settings("prj_0a1b2c3d4e5f6g7h").send()? {
    ///     println!("{:?}: {:?}", setting.description, setting.value);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn settings(&self, project_id: impl AsRef<str>) -> Call<T, Vec<ProjectSetting>> {
        self.client().call(settings(self.client().service(), project_id.as_ref()))
    }

    /// Changes settings of one (`PATCH /v1/projects/{project_id}/settings`) and gives all of them.
    /// Those that are not named stay, and `null` puts one back to its default; all are changed, or
    /// none.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `settings`, unless they become a JSON object that is not empty; `Api` as the
    /// server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # use std::collections::BTreeMap;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let change = BTreeMap::from([("language", "pt-BR")]);
    /// client.projects().update_settings("prj_0a1b2c3d4e5f6g7h", &change).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update_settings<S: Serialize + ?Sized>(
        &self,
        project_id: impl AsRef<str>,
        settings: &S,
    ) -> Call<T, Vec<ProjectSetting>> {
        // What becomes no JSON is no object either, and is refused as such.
        let settings = ChangeSettings { settings: Json::of(settings).unwrap_or_default() };
        let service = self.client().service();
        self.client().call(update_settings(service, project_id.as_ref(), &settings))
    }

    /// Who changed which settings of one, and when, oldest first (`GET
    /// /v1/projects/{project_id}/settings/history`). The 200 oldest are given: later ones are left
    /// out without a word.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `project_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let history = client.projects().settings_history("prj_0a1b2c3d4e5f6g7h").send()?;
    /// # let _ = history; Ok(()) }
    /// ```
    pub fn settings_history(&self, project_id: impl AsRef<str>) -> Call<T, Vec<SettingChange>> {
        self.client().call(settings_history(self.client().service(), project_id.as_ref()))
    }
}
