//! The commerce tools, `codespar_*`: made-up and repeatable answers in the real shapes.

mod charge;
mod checkout;
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
pub(crate) mod tool;
mod wallet;

use crate::{codespar::meta_tools::tool::MetaTool, server::json_object::JsonObject};

/// Every tool, with the members of its input that must be there and their JSON types.
pub(crate) const TOOLS: &[MetaTool] = &[
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
        run: checkout::run,
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

/// Whether a call of a tool sends money or buys something; one whose action is not known counts as
/// such.
pub(crate) fn spends(name: &str, input: &JsonObject) -> bool {
    let does = |action| input.maybe_text("action").ok().flatten() == Some(action);
    match name {
        "codespar_pay" => !does("status"),
        "codespar_ship" => does("label"),
        name => name == "codespar_crypto_pay",
    }
}

/// Whether a tool only tells about the session and so needs no mock.
pub(crate) fn is_metadata(name: &str) -> bool {
    ["codespar_list_tools", "codespar_discover", "codespar_manage_connections"].contains(&name)
}

/// Tools that share words with an intent, best first, with the share of its words they have.
pub(crate) fn rank(intent: &str) -> Vec<(&'static MetaTool, f64)> {
    let intent = intent.to_lowercase();
    let words: Vec<&str> = intent.split_whitespace().filter(|word| word.len() > 2).collect();
    let mut hits: Vec<(&MetaTool, f64)> = all()
        .filter_map(|tool| {
            let text = format!("{} {}", tool.name, tool.about).to_lowercase();
            let shared = words.iter().filter(|word| text.contains(**word)).count();
            #[allow(clippy::cast_precision_loss)] // a handful of words
            let relevance = shared as f64 / words.len().max(1) as f64;
            (shared > 0).then_some((tool, relevance))
        })
        .collect();
    hits.sort_by(|a, b| b.1.total_cmp(&a.1));
    hits
}
