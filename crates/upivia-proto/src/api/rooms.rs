//! Rooms: people and agents who talk and work towards one objective, under one cap
//! (`/api/v1/rooms`).

mod record;

use codespar_engine::{
    Args, Call, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, Response, check_filled, check_optional},
};
use serde::Serialize;

pub use self::record::{MessageDetails, Participant, Room, RoomAnswer, RoomList, RoomMessage};
use crate::{
    api::wrapped::{read_wrapped, with_asked_id},
    client::{Client, auth::WORKSPACE},
    types::{
        money::{Cents, Dollars, budget},
        object::Object,
    },
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the rooms that the caller sees, with what was spent in each.
    fn list(; query: &RoomQuery) -> RoomList: "rooms.list" GET "/api/v1/rooms", auth WORKSPACE;
    /// Makes a room, in which agents may spend up to a cap.
    fn create(; json(CreateRoom::body): &CreateRoom) -> RoomAnswer:
        "rooms.create" POST "/api/v1/rooms", effect MovesMoney, auth WORKSPACE, read room;
    /// Gives a room and what was said in it.
    fn get(room_id) -> Response:
        "rooms.get" GET "/api/v1/rooms/{room_id}",
        auth WORKSPACE, read Response::success, part of get;
    /// Says something in a room; agents that are asked answer it later, which spends money.
    fn post_message(room_id; json: &PostMessage) -> Object:
        "rooms.post_message" POST "/api/v1/rooms/{room_id}/messages",
        effect MovesMoney, auth WORKSPACE;
}

/// Which rooms are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RoomQuery {
    /// Those with this status. Which there are is not documented.
    pub status: Option<String>,
}

impl RoomQuery {
    fn check(&self) -> Result<(), Error> {
        check_optional("status", self.status.as_deref())
    }
}

/// A room to be made.
///
/// ```
/// use upivia_proto::{Cents, rooms::CreateRoom};
///
/// let room = CreateRoom::new("Suppliers", "Find three suppliers of paper")
///     .agent_ids(vec!["agt_1".to_owned(), "agt_2".to_owned()])
///     .budget_cap_cents(Cents::new(1_000));
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateRoom {
    /// What the room is called.
    #[wire(personal)]
    pub title: String,
    /// What is to be achieved in it.
    #[wire(personal)]
    pub objective: String,
    /// The agents that are in it from the beginning.
    #[serde(default)]
    pub agent_ids: Vec<String>,
    /// What its agents may spend together, in cents; without it no more than each may by itself.
    pub budget_cap_cents: Option<Cents>,
    /// The same in dollars; one of the two.
    pub budget_dollars: Option<Dollars>,
    /// The team whose room it is.
    pub team_id: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    title: &'a str,
    objective: &'a str,
    agent_ids: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_cap_cents: Option<Cents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team_id: Option<&'a str>,
}

impl CreateRoom {
    fn cap(&self) -> Result<Option<Cents>, Error> {
        budget(("budget_cap_cents", self.budget_cap_cents), self.budget_dollars)
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("title", &self.title)?;
        check_filled("objective", &self.objective)?;
        check_ids("agent_ids", &self.agent_ids)?;
        check_optional("team_id", self.team_id.as_deref())?;
        self.cap().map(|_| ())
    }

    /// What is sent, once it is checked.
    fn body(&self) -> Body<'_> {
        Body {
            title: &self.title,
            objective: &self.objective,
            agent_ids: &self.agent_ids,
            budget_cap_cents: self.cap().unwrap_or_default(),
            team_id: self.team_id.as_deref(),
        }
    }
}

/// Refuses a list in which an id is empty, or is there twice.
pub(crate) fn check_ids(field: &str, ids: &[String]) -> Result<(), Error> {
    for (at, id) in ids.iter().enumerate() {
        check_filled(field, id)?;
        if ids.iter().take(at).any(|earlier| earlier == id) {
            return Err(Error::config(field, "expected each id once"));
        }
    }
    Ok(())
}

/// Something to be said in a room.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PostMessage {
    /// What is said.
    #[wire(personal)]
    pub body: String,
    /// Whether the agents of the room are to answer, which spends money.
    pub ask_agents: bool,
}

impl PostMessage {
    fn check(&self) -> Result<(), Error> {
        check_filled("body", &self.body)
    }
}

/// Reads an answer about a room, which is of no use without its id.
pub(crate) fn room(answer: Response) -> Result<RoomAnswer, Error> {
    read_wrapped(&answer, "room")
}

/// Rooms in which people and agents work together (`/api/v1/rooms`, access token or cookie).
#[derive(Handle)]
#[handle(Client.rooms)]
pub struct Rooms<T> {
    client: Client<T>,
}

impl<T: Transport> Rooms<T> {
    /// The rooms that the caller sees, with what was spent in each (`GET /api/v1/rooms`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `status`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::rooms::RoomQuery;
    ///
    /// for room in client.rooms().list(&RoomQuery::default()).send()?.rooms {
    ///     println!("{}: {:?} of {:?} cents", room.id, room.spent_cents, room.budget_cap_cents);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, query: &RoomQuery) -> Call<T, RoomList> {
        self.client().api.call(list(self.client().api.service(), query))
    }

    /// Makes a room (`POST /api/v1/rooms`). Its agents may spend up to the cap, in cents, once they
    /// are asked something in it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. Look for the room in [`list`](Self::list) before making it again.
    ///
    /// # Errors
    /// `Config`: an empty title or objective, an agent that is named twice, a cap that is negative,
    /// has a fraction of a cent or is given in both units.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::rooms::CreateRoom;
    ///
    /// let room = CreateRoom::new("Suppliers", "Find three suppliers of paper")
    ///     .agent_ids(vec!["agt_1".to_owned()])
    ///     .budget_dollars("10.00".parse()?);
    /// println!("{}", client.rooms().create(&room).send()?.room.id);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, room: &CreateRoom) -> Call<T, RoomAnswer> {
        self.client().api.call(create(self.client().api.service(), room))
    }

    /// A room and what was said in it (`GET /api/v1/rooms/{id}`): the place to look for answers of
    /// agents, and for what they cost.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `room_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let answer = client.rooms().get("room_1").send()?;
    /// println!("{:?} cents were spent", answer.room.spent_cents);
    /// for message in answer.messages {
    ///     println!("{:?} {:?} cents", message.author_name, message.cost_cents());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn get(&self, room_id: &str) -> Call<T, RoomAnswer> {
        let question = get(self.client().api.service(), room_id);
        self.client().api.call(with_asked_id(question, "room", room_id))
    }

    /// Says something in a room (`POST /api/v1/rooms/{id}/messages`). Agents that are asked answer
    /// after this call, and each answer may spend money: see [`get`](Self::get).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. Look for the message in [`get`](Self::get) before saying it again.
    ///
    /// # Errors
    /// `Config` naming `room_id`, or `body` when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::rooms::PostMessage;
    ///
    /// let question = PostMessage::new("Who delivers on Saturdays?", true);
    /// client.rooms().post_message("room_1", &question).send()?;
    /// # Ok(()) }
    /// ```
    pub fn post_message(&self, room_id: &str, message: &PostMessage) -> Call<T, Object> {
        self.client().api.call(post_message(self.client().api.service(), room_id, message))
    }
}
