//! Safe beside a browser: no page of any site drives the sandbox.

use codespar_sandbox::Sandbox;

use crate::support::raw;

/// The status of a request with these header lines, which a browser or a program would send.
fn ask(sandbox: &Sandbox, request: &str, headers: &str) -> u16 {
    let key = sandbox.api_key();
    let request = format!(
        "{request} HTTP/1.1\r\n{headers}authorization: Bearer {key}\r\nconnection: close\r\n\r\n"
    );
    let answer = String::from_utf8(raw(sandbox, &request)).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn only_names_of_this_machine_are_answered() {
    let sandbox = Sandbox::start().unwrap();
    let get = "GET /v1/whoami";
    for host in ["127.0.0.1", "localhost", "LOCALHOST:8787", "[::1]:1", "127.0.0.1:99", "127.1.2.3"]
    {
        assert_eq!(ask(&sandbox, get, &format!("host: {host}\r\n")), 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8787",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "192.168.0.1",
        "0.0.0.0",
        "[::]",
        "sandbox",
        "",
    ] {
        assert_eq!(ask(&sandbox, get, &format!("host: {host}\r\n")), 421, "{host}");
    }
    assert_eq!(ask(&sandbox, get, ""), 421);
    assert_eq!(ask(&sandbox, get, "host: localhost\r\nhost: evil.example\r\n"), 421);
    let absolute = "GET http://evil.example/v1/whoami";
    assert_eq!(ask(&sandbox, absolute, "host: localhost\r\n"), 421);
}

#[test]
fn web_pages_are_refused_and_leave_nothing_behind() {
    let sandbox = Sandbox::start().unwrap();
    for origin in ["http://evil.example", "null", "http://127.0.0.1:8787", "https://localhost", ""]
    {
        let headers = format!("host: localhost\r\norigin: {origin}\r\n");
        for path in ["/v1/whoami", "/health", "/upivia/api/v1/x", "/nowhere"] {
            assert_eq!(ask(&sandbox, &format!("GET {path}"), &headers), 403, "{origin} {path}");
        }
    }
    assert_eq!((sandbox.requests().len(), sandbox.request_count()), (0, 0));
}
