//! Bills, connections, catalogue and webhooks: arguments that cannot work.

use codespar_proto::{
    Currency, Json, Minor,
    cart::{CartCheckout, CartItem, ConnectNuvemshop, PriceCart},
    commerce_memory::{
        InteractionKind, ListInteractions, ListNegotiations, ListPreferences, NegotiationOutcome,
        PutPreference, RankCounterparties, RecordInteraction, RecordNegotiation,
        SummarizeCounterparties,
    },
    connections::ListConnections,
    counterparties::{CounterpartyKind, IdentifierKind, ListCounterparties, PutCounterparty},
    mcp_servers::{
        CreateMcpServer, NewMcpTool, UpdateMcpServer, UpdateMcpTool, UpstreamAuth,
        ValidateMcpServer,
    },
    payables::{
        AttributionInput, ItemInput, ListPayables, MinorInput, NewPayable, NumberInput, PartyInput,
        PayPayable, PayableChannel, PayableCheckCode, PayableDocType, PayableProvenance,
        PayableResolution, PersonalInput, Resolution, ReviewPayable, TextInput, TotalsInput,
    },
    types::DecimalText,
    webhook_endpoints::{
        CreateWebhookEndpoint, ListAllDeliveries, SimulateCondition, TriggerAction,
        TriggerActionKind, TriggerCondition, TriggerField, TriggerOperator, TriggerRule,
        UpdateWebhookEndpoint,
    },
};

use crate::check::{client_refuses as refuses, refused};

#[test]
fn ids_that_lead_elsewhere() {
    for id in ["", ".", ".."] {
        refused! {
            "counterparty_id": client => client.counterparties().get(id);
            "run_id": client => client.connections().engine_status(id);
            "connection_id": client => client.connections().subaccount_status(id);
            "connection_id": client => client.connections().revoke_subaccount(id);
            "mcp_server_id": client => client.mcp_servers().get(id);
            "mcp_server_id": client => client.mcp_servers().delete(id);
            "mcp_server_id": client =>
                client.mcp_servers().update(id, &UpdateMcpServer::default().active(true));
            "mcp_server_id": client =>
                client.mcp_servers().update_tool(id, "t", &UpdateMcpTool::default().active(true));
            "tool": client =>
                client.mcp_servers().update_tool("m", id, &UpdateMcpTool::default().active(true));
            "provider": client => client.providers().tools(id);
        }
    }
}

#[test]
fn carts() {
    let item = |quantity: u32| CartItem::new("v", quantity);
    let many = || vec![item(1); 51];
    refused! {
        "merchant": client => client.cart().price(&PriceCart::new("", vec![item(1)]));
        "items": client => client.cart().price(&PriceCart::new("m", vec![]));
        "items": client => client.cart().price(&PriceCart::new("m", many()));
        "items[1].quantity": client =>
            client.cart().price(&PriceCart::new("m", vec![item(99), item(100)]));
        "items[0].quantity": client => client.cart().price(&PriceCart::new("m", vec![item(0)]));
        "items[0].variant_id": client =>
            client.cart().price(&PriceCart::new("m", vec![CartItem::new(" ", 1_u32)]));
        "merchant": client => client.cart().checkout(&CartCheckout::of_page("", "https://x"));
        "url": client => client.cart().checkout(&CartCheckout::of_page("m", ""));
        "items": client => client.cart().checkout(&CartCheckout::new("m"));
        "items": client => client.cart().checkout(&CartCheckout::of_items("m", vec![]));
        "items[0].quantity": client =>
            client.cart().checkout(&CartCheckout::of_items("m", vec![item(100)]));
        "merchant_domain": client => client.cart().connect_nuvemshop(&ConnectNuvemshop::new(""));
    }
}

#[test]
fn counterparties() {
    let put = || PutCounterparty::new(CounterpartyKind::Customer, "n");
    let list = ListCounterparties::default;
    refused! {
        "limit": client => client.counterparties().list(&list().limit(0));
        "limit": client => client.counterparties().list(&list().limit(201));
        "identifier_kind": client => client.counterparties().list(&list().identifier("1"));
        "identifier": client =>
            client.counterparties().list(&list().identifier_kind(IdentifierKind::Cpf));
        "name": client =>
            client.counterparties().put(&PutCounterparty::new(CounterpartyKind::Customer, " "));
        "identifier_kind": client => client.counterparties().put(&put().identifier("1"));
        "identifier": client =>
            client.counterparties().put(&put().identifier("").identifier_kind(IdentifierKind::Cpf));
    }
}

