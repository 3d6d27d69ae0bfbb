//! What is kept, what is sent, and for how long.

use crate::client::cookies::*;

/// Sun, 06 Nov 1994 08:49:37 GMT
fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)
}

fn jar(base: &str, lines: &[&str]) -> Jar {
    let mut jar = Jar::new(&base.parse().unwrap());
    for line in lines {
        jar.set(line, now());
    }
    jar
}

fn sent(jar: &Jar, path: &str) -> String {
    later(jar, path, 0)
}

/// What is sent so many seconds later.
fn later(jar: &Jar, path: &str, seconds: u64) -> String {
    jar.header(path, now() + Duration::from_secs(seconds))
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default()
}

#[test]
fn a_new_cookie_replaces_the_old_one_and_an_expired_one_takes_it_away() {
    let team = jar("https://upivia.test", &["team=1; Path=/; HttpOnly", "team=2; Path=/"]);
    assert_eq!(sent(&team, "/api/v1/teams"), "team=2");
    for end in [
        "team=; Path=/; Max-Age=0",
        "team=; Path=/; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
        "team=; Path=/; Expires=Sun, 06-Nov-94 08:49:37 GMT",
        "team=; Path=/; Expires=Thu, 01-Jan-1970 00:00:00 GMT",
        "team=; Path=/; expires=Thu Jan  1 00:00:00 1970",
        "team=; Path=/; Max-Age=-99999999999999999999",
        "team=; Path=/; Max-Age=-5; Expires=Sun, 06 Nov 2094 08:49:37 GMT",
    ] {
        let gone = jar("https://upivia.test", &["a=b", "team=1; Path=/", end]);
        assert_eq!(sent(&gone, "/"), "a=b", "{end}");
    }
    let stays =
        jar("https://upivia.test", &["t=1; Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT"]);
    assert_eq!(sent(&stays, "/"), "t=1");
}

#[test]
fn cookies_go_where_they_belong() {
    let of = |lines| jar("http://a.upivia.test:3000/x", lines);
    assert_eq!(sent(&of(&["s=1; Secure"]), "/"), "");
    assert_eq!(
        sent(&of(&["s=1; Domain=.upivia.test", "t=2; domain=a.upivia.test"]), "/"),
        "s=1; t=2"
    );
    assert_eq!(sent(&of(&["s=1; Domain=b.upivia.test", "t=1; Domain=via.test"]), "/"), "");
    let deep = of(&["s=1; Path=/api", "no pair", "=x"]);
    assert_eq!(sent(&deep, "/api/v1"), "s=1");
    assert_eq!(sent(&deep, "/apis"), "");
}

#[test]
fn a_path_that_is_none_counts_as_not_given() {
    let jar = jar("https://upivia.test", &["a=1; Path=api", "b=2; Path=/api"]);
    assert_eq!(sent(&jar, "/elsewhere"), "a=1");
}

#[test]
fn the_callers_own_cookies_are_checked() {
    let mut jar = jar("https://upivia.test", &[]);
    jar.put("session=abc; b=c=d").unwrap();
    assert_eq!(sent(&jar, "/"), "session=abc; b=c=d");
    let error = jar.put("hunter2").unwrap_err();
    assert_eq!(error.field(), Some("session_cookie"));
    assert!(!format!("{error:?} {error}").contains("hunter2"));
    assert!(jar.put("a=b\nc").is_err());
}

#[test]
fn a_cookie_is_sent_until_it_is_over() {
    let jar = jar(
        "https://upivia.test",
        &[
            "stays=1",
            "age=1; Max-Age=60",
            "date=1; Expires=Sun, 06 Nov 1994 08:50:37 GMT",
            "long=1; Max-Age=99999999999999999999",
            "odd=1; Max-Age=+5; Expires=soon",
        ],
    );
    let all = "stays=1; age=1; date=1; long=1; odd=1";
    assert_eq!(later(&jar, "/", 0), all);
    assert_eq!(later(&jar, "/", 59), all);
    assert_eq!(later(&jar, "/", 60), "stays=1; long=1; odd=1");
}

#[test]
fn a_server_cannot_make_requests_grow_without_end() {
    let mut jar = jar("https://upivia.test", &[]);
    jar.put("session=mine").unwrap();
    let value = "v".repeat(4093);
    for number in 100..250 {
        jar.set(&format!("{number}={value}; Path=/"), now());
    }
    let kept = sent(&jar, "/");
    let names: Vec<_> = kept.split("; ").map(|pair| pair.split('=').next().unwrap()).collect();
    assert_eq!((names.len(), names[0], names[1], names[49]), (50, "session", "201", "249"));
    // One that is over makes room before one that is not.
    jar.set("249=short; Max-Age=5", now());
    jar.set("250=new", now() + Duration::from_secs(5));
    assert!(later(&jar, "/", 5).contains("; 201=") && later(&jar, "/", 5).ends_with("250=new"));
    // A cookie that is too long leaves what was there; a path that is too long does not count.
    jar.set(&format!("250={}", "v".repeat(4094)), now());
    jar.set(&format!("251=1; Path=/{}", "p".repeat(1024)), now());
    assert!(later(&jar, "/", 5).ends_with("250=new; 251=1"));
    // What the server makes of the caller's own cookie stays too.
    jar.set("session=renewed", now());
    for number in 300..400 {
        jar.set(&format!("{number}=1"), now());
    }
    assert!(sent(&jar, "/").starts_with("session=renewed; "));
}

#[test]
fn a_caller_can_give_as_many_cookies_as_are_kept() {
    let mut jar = jar("https://upivia.test", &[]);
    let cookies: Vec<_> = (0..50).map(|number| format!("c{number}=1")).collect();
    jar.put(&cookies.join("; ")).unwrap();
    jar.put("c7=2").unwrap();
    assert_eq!(jar.put("c50=1").unwrap_err().field(), Some("session_cookie"));
    jar.set("theirs=1", now());
    let kept = sent(&jar, "/");
    assert!(!kept.contains("theirs") && kept.split("; ").count() == 50);
    let long = format!("long={}", "v".repeat(4096));
    assert_eq!(jar.put(&long).unwrap_err().field(), Some("session_cookie"));
}
