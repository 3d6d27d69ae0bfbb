//! The types that no JSON is read as, each made with secrets in it.

mod codespar;
mod engine;
mod files;
mod layers;
mod mandates;
mod upivia;

use codespar_engine::testing::{Recorded, Replay};
use codespar_proto::{Client, Config};

use super::planted::SESAME;

/// Shows values, each of the type of this name, and gives the names.
macro_rules! walk {
    ($api:literal; $($name:ident: $value:expr;)*) => {{
        $({
            let value = $value;
            let name = std::any::type_name_of_val(&value).split('<').next().unwrap_or_default();
            assert_eq!(name.rsplit("::").next(), Some(stringify!($name)));
            $crate::leak::planted::hidden(&value);
        })*
        vec![$(($api, stringify!($name))),*]
    }};
}
use walk;

/// Shows all of them; gives their crates and names.
pub(crate) fn all() -> Vec<(&'static str, &'static str)> {
    let lists = [
        codespar::arguments(),
        codespar::answers(),
        codespar::clients(),
        mandates::values(),
        upivia::values(),
        engine::values(),
        engine::flows(),
        engine::drivers(),
        files::values(),
        layers::layers(),
        layers::tools(),
    ];
    lists.concat()
}

#[test]
fn values_do_not_leak() {
    assert!(all().len() > 60, "{}", all().len());
}

/// A client that is answered once.
fn replayed(answer: Recorded) -> Client<Replay> {
    Client::with_transport(Config::new("csk_test_replay"), Replay::new().answer(answer)).unwrap()
}

/// An answer whose secrets are in its members and headers.
fn answer(body: serde_json::Value) -> Recorded {
    Recorded::json(200, body).header("set-cookie", SESAME).header("x-secret", SESAME)
}
