//! The two drivers behind one trait, so that a test is written once.

use std::sync::OnceLock;

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_engine::{
    Call, Error, Items,
    driver::{Clock, Connect, Transport},
};
use futures_util::StreamExt as _;
use tokio::runtime::{Builder, Runtime};

/// The driver that blocks.
pub type Blocking = UreqTransport;

/// The driver that is asynchronous.
pub type Asynchronous = HyperTransport;

/// A transport, and how its calls are finished.
pub trait Driver: Transport + Clock + Connect + Sync {
    /// Which one it is.
    const NAME: &'static str;

    /// Makes a call on this thread.
    ///
    /// # Errors
    /// The call's own.
    fn finish<O: Send + 'static>(call: Call<Self, O>) -> Result<O, Error>;

    /// Takes items until there are no more; the error that ended them.
    fn collect<I: Send + 'static>(items: Items<Self, I>) -> (Vec<I>, Option<Error>);
}

impl Driver for UreqTransport {
    const NAME: &'static str = "blocking";

    fn finish<O: Send + 'static>(call: Call<Self, O>) -> Result<O, Error> {
        call.send()
    }

    fn collect<I: Send + 'static>(items: Items<Self, I>) -> (Vec<I>, Option<Error>) {
        let mut all = Vec::new();
        for item in items {
            match item {
                Ok(item) => all.push(item),
                Err(error) => return (all, Some(error)),
            }
        }
        (all, None)
    }
}

impl Driver for HyperTransport {
    const NAME: &'static str = "async";

    fn finish<O: Send + 'static>(call: Call<Self, O>) -> Result<O, Error> {
        runtime().block_on(async { call.await })
    }

    fn collect<I: Send + 'static>(items: Items<Self, I>) -> (Vec<I>, Option<Error>) {
        runtime().block_on(async {
            let mut items = Box::pin(items);
            let mut all = Vec::new();
            while let Some(item) = items.next().await {
                match item {
                    Ok(item) => all.push(item),
                    Err(error) => return (all, Some(error)),
                }
            }
            (all, None)
        })
    }
}

/// The runtime all asynchronous calls of a test program run on.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

/// What a test ends with: the first error, whatever it is.
pub type TestResult = Result<(), Box<dyn std::error::Error>>;

/// Makes two tests of each function that is generic over its [`Driver`]: `blocking::NAME` and
/// `asynchronous::NAME`.
///
/// A function that is left out of the list is dead code, which the compiler tells of.
#[macro_export]
macro_rules! with_both_drivers {
    ($($test:ident)*) => {
        mod blocking {$(
            #[test]
            fn $test() -> $crate::driver::TestResult {
                super::$test::<$crate::driver::Blocking>()
            }
        )*}
        mod asynchronous {$(
            #[test]
            fn $test() -> $crate::driver::TestResult {
                super::$test::<$crate::driver::Asynchronous>()
            }
        )*}
    };
}
