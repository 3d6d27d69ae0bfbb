//! Deliveries as the service remembers them: of any endpoint, and without a signature to verify.

use std::{collections::BTreeSet, time::Duration};

use clap::ArgMatches;
use codespar_blocking::{
    Client, Error, ErrorKind,
    webhook::Event,
    webhook_endpoints::{Delivery, ListWebhookEndpoints},
};
use codespar_engine::Effect;

use crate::{
    interrupt::{on_interrupt, pause, was_interrupted},
    logs::pass_over,
    outcome::Failure,
    output::{Format, Output, failed_write, note},
    session::Service,
    settings::{retries, seconds},
    webhook::event::{self, About},
};

/// How many of the latest attempts of an endpoint are looked at.
const LATEST: u32 = 100;

/// What is known of the signature of a delivery that is only read.
const WHY: &str = "not verified: signature redacted";

/// Attempts that were shown, or that were there before.
type Seen = BTreeSet<(String, String)>;

/// Asks for deliveries again and again, and shows those that are new.
pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let client = Service::of(matches)?.client;
    let mut output = Output::open(matches)?;
    let endpoints = endpoints(&client, matches)?;
    let interval = seconds(matches, "interval")?.unwrap_or(Duration::from_secs(3));
    let count = matches.get_one::<u64>("count").copied();
    let poll = Poll { client: &client, endpoints, retries: retries(matches)? };
    let mut seen: Seen = poll.listed()?.iter().map(name).collect();
    note(&format!("reads the deliveries of {} endpoints", poll.endpoints.len()));
    let mut shown = 0;
    while count.is_none_or(|count| shown < count) && pause(interval).is_ok() {
        let listed = match poll.listed() {
            Ok(listed) => listed,
            Err(_) if was_interrupted() => break,
            Err(failure) => {
                pass_over(failure)?;
                continue;
            }
        };
        for delivery in listed.iter().rev().filter(|it| !seen.contains(&name(it))) {
            if count.is_none_or(|count| shown < count) && poll.show(delivery, &mut output)? {
                shown += 1;
            }
        }
        seen = listed.iter().map(name).collect();
    }
    match output.format {
        Format::Table => {}
        _ => output.end_of_items().map_err(|error| failed_write(&error, false))?,
    }
    output.remark();
    Ok(())
}

/// The endpoint that was named, or all that are for these events.
fn endpoints(client: &Client, matches: &ArgMatches) -> Result<Vec<String>, Failure> {
    if let Some(id) = matches.get_one::<String>("endpoint") {
        return Ok(vec![id.clone()]);
    }
    let events: Vec<&String> = matches.get_many("event").into_iter().flatten().collect();
    let mut all = client.webhook_endpoints().list(&ListWebhookEndpoints::default());
    on_interrupt(all.cancel_handle())?;
    let all = all.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let is_wanted =
        |event: &Option<String>| event.as_ref().is_some_and(|event| events.contains(&event));
    let found: Vec<_> = all.into_iter().filter(|it| is_wanted(&it.event)).map(|it| it.id).collect();
    match found.is_empty() {
        true => Err(Failure::usage("no endpoint is for this event")
            .next("codespar webhook-endpoints list, and --event or --endpoint")),
        false => Ok(found),
    }
}

fn failed(error: Error) -> Failure {
    Failure::of_error(error, Effect::Reads)
}

fn name(delivery: &Delivery) -> (String, String) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    // An attempt has yet to be made, and then it is over: both are shown once, as one.
    (text(&delivery.trigger_id), text(&delivery.id))
}

struct Poll<'a> {
    client: &'a Client,
    endpoints: Vec<String>,
    retries: Option<u32>,
}

impl Poll<'_> {
    /// The latest attempts of all endpoints, newest first.
    fn listed(&self) -> Result<Vec<Delivery>, Failure> {
        let mut all = Vec::new();
        for id in &self.endpoints {
            let mut call = self.client.webhook_endpoints().deliveries(id, Some(LATEST));
            if let Some(retries) = self.retries {
                call = call.retries(retries);
            }
            on_interrupt(call.cancel_handle())?;
            for mut delivery in call.send().map_err(failed)? {
                delivery.trigger_id.get_or_insert_with(|| id.clone());
                all.push(delivery);
            }
        }
        Ok(all)
    }

    /// Shows an attempt with its event; answers whether it has one.
    fn show(&self, delivery: &Delivery, output: &mut Output) -> Result<bool, Failure> {
        let (endpoint, id) = name(delivery);
        let mut call = self.client.webhook_endpoints().delivery(&endpoint, &id);
        on_interrupt(call.cancel_handle())?;
        let whole = match call.send() {
            Ok(whole) => whole,
            Err(error) if error.kind() == ErrorKind::Canceled => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        // What was sent is the event exactly as it was signed.
        let body = whole.request.as_ref().and_then(|sent| sent.body.as_ref());
        let event = body.map(|body| Event::from_slice(body.expose().as_bytes()));
        let Some(Ok(event)) = event else {
            note(&format!("delivery {id} has no event that can be read"));
            return Ok(false);
        };
        let about = About {
            verified: false,
            why: Some(WHY.to_owned()),
            endpoint: Some(endpoint),
            attempt: whole.delivery.as_ref().and_then(|made| made.attempt),
            answered: whole.response.as_ref().and_then(|answer| answer.status),
        };
        let written = event::write(output, &event, &about);
        written.map(|()| true).map_err(|error| failed_write(&error, false))
    }
}
