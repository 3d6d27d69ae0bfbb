//! What is done to the programs: in `cargo test` a little, in `.ci/crashes` everything.

use std::{
    collections::VecDeque,
    env,
    os::unix::process::ExitStatusExt,
    process::Command,
    sync::Mutex,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use codespar_sandbox::Fault;

use crate::{
    child::LEASE,
    lines::{Kind, list},
    world::{Driver, Program, World, server},
};

/// What is done to one world.
#[derive(Clone, Debug)]
enum Deed {
    /// The program is killed at this point.
    Point(String),
    /// It is killed when the request of this number has arrived, before it is answered.
    Sent(usize),
    /// This many programs, one of them killed at this many random instants.
    Random { programs: usize, kills: u32, seed: u64 },
    /// It is stopped at this point, and wakes when its lease is over and others have done the rest.
    Stopped(String),
    /// The database is restarted while programs work.
    Restart { seed: u64 },
}

/// Numbers that look like chance, the same for the same seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// The lines that points are at: the first, one in the middle, the last, and the unsafe one.
fn lines_at(many: usize) -> Vec<String> {
    let lines = list(many);
    let pix = lines.iter().find(|(_, kind)| *kind == Kind::Pix);
    let ends = [lines.first(), lines.get(lines.len() / 2), pix, lines.last()];
    ends.into_iter().flatten().map(|(line, _)| line.clone()).collect()
}

const FEW: usize = 8;
const MANY: usize = 60;

fn points(driver: Driver) -> Vec<(Driver, usize, Deed)> {
    let mut all = Vec::new();
    for when in ["before", "after"] {
        for kind in ["insert", "sent", "check", "record"] {
            for line in lines_at(FEW) {
                all.push(Deed::Point(format!("{kind},{when},{line},-KILL")));
            }
        }
        for kind in ["claim", "origin"] {
            all.push(Deed::Point(format!("{kind},{when},,-KILL")));
        }
    }
    all.extend([1, 4, 7].map(Deed::Sent));
    all.into_iter().map(|deed| (driver, FEW, deed)).collect()
}

fn everything(seed: u64) -> Vec<(Driver, usize, Deed)> {
    let mut all = [points(Driver::Sqlite), points(Driver::SqliteAsync)].concat();
    // Each driver has half of the points of the file.
    let mut odd = true;
    all.retain(|(driver, _, _)| {
        odd = !odd;
        odd == (*driver == Driver::Sqlite)
    });
    let has_postgres = server().is_some();
    if has_postgres {
        all.extend(points(Driver::TokioPostgres));
        for driver in [Driver::Postgres, Driver::TokioPostgres] {
            for when in ["sent,after", "check,after"] {
                for line in lines_at(FEW) {
                    all.push((driver, FEW, Deed::Stopped(format!("{when},{line},-STOP"))));
                }
            }
        }
        for number in 0..4 {
            let driver = if number % 2 == 0 { Driver::Postgres } else { Driver::TokioPostgres };
            all.push((driver, FEW, Deed::Restart { seed: seed ^ (900 + number) }));
        }
    }
    let mut random = |driver, many, programs, worlds: u64| {
        for _ in 0..worlds {
            let seed = seed.wrapping_mul(31).wrapping_add(all.len() as u64);
            all.push((driver, many, Deed::Random { programs, kills: 5, seed }));
        }
    };
    // Ten kills in long lists and ninety in short ones, for each store.
    for (driver, programs, many, worlds) in [
        (Driver::Sqlite, 1, MANY, 1),
        (Driver::SqliteAsync, 1, MANY, 1),
        (Driver::Sqlite, 1, FEW, 10),
        (Driver::SqliteAsync, 1, FEW, 10),
        (Driver::Postgres, 3, MANY, 1),
        (Driver::TokioPostgres, 3, MANY, 1),
        (Driver::Postgres, 3, FEW, 10),
        (Driver::TokioPostgres, 3, FEW, 10),
    ] {
        if has_postgres || matches!(driver, Driver::Sqlite | Driver::SqliteAsync) {
            random(driver, many, programs, worlds);
        }
    }
    all
}

/// A few of each, on files.
fn little(seed: u64) -> Vec<(Driver, usize, Deed)> {
    let last = lines_at(FEW).pop().unwrap();
    let point = |kind: &str| Deed::Point(format!("{kind},{last},-KILL"));
    vec![
        (Driver::Sqlite, FEW, point("sent,after")),
        (Driver::SqliteAsync, FEW, point("record,before")),
        (Driver::Sqlite, FEW, Deed::Sent(2)),
        (Driver::SqliteAsync, FEW, Deed::Random { programs: 1, kills: 3, seed }),
    ]
}

/// Does it all, several at a time. Gives how much it was, or what went wrong.
pub(crate) fn run(is_full: bool) -> Result<String, String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let given = env::var("CRASH_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| u64::from(now));
    println!("CRASH_SEED={seed}");
    if is_full && server().is_none() {
        println!("passed over for PostgreSQL: CODESPAR_OUTBOX_POSTGRES names none");
    }
    let deeds = if is_full { everything(seed) } else { little(seed) };
    let worlds = deeds.len();
    // What restarts the database is alone with it: the last ones, one after the other.
    let is_alone = |(_, _, deed): &(_, _, Deed)| matches!(deed, Deed::Restart { .. });
    let (alone, together): (VecDeque<_>, VecDeque<_>) = deeds.into_iter().partition(is_alone);
    let (mut kills, mut failures) = (0_u32, Vec::new());
    for (queue, at_once) in [(together, 4), (alone, 1)] {
        let queue = Mutex::new(queue);
        let results = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..at_once {
                scope.spawn(|| {
                    loop {
                        let Some((driver, many, deed)) = queue.lock().unwrap().pop_front() else {
                            return;
                        };
                        let began = Instant::now();
                        let done = carry_out(driver, many, &deed);
                        if is_full {
                            let time = began.elapsed().as_millis();
                            println!("{driver:?}, {many} lines, {deed:?}: {done:?}, {time} ms");
                        }
                        let at = format!("{driver:?}, {many} lines, {deed:?}");
                        results.lock().unwrap().push(done.map_err(|why| format!("{at}: {why}")));
                    }
                });
            }
        });
        for result in results.into_inner().unwrap() {
            match result {
                Ok(many) => kills += many,
                Err(why) => failures.push(why),
            }
        }
    }
    match failures.is_empty() {
        true => Ok(format!("{worlds} lists, programs killed or stopped {kills} times")),
        false => Err(failures.join("\n")),
    }
}

