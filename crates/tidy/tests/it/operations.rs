//! Rows of endpoints in the right file and in a wrong one.

use tidy::checks::operations::{check, rows, shown};

use crate::support::{places, planted};

/// Whether a row stands right in that file of the crate.
fn is_right(package: &str, file: &str, row: &str) -> bool {
    let path = format!("crates/{package}/src/{file}");
    let table = format!("endpoints! {{ pub(crate) static ROUTES; fn f(id) -> O: {row}; }}");
    let tree = planted(&[(&path, &table)]);
    assert_eq!(rows(&tree).len(), 1, "{row}");
    let findings = check(&tree);
    assert!(findings.iter().all(|finding| finding.place == path), "{findings:?}");
    findings.is_empty()
}

#[test]
fn an_operation_belongs_to_the_file_of_its_name() {
    let row = "\"payables.batches.pay\" POST \"/v1/batches/{id}/pay\" Keyed, effect MovesMoney";
    assert!(is_right("codespar-proto", "api/payables/batches.rs", row));
    assert!(is_right("codespar-proto", "api/payables/batches/pay.rs", row));
    assert!(is_right("codespar-proto", "api/payables/batches/mod.rs", row));
    assert!(is_right("upivia-proto", "api/payables/batches.rs", row));
    for file in
        ["payables/batches.rs", "api/payables.rs", "api/batches.rs", "api/payables/batch.rs"]
    {
        assert!(!is_right("codespar-proto", file, row), "{file}");
    }
    let row = "\"charges.create\" POST \"/v1/charges\", read moved";
    assert!(is_right("codespar-proto", "api/charges.rs", row));
    assert!(!is_right("codespar-proto", "api/charges_old.rs", row));
}

#[test]
fn a_session_has_a_folder_and_its_meta_tools_another() {
    let execute = "POST \"/v1/sessions/{id}/execute\", read called";
    let pay = format!("\"session.pay\" {execute}");
    assert!(is_right("codespar-proto", "meta_tools/pay.rs", &pay));
    assert!(!is_right("codespar-proto", "session/pay.rs", &pay));
    assert!(!is_right("codespar-proto", "meta_tools/charge.rs", &pay));
    let search = format!("\"session.shop_search\" {execute}");
    assert!(is_right("codespar-proto", "meta_tools/shop.rs", &search));
    let wizard = "\"session.wizard\" tool \"codespar_manage_connections\"";
    assert!(is_right("codespar-proto", "meta_tools/manage_connections.rs", wizard));
    let logs = "\"session.logs\" GET \"/v1/sessions/{id}/logs\"";
    assert!(is_right("codespar-proto", "session/history.rs", logs));
    assert!(is_right("codespar-proto", "session.rs", logs));
    assert!(!is_right("codespar-proto", "meta_tools/logs.rs", logs));
    assert!(is_right(
        "codespar-proto",
        "session/tools.rs",
        &format!("\"session.execute\" {execute}")
    ));
}

#[test]
fn conversations_and_the_client_have_folders() {
    assert!(is_right("upivia-proto", "chat/sessions.rs", "\"chat.sessions.list\" GET \"/c\""));
    assert!(is_right("upivia-proto", "chat.rs", "\"chat.turn\" POST \"/c\""));
    assert!(is_right("codespar-proto", "client/health.rs", "\"client.health\" GET \"/v1/health\""));
    assert!(!is_right("upivia-proto", "api/chat.rs", "\"chat.turn\" POST \"/c\""));
}

#[test]
fn every_row_of_a_table_is_read() {
    let table = "\
//! Charges.

endpoints! {
    pub(crate) static ROUTES;
    /// Makes one.
    fn a(; json: &A<'_>) -> O: \"charges.create\" POST \"/c\" Keyed, key K;
    fn b(x, y) -> O: \"consents.get\" GET \"/c/{x}/{y}\";
}
";
    let tree = planted(&[("crates/codespar-proto/src/api/charges.rs", table)]);
    assert_eq!(rows(&tree).len(), 2);
    assert_eq!(places(&check(&tree)), ["crates/codespar-proto/src/api/charges.rs:7 consents.get"]);
    let text = check(&tree)[0].to_string();
    let expected = "expected it in crates/codespar-proto/src/api/consents.rs, or in that folder";
    assert!(text.ends_with(expected), "{text}");
    assert!(shown(&tree).contains("! consents.get"));
}

#[test]
fn an_api_without_rows_is_a_fault() {
    let tree = planted(&[("crates/upivia-proto/src/lib.rs", "pub struct Client;")]);
    assert_eq!(places(&check(&tree)), ["crates/upivia-proto/src/lib.rs:1 upivia-proto"]);
    // Another crate needs none.
    assert!(check(&planted(&[("crates/a/src/lib.rs", "")])).is_empty());
}
