//! Rooms and swarms: what is sent, and what is made of the answers.

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Cents, ErrorKind,
    rooms::{CreateRoom, PostMessage, RoomQuery},
    swarms::CreateSwarm,
};

use crate::support::{on, told};

#[test]
fn rooms() {
    let text = told! { client;
        "rooms.list": 200 {"rooms": [{
            "id": "room_1", "title": "Suppliers", "status": "active", "spent_cents": 7,
            "budget_cap_cents": 1000,
            "participants": [{"kind": "agent", "status": "active", "name": "Ana"}], "unread": 2,
        }]} => client.rooms().list(&RoomQuery::default().status("active"));
        "rooms.create": 201 {"room": {"id": "room_1", "status": "active"}} => client.rooms().create(
            &CreateRoom::new("Suppliers", "Find three")
                .agent_ids(vec!["agt_1".to_owned(), "agt_2".to_owned()])
                .budget_dollars("10.00".parse().unwrap())
                .team_id("team_1"),
        );
        "rooms.create, of nobody yet": 201 {"room": {"id": "room_1"}} =>
            client.rooms().create(&CreateRoom::new("Suppliers", "Find three"));
        "rooms.get": 200 {
            "room": {"title": "Suppliers", "spent_cents": 2, "budget_cap_cents": null},
            "messages": [
                {"author_name": "You", "body": "Who delivers?", "metadata": {}},
                {"author_name": "Ana", "body": "Two of them.",
                 "metadata": {"cost_cents": 2, "model": "m1"}},
            ],
        } => client.rooms().get("room_1");
        "rooms.post_message": 201 {"message": {"id": "rm_1"}} =>
            client.rooms().post_message("room_1", &PostMessage::new("Who delivers?", true));
        "rooms.post_message, a note": 200 {} =>
            client.rooms().post_message("room_1", &PostMessage::new("A note.", false));
    };
    insta::assert_snapshot!(text);
}

#[test]
fn swarms() {
    let agents = || vec!["agt_1".to_owned(), "agt_2".to_owned()];
    let text = told! { client;
        "swarms.create": 201 {"room": {"id": "room_2", "status": "active"}, "rounds": 2} =>
            client.swarms().create(
                &CreateSwarm::new("Compare three", agents(), 2)
                    .moderator_agent_id("agt_3")
                    .budget_cap_cents(Cents::new(500))
                    .team_id("team_1"),
            );
        "swarms.create, without a cap": 201 {"room": {"id": "room_2"}} =>
            client.swarms().create(&CreateSwarm::new("Compare three", agents(), 1));
        "swarms.create, refused": 403 {"error": {"code": "forbidden", "message": "no"}} =>
            client.swarms().create(&CreateSwarm::new("Compare three", agents(), 1));
    };
    insta::assert_snapshot!(text);
}

/// Where the room is not named, what was begun cannot be followed: no success.
#[test]
fn a_room_without_an_id_is_no_answer_to_what_begins_one() {
    let agents = vec!["agt_1".to_owned(), "agt_2".to_owned()];
    for answer in [json!({}), json!({"ok": true}), json!({"room": null}), json!({"room": {}})] {
        let replay = Replay::new().answer(Recorded::json(201, answer.clone()));
        let swarm = CreateSwarm::new("Compare", agents.clone(), 2);
        let error = on(&replay).swarms().create(&swarm).send().unwrap_err();
        assert_eq!(
            (error.kind(), error.may_have_been_sent()),
            (ErrorKind::Decode, true),
            "{answer}"
        );
        let replay = Replay::new().answer(Recorded::json(201, answer));
        let room = CreateRoom::new("Suppliers", "Find three");
        let error = on(&replay).rooms().create(&room).send().unwrap_err();
        assert!(error.may_have_been_sent(), "{error}");
    }
    let bare = Replay::new().answer(Recorded::json(201, json!({"id": "room_9"})));
    let room = CreateRoom::new("Suppliers", "Find three");
    assert_eq!(on(&bare).rooms().create(&room).send().unwrap().room.id, "room_9");
}
