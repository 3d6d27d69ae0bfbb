//! Batches: making them, looking at them, changing them.

use codespar_proto::{
    ErrorKind, Minor, Sensitive,
    payables::{AddItems, Batch, BatchSource, CreateBatch, NewItem, UpdateItem},
    testing::{Recorded, Replay},
    types::Patch,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

fn batch() -> Value {
    json!({"batch_id": "pbat_1", "status": "ready", "version": 3, "list_hash": "hash_v3",
        "currency": "BRL",
        "totals": {"items": 1, "payable_items": 1, "excluded": 0, "amount_minor": 5000},
        "confirmation": null,
        "items": [{"item_id": "pbl_1", "position": 0,
            "origin": {"file_id": null, "page": null, "row": null, "kind": "manual"},
            "rail": "pix", "state": "ready", "missing": ["pix_key_owner_confirmation"],
            "destination": {"kind": "pix_key", "display": "***.456.789-**",
                "beneficiary_name": "Pessoa de Teste", "beneficiary_document_masked": null,
                "due_date": null},
            "amount_minor": 5000, "amount_source": "stated_by_person", "description": "Aluguel",
            "reference": null,
            "checks": [{"code": "pix_key_resolved", "status": "warn", "message": "ok",
            "simulated": true}],
            "payment": {"state": "refused", "attempt_id": "att_1", "receipt_id": null,
                "end_to_end_id": "E1", "refusal": {"code": "boleto_expired",
                "message": "expired"}}}],
        "created_at": "2026-10-24T12:00:00.000Z", "source": "api", "conversation_id": null,
        "idempotent_replay": true, "shelf": 7})
}

#[test]
fn a_batch_is_made_of_files_and_bills() {
    let args = CreateBatch::default()
        .file_ids(vec!["pfile_1".into()])
        .items(vec![
            NewItem::pix_key("pessoa@example.com", Minor::new(5_000)).description("Aluguel"),
            NewItem::boleto("2379"),
            NewItem::br_code("000201").amount_minor(Minor::new(1)).reference("R1"),
        ])
        .source(BatchSource::Chat)
        .conversation_id("conv_1");
    let text = told(Recorded::json(201, batch()), |client| {
        client.payables().batches().create(&args).idempotency_key("idem_1")
    });
    assert_snapshot!(text);
}

#[test]
fn a_key_is_made_up_where_none_is_named() {
    let replay = Replay::new().answer(Recorded::json(201, batch()));
    client(&replay).payables().batches().create(&CreateBatch::default()).send().unwrap();
    assert_eq!(replay.requests()[0].header("idempotency-key").unwrap().len(), 36);
    assert_eq!(replay.requests()[0].json(), json!({}));
}

#[test]
fn a_batch_that_is_looked_at() {
    let answer = json!({"batch_id": "pbat_1", "status": "someday"});
    let text = told(Recorded::json(200, answer), |client| client.payables().batches().get("a b"));
    assert_snapshot!(text, @r#"
    GET /v1/payables/batches/a%20b
    Batch {
        batch_id: "pbat_1",
        status: Other("someday"),
        items: [],
    }
    "#);
}

#[test]
fn a_field_is_set_cleared_or_left_alone() {
    let update = UpdateItem::new(3)
        .amount_minor(Minor::new(0))
        .pix_key(Sensitive::from("+5511999887766"))
        .boleto_line(Patch::Clear)
        .excluded(false);
    let replay = Replay::new().answer(Recorded::json(200, batch()));
    client(&replay).payables().batches().update_item("pbat_1", "pbl_1", &update).send().unwrap();
    assert_snapshot!(sent(&replay.requests()[0]));

    let text = serde_json::to_string(&update).unwrap();
    assert_eq!(serde_json::from_str::<UpdateItem>(&text).unwrap(), update);
}

#[test]
fn bills_are_added() {
    let more = AddItems::new(3_u64).items(vec![NewItem::boleto("2379")]);
    let replay = Replay::new().answer(Recorded::json(200, batch()));
    client(&replay).payables().batches().add_items("pbat_1", &more).send().unwrap();
    assert_snapshot!(sent(&replay.requests()[0]), @r#"
    POST /v1/payables/batches/pbat_1/items
    {"expected_version":3,"items":[{"boleto_line":"2379"}]}
    "#);
}

#[test]
fn a_conflict_has_the_batch_as_it_is_now() {
    let refusal = json!({"error": {"code": "payable_batch_version_conflict",
        "message": "the list changed", "details": {"batch": batch()}}});
    let replay = Replay::new().answer(Recorded::json(409, refusal));
    let update = UpdateItem::new(2).excluded(true);
    let batches = client(&replay).payables().batches();
    let error = batches.update_item("pbat_1", "pbl_1", &update).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.code(), Some("payable_batch_version_conflict"));
    let now = Batch::of_error(&error).unwrap();
    assert_eq!((now.version, now.items.len()), (Some(3), 1));
    assert!(error.last::<Batch>().is_none());
}

#[test]
fn other_errors_have_no_batch_inside() {
    for body in [json!({"error": "gone"}), json!([]), json!({"error": {"details": {"batch": 3}}})] {
        let replay = Replay::new().answer(Recorded::json(404, body));
        let error = client(&replay).payables().batches().get("pbat_1").send().unwrap_err();
        assert!(Batch::of_error(&error).is_none());
    }
}

#[test]
fn a_batch_is_written_out_as_it_came() {
    let read: Batch = serde_json::from_value(batch()).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(written["shelf"], json!(7));
    assert_eq!(serde_json::from_value::<Batch>(written).unwrap(), read);
    assert!(!format!("{read:?}").contains("Pessoa"), "names of people do not show");
}
