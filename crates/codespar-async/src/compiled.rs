//! Code that is generic over the transport, compiled here and not in the crate of each user.
//!
//! Without optimization, what one crate has compiled of generic code is shared with those that
//! depend on it. Nothing else here runs the loop that carries out calls, nor polls the futures of
//! this crate that it is made of: every program would compile all of it again.

use codespar_engine::{Call, CallFuture};

use crate::HyperTransport;

/// Runs the loop for a call over this transport.
#[doc(hidden)]
pub fn call(call: Call<HyperTransport, ()>) -> CallFuture<()> {
    call.into_future()
}
