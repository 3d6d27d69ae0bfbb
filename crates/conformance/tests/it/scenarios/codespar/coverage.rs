//! Every operation of the registry once more, with as few arguments as will do: what is added to
//! the product and not to a file of `operations/` is noticed here.

use std::collections::BTreeMap;

use codespar_proto::{
    Error, Json,
    registry::{self, Started},
};
use codespar_sandbox::Sandbox;
use serde_json::Value;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::client_of;
use crate::support::table;

testing_support::with_both_drivers! {
    every_operation_reaches_the_server
}

/// The tables, a file per area, in the order of running: some need what those before have kept.
const TABLE: &str = concat!(
    include_str!("operations/session.jsonl"),
    include_str!("operations/commerce.jsonl"),
    include_str!("operations/selling.jsonl"),
    include_str!("operations/governance.jsonl"),
    include_str!("operations/accounts.jsonl"),
);

fn every_operation_reaches_the_server<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let (mut session, mut kept) = (None, BTreeMap::new());
    let lines = table::lines(TABLE);
    for line in &lines {
        let mut args = line.args.clone();
        table::fill(&mut args, &kept);
        let args = Json::from(args);
        let started = match line.op.starts_with("session.") {
            true => registry::start_on_session(session.as_ref().unwrap(), &line.op, &args),
            false => registry::start_on_client(&client, &line.op, &args),
        };
        let started = started.unwrap_or_else(|| panic!("no operation {}", line.op));
        let result: Result<Value, Error> =
            match started.map_err(|error| format!("{}: {error}", line.op))? {
                Started::Call(call) => D::finish(call).map(|json| json.to_value()),
                Started::Items(items) => {
                    let (items, failed) = D::collect(items);
                    let items = items.iter().map(Json::to_value).collect();
                    failed.map_or(Ok(Value::Array(items)), Err)
                }
                Started::Session(call) => D::finish(call).map(|made| {
                    session = Some(made);
                    Value::Null
                }),
                other => panic!("{}: {other:?}", line.op),
            };
        table::judge(line, result, &mut kept);
    }

    let names = registry::operations().map(|operation| operation.name);
    table::is_complete(&lines, names, codespar_proto::operations::routes(), "", &sandbox);
    Ok(())
}
