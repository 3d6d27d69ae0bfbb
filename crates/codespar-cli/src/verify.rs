//! `mandate verify` and `receipt verify`: signatures, checked without asking anyone.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgAction, ArgMatches, Command};
use codespar_blocking::{
    Json,
    mandate::{
        DidDocument, Keys, MandateError, MandateToken, PublicKey, ReceiptKeys, SignedReceipt,
    },
    proto::Timestamp,
};
use codespar_engine::{Effect, describe::Shape};
use serde_json::{Value, json};

use crate::{
    arguments::content,
    command::option,
    outcome::{Exit, Failure},
    output::{Output, failed_write},
    own::{Own, Run},
};

pub(crate) const MANDATE_VERIFY: Own = Own {
    words: &["mandate", "verify"],
    about: "Checks a mandate token: both signatures and its time; sends nothing",
    effect: Some(Effect::Reads),
    options: mandate_options,
    run: Run::Alone(mandate),
};

pub(crate) const RECEIPT_VERIFY: Own = Own {
    words: &["receipt", "verify"],
    about: "Checks the signature of a payment receipt; sends nothing",
    effect: Some(Effect::Reads),
    options: receipt_options,
    run: Run::Alone(receipt),
};

fn mandate_options(command: Command) -> Command {
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

fn receipt_options(command: Command) -> Command {
    let receipt = Arg::new("receipt").value_name("@FILE").required(true);
    command
        .long_about(
            "Checks the signature of a payment receipt; sends nothing.\n\nThe signature is over \
             the receipt's id and its hash. That the other members belong to this hash is not \
             checked, and the result says so.",
        )
        .arg(receipt.help("The receipt, as JSON: @FILE or -"))
        .args([
            option("keys", "@FILE")
                .help("The published document of keys: /.well-known/codespar-receipt-keys.json"),
            option("key", "KID=HEX")
                .action(ArgAction::Append)
                .help("A key by its id; may be repeated"),
        ])
}

/// The text of `@FILE` or `-`; what is secret does not stand on a command line.
fn file(matches: &ArgMatches, name: &'static str) -> Result<Option<String>, Failure> {
    match matches.get_one::<String>(name) {
        None => Ok(None),
        Some(place) if place == "-" || place.starts_with('@') => {
            content(place, &format!("--{name}")).map(Some)
        }
        Some(_) => Err(Failure::usage(format!("{name}: expected @FILE or -"))),
    }
}

/// What does not hold: nothing was sent, and the answer is no.
fn refused(what: &str, code: &str, why: &str) -> Failure {
    Failure::new(Exit::Failed, format!("{what} not verified: {code}: {why}"))
}

fn write(matches: &ArgMatches, document: Value) -> Result<(), Failure> {
    let mut output = Output::open(matches)?;
    output.show_all();
    let written = output.result(&Json::from(document), Shape::ANY);
    written.map_err(|error| failed_write(&error, false))
}

fn mandate(matches: &ArgMatches) -> Result<(), Failure> {
    let wrong = |error: &MandateError| match error.field() {
        Some("agent_key" | "issuer_key") => Failure::usage(error.to_string()),
        _ => refused("mandate", error.code(), &error.to_string()),
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
        false => Err(refused("mandate", &reasons.join(", "), "see the reasons in `failures`")),
    }
}

/// The moment that is judged at.
fn moment(matches: &ArgMatches) -> Result<SystemTime, Failure> {
    let Some(text) = matches.get_one::<String>("at") else { return Ok(SystemTime::now()) };
    let moment = Timestamp::from(text.as_str()).to_system_time();
    let moment = moment.filter(|moment| *moment >= UNIX_EPOCH + Duration::ZERO);
    moment.ok_or_else(|| Failure::usage("--at: expected a time such as 2026-10-02T13:05:11Z"))
}

fn receipt(matches: &ArgMatches) -> Result<(), Failure> {
    let keys = receipt_keys(matches)?;
    let text = file(matches, "receipt")?.unwrap_or_default();
    let no =
        |code: &str, error: &dyn std::fmt::Display| refused("receipt", code, &error.to_string());
    let receipt = SignedReceipt::from_json(&text).map_err(|error| no("malformed", &error))?;
    receipt.verify(&keys).map_err(|error| {
        use codespar_blocking::mandate::ReceiptError as Why;
        let code = match &error {
            Why::Malformed => "malformed",
            Why::AmbiguousId => "ambiguous_id",
            Why::Unsigned => "signature_absent",
            Why::UnknownKey => "unknown_key",
            Why::MalformedSignature => "signature_malformed",
            Why::Invalid => "signature_invalid",
            _ => "not_verified",
        };
        no(code, &error)
    })?;
    write(
        matches,
        json!({
            "signature": "verified",
            "receipt_id": receipt.receipt_id,
            "chain": receipt.chain,
            "key": receipt.kid,
            "other_members": "not checked: whether they belong to this hash",
        }),
    )
}

/// The keys of the document and of the options. Of two with one id nobody can say which is meant.
fn receipt_keys(matches: &ArgMatches) -> Result<ReceiptKeys, Failure> {
    let mut keys: Vec<(String, PublicKey)> = Vec::new();
    let mut add = |kid: &str, key: PublicKey| match keys.iter().any(|(known, _)| known == kid) {
        true => Err(Failure::usage(format!("the key {kid} is given twice"))),
        false => {
            keys.push((kid.to_owned(), key));
            Ok(())
        }
    };
    if let Some(text) = file(matches, "keys")? {
        let expected = || Failure::usage("--keys: expected an object with a list `keys`");
        let document: Value = serde_json::from_str(&text).map_err(|_| expected())?;
        for jwk in document.get("keys").and_then(Value::as_array).ok_or_else(expected)? {
            let kid = jwk.get("kid").and_then(Value::as_str);
            // Keys of other kinds stand there, too, and sign no receipts.
            if let (Some(kid), Ok(key)) = (kid, PublicKey::from_jwk(&jwk.to_string())) {
                add(kid, key)?;
            }
        }
    }
    for pair in matches.get_many::<String>("key").into_iter().flatten() {
        let expected = || Failure::usage("--key: expected KID=HEX");
        let (kid, hex) = pair.rsplit_once('=').ok_or_else(expected)?;
        let key = PublicKey::from_hex(hex);
        add(kid, key.map_err(|error| Failure::usage(format!("--key {kid}: {error}")))?)?;
    }
    if keys.is_empty() {
        return Err(Failure::usage("expected also --keys @FILE or --key KID=HEX"));
    }
    let mut all = ReceiptKeys::new();
    keys.into_iter().for_each(|(kid, key)| all.insert(kid, key));
    Ok(all)
}
