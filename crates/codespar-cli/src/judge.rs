//! What a result that arrived says of its effect, or of what was waited for.

use codespar_blocking::{
    Json, PaymentState, PaymentStatus, ToolResult, Verdict,
    approvals::{ApprovalRecord, ApprovalState},
    charges::{ChargeRecord, ChargeStatus},
    chat::{SendResult, ToolCallRecord},
    devolutions::Devolution,
    mandates::{Spend, SpendStatus},
    payables::{Batch, BatchItem, ItemPaymentState, ItemState},
    proto::session::Proxied,
};
use codespar_engine::{Effect, describe::Shape};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::outcome::{Exit, Failure, is_wait};

/// A result: of which operation, and what it looks like.
pub(crate) struct Arrived<'a> {
    pub(crate) operation: &'static str,
    pub(crate) effect: Effect,
    pub(crate) result: &'a Json,
    pub(crate) shape: &'static Shape,
    /// How many lines were asked for, where a list was.
    pub(crate) lines: usize,
}

impl Arrived<'_> {
    /// Why it is no success, where it is none. A read that tells of a failure has not failed.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let exit = self.exit();
        if exit == Exit::Done {
            return None;
        }
        let verdict = match exit {
            Exit::Held => Verdict::Held,
            Exit::Refused | Exit::Failed => Verdict::Refused,
            _ => Verdict::Unknown,
        };
        let mut failure =
            Failure::of_result(exit, verdict).because(self.of_tool().and_then(|it| it.error));
        if let (Exit::Held, Some(id)) = (exit, self.approval()) {
            failure.message = format!("{}: approval {id}", failure.message);
            failure.approval = Some(id.into());
        }
        Some(failure)
    }

    /// How it ended; of a result with lines, by its lines.
    pub(crate) fn exit(&self) -> Exit {
        match self.effect.is_change() {
            _ if is_wait(self.operation) => self.of_wait(),
            true => self.of_change(),
            // A tool that only reads, and could not.
            false if self.of_tool().is_some_and(|result| !result.success) => Exit::Failed,
            false => Exit::Done,
        }
    }

    fn is(&self, name: &str) -> bool {
        is_named(self.shape, name)
    }

    fn read<T: DeserializeOwned>(&self) -> Option<T> {
        self.result.read().ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.result.member(name)?.read().ok()
    }

    fn of_tool(&self) -> Option<ToolResult> {
        self.read().filter(|_| self.is("ToolResult"))
    }

    fn approval(&self) -> Option<String> {
        self.text("approval_id").or_else(|| Some(self.read::<ToolResult>()?.approval()?.id))
    }

    /// What was waited for.
    fn of_wait(&self) -> Exit {
        if let Some(payment) = self.read::<PaymentStatus>().filter(|_| self.is("PaymentStatus")) {
            return of_payment(&payment.payment_status);
        }
        if let Some(charge) = self.read::<ChargeRecord>().filter(|_| self.is("ChargeRecord")) {
            return if charge.is_paid() { Exit::Done } else { Exit::Failed };
        }
        if let Some(record) = self.read::<ApprovalRecord>().filter(|_| self.is("ApprovalRecord")) {
            return of_approval(&record.approval_status);
        }
        let status = self.text("verification_status").or_else(|| self.text("status"));
        match status.as_deref() {
            _ if self.text("verdict").is_some() => self.of_verdict(),
            Some("approved" | "completed" | "ready" | "processed") => Exit::Done,
            Some("rejected") => Exit::Refused,
            Some("expired") => Exit::Failed,
            Some("waiting_approval") => Exit::Held,
            // Steps that were made before stand.
            Some("failed" | "cancelled") if self.effect.is_change() => Exit::Unknown,
            Some("failed" | "cancelled") => Exit::Failed,
            Some("unknown") => Exit::Unknown,
            _ => Exit::Done,
        }
    }

    /// What became of a change.
    fn of_change(&self) -> Exit {
        if self.is("Batch") {
            return self.read::<Batch>().map_or(Exit::Unknown, |batch| self.of_batch(&batch));
        }
        if self.is("SendResult") {
            let turn = self.read::<SendResult>();
            return turn.map_or(Exit::Unknown, |turn| of_turn(&turn.tool_calls));
        }
        if self.is("ChatEvent") {
            return self.of_event();
        }
        let exit = |verdict| Exit::of_result(verdict).unwrap_or(Exit::Done);
        if let Some(result) = self.read::<ToolResult>().filter(|_| self.is("ToolResult")) {
            return exit(result.verdict());
        }
        if let Some(back) = self.read::<Devolution>().filter(|_| self.is("Devolution")) {
            return exit(back.verdict());
        }
        if let Some(spend) = self.read::<Spend>().filter(|_| self.is("Spend")) {
            let is_other = matches!(spend.status, Some(SpendStatus::Other(_)));
            return if is_other { Exit::Unknown } else { Exit::Done };
        }
        if let Some(call) = self.read::<Proxied>().filter(|_| self.is("Proxied")) {
            return of_provider(&call);
        }
        if self.operation == "charges.create" {
            return self.read::<ChargeRecord>().map_or(Exit::Unknown, |charge| of_issuing(&charge));
        }
        self.of_verdict()
    }

    /// What a result says of itself.
    fn of_verdict(&self) -> Exit {
        match self.text("verdict").as_deref() {
            Some("held") => Exit::Held,
            Some("refused") => Exit::Refused,
            Some("nothing_sent") => Exit::Failed,
            Some("unknown") => Exit::Unknown,
            _ => Exit::Done,
        }
    }

    /// The bills of a batch that were to be paid, or those that were put into it: the last ones.
    fn of_batch(&self, batch: &Batch) -> Exit {
        if self.operation.ends_with(".pay") {
            let is_in = |item: &&BatchItem| item.state != Some(ItemState::Excluded);
            return Exit::of_lines(batch.items.iter().filter(is_in).map(of_bill));
        }
        let mut items: Vec<&BatchItem> = batch.items.iter().collect();
        items.sort_by_key(|item| item.position);
        Exit::of_lines(items.into_iter().rev().take(self.lines).map(of_entry))
    }

    /// An event of a turn: tool calls are its lines.
    fn of_event(&self) -> Exit {
        let Some(kind) = self.text("type") else { return Exit::Done };
        match kind.as_str() {
            "error" => Exit::Unknown,
            "tool_result" => match self.result.member("tool_call").and_then(|it| it.read().ok()) {
                Some(call) => of_tool_call(&call),
                None if self.result.member("is_error").is_some_and(|it| it.as_str() == "true") => {
                    Exit::Unknown
                }
                None => Exit::Done,
            },
            "done" => {
                let turn = self.result.member("result").and_then(|it| it.read::<SendResult>().ok());
                turn.map_or(Exit::Done, |turn| of_turn(&turn.tool_calls))
            }
            _ => Exit::Done,
        }
    }
}

