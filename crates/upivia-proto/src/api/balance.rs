//! What there is to spend (`/api/v1/balance`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_optional},
};

use crate::{
    client::{Client, auth::WORKSPACE},
    types::money::Cents,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Gives the balance of the workspace, or the budget of a team.
    fn get(; query: &Of) -> Balance: "balance.get" GET "/api/v1/balance", auth WORKSPACE;
}

/// Whose balance it is.
#[derive(Default, Args)]
#[wire(check)]
struct Of {
    /// The team; the whole workspace without one.
    team_id: Option<String>,
}

impl Of {
    fn check(&self) -> Result<(), Error> {
        check_optional("team_id", self.team_id.as_deref())
    }
}

/// What there is to spend.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Balance {
    /// How much. A team's balance is documented to be scoped, not what else is in it.
    pub amount_cents: Option<Cents>,
    /// In which currency, such as `USD`.
    pub currency: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What there is to spend (`/api/v1/balance`).
#[derive(Handle)]
#[handle(Client.balance)]
pub struct Balances<T> {
    client: Client<T>,
}

impl<T: Transport> Balances<T> {
    /// The balance of the workspace (`GET /api/v1/balance`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let balance = client.balance().get().send()?;
    /// if let Some(cents) = balance.amount_cents {
    ///     println!("{} dollars", cents.to_dollars());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn get(&self) -> Call<T, Balance> {
        self.client().api.call(get(self.client().api.service(), &Of::default()))
    }

    /// The budget of a team (`GET /api/v1/balance?team_id=…`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `team_id`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let balance = client.balance().of_team("team_1").send()?;
    /// println!("{:?}", balance.amount_cents);
    /// # Ok(()) }
    /// ```
    pub fn of_team(&self, team_id: &str) -> Call<T, Balance> {
        self.client().api.call(get(self.client().api.service(), &Of::default().team_id(team_id)))
    }
}
