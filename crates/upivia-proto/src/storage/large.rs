//! Uploading in three steps: a place, the content, the confirmation.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::{Buf, Bytes};
use codespar_engine::{
    BoxFlow, Error, Event, Flow, Service, Step, Tick,
    kit::{Chain, Map, Then},
};
use sha2::{Digest, Sha256};

use super::{PresignBody, Presigned, Stored, Upload, confirmed, presign, put};
use crate::wait::looked;

pub(super) const OPERATION: &str = "storage.objects.upload_large";

/// How much is hashed at a time.
const BLOCK: usize = 8 << 20;

/// The pause in between, in which an asynchronous program gets to its other tasks.
const PAUSE: Duration = Duration::from_millis(1);

/// What a step came to.
pub(super) enum Came {
    Place(Presigned),
    Content,
    Digest(String),
    Confirmed(Stored),
}

pub(super) fn upload_large(
    service: &Arc<Service>,
    file: &Upload,
) -> Result<Chain<Came, Stored>, Error> {
    file.check()?;
    let (service, file) = (Arc::clone(service), file.clone());
    let body = PresignBody {
        filename: &file.filename,
        content_type: file.media_type(),
        size_bytes: file.content.len() as u64,
    };
    let first = Map::new(presign(&service, &body), |place| Ok(Came::Place(place)));
    let mut place: Option<Presigned> = None;
    Ok(Chain::new(first, move |came, _| {
        let next = came.and_then(|came| {
            if let Came::Place(given) = &came {
                place = Some(given.clone());
            }
            follow(&service, &file, place.as_ref(), came)
        });
        next.unwrap_or_else(|error| Then::Done(Err(looked(error, OPERATION, place.clone()))))
    }))
}

/// What follows on a step.
fn follow(
    service: &Arc<Service>,
    file: &Upload,
    place: Option<&Presigned>,
    came: Came,
) -> Result<Then<Came, Stored>, Error> {
    let question: BoxFlow<Came> = match came {
        Came::Place(place) => {
            let url = place.upload_url.expose();
            let sent = put(service, url, file.media_type(), file.content.clone())?;
            Box::new(WithoutHeaders(Map::new(sent, |()| Ok(Came::Content))))
        }
        Came::Content => Box::new(Hashing::of(file.content.clone())),
        Came::Digest(digest) => {
            let Some(place) = place else {
                return Err(Error::decode("object: the server gave none"));
            };
            let confirmed = confirmed(service, &place.object.id, Some(&digest));
            Box::new(Map::new(confirmed, |stored| Ok(Came::Confirmed(stored))))
        }
        Came::Confirmed(stored) => return Ok(Then::Done(Ok(stored))),
    };
    Ok(Then::Ask(question))
}

/// Keeps the headers of the call from a request that is none of the API's business.
struct WithoutHeaders<F>(F);

impl<F: Flow> Flow for WithoutHeaders<F> {
    type Item = F::Item;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick, mut event: Event) -> Step<F::Item, F::Output> {
        if let Event::Start(options) = &mut event {
            options.headers.clear();
        }
        self.0.resume(tick, event)
    }
}

/// Works the SHA-256 of some content out, block by block.
struct Hashing {
    left: Bytes,
    digest: Sha256,
}

impl Hashing {
    fn of(content: Bytes) -> Self {
        Self { left: content, digest: Sha256::new() }
    }
}

impl Flow for Hashing {
    type Item = Infallible;
    type Output = Came;

    fn resume(&mut self, _: Tick, event: Event) -> Step<Infallible, Came> {
        if let Event::Failed(error) = event {
            return Step::Done(Err(Error::transport(error)));
        }
        let block = self.left.split_to(self.left.len().min(BLOCK));
        self.digest.update(&block);
        if self.left.has_remaining() {
            return Step::Wait(PAUSE);
        }
        let digest = std::mem::take(&mut self.digest).finalize();
        Step::Done(Ok(Came::Digest(hex::encode(digest))))
    }
}
