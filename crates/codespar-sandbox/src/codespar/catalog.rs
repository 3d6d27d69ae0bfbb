//! The catalog: which servers there are and what they offer.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::store::settings::Settings;

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) id: Cow<'static, str>,
    pub(crate) name: Cow<'static, str>,
    pub(crate) category: &'static str,
    pub(crate) country: &'static str,
    pub(crate) auth_type: &'static str,
    tools: &'static [Tool],
}

pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) method: &'static str,
    pub(crate) endpoint: &'static str,
}

const fn server(
    id: &'static str,
    name: &'static str,
    category: &'static str,
    country: &'static str,
    auth_type: &'static str,
    tools: &'static [Tool],
) -> Server {
    let (id, name) = (Cow::Borrowed(id), Cow::Borrowed(name));
    Server { id, name, category, country, auth_type, tools }
}

const fn post(name: &'static str, about: &'static str, endpoint: &'static str) -> Tool {
    Tool { name, about, method: "POST", endpoint }
}

const fn get(name: &'static str, about: &'static str, endpoint: &'static str) -> Tool {
    Tool { name, about, method: "GET", endpoint }
}

#[rustfmt::skip]
const SERVERS: &[Server] = &[
    server("zoop", "Zoop", "payments", "BR", "api_key", &[
        post("create_transaction", "Create a card or Pix payment", "/v1/transactions"),
    ]),
    server("asaas", "Asaas", "payments", "BR", "api_key", &[
        post("create_payment", "Create a Pix, boleto or card payment", "/v3/payments"),
        get("get_payment", "Read a payment", "/v3/payments/{id}"),
    ]),
    server("celcoin", "Celcoin", "payments", "BR", "oauth", &[
        post("send_pix", "Send a Pix payment",
            "/baas-wallet-transactions-webservice/v1/pix/payment"),
    ]),
    server("stripe-acp", "Stripe", "payments", "US", "oauth", &[
        post("create_checkout", "Create a checkout for a card payment", "/v1/checkout/sessions"),
    ]),
    server("mercado-pago", "Mercado Pago", "payments", "BR", "oauth", &[
        post("create_payment", "Create a payment", "/v1/payments"),
    ]),
    server("conekta", "Conekta", "payments", "MX", "api_key", &[
        post("create_order", "Create an order with a payment", "/orders"),
    ]),
    server("wompi", "Wompi", "payments", "CO", "api_key", &[
        post("create_transaction", "Create a payment", "/v1/transactions"),
    ]),
    server("nuvem-fiscal", "Nuvem Fiscal", "fiscal", "BR", "oauth", &[
        post("emitir_nfse", "Issue an invoice for services", "/nfse"),
        post("emitir_nfe", "Issue an invoice for goods", "/nfe"),
    ]),
    server("facturapi", "Facturapi", "fiscal", "MX", "api_key", &[
        post("create_invoice", "Issue an invoice", "/v2/invoices"),
    ]),
    server("afip", "AFIP", "fiscal", "AR", "cert", &[
        post("create_voucher", "Issue an invoice", "/wsfev1"),
    ]),
    server("siigo", "Siigo", "erp", "CO", "api_key", &[
        post("create_invoice", "Issue an invoice", "/v1/invoices"),
    ]),
    server("omie", "Omie", "erp", "BR", "two_header", &[
        post("create_order", "Create a sales order", "/api/v1/produtos/pedido/"),
    ]),
    server("melhor-envio", "Melhor Envio", "logistics", "BR", "oauth", &[
        post("quote_shipment", "Quote a shipment", "/api/v2/me/shipment/calculate"),
    ]),
    server("skydropx", "Skydropx", "logistics", "MX", "api_key", &[
        post("quote_shipment", "Quote a shipment", "/v1/quotations"),
    ]),
    server("andreani", "Andreani", "logistics", "AR", "api_key", &[
        post("create_shipment", "Create a shipment", "/v2/ordenes-de-envio"),
    ]),
    server("coordinadora", "Coordinadora", "logistics", "CO", "api_key", &[
        post("create_shipment", "Create a shipment", "/guias"),
    ]),
    server("z-api", "Z-API", "messaging", "BR", "path_secret", &[
        post("send_text", "Send a WhatsApp message", "/send-text"),
    ]),
];

impl Server {
    /// A server that is not in the catalog of the sandbox. Nothing is known of it but its id.
    fn added(id: String) -> Self {
        let (id, name) = (Cow::Owned(id.clone()), Cow::Owned(id));
        let (category, country, auth_type) = ("unknown", "BR", "api_key");
        Self { id, name, category, country, auth_type, tools: &[] }
    }

    /// The names of the secrets that a connection needs.
    pub(crate) fn secrets(&self) -> &'static [&'static str] {
        match self.auth_type {
            "api_key" => &["api_key"],
            "path_secret" => &["instance_id", "instance_token"],
            "two_header" => &["app_key", "app_secret"],
            "cert" => &["certificate"],
            _ => &[],
        }
    }

    pub(crate) fn difficulty(&self) -> &'static str {
        match self.auth_type {
            "api_key" | "oauth" => "easy",
            "cert" => "hard",
            _ => "medium",
        }
    }

    pub(crate) fn row(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "pkg": format!("mcp-{}", self.id),
            "category": self.category,
            "country": self.country,
            "auth_type": self.auth_type,
            "tools_count": self.tools.len(),
            "description": format!("{} in the sandbox", self.name),
            "status": "available",
            "sandbox_available": true,
            "subaccount_provisionable": false,
            "engine_provisionable": false,
            "engine_status": null,
            "description_pt_br": null,
            "connect_fields": self.secrets().len(),
            "connectable": true,
        })
    }

    /// Its tools by name, with what they do.
    pub(crate) fn tool_rows(&self) -> Vec<Value> {
        let row = |tool: &Tool| json!({ "name": tool.name, "description": tool.about });
        self.tools.iter().map(row).collect()
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.id.contains(text) || self.name.to_lowercase().contains(text)
    }
}

/// Every server there is, those that were added last.
pub(crate) fn all(settings: &Settings) -> impl Iterator<Item = Server> {
    let added = settings.added_servers.iter().cloned().map(Server::added);
    SERVERS.iter().cloned().chain(added)
}

/// The server of this id.
pub(crate) fn find(settings: &Settings, id: &str) -> Option<Server> {
    all(settings).find(|server| server.id == id)
}

/// Tools whose description shares a word with the text, servers in order of the catalog.
pub(crate) fn search(text: &str) -> impl Iterator<Item = (&'static Server, &'static Tool)> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2)
        .map(str::to_lowercase)
        .collect();
    let tools =
        SERVERS.iter().flat_map(|server| server.tools.iter().map(move |tool| (server, tool)));
    tools.filter(move |(_, tool)| {
        let about = tool.about.to_lowercase();
        about.split(|c: char| !c.is_alphanumeric()).any(|word| words.iter().any(|it| it == word))
    })
}
