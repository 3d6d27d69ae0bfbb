//! What clients, handles and sessions of an API make calls with.

use std::{convert::Infallible, fmt, sync::Arc};

use crate::{
    call::{Call, items::Items},
    error::Error,
    flow::{BoxFlow, Flow, map::Failed},
    http::service::Service,
    transport::Transport,
};

/// A transport and the service it reaches. Cloning is cheap; clones share connections.
pub struct ApiClient<T> {
    transport: T,
    service: Arc<Service>,
}

impl<T> ApiClient<T> {
    /// The service over a transport.
    pub fn new(transport: T, service: Service) -> Self {
        Self { transport, service: Arc::new(service) }
    }

    /// The transport that calls go out by.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// The service, as rows of endpoints take it.
    pub const fn service(&self) -> &Arc<Service> {
        &self.service
    }
}

impl<T: Transport> ApiClient<T> {
    /// Makes a call of a flow.
    pub fn call<O>(&self, flow: impl Flow<Item = Infallible, Output = O> + 'static) -> Call<T, O> {
        Call::new(self.transport.clone(), flow)
    }

    /// Makes items of a flow.
    pub fn items<I>(&self, flow: impl Flow<Item = I, Output = ()> + 'static) -> Items<T, I> {
        Items::new(self.transport.clone(), flow)
    }

    /// Makes a call of a flow of several parts, which a function that is not generic has boxed: so
    /// it is compiled where that function stands, and not in the crate of each user.
    pub fn boxed_call<O>(&self, flow: BoxFlow<O>) -> Call<T, O> {
        Call::boxed(self.transport.clone(), flow)
    }

    /// Makes items of such a flow.
    pub fn boxed_items<I>(&self, flow: Box<dyn Flow<Item = I, Output = ()>>) -> Items<T, I> {
        Items::boxed(self.transport.clone(), flow)
    }

    /// A call that fails before anything is sent.
    pub fn fails<O: 'static>(&self, operation: &'static str, error: Error) -> Call<T, O> {
        self.call(Failed::with(error.at(operation)))
    }

    /// Makes a call of a flow whose arguments may be wrong: then it fails before anything is sent.
    pub fn checked<O: 'static>(
        &self,
        operation: &'static str,
        flow: Result<impl Flow<Item = Infallible, Output = O> + 'static, Error>,
    ) -> Call<T, O> {
        match flow {
            Ok(flow) => self.call(flow),
            Err(error) => self.fails(operation, error),
        }
    }
}

impl<T: Clone> Clone for ApiClient<T> {
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), service: Arc::clone(&self.service) }
    }
}

impl<T> fmt::Debug for ApiClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").field("service", &self.service).finish_non_exhaustive()
    }
}
