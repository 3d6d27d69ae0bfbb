//! Guides by task, with programs that are compiled and run as tests of this crate.
//!
//! - [`nightly_charges`]: charge a list of invoices, survive a crash, charge nobody twice
//! - [`webhooks`]: an order service that is told when money has arrived
//! - [`agent`]: sessions, tools for a model, a chat as it happens, approvals
//! - [`governed_payments`]: pay under a mandate, wait for approvals, look up what is not known
//! - [`payables`]: pay bills in batches, from files or a list
//! - [`files`](mod@files): upload and download files of any length, with progress and digests
//! - [`errors`]: what happened to the money, and what to do next
//! - [`testing`]: fakes, cassettes, a sandbox server, recorded answers, faults, test money
//! - [`self_hosted`]: another server, its address, proxy and certificates; what differs
//! - [`embedding`]: your own HTTP client, runtime or target; WebAssembly
//! - [`logs`]: traces and metrics, and what is never logged
//!
//! They are written for this driver. With `codespar-async` the same methods end with `.await`
//! instead of `.send()`, and items are a stream instead of an iterator.

// There is no code in here: the imports are what the texts link to.

#[doc(alias = "batch")]
#[doc(alias = "idempotency")]
pub mod nightly_charges {
    #![doc = include_str!("guide/nightly_charges.md")]

    use crate::{
        proto::{charges::*, tool_calls::*},
        *,
    };
}

#[doc(alias = "webhook secret")]
#[doc(alias = "axum")]
pub mod webhooks {
    #![doc = include_str!("guide/webhooks.md")]

    use crate::{
        proto::{charges::*, webhook_endpoints::*},
        webhook::*,
        *,
    };
}

#[doc(alias = "openai")]
#[doc(alias = "anthropic")]
#[doc(alias = "llm")]
#[doc(alias = "mcp")]
pub mod agent {
    #![doc = include_str!("guide/agent.md")]

    use crate::{
        proto::{approvals::*, mandates::*},
        *,
    };
}

#[doc(alias = "mandate")]
#[doc(alias = "spend")]
#[doc(alias = "approval")]
pub mod governed_payments {
    #![doc = include_str!("guide/governed_payments.md")]

    use crate::{
        proto::{approvals::*, mandates::*},
        *,
    };
}

#[doc(alias = "boleto")]
#[doc(alias = "bills")]
pub mod payables {
    #![doc = include_str!("guide/payables.md")]

    use crate::{proto::payables::*, *};
}

#[doc(alias = "upload")]
#[doc(alias = "download")]
#[doc(alias = "progress")]
#[doc(alias = "checksum")]
pub mod files {
    #![doc = include_str!("guide/files.md")]

    use crate::*;
}

#[doc(alias = "retry")]
#[doc(alias = "status code")]
pub mod errors {
    #![doc = include_str!("guide/errors.md")]

    use crate::{
        proto::{Stage, approvals::*, charges::*, mandates::*, payables::Batches, tool_calls::*},
        *,
    };
}

#[doc(alias = "fixture")]
#[doc(alias = "cassette")]
#[doc(alias = "fake")]
#[doc(alias = "recorded")]
#[doc(alias = "mock")]
#[doc(alias = "vcr")]
pub mod testing {
    #![doc = include_str!("guide/testing.md")]

    use crate::{
        proto::{meta_tools::*, session::*, test_money::*},
        testing::*,
        *,
    };
}

#[doc(alias = "proxy")]
#[doc(alias = "on-premise")]
pub mod self_hosted {
    #![doc = include_str!("guide/self_hosted.md")]

    use crate::*;
}

#[doc(alias = "log")]
#[doc(alias = "tracing")]
#[doc(alias = "opentelemetry")]
#[doc(alias = "metrics")]
pub mod logs {
    #![doc = include_str!("guide/logs.md")]

    use crate::*;
}

#[doc(alias = "sans-io")]
#[doc(alias = "wasm")]
#[doc(alias = "http::Request")]
pub mod embedding {
    #![doc = include_str!("guide/embedding.md")]

    use crate::*;
}
