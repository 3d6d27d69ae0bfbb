//! A link by which a person connects a provider.

use codespar_proto::{session::AuthorizeArgs, testing::Recorded};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told};

#[test]
fn a_link_for_a_person() {
    let answer = Recorded::json(
        200,
        json!({"link_token": "lnk_secret",
        "authorize_url": "https://p.test/?t=lnk_secret", "expires_at": "2026-10-02T13:15:11Z"}),
    );
    let args = AuthorizeArgs::new("mercado-pago", "https://app.test/back").scopes("read");
    let text = told(answer, |client| session(client).authorize(&args));
    assert!(!text.contains("lnk_secret"));
    assert_snapshot!(text);
}
