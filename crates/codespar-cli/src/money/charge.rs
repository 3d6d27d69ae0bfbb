//! `charge`: a Pix that is paid at once or, with a due date, a boleto that carries a Pix code.

use std::time::Duration;

use clap::{ArgMatches, Command};
use codespar_blocking::{ErrorKind, Json, charges::ChargeRecord};

use codespar_engine::Effect;

use crate::{
    arguments::{Members, arguments, check_required, get},
    command::flag,
    interrupt,
    money::{
        call_command, code, row, session_of, session_options, text, wait_limit,
        watch::{Watched, follow},
    },
    options::{Opt, Taken, taken},
    outcome::{Exit, Failure, unsent},
    output::note,
    own::{Own, Run},
    plan::Plan,
    progress::Waiting,
    run::Came,
};

pub(crate) const CHARGE: Own = Own {
    words: &["charge"],
    about: "Charges a buyer by Pix, or by a boleto with a Pix code (--due-date)",
    effect: Some(Effect::MovesMoney),
    options,
    run: Run::Alone(run),
};

const ABOUT: &str = "Charges a buyer, and prints the Pix code to copy and paste.\n\n\
    With --due-date it is a boleto that carries a Pix code: it has a key, so that the same command \
    with --key is the same charge. Without, it is an immediate Pix in a session: no key exists, \
    and when its answer is lost, look before it is repeated.\n\nEffect: moves money.";

const BOLETO: &[&str] = &["charges", "create"];
const PIX: &[&str] = &["session", "charge"];

/// What the buyer pays with: what the command is there for.
const REVEALED: &[&str] = &["pix_copy_paste", "boleto_bank_line", "boleto_bar_code"];

/// Arguments that the command knows by itself.
const KNOWN: &[&str] = &["action", "currency", "idempotency_key", "method"];

/// Pauses between looks at a charge whose code is being issued, in milliseconds: half a minute.
const PAUSES: [u64; 11] = [500, 500, 1_000, 1_000, 2_000, 3_000, 4_000, 4_000, 4_000, 5_000, 5_000];

/// The arguments of both kinds; required is what both require.
fn taken_of_both() -> Result<Taken, Failure> {
    let (pix, boleto) = (taken(row(PIX)?), taken(row(BOLETO)?));
    let find = |all: &[Opt], name: &str| all.iter().position(|it| it.name == name);
    let mut options = boleto.options;
    for option in &mut options {
        option.required &= find(&pix.options, &option.name)
            .and_then(|at| pix.options.get(at))
            .is_some_and(|it| it.required);
    }
    for mut option in pix.options {
        if find(&options, &option.name).is_none() {
            option.required = false;
            options.push(option);
        }
    }
    options.retain(|it| !(it.path.len() == 1 && it.path.iter().any(|name| KNOWN.contains(name))));
    let secrets = boleto.secrets.into_iter().chain(pix.secrets);
    Ok(Taken { options, secrets: secrets.map(|(path, _)| (path, false)).collect() })
}

fn options(command: Command) -> Command {
    // That there are such rows is held by a test.
    let Ok(taken) = taken_of_both() else { return command };
    let command = call_command(command, ABOUT, &taken);
    #[cfg(feature = "outbox")]
    let command = crate::outbox::reference::with_reference(command);
    command
        .args(session_options())
        .arg(flag("qr").help("Draw the QR code, also where standard output is no terminal"))
        .arg(flag("no-qr").help("Draw no QR code").conflicts_with("qr"))
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let both = taken_of_both()?;
    let mut members = arguments(matches, &both)?;
    let is_there = |name: &str| get(&members, &[name]).is_some_and(|it| !it.is_null());
    let is_boleto = is_there("due_date");
    if !is_boleto && matches.get_one::<String>("key").is_some() {
        let said = "--key: an immediate Pix has no key, the server honours none: when its answer \
                    is lost, look before it is repeated; a charge with --due-date has one";
        return Err(Failure::usage(said));
    }
    let (row, method) = if is_boleto { (row(BOLETO)?, "boleto") } else { (row(PIX)?, "pix") };
    put_method(&mut members, method)?;
    check_required(&members, &taken(row))?;
    let mut plan = Plan::new(row, both, members, matches);
    plan.revealed = REVEALED;
    #[cfg(feature = "outbox")]
    if let Some(reference) = crate::outbox::reference::Reference::of(matches) {
        if !is_boleto {
            reference.check_unsafe()?;
        }
        plan.reference = Some(reference);
    }
    if !is_boleto {
        plan.session = session_of(matches);
    }
    let limit = wait_limit(matches)?;
    let Came::Result(made) = plan.send()? else { return Ok(()) };
    if limit.is_some() {
        // Two results come, the second much later: each is a line of its own.
        plan.lines_instead_of_json();
    }
    let (made, id) = match is_boleto {
        true => with_code(&mut plan, made)?,
        false => {
            let id = text(&made, "tool_call_id");
            (made, id)
        }
    };
    plan.show(&made)?;
    code::show(matches, &made)?;
    plan.close_session();
    let watched = if is_boleto { Watched::Charge } else { Watched::Payment };
    match (limit, id) {
        (None, None) => Ok(()),
        (None, Some(id)) => {
            note(&format!("to wait until it is paid: codespar wait {id}"));
            Ok(())
        }
        (Some(limit), Some(id)) => follow(matches, watched, &id, limit, Some(&mut plan)),
        (Some(_), None) => Err(no_id(&plan)),
    }
}

