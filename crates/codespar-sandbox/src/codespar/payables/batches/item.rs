//! One payment of a batch.

use serde_json::{Value, json};

use crate::{
    codespar::{
        payment_rail::{self, RailAnswer},
        pix_code,
    },
    server::{
        errors::Refusal,
        json_object::{JsonObject, issue},
    },
    store::{
        ids::Ids,
        records::batch::{Carrier, Item},
    },
};

const CARRIERS: [&str; 3] = ["pix_key", "boleto_line", "br_code"];

impl Item {
    /// Reads an item that a person has typed.
    pub(crate) fn from_request(ids: &mut Ids, value: &Value) -> Result<Self, Refusal> {
        let fields = JsonObject::of(value);
        let carrier =
            carrier(&fields)?.ok_or_else(|| issue("items", "exactly one carrier each"))?;
        let stated = stated_amount(&fields)?;
        if matches!(carrier, Carrier::PixKey(_)) && stated.is_none() {
            return Err(issue("amount_minor", "a bare pix_key needs an amount").into());
        }
        let origin = json!({ "file_id": null, "page": null, "row": null, "kind": "manual" });
        let mut item = Self::new(ids, origin);
        item.carrier = Some(carrier);
        item.set_amount(stated);
        item.description = fields.echo("description");
        item.reference = fields.echo("reference");
        item.resolve();
        Ok(item)
    }

    /// An item found in a file: a boleto on a page, or a row of a table.
    pub(crate) fn from_file(ids: &mut Ids, origin: Value, carrier: &Value) -> Self {
        let mut item = Self::new(ids, origin);
        item.carrier = self::carrier(&JsonObject::of(carrier)).ok().flatten();
        item.set_amount(carrier.get("amount_minor").and_then(Value::as_i64));
        item.resolve();
        item
    }

    fn new(ids: &mut Ids, origin: Value) -> Self {
        Self {
            id: ids.with("pbl"),
            origin,
            carrier: None,
            state: "resolving",
            amount_minor: None,
            amount_source: None,
            description: Value::Null,
            reference: Value::Null,
            payment: Value::Null,
        }
    }

    /// Changes what the request names; null takes a value away.
    pub(crate) fn change(&mut self, fields: &JsonObject) -> Result<(), Refusal> {
        if CARRIERS.iter().any(|name| fields.get(name).is_some()) {
            self.carrier = carrier(fields)?;
        } else if CARRIERS.iter().any(|name| fields.has(name)) {
            self.carrier = None;
        }
        if fields.has("amount_minor") {
            let stated = stated_amount(fields)?;
            self.amount_source = None;
            self.amount_minor = None;
            self.set_amount(stated);
        }
        if fields.has("description") {
            fields.maybe_text("description")?;
            self.description = fields.echo("description");
        }
        match fields.maybe_bool("excluded")? {
            Some(true) => self.state = "excluded",
            Some(false) if self.state == "excluded" => self.state = "resolving",
            _ => {}
        }
        if self.state != "excluded" {
            self.resolve();
        }
        Ok(())
    }

    fn set_amount(&mut self, stated: Option<i64>) {
        if let Some(minor) = stated {
            self.amount_minor = Some(minor);
            self.amount_source = Some("stated_by_person");
        }
    }

    /// Fills in the amount that the carrier states, and sees whether anything is missing.
    fn resolve(&mut self) {
        let carried = match &self.carrier {
            Some(Carrier::BrCode(code)) => pix_code::amount(code).map(|it| (it.minor(), "br_code")),
            Some(Carrier::BoletoLine(line)) => boleto_amount(line).map(|it| (it, "rail_quote")),
            _ => None,
        };
        if let (Some((minor, source)), None) = (carried, self.amount_minor) {
            self.amount_minor = Some(minor);
            self.amount_source = Some(source);
        }
        self.state = if self.missing().is_empty() { "ready" } else { "needs_complement" };
    }

