//! The file of credentials: profiles by name, for their owner's eyes only.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use codespar_blocking::Json;
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};

use crate::{
    keyring,
    outcome::{Exit, Failure, unsent},
};

/// What a profile keeps.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upivia_api_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upivia_pat: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upivia_cookie: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upivia_base_url: Option<String>,
    /// Whether its secrets are in the keyring of the system instead of here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) keyring: bool,
}

impl Profile {
    /// Its secrets alone.
    fn secrets(&self) -> Self {
        Self {
            api_key: self.api_key.clone(),
            upivia_api_key: self.upivia_api_key.clone(),
            upivia_pat: self.upivia_pat.clone(),
            upivia_cookie: self.upivia_cookie.clone(),
            ..Self::default()
        }
    }

    /// The same with the secrets of another.
    fn with_secrets_of(&self, other: &Self) -> Self {
        Self {
            base_url: self.base_url.clone(),
            project: self.project.clone(),
            upivia_base_url: self.upivia_base_url.clone(),
            keyring: self.keyring,
            ..other.secrets()
        }
    }

    /// Whether there is a secret in it.
    fn has_secrets(&self) -> bool {
        let all = [&self.api_key, &self.upivia_api_key, &self.upivia_pat, &self.upivia_cookie];
        all.into_iter().any(Option::is_some)
    }

    /// The same with what the keyring has of it.
    pub(crate) fn unlocked(&self, name: &str) -> Result<Self, Failure> {
        if !self.keyring {
            return Ok(self.clone());
        }
        let Some(text) = keyring::get(name)? else { return Ok(self.clone()) };
        let broken = |_| Failure::usage(format!("the keyring's entry of {name}: not understood"));
        let secrets: Self = Json::parse_str(&text).and_then(|it| it.read()).map_err(broken)?;
        Ok(self.with_secrets_of(&secrets))
    }
}

/// All profiles, as they stand in the file.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
}

/// The folder: of `CODESPAR_CONFIG_DIR`, or where settings belong on this system.
fn folder() -> Result<PathBuf, Failure> {
    if let Some(folder) = env::var_os("CODESPAR_CONFIG_DIR").filter(|it| !it.is_empty()) {
        return Ok(folder.into());
    }
    match etcetera::choose_base_strategy() {
        Ok(strategy) => Ok(strategy.config_dir().join("codespar")),
        Err(_) => Err(Failure::usage("no home folder: set CODESPAR_CONFIG_DIR")),
    }
}

/// A file beside the profiles, in a folder that is made for its owner.
#[cfg(feature = "mcp-http")]
pub(crate) fn private_file(name: &str) -> Result<PathBuf, Failure> {
    let folder = folder()?;
    let failed = |error| Failure::new(Exit::Failed, format!("{}: {error}", folder.display()));
    private_folder(&folder).map_err(failed)?;
    Ok(folder.join(name))
}

/// Where the profiles are.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    Ok(folder()?.join("credentials.json"))
}

impl Profiles {
    /// Reads the file. One that is not there is empty; one that cannot be read is not.
    pub(crate) fn read() -> Result<Self, Failure> {
        let path = path()?;
        let broken =
            |why: &dyn std::fmt::Display| Failure::usage(format!("{}: {why}", path.display()));
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(broken(&error)),
        };
        // The reader's words might hold what stands in the file.
        let json = Json::parse_str(&text).map_err(|_| broken(&"expected JSON"))?;
        json.read().map_err(|_| broken(&"expected profiles"))
    }

    pub(crate) fn get(&self, name: &str) -> Profile {
        self.profiles.get(name).cloned().unwrap_or_default()
    }

    /// All of them by name, without what a keyring has.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Profile)> {
        self.profiles.iter().map(|(name, profile)| (name.as_str(), profile))
    }

    /// Keeps a profile: its secrets in the keyring where it says so, else all in the file.
    pub(crate) fn keep(&mut self, name: &str, profile: Profile) -> Result<(), Failure> {
        let was_there = self.profiles.get(name).is_some_and(|profile| profile.keyring);
        let kept = if profile.keyring && profile.has_secrets() {
            let secrets = Json::of(&profile.secrets()).map_err(unsent)?;
            keyring::set(name, secrets.as_str())?;
            profile.with_secrets_of(&Profile::default())
        } else {
            if was_there {
                keyring::remove(name)?;
            }
            Profile { keyring: false, ..profile }
        };
        self.profiles.insert(name.to_owned(), kept);
        self.write()
    }

    /// Writes the file: whole or not at all, and at no moment readable for others.
    fn write(&self) -> Result<(), Failure> {
        let (folder, path) = (folder()?, path()?);
        let write = || {
            private_folder(&folder)?;
            let beside = folder.join(format!("credentials.{}.new", std::process::id()));
            let text = serde_json::to_vec_pretty(self)?;
            let written = create_private(&beside).and_then(|mut file| {
                file.write_all(&text)?;
                file.sync_all()
            });
            let moved = written.and_then(|()| fs::rename(&beside, &path));
            if moved.is_err() {
                let _ = fs::remove_file(&beside);
            }
            moved
        };
        write().map_err(|error: io::Error| {
            Failure::new(Exit::Failed, format!("{}: {error}", path.display()))
        })
    }
}

/// Makes a file that is not there yet, for its owner only from the first moment.
pub(crate) fn create_private(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder for its owner only, unless it is there.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
