// Every Upivia operation of the registry once more: what is added to the product and not to
// `upivia_operations.jsonl` is noticed here.

use std::collections::BTreeMap;

use codespar_sandbox::Sandbox;
use serde_json::Value;
use upivia_proto::{
    Config, Error, Json,
    registry::{self, Started},
};

use super::Upivia;
use crate::table;

const TABLE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/upivia_operations.jsonl"));

scenario! { every_upivia_operation_reaches_the_server {
    let sandbox = Sandbox::start()?;
    let config = Config::new(sandbox.upivia_url())
        .api_key(sandbox.upivia_agent_key())
        .pat(sandbox.upivia_pat())
        .session_cookie(sandbox.upivia_session_cookie());
    let client = Upivia::with_config(config)?;
    let mut kept = BTreeMap::new();
    let lines = table::lines(TABLE);
    for line in &lines {
        let mut args = line.args.clone();
        table::fill(&mut args, &kept);
        let started = registry::start(&client, &line.op, &Json::from(args));
        let started = started.unwrap_or_else(|| panic!("no operation {}", line.op));
        let result: Result<Value, Error> = match started {
            Err(error) => Err(error),
            Ok(Started::Call(call)) => run!(call).map(|json| json.to_value()),
            Ok(Started::Items(items)) => {
                let (items, failed) = all!(items);
                let items = items.iter().map(Json::to_value).collect();
                failed.map_or(Ok(Value::Array(items)), Err)
            }
            Ok(other) => panic!("{}: {other:?}", line.op),
        };
        table::judge(line, result, &mut kept);
    }
    table::is_complete(&lines, registry::operations(), upivia_proto::routes(), "/upivia", &sandbox);
}}
