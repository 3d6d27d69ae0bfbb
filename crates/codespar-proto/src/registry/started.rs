//! How the results of methods become operations that are ready to be carried out.

use codespar_engine::{Call, Error, Items, Json, driver::Transport, kit::Ready};
use serde::Serialize;

use crate::{client::Client, session::Session};

/// An operation that is ready to be carried out. Of a session,
/// [`describe_session`](crate::registry::describe_session) tells what it is.
pub type Started<T> = codespar_engine::registry::Started<T, Session<T>>;

/// What operations are called on.
pub(super) trait CallTarget<T> {
    fn call<O: Send + 'static>(&self, flow: Ready<O>) -> Call<T, O>;
}

impl<T: Transport> CallTarget<T> for Client<T> {
    fn call<O: Send + 'static>(&self, flow: Ready<O>) -> Call<T, O> {
        Self::call(self, flow)
    }
}

impl<T: Transport> CallTarget<T> for Session<T> {
    fn call<O: Send + 'static>(&self, flow: Ready<O>) -> Call<T, O> {
        Self::call(self, flow)
    }
}

/// What the expression of a composition may be.
pub(super) trait Start<T: Transport> {
    fn start(self, to: &impl CallTarget<T>) -> Result<Started<T>, Error>;
}

impl<T: Transport, O: Serialize + 'static> Start<T> for Call<T, O> {
    fn start(self, _: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        Ok(Started::Call(self.and_then(|output| Json::of(&output))))
    }
}

impl<T: Transport> Start<T> for Call<T, Session<T>> {
    fn start(self, _: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        Ok(Started::Session(self))
    }
}

/// What needs no server is there at once.
impl<T: Transport> Start<T> for Result<Json, Error> {
    fn start(self, to: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        self.map(|output| Started::Call(to.call(Ready::with(output))))
    }
}

impl<T: Transport> Start<T> for Result<Session<T>, Error> {
    fn start(self, to: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        self.map(|session| Started::Session(to.call(Ready::with(session))))
    }
}

impl<T: Transport, I: Serialize + 'static> Start<T> for Items<T, I> {
    fn start(self, _: &impl CallTarget<T>) -> Result<Started<T>, Error> {
        Ok(Started::Items(self.map_items(|item| Json::of(&item))))
    }
}
