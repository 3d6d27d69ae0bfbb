//! Every operation, end to end over sockets, through both drivers from one source.
//!
//! The files in `scenarios/` are written once. `run!` finishes a call, `all!` collects items, and
//! `scenario!` makes a test; here they get their two meanings.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

mod blocking {
    use super::Outcome;
    use codespar_blocking::Client;

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
            fn $name() -> Outcome {
                $body
                Ok(())
            }
        };
    }

    include!("scenarios/all.rs");
}

mod asynchronous {
    use super::Outcome;
    use codespar_async::Client;
    use futures_util::StreamExt as _;

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
            async fn $name() -> Outcome {
                $body
                Ok(())
            }
        };
    }

    include!("scenarios/all.rs");
}
