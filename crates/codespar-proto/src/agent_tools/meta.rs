//! The 15 meta-tools, fully described: what they take, what they do, how much money they move.

use codespar_engine::{
    Describe, Effect, Json,
    describe::{SchemaOptions, Shape, schema},
};
use codespar_tools::{
    AmountRule, AmountRules,
    AmountUnit::{Major, Minor},
    CurrencyRule::{Argument, Undocumented},
    Money,
    operations::secret_names,
    plain_schema,
};
use serde_json::{Map, Value, json};

use crate::{
    agent_tools::{decimals, extra},
    meta_tools::{
        Charge, ChargeArgs, Checkout, CryptoPay, CryptoPayArgs, DiscoverArgs, InvoiceArgs,
        IssueArgs, IssuedCard, Kyc, KycArgs, LedgerArgs, NotifyArgs, Pay, PayArgs, ShipArgs,
        Shipment, ShopCheckout, ShopSearch, Wizard, WizardArgs,
    },
    operations::routes,
};

/// The names of the meta-tools.
pub const META_TOOLS: [&str; 15] = [
    "codespar_discover",
    "codespar_get_started",
    "codespar_manage_connections",
    "codespar_checkout",
    "codespar_pay",
    "codespar_wallet",
    "codespar_shop",
    "codespar_charge",
    "codespar_invoice",
    "codespar_ship",
    "codespar_notify",
    "codespar_crypto_pay",
    "codespar_kyc",
    "codespar_ledger",
    "codespar_issue",
];

/// A meta-tool as this crate knows it.
pub(super) struct MetaTool {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    /// What it takes; of two members with one name the first counts.
    takes: Vec<&'static Shape>,
    pub(super) effect: Effect,
    pub(super) money: Money,
    pub(super) secrets: Vec<String>,
}

/// Members that the call itself fills in, or that say nothing to a model.
const FILLED_IN: &[(&str, &str)] =
    &[("codespar_charge", "action"), ("codespar_charge", "idempotency_key")];

/// Members that are objects in the provider's form, of which the types here say nothing.
const OBJECTS: &[&str] = &["buyer", "metadata", "recipient", "shipping_address", "variables"];

/// Members whose unit the API leaves open, whatever the type here says.
const OPEN_UNITS: &[(&str, &str, &str)] = &[(
    "codespar_ship",
    "declared_value",
    "What one of it is worth, for the insurance. Unit not documented; carriers take major units.",
)];

/// What an operation does, as its row says.
fn effect(row: &str) -> Effect {
    let route = routes().find(|route| route.operation == row);
    route.map_or(Effect::MovesMoney, codespar_engine::kit::Route::effect)
}

fn one(path: &'static str, unit: codespar_tools::AmountUnit, currency: &'static str) -> AmountRule {
    AmountRule::new(path, unit, Argument(currency))
}

fn amounts(rule: AmountRule) -> Money {
    Money::Amounts(AmountRules::new(vec![rule], decimals))
}

