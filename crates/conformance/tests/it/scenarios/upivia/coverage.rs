//! Every Upivia operation of the registry once more: what is added to the product and not to
//! `upivia_operations.jsonl` is noticed here.

use std::collections::BTreeMap;

use codespar_sandbox::Sandbox;
use serde_json::Value;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Config, Error, Json,
    registry::{self, Started},
};

use crate::support::table;
use crate::support::upivia::Upivia;

testing_support::with_both_drivers! {
    every_upivia_operation_reaches_the_server
}

const TABLE: &str = include_str!("operations.jsonl");

fn every_upivia_operation_reaches_the_server<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let config = Config::new(sandbox.upivia_url())
        .api_key(sandbox.upivia_agent_key())
        .pat(sandbox.upivia_pat())
        .session_cookie(sandbox.upivia_session_cookie());
    let client = Upivia::<D>::with_config(config)?;
    let mut kept = BTreeMap::new();
    let lines = table::lines(TABLE);
    for line in &lines {
        let mut args = line.args.clone();
        table::fill(&mut args, &kept);
        let started = registry::start(&client, &line.op, &Json::from(args));
        let started = started.unwrap_or_else(|| panic!("no operation {}", line.op));
        let result: Result<Value, Error> = match started {
            Err(error) => Err(error),
            Ok(Started::Call(call)) => D::finish(call).map(|json| json.to_value()),
            Ok(Started::Items(items)) => {
                let (items, failed) = D::collect(items);
                let items = items.iter().map(Json::to_value).collect();
                failed.map_or(Ok(Value::Array(items)), Err)
            }
            Ok(other) => panic!("{}: {other:?}", line.op),
        };
        table::judge(line, result, &mut kept);
    }
    let names = registry::operations().map(|operation| operation.name);
    table::is_complete(&lines, names, upivia_proto::routes(), "/upivia", &sandbox);
    Ok(())
}
