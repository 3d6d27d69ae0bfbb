//! Collections of documents (`/api/v1/knowledge/collections`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Items, Page,
    driver::Transport,
    endpoints,
    kit::{Error, PageOf, Response},
};
use serde::Serialize;

use crate::{
    api::{
        knowledge::Knowledge,
        wrapped::{read_wrapped, with_asked_id},
    },
    client::{auth::SESSION, pages::check_page_limit},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the collections of documents.
    fn list_page(; query: &CollectionQuery) -> CollectionList:
        "knowledge.collections.list" GET "/api/v1/knowledge/collections",
        auth SESSION, pages list as "knowledge.collections.iter";
    /// Makes a collection of documents.
    fn create(; json: &Object as "body") -> CollectionAnswer:
        "knowledge.collections.create" POST "/api/v1/knowledge/collections",
        auth SESSION, read collection;
    /// Gives what is known about a collection of documents.
    fn get(collection_id) -> Response:
        "knowledge.collections.get" GET "/api/v1/knowledge/collections/{collection_id}",
        auth SESSION, read Response::success, part of get;
    /// Deletes a collection of documents.
    fn delete(collection_id) -> Object:
        "knowledge.collections.delete" DELETE "/api/v1/knowledge/collections/{collection_id}",
        auth SESSION;
}

/// Which collections are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CollectionQuery {
    /// At most this many per page, 1 to 500.
    pub limit: Option<u32>,
    /// The page at this cursor; only for single pages.
    pub cursor: Option<String>,
}

impl CollectionQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }
}

/// A page of collections.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectionList {
    /// The collections of this page.
    #[wire(default)]
    pub collections: Vec<Collection>,
    /// The cursor of the next page, if there is one.
    pub next_cursor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PageOf for CollectionList {
    type Item = Collection;

    fn into_page(self) -> Page<Collection> {
        Page::new(self.collections, self.next_cursor)
    }
}

/// A collection of documents.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Collection {
    /// The id of the collection, such as `col_1`.
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A collection, alone.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectionAnswer {
    /// The collection that was asked about.
    pub collection: Collection,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn collection(answer: Response) -> Result<CollectionAnswer, Error> {
    read_wrapped(&answer, "collection")
}

/// Collections of documents (`/api/v1/knowledge/collections`).
#[derive(Handle)]
#[handle(Knowledge.collections)]
pub struct KnowledgeCollections<T> {
    client: crate::Client<T>,
}

impl<T: Transport> KnowledgeCollections<T> {
    /// A page of the collections (`GET /api/v1/knowledge/collections`, session cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::knowledge::CollectionQuery;
    ///
    /// let page = client
    ///     .knowledge()
    ///     .collections()
    ///     .list_page(&CollectionQuery::default().limit(50))
    ///     .send()?;
    /// println!("{} collections, next {:?}", page.collections.len(), page.next_cursor);
    /// # Ok(()) }
    /// ```
    pub fn list_page(&self, query: &CollectionQuery) -> Call<T, CollectionList> {
        self.client().api.call(list_page(self.client().api.service(), query))
    }

    /// All collections, page after page, as they are asked for.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit` or `cursor`; `Decode` when the server's cursors lead in circles.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::knowledge::CollectionQuery;
    ///
    /// for collection in client.knowledge().collections().list(&CollectionQuery::default()) {
    ///     println!("{:?}", collection?.name);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "iter")]
    pub fn list(&self, query: &CollectionQuery) -> Items<T, Collection> {
        self.client().api.items(list(self.client().api.service(), query))
    }

    /// Makes a collection (`POST /api/v1/knowledge/collections`, session cookie) of anything
    /// that serializes to a JSON object. Its members are not documented; a `name` is one.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `body`: it is no object, or a number in it is not finite.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let faq = serde_json::json!({"name": "FAQ"});
    /// let made = client.knowledge().collections().create(&faq).send()?;
    /// println!("{}", made.collection.id);
    /// # Ok(()) }
    /// ```
    pub fn create<B: Serialize + ?Sized>(&self, body: &B) -> Call<T, CollectionAnswer> {
        let (body, given) = Object::given("body", body);
        self.client().api.call(create(self.client().api.service(), &body).checked(given))
    }

    /// What is known about a collection
    /// (`GET /api/v1/knowledge/collections/{id}`, session cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `collection_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.knowledge().collections().get("col_1").send()?.collection.name);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, collection_id: &str) -> Call<T, CollectionAnswer> {
        let question = get(self.client().api.service(), collection_id);
        self.client().api.call(with_asked_id(question, "collection", collection_id))
    }

    /// Deletes a collection (`DELETE /api/v1/knowledge/collections/{id}`, session cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `collection_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.knowledge().collections().delete("col_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, collection_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), collection_id))
    }
}