/// The meta-tool of a name.
pub(super) fn meta_tool(name: &str) -> Option<MetaTool> {
    let tool = |title, row: &str, about| MetaTool {
        title,
        about,
        takes: Vec::new(),
        effect: effect(row),
        money: Money::None,
        secrets: Vec::new(),
    };
    Some(match name {
        "codespar_discover" => {
            tool("Find tools", "session.discover", "Finds the tools for a purpose.")
                .takes(&[DiscoverArgs::SHAPE])
        }
        "codespar_get_started" => MetaTool {
            effect: Effect::Reads,
            ..tool("Get started", "", "Explains how to set up an account and connections.")
        }
        .takes(&[extra::NONE]),
        "codespar_manage_connections" => tool(
            "Connections",
            "session.connection_wizard",
            "Lists the providers that are connected, and connects others.",
        )
        .takes(&[extra::CONNECTIONS, WizardArgs::SHAPE])
        .gives(Wizard::SHAPE),
        "codespar_checkout" => tool("Checkout", "", "Makes a page where a buyer pays for a cart.")
            .takes(&[extra::CHECKOUT])
            .moves(amounts(one("amount", Major, "currency"))),
        "codespar_pay" => tool(
            "Pay",
            "session.pay",
            "Pays somebody, or says how a payment stands. \
            A Pix payment is accepted first and settles later.",
        )
        .takes(&[extra::PAY, PayArgs::SHAPE])
        .gives(Pay::SHAPE)
        .moves(amounts(one("amount", Minor, "currency"))),
        "codespar_wallet" => tool(
            "Wallet",
            "",
            "Says what is in a consumer's wallet, or makes a code \
            to receive money into it.",
        )
        .takes(&[extra::WALLET])
        .moves(amounts(AmountRule::new("amount", Minor, Undocumented))),
        "codespar_shop" => tool(
            "Shop",
            "session.shop_checkout",
            "Searches shops, begins to buy, or \
            says how a checkout stands.",
        )
        .takes(&[extra::SHOP, ShopSearch::SHAPE, ShopCheckout::SHAPE])
        .gives(Checkout::SHAPE)
        .moves(Money::Unknown("the shop sets the price")),
        "codespar_charge" => tool(
            "Charge",
            "session.charge",
            "Charges a buyer by Pix, boleto, card or wallet, and gives what is paid with. A boleto \
            with a due date needs consumer_id and the buyer's document.",
        )
        .takes(&[ChargeArgs::SHAPE, extra::CHARGE])
        .gives(Charge::SHAPE)
        .moves(amounts(one("amount", Major, "currency"))),
        "codespar_invoice" => tool(
            "Invoice",
            "session.invoice",
            "Issues a fiscal invoice, says how one \
            stands, or corrects one.",
        )
        .takes(&[extra::INVOICE, InvoiceArgs::SHAPE])
        .moves(Money::Unknown("the unit of the amounts in its items is not documented")),
        "codespar_ship" => tool("Ship", "session.ship", "Quotes, buys or follows a shipment.")
            .takes(&[ShipArgs::SHAPE])
            .gives(Shipment::SHAPE)
            .moves(Money::Unknown("the carrier sets the price")),
        "codespar_notify" => {
            tool("Notify", "session.notify", "Sends a message by WhatsApp, e-mail or SMS.")
                .takes(&[NotifyArgs::SHAPE])
        }
        "codespar_crypto_pay" => tool(
            "Crypto payment",
            "session.crypto_pay",
            "Pays or is paid in a \
            crypto-asset, in the asset's own unit.",
        )
        .takes(&[extra::CRYPTO, CryptoPayArgs::SHAPE])
        .gives(CryptoPay::SHAPE)
        .moves(amounts(one("amount", Major, "currency"))),
        "codespar_kyc" => tool(
            "Verify a person",
            "session.kyc",
            "Verifies a person or a company, or says \
            how a verification stands.",
        )
        .takes(&[extra::KYC, KycArgs::SHAPE])
        .gives(Kyc::SHAPE),
        "codespar_ledger" => tool(
            "Ledger",
            "session.ledger",
            "Books an entry, opens an account, or looks \
            at balances and receipts.",
        )
        .takes(&[LedgerArgs::SHAPE])
        .moves(amounts(one("source[].amount", Minor, "asset").scale("scale"))),
        "codespar_issue" => tool(
            "Issue cards",
            "session.issue",
            "Issues a card, controls one, or says how \
            one stands.",
        )
        .takes(&[IssueArgs::SHAPE])
        .gives(IssuedCard::SHAPE)
        .moves(Money::Unknown("it is not documented what a card costs")),
        _ => return None,
    })
}

impl MetaTool {
    fn takes(mut self, shapes: &[&'static Shape]) -> Self {
        self.takes = shapes.to_vec();
        self
    }

    fn gives(mut self, shape: &'static Shape) -> Self {
        self.secrets = secret_names(shape);
        self
    }

    fn moves(mut self, money: Money) -> Self {
        self.money = money;
        self
    }

    /// What it takes, as JSON Schema: closed, with what the server lists besides.
    pub(super) fn schema(&self, name: &str, listed: Option<&Json>) -> Value {
        let mut properties = Map::new();
        let mut required: Vec<Value> = Vec::new();
        for shape in &self.takes {
            let own = schema(shape, SchemaOptions::new().inline().closed());
            add(&mut properties, &mut required, plain_schema(&own).unwrap_or_default());
        }
        if let Some(Ok(listed)) = listed.map(plain_schema) {
            let mut own = Vec::new();
            add(&mut properties, &mut own, listed);
        }
        for (_, member) in FILLED_IN.iter().filter(|(tool, _)| *tool == name) {
            properties.remove(*member);
        }
        for member in OBJECTS {
            if let Some(Value::Object(schema)) = properties.get_mut(*member) {
                if !schema.contains_key("type") && !schema.contains_key("anyOf") {
                    schema.insert("type".to_owned(), "object".into());
                }
            }
        }
        required.retain(|name| name.as_str().is_some_and(|name| properties.contains_key(name)));
        let mut whole = json!({
            "type": "object", "properties": properties, "required": required,
            "additionalProperties": false,
        });
        for (_, member, about) in OPEN_UNITS.iter().filter(|(tool, ..)| *tool == name) {
            describe(&mut whole, member, about);
        }
        whole
    }
}

/// Adds the members of a schema that are not known yet, and values of lists that are not.
fn add(properties: &mut Map<String, Value>, required: &mut Vec<Value>, mut schema: Value) {
    let names = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(Value::Object(own)) = schema.get_mut("properties").map(Value::take) else { return };
    for (name, property) in own {
        match properties.get_mut(&name) {
            Some(known) => add_values(known, &property),
            None => {
                if names.contains(&name.as_str().into()) {
                    required.push(name.as_str().into());
                }
                properties.insert(name, property);
            }
        }
    }
}

fn add_values(known: &mut Value, other: &Value) {
    let (Some(Value::Array(known)), Some(Value::Array(other))) =
        (known.get_mut("enum"), other.get("enum"))
    else {
        return;
    };
    let new: Vec<Value> = other.iter().filter(|value| !known.contains(value)).cloned().collect();
    known.extend(new);
}

/// Sets the description of each member of that name.
fn describe(schema: &mut Value, member: &str, about: &str) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                if let (true, Value::Object(schema)) = (name == member, &mut *value) {
                    schema.insert("description".to_owned(), about.into());
                }
                describe(value, member, about);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| describe(item, member, about)),
        _ => {}
    }
}
