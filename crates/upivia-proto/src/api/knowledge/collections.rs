//! Collections of documents (`/api/v1/knowledge/collections`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Items, Page,
    driver::Transport,
    endpoints,
    kit::{Error, Response},
};
use serde::Serialize;

use crate::{
    api::{
        knowledge::Knowledge,
        wrapped::{read_wrapped, with_asked_id},
    },
    client::{auth::SESSION, pages::page_query},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES;
    fn list(; query: &CollectionQuery) -> CollectionList:
        "knowledge.collections.list" GET "/api/v1/knowledge/collections", auth SESSION;
    fn create(; json: &Object) -> CollectionAnswer:
        "knowledge.collections.create" POST "/api/v1/knowledge/collections",
        auth SESSION, read collection;
    fn get(collection_id) -> Response:
        "knowledge.collections.get" GET "/api/v1/knowledge/collections/{collection_id}",
        auth SESSION, read Response::bytes;
    fn delete(collection_id) -> Object:
        "knowledge.collections.delete" DELETE "/api/v1/knowledge/collections/{collection_id}",
        auth SESSION;
}

/// Which collections are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CollectionQuery {
    /// At most this many per page, 1 to 500.
    pub limit: Option<u32>,
    /// The page at this cursor; only for single pages.
    pub cursor: Option<String>,
}

page_query!(CollectionQuery);

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
        self.client().page("knowledge.collections.list", query, list)
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
        self.client().all_pages(
            "knowledge.collections.iter",
            query,
            list,
            |page: CollectionList| Page::new(page.collections, page.next_cursor),
        )
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
        let flow =
            Object::input("body", body).map(|body| create(self.client().api.service(), &body));
        self.client().api.checked("knowledge.collections.create", flow)
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
