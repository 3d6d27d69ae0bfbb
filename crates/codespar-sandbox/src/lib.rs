//! A loopback server that speaks the CodeSpar and Upivia APIs in test mode.
//!
//! It is a double for tests and first steps: it answers in the shapes of the real service, keeps
//! what it is told in memory, moves no money and reaches no provider. It never binds anything but
//! loopback, and everything it knows is gone when it stops.
//!
//! ```
//! use codespar_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start()?;
//! println!("base URL {}, key {}", sandbox.base_url(), sandbox.api_key());
//! assert!(sandbox.requests().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What it does
//!
//! - Two dialects, [`Dialect::Managed`] and [`Dialect::SelfHosted`], chosen by the [`Builder`].
//!   They differ as the two real servers do: size of the create answer, event streams, error
//!   bodies, the routes there are.
//! - Declared mocks answer tools named `server/tool`, and come back as they were written: order of
//!   members and spelling of numbers included. A mock may be a refusal, which is handed out like
//!   any other: `success` is true, and its `data` says no. The catalog has 17 servers;
//!   [`Builder::server`] adds others.
//! - The commerce tools (`codespar_charge`, `codespar_pay`, …) give made-up, repeatable answers.
//! - `send` is answered by a small script without a model: a message that asks to charge an amount
//!   makes a charge, one that names a `server/tool` calls it, anything else is echoed.
//! - [`Sandbox::inject`] makes answers late, wrong, cut or missing; [`Sandbox::requests`] shows
//!   what arrived; [`Sandbox::effects`] counts what would have moved money.
//! - [`Sandbox::advance`] turns its clock, so that no test has to wait.
//!
//! # What a key does
//!
//! What the service does with it, and no more. A request that is sent twice where none is honoured
//! does its work twice, as it would in production: [`Effects::count_with_key`] shows it.
//!
#![doc = include_str!("what_a_key_does.md")]
//!
//! Two amounts fail on the way out, in spends, transfers and devolutions. R$ 6,66 is refused, and
//! the key is used up with it (409 `psp_attempt_conflict`, `withdrawal_failed`; that of a
//! devolution is not). Of R$ 6,67 nobody hears again: 502, and the same for the same key, or 409
//! `psp_attempt_uncertain` for the same attempt, until [`Sandbox::reconcile`] says what became of
//! it: a spend by its `attempt_id`, a transfer or a devolution by its key. In a batch of payables
//! the item stays `uncertain`, and what a payment of a wallet holds is ended by an entry that is
//! posted. A third, R$ 6,68 in a spend, takes its time: it is answered after
//! [`Builder::settle_after`] or as soon as [`Sandbox::reconcile`] says how it went, and meanwhile
//! the same attempt is told 409 `psp_attempt_in_flight`.
//!
//! The same two fail at the issuer of a boleto with a due date. R$ 6,66 ends as `ERROR`. Of R$ 6,67
//! the create is answered with 502, and no more than its key is taken: the same create finds
//! `issuance_unconfirmed: true` and no id, a read 409 `issuance_unconfirmed`, until
//! [`Sandbox::reconcile`] says, by the key, whether there is a charge. A charge whose key is the id
//! of another makes that a 409 `charge_reference_ambiguous`. Of `codespar_charge`, which has no
//! key, such a boleto is a failure (`provider_error`), and nothing is kept.
//!
//! # What settles
//!
//! A charge, a payment and a verification settle by themselves after [`Builder::settle_after`],
//! whether anybody looks or not.
//!
//! - What a tool has begun is told by its payment status and verification status.
//! - A charge of `/v1/charges` becomes `CONFIRMED`, `settled`. A boleto with a due date is
//!   `PROCESSING` at first; after half of that time (a second at most) it is registered: `PENDING`
//!   and payable.
//! - A devolution is `accepted` at first.
//! - [`Sandbox::pay`] pays a charge at once, [`Sandbox::post_event`] lets something else happen,
//!   and so does `POST /v1/test/charges/{id}/pay`, for which the charge has to be registered.
//!
//! # Selling
//!
//! Nobody buys by themselves. [`Sandbox::pay`] plays the buyer of an attempt of a collect link, of
//! a payment link, and of a call at a paywall.
//!
//! - An attempt to collect is `issuing` until its charge is registered. Whoever pays it once it is
//!   closed (expired, superseded, cancelled) pays late, and whoever pays when the link is paid pays
//!   twice: an exception, and a refund that is owed. What came late may be honored for three days;
//!   turn the clock for more. `test-pay` pays after [`Builder::settle_after`].
//! - While a payment of an attempt is under way (`test-pay`, or
//!   `commerce.charge.payment_notified`), or nobody knows whether its charge was issued, the
//!   attempt neither expires nor gives its place to another.
//! - The total of a link tells what goes wrong: R$ 6,66 is refused by the issuer (422), R$ 6,67
//!   stays `issuing` until [`Sandbox::reconcile`], and the test payer of R$ 6,68 fails for good
//!   (502).
//! - A hundredth of what a paywall earns is due to the service; its sweep transfers that. A
//!   transfer of 666 of the smallest units of USDC fails and stays due; at one of 667 the whole is
//!   a 503.
//! - Fees are measured once a month is over.
//! - [`Sandbox::grant_oauth_code`] plays the person who lets a program act for them.
//!
//! # What is in the books
//!
//! Wallets hold what was posted to them, and `/v1/account` adds it up.
//!
//! - A payment under a mandate is held in the wallet of its consumer (`wal_` and the id) and then
//!   debited or released. What the wallet lacks comes in first, as test money, in a test project;
//!   in a live one ([`Builder::test_mode`]) the payment is refused and its id stays free: 409
//!   `insufficient_funds`, of a bill 422.
//! - A charge that was paid is credited to its consumer's wallet, or else to the account's. A late
//!   payment (`POST /v1/test/charges/{id}/scenarios`) is not: the charge stays `expired`, while its
//!   `status` says `CONFIRMED`.
//! - What a payment link receives by Pix is credited to the account's wallet. What comes in on a
//!   chain, and what goes out by x402, `codespar_crypto_pay`, `codespar_pay` or in a batch of
//!   payables is in no wallet, and needs no money in a live project either. A transfer out of a
//!   wallet to an address on a chain (`0x…`) is debited like any other.
//! - An entry that is posted and undoes another needs one of its name (`attempt_id`, or else
//!   `external_ref`) in its wallet of which as much is left: 400 `invalid_body`. A release gives
//!   back a hold, a reversal takes back what came or went, a debit spends what its name holds.
//!   What a payment under way holds is not undone by hand.
//! - A transfer out of a wallet takes what is there: 409 `insufficient_funds`. Out of a consumer's
//!   it needs the mandate and its signature. Money comes in by `/v1/test`, by
//!   `/v1/account/fund/sandbox`, and by entries that are posted.
//! - A transfer of a consumer from one currency to another takes what it says out of the first;
//!   what that lacks comes in or is refused, as for a payment under a mandate. What arrives in the
//!   second is not in the books: there is no rate.
//! - A devolution takes money out of the wallet that received it, or brings back to it what it
//!   paid: in parts, up to what the payment was. The payment is one that `/v1/test/settle-pix-in`
//!   credited, one that a collect link of the consumer received, a spend by its `endToEndId`, a
//!   transfer, or an entry that was posted under such a reference. A direction that is wrong moves
//!   money the wrong way, as it would in production.
//! - Test money has its limits: 10 000 minor units at first and after a refill, three refills a
//!   São Paulo day, 1 000 000 at once.
//! - There is no chain: no wallet has an address there. What a bank says is held against the books
//!   a minute after its import.
//!
//! The code of every contact verification is `123456`: five tries, ten minutes, five codes an hour.
//! A subscription to the boletos of a document needs a mandate that names it, and becomes active
//! after [`Builder::settle_after`], with one boleto; the acquirer takes a seller after as long.
//!
//! # Payments that wait for a person
//!
//! A Pix under a mandate above the cap of one payment is held, and so is any above
//! [`Builder::approval_above`]: 403 with an `approval_id`, `approval_required` for the first (flat
//! body), `policy_denied` for the second (nested). The same `attempt_id` gets the same answer until
//! [`Sandbox::decide`] approves, denies or expires it, or lets it fail; 24 hours expire it too.
//! `GET /v1/approvals/{id}/status` tells, and `GET /v1/approvals` lists. A key that decides is
//! refused, as by the service. A transfer out of a wallet waits in the same way, under its
//! `idempotency_key`, where a policy wants a person. Of a payment of a wallet (402
//! `requires-approval`) no approval is opened, and nothing is held.
//!
//! # What is governed
//!
//! - Policies are asked in their order. Of those that are enabled and name the agent and the tool
//!   (a spend and a payment of a wallet are `codespar_pay`, a transfer is `wallet:withdraw`), the
//!   first that is `allow`, `deny` or `approval-required` decides, and `GET /v1/policy-evaluations`
//!   shows it. `budget`, `rate-limit` and `time-window` are kept and not judged: what their
//!   configuration says is not public.
//! - What is paid under a mandate counts against its caps whatever door it leaves by: spends,
//!   bills, transfers and payments of wallets. A Pix goes to the merchants that the mandate names
//!   by their keys; a wire and a transfer only to accounts that it names one by one. A signed
//!   mandate has to be presented as it was signed.
//! - A spend, a transfer and a payment of a wallet are refused while their agent is suspended or
//!   revoked. While the organization is paused nothing goes out: these, inbound devolutions,
//!   batches of bills, `codespar_pay`, `codespar_crypto_pay` and labels of `codespar_ship`; and no
//!   payment link is made. What was paid before is still answered, what holds money goes on, and so
//!   does what comes in. Keys stop, people let go on: [`Sandbox::resume`].
//! - A card for BR in BRL is there at once; one for US in USD waits for its holder, and for
//!   [`Builder::settle_after`]. It is bound to its mandate; no shop is played.
//! - A consent at a bank is authorised by its callback, with any code, and gives three entries
//!   once. An application for an account is approved after [`Builder::settle_after`].
//! - A transfer that others signed is looked at in all but its signature, of which only the form
//!   is; of `(signer, nonce)` there is one.
//! - The audit trail is written by all of this: linked, paged, verified, anchored when the anchors
//!   are listed, exported with a signature. It is never broken, so no incident is ever open.
//!
//! # Webhooks
//!
//! An endpoint may be at `http://127.0.0.1…`, `http://[::1]…` or `http://localhost…`, and only to
//! such is anything ever delivered; https elsewhere can be registered, and its deliveries fail with
//! `ssrf_blocked:sandbox`.
//!
//! - What happens is delivered to the active endpoints of the project for the event, to the letter:
//!   `commerce.charge.{created,paid,payment_notified,cancelled,expired}` for charges,
//!   `commerce.payment.*` and `commerce.kyc.*` as a tool call's status tells them, `collect.*` for
//!   links, attempts, payments and refunds, `approval.{pending,decided}`,
//!   `commerce.mandate.{granted,paused,resumed,revoked}`,
//!   `commerce.organization.{paused,resumed}`, `commerce.spend.{settled,failed}` with the end of an
//!   attempt, and of a Pix `commerce.pix_out.{succeeded,failed,unconfirmed}`,
//!   `commerce.payment.received`, `commerce.onboarding.proposal_approved`,
//!   `dda.subscription.activated`, `dda.boleto.registered`, `gate.paywall.charged`,
//!   `payable.rejected`, `proxy_call.succeeded`, `session.closed`,
//!   `tool_call.{succeeded,failed}`, `trigger.{delivery.failed,paused_automatically}`, and
//!   `wallet.balance.below` once when a balance falls below what the condition of an endpoint
//!   names. Other events of the service do not come by themselves: [`Sandbox::deliver`] delivers
//!   any to the endpoints for it, [`Sandbox::deliver_to`] to any address, signed with a secret of
//!   yours.
//! - `data` of a charge's event holds `payment_id`, `amount_minor`, `currency` and `rail`. A
//!   condition of an endpoint is compared with it; the action `pause_agent` suspends the agent, and
//!   that of `human_review` is only counted.
//! - Deliveries are signed. One that fails is repeated after 1, 5, 30 and 120 minutes of the
//!   sandbox's clock, five attempts in all, and is dead then: [`Sandbox::advance`] lets their time
//!   come. A redelivery begins with the second attempt. Five dead ones in a row pause an endpoint
//!   (`error`); how many the service lets pass is not known. What `test-fire` and `replay` send is
//!   not repeated; a test has `test`, `trigger_id` and `requested_at` in its `data`.
//!
//! # Bills
//!
//! A bill of `/v1/payables` is checked against what its boleto says: the amount under the bars, and
//! with a fine of 2 % and interest of 1 % for 30 days once its due date is over. A boleto that
//! begins with 999 goes to somebody else than the bill says. The first bill of a supplier waits for
//! a person: a review needs [`Sandbox::user_token`] in the header `x-codespar-user-token`. It is
//! paid under a mandate that names the boleto in its `merchant_allowlist`, once; what holds, fails
//! and stays unknown is as with any spend. A document, whatever is in it, says that R$ 189,90 are
//! due.
//!
//! # Beside a browser
//!
//! A page may make its visitor's browser send requests to this machine. So a request whose `Host`
//! is not this machine's is refused with 421, and one with an `Origin` with 403, before its body is
//! read. What is kept for [`Sandbox::requests`] is bounded by [`Builder::request_log`].
//!
//! # Upivia
//!
//! The Upivia API is served beside, under [`Sandbox::upivia_url`], with three credentials: an agent
//! key, a personal access token and a session cookie. What a route takes is checked as documented.
//!
//! - Service requests are executed at the prices of a small catalogue, unless policy, budget,
//!   [`Sandbox::upivia_decide`] or their own metadata say otherwise. A running one, a workflow run,
//!   a document and a publish request settle after [`Builder::settle_after`].
//! - A chat turn names an operation such as `email.send` to call it, a local tool to have it
//!   called, `delegate` to hand a task on, or `fail` to go wrong; anything else is echoed.
//! - The agents of a room answer after [`Builder::settle_after`], and those of a swarm speak round
//!   after round, at a cent each, until the cap of the room is reached: then it is `paused`. Where
//!   `human_input` is in what they are told, the first of them asks a person instead.
//! - A run whose input has `"sandbox": "failed"`, `"waiting_approval"` or `"waiting_input"` ends
//!   so, or waits; a step that failed can be retried or passed over.
//! - `simulations/policy-check` says what a service request would come to by the same policy.
//! - A presigned upload goes to the sandbox itself, and is refused when it carries credentials.
//! - Where the fields of an answer are not public, it holds what was sent and an `id`.
//!
//! # What it is not
//!
//! Quotas and the rules of single providers are not modelled. Where the service's own behaviour is
//! not known, the sandbox does the stricter thing: a boleto's key with another request is a
//! conflict, and an attempt whose approval was denied is used up.
//!
//! These routes of the service answer 501 with the code `not_in_sandbox`, and say why
//! ([`Sandbox::routes_not_here`]); what the service does not have either is a 404.
//!
#![doc = include_str!("not_here.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod builder;
mod codespar;
mod router;
mod sandbox;
mod server;
mod store;
pub mod transport_peer;
mod upivia;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use crate::{
    builder::Builder,
    codespar::{approvals::Decision, mandates::payment::Reconciliation},
    sandbox::Sandbox,
    server::{faults::Fault, log::ReceivedRequest},
    store::{
        effects::{Effect, EffectKind, Effects},
        settings::Dialect,
        verdict::Verdict,
    },
};
