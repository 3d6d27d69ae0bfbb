//! What every store keeps, and what the file keeps beside.

use std::{fs, time::Duration};

use codespar_engine::KeyUse;
use codespar_outbox::{
    Clock, Row, SCHEMA, SqliteStore, State, Store, StoreAnswer, StoreRequest, Swap,
};

use crate::support::{Kind, TestResult, World, invoice};

const LEASE: Duration = Duration::from_secs(90);

fn ask(store: &dyn Store, request: StoreRequest) -> StoreAnswer {
    store.carry_out(&request).unwrap().answer
}

fn load(store: &dyn Store, id: &str) -> Option<Box<Row>> {
    match ask(store, StoreRequest::Load(id.to_owned())) {
        StoreAnswer::Row(row) => row,
        other => panic!("{other:?}"),
    }
}

/// Takes over the row of this id, or the one of this world's that is due longest.
fn claim(world: &World, store: &dyn Store, id: Option<&str>) -> Option<Box<Row>> {
    let request = match id {
        Some(id) => StoreRequest::Claim { id: id.to_owned(), lease: LEASE },
        None => world.claim_due(LEASE),
    };
    match ask(store, request) {
        StoreAnswer::Row(row) => row,
        other => panic!("{other:?}"),
    }
}

/// A row as an outbox writes it, of this reference.
fn written(world: &World, reference: &str) -> Row {
    let charge = world.client.charges().create(&invoice("1.00"));
    world.outbox().once(reference, charge).unwrap().send().unwrap().row
}

/// A row of this reference that nothing has happened to, not yet written.
fn fresh(world: &World, reference: &str) -> Row {
    let other = world.builder().open(codespar_outbox::MemoryStore::default()).unwrap();
    let charge = world.client.charges().create(&invoice("1.00"));
    let row = other.once("template", charge).unwrap().send().unwrap().row;
    let name = codespar_outbox::Name { reference: reference.to_owned(), ..row.name.clone() };
    Row {
        id: name.id(0),
        name,
        state: State::Ready,
        presentations: 0,
        turns: 0,
        answer: None,
        resource: None,
        verdict: None,
        ..row
    }
}

fn insert(store: &dyn Store, row: &Row, lease: Option<Duration>) -> StoreAnswer {
    ask(store, StoreRequest::Insert { row: Box::new(row.clone()), lease })
}

#[test]
fn a_row_is_written_once_and_swapped_only_where_it_is_as_it_was() {
    for kind in Kind::all() {
        let world = World::new(kind);
        let store = &*world.store;
        let row = fresh(&world, "a");
        let StoreAnswer::Inserted(first) = insert(store, &row, Some(LEASE)) else { panic!() };
        assert_eq!((first.version, first.fence, first.next_at), (1, 1, Some(first.created_at)));
        assert_eq!(first.lease_until, Some(first.created_at + 90_000));
        let StoreAnswer::Exists(found) = insert(store, &row, None) else { panic!() };
        assert_eq!(found, first);
        let next = Row {
            version: 2,
            state: State::Sent,
            code: Some("x".to_owned()),
            key_use: KeyUse::Spent,
            ..(*first).clone()
        };
        let swap = |from| {
            let swap = Swap { row: next.clone(), from, note: None };
            ask(store, StoreRequest::Swap(Box::new(swap)))
        };
        assert!(matches!(swap(7), StoreAnswer::Written(0)));
        assert!(matches!(swap(1), StoreAnswer::Written(1)));
        assert!(matches!(swap(1), StoreAnswer::Written(0)));
        assert_eq!(*load(store, &row.id).unwrap(), next, "{kind:?}");
        let StoreAnswer::History(lines) = ask(store, StoreRequest::History(row.id)) else {
            panic!()
        };
        let states: Vec<_> = lines.iter().map(|line| (line.version, line.state)).collect();
        assert_eq!(states, [(1, State::Ready), (2, State::Sent)]);
        assert!(load(store, "cso_none").is_none());
    }
}

