//! The handle that a test holds.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::oneshot;

use crate::{
    builder::Builder,
    codespar::{
        account::ORGANIZATION,
        agents,
        approvals::{self, Decision},
        charges::{self, settle},
        collect,
        consumers::pix_devolutions,
        events::{self, Event},
        mandates::payment::{self, Reconciliation},
        oauth, organizations,
        payables::documents::review::USER_TOKEN,
        payment_links, paywalls, routes,
        session::tracking,
        timers,
        wallets::withdrawal,
    },
    router::Router,
    server::{
        faults::Fault,
        listen::{self, Server},
        log::ReceivedRequest,
    },
    store::{
        Store, clock::Now, effects::Effects, settings::Settings, state::State, upivia::AGENT,
        verdict::Verdict,
    },
    upivia::{self, path::PREFIX},
};

/// A running sandbox server; it stops when this is dropped.
///
/// The server has a thread and a runtime of its own, so blocking and asynchronous callers alike may
/// start it, use it and drop it.
pub struct Sandbox {
    address: SocketAddr,
    server: Arc<Server>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a managed sandbox with default settings on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When no port can be had or the thread cannot be started.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Settings to start from.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn launch(settings: Settings, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let store = Arc::new(Store::new(settings));
        let router = Box::new(Router(Arc::clone(&store)));
        let server = Arc::new(Server::new(Arc::clone(&store), router));
        let (stop, stopped) = oneshot::channel();
        let timers = timers::run(store);
        let thread = listen::spawn(listener, Arc::clone(&server), timers, stopped)?;
        Ok(Self { address, server, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens, as `http://127.0.0.1:<port>` without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A key that it accepts.
    #[must_use]
    pub fn api_key(&self) -> &str {
        match (&self.server.store.settings.engine_token, self.server.store.settings.managed()) {
            (Some(token), false) => token,
            _ => &self.server.store.settings.api_key,
        }
    }

    /// The session of the person who may review bills, as the header `x-codespar-user-token` takes
    /// it: `ust_sandbox_admin` in every sandbox. Requests without it are refused there, because
    /// keys may not decide.
    #[must_use]
    pub fn user_token(&self) -> &'static str {
        USER_TOKEN
    }

    /// Where the Upivia API is: [`base_url`](Self::base_url) and the prefix `/upivia`.
    #[must_use]
    pub fn upivia_url(&self) -> String {
        format!("{}{}", self.base_url(), PREFIX)
    }

    /// The key of the Upivia agent [`upivia_agent_id`](Self::upivia_agent_id).
    #[must_use]
    pub fn upivia_agent_key(&self) -> &str {
        &self.server.store.settings.upivia.agent_key
    }

    /// The Upivia agent that is there from the start.
    #[must_use]
    pub fn upivia_agent_id(&self) -> &'static str {
        AGENT
    }

    /// A personal access token of the Upivia user.
    #[must_use]
    pub fn upivia_pat(&self) -> &str {
        &self.server.store.settings.upivia.pat
    }

    /// The session of the Upivia user, as a `Cookie` header spells it: `name=value`.
    #[must_use]
    pub fn upivia_session_cookie(&self) -> &str {
        &self.server.store.settings.upivia.session_cookie
    }

    /// Lets every Upivia service request for an operation such as `email.send` end so from now on,
    /// whatever policy and budget say.
    ///
    /// A request may choose for itself with the member `sandbox` of its metadata: one of
    /// `executed`, `blocked`, `approval_required`, `failed`, `running`.
    pub fn upivia_decide(&self, operation: impl Into<String>, verdict: Verdict) {
        self.server.store.state.lock().upivia.verdicts.insert(operation.into(), verdict);
    }

    /// The Upivia routes it answers, as method and pattern without the prefix.
    #[must_use]
    pub fn upivia_routes(&self) -> Vec<(&'static str, &'static str)> {
        upivia::routes::all()
    }

    /// The requests received so far, in order of arrival: all, unless they were too many for
    /// [`Builder::request_log`]. Of a route that is not there, the body is not kept.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.server.log.lock().all()
    }

