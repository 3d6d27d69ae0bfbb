//! Keys, tokens, cookies, secrets, Pix codes and documents are never shown: not by `Debug`, not by
//! errors, not to `log` or `tracing`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{collections::HashSet, fmt::Debug, fs, path::Path, time::Duration};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{
    Client, Config, CreateBatch, Error, ErrorKind, Identity, Minor, NewItem, Proxy,
    TransportSettings,
};
use hostile::{
    Act, Driver, Peer, Reader, codespar_answers, codespar_arguments, collect_logs, dumped, guarded,
    head, logged, recorded_objects, upivia_answers, webhook_answers,
};
use serde_json::{Value, json};

/// What no one may see.
const SESAME: &str = "SESAME-4711";

/// The members whose values are nobody's business, in what is sent and in what is answered.
const SECRET: [&str; 41] = [
    "agent_key",
    "api_key",
    "authorize_url",
    "beneficiary_document_masked",
    "boleto_bank_line",
    "boleto_bar_code",
    "boleto_line",
    "br_code",
    "client_secret",
    "cnpj",
    "consent_url",
    "consumer_email_hint",
    "cookie",
    "copia_e_cola",
    "cpf",
    "document",
    "email",
    "full_key",
    "hosted_url",
    "key",
    "label_url",
    "line_1",
    "linha_digitavel",
    "link_token",
    "password",
    "phone",
    "pix_copia_e_cola",
    "pix_copy_paste",
    "pix_key",
    "pix_qr_code",
    "provider_token",
    "secret",
    "session_cookie",
    "signature",
    "tax_id",
    "taxpayer_id",
    "token",
    "wallet_address",
    "upload_url",
    "webhook_secret",
    "postal_code",
];

/// Puts the secret wherever one would be.
fn planted(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if value.is_string() && SECRET.contains(&&**name) {
                    *value = SESAME.into();
                }
                planted(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(planted),
        _ => {}
    }
}

fn objects() -> Vec<Vec<u8>> {
    let mut objects = recorded_objects();
    objects.push(SECRET.iter().map(|name| ((*name).to_owned(), json!(SESAME))).collect());
    objects.iter_mut().for_each(planted);
    let texts: HashSet<String> = objects.iter().map(Value::to_string).collect();
    texts.into_iter().filter(|text| text.contains(SESAME)).map(String::into_bytes).collect()
}

fn leaks(readers: &[Reader], objects: &[Vec<u8>]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, read) in readers {
        let shown = objects.iter().filter_map(|json| read(json));
        let leak = shown.filter(|shown| shown.contains(SESAME)).min_by_key(String::len);
        found.extend(leak.map(|shown| format!("{name}: {}", around(&shown))));
    }
    found
}

#[test]
fn no_type_leaks_a_secret_when_it_is_shown() {
    let objects = objects();
    assert!(objects.len() > 50, "{}", objects.len());
    let lists = [codespar_answers(), webhook_answers(), codespar_arguments(), upivia_answers()];
    let found: Vec<_> = lists.iter().flat_map(|readers| leaks(readers, &objects)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The names of the structs that are declared by `answer!` for all to see.
fn declared(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            declared(&path, names);
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for block in text.split("\nanswer! {\n").skip(1) {
            let block = block.split("\n}\n").next().unwrap_or_default();
            let structs = block.lines().filter_map(|line| line.strip_prefix("    pub struct "));
            names.extend(structs.map(|line| line.split(' ').next().unwrap_or_default().to_owned()));
        }
    }
}

#[test]
fn the_leak_test_knows_every_answer() {
    let mut names = Vec::new();
    for api in ["codespar-proto", "upivia-proto"] {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(api).join("src");
        declared(&sources, &mut names);
    }
    assert!(names.len() > 150);
    let lists = [codespar_answers(), webhook_answers(), upivia_answers()];
    let known: HashSet<&str> = lists.into_iter().flatten().map(|(name, _)| *name).collect();
    let missing: Vec<_> = names.iter().filter(|name| !known.contains(&***name)).collect();
    assert!(missing.is_empty(), "not looked at: {missing:?}");
}

fn hidden(value: &dyn Debug) {
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains(SESAME), "{shown}");
}

