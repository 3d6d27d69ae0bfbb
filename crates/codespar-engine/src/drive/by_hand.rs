//! The loops for whoever holds a flow: as futures that may be sent between threads, or not.

use crate::{
    call::options::CallOptions,
    drive::{
        FlowSlot,
        asynchronous::{drive_async, reach},
        taken,
        turn::Turn,
    },
    error::Error,
    flow::{Event, Flow},
    transport::{AsyncBody, AsyncTransport, LocalBody, LocalTransport},
};

/// What both kinds do: `each` takes the items on the way, and the output is what it ends with.
macro_rules! to_the_end {
    ($of:ty, $transport:ident, $flow:ident, $options:ident, $each:ident) => {{
        let cancel = $options.cancel.clone();
        let (mut slot, mut body) = (FlowSlot::new($flow), None);
        let (reach, mut event) = (reach!($of, $transport), Event::Start($options));
        let mut turn = Turn::default();
        loop {
            let (cancel, turn) = (cancel.as_ref(), &mut turn);
            drive_async($transport, &reach, &mut slot, &mut body, &mut event, cancel, turn).await;
            match slot.item() {
                Some(item) => $each(item),
                None => return slot.output(),
            }
            turn.took(&Event::Taken);
            turn.gives_way().await;
            event = taken(&mut body, cancel);
        }
    }};
}

/// Drives a flow to its end over an asynchronous transport, such as
/// [`Call::into_flow`](crate::Call::into_flow) and [`Items::into_flow`](crate::Items::into_flow)
/// give it away. `each` takes its items; a call has none.
///
/// # Errors
/// The flow's own.
///
/// ```
/// use codespar_engine::{Call, Error, driver::{AsyncTransport, NoTransport, drive}};
///
/// async fn over<T: AsyncTransport>(transport: &T, call: Call<NoTransport, u32>)
/// -> Result<u32, Error> {
///     let (flow, options) = call.into_flow();
///     drive(transport, flow, options, |never| match never {}).await
/// }
/// ```
pub async fn drive<T: AsyncTransport, F: Flow>(
    transport: &T,
    flow: F,
    options: CallOptions,
    mut each: impl FnMut(F::Item),
) -> Result<F::Output, Error> {
    to_the_end!(T, transport, flow, options, each)
}

/// The same over a transport whose futures stay on their thread: see [`drive`].
///
/// # Errors
/// The flow's own.
pub async fn drive_local<T: LocalTransport, F: Flow>(
    transport: &T,
    flow: F,
    options: CallOptions,
    mut each: impl FnMut(F::Item),
) -> Result<F::Output, Error> {
    to_the_end!(T, transport, flow, options, each)
}