    fn missing(&self) -> Vec<&'static str> {
        let amount = self.amount_minor.is_none().then_some("amount");
        let destination = self.carrier.is_none().then_some("destination");
        amount.into_iter().chain(destination).collect()
    }

    /// Whether it is among what is to be paid or has been.
    pub(crate) fn counts(&self) -> bool {
        ["ready", "dispatching", "executed", "refused", "uncertain"].contains(&self.state)
    }

    /// What the made-up rail says to it.
    pub(crate) fn send(&self) -> RailAnswer {
        payment_rail::send(self.amount_minor.unwrap_or_default())
    }

    /// What the hash of the list covers.
    pub(crate) fn fingerprint(&self) -> Value {
        json!([self.id, self.amount_minor, self.destination(), self.state == "excluded"])
    }

    pub(crate) fn row(&self, position: usize) -> Value {
        let rail = self.carrier.as_ref().map(Carrier::rail);
        json!({
            "item_id": self.id,
            "position": position,
            "origin": self.origin,
            "rail": rail,
            "state": self.state,
            "missing": self.missing(),
            "destination": self.destination(),
            "amount_minor": self.amount_minor,
            "amount_source": self.amount_source,
            "description": self.description,
            "reference": self.reference,
            "checks": self.checks(),
            "payment": self.payment,
        })
    }

    fn destination(&self) -> Value {
        let Some(carrier) = &self.carrier else { return Value::Null };
        let boleto = matches!(carrier, Carrier::BoletoLine(_));
        json!({
            "kind": carrier.kind(),
            "display": carrier.display(),
            "beneficiary_name": "Pessoa de Teste",
            "beneficiary_document_masked": "***.456.789-**",
            "due_date": boleto.then_some("2030-01-31"),
        })
    }

    fn checks(&self) -> Value {
        if self.carrier.is_none() {
            return json!([]);
        }
        json!([{
            "code": "destination_resolved", "status": "pass", "message": "ok", "simulated": true,
        }])
    }
}

impl Carrier {
    fn rail(&self) -> &'static str {
        match self {
            Self::BoletoLine(_) => "boleto",
            Self::PixKey(_) | Self::BrCode(_) => "pix",
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::BoletoLine(_) => "boleto",
            Self::PixKey(_) => "pix_key",
            Self::BrCode(_) => "br_code_static",
        }
    }

    /// The first characters; the rest is nobody's business.
    fn display(&self) -> String {
        let (Self::BoletoLine(text) | Self::PixKey(text) | Self::BrCode(text)) = self;
        text.chars().take(4).chain("…".chars()).collect()
    }
}

/// The one carrier that the fields name, none when they name none.
fn carrier(fields: &JsonObject) -> Result<Option<Carrier>, Refusal> {
    let pix_key = fields.maybe_text("pix_key")?.map(|it| Carrier::PixKey(it.to_owned()));
    let boleto = fields.maybe_text("boleto_line")?.map(|it| Carrier::BoletoLine(it.to_owned()));
    let br_code = fields.maybe_text("br_code")?.map(|it| Carrier::BrCode(it.to_owned()));
    let mut named = [pix_key, boleto, br_code].into_iter().flatten();
    let first = named.next();
    if named.next().is_some() {
        return Err(issue("items", "exactly one carrier each").into());
    }
    Ok(first)
}

fn stated_amount(fields: &JsonObject) -> Result<Option<i64>, Refusal> {
    match fields.maybe_integer("amount_minor")? {
        Some(minor) if minor <= 0 => Err(issue("amount_minor", "must be positive").into()),
        minor => Ok(minor),
    }
}

/// The amount in a boleto's line: its last ten digits, in minor units.
fn boleto_amount(line: &str) -> Option<i64> {
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    let amount: i64 = digits.get(digits.len().checked_sub(10)?..)?.parse().ok()?;
    (amount > 0).then_some(amount)
}
