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
    assert_snapshot!(text, @r#"
    POST /v1/connect/start
    {"server_id":"mercado-pago","user_id":"user_1","redirect_uri":"https://app.test/back","scopes":"read"}
    Authorization {
        link_token: Some([redacted]),
        authorize_url: Some([redacted]),
        expires_at: Some(Timestamp("2026-10-02T13:15:11Z")),
    }
    "#);
}
