//! Routes that are called without the client's credentials.

use std::sync::Arc;

use codespar_engine::kit::Service;
use http::header::AUTHORIZATION;

/// The service without credentials of the client, for routes that anybody may call.
pub(crate) fn without_key(service: &Arc<Service>) -> Arc<Service> {
    let mut service = Service::clone(service);
    service.headers.remove(AUTHORIZATION);
    Arc::new(service)
}