#[test]
fn what_is_remembered() {
    let happened = |id: &str| RecordInteraction::new(id, InteractionKind::Order);
    let prefers = |key: &str| PutPreference::new("c", key, Json::default());
    let agreed =
        || RecordNegotiation::new("c", "i", Currency::BRL).outcome(NegotiationOutcome::Agreed);
    refused! {
        "limit": client =>
            client.commerce_memory().interactions(&ListInteractions::default().limit(501));
        "limit": client =>
            client.commerce_memory().preferences(&ListPreferences::default().limit(501));
        "limit": client =>
            client.commerce_memory().negotiations(&ListNegotiations::default().limit(0));
        "limit": client => client
            .commerce_memory()
            .counterparty_summary(&SummarizeCounterparties::default().limit(501));
        "limit": client =>
            client.commerce_memory().top_counterparties(&RankCounterparties::default().limit(51));
        "counterparty_id": client => client.commerce_memory().record_interaction(&happened(""));
        "currency": client => client
            .commerce_memory()
            .record_interaction(&happened("c").amount_minor(Minor::new(1)));
        "amount_minor": client => client
            .commerce_memory()
            .record_interaction(&happened("c").currency(Currency::BRL));
        "source_ref": client =>
            client.commerce_memory().record_interaction(&happened("c").source_ref(""));
        "preference_key": client => client.commerce_memory().put_preference(&prefers(""));
        "preference_key": client => client.commerce_memory().put_preference(&prefers("A b"));
        "confidence": client =>
            client.commerce_memory().put_preference(&prefers("k").confidence(1.5));
        "agreed_price_minor": client => client.commerce_memory().record_negotiation(&agreed());
        "item": client => client
            .commerce_memory()
            .record_negotiation(&RecordNegotiation::new("c", "", Currency::BRL));
    }
}

#[test]
fn mcp_servers() {
    let price = |text: &str| text.parse::<DecimalText>().unwrap();
    let tool = |name: &str, at: &str| NewMcpTool::new(name, price(at));
    let server = |slug: &str, url: &str, tools: Vec<NewMcpTool>| {
        CreateMcpServer::new(slug, "n", url, "c", tools)
    };
    let fine = || server("s", "https://x.test", vec![tool("t", "0.05")]);
    let url = "https://x.test";
    let change = UpdateMcpTool::default;
    refused! {
        "slug": client =>
            client.mcp_servers().create(&server("A", url, vec![tool("t", "1")]));
        "slug": client =>
            client.mcp_servers().create(&server(&"a".repeat(65), url, vec![tool("t", "1")]));
        "upstream_url": client =>
            client.mcp_servers().create(&server("s", "ftp://x", vec![tool("t", "1")]));
        "tools": client => client.mcp_servers().create(&server("s", url, vec![]));
        "tools": client =>
            client.mcp_servers().create(&server("s", url, vec![tool("t", "1"); 201]));
        "tools[0].tool_name": client =>
            client.mcp_servers().create(&server("s", url, vec![tool("", "1")]));
        "tools[0].price": client =>
            client.mcp_servers().create(&server("s", url, vec![tool("t", "0")]));
        "tools[0].price": client =>
            client.mcp_servers().create(&server("s", url, vec![tool("t", "0.0000001")]));
        "platform_fee_bps": client =>
            client.mcp_servers().create(&fine().platform_fee_bps(10_001_u32));
        "upstream_auth": client =>
            client.mcp_servers().create(&fine().upstream_auth(UpstreamAuth::new("h", "")));
        "upstream_url": client =>
            client.mcp_servers().validate(&ValidateMcpServer::new("tools"));
        "auth": client => client
            .mcp_servers()
            .validate(&ValidateMcpServer::new(url).auth(UpstreamAuth::new("", "v")));
        "mcp_server": client => client.mcp_servers().update("m", &UpdateMcpServer::default());
        "name": client =>
            client.mcp_servers().update("m", &UpdateMcpServer::default().name(""));
        "mcp_tool": client => client.mcp_servers().update_tool("m", "t", &change());
        "price": client =>
            client.mcp_servers().update_tool("m", "t", &change().price(price("-1")));
    }
}

const FROM: PayableProvenance = PayableProvenance::Pessoa;

fn minor(amount: i64) -> MinorInput {
    MinorInput::new(Minor::new(amount), FROM)
}

