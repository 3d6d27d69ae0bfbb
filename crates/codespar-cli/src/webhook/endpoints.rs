//! Webhook endpoints that are there for as long as somebody listens.

use std::time::Duration;

use codespar_blocking::{Client, webhook::Verifier, webhook_endpoints::CreateWebhookEndpoint};
use codespar_engine::Effect;

use crate::{
    interrupt::on_interrupt,
    outcome::{Exit, Failure},
    output::note,
};

/// How long deleting an endpoint may take.
const DELETING: Duration = Duration::from_secs(10);

/// Endpoints that were made here, and are deleted when they are dropped.
pub(super) struct Endpoints<'a> {
    client: &'a Client,
    ids: Vec<String>,
    verifier: Option<Verifier>,
}

impl<'a> Endpoints<'a> {
    pub(super) const fn new(client: &'a Client) -> Self {
        Self { client, ids: Vec::new(), verifier: None }
    }

    /// Makes one for an event. It is there, or what may be left of it is said.
    pub(super) fn make(&mut self, event: &str, url: &str, show: bool) -> Result<(), Failure> {
        let args = CreateWebhookEndpoint::new("codespar webhook listen", event, url);
        // Not twice: an endpoint that nobody knows of would stay.
        let mut call = self.client.webhook_endpoints().create(&args).retries(0);
        on_interrupt(call.cancel_handle())?;
        let made = call.send().map_err(|error| {
            let failure = Failure::of_error(error, Effect::Changes);
            match failure.exit {
                Exit::Unknown => failure.next("codespar webhook-endpoints list, for what is left"),
                _ => failure,
            }
        })?;
        self.ids.push(made.id.clone());
        let unsigned = || Failure::new(Exit::Failed, "the endpoint has no secret to verify with");
        let secret = made.secret.as_ref().ok_or_else(unsigned)?.expose();
        let wrong = |error: codespar_blocking::webhook::WebhookError| {
            Failure::new(Exit::Failed, error.to_string())
        };
        self.verifier = Some(match self.verifier.take() {
            None => Verifier::new(secret).map_err(wrong)?,
            Some(verifier) => verifier.also(secret).map_err(wrong)?,
        });
        note(&format!("endpoint {} for {event}: {url}", made.id));
        if show {
            note(&format!("its secret: {secret}"));
        }
        Ok(())
    }

    /// What knows the signatures of all of them.
    pub(super) fn verifier(&self) -> Result<&Verifier, Failure> {
        self.verifier.as_ref().ok_or_else(|| Failure::usage("expected an --event"))
    }

    /// Deletes them; those that could not be deleted are named.
    pub(super) fn delete(&mut self) -> Result<(), Failure> {
        let mut left = Vec::new();
        for id in std::mem::take(&mut self.ids) {
            match self.client.webhook_endpoints().delete(&id).timeout(DELETING).send() {
                Ok(()) => note(&format!("endpoint {id} is deleted")),
                Err(error) if error.status().is_some_and(|it| it.as_u16() == 404) => {}
                Err(error) => {
                    note(&format!("endpoint {id} is still there: {error}"));
                    left.push(id);
                }
            }
        }
        match left.first() {
            None => Ok(()),
            Some(id) => {
                let failure = Failure::new(Exit::Failed, "not all endpoints could be deleted");
                Err(failure.next(format!("codespar webhook-endpoints delete {id}")))
            }
        }
    }
}

impl Drop for Endpoints<'_> {
    fn drop(&mut self) {
        // What could not be deleted is told of.
        let _ = self.delete();
    }
}