#[test]
fn only_an_open_row_that_nobody_holds_is_claimed_the_one_due_longest_first() {
    for kind in Kind::all() {
        let world = World::new(kind);
        let store = &*world.store;
        for reference in ["a", "b"] {
            insert(store, &fresh(&world, reference), None);
            world.pass(Duration::from_secs(10));
        }
        let names: Vec<_> = (0..3)
            .map(|_| claim(&world, store, None).map(|row| (row.name.reference.clone(), row.fence)))
            .collect();
        let named = |name: &str| Some((name.to_owned(), 1));
        assert_eq!(names, [named("a"), named("b"), None], "{kind:?}");
        let id = fresh(&world, "a").id;
        assert!(claim(&world, store, Some(&id)).is_none());
        world.pass(LEASE);
        let row = claim(&world, store, Some(&id)).unwrap();
        assert_eq!(row.fence, 2);
        // What is done is claimed only while its receipt is looked for, and in its time.
        let mut from = row.version;
        for (next_at, is_claimed) in [(row.next_at, true), (None, false), (None, false)] {
            let (state, lease_until) = (State::Done, None);
            let done = Row { state, lease_until, next_at, version: from + 1, ..(*row).clone() };
            let swap = Swap { row: done, from, note: None };
            let swap = ask(store, StoreRequest::Swap(Box::new(swap)));
            assert!(matches!(swap, StoreAnswer::Written(1)));
            assert_eq!(
                claim(&world, store, Some(&id)).is_some(),
                is_claimed,
                "{kind:?} {next_at:?}"
            );
            from += 1 + i64::from(is_claimed);
        }
        world.pass(LEASE);
        assert_eq!(claim(&world, store, None).map(|row| row.name.reference), Some("b".to_owned()));
        assert!(claim(&world, store, None).is_none());
    }
}

#[test]
fn rows_are_listed_by_their_states_a_page_at_a_time() {
    for kind in Kind::all() {
        let world = World::new(kind);
        let store = &*world.store;
        for number in 0..7 {
            insert(store, &fresh(&world, &format!("line {number}")), None);
        }
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let request = StoreRequest::List { states: vec![State::Ready], after, limit: 3 };
            let StoreAnswer::Rows(rows) = ask(store, request) else { panic!() };
            let Some(last) = rows.last() else { break };
            after = Some(last.id.clone());
            found.extend(rows.into_iter().map(|row| row.name.reference));
        }
        found.sort();
        let all: Vec<_> = (0..7).map(|number| format!("line {number}")).collect();
        assert_eq!(found, all, "{kind:?}");
        let request = StoreRequest::List { states: vec![State::Held], after: None, limit: 9 };
        assert!(matches!(ask(store, request), StoreAnswer::Rows(rows) if rows.is_empty()));
    }
}

#[test]
fn of_many_that_claim_at_once_each_row_belongs_to_one() {
    let world = World::new(Kind::Sqlite);
    for number in 0..40 {
        insert(&*world.store, &fresh(&world, &format!("line {number}")), None);
    }
    // Connections of their own, as other processes have.
    let stores: Vec<_> = (0..4)
        .map(|_| {
            let file = world.folder.as_ref().unwrap().path().join("outbox.sqlite");
            SqliteStore::open_with(file, Clock::new(|| 2_000_000)).unwrap()
        })
        .collect();
    let claimed: Vec<Vec<String>> = std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for store in &stores {
            let world = &world;
            let next = move || Some(claim(world, store, None)?.id.clone());
            threads.push(scope.spawn(move || std::iter::from_fn(next).collect()));
        }
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut ids: Vec<_> = claimed.concat();
    ids.sort();
    let count = ids.len();
    ids.dedup();
    assert_eq!((count, ids.len()), (40, 40));
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone_and_so_are_those_beside_it() -> TestResult {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("outbox.sqlite");
    fs::write(&path, "")?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644))?;
    let store = SqliteStore::open(&path)?;
    ask(&store, StoreRequest::MarkOrigin { origin: "x".to_owned(), honours: true });
    let mut files = 0;
    for file in fs::read_dir(&folder)? {
        let file = file?;
        assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        files += 1;
    }
    assert_eq!(files, 3);
    Ok(())
}

#[test]
fn what_was_answered_is_there_after_the_program_ended_without_a_word() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let row = written(&world, "a");
    // The files as they lie there while the first connection is open, as after a kill.
    let folder = tempfile::tempdir()?;
    for file in fs::read_dir(world.folder.as_ref().unwrap())? {
        let file = file?;
        fs::copy(file.path(), folder.path().join(file.file_name()))?;
    }
    let store = SqliteStore::open(folder.path().join("outbox.sqlite"))?;
    assert_eq!(*load(&store, &row.id).unwrap(), row);
    Ok(())
}

