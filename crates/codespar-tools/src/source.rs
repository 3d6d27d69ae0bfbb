//! Where tools come from.

use codespar_engine::{Call, Error, driver::Transport};

use crate::{arguments::Arguments, outcome::Outcome, spec::ToolSpec};

/// Where tools come from, and how one is called: a session, the operations of an API, a catalogue.
///
/// A source does no I/O: [`start`](Self::start) makes a [`Call`], which whoever holds the toolbox
/// carries out.
pub trait ToolSource<T: Transport>: Send + Sync {
    /// The tools it has, each with an id unlike any other's.
    fn tools(&self) -> Vec<ToolSpec>;

    /// The call of a tool. The arguments fit its schema.
    ///
    /// `key` names the call: where the server honours a key
    /// ([`KeySupport`](crate::KeySupport)), it goes out under it, and under one that is made up
    /// where there is none.
    ///
    /// # Errors
    /// `Config` naming the argument that cannot work.
    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<T, Outcome>, Error>;
}

impl<T: Transport, S: ToolSource<T> + ?Sized> ToolSource<T> for Box<S> {
    fn tools(&self) -> Vec<ToolSpec> {
        (**self).tools()
    }

    fn start(
        &self,
        tool: &ToolSpec,
        arguments: &Arguments,
        key: Option<&str>,
    ) -> Result<Call<T, Outcome>, Error> {
        (**self).start(tool, arguments, key)
    }
}
