//! What an outbox is made of, whatever drives it: its settings, and calls made into rows.

use codespar_engine::{Call, Error, Reader, driver::Transport};
use codespar_proto::{Client, config::MANAGED_URL};

use crate::{
    error::OutboxError,
    evidence::ReceiptKeys,
    id::{LENGTH, Name, PREFIX, origin},
    operations::check_safe,
    policy::Policy,
    request::KeptRequest,
    row::{Guarantee, Row},
    stop::Stop,
    vault::{Vault, place},
};

/// What is kept of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keep {
    /// Its bytes, so that it can be presented again by [`reconcile`](crate::Outbox::reconcile). One
    /// that carries the signature of a mandate is refused unless the store is sealed (feature
    /// `seal`).
    Request,
    /// Its hash alone: it is presented again only when it is given again, and any other is refused.
    Hash,
}

/// What the work on every row needs.
pub(crate) struct Core<T> {
    pub(crate) client: Client<T>,
    pub(crate) origin: String,
    pub(crate) project: String,
    pub(crate) policy: Policy,
    pub(crate) vault: Vault,
    pub(crate) keep: Keep,
    pub(crate) honours: Option<bool>,
    pub(crate) receipt_keys: ReceiptKeys,
    pub(crate) stop: Stop,
}

/// A call that is to happen once, and the place of its id.
///
/// A [`Call`] takes the id by [`Call::idempotency_key`]; where the id is an argument, a function of
/// the id makes the call: `|id: &str| client.mandates().spend("mnd_1", &SpendArgs::new(id, …))`.
pub trait OnceCall<T, O> {
    /// The call under this id.
    fn under(self, id: &str) -> Call<T, O>;
}

impl<T, O> OnceCall<T, O> for Call<T, O> {
    fn under(self, id: &str) -> Self {
        self.idempotency_key(id)
    }
}

impl<T, O, F: FnOnce(&str) -> Call<T, O>> OnceCall<T, O> for F {
    fn under(self, id: &str) -> Call<T, O> {
        self(id)
    }
}

/// A call made into a row that is to be written.
pub(crate) struct Prepared<O> {
    pub(crate) row: Row,
    pub(crate) request: KeptRequest,
    pub(crate) reader: Reader<O>,
}

/// The longest reference, in bytes.
const LONGEST_REFERENCE: usize = 200;

fn check_reference(reference: &str) -> Result<(), Error> {
    match (1..=LONGEST_REFERENCE).contains(&reference.len()) {
        true if !reference.contains(char::is_control) => Ok(()),
        _ => Err(Error::config("reference", "expected 1 to 200 bytes without control characters")),
    }
}

impl<T: Transport> Core<T> {
    /// Whether something that may have arrived is presented again at this base URL.
    pub(crate) fn honours(&self, seen: Option<bool>) -> bool {
        // The managed service is known to; any other has to show it, or its user has to say it.
        let is_managed = || origin(MANAGED_URL).is_some_and(|managed| managed == self.origin);
        seen.or(self.honours).unwrap_or_else(is_managed)
    }

    pub(crate) fn name(&self, operation: &str, reference: &str) -> Name {
        Name {
            origin: self.origin.clone(),
            project: self.project.clone(),
            operation: operation.to_owned(),
            reference: reference.to_owned(),
        }
    }

    /// Makes a call into a row, for an operation whose id the server honours.
    pub(crate) fn prepare_once<O: 'static>(
        &self,
        reference: &str,
        call: impl OnceCall<T, O>,
    ) -> Result<Prepared<O>, OutboxError> {
        let placeholder = PREFIX.to_owned() + &"0".repeat(LENGTH - PREFIX.len());
        let made = call.under(&placeholder).into_exchange(0);
        let made = made.map_err(|error| match error.field() {
            // The operation honours none: what that means here is said here.
            Some("idempotency_key") => {
                check_safe(error.operation(), codespar_engine::KeyRule::None).err().unwrap_or(error)
            }
            _ => error,
        })?;
        check_safe(made.1.operation(), made.1.key_rule())?;
        self.prepared(reference, made, Guarantee::ExactlyOnce, &placeholder)
    }

    /// Makes a call into a row, for any operation that changes something and is not safe to repeat.
    pub(crate) fn prepare_at_most_once<O: 'static>(
        &self,
        reference: &str,
        call: Call<T, O>,
    ) -> Result<Prepared<O>, OutboxError> {
        let made = call.into_exchange(0)?;
        let (operation, effect) = (made.1.operation(), made.1.effect());
        if !effect.is_change() || check_safe(operation, made.1.key_rule()).is_ok() {
            let expected = "expected a change that is not safe to repeat; others go by `once`";
            return Err(Error::config("call", expected).into());
        }
        self.prepared(reference, made, Guarantee::AtMostOnce, "")
    }

    fn prepared<O: 'static>(
        &self,
        reference: &str,
        (request, reader): (http::Request<bytes::Bytes>, Reader<O>),
        guarantee: Guarantee,
        placeholder: &str,
    ) -> Result<Prepared<O>, OutboxError> {
        check_reference(reference)?;
        let project = request.headers().get("x-codespar-project");
        if project.map(http::HeaderValue::as_bytes) != self.client.project().map(str::as_bytes) {
            return Err(Error::config("call", "expected a call of the outbox's own project").into());
        }
        let name = self.name(reader.operation(), reference);
        let (is_required, id) = (guarantee == Guarantee::ExactlyOnce, name.id(0));
        let base_url = self.client.base_url();
        let request = KeptRequest::of(&request, base_url, is_required, (placeholder, &id))?;
        let row = Row::new(name, guarantee, request.hash());
        let row = self.first(row, &request)?;
        Ok(Prepared { row, request, reader })
    }

    /// The request as it lies in the store, where it does.
    pub(crate) fn kept_request(&self, row: &Row) -> Result<Option<KeptRequest>, OutboxError> {
        let Some(blob) = &row.request else { return Ok(None) };
        let bytes = self.vault.get(&place(row, "request"), blob)?;
        let request = KeptRequest::from_bytes(&bytes);
        let request = request.filter(|request| request.hash() == row.request_hash);
        request.map(Some).ok_or(OutboxError::Unreadable("the request is not what was written"))
    }

    /// A row as it is written first, with its request, unless its hash is enough.
    fn first(&self, row: Row, request: &KeptRequest) -> Result<Row, OutboxError> {
        if self.keep == Keep::Hash {
            return Ok(row);
        }
        if !self.vault.seals() && request.is_signed() {
            let expected = "expected one, as the call carries the signature of a mandate, which \
                            nobody is to read in the store: seal the store, or keep hashes only";
            return Err(Error::config("seal", expected).into());
        }
        let blob = self.vault.put(&place(&row, "request"), &request.to_bytes())?;
        Ok(Row { request: Some(blob), ..row })
    }
}
