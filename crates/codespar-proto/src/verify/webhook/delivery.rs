//! Verification of a webhook delivery: headers, time, signature.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::Mac;
use http::{HeaderMap, HeaderName};

use crate::verify::webhook::{
    ATTEMPT, EVENT, EVENT_ID, SIGNATURE, SIGNATURE_LEGACY, TRIGGER_ID,
    error::WebhookError,
    event::Event,
    event_type::EventType,
    secret::Secret,
    signature::{Digest, Signatures, digest, signed},
};

/// A delivery whose signature is right.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// What happened: the signed body.
    pub event: Event,
    /// What the headers say, which nothing signs.
    pub headers: DeliveryHeaders,
    /// How it was signed.
    pub scheme: Scheme,
}

/// Which signature a delivery was accepted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// `t=…,v1=…`, and signed at this time, in Unix seconds.
    V1 {
        /// The time of signing.
        signed_at: i64,
    },
    /// HMAC over the body alone. Nothing says when, so a replay cannot be told.
    Legacy,
}

/// The headers of a delivery beside the signature. Anyone on the way may have changed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryHeaders {
    /// The event's type. The signed one is [`Event::kind`].
    pub event: Option<EventType>,
    /// The event's id. The signed one is [`Event::id`].
    pub event_id: Option<String>,
    /// The id of the webhook endpoint.
    pub trigger_id: Option<String>,
    /// The number of the attempt, from 1.
    pub attempt: Option<u32>,
}

impl DeliveryHeaders {
    /// Reads the headers; what is missing or unreadable is `None`.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let text = |name: &HeaderName| headers.get(name)?.to_str().ok();
        Self {
            event: text(&EVENT).map(EventType::from),
            event_id: text(&EVENT_ID).map(str::to_owned),
            trigger_id: text(&TRIGGER_ID).map(str::to_owned),
            attempt: text(&ATTEMPT).and_then(|number| number.parse().ok()),
        }
    }
}

/// Verifies the signature of webhook deliveries, against the secrets of an endpoint.
///
/// ```
/// use std::time::Duration;
/// use codespar_proto::webhook::Verifier;
///
/// // While a secret is being replaced, either is right.
/// let verifier = Verifier::new("the-new-secret-0123456789")?
///     .also("the-old-secret-0123456789")?
///     .tolerance(Duration::from_secs(60));
/// # Ok::<(), codespar_proto::webhook::WebhookError>(())
/// ```
#[doc(alias = "webhook secret")]
#[doc(alias = "webhook signature")]
#[doc(alias = "hmac")]
#[derive(Clone, Debug)]
#[must_use]
pub struct Verifier {
    secrets: Vec<Secret>,
    tolerance: Duration,
    legacy: bool,
}

impl Verifier {
    /// How far the time of signing may be from now, in either direction, unless told otherwise.
    pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

    /// A verifier with one secret, which must be one: see [`Secret::new`].
    pub fn new(secret: &str) -> Result<Self, WebhookError> {
        let secrets = vec![Secret::new(secret)?];
        Ok(Self { secrets, tolerance: Self::DEFAULT_TOLERANCE, legacy: false })
    }

    /// Accepts another secret as well, while one is being replaced.
    pub fn also(mut self, secret: &str) -> Result<Self, WebhookError> {
        self.secrets.push(Secret::new(secret)?);
        Ok(self)
    }

    /// How far the time of signing may be from now, in either direction; 300 s by default.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Accepts the older signature too, when a delivery has no other.
    ///
    /// It does not cover the time, so whoever has seen one such delivery can repeat it for ever:
    /// remember the ids of events. A delivery that has a newer signature is judged by that alone.
    pub fn accept_legacy(mut self) -> Self {
        self.legacy = true;
        self
    }

    /// Checks a delivery and reads its event.
    ///
    /// `body` is the bytes as they came. Fails with the reason: see [`WebhookError`].
    pub fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Delivery, WebhookError> {
        let scheme = self.verify_signature(headers, body, now)?;
        let event = Event::from_slice(body)?;
        Ok(Delivery { event, headers: DeliveryHeaders::from_headers(headers), scheme })
    }

