//! Collections of documents, which are taken in after a while.

use codespar_proto::ErrorKind;
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    knowledge::{CollectionQuery, DocumentAnswer, NewDocument},
    storage::Upload,
};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{briefly, quick, soon, still, upivia_of};

testing_support::with_both_drivers! {
    documents_are_taken_in_both_ways
    a_document_that_takes_long_is_given_up
    collections_are_gone_through_page_by_page
}

fn documents_are_taken_in_both_ways<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let made =
        D::finish(client.knowledge().collections().create(&json!({"name": "FAQ"})))?.collection;
    let documents = client.knowledge().documents();
    let file = Upload::new("faq.md", "# FAQ").content_type("text/markdown");
    let sent = NewDocument::file(file.clone());
    let taken = D::finish(documents.create_and_wait(&made.id, &sent, soon()))?.document;
    assert_eq!(taken.status.as_deref(), Some("ready"));
    assert_eq!(taken.extra.get("filename").unwrap().read::<String>()?, "faq.md");

    let object = D::finish(client.storage().objects().upload(&file))?.object;
    let stored = D::finish(documents.create(&made.id, &NewDocument::stored(&object.id)))?.document;
    assert!(stored.is_under_way());
    let taken = D::finish(documents.wait(&made.id, &stored.id, soon()))?.document;
    assert_eq!(taken.status.as_deref(), Some("ready"));
    assert_eq!(D::finish(documents.get(&made.id, &stored.id))?.document, taken);
    let empty = NewDocument::file(Upload::new("empty.md", ""));
    let refusal = D::finish(documents.create_and_wait(&made.id, &empty, soon()))?.document;
    assert_eq!(refusal.status.as_deref(), Some("failed"), "an end as well");

    D::finish(documents.delete(&made.id, &stored.id))?;
    let error = D::finish(documents.get(&made.id, &stored.id)).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    let gone = NewDocument::stored("obj_none");
    assert_eq!(
        refused(&D::finish(documents.create(&made.id, &gone)).unwrap_err()),
        (404, "not_found")
    );
    let sent = sandbox.requests().len();
    let mut both = NewDocument::stored("obj_1");
    both.content = Some("x".into());
    for wish in [NewDocument::default(), both] {
        let error = D::finish(documents.create(&made.id, &wish)).unwrap_err();
        assert!(!wrong(&error).is_empty(), "{error:?}");
    }
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}

fn a_document_that_takes_long_is_given_up<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let made =
        D::finish(client.knowledge().collections().create(&json!({"name": "FAQ"})))?.collection;
    let file = NewDocument::file(Upload::new("faq.md", "# FAQ"));
    let documents = client.knowledge().documents();
    let error = D::finish(documents.create_and_wait(&made.id, &file, briefly())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let last = &error.last::<DocumentAnswer>().unwrap().document;
    assert!(last.is_under_way());
    assert_eq!(D::finish(documents.get(&made.id, &last.id))?.document, *last);
    Ok(())
}

fn collections_are_gone_through_page_by_page<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let collections = client.knowledge().collections();
    for name in ["a", "b", "c"] {
        D::finish(collections.create(&json!({"name": name})))?;
    }
    let page = D::finish(collections.list_page(&CollectionQuery::default().limit(2)))?;
    assert_eq!((page.collections.len(), page.next_cursor.is_some()), (2, true));
    let (all, failed) = D::collect(collections.list(&CollectionQuery::default().limit(2)));
    assert!(failed.is_none(), "{failed:?}");
    let names: Vec<_> = all.iter().map(|it| it.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["c", "b", "a"]);
    assert_eq!(D::finish(collections.get(&all[0].id))?.collection, all[0]);
    D::finish(collections.delete(&all[0].id))?;
    assert_eq!(refused(&D::finish(collections.get(&all[0].id)).unwrap_err()), (404, "not_found"));
    Ok(())
}
