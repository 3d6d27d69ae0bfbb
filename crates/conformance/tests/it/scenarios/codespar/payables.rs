//! Payables: files, batches, changes to their items, and rounds of payment.

use std::time::Duration;

use codespar_proto::{
    ErrorKind, Minor, Sensitive,
    payables::{
        AddItems, Batch, BatchStatus, CreateBatch, FileKind, ItemPaymentState, ItemState,
        MinorInput, MissingPart, NewItem, NewPayable, PartyInput, PayBatch, PayPayable,
        PayableDocType, PayableProvenance, PersonalInput, ReviewPayable, TextInput, TotalsInput,
        UpdateItem, Upload,
    },
    types::Patch as Change,
};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{arrived, client_of, refused, wrong};

testing_support::with_both_drivers! {
    files_become_a_batch
    one_key_makes_one_batch
    items_are_set_cleared_and_left_alone
    whoever_comes_late_gets_the_batch_as_it_is
    a_batch_is_paid_in_rounds
    a_bill_that_the_bank_refuses_does_not_stop_the_others
    an_error_in_a_later_round_keeps_the_last_batch
    documents_are_not_in_the_sandbox
}

fn bill(minor: i64) -> NewItem {
    NewItem::pix_key("shop@pix.test", Minor::new(minor))
}

fn bills(count: i64) -> CreateBatch {
    CreateBatch::default().items((1..=count).map(bill).collect())
}

fn pay(batch: &Batch) -> PayBatch {
    PayBatch::of(batch).unwrap().pause(Duration::from_millis(1))
}

fn path(batch: &Batch) -> String {
    format!("/v1/payables/batches/{}/pay", batch.batch_id)
}

fn files_become_a_batch<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let files = client.payables().files();
    let table = "key,amount\nshop@pix.test,100\n,5\n";
    let table = D::finish(files.upload(&Upload::guess("folder/bills.csv", table)))?;
    assert_eq!(
        (&table.kind, table.items_found, table.unresolved),
        (&Some(FileKind::Csv), Some(2), Some(1))
    );
    let sent = &arrived(&sandbox, "POST", "/v1/payables/files")[0];
    assert!(sent.header("content-type").unwrap().starts_with("multipart/form-data"));
    let form = String::from_utf8_lossy(&sent.body);
    assert!(form.contains("filename=\"bills.csv\"") && form.contains("text/csv"), "{form}");
    let paper =
        D::finish(files.upload(&Upload::bytes(&b"%PDF-1.7 x"[..]).typed("application/pdf")))?;
    assert_eq!((&paper.kind, paper.size_bytes), (&Some(FileKind::Pdf), Some(10)));

    let of_files = CreateBatch::default().file_ids(vec![paper.file_id, table.file_id]);
    let batch = D::finish(client.payables().batches().create(&of_files))?;
    assert_eq!(batch.status, BatchStatus::Reviewing);
    assert_eq!(batch.items[0].amount_minor, Some(Minor::new(18_990)));
    assert_eq!(batch.items[2].missing, [MissingPart::Destination]);
    let error =
        D::finish(client.payables().batches().pay(&batch.batch_id, &pay(&batch))).unwrap_err();
    assert_eq!(refused(&error), (422, "payable_batch_not_ready"));

    let error = D::finish(files.upload(&Upload::guess("note.txt", "plain"))).unwrap_err();
    assert_eq!(refused(&error), (415, "payable_file_type_unsupported"));
    let count = sandbox.requests().len();
    let large = Upload::guess("large.pdf", vec![0; (10 << 20) + 1]);
    assert_eq!(wrong(&D::finish(files.upload(&large)).unwrap_err()), "file");
    assert_eq!(sandbox.requests().len(), count);
    Ok(())
}

