//! Every operation, end to end over sockets, through both drivers from one source.
//!
//! The files in `scenarios/` are written once. `run!` finishes a call, `all!` collects items, and
//! `scenario!` makes a test; here they get their two meanings.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/table.rs"]
mod table;

use std::error::Error;

type TestResult = Result<(), Box<dyn Error>>;

mod blocking {
    use super::TestResult;
    use codespar_blocking::Client;

    type Upivia = upivia_proto::Client<codespar_blocking::UreqTransport>;

    macro_rules! run {
        ($call:expr) => {
            $call.send()
        };
    }

    /// The items up to the first error, and the error.
    macro_rules! all {
        ($items:expr) => {{
            let (mut seen, mut failed) = (Vec::new(), None);
            for item in $items {
                match item {
                    Ok(item) => seen.push(item),
                    Err(error) => failed = Some(error),
                }
            }
            (seen, failed)
        }};
    }

    macro_rules! scenario {
        ($(#[$meta:meta])* $name:ident $body:block) => {
            $(#[$meta])*
            #[test]
            fn $name() -> TestResult {
                $body
                Ok(())
            }
        };
    }

    include!("scenarios/all.rs");
}

mod asynchronous {
    use super::TestResult;
    use codespar_async::Client;
    use futures_util::StreamExt as _;

    type Upivia = upivia_proto::Client<codespar_async::HyperTransport>;

    macro_rules! run {
        ($call:expr) => {
            $call.await
        };
    }

    /// The items up to the first error, and the error.
    macro_rules! all {
        ($items:expr) => {{
            let (mut seen, mut failed) = (Vec::new(), None);
            let mut items = $items;
            while let Some(item) = items.next().await {
                match item {
                    Ok(item) => seen.push(item),
                    Err(error) => failed = Some(error),
                }
            }
            (seen, failed)
        }};
    }

    macro_rules! scenario {
        ($(#[$meta:meta])* $name:ident $body:block) => {
            $(#[$meta])*
            #[tokio::test]
            async fn $name() -> TestResult {
                $body
                Ok(())
            }
        };
    }

    include!("scenarios/all.rs");
}
