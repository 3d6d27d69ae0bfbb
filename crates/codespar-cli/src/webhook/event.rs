//! An event in a line.

use std::io;

use codespar_blocking::{
    Json,
    webhook::{Event, EventData, PaymentData, TestData},
};
use codespar_engine::Describe;
use serde::Serialize;

use crate::{output::Output, text::one_line};

/// What is known of a delivery beside its event.
#[derive(Clone, Serialize, Describe)]
pub(super) struct About {
    /// Whether the signature was verified.
    pub(super) verified: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// The endpoint it was delivered to.
    pub(super) endpoint: Option<String>,
    /// The number of the attempt, from 1.
    pub(super) attempt: Option<u64>,
    /// What it was answered with.
    pub(super) answered: Option<u16>,
}

/// A delivery in a line.
#[derive(Serialize, Describe)]
struct Delivered<D> {
    /// The id of the event.
    id: String,
    /// The type of the event.
    #[serde(rename = "type")]
    kind: String,
    /// Who it came from.
    source: Option<String>,
    /// When it happened.
    occurred_at: Option<String>,
    /// Whether somebody sent it by hand.
    test: bool,
    /// The particulars.
    data: D,
    /// What is known of the delivery.
    delivery: About,
}

/// Writes an event, typed where its particulars are known, so that only what is known not to be
/// personal is shown.
pub(super) fn write(output: &mut Output, event: &Event, about: &About) -> io::Result<()> {
    match event.typed_data() {
        Ok(EventData::Payment(data)) => line::<PaymentData>(output, event, about, data),
        Ok(EventData::Test(data)) => line::<TestData>(output, event, about, data),
        _ => line::<Json>(output, event, about, event.data.clone()),
    }
}

fn line<D: Serialize + Describe>(
    output: &mut Output,
    event: &Event,
    about: &About,
    data: D,
) -> io::Result<()> {
    let delivered = Delivered {
        id: event.id.clone(),
        kind: event.kind.as_str().to_owned(),
        source: event.source.clone(),
        occurred_at: event.occurred_at.as_ref().map(|at| at.as_str().to_owned()),
        test: event.is_test(),
        data,
        delivery: about.clone(),
    };
    let words = words(&delivered);
    let json = Json::of(&delivered).map_err(io::Error::other)?;
    output.event(&json, Delivered::<D>::SHAPE, &words)
}

/// The same for people.
fn words<D>(delivered: &Delivered<D>) -> String {
    let About { verified, why, attempt, answered, .. } = &delivered.delivery;
    let mut words = delivered.occurred_at.clone().unwrap_or_default();
    let mut say = |word: &str| {
        words += if words.is_empty() { "" } else { "  " };
        words += word;
    };
    say(&delivered.kind);
    say(&delivered.id);
    match why {
        Some(why) => say(why),
        None => say(if *verified { "verified" } else { "not verified" }),
    }
    if delivered.test {
        say("test");
    }
    if let Some(attempt) = attempt.filter(|attempt| *attempt > 1) {
        say(&format!("attempt {attempt}"));
    }
    if let Some(answered) = answered {
        say(&format!("answered {answered}"));
    }
    one_line(&words) + "\n"
}
