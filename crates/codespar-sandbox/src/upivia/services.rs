//! The services there are.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    upivia::catalog::{OPERATIONS, SERVICES},
};

/// `GET /services`
pub(crate) fn list(_: &mut Request<'_>) -> HandlerResult {
    let row = |&(id, name, about): &(&str, &str, &str)| {
        let operations = OPERATIONS.iter().enumerate().filter(|(_, known)| known.service == id);
        let operations: Vec<Value> = operations.map(|(at, known)| known.row(at)).collect();
        json!({ "id": id, "name": name, "description": about, "operations": operations })
    };
    let services: Vec<Value> = SERVICES.iter().map(row).collect();
    Ok(Response::ok(json!({ "services": services })))
}
