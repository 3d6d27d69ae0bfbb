//! Guides by task, with programs that are compiled and run as tests of this crate.
//!
//! - [`nightly_charges`]: charge a list of invoices, survive a crash, charge nobody twice
//! - [`webhooks`]: an order service that is told when money has arrived
//! - [`agent`]: sessions, tools for a model, a chat as it happens, approvals
//! - [`payables`]: pay bills in batches, from files or a list
//! - [`errors`]: what happened to the money, and what to do next
//! - [`testing`]: a sandbox server, recorded answers, faults, test money
//! - [`self_hosted`]: another server, its address, proxy and certificates; what differs
//! - [`logs`]: traces and metrics, and what is never logged
//!
//! They are written for this driver. With `codespar-async` the same methods end with `.await`
//! instead of `.send()`, and items are a stream instead of an iterator.

// There is no code in here: the imports are what the texts link to.

pub mod nightly_charges {
    #![doc = include_str!("guide/nightly_charges.md")]

    use crate::{
        proto::{charges::*, tool_calls::*},
        *,
    };
}

pub mod webhooks {
    #![doc = include_str!("guide/webhooks.md")]

    use crate::{
        proto::{charges::*, webhook_endpoints::*},
        webhook::{Event, EventType, Verifier},
        *,
    };
}

pub mod agent {
    #![doc = include_str!("guide/agent.md")]

    use crate::{
        proto::{approvals::*, mandates::*},
        *,
    };
}

pub mod payables {
    #![doc = include_str!("guide/payables.md")]

    use crate::{proto::payables::*, *};
}

pub mod errors {
    #![doc = include_str!("guide/errors.md")]

    use crate::{
        proto::{Stage, approvals::*, charges::*, mandates::*, payables::Batches, tool_calls::*},
        *,
    };
}

pub mod testing {
    #![doc = include_str!("guide/testing.md")]

    use crate::{
        proto::{session::*, test_money::*},
        testing::*,
        *,
    };
}

pub mod self_hosted {
    #![doc = include_str!("guide/self_hosted.md")]

    use crate::*;
}

pub mod logs {
    #![doc = include_str!("guide/logs.md")]

    use crate::*;
}
