//! The routes of the service: the sandbox answers each, or says why it does not.

use std::collections::{BTreeMap, BTreeSet};

use codespar_proto::{
    Client, Config, Error,
    operations::{Untyped, routes, untyped},
};
use codespar_sandbox::Sandbox;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::client_of;

testing_support::with_both_drivers! {
    every_route_is_answered_or_says_why_not
    routes_without_a_key_want_none
}

/// The API's document, a line an operation.
const DOCUMENT: &str = include_str!("../../../../../../fixtures/october.tsv");

/// A method and a path whose parts in braces are all the same.
type Shape = (String, String);

fn shape(method: &str, path: &str) -> Shape {
    let plain = |part: &str| if part.starts_with('{') { "x1".to_owned() } else { part.to_owned() };
    let parts: Vec<_> = path.split('/').map(plain).collect();
    (method.to_owned(), parts.join("/"))
}

/// What there is: what methods call, and what none calls.
fn service() -> BTreeSet<Shape> {
    let called = routes().map(|route| shape(route.method.as_str(), route.path));
    let others = untyped().filter(|route| !matches!(route.why, Untyped::NotServed(_)));
    called.chain(others.map(|route| shape(route.method, route.path))).collect()
}

fn send<D: Driver>(client: &Client<D>, (method, path): &Shape) -> Option<Error> {
    D::finish(client.request(method, path).raw()).err()
}

fn every_route_is_answered_or_says_why_not<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let mut reasons = BTreeMap::new();
    for (method, path, why) in sandbox.routes_not_here() {
        assert!(!why.is_empty(), "{method} {path}: no reason");
        let twice = reasons.insert(shape(method, path), why);
        assert_eq!(twice, None, "{method} {path} stands there twice");
    }
    let service = service();
    let stale: Vec<_> = reasons.keys().filter(|route| !service.contains(route)).collect();
    assert!(stale.is_empty(), "the service has no such routes: {stale:?}");
    for route in &service {
        let error = send(&client, route);
        let said = error.as_ref().map(ToString::to_string).unwrap_or_default();
        assert!(!said.contains("Route "), "{route:?} is nowhere: {said}");
        let refused = error.as_ref().and_then(Error::code) == Some("not_in_sandbox");
        match reasons.get(route) {
            Some(why) => assert!(refused && said.contains(why), "{route:?} is answered: {said}"),
            None => assert!(!refused, "{route:?} has no reason: {said}"),
        }
    }
    Ok(())
}

fn routes_without_a_key_want_none<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let config = Config::new("csk_test_of_nobody").base_url(sandbox.base_url());
    let nobody = Client::<D>::with_config(config)?;
    let mut public = 0;
    for line in DOCUMENT.lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        let (route, scope) = (shape(columns[1], columns[2]), columns[3]);
        let error = send(&nobody, &route);
        let is_refused =
            error.as_ref().and_then(Error::status).is_some_and(|status| status.as_u16() == 401);
        assert_eq!(is_refused, scope != "public", "{route:?}: {error:?}");
        public += usize::from(!is_refused);
    }
    assert!(public > 10, "{public}");
    Ok(())
}