/// Whether a description is of this type, or has it in it.
fn is_named(shape: &'static Shape, name: &str) -> bool {
    match shape {
        Shape::Object(object) => object().name == name,
        Shape::OneOf(one_of) => one_of().name == name,
        Shape::Nullable(inner) => is_named(inner, name),
        Shape::AllOf(all) => all.iter().any(|shape| is_named(shape, name)),
        _ => false,
    }
}

fn of_payment(state: &PaymentState) -> Exit {
    match state {
        PaymentState::Succeeded => Exit::Done,
        PaymentState::Failed | PaymentState::Refunded => Exit::Failed,
        _ => Exit::Unknown,
    }
}

fn of_approval(state: &ApprovalState) -> Exit {
    match state {
        ApprovalState::Approved => Exit::Done,
        ApprovalState::Denied | ApprovalState::Expired => Exit::Refused,
        ApprovalState::Pending => Exit::Held,
        _ => Exit::Unknown,
    }
}

/// A charge that was just made.
fn of_issuing(charge: &ChargeRecord) -> Exit {
    match charge.status {
        _ if charge.issuance_unconfirmed == Some(true) => Exit::Unknown,
        // There never was anything to pay.
        Some(ChargeStatus::Error) => Exit::Refused,
        _ => Exit::Done,
    }
}

