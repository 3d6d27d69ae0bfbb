//! Agents and terminals, workflows, chat and triggers: what takes more than one request, or a
//! body that may be left out.

use codespar_engine::{Describe, compositions};
use serde::Deserialize;

use crate::{
    api::{
        devices::commands::CommandStatus,
        rooms::RoomAnswer,
        triggers::{Fired, TriggerAnswer, args::UpdateTrigger},
        workflows::{run_and_wait::RunWorkflow, runs::Run},
    },
    chat::{event::TurnEvent, turn::Turn},
    client::Client,
    registry::started::{Start, Started, Waiting},
    types::object::Object,
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Makes an agent that may use the same as another; its key is in the answer, once.
    "agents.clone" {
        /// The agent that is cloned.
        agent_id: String,
        /// What is to be different.
        #[serde(default)]
        input: Object,
    } -> Object, of "agents.clone" => client.agents().clone_agent(&agent_id, &input);
    /// Says how a command of a terminal went: another name of `devices.commands.update`.
    "devices.commands_update" {
        /// The command that was carried out.
        command_id: String,
        /// How it went.
        status: CommandStatus,
    } -> Object, of "devices.commands.update" =>
        client.devices().commands().update(&command_id, &status);

    /// Gives a room and what was said in it.
    "rooms.get"(room_id) -> RoomAnswer, of "rooms.get" => client.rooms().get(&room_id);

    /// Asks to publish a version of a workflow; an administrator has to agree.
    "workflows.publish_version"(workflow_id, version_id; body: MayHaveBody) -> Object,
        of "workflows.publish_version" =>
        client.workflows().publish_version(&workflow_id, &version_id, &body.body);
    /// Makes a version of a workflow a draft again.
    "workflows.unpublish_version"(workflow_id, version_id; body: MayHaveBody) -> Object,
        of "workflows.unpublish_version" =>
        client.workflows().unpublish_version(&workflow_id, &version_id, &body.body);
    /// Runs a workflow, whose steps may spend money, and waits until it is over.
    "workflows.run_and_wait"(workflow_id; run: RunWorkflow, wait: Waiting) -> Run,
        of "workflows.runs.create" =>
        client.workflows().run_and_wait(&workflow_id, &run, wait.read()?);
    /// Tries one step of a run that failed once more; it may spend money.
    "workflows.runs.retry_step"(
        workflow_id, run_id, step_id; body: MayHaveBody
    ) -> Object, of "workflows.runs.retry_step" =>
        client.workflows().runs().retry_step(&workflow_id, &run_id, &step_id, &body.body);

    /// Says something to an agent and follows it at work; it may spend money.
    "chat.turn"(turn: Turn) -> TurnEvent, of "chat.turn" => client.chat().turn(&turn);

    /// Gives what is known about a trigger.
    "triggers.get"(trigger_id) -> TriggerAnswer, of "triggers.get" =>
        client.triggers().get(&trigger_id);
    /// Changes a trigger; agent, kind, operation and secret stay as they are.
    "triggers.update" {
        /// The trigger that is meant.
        trigger_id: String,
        /// What is changed.
        patch: UpdateTrigger,
    } -> TriggerAnswer, of "triggers.update" => client.triggers().update(&trigger_id, &patch);
    /// Fires a trigger: its operation happens, and may spend money.
    "triggers.fire" {
        /// The trigger that is meant.
        trigger_id: String,
        /// Its secret, by which the request is signed; it is not sent.
        #[wire(secret)]
        secret: String,
        /// What the operation is given.
        #[wire(personal)]
        payload: Option<Object>,
    } -> Fired, of "triggers.fire" =>
        client.triggers().fire(&trigger_id, &secret, &payload.unwrap_or_default());
}

/// A body that may be left out.
#[derive(Deserialize, Describe)]
struct MayHaveBody {
    /// What else there is to say.
    #[serde(default)]
    body: Object,
}
