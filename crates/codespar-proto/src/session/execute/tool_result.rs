//! What came of running a tool, and what it says about effects.

use codespar_engine::{
    Answer, Extra, Json, KeyRule, KeyUse, PendingApproval, Stage, Timestamp, Verdict,
    kit::{Case, Judgement, approval, is_about_code, is_code, judge},
};
use serde_json::{Map, Value};

use crate::{
    client::verdicts,
    session::execute::{effect::effect, tool_refusal::ToolOutcome},
    types::ids::ToolCallId,
};

/// What came of running a tool. Failures and refusals are results too.
///
/// Written out, it has a member `verdict` besides those of the server.
#[derive(Clone, Debug, PartialEq, Answer)]
#[wire(tells("verdict" = verdict))]
#[non_exhaustive]
pub struct ToolResult {
    /// Whether it did what it was asked to.
    pub success: bool,
    /// What it answered; on failure often the provider's error, or a refusal.
    pub data: Option<Json>,
    /// The error of the tool, in words, where it failed.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration: Option<f64>,
    /// The provider that did it.
    pub server: Option<String>,
    /// The name of the tool that was called.
    pub tool: Option<String>,
    /// The call, for asking later how a payment or verification stands.
    pub tool_call_id: Option<ToolCallId>,
    /// When the tool was called (RFC 3339).
    pub called_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl ToolResult {
    /// What happened, as far as effects go. A tool that failed without a code that says more may
    /// have done its work: that is unknown.
    pub fn verdict(&self) -> Verdict {
        self.judgement().verdict
    }

    /// The approval that a held effect waits for, where the server named one.
    pub fn approval(&self) -> Option<PendingApproval> {
        approval(&self.members()).or_else(|| approval(&self.beside()))
    }

    pub(crate) fn judgement(&self) -> Judgement {
        let data = self.members();
        let has_approval = self.approval().is_some();
        let effect = effect(self.tool.as_deref().unwrap_or_default());
        let case = |code| Case {
            operation: "session.execute",
            effect,
            key: KeyRule::None,
            status: None,
            code,
            has_approval,
        };
        // Each code that is known says something; what leaves more open counts.
        let known = self.codes(&data);
        let known = known.iter().map(|code| case(Some(code.as_str())));
        let known = known
            .filter(|case| is_about_code(verdicts::ROWS, case))
            .map(|case| judge(verdicts::ROWS, &case));
        let known = Judgement::most_open(known);
        if self.success && !has_approval && !matches!(self.outcome(), ToolOutcome::Refused(_)) {
            let verdict = self.of_success(&data, known.map(|known| known.verdict));
            return Judgement { verdict, key: KeyUse::None };
        }
        known.unwrap_or_else(|| judge(verdicts::ROWS, &case(None)))
    }

    /// A tool may say that it worked and decline all the same, or give a code that says how little
    /// is known.
    fn of_success(&self, data: &Map<String, Value>, known: Option<Verdict>) -> Verdict {
        let status = data.get("status").and_then(Value::as_str).unwrap_or_default();
        let said = match status.to_ascii_lowercase().replace('-', "_").as_str() {
            "rejected" => Verdict::Refused,
            "requires_approval" | "approval_required" | "awaiting_approval"
            | "pending_approval" => Verdict::Held,
            "failed" | "error" | "declined" | "denied" | "uncertain" => Verdict::Unknown,
            _ => Verdict::Done(self.stage(data)),
        };
        match (said, known) {
            (_, Some(open @ (Verdict::Unknown | Verdict::Held))) => open,
            (Verdict::Done(_), Some(known)) if !known.is_done() => Verdict::Unknown,
            _ => said,
        }
    }

    fn stage(&self, data: &Map<String, Value>) -> Stage {
        let settled = data.get("settled").and_then(Value::as_bool) == Some(true);
        match self.tool.as_deref() {
            Some("codespar_charge") => Stage::Issued,
            Some("codespar_pay" | "codespar_crypto_pay") if settled => Stage::Settled,
            Some("codespar_pay" | "codespar_crypto_pay") => Stage::Dispatched,
            _ => Stage::Completed,
        }
    }

    /// The data's members, where it is an object.
    fn members(&self) -> Map<String, Value> {
        match self.data.as_ref().map(Json::to_value) {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }

    /// What stands beside the data.
    fn beside(&self) -> Map<String, Value> {
        self.extra.iter().map(|(name, value)| (name.to_owned(), value.to_value())).collect()
    }

    /// The codes it gives: of the refusal, before the colon of its error, in its data, beside it.
    fn codes(&self, data: &Map<String, Value>) -> Vec<String> {
        let mut codes = Vec::new();
        if let ToolOutcome::Refused(refusal) = self.outcome() {
            codes.push(refusal.code().to_owned());
        }
        let error = self.error.as_deref().unwrap_or_default();
        codes.push(error.split_once(": ").map_or(error, |(head, _)| head).to_owned());
        let nested = data.get("error").and_then(Value::as_object);
        let beside = self.beside();
        let places = [
            data.get("code"),
            data.get("error"),
            data.get("error_code"),
            nested.and_then(|error| error.get("code")),
            beside.get("code"),
            beside.get("error_code"),
        ];
        codes.extend(places.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        codes.retain(|code| is_code(code));
        codes
    }
}
