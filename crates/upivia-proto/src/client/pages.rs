//! Lists in pages: one page, or all of them as one run of items.

use std::sync::Arc;

use codespar_engine::{
    Call, Items, Page,
    driver::Transport,
    kit::{Error, Failed, Map, Service, Unary, check_range},
};

use crate::client::Client;

/// What a list in pages is asked for with.
pub(crate) trait PageQuery: Clone + Send + 'static {
    fn limit(&self) -> Option<u32>;
    fn cursor(&self) -> Option<&str>;
    /// The same, at a cursor.
    fn at(&self, cursor: Option<&str>) -> Self;
}

/// Makes a query of arguments with the members `limit` and `cursor`.
macro_rules! page_query {
    ($query:ident) => {
        impl $crate::client::pages::PageQuery for $query {
            fn limit(&self) -> Option<u32> {
                self.limit
            }

            fn cursor(&self) -> Option<&str> {
                self.cursor.as_deref()
            }

            fn at(&self, cursor: Option<&str>) -> Self {
                Self { cursor: cursor.map(str::to_owned), ..self.clone() }
            }
        }
    };
}

pub(crate) use page_query;

impl<T: Transport> Client<T> {
    /// One page of a list; `list` is its row.
    pub(crate) fn page<Q: PageQuery, P: 'static>(
        &self,
        operation: &'static str,
        query: &Q,
        list: impl FnOnce(&Arc<Service>, &Q) -> Unary<P>,
    ) -> Call<T, P> {
        let flow = check_page_limit(query.limit()).map(|()| list(self.api.service(), query));
        self.api.checked(operation, flow)
    }

    /// The items of page after page; `read` takes the rows and the next cursor out of a page.
    pub(crate) fn all_pages<Q: PageQuery, P: 'static, I: Send + 'static>(
        &self,
        operation: &'static str,
        query: &Q,
        list: impl Fn(&Arc<Service>, &Q) -> Unary<P> + Send + 'static,
        read: fn(P) -> Page<I>,
    ) -> Items<T, I> {
        let checked =
            check_page_limit(query.limit()).and_then(|()| check_no_cursor(query.cursor()));
        if let Err(error) = checked {
            return self.api.checked_items(operation, Err::<Failed<I, ()>, _>(error));
        }
        let query = query.clone();
        self.api.paged(operation, move |service, cursor| {
            Box::new(Map::new(list(service, &query.at(cursor)), move |page| Ok(read(page))))
        })
    }
}

/// The longest page the API gives, in entries.
const LONGEST_PAGE: u32 = 500;

/// Checks how many entries a page may have at most.
pub(crate) fn check_page_limit(limit: Option<u32>) -> Result<(), Error> {
    check_range("limit", limit, 1..=LONGEST_PAGE)
}

/// Refuses a cursor where an iteration begins.
fn check_no_cursor(cursor: Option<&str>) -> Result<(), Error> {
    match cursor {
        Some(_) => Err(Error::config("cursor", "expected none: it begins at the first page")),
        None => Ok(()),
    }
}