    /// How many requests it has received, whether they are still kept or not.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.server.log.lock().count()
    }

    /// How many TCP connections it has accepted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.server.accepted.load(std::sync::atomic::Ordering::SeqCst)
    }

    /// What would have moved money or sent something out, in order.
    #[must_use]
    pub fn effects(&self) -> Effects {
        self.server.store.state.lock().effects.clone()
    }

    /// Makes answers go wrong as the fault says. Of several that match, the oldest wins.
    pub fn inject(&self, fault: Fault) {
        self.server.faults.lock().push(fault);
    }

    /// Takes back every fault.
    pub fn clear_faults(&self) {
        self.server.faults.lock().clear();
    }

    /// The CodeSpar routes it answers in its dialect, as method and pattern.
    #[must_use]
    pub fn routes(&self) -> Vec<(&'static str, &'static str)> {
        routes::all(self.server.store.settings.dialect)
    }

    /// The CodeSpar routes that the service has and the sandbox answers with 501: method, pattern,
    /// and why it does not have them.
    #[must_use]
    pub fn routes_not_here(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        routes::not_here(self.server.store.settings.dialect)
    }

    /// Lets an event arrive for a tool call, such as `commerce.payment.refunded` for a charge or
    /// `commerce.kyc.review` for a verification; open status streams see it.
    ///
    /// For a charge of `/v1/charges`, named by its id or key, it is one of
    /// `commerce.charge.created`, `…payment_notified`, `…paid`, `…cancelled`, `…expired`, or
    /// `commerce.payment.failed` while the issuer has not registered it.
    ///
    /// Answers whether there is such a tool call or charge and whether that can happen to it.
    /// Webhook endpoints for the event are told.
    pub fn post_event(&self, id: &str, event_type: &str) -> bool {
        self.change(|state, now| {
            tracking::post(state, id, event_type, now) || settle::post(state, id, event_type, now)
        })
    }

    /// Pays an open charge, named by its id or key, as its buyer would: one of `/v1/charges`, or
    /// one that `codespar_charge` made. Answers whether there is such.
    ///
    /// Pays, too, an attempt of a collect link (`cla_…`), open or not: what comes after the
    /// attempt was closed is late, what comes after the link was paid is a duplicate. And a payment
    /// link (`pl_…`), and one call at a paywall (`pw_…`).
    pub fn pay(&self, reference: &str) -> bool {
        self.change(|state, now| {
            collect::lifecycle::pay(state, reference, now)
                || payment_links::payments::pay(state, reference, now)
                || paywalls::sales::pay(state, reference, now)
                || settle::pay(state, reference, now)
        })
    }

    /// Plays the person who lets a program act for them: gives the code with which the program, the
    /// client of this id, gets its tokens. `code_challenge` is of the method S256. None where no
    /// client has this id and this address.
    pub fn grant_oauth_code(
        &self,
        client_id: &str,
        redirect_uri: &str,
        code_challenge: &str,
    ) -> Option<String> {
        self.change(|state, now| oauth::grant(state, client_id, redirect_uri, code_challenge, now))
    }

    /// Decides about a payment that waits for a person, named by its approval id. Answers whether
    /// there is such.
    pub fn decide(&self, approval: &str, decision: Decision) -> bool {
        self.change(|state, now| approvals::decide(state, approval, decision, now))
    }

    /// Resumes a suspended agent, named by its DID, or the paused organization, named by its id:
    /// what no key may do. Answers whether there is such.
    pub fn resume(&self, did_or_organization: &str) -> bool {
        self.change(|state, now| match did_or_organization == ORGANIZATION {
            true => organizations::resume(state, now),
            false => agents::resume(state, did_or_organization, now),
        })
    }

    /// Says what became of a payment under a mandate that the rail did not answer or has not
    /// answered yet, named by its `attempt_id`; of a charge that its issuer did not answer for,
    /// named by its idempotency key, or by the attempt of a collect link; of a devolution that the
    /// rail did not answer, named by its id or key; or of such a transfer out of a wallet, named by
    /// its key, or by the number of the entry that holds its amount. Answers whether there is such.
    pub fn reconcile(&self, reference: &str, found: Reconciliation) -> bool {
        let settings = &self.server.store.settings;
        let was_issued = found == Reconciliation::Moved;
        let of_link = format!("collect:{reference}");
        self.change(|state, now| {
            let mut charge = |key| charges::reconcile(state, settings, key, was_issued, now);
            charge(reference)
                || charge(&of_link)
                || payment::reconcile(state, reference, found, now)
                || pix_devolutions::reconcile(state, reference, found, now)
                || withdrawal::reconcile(state, reference, found, now)
        })
    }

    /// Delivers an event to every active webhook endpoint for it, as if it had happened:
    /// `event_type` is its name, and `data` what it says. Answers how many endpoints there are.
    ///
    /// It does not wait for them: attempts are made beside, and repeated 1, 5, 30 and 120 minutes
    /// after a failure.
    pub fn deliver(&self, event_type: &str, data: serde_json::Value) -> usize {
        self.change(|state, now| {
            let mut projects: Vec<String> =
                state.endpoints.everywhere().map(|(project, _)| project.to_owned()).collect();
            projects.sort_unstable();
            projects.dedup();
            let deliver = |project: &String| {
                let event = Event { kind: event_type, source: "sandbox", data: data.clone() };
                events::emit(state, project, event, now).endpoints
            };
            projects.iter().map(deliver).sum()
        })
    }

    /// Delivers an event to this address, signed with this secret, whether an endpoint is
    /// registered for it or not: `event_type` is its name, and `data` what it says. Answers the
    /// event's id.
    ///
    /// The address is plain `http` to this machine; to any other nothing is sent. It does not wait,
    /// and repeats like [`deliver`](Self::deliver).
    pub fn deliver_to(
        &self,
        url: &str,
        secret: &str,
        event_type: &str,
        data: serde_json::Value,
    ) -> String {
        self.change(|state, now| {
            let event = Event { kind: event_type, source: "sandbox", data };
            events::send_to(state, (url, secret), event, now)
        })
    }

    /// Turns the clock of the sandbox forward: whatever is due by then happens, such as settling,
    /// expiring, and the next attempt of a delivery. Signatures of deliveries carry the real time
    /// all the same.
    pub fn advance(&self, by: Duration) {
        self.server.store.clock.turn(by);
        self.change(|_, _| ());
    }

    /// Changes what the sandbox remembers, after everything that was due before.
    fn change<T>(&self, change: impl FnOnce(&mut State, Now) -> T) -> T {
        let now = self.server.store.clock.read();
        let changed = {
            let mut state = self.server.store.state.lock();
            timers::run_due(&mut state, now);
            change(&mut state, now)
        };
        self.server.store.wake.notify_one();
        changed
    }
}

impl Builder {
    /// Starts the server on its own thread.
    ///
    /// # Errors
    ///
    /// When the port is taken or the thread cannot be started.
    pub fn start(self) -> io::Result<Sandbox> {
        Sandbox::launch(self.settings, self.port)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only when the thread has already ended.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}
