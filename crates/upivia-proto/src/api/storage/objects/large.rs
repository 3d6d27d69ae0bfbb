//! Uploading in three steps: a place, the content, the confirmation.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::{Buf, Bytes};
use codespar_engine::{
    Call,
    driver::{BoxFlow, Event, Flow, Step, Tick, Transport},
    kit::{Chain, Error, Map, Ready, Service, Then, check_sha256_of},
};
use sha2::{Digest, Sha256};

use crate::api::storage::objects::{
    Presigned, StorageObjects, Stored,
    bucket::put,
    confirm_content, presign,
    upload::{Presign, Upload},
};

const OPERATION: &str = "storage.objects.upload_large";

/// How much is hashed at a time.
const BLOCK: usize = 8 << 20;

/// The pause in between, in which an asynchronous program gets to its other tasks.
const PAUSE: Duration = Duration::from_millis(1);

impl<T: Transport> StorageObjects<T> {
    /// Uploads a file of any length: [`presign`](Self::presign), [`put`](Self::put), then
    /// [`confirm`](Self::confirm) with the SHA-256 of the content. The content is not copied.
    ///
    /// The call's time limit is for each of the three requests: set one that is long enough for
    /// the second. Headers of the call go with the first and the third, not to the place where
    /// the content is put.
    ///
    /// Idempotency: none, the server honours no key; only the bytes are sent again where that
    /// fails.
    ///
    /// # Errors
    /// As the three of them. Once there is a place for the content, the error holds it:
    /// `error.last::<Presigned>()`, to go on from there.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>, video: bytes::Bytes) -> Result {
    /// use std::time::Duration;
    /// use upivia_proto::storage::Upload;
    ///
    /// let file = Upload::new("tour.mp4", video).content_type("video/mp4");
    /// let call = client.storage().objects().upload_large(&file);
    /// let stored = call.timeout(Duration::from_secs(1800)).send()?;
    /// println!("{:?}", stored.object.status);
    /// # Ok(()) }
    /// ```
    pub fn upload_large(&self, file: &Upload) -> Call<T, Stored> {
        let flow = upload_in_steps(self.client().api.service(), file);
        self.client().api.checked(OPERATION, flow)
    }
}

/// What a step answers.
enum Answer {
    Place(Presigned),
    Content,
    Digest(String),
    Stored(Stored),
}

fn upload_in_steps(service: &Arc<Service>, file: &Upload) -> Result<Chain<Answer, Stored>, Error> {
    file.check()?;
    let (service, file) = (Arc::clone(service), file.hashed());
    let length = file.length()?;
    let body = Presign::new(&file.filename, file.media_type(), length);
    let first = Map::new(presign(&service, &body), |place| Ok(Answer::Place(place)));
    let mut place: Option<Presigned> = None;
    Ok(Chain::new(first, move |answer, _| {
        let next = answer.and_then(|answer| {
            if let Answer::Place(given) = &answer {
                place = Some(given.clone());
            }
            next_step(&service, &file, place.as_ref(), answer)
        });
        next.unwrap_or_else(|error| {
            Then::Done(Err(match place.take() {
                Some(place) => error.at(OPERATION).with_last(place),
                // It is the beginning that failed.
                None => error,
            }))
        })
    }))
}

/// What follows on a step.
fn next_step(
    service: &Arc<Service>,
    file: &Upload,
    place: Option<&Presigned>,
    answer: Answer,
) -> Result<Then<Answer, Stored>, Error> {
    let question: BoxFlow<Answer> = match answer {
        Answer::Place(place) => {
            let url = place.upload_url.expose();
            let sent = put(service, url, file.media_type(), file.content.clone())?;
            Box::new(WithoutHeaders(Map::new(sent, |()| Ok(Answer::Content))))
        }
        Answer::Content => match (file.content.sha256(), file.content.bytes()) {
            (Some(digest), _) => Box::new(Ready::with(Answer::Digest(digest))),
            (None, Some(bytes)) => Box::new(Hashing::of(bytes.clone())),
            (None, None) => {
                return Err(Error::content("the transport does not read content whole"));
            }
        },
        Answer::Digest(digest) => {
            let Some(place) = place else {
                return Err(Error::decode("object: the server gave none"));
            };
            let question = confirm_content(service, &place.object.id, Some(&digest));
            Box::new(Map::new(question, move |stored| {
                check_sha256_of(&digest, stored.object.sha256.as_deref())?;
                Ok(Answer::Stored(stored))
            }))
        }
        Answer::Stored(stored) => return Ok(Then::Done(Ok(stored))),
    };
    Ok(Then::Ask(question))
}

/// Keeps the headers of the call from a request that is none of the API's business.
struct WithoutHeaders<F>(F);

impl<F: Flow> Flow for WithoutHeaders<F> {
    type Item = F::Item;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick<'_>, mut event: Event) -> Step<F::Item, F::Output> {
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
    type Output = Answer;

    fn resume(&mut self, _: Tick<'_>, event: Event) -> Step<Infallible, Answer> {
        if let Event::Failed(error) = event {
            return Step::Done(Err(Error::transport(error)));
        }
        let block = self.left.split_to(self.left.len().min(BLOCK));
        self.digest.update(&block);
        if self.left.has_remaining() {
            return Step::Wait(PAUSE);
        }
        let digest = std::mem::take(&mut self.digest).finalize();
        Step::Done(Ok(Answer::Digest(hex::encode(digest))))
    }
}
