//! A process that is forked and its parent: neither gets what is the other's.
//!
//! Without the usual harness, whose threads do not survive a fork. The server is a process of its
//! own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[cfg(unix)]
#[path = "it/support/mod.rs"]
mod support;

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::{
        env,
        io::{self, BufRead, BufReader, Read, Write},
        net::{TcpListener, TcpStream},
        process::{self, Command, Stdio},
        thread,
        time::Duration,
    };

    use codespar_blocking::UreqTransport;
    use codespar_engine::driver::{BlockingBody, BlockingTransport};
    use fork::{Fork, fork, waitpid};

    use super::support::{PATIENCE, fetch, first_line, get, read_request, transport};

    const SERVES: &str = "TEST_FORK_SERVES";
    type Test = fn(&str);

    const TESTS: [(&str, Test); 3] = [
        ("a_forked_process_and_its_parent_read_their_own_answers", answers),
        ("a_forked_process_does_not_read_on_in_an_answer_of_its_parent", bodies),
        ("a_forked_process_that_drops_an_answer_takes_nothing_of_it", dropped),
    ];

    pub(super) fn main() {
        if env::var_os(SERVES).is_some() {
            serve();
        }
        let wanted = env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
        let mut server = Command::new(env::current_exe().unwrap())
            .env(SERVES, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let url = format!("http://127.0.0.1:{}", port.trim());
        for (name, test) in TESTS.iter().filter(|(name, _)| name.contains(&wanted)) {
            test(&url);
            println!("test {name} ... ok");
        }
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Answers with the last segment of the path; `slow` only when it is asked something else.
    fn serve() -> ! {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        io::stdout().flush().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || converse(stream));
            }
        });
        // Until the test is over, however it ends.
        let _ = io::stdin().read(&mut [0]);
        process::exit(0);
    }

    fn converse(mut stream: TcpStream) {
        while let Some((head, _)) = read_request(&mut stream) {
            let line = first_line(&head);
            let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let name = target.rsplit('/').next().unwrap_or_default();
            let text = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{name}", name.len());
            // Long enough for both to have asked.
            thread::sleep(Duration::from_millis(3));
            let (begin, end) = text.split_at(text.len() - name.len() / 2);
            let _ = stream.write_all(begin.as_bytes());
            if name == "halves" {
                thread::sleep(Duration::from_millis(300));
            }
            let _ = stream.write_all(end.as_bytes());
        }
    }

    /// Runs this in a process of its own, and that in this one.
    fn both(child: impl FnOnce(), parent: impl FnOnce()) {
        match fork().unwrap() {
            Fork::Child => {
                let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(child)).is_err();
                // Nothing of the parent's is cleaned up here.
                process::exit(i32::from(failed));
            }
            Fork::Parent(pid) => {
                parent();
                let status = waitpid(pid).unwrap();
                assert_eq!(status, 0, "the child failed, see above");
            }
        }
    }

    fn ask(transport: &UreqTransport, url: &str, who: &str) {
        for number in 0..30 {
            let name = format!("{who}{number}");
            let answer = fetch(transport, get(&format!("{url}/v1/echo/{name}"))).unwrap();
            assert_eq!(answer, (200, name.into_bytes()));
        }
    }

    fn answers(url: &str) {
        let transport = transport();
        ask(&transport, url, "before");
        both(|| ask(&transport, url, "child"), || ask(&transport, url, "parent"));
        // And the connection is still the parent's.
        ask(&transport, url, "after");
    }

    fn bodies(url: &str) {
        let transport = transport();
        let mut body = transport.open(get(&format!("{url}/halves"))).unwrap().into_body();
        assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "hal");
        let body = std::cell::RefCell::new(body);
        both(
            || {
                let error = body.borrow_mut().chunk(Some(PATIENCE)).unwrap_err();
                assert!(error.to_string().contains("another process"), "{error}");
            },
            || {
                let mut body = body.borrow_mut();
                assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "ves");
                assert!(body.chunk(Some(PATIENCE)).unwrap().is_none());
            },
        );
    }

    fn dropped(url: &str) {
        let transport = transport();
        let mut body = transport.open(get(&format!("{url}/halves"))).unwrap().into_body();
        assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "hal");
        match fork().unwrap() {
            Fork::Child => {
                // Until the rest has arrived.
                thread::sleep(Duration::from_millis(400));
                drop(body);
                process::exit(0);
            }
            Fork::Parent(pid) => assert_eq!(waitpid(pid).unwrap(), 0),
        }
        assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "ves");
        assert!(body.chunk(Some(PATIENCE)).unwrap().is_none());
        // And the connection is still the parent's.
        ask(&transport, url, "after");
    }
}
