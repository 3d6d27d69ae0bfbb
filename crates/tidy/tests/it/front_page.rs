//! The names on a front page.

use tidy::{
    Resolver,
    checks::front_page::{check, front_page, shown},
};

use crate::support::{places, planted};

const DRIVER: &str = "crates/codespar-blocking/src/lib.rs";

#[test]
fn names_are_sorted_by_what_they_are() {
    let root = "
        mod ureq;
        mod private;
        pub use self::ureq::Transport;
        pub use codespar_proto::*;
        pub use codespar_proto;
        pub use bytes;
        pub use http::Method;
        pub type Client = codespar_proto::Client<Transport>;
        #[doc(hidden)] pub struct Hidden;
        #[cfg(test)] pub struct Tested;
        pub(crate) struct Inner;
        pub mod upivia { pub struct Other; }
        #[macro_export] macro_rules! made { () => {} }
    ";
    let proto = "
        mod api; mod deep;
        pub mod webhook;
        #[cfg(feature = \"x\")] pub mod mandate {}
        pub use self::api::{Charge, charge, private as handed_on};
        pub use self::deep::*;
        pub struct Client;
    ";
    let tree = planted(&[
        (DRIVER, root),
        ("crates/codespar-blocking/src/ureq.rs", "pub struct Transport; pub struct Body;"),
        ("crates/codespar-blocking/src/private.rs", "pub struct No;"),
        ("crates/codespar-proto/src/lib.rs", proto),
        ("crates/codespar-proto/src/webhook.rs", "pub struct Delivery;"),
        (
            "crates/codespar-proto/src/api.rs",
            "answer! { pub struct Charge {} } pub fn charge() {} pub mod private {}",
        ),
        (
            "crates/codespar-proto/src/deep.rs",
            "pub enum Deep {} struct Not; open_enum! { pub enum Open {} }",
        ),
    ]);
    let resolver = Resolver::new(&tree);
    let page = front_page(&resolver, "codespar-blocking").unwrap();
    let items = ["Charge", "Client", "Deep", "Method", "Open", "Transport", "charge"];
    assert_eq!(page.items, items);
    assert_eq!(page.modules, ["handed_on", "mandate", "upivia", "webhook"]);
    assert_eq!(page.macros, ["made"]);
    assert_eq!(page.crates, ["bytes", "codespar_proto"]);
    assert!(check(&resolver).is_empty());
    assert!(shown(&resolver).contains("7 items: Charge Client"));
}

#[test]
fn more_than_forty_names_are_too_many() {
    let names = |count: usize| -> String {
        (0..count).map(|number| format!("pub struct S{number};\n")).collect()
    };
    let found = |count: usize| {
        let tree = planted(&[
            (DRIVER, "pub use codespar_proto::*; pub mod a {} pub mod b {}"),
            ("crates/codespar-proto/src/lib.rs", &names(count)),
        ]);
        places(&check(&Resolver::new(&tree)))
    };
    assert!(found(40).is_empty());
    assert_eq!(found(41), [format!("{DRIVER}:1 codespar-blocking")]);
}
