//! `receipt verify`: whether a receipt is as it was sealed, and of what was sent.

use clap::{Arg, ArgAction, ArgMatches, Command};
use codespar_blocking::{
    Client, Json,
    mandate::PublicKey,
    receipt::{
        CollectedReceipt, KeyDocument, ReceiptVerdict, ReceiptVerification, SealedReceipt, Sent,
        verify_collect_receipt, verify_receipt,
    },
};
use codespar_engine::Effect;
use serde_json::{Value, json};

use crate::{
    command::option,
    interrupt::on_interrupt,
    outcome::{Exit, Failure, receipt_help, unsent},
    output::note,
    own::{Own, Run},
    settings::{Settings, retries, seconds},
    verify::documents::{file, write},
};

pub(crate) const RECEIPT_VERIFY: Own = Own {
    words: &["receipt", "verify"],
    about: "Checks a receipt: that it is as it was sealed, and of what was sent",
    effect: Some(Effect::Reads),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    let receipt = Arg::new("receipt").value_name("@FILE").required(true);
    command
        .long_about(
            "Checks a receipt: its signature, that its hash is of what it says, and, with the \
             options that say what was sent, that it is of that payment.\n\nThe keys are those \
             that are published now, which are fetched without a key of yours, or those of \
             --keys and --key: then nothing is sent. Receipts of collected payments are checked \
             as well. The members that no seal covers are named in `unsealed`.",
        )
        .after_help(receipt_help())
        .arg(receipt.help("The receipt, as JSON: @FILE or -"))
        .args([
            option("keys", "@FILE")
                .help("The published document of keys: /.well-known/codespar-receipt-keys.json"),
            option("key", "KID=HEX")
                .action(ArgAction::Append)
                .help("A key by its id; may be repeated"),
            option("payee", "TEXT").help("What was sent: to whom"),
            option("amount-minor", "NUMBER")
                .help("What was sent: how much, in minor units")
                .value_parser(clap::value_parser!(i64)),
            option("currency", "CODE").help("What was sent: in which currency"),
            option("attempt-id", "ID").help("What was sent: the id of the attempt"),
            option("mandate-id", "ID").help("What was sent: under which mandate"),
            option("items-hash", "HEX").help("What was sent: the digest of the approved items"),
            option("batch-hash", "HEX")
                .help("What was sent: the digest of the approved list, where there was one")
                .requires("items-hash"),
        ])
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let given = given_keys(matches)?;
    let text = file(matches, "receipt")?.unwrap_or_default();
    let sent = sent(matches);
    let is_collected = Json::parse_str(&text).ok().and_then(|json| json.member("document"));
    let verify = match is_collected {
        Some(_) => verify_collect_receipt,
        None => verify_receipt,
    };
    let outcome = match given {
        Some(keys) => verify(&text, &keys, &sent),
        // Keys tell nothing of it: none are fetched.
        None if !is_signed(&text) => verify(&text, &KeyDocument::new(), &sent),
        None => match published_keys(matches)? {
            Some(keys) => verify(&text, &keys, &sent),
            None => without_keys(&text, &sent),
        },
    };
    write(matches, document(&outcome))?;
    match exit(outcome.verdict) {
        // What was asked was not compared.
        Exit::Done if matches.contains_id("payee") && !outcome.is_payee_bound => {
            let why = "receipt not verified: it has no quote, and commits to nobody as the payee";
            Err(Failure::new(Exit::SentMismatch, why))
        }
        Exit::Done => {
            if is_collected.is_none() && !outcome.is_payee_bound {
                note("codespar: the receipt has no quote, and commits to nobody as the payee");
            }
            Ok(())
        }
        exit => Err(Failure::new(exit, format!("receipt not verified: {}", outcome.verdict))),
    }
}

fn is_signed(receipt: &str) -> bool {
    let payment = SealedReceipt::from_json(receipt).is_ok_and(|it| it.kid().is_some());
    payment || CollectedReceipt::from_json(receipt).is_ok_and(|it| it.kid().is_some())
}

fn without_keys(receipt: &str, sent: &Sent) -> ReceiptVerification {
    match (SealedReceipt::from_json(receipt), CollectedReceipt::from_json(receipt)) {
        (Ok(receipt), _) => receipt.without_keys(sent),
        (_, Ok(receipt)) => receipt.without_keys(sent),
        (Err(_), Err(_)) => verify_receipt(receipt, &KeyDocument::new(), sent),
    }
}

