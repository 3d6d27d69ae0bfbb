//! Access by OAuth: no key is sent, and what comes back is shown to nobody.

use codespar_proto::{
    oauth::{OAuthGrant, RegisterOAuthClient, RequestOAuthToken},
    testing::Recorded,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn oauth() {
    let text = told(
        Recorded::json(200, json!({"resource": "https://api.test", "scopes_supported": ["a"]})),
        |client| client.oauth().protected_resource(),
    );
    assert_snapshot!(text, @r#"
    GET /.well-known/oauth-protected-resource
    (no credentials)
    OAuthProtectedResource {
        resource: Some("https://api.test"),
        authorization_servers: [],
        bearer_methods_supported: [],
        scopes_supported: [
            "a",
        ],
    }
    "#);
    let server = json!({"issuer": "https://api.test", "token_endpoint": "https://api.test/oauth",
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"]});
    let text = told(Recorded::json(200, server), |client| client.oauth().authorization_server());
    assert_snapshot!(text, @r#"
    GET /.well-known/oauth-authorization-server
    (no credentials)
    OAuthAuthorizationServer {
        issuer: Some("https://api.test"),
        token_endpoint: Some("https://api.test/oauth"),
        response_types_supported: [],
        grant_types_supported: [
            AuthorizationCode,
            RefreshToken,
        ],
        code_challenge_methods_supported: [
            "S256",
        ],
        token_endpoint_auth_methods_supported: [],
        scopes_supported: [],
    }
    "#);
    let args = RegisterOAuthClient::new(vec!["http://localhost/back".to_owned()]);
    let args = args.client_name("Shop").grant_types(vec![OAuthGrant::AuthorizationCode]);
    let registered = json!({"client_id": "c_1", "redirect_uris": ["http://localhost/back"],
        "token_endpoint_auth_method": "none"});
    let text = told(Recorded::json(201, registered), |client| client.oauth().register(&args));
    assert_snapshot!(text);
    let args = RequestOAuthToken::code("a code&", "verifier", "http://localhost/back", "c_1");
    let token = json!({"access_token": "SECRET", "token_type": "Bearer", "expires_in": 3600,
        "refresh_token": "SECRET", "scope": "a b"});
    let text = told(Recorded::json(200, token), |client| client.oauth().token(&args));
    assert_snapshot!(text);
    let refused = json!({"error": "invalid_grant", "error_description": "used before"});
    let text = told(Recorded::json(400, refused), |client| {
        client.oauth().token(&RequestOAuthToken::refresh("r1"))
    });
    assert_snapshot!(text, @"
    POST /oauth/token
    (no credentials)
    grant_type=refresh_token&refresh_token=r1
    api: invalid_grant oauth.token: invalid_grant (status 400, code invalid_grant)
    ");
}
