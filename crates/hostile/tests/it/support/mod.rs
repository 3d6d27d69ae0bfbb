//! What several of the tests use.

pub(crate) mod h2;
pub(crate) mod memory;

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
pub(crate) use both;
