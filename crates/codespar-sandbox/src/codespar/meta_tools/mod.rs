//! The commerce tools, `codespar_*`: made-up and repeatable answers in the real shapes.

mod charge;
mod crypto_pay;
mod discover;
mod invoice;
mod issue;
mod kyc;
mod ledger;
mod list_tools;
mod manage_connections;
mod notify;
mod pay;
mod ship;
pub(crate) mod shop;
mod wallet;

use serde_json::{Value, json};

use crate::{
    codespar::{
        session::{execute::World, status::Tracking},
        sessions::SessionInfo,
    },
    server::{errors::Issue, json_object::Fields},
    store::effects::EffectKind,
};

/// One tool: what it is called, what it does, which members its input must have, and its code.
pub(crate) struct MetaTool {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    required: &'static [(&'static str, &'static str)],
    pub(crate) run: fn(&mut Desk<'_, '_>, &Fields) -> Result<Done, Failure>,
}

/// What a tool works with.
pub(crate) struct Desk<'a, 'w> {
    pub(crate) world: &'a mut World<'w>,
    pub(crate) session: &'a SessionInfo,
    /// The request's idempotency key, where it has one.
    pub(crate) key: Option<&'a str>,
}

/// What a tool has done.
pub(crate) struct Done {
    pub(crate) data: Value,
    pub(crate) server: String,
    pub(crate) tracking: Option<Tracking>,
}

/// Why a tool did not do it: `error` and `data` of its result.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: String,
    pub(crate) data: Value,
}

/// Every tool, with the members of its input that must be there and their JSON types.
const TOOLS: &[MetaTool] = &[
    MetaTool {
        name: "codespar_shop",
        about: "Search products and check out",
        required: &[("action", "string")],
        run: shop::run,
    },
    MetaTool {
        name: "codespar_wallet",
        about: "Balance and statement of a wallet",
        required: &[("action", "string")],
        run: wallet::run,
    },
    MetaTool {
        name: "codespar_pay",
        about: "Send money; amount in minor units",
        required: &[("action", "string")],
        run: pay::run,
    },
    MetaTool {
        name: "codespar_crypto_pay",
        about: "Send or receive crypto assets",
        required: &[("amount", "number"), ("currency", "string")],
        run: crypto_pay::run,
    },
    MetaTool {
        name: "codespar_issue",
        about: "Issue and control cards",
        required: &[("action", "string")],
        run: issue::run,
    },
    MetaTool {
        name: "codespar_checkout",
        about: "Charge a cart on a hosted page",
        required: &[("amount", "number"), ("currency", "string")],
        run: charge::checkout,
    },
    MetaTool {
        name: "codespar_charge",
        about: "Ask for money by Pix, boleto or card; amount in major units",
        required: &[
            ("amount", "number"),
            ("currency", "string"),
            ("method", "string"),
            ("description", "string"),
            ("buyer", "object"),
        ],
        run: charge::run,
    },
    MetaTool {
        name: "codespar_invoice",
        about: "Issue fiscal documents",
        required: &[("type", "string")],
        run: invoice::run,
    },
    MetaTool {
        name: "codespar_ship",
        about: "Quote, buy and track shipments",
        required: &[("action", "string")],
        run: ship::run,
    },
    MetaTool {
        name: "codespar_notify",
        about: "Send a message by WhatsApp, email or SMS",
        required: &[("channel", "string"), ("to", "string")],
        run: notify::run,
    },
    MetaTool {
        name: "codespar_kyc",
        about: "Verify a person or a company",
        required: &[("buyer", "object"), ("check_type", "string")],
        run: kyc::run,
    },
    MetaTool {
        name: "codespar_ledger",
        about: "Entries, balances, accounts and receipts",
        required: &[("action", "string")],
        run: ledger::run,
    },
    MetaTool {
        name: "codespar_discover",
        about: "Find the tool for a use case",
        required: &[("use_case", "string")],
        run: discover::run,
    },
    MetaTool {
        name: "codespar_manage_connections",
        about: "List connections and learn how to make one",
        required: &[],
        run: manage_connections::run,
    },
    MetaTool {
        name: "codespar_list_tools",
        about: "List the tools of this session",
        required: &[],
        run: list_tools::run,
    },
];

/// The tool of this name.
pub(crate) fn find(name: &str) -> Option<&'static MetaTool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

pub(crate) fn all() -> impl Iterator<Item = &'static MetaTool> {
    TOOLS.iter()
}

/// Whether a tool only tells about the session and so needs no mock.
pub(crate) fn is_metadata(name: &str) -> bool {
    ["codespar_list_tools", "codespar_discover", "codespar_manage_connections"].contains(&name)
}

impl MetaTool {
    pub(crate) fn schema(&self) -> Value {
        let properties: serde_json::Map<String, Value> = self
            .required
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), json!({ "type": kind })))
            .collect();
        let required: Vec<&str> = self.required.iter().map(|(name, _)| *name).collect();
        json!({ "type": "object", "properties": properties, "required": required })
    }
}

impl Desk<'_, '_> {
    /// A new id with this prefix.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        self.world.state.ids.with(prefix)
    }

    /// Writes down that something has left the building.
    pub(crate) fn effect(&mut self, kind: EffectKind, id: &str, minor: Option<i64>) {
        self.world.state.effects.add(kind, id, self.key, minor);
    }

    /// Lets a payment settle by itself.
    pub(crate) fn settling_payment(&mut self, id: &str, provider: &'static str) -> Tracking {
        let key = self.world.state.ids.uuid();
        let tracking = Tracking::payment(key, id, provider);
        tracking.settling(self.world.settings.settle_after, self.world.now)
    }
}

impl Done {
    /// Something done by this server, with nothing to wait for.
    pub(crate) fn by(server: &str, data: Value) -> Self {
        Self { data, server: server.to_owned(), tracking: None }
    }

    #[must_use]
    pub(crate) fn tracked(mut self, tracking: Tracking) -> Self {
        self.tracking = Some(tracking);
        self
    }
}

impl Failure {
    pub(crate) fn new(error: &str) -> Self {
        Self { error: error.to_owned(), data: Value::Null }
    }
}

impl From<Issue> for Failure {
    fn from(issue: Issue) -> Self {
        let details = json!({ "field": issue.field, "message": issue.message });
        Self {
            error: "invalid_args".to_owned(),
            data: json!({ "error": issue.message, "code": "invalid_args", "details": details }),
        }
    }
}
