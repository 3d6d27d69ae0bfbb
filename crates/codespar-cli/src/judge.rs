//! What a result that arrived says of its effect, or of what was waited for.

use codespar_blocking::{
    Json, PaymentState, PaymentStatus, ToolResult, Verdict,
    approvals::{ApprovalRecord, ApprovalState},
    charges::{ChargeRecord, ChargeStatus},
    chat::{SendResult, ToolCallRecord},
    devolutions::Devolution,
    mandates::{Spend, SpendStatus},
    mcp_servers::{FeeSweep, FeeTransfer, FeeTransferStatus},
    payables::{Batch, BatchItem, ItemPaymentState, ItemState, Payable, PayableStatus},
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
        let why = self.of_tool().and_then(|it| it.error).or_else(|| self.text("reason_code"));
        let mut failure = Failure::of_result(exit, verdict).because(why);
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
        if let Some(sweep) = self.read::<FeeSweep>().filter(|_| self.is("FeeSweep")) {
            return Exit::of_lines(sweep.transfers.iter().map(of_transfer));
        }
        if self.operation == "payables.documents.pay" {
            return self.read::<Payable>().map_or(Exit::Unknown, |bill| of_paying(&bill));
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

/// A transfer of fees.
fn of_transfer(transfer: &FeeTransfer) -> Exit {
    match transfer.status {
        Some(FeeTransferStatus::Swept) => Exit::Done,
        Some(FeeTransferStatus::Failed) => Exit::Failed,
        _ => Exit::Unknown,
    }
}

/// A bill after it was to be paid.
fn of_paying(bill: &Payable) -> Exit {
    match bill.status {
        Some(PayableStatus::Executed) => Exit::Done,
        Some(PayableStatus::NeedsReview | PayableStatus::Rejected | PayableStatus::Expired) => {
            Exit::Refused
        }
        // Under way, or it is not said.
        _ => Exit::Unknown,
    }
}

/// A bill that was to be paid in a batch.
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
mod tests;