fn bill(supplier: &str, total: MinorInput, currency: &str) -> NewPayable {
    let supplier = PartyInput::new(PersonalInput::new(supplier, FROM));
    let totals = TotalsInput::new(total, TextInput::new(currency, FROM));
    NewPayable::new(PayableDocType::Invoice, supplier, totals)
}

#[test]
fn bills() {
    let fine = || bill("s", minor(1), "BRL");
    let text = |text: &str| TextInput::new(text, FROM);
    let lines = |quantity: f64, amount: i64| {
        let quantity = NumberInput::new(quantity, FROM);
        vec![ItemInput::new(text("d"), quantity, minor(amount), minor(1))]
    };
    let mut freight = fine();
    freight.totals = freight.totals.freight_minor(minor(-1));
    let mut named = fine();
    named.supplier = named.supplier.document(PersonalInput::new("", FROM));
    let upload = AttributionInput::new(PayableChannel::Upload);
    refused! {
        "supplier.name": client => client.payables().documents().create(&bill("", minor(1), "B"));
        "supplier.document": client => client.payables().documents().create(&named);
        "recipient.name": client => client.payables().documents().create(
            &fine().recipient(PartyInput::new(PersonalInput::new(" ", FROM)))
        );
        "totals.grand_total_minor": client =>
            client.payables().documents().create(&bill("s", minor(-1), "BRL"));
        "totals.grand_total_minor": client =>
            client.payables().documents().create(&bill("s", minor(1).confidence(2.0), "BRL"));
        "totals.currency": client => client.payables().documents().create(&bill("s", minor(1), ""));
        "totals.freight_minor": client => client.payables().documents().create(&freight);
        "due_date": client => client.payables().documents().create(&fine().due_date(text("")));
        "items[0].quantity": client =>
            client.payables().documents().create(&fine().items(lines(f64::NAN, 1)));
        "items[0].unit_amount_minor": client =>
            client.payables().documents().create(&fine().items(lines(1.0, -1)));
        "attribution.channel": client =>
            client.payables().documents().create(&fine().attribution(upload));
        "limit": client =>
            client.payables().documents().list_page(&ListPayables::default().limit(201));
        "mandate_id": client => client.payables().documents().pay("p", &PayPayable::new(""));
    }
}

#[test]
fn reviews() {
    let confirm = || {
        let how = PayableResolution::ConfirmRailBeneficiary;
        Resolution::new(PayableCheckCode::AmountMatchesRail, how)
    };
    let review = |it: Resolution| ReviewPayable::default().resolutions(vec![it]);
    refused! {
        "resolutions[0].confirmed_beneficiary_document": client =>
            client.payables().documents().review("p", &review(confirm()));
        "resolutions[0].confirmed_beneficiary_document": client => client
            .payables()
            .documents()
            .review("p", &review(confirm().confirmed_beneficiary_document("")));
    }
}

#[test]
fn conditions_and_actions() {
    let rule = |op: TriggerOperator, value: &str| {
        TriggerRule::new(TriggerField::Rail, op, Json::parse_str(value).unwrap())
    };
    let none = || TriggerCondition::new(vec![]);
    let one = |it: TriggerRule| TriggerCondition::new(vec![it]);
    let hook = || CreateWebhookEndpoint::new("n", "e", "https://a.test");
    let ask = || TriggerAction::new(TriggerActionKind::HumanReview);
    let mut nowhere = hook();
    nowhere.webhook_url = None;
    let change = UpdateWebhookEndpoint::default;
    refused! {
        "condition": client => client.webhook_endpoints().create(&hook().condition(none()));
        "condition": client => client
            .webhook_endpoints()
            .create(&hook().condition(one(rule(TriggerOperator::In, "\"pix\""))));
        "webhook_url": client => client.webhook_endpoints().create(&nowhere);
        "webhook_url": client => client.webhook_endpoints().create(&hook().action(ask()));
        "condition": client =>
            client.webhook_endpoints().update("trg_1", &change().condition(none()));
        "limit": client => client
            .webhook_endpoints()
            .all_deliveries_page(&ListAllDeliveries::default().limit(0));
        "limit": client => client.webhook_endpoints().dlq("trg_1", Some(201));
        "limit": client => client.connections().list(&ListConnections::default().limit(101));
        "event_type": client =>
            client.webhook_endpoints().simulate(&SimulateCondition::new(""));
        "condition": client => client
            .webhook_endpoints()
            .simulate(&SimulateCondition::new("e").condition(none()));
        "settings": client =>
            client.projects().update_settings("prj_1", &serde_json::json!({}));
    }
}
