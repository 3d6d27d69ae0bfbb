//! Accounts at providers that the service opened for the project.

use std::collections::BTreeMap;

use codespar_engine::{Answer, Call, Extra, Json, WireEnum, driver::Transport, endpoints};

use crate::api::connections::Connections;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says whether an account that was opened at a provider can take charges yet.
    fn subaccount_status(connection_id) -> Subaccount:
        "connections.subaccount_status" GET "/v1/connections/subaccount/{connection_id}/status";
    /// Ends an account that was opened at a provider, and tries to delete it there.
    fn revoke_subaccount(connection_id) -> RevokedSubaccount:
        "connections.revoke_subaccount" POST
        "/v1/connections/subaccount/{connection_id}/revoke" Safe,
        effect Destroys;
}

impl<T: Transport> Connections<T> {
    /// Whether an account that was opened at a provider can take charges yet (`GET
    /// /v1/connections/subaccount/{connection_id}/status`). The provider is asked; go by
    /// `charges_enabled` before money is sent there.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `connection_id`; `Api` with `not_found`, `status_failed` (500, 502), which
    /// may be for good.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let account = client.connections().subaccount_status("ca_71").send()?;
    /// println!("{:?}", account.charges_enabled);
    /// # Ok(()) }
    /// ```
    pub fn subaccount_status(&self, connection_id: impl AsRef<str>) -> Call<T, Subaccount> {
        self.client().call(subaccount_status(self.client().service(), connection_id.as_ref()))
    }

    /// Ends an account that was opened at a provider (`POST
    /// /v1/connections/subaccount/{connection_id}/revoke`). Its secret is gone then; where
    /// `upstream` says `delete_failed` or `orphaned`, the account may still be there, and a person
    /// has to look. Ending it twice is no error: `already` then says so.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Config` naming `connection_id`; `Api` with `not_found`, `insufficient_role`, or
    /// `revoke_failed` (503), when nothing has changed.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let ended = client.connections().revoke_subaccount("ca_71").send()?;
    /// println!("{:?}", ended.upstream);
    /// # Ok(()) }
    /// ```
    pub fn revoke_subaccount(&self, connection_id: impl AsRef<str>) -> Call<T, RevokedSubaccount> {
        self.client().call(revoke_subaccount(self.client().service(), connection_id.as_ref()))
    }
}

/// How an account at a provider stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SubaccountState {
    /// It was opened.
    Provisioned,
    /// It was ended.
    Revoked,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What became of an account at the provider itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UpstreamDeletion {
    /// It is gone there, too.
    Deleted,
    /// It may still be there: a person has to look.
    DeleteFailed,
    /// There is nothing to delete.
    NotApplicable,
    /// It is there, and nobody can reach it: a person has to look.
    Orphaned,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// An account that was opened at a provider.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Subaccount {
    /// How the account stands.
    pub status: Option<SubaccountState>,
    /// Whether it can take charges.
    pub charges_enabled: Option<bool>,
    /// What else it can do, by the provider's names.
    #[wire(default)]
    pub capabilities: BTreeMap<String, Json>,
    /// Its id at the provider.
    pub account_ref: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// That an account at a provider was ended.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RevokedSubaccount {
    /// How the account stands.
    pub status: Option<SubaccountState>,
    /// The record of the account.
    pub record_id: Option<String>,
    /// The connection it had.
    pub connection_id: Option<String>,
    /// What became of it at the provider.
    pub upstream: Option<UpstreamDeletion>,
    /// `true` when it had been ended before.
    pub already: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}
