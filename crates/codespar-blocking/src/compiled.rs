//! Code that is generic over the transport, compiled here and not in the crate of each user.
//!
//! Without optimization, what one crate has compiled of generic code is shared with those that
//! depend on it. Nothing else here runs the loop that carries out calls: every program would
//! compile it again.

use codespar_engine::{Call, Error};

use crate::UreqTransport;

/// Runs the loop for a call over this transport.
#[doc(hidden)]
pub fn call(call: Call<UreqTransport, ()>) -> Result<(), Error> {
    call.send()
}