/// It cannot be followed, and was made all the same.
fn no_id(plan: &Plan<'_>) -> Failure {
    let said = "it was made, and the server gave no id to wait for";
    plan.explain(Failure::new(Exit::Unknown, said))
}

/// The method, which an input may say too.
fn put_method(members: &mut Members, method: &str) -> Result<(), Failure> {
    let said = get(members, &["method"]).and_then(|it| it.read::<String>().ok());
    if said.is_some_and(|said| said != method) {
        let said = "method: expected pix, or boleto with --due-date; see codespar charges create";
        return Err(Failure::usage(said));
    }
    members.insert("method".to_owned(), Json::of(method).map_err(unsent)?);
    Ok(())
}

/// A boleto as it is once it has its code, which the issuer takes some seconds for, and its id. One
/// that cannot be looked at is as it was.
fn with_code(plan: &mut Plan<'_>, made: Json) -> Result<(Json, Option<String>), Failure> {
    let record = made.read::<ChargeRecord>().ok();
    let id = record.and_then(|charge| Some(charge.reference().ok()?.as_str().to_owned()));
    let Some(id) = id else { return Ok((made, None)) };
    if is_ready(&made) {
        return Ok((made, Some(id)));
    }
    note(&format!("charge: {id}, its code is being issued"));
    let mut charge = made;
    for pause in PAUSES {
        match look(plan, &id, Duration::from_millis(pause)) {
            Ok(seen) => charge = seen,
            Err(failure) if failure.exit == Exit::Unknown && is_interrupt(&failure) => {
                // What is known of it is worth seeing; how it ended counts.
                let _ = plan.show_only(&charge);
                return Err(failure);
            }
            // The charge is made: a look that failed is no more than that.
            Err(failure) => {
                note(&format!("it cannot be looked at: {}", failure.message));
                break;
            }
        }
        if is_ready(&charge) {
            return Ok((charge, Some(id)));
        }
    }
    note(&format!("the code is not there yet: codespar status {id} --show-secrets"));
    Ok((charge, Some(id)))
}

/// Whether there is a code, or there will be none.
fn is_ready(charge: &Json) -> bool {
    let record = charge.read::<ChargeRecord>();
    record.map_or(true, |charge| charge.pix_code().is_ok() || charge.is_over())
}

fn is_interrupt(failure: &Failure) -> bool {
    failure.error.as_ref().is_none_or(|error| error.kind() == ErrorKind::Canceled)
}

/// The charge that was made, after a pause.
fn look(plan: &Plan<'_>, id: &str, pause: Duration) -> Result<Json, Failure> {
    let members = Members::from([("charge_id".to_owned(), Json::of(id).map_err(unsent)?)]);
    let mut look = Plan::new(row(&["charges", "get"])?, Taken::nothing(), members, plan.matches);
    look.after_money = true;
    look.again = Some(format!("codespar status {id}"));
    {
        let _waiting = Waiting::show(Some("the code is being issued"), None);
        let paused = interrupt::pause(pause);
        paused.map_err(|failure| look.explain(failure.of_broken_wait()))?;
    }
    match look.send()? {
        Came::Result(seen) => Ok(seen),
        Came::Shown => Err(Failure::new(Exit::Internal, "a charge is one result")),
    }
}
