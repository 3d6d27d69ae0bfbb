//! The page of the order service in a real browser: order, Pix code, and paid as it happens.
//!
//! `CHROMIUM` names the browser, a Chromium; `.ci/run browser` brings one. Without it nothing is
//! checked, and this says so.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "../../../examples/order_service.rs"]
#[allow(dead_code, reason = "the example's own `main`")]
mod order_service;

use std::{
    ffi::OsStr,
    io::{BufRead as _, BufReader},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use codespar_async::{Client, Config};
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot};
use tungstenite::{Message, WebSocket};

/// Longest time until a page shows what it is to show.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() {
    let Some(browser) = std::env::var_os("CHROMIUM") else {
        println!("passed over: CHROMIUM names no browser (.ci/run browser brings one)");
        return;
    };
    let sandbox = Sandbox::builder().settle_after(Duration::MAX).start().unwrap();
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let runtime = Runtime::new().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::with_config(config).unwrap();
    let public = url.clone();
    let shop = runtime.spawn(async move {
        let stop = async { drop(stopped.await) };
        order_service::serve(client, listener, &public, stop).await.map_err(|it| it.to_string())
    });

    let mut page = Page::open(&browser, &url);
    page.wait_for("document.getElementById('order') !== null");
    assert_eq!(page.evaluate("document.getElementById('pay').hidden"), json!(true));
    page.evaluate("document.getElementById('order').click()");
    page.wait_for("document.getElementById('status').textContent === 'waiting for the payment'");
    let code = page.evaluate("document.getElementById('code').innerText");
    assert!(code.as_str().unwrap().starts_with("0002"), "{code}");
    assert_eq!(page.evaluate("document.getElementById('pay').hidden"), json!(false));

    let charge = page.evaluate("document.getElementById('pay').dataset.id");
    assert!(sandbox.pay(charge.as_str().unwrap()), "{charge}");
    page.wait_for("document.getElementById('status').textContent === 'paid'");
    assert_eq!(page.evaluate("document.getElementById('error').textContent"), json!(""));

    drop(page);
    stop.send(()).unwrap();
    runtime.block_on(shop).unwrap().unwrap();
    println!("the page showed the order made and paid");
}

/// A page in a browser of its own, spoken to by Chromium's DevTools protocol.
struct Page {
    browser: Child,
    folder: PathBuf,
    socket: WebSocket<TcpStream>,
    session: Option<String>,
    commands: u64,
}

impl Page {
    fn open(browser: &OsStr, url: &str) -> Self {
        let folder = format!("codespar-browser-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let mut browser = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", folder.display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(browser.stderr.take().unwrap()).lines();
        let devtools = said
            .find_map(|line| Some(line.ok()?.strip_prefix("DevTools listening on ")?.to_owned()))
            .expect("a browser that ended before it listened");
        // Who writes into a pipe that nobody reads waits for ever.
        std::thread::spawn(move || said.for_each(drop));
        let address = devtools.strip_prefix("ws://").unwrap().split('/').next().unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(devtools.as_str(), stream).unwrap();
        let mut page = Self { browser, folder, socket, session: None, commands: 0 };
        let target = page.command("Target.createTarget", json!({ "url": url }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = page.command("Target.attachToTarget", attach);
        page.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        page
    }

    fn command(&mut self, method: &str, params: Value) -> Value {
        self.commands += 1;
        let mut command = json!({ "id": self.commands, "method": method, "params": params });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(command.to_string())).unwrap();
        loop {
            let Message::Text(text) = self.socket.read().unwrap() else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == json!(self.commands) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// What an expression is in the page.
    fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true });
        let answer = self.command("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Asks until an expression is true in the page, or nothing yet.
    fn wait_for(&mut self, expression: &str) {
        let until = Instant::now() + PATIENCE;
        while self.evaluate(&format!("Boolean({expression})")) != json!(true) {
            if Instant::now() > until {
                let page = self.evaluate("document.body.innerText");
                panic!("never true: {expression}; the page says: {page}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.browser.kill();
        let _ = self.browser.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
