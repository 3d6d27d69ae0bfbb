//! The server that an example runs on.

use std::{error::Error, time::Duration};

use codespar_proto::Config;
use codespar_sandbox::Sandbox;

/// Where the API is: as the environment says when it names a key, else a sandbox of our own.
pub(crate) fn server() -> Result<(Config, Option<Sandbox>), Box<dyn Error>> {
    if std::env::var_os("CODESPAR_API_KEY").is_some() {
        println!("On the API that the environment names.\n");
        return Ok((Config::from_vars(|name| std::env::var(name).ok())?, None));
    }
    let sandbox = Sandbox::builder().settle_after(Duration::from_millis(1500)).start()?;
    println!("On a sandbox at {} (set CODESPAR_API_KEY for the real API).\n", sandbox.base_url());
    Ok((Config::new(sandbox.api_key()).base_url(sandbox.base_url()), Some(sandbox)))
}