/// Does one thing to one world. Gives how many programs were killed or stopped.
fn carry_out(driver: Driver, many: usize, deed: &Deed) -> Result<u32, String> {
    let one = |does: &mut dyn FnMut(&World) -> Result<u32, String>| {
        let world = World::new(driver, many);
        let kills = does(&world)?;
        let last = world.finish(world.start(None))?;
        world.check(&last)?;
        Ok(kills)
    };
    match deed {
        Deed::Point(point) => one(&mut |world| at_point(world, point)),
        Deed::Sent(number) => one(&mut |world| after_sending(world, *number)),
        Deed::Stopped(point) => one(&mut |world| stopped(world, point)),
        Deed::Restart { seed } => one(&mut |world| restarted(world, &mut Chance(*seed))),
        Deed::Random { programs, kills, seed } => {
            // A list that is done before there were enough is followed by another.
            let (mut chance, mut killed) = (Chance(*seed), 0);
            while killed < *kills {
                killed += one(&mut |world| at_random(world, *programs, *kills, &mut chance))?;
            }
            Ok(killed)
        }
    }
}

fn at_point(world: &World, point: &str) -> Result<u32, String> {
    let mut program = world.start(Some(point));
    loop {
        world.people(&program);
        world.check_time()?;
        match program.child.try_wait().unwrap() {
            None => thread::sleep(Duration::from_millis(5)),
            Some(status) if status.signal() == Some(9) => return Ok(1),
            Some(status) => return Err(format!("the point was not met: {status}")),
        }
    }
}

fn after_sending(world: &World, number: usize) -> Result<u32, String> {
    // The answer takes so long that the program is gone by then.
    world.sandbox.inject(Fault::on("POST", "/v1/").always().delay(Duration::from_millis(150)));
    let before = world.posts();
    let mut program = world.start(None);
    while world.posts() < before + number {
        world.check_time()?;
        thread::sleep(Duration::from_millis(1));
    }
    match program.kill() {
        true => Ok(1),
        false => Err("it had ended".to_owned()),
    }
}

fn at_random(
    world: &World,
    programs: usize,
    kills: u32,
    chance: &mut Chance,
) -> Result<u32, String> {
    let mut running: Vec<Program> = (0..programs).map(|_| world.start(None)).collect();
    let mut killed = 0;
    for _ in 0..kills {
        let until = Instant::now() + Duration::from_millis(chance.below(500));
        while Instant::now() < until {
            running.iter().for_each(|program| world.people(program));
            thread::sleep(Duration::from_millis(2));
        }
        let which = usize::try_from(chance.below(programs as u64)).unwrap();
        killed += u32::from(running[which].kill());
        running[which] = world.start(None);
    }
    for program in running {
        world.finish(program)?;
    }
    Ok(killed)
}

fn stopped(world: &World, point: &str) -> Result<u32, String> {
    let sleeper = world.start(Some(point));
    while !sleeper.is_stopped() {
        world.check_time()?;
        world.people(&sleeper);
        thread::sleep(Duration::from_millis(5));
    }
    // Others take the row over once its lease has run out, and do the rest.
    let others = [world.start(None), world.start(None)];
    let over = Instant::now() + LEASE;
    while Instant::now() < over {
        others.iter().for_each(|other| world.people(other));
        thread::sleep(Duration::from_millis(5));
    }
    for other in others {
        world.finish(other)?;
    }
    sleeper.signal("-CONT");
    world.finish(sleeper)?;
    Ok(1)
}

fn restarted(world: &World, chance: &mut Chance) -> Result<u32, String> {
    let restart = env::var("CRASH_RESTART").map_err(|_| "CRASH_RESTART is missing".to_owned())?;
    let programs: Vec<_> = (0..3).map(|_| world.start(None)).collect();
    thread::sleep(Duration::from_millis(100 + chance.below(500)));
    let status = Command::new("bash").args(["-c", &restart]).status().unwrap();
    if !status.success() {
        return Err(format!("the database could not be restarted: {status}"));
    }
    for program in programs {
        world.finish(program)?;
    }
    Ok(1)
}
