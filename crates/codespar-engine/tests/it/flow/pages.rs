//! Lists that come in pages.

use codespar_engine::{
    Call, ErrorKind, Items, Page,
    kit::{Pages, RequestBuilder, Retry, Route},
    testing::{Recorded, Replay, transcript},
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{millis, offline, shared};

const LIST: Route = Route::new("things.list", Method::GET, "/v1/things", Retry::Safe);

pub(super) fn list<T: codespar_engine::driver::Transport>(
    transport: T,
    limit: u32,
) -> Items<T, u64> {
    Items::new(transport, pages(limit))
}

fn pages(limit: u32) -> Pages<u64> {
    let service = shared();
    let ask = move |cursor: Option<&str>| {
        let draft = RequestBuilder::new(&LIST, &[]);
        let draft = match cursor {
            Some(cursor) => draft.pair("cursor", cursor),
            None => draft,
        };
        let flow = draft.unary(&service, |answer| answer.json::<Value>());
        Call::new((), flow)
            .map(|body| {
                let rows = body["items"].as_array().cloned().unwrap_or_default();
                let rows = rows.iter().filter_map(Value::as_u64).collect();
                Page::new(rows, body["next"].as_str().map(Into::into))
            })
            .into_flow()
            .0
    };
    Pages::new("things.list", limit, ask)
}

pub(super) fn page(items: &[u64], next: &str) -> Recorded {
    Recorded::json(200, json!({"items": items, "next": next}))
}

#[test]
fn an_empty_page_goes_on_to_the_next() {
    let script =
        Replay::new().answer(page(&[1, 2], "c2")).answer(page(&[], "c3")).answer(page(&[3], ""));
    insta::assert_snapshot!(transcript(list(offline(), 10).into_flow(), script), @r#"
    > GET /v1/things (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"items":[1,2],"next":"c2"}
    * 1
    * 2
    > GET /v1/things?cursor=c2 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"items":[],"next":"c3"}
    > GET /v1/things?cursor=c3 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"items":[3],"next":""}
    * 3
    = Ok(())
    "#);
}

#[test]
fn a_cursor_seen_before_ends_the_list_with_an_error() {
    let script =
        Replay::new().answer(page(&[1], "a")).answer(page(&[2], "b")).answer(page(&[3], "a"));
    let mut items = list(script.clone(), 10);
    let rows: Vec<_> = items.by_ref().take(3).map(Result::unwrap).collect();
    assert_eq!(rows, [1, 2, 3]);
    let error = items.next().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "things.list: the server gave the same cursor twice (after 3 requests)"
    );
    assert!(items.next().is_none());
    script.assert_done();
}

#[test]
fn there_is_a_limit_to_pages() {
    let script = Replay::new().answer(page(&[], "a")).answer(page(&[], "b"));
    let error = list(script, 2).next().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "things.list: the list has more pages than the limit (after 2 requests)"
    );
}

/// Time goes by with the answers only: the rows wait as long as they like.
#[test]
fn all_pages_together_have_a_budget_of_time() {
    let slow = |next: &str| page(&[1], next).after(millis(400));
    let within = |budget| {
        let script = Replay::new().answer(slow("a")).answer(slow("b")).answer(slow("c"));
        let flow = pages(10).within(budget);
        (Items::new(script.clone(), flow).collect::<Vec<_>>(), script.requests().len())
    };
    let (items, requests) = within(millis(800));
    assert_eq!((items.len(), requests), (3, 2));
    let error = items.into_iter().next_back().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.message(), "the list took longer than the limit of its pages");
    assert!(error.may_have_been_sent());
    assert_eq!(within(millis(801)).1, 3);
}

#[test]
fn an_error_midway_comes_after_the_rows_before_it() {
    let refusal = Recorded::json(401, json!({"message": "who are you"}));
    let script = Replay::new().answer(page(&[1, 2], "a")).answer(refusal);
    let outcomes: Vec<_> = list(script, 10).map(|row| row.map_err(|error| error.kind())).collect();
    assert_eq!(outcomes, [Ok(1), Ok(2), Err(ErrorKind::Api)]);
}

#[test]
fn nothing_is_asked_for_ahead() {
    let script = Replay::new().answer(page(&[1, 2], "a"));
    let mut items = list(script.clone(), 10);
    assert_eq!(script.requests().len(), 0);
    items.next();
    items.next();
    assert_eq!(script.requests().len(), 1);
}

#[test]
fn a_later_page_that_is_not_reached_does_not_hide_that_the_first_was() {
    let script = Replay::new()
        .answer(page(&[1], "c2"))
        .fail(codespar_engine::driver::TransportErrorKind::Connect);
    let error = list(script, 10).retries(0).find_map(Result::err).unwrap();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.may_have_been_sent());
}
