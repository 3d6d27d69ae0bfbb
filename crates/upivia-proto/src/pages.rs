//! Lists in pages, as one run of items.

use std::sync::Arc;

use codespar_engine::{
    BoxFlow, Error, Page, Service, Unary,
    describe::{Map, Pages},
};

/// Asks for page after page; `ask` makes the question for a cursor, `read` takes the rows and the
/// next cursor out of its answer.
pub(crate) fn pages<P: 'static, I: Send + 'static>(
    operation: &'static str,
    service: &Arc<Service>,
    ask: impl Fn(&Arc<Service>, Option<&str>) -> Unary<P> + Send + 'static,
    read: fn(P) -> Page<I>,
) -> Pages<I> {
    let service = Arc::clone(service);
    Pages::new(operation, service.limits.pages, move |cursor| -> BoxFlow<Page<I>> {
        Box::new(Map::new(ask(&service, cursor), move |page| Ok(read(page))))
    })
}

/// Refuses a cursor where an iteration begins.
pub(crate) fn check_no_cursor(cursor: Option<&str>) -> Result<(), Error> {
    match cursor {
        Some(_) => Err(Error::config("cursor", "expected none: it begins at the first page")),
        None => Ok(()),
    }
}