/// Copies of a store's files, the log cut at this many bytes.
fn cut(world: &World, file: &str, bytes: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(world.folder.as_ref().unwrap()).unwrap() {
        let entry = entry.unwrap();
        // What processes share is made anew.
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    let file = fs::OpenOptions::new().write(true).open(folder.path().join(file)).unwrap();
    file.set_len(bytes).unwrap();
    folder
}

#[test]
fn a_log_that_was_cut_gives_an_earlier_state_and_a_cut_file_is_refused() {
    let world = World::new(Kind::Sqlite);
    let ids: Vec<_> = ["a", "b", "c"].map(|reference| written(&world, reference).id).into();
    let states = |store: &SqliteStore| -> Vec<Option<State>> {
        ids.iter().map(|id| load(store, id).map(|row| row.state)).collect()
    };
    let place = world.folder.as_ref().unwrap().path();
    let length = fs::metadata(place.join("outbox.sqlite-wal")).unwrap().len();
    let mut seen = Vec::new();
    for bytes in (0..=length).step_by(1_237).chain([length]) {
        let folder = cut(&world, "outbox.sqlite-wal", bytes);
        let store = SqliteStore::open(folder.path().join("outbox.sqlite")).unwrap();
        seen.push(states(&store));
    }
    // Nothing but what was there at some time: rows come one after the other.
    let rank = |state: &Option<State>| match state {
        None => 0,
        Some(State::Ready) => 1,
        Some(State::Sent) => 2,
        Some(State::Issued) => 3,
        Some(other) => panic!("{other}"),
    };
    let ranks: Vec<_> = seen.iter().map(|row| row.iter().map(rank).collect::<Vec<_>>()).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
    assert_eq!(ranks.first().unwrap(), &[0, 0, 0]);
    assert_eq!(ranks.last().unwrap(), &[3, 3, 3]);
    let steps = ranks.iter().flat_map(|row| row.windows(2)).all(|two| two[0] == 3 || two[1] == 0);
    assert!(steps, "{ranks:?}");

    // The file is gone, and the log is left.
    let folder = cut(&world, "outbox.sqlite", 0);
    let error = SqliteStore::open(folder.path().join("outbox.sqlite")).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");

    // Whole in the file itself, and then cut.
    let file = place.join("outbox.sqlite");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    let length = fs::metadata(&file).unwrap().len();
    for bytes in [1, 100, 4_096, length / 2, length - 4_096] {
        let folder = cut(&world, "outbox.sqlite", bytes);
        let store = SqliteStore::open(folder.path().join("outbox.sqlite"));
        let error = store.expect_err(&bytes.to_string());
        assert!(error.to_string().contains("damaged"), "{bytes}: {error}");
    }
}

/// The tables in a database that a program keeps with a rollback journal, and a power cut in the
/// middle of one of its transactions.
#[test]
fn a_journal_that_was_left_behind_is_rolled_back() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let row = written(&world, "a");
    let place = world.folder.as_ref().unwrap().path();
    let folder = tempfile::tempdir()?;
    let names = ["outbox.sqlite", "outbox.sqlite-journal"];
    fs::copy(place.join(names[0]), folder.path().join(names[0]))?;
    fs::copy(place.join("outbox.sqlite-wal"), folder.path().join("outbox.sqlite-wal"))?;
    let file = folder.path().join(names[0]);
    let own = rusqlite::Connection::open(&file)?;
    own.query_row("pragma journal_mode = delete", [], |_| Ok(()))?;
    // Pages are written to the file before the transaction is over, the old ones to the journal.
    own.execute_batch(
        "pragma cache_size = 1; pragma cache_spill = 1; begin immediate;
         update codespar_outbox set state = 'done';
         create table other (a); insert into other select randomblob(900) from
         (with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)
         select i from n);",
    )?;
    let cut = tempfile::tempdir()?;
    for name in names {
        fs::copy(folder.path().join(name), cut.path().join(name))?;
    }
    assert!(fs::metadata(cut.path().join(names[1]))?.len() > 4_096);
    // Without its journal it is damaged, or has what was never committed: that is the cut.
    let store = SqliteStore::open(cut.path().join(names[0]))?;
    assert_eq!(load(&store, &row.id), Some(Box::new(row)));
    Ok(())
}

#[test]
fn what_is_no_store_is_refused_in_words() -> TestResult {
    let folder = tempfile::tempdir()?;
    let text = folder.path().join("text");
    fs::write(&text, "This is not a database, however long it may become. ".repeat(40))?;
    assert!(SqliteStore::open(&text).unwrap_err().to_string().contains("no database"));
    assert!(fs::read_to_string(&text)?.starts_with("This is not a database"));
    let error = SqliteStore::open(folder.path().join("none/outbox.sqlite")).unwrap_err();
    assert!(error.to_string().contains("cannot be made private"), "{error}");
    Ok(())
}

#[test]
fn tables_that_a_program_made_itself_are_taken_and_foreign_words_refused() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let row = written(&world, "a");
    let file = world.folder.as_ref().unwrap().path().join("outbox.sqlite");
    let own = rusqlite::Connection::open(&file)?;
    own.execute_batch(SCHEMA)?;
    own.execute("update codespar_outbox set state = 'later' where id = ?1", [&row.id])?;
    let error = world.store.carry_out(&StoreRequest::Load(row.id.clone())).unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
    own.execute("update codespar_outbox set state = 'done', reference = 'b' where true", [])?;
    let error = world.store.carry_out(&StoreRequest::Load(row.id)).unwrap_err();
    assert!(error.to_string().contains("not made of its names"), "{error}");
    Ok(())
}
