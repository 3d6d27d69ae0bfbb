//! A client with settings is not made by `new`.

use codespar_blocking::{Client, Config, Error};

fn client() -> Result<Client, Error> {
    Client::new(Config::new("csk_test_0123"))
}

fn main() {}