#[test]
fn settings_and_clients_do_not_leak() {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Url(format!("http://me:{SESAME}@127.0.0.1:9"));
    settings.identity = Some(Identity::from_pem(SESAME, SESAME));
    hidden(&settings);
    let config = Config::new(format!("csk_{SESAME}"))
        .base_url("http://127.0.0.1:9")
        .header("cookie", SESAME)
        .header("x-secret", SESAME);
    hidden(&config);
    hidden(&config.clone().transport(settings));
    fn walk<D: Driver>(config: Config) {
        let client = Client::<D>::with_config(config).unwrap();
        hidden(&client);
        let session = client.session("ses_1").unwrap();
        hidden(&session);
        hidden(&session.mcp());
        let call = session.payment_status("tc_1").header("authorization", SESAME);
        hidden(&call);
        hidden(&call.into_flow().1);
        let request = client.request("POST", "/v1/x").header("cookie", SESAME);
        hidden(&request.json(&json!({"document": SESAME})));
    }
    walk::<UreqTransport>(config.clone());
    walk::<HyperTransport>(config);
    for bad in [format!("{SESAME}\n"), format!("{SESAME} ")] {
        let error = Client::<UreqTransport>::new(bad).unwrap_err();
        assert!(!everything(&error).contains(SESAME));
    }
}

/// Everything an error and its causes say, both ways.
fn everything(error: &Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let own = format!("{error} {error:?} {error:#?}");
    causes.fold(own, |words, cause| format!("{words} {cause} {cause:?} {cause:#?}"))
}

/// What is secret in a request, and what in an answer.
const ASKED: &str = "SESAME-asked";
const ANSWERED: &str = "SESAME-answered";