fn one_key_makes_one_batch<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let batches = client.payables().batches();
    let first = D::finish(batches.create(&bills(1)).idempotency_key("batch-1"))?;
    assert_eq!(first.idempotent_replay, Some(false));
    let second = D::finish(batches.create(&bills(1)).idempotency_key("batch-1"))?;
    assert_eq!((second.idempotent_replay, &second.batch_id), (Some(true), &first.batch_id));
    let error = D::finish(batches.create(&bills(2)).idempotency_key("batch-1")).unwrap_err();
    assert_eq!(refused(&error), (409, "idempotency_key_conflict"));

    sandbox.inject(Fault::on("POST", "/v1/payables/batches").lose_answer());
    let found = D::finish(batches.create(&bills(3)))?;
    assert_eq!((found.items.len(), found.idempotent_replay), (3, Some(true)));
    let empty = D::finish(batches.create(&CreateBatch::default())).unwrap_err();
    assert_eq!(refused(&empty), (422, "payable_batch_empty"));
    let mut two = bill(1);
    two.boleto_line = Some(Sensitive::from("23793"));
    let error = D::finish(batches.create(&CreateBatch::default().items(vec![two]))).unwrap_err();
    assert_eq!(wrong(&error), "items[0]");
    let mut free = bill(1);
    free.amount_minor = None;
    let error = D::finish(batches.create(&CreateBatch::default().items(vec![free]))).unwrap_err();
    assert_eq!(wrong(&error), "items[0].amount_minor");
    Ok(())
}

fn items_are_set_cleared_and_left_alone<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let batches = client.payables().batches();
    let batch = D::finish(batches.create(&bills(2)))?;
    let (id, item) = (batch.batch_id.clone(), batch.items[0].item_id.clone());
    let set = UpdateItem::new(1).amount_minor(Minor::new(150)).description("rent");
    let changed = D::finish(batches.update_item(&id, &item, &set))?;
    assert_eq!((changed.version, changed.items[0].amount_minor), (Some(2), Some(Minor::new(150))));
    assert_ne!(changed.list_hash, batch.list_hash);
    let cleared = D::finish(batches.update_item(
        &id,
        &item,
        &UpdateItem::new(2).amount_minor(Change::Clear),
    ))?;
    assert_eq!(cleared.status, BatchStatus::Reviewing);
    assert_eq!(cleared.items[0].missing, [MissingPart::Amount]);
    assert_eq!(cleared.items[0].description, Some("rent".into()));
    let patches = arrived(&sandbox, "PATCH", &format!("/v1/payables/batches/{id}/items/{item}"));
    let bodies: Vec<_> = patches.iter().map(|sent| sent.json().unwrap()).collect();
    assert_eq!(
        bodies[0],
        json!({"expected_version": 1, "amount_minor": 150, "description": "rent"})
    );
    assert_eq!(bodies[1], json!({"expected_version": 2, "amount_minor": null}));

    let elsewhere = Sensitive::from("other@pix.test");
    let moved = UpdateItem::new(3).amount_minor(Minor::new(70)).pix_key(elsewhere);
    assert_eq!(D::finish(batches.update_item(&id, &item, &moved))?.status, BatchStatus::Ready);
    let out = D::finish(batches.update_item(&id, &item, &UpdateItem::new(4).excluded(true)))?;
    assert_eq!(
        (&out.items[0].state, out.totals.as_ref().unwrap().excluded),
        (&Some(ItemState::Excluded), Some(1))
    );
    let more = D::finish(batches.add_items(&id, &AddItems::new(5_u64).items(vec![bill(7)])))?;
    assert_eq!((more.items.len(), more.version), (3, Some(6)));
    assert_eq!(D::finish(batches.get(&id))?, more);
    let nothing = D::finish(batches.add_items(&id, &AddItems::new(6_u64))).unwrap_err();
    assert_eq!(wrong(&nothing), "items");
    Ok(())
}

fn whoever_comes_late_gets_the_batch_as_it_is<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let batches = client.payables().batches();
    let batch = D::finish(batches.create(&bills(2)))?;
    let (id, item) = (batch.batch_id.clone(), batch.items[0].item_id.clone());
    let change = UpdateItem::new(1).amount_minor(Minor::new(9));
    let now = D::finish(batches.update_item(&id, &item, &change))?;
    let error = D::finish(batches.update_item(&id, &item, &change)).unwrap_err();
    assert_eq!(refused(&error), (409, "payable_batch_version_conflict"));
    assert_eq!(Batch::of_error(&error), Some(now.clone()));
    let error = D::finish(batches.pay(&id, &pay(&batch))).unwrap_err();
    assert_eq!(refused(&error), (409, "payable_batch_version_mismatch"));
    assert_eq!(Batch::of_error(&error), Some(now));
    assert!(sandbox.effects().is_empty());
    let error = D::finish(batches.get("pbat_none")).unwrap_err();
    assert_eq!(
        (refused(&error), Batch::of_error(&error)),
        ((404, "payable_batch_not_found"), None)
    );
    Ok(())
}

