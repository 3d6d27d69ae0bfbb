//! Receiving deliveries: endpoints made, signatures verified, events shown and passed on.

use std::{sync::mpsc, time::SystemTime};

use clap::ArgMatches;
use codespar_blocking::{
    Client,
    http::{StatusCode, Uri},
    webhook::Verifier,
};

use crate::{
    interrupt::{call_on_interrupt, was_interrupted},
    outcome::{Exit, Failure},
    output::{Format, Output, failed_write, note},
    session::Service,
    webhook::{
        endpoints::Endpoints,
        event::{self, About},
        forward::{Forward, is_loopback},
        listener::{Delivered, Listener, Message},
    },
};

/// How many deliveries wait at once.
const WAITING: usize = 64;

/// Listens until an interrupt, the end of standard output, or so many events.
pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let service = Service::of(matches)?;
    let forward = matches.get_one::<String>("forward-to").map(|url| Forward::to(url));
    let forward = forward.transpose()?;
    let public = matches.get_one::<String>("public-url");
    check_reachable(&service.client, public)?;
    let output = Output::open(matches)?;
    note(&service.place.line());
    let (sender, deliveries) = mpsc::sync_channel(WAITING);
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let listener = Listener::start(port, sender.clone())
        .map_err(|error| Failure::new(Exit::Failed, format!("port {port}: {error}")))?;
    let here = format!("http://{}/", listener.address);
    let url = public.map_or(here.as_str(), String::as_str);
    let mut endpoints = Endpoints::new(&service.client);
    for event in matches.get_many::<String>("event").into_iter().flatten() {
        endpoints.make(event, url, matches.get_flag("show-secrets"))?;
    }
    call_on_interrupt(move || {
        // A full queue wakes by itself.
        let _ = sender.try_send(Message::Wake);
    });
    note(&format!("listening on {here}; an interrupt ends it"));
    let count = matches.get_one::<u64>("count").copied();
    let verifier = endpoints.verifier()?.clone();
    let mut receiver = Receiver { verifier, forward, output, left: count };
    let received = receiver.receive(&deliveries);
    // Nothing new comes in while the endpoints go.
    drop(listener);
    let deleted = endpoints.delete();
    received.and_then(|()| receiver.end()).and(deleted)
}

/// The service cannot reach this machine, unless it is on it.
fn check_reachable(client: &Client, public: Option<&String>) -> Result<(), Failure> {
    let url = client.base_url().parse::<Uri>().ok();
    let is_here = url.as_ref().and_then(Uri::host).is_some_and(is_loopback);
    if is_here || public.is_some() {
        return Ok(());
    }
    let host = client.base_url();
    let failure = Failure::usage(format!("{host} cannot reach this machine"));
    Err(failure.next("a tunnel of yours, as --port PORT --public-url URL; or --poll"))
}

/// What is done with deliveries.
struct Receiver {
    verifier: Verifier,
    forward: Option<Forward>,
    output: Output,
    /// How many more, where there is an end.
    left: Option<u64>,
}

impl Receiver {
    fn receive(&mut self, deliveries: &mpsc::Receiver<Message>) -> Result<(), Failure> {
        while self.left != Some(0) && !was_interrupted() {
            match deliveries.recv() {
                Ok(Message::Delivery(delivered)) => self.take(*delivered)?,
                Ok(Message::Wake) => {}
                Err(_) => return Err(Failure::new(Exit::Internal, "the listener ended")),
            }
        }
        Ok(())
    }

    /// Verifies a delivery, passes it on, shows it, and answers it.
    fn take(&mut self, delivered: Delivered) -> Result<(), Failure> {
        let Delivered { head, body, answer } = delivered;
        let delivery = match self.verifier.verify(&head.headers, &body, SystemTime::now()) {
            Ok(delivery) => delivery,
            Err(error) => {
                note(&format!("refused a delivery: {}", error.code()));
                let _ = answer.send(error.status_to_answer());
                return Ok(());
            }
        };
        let status = match &self.forward {
            None => StatusCode::NO_CONTENT,
            Some(forward) => match forward.pass_on(&head.headers, &body) {
                Ok(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
                Err(error) => {
                    note(&format!("not passed on: {error}"));
                    StatusCode::BAD_GATEWAY
                }
            },
        };
        let about = About {
            verified: true,
            why: None,
            endpoint: delivery.headers.trigger_id.clone(),
            attempt: delivery.headers.attempt.map(u64::from),
            answered: Some(status.as_u16()),
        };
        let written = event::write(&mut self.output, &delivery.event, &about);
        // What nobody has seen is to come again.
        let status = if written.is_ok() { status } else { StatusCode::SERVICE_UNAVAILABLE };
        let _ = answer.send(status);
        written.map_err(|error| failed_write(&error, false))?;
        self.left = self.left.map(|left| left.saturating_sub(1));
        Ok(())
    }

    fn end(&mut self) -> Result<(), Failure> {
        match self.output.format {
            Format::Table => {}
            _ => self.output.end_of_items().map_err(|error| failed_write(&error, false))?,
        }
        self.output.remark();
        Ok(())
    }
}