/// What a verdict ends the program with.
fn exit(verdict: ReceiptVerdict) -> Exit {
    match verdict {
        ReceiptVerdict::Verified => Exit::Done,
        ReceiptVerdict::SignatureOnly(_) => Exit::SignatureOnly,
        ReceiptVerdict::ChainMismatch => Exit::ChainMismatch,
        ReceiptVerdict::ApprovalMismatch => Exit::ApprovalMismatch,
        ReceiptVerdict::SentMismatch => Exit::SentMismatch,
        ReceiptVerdict::Tampered => Exit::Tampered,
        ReceiptVerdict::Unsigned => Exit::Unsigned,
        ReceiptVerdict::UnknownKey => Exit::UnknownKey,
        ReceiptVerdict::Unreachable => Exit::Unreachable,
        ReceiptVerdict::Malformed(_) => Exit::Malformed,
        // One that this version does not know is no proof.
        _ => Exit::Failed,
    }
}

fn document(outcome: &ReceiptVerification) -> Value {
    let disagreements: Vec<&str> = outcome.disagreements.iter().map(|it| it.as_str()).collect();
    json!({
        "verdict": outcome.verdict.as_str(),
        "reason": outcome.verdict.reason(),
        "receipt_id": outcome.receipt_id,
        "key": outcome.kid,
        "key_status": outcome.key_status.map(|status| status.as_str()),
        "chain_version": outcome.chain_version,
        "payee_bound": outcome.is_payee_bound,
        "disagreements": disagreements,
        "unsealed": outcome.unsealed,
    })
}

fn sent(matches: &ArgMatches) -> Sent {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let mut sent = Sent::new();
    sent = text("payee").into_iter().fold(sent, Sent::payee);
    sent = text("currency").into_iter().fold(sent, Sent::currency);
    sent = text("attempt-id").into_iter().fold(sent, Sent::attempt_id);
    sent = text("mandate-id").into_iter().fold(sent, Sent::mandate_id);
    sent = matches
        .get_one::<i64>("amount-minor")
        .into_iter()
        .fold(sent, |sent, minor| sent.amount_minor(*minor));
    match text("items-hash") {
        Some(items) => sent.approval(&items, text("batch-hash").as_deref()),
        None => sent,
    }
}

/// The keys that are published now; `None` where they could not be had.
fn published_keys(matches: &ArgMatches) -> Result<Option<KeyDocument>, Failure> {
    let config = Settings::of(matches)?.codespar_without_key()?;
    let client = Client::with_config(config).map_err(unsent)?;
    let mut call = client.receipts().keys();
    if let Some(limit) = seconds(matches, "timeout")? {
        call = call.timeout(limit);
    }
    if let Some(retries) = retries(matches)? {
        call = call.retries(retries);
    }
    on_interrupt(call.cancel_handle())?;
    let keys = call.send().map_err(|error| match error.kind() {
        codespar_blocking::ErrorKind::Canceled => Err(unsent(error)),
        _ => Ok(error.to_string()),
    });
    let keys = match keys {
        Ok(keys) => KeyDocument::of(&keys).map_err(|error| error.to_string()),
        Err(Ok(why)) => Err(why),
        Err(Err(failure)) => return Err(failure),
    };
    match keys {
        Ok(keys) => Ok(Some(keys)),
        Err(why) => {
            note(&format!("codespar: the keys of receipts could not be had: {why}"));
            Ok(None)
        }
    }
}

/// The keys of the document and of the options, where there are any. Of two with one id nobody
/// can say which is meant.
fn given_keys(matches: &ArgMatches) -> Result<Option<KeyDocument>, Failure> {
    let mut keys = match file(matches, "keys")? {
        None => None,
        Some(text) => {
            let document = KeyDocument::from_json(&text);
            Some(document.map_err(|error| Failure::usage(format!("--keys: {error}")))?)
        }
    };
    for pair in matches.get_many::<String>("key").into_iter().flatten() {
        let expected = || Failure::usage("--key: expected KID=HEX");
        let (kid, hex) = pair.rsplit_once('=').ok_or_else(expected)?;
        let key = PublicKey::from_hex(hex);
        let key = key.map_err(|error| Failure::usage(format!("--key {kid}: {error}")))?;
        let keys = keys.get_or_insert_with(KeyDocument::new);
        if keys.kids().any(|known| known == kid) {
            return Err(Failure::usage(format!("the key {kid} is given twice")));
        }
        keys.insert(kid, key);
    }
    Ok(keys)
}
