//! Tools for language models.

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Client, Config, ErrorKind,
    driver::TransportErrorKind,
    services::Catalogue,
    toolkit::{Tool, ToolOperation, ToolResult, Toolkit, format_tool_result},
};

use crate::support::object;

fn client(server: &Replay) -> Client<Replay> {
    let config = Config::new("http://replay.test").api_key("agent_key_1").max_retries(0);
    Client::with_transport(config, server.clone()).unwrap()
}

fn names(toolkit: &Toolkit) -> Vec<&str> {
    toolkit.tools().iter().map(|tool| tool.name.as_str()).collect()
}

fn of_catalogue(catalogue: serde_json::Value) -> Toolkit {
    let catalogue: Catalogue = serde_json::from_value(catalogue).unwrap();
    Toolkit::of_catalogue(&catalogue)
}

fn sample() -> Toolkit {
    of_catalogue(json!({"services": [
        {"id": "email", "description": "Send email.", "operations": [
            {"name": "send", "base_price_cents": 1, "input_schema": {
                "type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]}},
            {"name": "validate", "input_schema": {"properties": {}}},
            {"name": "send"},
            {"id": ""}]},
        {"service_id": "web_search", "operations": [
            {"id": "search", "base_price_cents": 2.5, "input_schema": []}]},
        {"operations": [{"name": "lost"}]},
    ]}))
}

#[test]
fn the_catalogue_becomes_tools() {
    let described: Vec<_> = sample()
        .tools()
        .iter()
        .map(|tool| {
            format!("{}: {} ({}.{})", tool.name, tool.description, tool.service, tool.operation)
        })
        .collect();
    insta::assert_snapshot!(described.join("\n"), @r"
    email_send: Upivia governed operation email.send. Send email. Base price: 1 cents. (email.send)
    email_validate: Upivia governed operation email.validate. Send email. (email.validate)
    web_search_search: Upivia governed operation web_search.search. (web_search.search)
    ");
}

#[test]
fn names_are_unique() {
    let clash = json!({"services": [
        {"id": "a_b", "operations": [{"name": "c"}]},
        {"id": "a", "operations": [{"name": "b_c"}]},
    ]});
    let toolkit = of_catalogue(clash);
    let names = names(&toolkit);
    assert!(names.iter().all(|name| name.starts_with("a_b_c_")), "{names:?}");
    assert_ne!(names[0], names[1]);
    let tool = toolkit.find(names[1]).unwrap();
    assert_eq!((tool.service.as_str(), tool.operation.as_str()), ("a", "b_c"));
}

#[test]
fn the_forms_of_providers() {
    let toolkit = sample();
    let pretty = |json: upivia_proto::Json| serde_json::to_string_pretty(&json.to_value()).unwrap();
    insta::assert_snapshot!(pretty(toolkit.to_openai()), @r#"
    [
      {
        "function": {
          "description": "Upivia governed operation email.send. Send email. Base price: 1 cents.",
          "name": "email_send",
          "parameters": {
            "properties": {
              "to": {
                "type": "string"
              }
            },
            "required": [
              "to"
            ],
            "type": "object"
          },
          "strict": false
        },
        "type": "function"
      },
      {
        "function": {
          "description": "Upivia governed operation email.validate. Send email.",
          "name": "email_validate",
          "parameters": {
            "properties": {},
            "type": "object"
          },
          "strict": false
        },
        "type": "function"
      },
      {
        "function": {
          "description": "Upivia governed operation web_search.search.",
          "name": "web_search_search",
          "parameters": {
            "properties": {},
            "type": "object"
          },
          "strict": false
        },
        "type": "function"
      }
    ]
    "#);
    insta::assert_snapshot!(pretty(toolkit.to_anthropic()), @r#"
    [
      {
        "description": "Upivia governed operation email.send. Send email. Base price: 1 cents.",
        "input_schema": {
          "properties": {
            "to": {
              "type": "string"
            }
          },
          "required": [
            "to"
          ],
          "type": "object"
        },
        "name": "email_send"
      },
      {
        "description": "Upivia governed operation email.validate. Send email.",
        "input_schema": {
          "properties": {},
          "type": "object"
        },
        "name": "email_validate"
      },
      {
        "description": "Upivia governed operation web_search.search.",
        "input_schema": {
          "properties": {},
          "type": "object"
        },
        "name": "web_search_search"
      }
    ]
    "#);
    insta::assert_snapshot!(pretty(toolkit.to_mcp()), @r#"
    [
      {
        "annotations": {
          "destructiveHint": true,
          "idempotentHint": false,
          "openWorldHint": true,
          "readOnlyHint": false
        },
        "description": "Upivia governed operation email.send. Send email. Base price: 1 cents.",
        "inputSchema": {
          "properties": {
            "to": {
              "type": "string"
            }
          },
          "required": [
            "to"
          ],
          "type": "object"
        },
        "name": "email_send",
        "title": "Email send"
      },
      {
        "annotations": {
          "destructiveHint": true,
          "idempotentHint": false,
          "openWorldHint": true,
          "readOnlyHint": false
        },
        "description": "Upivia governed operation email.validate. Send email.",
        "inputSchema": {
          "properties": {},
          "type": "object"
        },
        "name": "email_validate",
        "title": "Email validate"
      },
      {
        "annotations": {
          "destructiveHint": true,
          "idempotentHint": false,
          "openWorldHint": true,
          "readOnlyHint": false
        },
        "description": "Upivia governed operation web_search.search.",
        "inputSchema": {
          "properties": {},
          "type": "object"
        },
        "name": "web_search_search",
        "title": "Web search search"
      }
    ]
    "#);
}

#[test]
fn the_defaults_come_only_when_asked_for() {
    let broken = || Replay::new().answer(Recorded::json(500, json!({"error": "boom"})));
    let error = client(&broken()).toolkit().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    let toolkit = client(&broken()).toolkit_or_defaults().send().unwrap();
    assert_eq!(toolkit, Toolkit::defaults());

    let empty = || Replay::new().answer(Recorded::json(200, json!({"services": []})));
    assert!(client(&empty()).toolkit().send().unwrap().tools().is_empty());
    assert_eq!(client(&empty()).toolkit_or_defaults().send().unwrap().tools().len(), 11);

    let malformed = Replay::new().answer(Recorded::json(200, json!({"services": "none"})));
    assert_eq!(client(&malformed).toolkit_or_defaults().send().unwrap().tools().len(), 11);
}

#[test]
fn operations_may_be_chosen() {
    let chosen =
        [ToolOperation::new("email", "send", "Send it."), ToolOperation::new("x", "post", "")];
    let toolkit = Toolkit::of_operations(chosen).unwrap();
    assert_eq!(names(&toolkit), ["email_send", "x_post"]);
    assert_eq!(toolkit.find("x_post").unwrap().description, "Upivia service: x.post");
    for (wrong, field) in [
        (ToolOperation::new("", "send", ""), "service"),
        (ToolOperation::new("email", " ", ""), "operation"),
    ] {
        assert_eq!(Toolkit::of_operations([wrong]).unwrap_err().field(), Some(field));
    }
}

fn email() -> Tool {
    Toolkit::defaults().find("email_send").unwrap().clone()
}

#[test]
fn a_tool_is_called_under_a_key() {
    let outcome = json!({
        "status": "executed", "request_id": "req_1", "result": {"id": "m"}, "cost_cents": 1,
    });
    let server = Replay::new().answer(Recorded::json(200, outcome));
    let call = client(&server).call_tool(&email(), &object(json!({"to": "ana@example.com"})));
    let result = call.idempotency_key("mail-1").send().unwrap();
    assert_eq!(result.status(), "executed");
    assert_eq!(
        format_tool_result(&result),
        "STATUS: executed\ncost_cents: 1\nresult: {\"id\": \"m\"}",
    );
    let sent = &server.requests()[0];
    assert_eq!(sent.header("idempotency-key"), Some("mail-1"));
    assert_eq!(
        sent.json(),
        json!({"service": "email", "operation": "send", "payload": {"to": "ana@example.com"},
               "idempotency_key": "mail-1"}),
    );
}

#[test]
fn what_goes_wrong_is_a_result_unless_it_is_the_callers_fault() {
    let refused = json!({"error": {"code": "forbidden", "message": "no"}});
    let server = Replay::new().answer(Recorded::json(403, refused));
    let arguments = object(json!({}));
    let result = client(&server).call_tool(&email(), &arguments).send().unwrap();
    assert_eq!(
        result.as_object().as_json().to_value(),
        json!({"status": "error", "kind": "unauthorized", "code": "forbidden", "message": "no",
            "verdict": "refused"}),
    );
    let server = Replay::new().fail(TransportErrorKind::Io);
    let result = client(&server).call_tool(&email(), &arguments).send().unwrap();
    assert_eq!(result.as_object().get::<String>("kind").unwrap().as_deref(), Some("network"));
    assert_eq!(result.as_object().get("may_have_been_sent").unwrap(), Some(true));
    assert_eq!(result.as_object().get::<String>("verdict").unwrap().as_deref(), Some("unknown"));
    // The first answer was lost: what the second says does not undo it.
    let server = Replay::new()
        .fail(TransportErrorKind::Io)
        .answer(Recorded::json(403, json!({"error": {"code": "forbidden", "message": "no"}})));
    let lost = client(&server).call_tool(&email(), &arguments).send().unwrap();
    assert_eq!(lost.as_object().get::<String>("verdict").unwrap().as_deref(), Some("unknown"));
    assert!(format_tool_result(&result).starts_with("STATUS: error\n{\"status\": \"error\", "));

    let nobody = Client::with_transport(Config::new("http://replay.test"), Replay::new()).unwrap();
    let error = nobody.call_tool(&email(), &arguments).send().unwrap_err();
    assert_eq!(error.field(), Some("api_key"));
}

/// Every recorded rendering, members in the order they were recorded in.
#[test]
fn results_read_as_recorded() {
    #[derive(serde::Deserialize)]
    struct Line {
        case: String,
        call: Call,
        #[serde(default)]
        quirk: Option<String>,
        #[serde(default)]
        result: Option<serde_json::Value>,
    }
    #[derive(serde::Deserialize)]
    struct Call {
        args: Box<serde_json::value::RawValue>,
    }
    #[derive(serde::Deserialize)]
    struct Args {
        result: ToolResult,
    }
    let mut count = 0;
    for line in crate::support::WIRE.lines() {
        let line: Line = serde_json::from_str(line).unwrap();
        if !line.case.starts_with("langgraph.format_tool_result/") || line.quirk.is_some() {
            continue;
        }
        let args: Args = serde_json::from_str(line.call.args.get()).unwrap();
        let text = line.result.unwrap();
        assert_eq!(format_tool_result(&args.result), text.as_str().unwrap(), "{}", line.case);
        count += 1;
    }
    assert_eq!(count, 10);
}

#[test]
fn a_null_cost_is_no_cost() {
    let result: ToolResult =
        serde_json::from_str(r#"{"status":"executed","cost_cents":null,"result":null}"#).unwrap();
    assert_eq!(format_tool_result(&result), "STATUS: executed\ncost_cents: 0\nresult: null");
}
