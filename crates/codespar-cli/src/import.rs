//! The files of the official programs, which `login --import` takes over.

use std::{fs, path::PathBuf};

use codespar_blocking::Json;
use etcetera::BaseStrategy as _;
use serde::Deserialize;

use crate::{outcome::Failure, output::note};

/// What the file of the official program for CodeSpar holds.
pub(crate) struct OfCodespar {
    pub(crate) key: String,
    pub(crate) base_url: Option<String>,
    pub(crate) project: Option<String>,
}

/// Reads `~/.codespar/config.json`, or the file that was named.
pub(crate) fn codespar(file: &str) -> Result<OfCodespar, Failure> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Kept {
        api_key: Option<String>,
        project: Option<String>,
        base_url: Option<String>,
        did_domains: Option<Json>,
    }
    let path = path(file, ".codespar")?;
    let kept: Kept = read(&path)?;
    if kept.did_domains.is_some_and(|domains| !domains.is_null()) {
        note("didDomains are not taken over: name domains where a mandate is verified");
    }
    let missing = || Failure::usage(format!("{}: no apiKey in it", path.display()));
    let key = filled(kept.api_key).ok_or_else(missing)?;
    say_readable(&path);
    Ok(OfCodespar { key, base_url: filled(kept.base_url), project: filled(kept.project) })
}

/// What the file of the official program for Upivia holds.
pub(crate) struct OfUpivia {
    pub(crate) pat: String,
    pub(crate) base_url: Option<String>,
}

/// Reads `~/.upivia/config.json`, or the file that was named.
pub(crate) fn upivia(file: &str) -> Result<OfUpivia, Failure> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Kept {
        pat: Option<String>,
        base_url: Option<String>,
        workspace_id: Option<String>,
    }
    let path = path(file, ".upivia")?;
    let kept: Kept = read(&path)?;
    if let Some(workspace) = filled(kept.workspace_id) {
        note(&format!("the workspace {workspace} is not taken over: a token has its own"));
    }
    let missing = || Failure::usage(format!("{}: no pat in it", path.display()));
    let pat = filled(kept.pat).ok_or_else(missing)?;
    say_readable(&path);
    Ok(OfUpivia { pat, base_url: filled(kept.base_url) })
}

fn path(file: &str, folder: &str) -> Result<PathBuf, Failure> {
    if !file.is_empty() {
        return Ok(file.into());
    }
    let strategy = etcetera::choose_base_strategy()
        .map_err(|_| Failure::usage("no home folder: --import FILE names the file"))?;
    Ok(strategy.home_dir().join(folder).join("config.json"))
}

/// A file that cannot be understood is no empty one.
fn read<T: serde::de::DeserializeOwned>(path: &PathBuf) -> Result<T, Failure> {
    let broken = |why: &dyn std::fmt::Display| {
        Failure::usage(format!("--import: {}: {why}", path.display()))
    };
    let text = fs::read_to_string(path).map_err(|error| broken(&error))?;
    // The reader's words might hold what stands in the file.
    let json = Json::parse_str(&text).map_err(|_| broken(&"expected JSON"))?;
    json.read().map_err(|_| broken(&"expected the settings of the official program"))
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The key stays where it was, too.
fn say_readable(path: &PathBuf) {
    note(&format!("{} is left as it is, with the key in it", path.display()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_or(0, |it| it.permissions().mode());
        if mode & 0o077 != 0 {
            note("others on this machine can read that file");
        }
    }
}