    /// The same for a whole request, whose body has been read: from any web framework.
    ///
    /// Fails with the reason, and [`WebhookError::status_to_answer`] is what to answer then. Read
    /// the body up to a limit: a megabyte is plenty.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use codespar_proto::webhook::Verifier;
    ///
    /// fn receive(verifier: &Verifier, request: &http::Request<Vec<u8>>) -> http::StatusCode {
    ///     match verifier.verify_request(request, SystemTime::now()) {
    ///         Ok(delivery) => { /* deal with delivery.event */ http::StatusCode::OK }
    ///         Err(error) => error.status_to_answer(),
    ///     }
    /// }
    ///
    /// let verifier = Verifier::new("whsec_0123456789abcdef")?;
    /// let unsigned = http::Request::post("/hook").body(b"{}".to_vec())?;
    /// assert_eq!(receive(&verifier, &unsigned), 401);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_request(
        &self,
        request: &http::Request<impl AsRef<[u8]>>,
        now: SystemTime,
    ) -> Result<Delivery, WebhookError> {
        self.verify(request.headers(), request.body().as_ref(), now)
    }

    /// Checks a delivery's signature, whatever the body is.
    ///
    /// ```
    /// use std::time::UNIX_EPOCH;
    /// use codespar_proto::webhook::{Verifier, WebhookError};
    ///
    /// let verifier = Verifier::new("whsec_0123456789abcdef")?;
    /// let unsigned = verifier.verify_signature(&http::HeaderMap::new(), b"{}", UNIX_EPOCH);
    /// assert_eq!(unsigned, Err(WebhookError::MissingSignature));
    /// # Ok::<(), WebhookError>(())
    /// ```
    pub fn verify_signature(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Scheme, WebhookError> {
        if let Some(header) = only(headers, &SIGNATURE)? {
            return match digest(header) {
                // The older scheme was once sent, and is still described, under the newer name.
                Some(digest) => self.verify_legacy(&digest, body),
                None => self.verify_v1(&Signatures::parse(header)?, body, now),
            };
        }
        let header = only(headers, &SIGNATURE_LEGACY)?.ok_or(WebhookError::MissingSignature)?;
        let digest = digest(header)
            .ok_or(WebhookError::MalformedSignature("the legacy value is not 64 hex digits"))?;
        self.verify_legacy(&digest, body)
    }

    fn verify_v1(
        &self,
        signatures: &Signatures<'_>,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Scheme, WebhookError> {
        let matches = self.secrets.iter().any(|secret| {
            let mac = signed(secret, signatures.timestamp, body);
            signatures.v1.iter().any(|digest| mac.clone().verify_slice(digest).is_ok())
        });
        if !matches {
            return Err(WebhookError::NoMatch);
        }
        // The time comes second, so that "too old" is said only of what the server has signed.
        match distance(signatures.seconds, now) {
            Distance::Behind(age) if age > self.tolerance => Err(WebhookError::TooOld { age }),
            Distance::Ahead(ahead) if ahead > self.tolerance => {
                Err(WebhookError::FromTheFuture { ahead })
            }
            _ => Ok(Scheme::V1 { signed_at: signatures.seconds }),
        }
    }

    fn verify_legacy(&self, digest: &Digest, body: &[u8]) -> Result<Scheme, WebhookError> {
        if !self.legacy {
            return Err(WebhookError::LegacyNotAccepted);
        }
        let matches =
            self.secrets.iter().any(|secret| secret.mac(&[body]).verify_slice(digest).is_ok());
        if matches { Ok(Scheme::Legacy) } else { Err(WebhookError::NoMatch) }
    }
}

/// The one value of a header. Two would let readers disagree about which counts.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, WebhookError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(WebhookError::MalformedSignature("the header occurs twice"));
    }
    let text = value.to_str().map_err(|_| WebhookError::MalformedSignature("not ASCII"))?;
    Ok(Some(text.trim()))
}

enum Distance {
    Behind(Duration),
    Ahead(Duration),
}

/// How far `seconds` is from `now`. They come without a sign, so they are never before 1970.
fn distance(seconds: i64, now: SystemTime) -> Distance {
    let at = Duration::from_secs(seconds.unsigned_abs());
    match now.duration_since(UNIX_EPOCH) {
        Ok(now) => match now.checked_sub(at) {
            Some(age) => Distance::Behind(age),
            None => Distance::Ahead(at.saturating_sub(now)),
        },
        Err(before) => Distance::Ahead(at.saturating_add(before.duration())),
    }
}