/// A bill that was to be paid.
fn of_bill(item: &BatchItem) -> Exit {
    let payment = item.payment.as_ref().and_then(|payment| payment.state.as_ref());
    match (payment, item.state.as_ref()) {
        (Some(ItemPaymentState::Uncertain), _) | (_, Some(ItemState::Uncertain)) => Exit::Unknown,
        (Some(ItemPaymentState::Executed), _) | (_, Some(ItemState::Executed)) => Exit::Done,
        (Some(ItemPaymentState::Refused), _) | (_, Some(ItemState::Refused)) => Exit::Refused,
        (None, Some(ItemState::Dispatching | ItemState::Other(_)) | None) => Exit::Unknown,
        (Some(_), _) => Exit::Unknown,
        // It was not paid, and nobody tried.
        (None, Some(_)) => Exit::Refused,
    }
}

/// A bill that was put into a batch.
fn of_entry(item: &BatchItem) -> Exit {
    match item.state {
        Some(ItemState::Rejected) => Exit::Refused,
        _ => Exit::Done,
    }
}

/// What a provider that failed has done is not known, unless its status says that it is nothing.
fn of_provider(call: &Proxied) -> Exit {
    match call.status {
        _ if call.is_success() => Exit::Done,
        Some(400 | 401 | 403 | 404 | 405 | 422 | 429) => Exit::Refused,
        _ => Exit::Unknown,
    }
}

fn of_turn(calls: &[ToolCallRecord]) -> Exit {
    Exit::of_lines(calls.iter().map(of_tool_call))
}

