//! How values become addresses.

use std::sync::Arc;

use codespar_engine::{
    Call, Error,
    kit::{BaseUrl, RequestBuilder, Service, Unary},
    testing::Replay,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{READ, ok, service, shared};

/// The target of what a draft sends, or the error.
fn target(service: &Arc<Service>, draft: RequestBuilder) -> Result<String, Error> {
    let script = Replay::new().answer(ok());
    let flow: Unary<Value> = draft.unary(service, |answer| answer.json());
    Call::new(script.clone(), flow).send()?;
    Ok(script.requests()[0].uri.to_string())
}

fn path_of(id: &str) -> String {
    let uri = target(&shared(), RequestBuilder::new(&READ, &[("thing", id)])).unwrap();
    uri.strip_prefix("https://api.test").unwrap().to_owned()
}

#[test]
fn an_id_is_one_segment_whatever_it_holds() {
    let ids = [
        "plain-1_2.3~4",
        "a b",
        "a+b",
        "100%",
        "%2e%2e",
        "a?b=c",
        "a#b",
        "ação",
        "日本",
        "a;b,c:d@e&f=g",
        "...",
        "\"'<>{}|^`",
    ];
    let lines: Vec<_> = ids.iter().map(|id| format!("{id:?} {}", path_of(id))).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "plain-1_2.3~4" /v1/things/plain-1_2.3~4
    "a b" /v1/things/a%20b
    "a+b" /v1/things/a%2Bb
    "100%" /v1/things/100%25
    "%2e%2e" /v1/things/%252e%252e
    "a?b=c" /v1/things/a%3Fb%3Dc
    "a#b" /v1/things/a%23b
    "ação" /v1/things/a%C3%A7%C3%A3o
    "日本" /v1/things/%E6%97%A5%E6%9C%AC
    "a;b,c:d@e&f=g" /v1/things/a%3Bb%2Cc%3Ad%40e%26f%3Dg
    "..." /v1/things/...
    "\"'<>{}|^`" /v1/things/%22%27%3C%3E%7B%7D%7C%5E%60
    "#);
}

#[test]
fn an_id_that_leads_elsewhere_is_refused() {
    // Some gateways decode a path before they take the steps out of it.
    let strays =
        ["a/b", "../balance", "x/../../balance", "a\\b", "..\\..", "/", "a\0b", "\n", "a\u{85}"];
    for id in ["", ".", ".."].into_iter().chain(strays) {
        let error = target(&shared(), RequestBuilder::new(&READ, &[("thing", id)])).unwrap_err();
        assert_eq!(error.field(), Some("thing"), "{id:?}");
        assert!(!error.may_have_been_sent());
    }
}

#[test]
fn a_row_without_all_its_values_is_refused() {
    let error = target(&shared(), RequestBuilder::new(&READ, &[])).unwrap_err();
    assert_eq!(error.field(), Some("path"));
}

#[derive(Serialize)]
struct Search<'a> {
    text: &'a str,
    limit: Option<u32>,
    tags: &'a [&'a str],
    open: bool,
}

#[test]
fn a_query_is_encoded_and_leaves_out_what_is_not_there() {
    let query = Search { text: "a b&c=d+é", limit: None, tags: &["x", "y/z"], open: true };
    let draft = RequestBuilder::new(&READ, &[("thing", "t1")]).pair("cursor", "==").query(&query);
    insta::assert_snapshot!(target(&shared(), draft).unwrap());
}

#[test]
fn a_query_that_is_not_flat_is_refused() {
    for query in [json!({"a": {"b": 1}}), json!([1]), json!({"a": [[1]]}), json!("text")] {
        let draft = RequestBuilder::new(&READ, &[("thing", "t1")]).query(&query);
        assert_eq!(target(&shared(), draft).unwrap_err().field(), Some("query"), "{query}");
    }
}

#[test]
fn a_path_of_the_caller_stays_below_the_base() {
    use codespar_engine::kit::Retry;
    let raw = |path| {
        let draft = RequestBuilder::raw("raw", http::Method::GET, Retry::Safe, path);
        target(&shared(), draft)
    };
    let steps = [
        "/v1/../admin",
        "/..",
        "/v1/.",
        "/v1/./x",
        "/v1/%2e%2e/admin",
        "/v1/.%2E/admin",
        "/v1/%2E./admin",
        "/v1/%2e",
        "/v1/x%2f..%2fadmin",
        "/v1/x%2F%2e%2E%2Fadmin",
        "/v1/x%5c..%5cadmin",
        "/v1/..%5Cadmin",
    ];
    for path in ["no-slash", "/a?b", "/a#b", "", "/a b", "/a%2", "/a\\..\\b"].iter().chain(&steps) {
        assert_eq!(raw(path).unwrap_err().field(), Some("path"), "{path:?}");
    }
    for path in ["/", "/v1/a..b", "/v1/...", "/v1/did%3Aweb%3Aa%2Fb", "/v1/%252e%252e", "/v1/..a/"]
    {
        assert_eq!(raw(path).unwrap(), format!("https://api.test{path}"));
    }
}

#[test]
fn addresses_are_read_strictly() {
    let table = [
        "https://api.codespar.dev",
        "https://api.codespar.dev/",
        "http://localhost:8787/base//",
        "HTTPS://API.test",
        "http://[::1]:8080",
        "",
        "api.codespar.dev",
        "ftp://api.test",
        "https://",
        "https:///path",
        "https://user:secret@api.test",
        "https://api.test?x=1",
        "https://api.test#top",
        "https://api.test:99999",
        "https://api.test:",
        "https://api test",
        "//api.test",
    ];
    let lines: Vec<_> = table
        .iter()
        .map(|text| match BaseUrl::parse(text) {
            Ok(base) => format!("{text} -> {base}"),
            Err(error) => format!("{text} !! {error}"),
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    https://api.codespar.dev -> https://api.codespar.dev
    https://api.codespar.dev/ -> https://api.codespar.dev
    http://localhost:8787/base// -> http://localhost:8787/base
    HTTPS://API.test -> HTTPS://API.test
    http://[::1]:8080 -> http://[::1]:8080
     !! base_url: expected an http or https URL
    api.codespar.dev !! base_url: expected an http or https URL
    ftp://api.test !! base_url: expected an http or https URL
    https:// !! base_url: expected an http or https URL
    https:///path !! base_url: expected an http or https URL
    https://user:secret@api.test !! base_url: expected a URL without user name or password
    https://api.test?x=1 !! base_url: expected a URL without query or fragment
    https://api.test#top !! base_url: expected a URL without query or fragment
    https://api.test:99999 !! base_url: expected a URL with a port from 1 to 65535
    https://api.test: !! base_url: expected a URL with a port from 1 to 65535
    https://api test !! base_url: expected an http or https URL
    //api.test !! base_url: expected an http or https URL
    "#);
}

#[test]
fn a_path_of_the_base_comes_first() {
    let mut service = service();
    service.base = BaseUrl::parse("https://gateway.test/codespar/").unwrap();
    let uri = target(&Arc::new(service), RequestBuilder::new(&READ, &[("thing", "t1")])).unwrap();
    assert_eq!(uri, "https://gateway.test/codespar/v1/things/t1");
}
