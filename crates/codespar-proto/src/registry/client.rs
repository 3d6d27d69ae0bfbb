//! Operations of a client whose methods do more than make one request.

use std::{collections::BTreeMap, time::Duration};

use codespar_engine::{Describe, Json, compositions, registry::ByteArgument};
use serde::Deserialize;

use crate::{
    api::{
        approvals::ApprovalRecord,
        charges::{CreateCharge, record::ChargeRecord},
        consents::{Consent, GrantedMandate, SubmitConsent},
        devolutions::{CreateDevolution, Devolution},
        events::EventReplay,
        payables::{
            batches::{batch::Batch, pay::PayBatch},
            files::{PayableFile, Upload},
        },
        tool_calls::ListToolCalls,
        wallet::pix_keys::{DeletedPixKey, KeyDeletion},
        wallets::{WalletTransfer, WalletTransferArgs},
    },
    client::Client,
    registry::started::{Start, Started},
    session::{
        create::{CreateSession, Mock, Preset, ServerSpec},
        info::SessionInfo,
    },
    types::ids::ChargeReference,
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Opens a session on behalf of a user, with servers to run tools of.
    "client.create"(args: Create) -> SessionInfo, of "client.create" =>
        client.create(&args.into());
    /// Takes a session up again by its id; nothing is sent.
    "client.session" {
        /// The id of the session.
        session_id: String,
    } -> SessionInfo => client.session(session_id);
    /// Makes a request to any route of the API.
    "client.request" {
        /// The HTTP method, such as `GET`.
        method: String,
        /// The path, percent-encoded, such as `/v1/fees`.
        path: String,
        /// What goes into the query: texts, numbers, truth values.
        query: Option<BTreeMap<String, Json>>,
        /// What is sent as JSON.
        body: Option<Json>,
        /// Headers besides those of every call.
        headers: Option<BTreeMap<String, String>>,
    } -> Json => {
        let mut request = client.request(method, path);
        if let Some(query) = query {
            request = request.query(&query);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        for (name, value) in headers.unwrap_or_default() {
            request = request.header(&name, &value);
        }
        request.json_value()
    };

    /// Uploads a file with bills in it, 10 MiB at most, and says what was found.
    "payables.files.upload"(args: UploadFile) -> PayableFile, of "payables.files.upload" =>
        client.payables().files().upload(&args.into());
    /// Pays the bills of a batch, round after round: this moves money, and no bill is paid twice.
    "payables.batches.pay"(batch_id; args: PayBatch) -> Batch, of "payables.batches.pay" =>
        client.payables().batches().pay(&batch_id, &args);
    /// Deletes a Pix key, once its owner has said so: who pays to it no longer pays this account.
    "wallet.pix_keys.delete" {
        /// Whose account it is.
        consumer_id: String,
        /// The Pix key.
        #[wire(personal)]
        key: String,
        /// That its owner has said so: `true`.
        confirm: Option<Json>,
    } -> DeletedPixKey, of "wallet.pix_keys.delete" =>
        client.wallet().pix_keys().delete(&consumer_id, &key, confirmation(confirm.as_ref()));
    /// Charges a buyer, in major units; only a boleto with a due date can be followed afterwards.
    "charges.create"(args: CreateCharge) -> ChargeRecord, of "charges.create" =>
        client.charges().create(&args);
    /// Waits until a charge is paid or can no longer be.
    "charges.settled" {
        /// Its id or, of a boleto with a due date, the key it was made under.
        charge_id: ChargeReference,
    } -> ChargeRecord, of "charges.get" => client.charges().settled(&charge_id);
    /// Sends money from a wallet to an address or a Pix key, in minor units: this moves money.
    "wallets.transfer"(wallet_id; args: WalletTransferArgs)
        -> WalletTransfer, of "wallets.transfer" =>
        client.wallets().transfer(&wallet_id, &args);
    /// Gives a Pix payment back, in minor units: this moves money, and payment_direction says from
    /// whom to whom.
    "devolutions.create"(consumer_id; args: CreateDevolution) -> Devolution,
        of "devolutions.create" => client.devolutions().create(&consumer_id, &args);
    /// Waits until somebody has decided on an approval, and says what came of it.
    "approvals.decided" {
        /// The id of the approval.
        approval_id: String,
    } -> ApprovalRecord, of "approvals.status" => client.approvals().decided(&approval_id);
    /// Reads what a person is asked to consent to; the token is the only credential.
    "consents.get" {
        /// The token of the page on which the person consents.
        #[wire(secret)]
        token: String,
    } -> Consent, of "consents.get" => client.consents().get(&token);
    /// Gives a person's consent, which makes a mandate to spend; the token is the only credential.
    "consents.submit"(token; args: SubmitConsent) -> GrantedMandate, of "consents.submit" =>
        client.consents().submit(&token, &args);
    /// Delivers an event again, to one webhook endpoint or to all that are for it.
    "events.replay" {
        /// The id of the event.
        event_id: String,
        /// To this endpoint only.
        endpoint_id: Option<String>,
    } -> EventReplay, of "events.replay" =>
        client.events().replay(&event_id, endpoint_id.as_deref());
    /// Counts the tool calls of the project.
    "tool_calls.count"(args: ListToolCalls) -> u64, of "tool_calls.count" =>
        client.tool_calls().count(&args);
}

/// The options of `client.create`.
#[derive(Deserialize, Describe)]
struct Create {
    /// The user of yours that it acts for, 1 to 128 characters.
    user_id: String,
    /// Exactly these servers, besides those of the preset; none at all is possible.
    servers: Option<Vec<String>>,
    /// The servers of a country.
    preset: Option<Preset>,
    /// Notes kept with the session.
    #[serde(default)]
    metadata: Option<BTreeMap<String, String>>,
    /// In test mode: what tools answer, by tool.
    mocks: Option<BTreeMap<String, Mock>>,
    /// The registered agent that acts.
    agent_id: Option<String>,
    /// The project of this session, instead of the client's.
    project_id: Option<String>,
    /// On a self-hosted runtime: servers of your own, by id.
    server_specs: Option<BTreeMap<String, ServerSpec>>,
    /// Whether to wait for connections before the session is handed out.
    manage_connections: Option<ManageConnections>,
}

/// Whether to wait for connections, and for how long: 30 s where nothing is said.
#[derive(Deserialize, Describe)]
struct ManageConnections {
    /// Whether to wait at all.
    #[serde(default)]
    wait_for_connections: bool,
    /// How long at most, in milliseconds.
    #[serde(default = "half_a_minute")]
    #[wire(milliseconds)]
    timeout: u64,
}

const fn half_a_minute() -> u64 {
    30_000
}

impl From<Create> for CreateSession {
    fn from(args: Create) -> Self {
        let mut create = Self::new(args.user_id);
        if let Some(servers) = args.servers {
            create = create.servers(servers);
        }
        if let Some(preset) = args.preset {
            create = create.preset(preset);
        }
        for (name, value) in args.metadata.into_iter().flatten() {
            create = create.metadata(name, value);
        }
        if let Some(mocks) = args.mocks {
            create = create.mocks(mocks);
        }
        if let Some(agent) = args.agent_id {
            create = create.agent(agent);
        }
        if let Some(project) = args.project_id {
            create = create.project(project);
        }
        for (id, spec) in args.server_specs.into_iter().flatten() {
            create = create.server_spec(id, spec);
        }
        match args.manage_connections {
            Some(ManageConnections { wait_for_connections: true, timeout }) => {
                create.wait_for_connections(Duration::from_millis(timeout))
            }
            _ => create,
        }
    }
}

/// Nothing but `true` confirms.
fn confirmation(confirm: Option<&Json>) -> KeyDeletion {
    match confirm {
        Some(confirm) if confirm.as_str() == "true" => KeyDeletion::Confirmed,
        _ => KeyDeletion::NotConfirmed,
    }
}

/// A file to upload.
#[derive(Deserialize, Describe)]
struct UploadFile {
    /// Its bytes, as base64 in an object of one member, `$bytes_base64`.
    #[wire(any)]
    file: ByteArgument,
    /// What it is called.
    filename: Option<String>,
    /// Its media type; guessed by the name where nothing is said.
    content_type: Option<String>,
    /// The name of the stream that the bytes were read from, which may be a path.
    stream_name: Option<String>,
}

impl From<UploadFile> for Upload {
    fn from(file: UploadFile) -> Self {
        let mut upload = Self::bytes(file.file.0);
        if let Some(name) = file.filename.or(file.stream_name) {
            upload = upload.named(name);
        }
        match file.content_type {
            Some(kind) => upload.typed(kind),
            None => upload,
        }
    }
}
