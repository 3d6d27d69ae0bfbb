//! Which of the two APIs a request is for.

use std::sync::Arc;

use crate::{
    codespar,
    server::{log::ReceivedRequest, request::Part, response::Response, service::Service},
    store::Store,
    upivia,
};

/// How large a body may be: the 10 MB of a file upload and some room.
const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// The same for the files of Upivia, where an upload may have 100 MB.
const FILE_LIMIT: usize = 101 * 1024 * 1024;

/// Both APIs, over one store.
pub(crate) struct Router(pub(crate) Arc<Store>);

impl Service for Router {
    fn body_limit(&self, path: &str) -> usize {
        if upivia::path::takes_files(path) { FILE_LIMIT } else { BODY_LIMIT }
    }

    fn has_route(&self, method: &str, path: &str) -> bool {
        if upivia::path::owns(path) {
            return upivia::routes::has_route(method, path);
        }
        codespar::routes::has_route(&self.0.settings, method, path)
    }

    fn answer(&self, request: &ReceivedRequest, parts: &[Part]) -> Response {
        let now = self.0.clock.read();
        codespar::timers::run_due(&mut self.0.state.lock(), now);
        if upivia::path::owns(&request.path) {
            return upivia::routes::answer(&self.0, request, parts, now);
        }
        codespar::routes::answer(&self.0, request, parts, now)
    }
}