fn a_batch_is_paid_in_rounds<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let batches = client.payables().batches();
    let batch = D::finish(batches.create(&bills(5)))?;
    sandbox.inject(Fault::on("POST", path(&batch)).skip(1).lose_answer());
    let paid = D::finish(batches.pay(&batch.batch_id, &pay(&batch).mandate_id("mnd_1")))?;
    assert_eq!((&paid.status, paid.has_more_to_pay()), (&BatchStatus::Completed, false));
    assert_eq!(paid.confirmation.as_ref().unwrap().mandate_id.as_deref(), Some("mnd_1"));
    let states: Vec<_> =
        paid.items.iter().map(|item| item.payment.as_ref().unwrap().state.clone()).collect();
    assert_eq!(states, vec![Some(ItemPaymentState::Executed); 5]);
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 5);
    let rounds = arrived(&sandbox, "POST", &path(&batch));
    let key = format!("pay:{}:1:{}", batch.batch_id, batch.list_hash.as_ref().unwrap());
    assert!(rounds.len() >= 3);
    assert!(rounds.iter().all(|round| round.header("idempotency-key") == Some(&*key)));

    assert_eq!(
        D::finish(batches.pay(&batch.batch_id, &pay(&batch)))?.status,
        BatchStatus::Completed
    );
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 5);
    let late =
        D::finish(batches.add_items(&batch.batch_id, &AddItems::new(1_u64).items(vec![bill(1)])));
    assert_eq!(refused(&late.unwrap_err()), (409, "payable_batch_not_editable"));
    Ok(())
}

fn a_bill_that_the_bank_refuses_does_not_stop_the_others<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let batches = client.payables().batches();
    let list = CreateBatch::default().items(vec![bill(666), bill(2)]);
    let batch = D::finish(batches.create(&list))?;
    let paid = D::finish(batches.pay(&batch.batch_id, &pay(&batch)))?;
    assert_eq!(paid.status, BatchStatus::PartiallyCompleted);
    let refusal = paid.items[0].payment.as_ref().unwrap().refusal.as_ref().unwrap();
    assert_eq!(refusal.code.as_deref(), Some("rail_refused"));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    Ok(())
}

fn an_error_in_a_later_round_keeps_the_last_batch<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let batches = client.payables().batches();
    let batch = D::finish(batches.create(&bills(5)))?;
    let refusal = json!({"error": {"code": "mandate_revoked", "message": "revoked"}});
    sandbox.inject(Fault::on("POST", path(&batch)).skip(1).answer(403, refusal));
    let error = D::finish(batches.pay(&batch.batch_id, &pay(&batch))).unwrap_err();
    assert_eq!(refused(&error), (403, "mandate_revoked"));
    assert_eq!(error.operation(), "payables.batches.pay");
    assert!(error.may_have_been_sent());
    let last = error.last::<Batch>().unwrap();
    let executed = last.items.iter().filter(|item| item.state == Some(ItemState::Executed));
    assert_eq!((&last.status, executed.count()), (&BatchStatus::Executing, 2));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 2);

    let paid = D::finish(batches.pay(&batch.batch_id, &pay(&batch)))?;
    assert_eq!(paid.status, BatchStatus::Completed);
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 5);
    let unnamed = D::finish(batches.pay(&batch.batch_id, &PayBatch::new(1, ""))).unwrap_err();
    assert_eq!((unnamed.kind(), wrong(&unnamed)), (ErrorKind::Config, "list_hash"));
    Ok(())
}

fn documents_are_not_in_the_sandbox<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let documents = client.payables().documents();
    let from = PayableProvenance::Pessoa;
    let supplier = PartyInput::new(PersonalInput::new("Papelaria Sol", from.clone()));
    let total = MinorInput::new(Minor::new(12_500), from.clone());
    let totals = TotalsInput::new(total, TextInput::new("BRL", from));
    let bill = NewPayable::new(PayableDocType::Boleto, supplier, totals);
    for call in [
        documents.create(&bill),
        documents.get("pay_1"),
        documents.review("pay_1", &ReviewPayable::default()),
        documents.pay("pay_1", &PayPayable::new("mnd_1")),
    ] {
        assert_eq!(refused(&D::finish(call).unwrap_err()), (501, "not_in_sandbox"));
    }
    let asked: Vec<_> =
        sandbox.requests().iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(asked[0], "POST /v1/payables");
    assert_eq!(asked[2..], ["POST /v1/payables/pay_1/review", "POST /v1/payables/pay_1/pay"]);
    Ok(())
}
