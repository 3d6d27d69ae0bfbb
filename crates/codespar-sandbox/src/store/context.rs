//! The store as one operation sees it: for a project, at a time.

use crate::store::{clock::Now, settings::Settings, state::State};

/// What one operation may see and change.
pub(crate) struct Context<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) settings: &'a Settings,
    pub(crate) project: &'a str,
    pub(crate) now: Now,
}
