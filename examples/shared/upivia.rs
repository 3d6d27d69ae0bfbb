//! Where the examples of Upivia run.

use std::{env, error::Error};

use codespar_sandbox::Sandbox;
use upivia_proto::Config;

/// Where the API is and who calls: as the environment says when it names an address, else a
/// sandbox of our own.
pub(crate) fn server() -> Result<(Config, Option<Sandbox>), Box<dyn Error>> {
    if env::var_os("UPIVIA_BASE_URL").is_some() {
        println!("On the API that the environment names.\n");
        let config = Config::from_vars(|name| env::var(name).ok());
        return Ok((config.session_cookie(env::var("UPIVIA_COOKIE").unwrap_or_default()), None));
    }
    let sandbox = Sandbox::start()?;
    println!("On a sandbox at {} (set UPIVIA_BASE_URL for the real API).\n", sandbox.upivia_url());
    let config = Config::new(sandbox.upivia_url())
        .api_key(sandbox.upivia_agent_key())
        .pat(sandbox.upivia_pat())
        .session_cookie(sandbox.upivia_session_cookie());
    Ok((config, Some(sandbox)))
}
