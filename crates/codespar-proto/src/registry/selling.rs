//! Charging and collecting: operations whose methods do more than make one request.

use codespar_engine::compositions;

use crate::{
    api::charges::{CreateCharge, record::ChargeRecord},
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
}
