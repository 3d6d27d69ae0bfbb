//! Faults of the network and of the server, through both drivers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

/// Tests that run a check through each of the drivers.
macro_rules! both {
    ($($test:ident: $check:ident;)*) => {$(
        #[test]
        fn $test() {
            hostile::guarded(stringify!($check), $check::<codespar_blocking::UreqTransport>);
            hostile::guarded(stringify!($check), $check::<codespar_async::HyperTransport>);
        }
    )*};
}

mod hostile_busy;
mod hostile_cancel;
mod hostile_faults;
mod hostile_limits;
mod hostile_offsets;
mod hostile_pool;
mod hostile_proxy;
mod hostile_texts;
mod hostile_tls;
mod hostile_verdicts;
mod hostile_wire;