/// Answers of which each ends in another kind of error, or in none.
fn answers() -> Vec<(&'static str, Vec<Act>)> {
    let body = format!(r#"{{"error":"denied","message":"no","secret":"{ANSWERED}"}}"#);
    let cookie = format!("set-cookie: id={ANSWERED}");
    let length = format!("content-length: {}", body.len());
    let whole = |status: &str, kind: &str| {
        let head = head(status, &[kind, &cookie, &length]);
        vec![Act::send([&head[..], body.as_bytes()].concat())]
    };
    let json = "content-type: application/json";
    let part = [&head("200 OK", &[json, &cookie, &length])[..], &body.as_bytes()[..60]].concat();
    vec![
        ("refused", whole("403 No", json)),
        ("refused for now", whole("503 No", json)),
        ("another media type", whole("200 OK", "content-type: text/plain")),
        ("not what was promised", whole("200 OK", json)),
        ("cut", vec![Act::send(&part), Act::Close]),
        ("silent", vec![Act::send(&part), Act::Stall]),
        ("no HTTP", vec![Act::send(format!("{ANSWERED}\r\n\r\n")), Act::Close]),
        (
            "a bad header",
            vec![Act::send(head("200 OK", &[&format!("x-{ANSWERED}: a\0")])), Act::Close],
        ),
    ]
}

fn errors<D: Driver>(url: &str, limit: Duration) -> Vec<Error> {
    let key = format!("csk_test_{ASKED}");
    let config = Config::new(key).base_url(url).timeout(limit).idle_timeout(limit);
    let config = config.transport(hostile::settings());
    let client = Client::<D>::with_config(config).unwrap();
    let session = client.session("ses_1").unwrap();
    let bill = NewItem::pix_key(format!("{ASKED}@example.com"), Minor::new(5));
    let batch = CreateBatch::default().items(vec![bill]);
    let document = json!({"document": ASKED});
    let results = [
        D::finish(client.payables().batches().create(&batch).retries(1)).map(drop),
        D::finish(session.execute("codespar_kyc", &document).header("cookie", ASKED)).map(drop),
        D::finish(session.settled("tc_1").header("x-token", "open")).map(drop),
        D::collect(session.send_stream(ASKED)).1.map_or(Ok(()), Err),
    ];
    results.into_iter().filter_map(Result::err).collect()
}

fn errors_and_logs<D: Driver>() {
    let mut kinds = HashSet::new();
    let mut look = |name: &str, errors: Vec<Error>| {
        assert!(!errors.is_empty(), "{name}");
        for error in errors {
            kinds.insert(error.kind());
            let shown = everything(&error);
            assert!(!shown.contains("SESAME"), "{}, {name}: {shown}", D::NAME);
        }
    };
    for (name, acts) in answers() {
        let peer = Peer::start(move |_| acts.clone());
        let limit = if name == "silent" { 150 } else { 10_000 };
        look(name, errors::<D>(&peer.url(), Duration::from_millis(limit)));
    }
    look("absent", errors::<D>(&format!("http://{}", Peer::absent()), Duration::from_secs(10)));
    for kind in [ErrorKind::Api, ErrorKind::Connect, ErrorKind::Timeout, ErrorKind::Io] {
        assert!(kinds.contains(&kind), "{kind:?} did not come up");
    }
    assert!(kinds.contains(&ErrorKind::Decode) && kinds.contains(&ErrorKind::Stream));
    let logged = logged();
    assert!(logged.contains("http.response.status_code"), "the collector sees the calls");
    assert!(!logged.contains("SESAME"), "{}", around(&logged));
    // ureq dumps answers at this level, which cannot be kept from it; requests' secrets are.
    let dumped = dumped();
    assert!(!dumped.contains(ASKED), "{}", around(&dumped));
}

fn around(text: &str) -> String {
    let before = text.split("SESAME").next().unwrap_or_default();
    let skipped = before.chars().count().saturating_sub(120);
    text.chars().skip(skipped).take(180).collect()
}

#[test]
fn errors_and_logs_of_the_blocking_driver_do_not_leak() {
    collect_logs();
    guarded("blocking", errors_and_logs::<UreqTransport>);
    assert!(!dumped().is_empty(), "the collector sees ureq's dumps");
}

#[test]
fn errors_and_logs_of_the_async_driver_do_not_leak() {
    collect_logs();
    guarded("async", errors_and_logs::<HyperTransport>);
}

fn told<D: Driver>() {
    let answer = r#"{"payment_status":"pending"}"#;
    let good = hostile::ok("application/json", answer);
    let peer = Peer::start(move |request| match request.number {
        0 => vec![Act::send(head("503 No", &["content-length: 0"]))],
        1 => vec![Act::Close],
        2 => vec![Act::send(&good)],
        3 => vec![Act::send(head("200 OK", &["content-type: text/event-stream"])), Act::Close],
        _ => vec![Act::send(hostile::Operation::Status.answer())],
    });
    let config = hostile::config(&peer.url(), Duration::from_secs(20));
    let session = Client::<D>::with_config(config).unwrap().session(SESAME).unwrap();
    D::finish(session.payment_status("tc_hush").retries(2)).unwrap();
    D::finish(session.settled("tc_hush")).unwrap();
    let port = format!("server.port={}", peer.address().port());
    let logged = logged();
    let lines: Vec<&str> = logged.lines().filter(|line| line.contains(&port)).collect();
    let text = lines.join("\n");
    for words in [
        "operation=\"session.payment_status\"",
        "otel.kind=\"client\"",
        "http.request.method=\"GET\"",
        "url.template=\"/v1/tool-calls/{tool_call}/payment-status\"",
        "server.address=\"127.0.0.1\"",
        "http.response.status_code=200",
        "http.request.resend_count=2",
        "retry attempt=2",
        "retry attempt=3",
        "reconnect attempt=2",
        "error.type=\"io\"",
        "elapsed_ms=",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    assert!(!text.contains("tc_hush") && !text.contains(SESAME), "{text}");
}

#[test]
fn tracing_tells_what_happens_and_does_not_leak() {
    collect_logs();
    guarded("blocking", told::<UreqTransport>);
    guarded("async", told::<HyperTransport>);
}
