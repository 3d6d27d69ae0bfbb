//! The operations of the platform as tools of a language model.

use std::collections::BTreeSet;

use codespar_sandbox::{EffectKind, Fault, Verdict};
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Object,
    toolkit::{Toolkit, format_tool_result},
};

use crate::support::codespar::wrong;
use crate::support::upivia::{quick, upivia_of};

testing_support::with_both_drivers! {
    a_tool_is_found_described_and_called
    whatever_comes_of_a_tool_can_be_read
    without_a_catalogue_there_are_defaults
}

fn a_tool_is_found_described_and_called<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let toolkit = D::finish(client.toolkit())?;
    let names: BTreeSet<_> = toolkit.tools().iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!((names.len(), toolkit.tools().len()), (16, 16));
    let tool = toolkit.find("email_send").unwrap();
    assert_eq!((tool.service.as_str(), tool.operation.as_str()), ("email", "send"));
    assert!(tool.description.contains("Base price: 1 cents"), "{}", tool.description);
    for (format, name) in [
        (toolkit.to_openai(), "/0/function/name"),
        (toolkit.to_anthropic(), "/0/name"),
        (toolkit.to_mcp(), "/0/name"),
    ] {
        let format = format.to_value();
        assert_eq!(format.pointer(name).and_then(Value::as_str), Some("email_send"), "{format}");
        assert_eq!(format.as_array().map(Vec::len), Some(16));
    }

    let to = Object::of("payload", &json!({"to": "ana@example.com"}))?;
    let result = D::finish(client.call_tool(tool, &to).idempotency_key("once"))?;
    assert_eq!(D::finish(client.call_tool(tool, &to).idempotency_key("once"))?, result);
    assert_eq!(result.status(), "executed");
    assert!(format_tool_result(&result).starts_with("STATUS: executed\ncost_cents: 1\nresult: {"));
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);
    Ok(())
}

fn whatever_comes_of_a_tool_can_be_read<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let toolkit = D::finish(client.toolkit())?;
    let tool = toolkit.find("email_send").unwrap();
    let to = Object::of("payload", &json!({"to": "ana@example.com"}))?;
    for (verdict, second_line) in [
        (Verdict::ApprovalRequired, "approval_id: appr_"),
        (Verdict::Blocked, "reason_code: policy_block"),
        (Verdict::Failed, "reason_code: adapter_error"),
        (Verdict::Running, "request_id: req_"),
    ] {
        sandbox.upivia_decide("email.send", verdict);
        let result = D::finish(client.call_tool(tool, &to))?;
        let told = format_tool_result(&result);
        let mut lines = told.lines();
        assert_eq!(lines.next(), Some(format!("STATUS: {}", verdict.as_str()).as_str()));
        assert!(lines.next().unwrap().starts_with(second_line), "{told}");
    }
    let own = Object::of("payload", &json!({"agent_id": sandbox.upivia_agent_id()}))?;
    let result = D::finish(client.call_tool(toolkit.find("platform_check_budget").unwrap(), &own))?;
    let told = format_tool_result(&result);
    assert!(told.starts_with("STATUS: unknown\n{") && told.contains("\"org_balance\": "), "{told}");
    let result = D::finish(client.call_tool(tool, &Object::empty()))?;
    assert_eq!(result.status(), "error", "a refusal is for the model to read");
    assert_eq!(result.as_object().get("code")?, Some("invalid_request".to_owned()));
    let error = D::finish(client.call_tool(tool, &to).idempotency_key("")).unwrap_err();
    assert_eq!(wrong(&error), "idempotency_key");
    Ok(())
}

fn without_a_catalogue_there_are_defaults<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    assert_eq!(D::finish(client.toolkit_or_defaults())?.tools().len(), 16);
    sandbox.inject(Fault::on("GET", "/upivia/api/v1/services").always().answer(500, json!({})));
    assert!(D::finish(client.toolkit()).is_err());
    let offline = D::finish(client.toolkit_or_defaults())?;
    assert_eq!(offline, Toolkit::defaults());
    assert_eq!(offline.tools().len(), 11);
    let to = Object::of("payload", &json!({"to": "ana@example.com"}))?;
    let result = D::finish(client.call_tool(offline.find("email_send").unwrap(), &to))?;
    assert_eq!(result.status(), "executed");
    Ok(())
}
