//! Charging and collecting: operations whose methods do more than make one request.

use codespar_engine::{Json, compositions};

use crate::{
    api::{
        charges::{CreateCharge, record::ChargeRecord},
        collect::pages::{CollectPageAttempt, CreatePageAttempt},
        oauth::{
            OAuthAuthorizationServer, OAuthClient, OAuthProtectedResource, OAuthToken,
            RegisterOAuthClient, RequestOAuthToken,
        },
    },
    client::Client,
    registry::started::{Start, Started},
    types::ids::ChargeReference,
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Charges a buyer, in major units; only a boleto with a due date can be followed afterwards.
    "charges.create"(args: CreateCharge) -> ChargeRecord, of "charges.create" =>
        client.charges().create(&args);
    /// Waits until a charge is paid or can no longer be.
    "charges.settled" {
        /// Its id or, of a boleto with a due date, the key it was made under.
        charge_id: ChargeReference,
    } -> ChargeRecord, of "charges.get" => client.charges().settled(&charge_id);
    /// Reads what a payer sees of a link; no key is sent.
    "collect.pages.get" {
        /// The id of the link: `cl_` and 22 characters.
        link_id: String,
    } -> Json, of "collect.pages.get" => client.collect().pages().get(&link_id);
    /// Asks a link for something to pay, as its payer; no key is sent. Programs take
    /// collect.attempts.create.
    "collect.pages.create_attempt"(link_id; args: CreatePageAttempt) -> CollectPageAttempt,
        of "collect.pages.create_attempt" =>
        client.collect().pages().create_attempt(&link_id, &args);
    /// Says which servers give access to the API (RFC 9728); no key is sent.
    "oauth.protected_resource" {} -> OAuthProtectedResource, of "oauth.protected_resource" =>
        client.oauth().protected_resource();
    /// Says how access is given: the addresses and what they take (RFC 8414); no key is sent.
    "oauth.authorization_server" {} -> OAuthAuthorizationServer,
        of "oauth.authorization_server" => client.oauth().authorization_server();
    /// Registers a program that asks people for access (RFC 7591); each call makes another, no key
    /// is sent.
    "oauth.register"(args: RegisterOAuthClient) -> OAuthClient, of "oauth.register" =>
        client.oauth().register(&args);
    /// Exchanges a code, or a refresh token, for an access token; each works once, and no key is
    /// sent.
    "oauth.token"(args: RequestOAuthToken) -> OAuthToken, of "oauth.token" =>
        client.oauth().token(&args);
}