/// A tool call of a turn, judged as the result of the same call would be.
pub(crate) fn of_tool_call(call: &ToolCallRecord) -> Exit {
    let is_success = call.status.as_ref().is_some_and(|status| status.as_str() == "success");
    let members =
        json!({ "success": is_success, "tool": call.tool_name, "error": call.error_code });
    let result: Option<ToolResult> = Json::from(members).read().ok();
    let Some(mut result) = result else { return Exit::Unknown };
    result.data = call.output.clone();
    Exit::of_result(result.verdict()).unwrap_or(Exit::Done)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rows::{Api, rows};

    fn exit(operation: &str, result: &str) -> Exit {
        let is_it = |it: &crate::rows::Row| it.operation.name == operation;
        let row = rows().find(is_it).unwrap_or_else(|| panic!("no {operation}"));
        let arrived = Arrived {
            operation: row.operation.name,
            effect: row.effect(None),
            result: &Json::parse_str(result).unwrap(),
            shape: row.operation.output,
            lines: 0,
        };
        assert_eq!(arrived.failure().is_some(), arrived.exit() != Exit::Done);
        arrived.exit()
    }

    #[test]
    fn results_of_changes_are_judged_by_their_kind() {
        for (operation, result, wanted) in [
            ("charges.create", r#"{"id":"c","status":"PROCESSING"}"#, Exit::Done),
            ("charges.create", r#"{"id":null,"issuance_unconfirmed":true}"#, Exit::Unknown),
            ("charges.create", r#"{"id":"c","status":"ERROR"}"#, Exit::Refused),
            ("charges.cancel", r#"{"id":"c","status":"CANCELLED"}"#, Exit::Done),
            ("mandates.spend", r#"{"status":"completed"}"#, Exit::Done),
            ("mandates.spend", r#"{"status":"pending"}"#, Exit::Unknown),
            ("devolutions.create", r#"{"status":"accepted"}"#, Exit::Done),
            ("devolutions.create", r#"{"status":"failed"}"#, Exit::Refused),
            ("devolutions.create", r#"{"status":"uncertain"}"#, Exit::Unknown),
            ("session.execute", r#"{"success":true,"tool":"codespar_pay"}"#, Exit::Done),
            ("session.execute", r#"{"success":false,"error":"timeout"}"#, Exit::Unknown),
            ("session.run_workflow", r#"{"verdict":"held"}"#, Exit::Held),
            ("session.proxy_execute", r#"{"status":200}"#, Exit::Done),
            ("session.proxy_execute", r#"{"status":404}"#, Exit::Refused),
            ("session.proxy_execute", r#"{"status":409}"#, Exit::Unknown),
            // A read that tells of a failure has not failed.
            ("charges.get", r#"{"id":"c","status":"ERROR"}"#, Exit::Done),
            ("session.payment_status", r#"{"payment_status":"failed"}"#, Exit::Done),
        ] {
            assert_eq!(exit(operation, result), wanted, "{operation} {result}");
        }
    }

    #[test]
    fn what_was_waited_for_is_judged_by_how_it_ended() {
        let charge = |rest: &str| format!(r#"{{"id":"c","issuance_unconfirmed":false,{rest}}}"#);
        for (operation, result, wanted) in [
            ("charges.settled", charge(r#""status":"CONFIRMED""#), Exit::Done),
            ("charges.settled", charge(r#""status":"EXPIRED""#), Exit::Failed),
            ("session.settled", r#"{"payment_status":"succeeded"}"#.into(), Exit::Done),
            ("session.settled", r#"{"payment_status":"failed"}"#.into(), Exit::Failed),
            ("session.settled", r#"{"payment_status":"unknown"}"#.into(), Exit::Unknown),
            ("session.settled", r#"{"payment_status":"new"}"#.into(), Exit::Unknown),
            ("session.decided", r#"{"verification_status":"approved"}"#.into(), Exit::Done),
            ("session.decided", r#"{"verification_status":"rejected"}"#.into(), Exit::Refused),
            ("session.decided", r#"{"verification_status":"unknown"}"#.into(), Exit::Unknown),
            ("approvals.decided", r#"{"approval_status":"approved"}"#.into(), Exit::Done),
            ("approvals.decided", r#"{"approval_status":"denied"}"#.into(), Exit::Refused),
            ("approvals.decided", r#"{"approval_status":"x"}"#.into(), Exit::Unknown),
            ("service_requests.decided", r#"{"verdict":"refused"}"#.into(), Exit::Refused),
            ("workflows.run_and_wait", r#"{"id":"r","status":"completed"}"#.into(), Exit::Done),
            ("workflows.run_and_wait", r#"{"id":"r","status":"failed"}"#.into(), Exit::Unknown),
            (
                "workflows.run_and_wait",
                r#"{"id":"r","status":"waiting_approval"}"#.into(),
                Exit::Held,
            ),
        ] {
            assert_eq!(exit(operation, &result), wanted, "{operation} {result}");
        }
    }

    #[test]
    fn events_of_a_turn_are_judged_by_their_tool_calls() {
        let call = r#""tool_name":"codespar_pay","server_id":"s""#;
        for (event, wanted) in [
            (r#"{"type":"assistant_text","content":"x"}"#.to_owned(), Exit::Done),
            (
                format!(r#"{{"type":"tool_result","tool_call":{{{call},"status":"success"}}}}"#),
                Exit::Done,
            ),
            (
                format!(r#"{{"type":"tool_result","tool_call":{{{call},"status":"error"}}}}"#),
                Exit::Unknown,
            ),
            (r#"{"type":"tool_result","is_error":true}"#.to_owned(), Exit::Unknown),
            (r#"{"type":"error","error":"e"}"#.to_owned(), Exit::Unknown),
            (
                format!(
                    r#"{{"type":"done","result":{{"tool_calls":[{{{call},"status":"error"}}]}}}}"#
                ),
                Exit::Unknown,
            ),
        ] {
            assert_eq!(exit("session.send_stream", &event), wanted, "{event}");
        }
    }

    /// An answer with a list of its own says how its lines ended, and has to be judged here: this
    /// fails when a new one comes.
    #[test]
    fn every_change_that_answers_with_lines_is_known() {
        // What was done to each; and lists of what there is, of which none was asked for.
        let judged = [
            "payables.batches.add_items",
            "payables.batches.create",
            "payables.batches.pay",
            "payables.batches.update_item",
            "session.run_workflow",
            "session.send",
        ];
        let told = ["consumers.record_delivery", "session.connection_wizard", "session.ledger"];
        let has_lines = |row: &crate::rows::Row| has_objects(row.operation.output);
        let changes = rows().filter(|row| row.api == Api::CodeSpar && row.effect(None).is_change());
        let found: BTreeSet<&str> =
            changes.filter(has_lines).map(|row| row.operation.name).collect();
        assert_eq!(found, judged.into_iter().chain(told).collect());
    }

    /// Whether it has a member that is a list of objects.
    fn has_objects(shape: &'static Shape) -> bool {
        let is_list =
            |shape: &Shape| matches!(shape, Shape::List(Shape::Object(_) | Shape::AllOf(_)));
        match shape {
            Shape::Object(object) => object().members.iter().any(|it| is_list(it.shape)),
            Shape::Nullable(inner) => has_objects(inner),
            Shape::AllOf(all) => all.iter().any(|shape| has_objects(shape)),
            shape => is_list(shape),
        }
    }
}
