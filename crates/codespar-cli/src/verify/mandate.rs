//! `mandate verify`: both signatures and the time of a mandate, checked without asking anyone.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::{
    mandate::{DidDocument, Keys, MandateError, MandateToken},
    proto::Timestamp,
};
use codespar_engine::Effect;
use serde_json::json;

use crate::{
    command::option,
    outcome::{Exit, Failure},
    own::{Own, Run},
    verify::documents::{file, write},
};

pub(crate) const MANDATE_VERIFY: Own = Own {
    words: &["mandate", "verify"],
    about: "Checks a mandate token: both signatures and its time; sends nothing",
    effect: Some(Effect::Reads),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    let token = Arg::new("token").value_name("@FILE").required(true);
    command
        .arg(token.help("The token: @FILE or -; who has it can spend it, so it is no argument"))
        .args([
            option("agent-key", "HEX").help("The agent's Ed25519 key, as 64 hexadecimal digits"),
            option("agent-document", "@FILE")
                .help("The agent's DID document, in which its key is looked up")
                .conflicts_with("agent-key"),
            option("issuer-key", "HEX").help("The issuer's Ed25519 key"),
            option("at", "TIME").help("The moment it is judged at (RFC 3339); now if not said"),
        ])
}

/// What does not hold: nothing was sent, and the answer is no.
fn refused(code: &str, why: &str) -> Failure {
    Failure::new(Exit::Failed, format!("mandate not verified: {code}: {why}"))
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let wrong = |error: &MandateError| match error.field() {
        Some("agent_key" | "issuer_key") => Failure::usage(error.to_string()),
        _ => refused(error.code(), &error.to_string()),
    };
    let mut keys = Keys::new();
    if let Some(key) = matches.get_one::<String>("agent-key") {
        keys = keys.agent_key(key.as_str()).map_err(|error| wrong(&error))?;
    }
    if let Some(text) = file(matches, "agent-document")? {
        let document = DidDocument::from_json(&text);
        let document = document.map_err(|error| Failure::usage(error.to_string()))?;
        keys = keys.agent_document(document).map_err(|error| wrong(&error))?;
    }
    if let Some(key) = matches.get_one::<String>("issuer-key") {
        keys = keys.issuer_key(key.as_str()).map_err(|error| wrong(&error))?;
    }
    let now = moment(matches)?;
    let text = file(matches, "token")?.unwrap_or_default();
    let token = MandateToken::decode(text.trim()).map_err(|error| wrong(&error))?;
    let verdict = token.verify(&keys, now);
    let reasons: Vec<&str> = verdict.failures.iter().map(|it| it.as_str()).collect();
    let is_verified = verdict.is_verified();
    let show_secrets = matches.get_flag("show-secrets");
    let mandate = token.mandate();
    let personal = |text: &Option<String>| match text {
        Some(_) if !show_secrets => Some("[redacted]".to_owned()),
        text => text.clone(),
    };
    write(
        matches,
        json!({
            "verified": is_verified,
            "failures": reasons,
            "agent_signature": verdict.agent.as_str(),
            "issuer_signature": verdict.issuer.as_str(),
            // An HMAC with the organization's secret, which nobody else has.
            "organization_signature": "not checked",
            "judged_at_unix": now.duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs()),
            "format_version": mandate.format_version.number(),
            "id": mandate.id,
            "agent_id": mandate.agent_id,
            "agent_kid": mandate.agent_kid,
            "type": mandate.kind.as_str(),
            "amount": mandate.amount,
            "currency": mandate.currency,
            "max_amount": mandate.max_amount,
            "purposes": mandate.purposes,
            "issued_at_unix": mandate.issued_at,
            "expires_at_unix": mandate.expires_at,
            "principal_kyc_ref": personal(&mandate.principal_kyc_ref),
            "unsigned_members": token.unsigned().keys().collect::<Vec<_>>(),
        }),
    )?;
    match is_verified {
        true => Ok(()),
        false => Err(refused(&reasons.join(", "), "see the reasons in `failures`")),
    }
}

/// The moment that is judged at.
fn moment(matches: &ArgMatches) -> Result<SystemTime, Failure> {
    let Some(text) = matches.get_one::<String>("at") else { return Ok(SystemTime::now()) };
    let moment = Timestamp::from(text.as_str()).to_system_time();
    let moment = moment.filter(|moment| *moment >= UNIX_EPOCH + Duration::ZERO);
    moment.ok_or_else(|| Failure::usage("--at: expected a time such as 2026-10-02T13:05:11Z"))
}
