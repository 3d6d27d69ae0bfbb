//! Where the example of an agent under governance runs, and what has to come of it.

#[path = "upivia.rs"]
mod upivia;

use std::{env, error::Error};

use codespar_sandbox::{Sandbox, Verdict};
use upivia_proto::Config;

/// Where the API is, who calls, and for which agent.
pub(crate) struct Place {
    pub(crate) config: Config,
    pub(crate) agent: String,
    sandbox: Option<Sandbox>,
}

impl Place {
    /// As the environment says, or else a sandbox where a person has to approve each email.
    pub(crate) fn of_environment() -> Result<Self, Box<dyn Error>> {
        let (config, sandbox) = upivia::server()?;
        let agent = match &sandbox {
            Some(sandbox) => sandbox.upivia_agent_id().to_owned(),
            None => env::var("UPIVIA_AGENT")?,
        };
        if let Some(sandbox) = &sandbox {
            sandbox.upivia_decide("email.send", Verdict::ApprovalRequired);
        }
        Ok(Self { config, agent, sandbox })
    }

    /// Runs it. On the sandbox it is run once more, as after a crash, and only one email of
    /// order 42 may have gone out.
    pub(crate) fn check(
        &self,
        run: impl Fn() -> Result<(), Box<dyn Error>>,
    ) -> Result<(), Box<dyn Error>> {
        run()?;
        if let Some(sandbox) = &self.sandbox {
            println!("\nOnce more:");
            run()?;
            let effects = sandbox.effects();
            assert_eq!(effects.count_with_key("order-42-has-left"), 1, "{effects:?}");
        }
        Ok(())
    }
}
