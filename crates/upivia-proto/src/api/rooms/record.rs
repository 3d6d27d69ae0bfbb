//! What a room is, who is in it, and what was said there.

use codespar_engine::{Answer, Extra, Sensitive};

use crate::types::money::Cents;

/// The rooms that were asked for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RoomList {
    /// The rooms, in the server's order.
    #[wire(default)]
    pub rooms: Vec<Room>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A room, and what was said in it where the server tells that.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RoomAnswer {
    /// The room that was asked about.
    pub room: Room,
    /// What was said in it, the oldest first.
    #[wire(default)]
    pub messages: Vec<RoomMessage>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A room in which people and agents work together.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Room {
    /// The id of the room, such as `room_1`.
    pub id: String,
    /// What it is called.
    pub title: Option<String>,
    /// What is to be achieved in it.
    pub objective: Option<String>,
    /// How it stands. Which values there are is not documented; `active` is one.
    pub status: Option<String>,
    /// Who is in it.
    #[wire(default)]
    pub participants: Vec<Participant>,
    /// What its agents have spent in it, in cents.
    pub spent_cents: Option<Cents>,
    /// What they may spend in it together, in cents; `None` where nothing is capped.
    pub budget_cap_cents: Option<Cents>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Room {
    /// The agents that take part in it now.
    pub fn active_agents(&self) -> impl Iterator<Item = &Participant> {
        let is = |text: &Option<String>, word: &str| text.as_deref() == Some(word);
        self.participants.iter().filter(move |it| is(&it.kind, "agent") && is(&it.status, "active"))
    }
}

/// Somebody who is in a room: a person or an agent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Participant {
    /// What it is: `agent`, or another word for people.
    pub kind: Option<String>,
    /// How it takes part: `active`, or another word for those that have left.
    pub status: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something that was said in a room.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RoomMessage {
    /// Who said it.
    pub author_name: Option<String>,
    /// What was said.
    #[wire(personal)]
    pub body: Option<Sensitive>,
    /// What else is known of it.
    pub metadata: Option<MessageDetails>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl RoomMessage {
    /// What it cost to say it, in cents, where that is said.
    pub fn cost_cents(&self) -> Option<Cents> {
        self.metadata.as_ref().and_then(|details| details.cost_cents)
    }
}

/// What else is known of something that was said in a room.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MessageDetails {
    /// What it cost to say it, in cents.
    pub cost_cents: Option<Cents>,
    /// Members this version has no field for.
    pub extra: Extra,
}
