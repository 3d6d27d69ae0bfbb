//! Subjects that no feature leaves out: operations whose methods do more than make one request.

use codespar_engine::compositions;

use crate::{
    api::{
        approvals::ApprovalRecord,
        charges::{CreateCharge, record::ChargeRecord},
        consents::{Consent, GrantedMandate, SubmitConsent},
        devolutions::{CreateDevolution, Devolution},
        mandates::{PaymentArgs, execute_stream::SpendEvent},
        receipts::ReceiptKeys,
        tool_calls::ListToolCalls,
    },
    client::Client,
    registry::started::{Start, Started},
    types::ids::ChargeReference,
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Waits until somebody has decided on an approval, and says what came of it.
    "approvals.decided" {
        /// The id of the approval.
        approval_id: String,
    } -> ApprovalRecord, of "approvals.status" => client.approvals().decided(&approval_id);
    /// Spends under a mandate that the caller holds and follows how it goes on, in minor units:
    /// this moves money, once for each attempt_id.
    "mandates.execute_payment_stream"(args: PaymentArgs) -> SpendEvent,
        of "mandates.execute_payment_stream" => client.mandates().execute_payment_stream(&args);
    /// Reads the public keys by which receipts are checked.
    "receipts.keys" {} -> ReceiptKeys, of "receipts.keys" => client.receipts().keys();
    /// Charges a buyer, in major units; only a boleto with a due date can be followed afterwards.
    "charges.create"(args: CreateCharge) -> ChargeRecord, of "charges.create" =>
        client.charges().create(&args);
    /// Waits until a charge is paid or can no longer be.
    "charges.settled" {
        /// Its id or, of a boleto with a due date, the key it was made under.
        charge_id: ChargeReference,
    } -> ChargeRecord, of "charges.get" => client.charges().settled(&charge_id);
    /// Gives a Pix payment back, in minor units: this moves money, and payment_direction says from
    /// whom to whom.
    "devolutions.create"(consumer_id; args: CreateDevolution) -> Devolution,
        of "devolutions.create" => client.devolutions().create(&consumer_id, &args);
    /// Reads what a person is asked to consent to; the token is the only credential.
    "consents.get" {
        /// The token of the page on which the person consents.
        #[wire(secret)]
        token: String,
    } -> Consent, of "consents.get" => client.consents().get(&token);
    /// Gives a person's consent, which makes a mandate to spend; the token is the only credential.
    "consents.submit"(token; args: SubmitConsent) -> GrantedMandate, of "consents.submit" =>
        client.consents().submit(&token, &args);
    /// Counts the tool calls of the project.
    "tool_calls.count"(args: ListToolCalls) -> u64, of "tool_calls.count" =>
        client.tool_calls().count(&args);
}
