//! How the hash of a receipt is made: the recipe that is served as data, and what it makes of a
//! receipt.

use std::collections::BTreeMap;

use codespar_engine::Json;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::verify::{
    members::{Members, strict},
    receipt::{
        canonical::{exact, hash},
        sent::HIDDEN,
        verdict::CannotRecompute,
    },
};

/// The recipe of the hash of receipts.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    /// The member that has the version.
    version: String,
    /// What stands behind the name of a member that is left out when it is missing or null.
    optional: String,
    links: Vec<Link>,
}

#[derive(Clone, Debug, Deserialize)]
struct Link {
    /// The member of the receipt that it is made of.
    from: String,
    when: String,
    #[serde(default)]
    fields: Option<Vec<String>>,
    #[serde(default)]
    fields_by_version: Option<BTreeMap<String, Vec<String>>>,
}

/// More links, or more members of one, are no recipe: what is hashed would have no bound.
const MOST: usize = 64;

impl Link {
    fn is_bounded(&self) -> bool {
        let by_version = self.fields_by_version.iter().flat_map(BTreeMap::values);
        self.fields.iter().chain(by_version).all(|fields| fields.len() <= MOST)
    }
}

/// What a recipe has for a receipt: which links, and which members of each.
pub(super) struct Plan<'a> {
    recipe: &'a Recipe,
    version: u64,
    links: Vec<(&'a str, &'a [String])>,
    /// What has a link that this receipt's version has not.
    passed_over: Vec<&'a str>,
}

/// Whether a digest is made as it is here.
pub(super) fn is_known_digest(recipe: &Members) -> bool {
    let text = |name: &str| recipe.get(name).and_then(strict::<String>).unwrap_or_default();
    let (canonical, digest) = (text("canonicalization"), text("digest").to_lowercase());
    canonical.contains("RFC 8785")
        && digest.contains("sha-256")
        && digest.contains("hex")
        && !digest.contains("upper")
}

impl Recipe {
    /// Reads the recipe as it is served.
    pub(super) fn read(json: &Json) -> Result<Self, CannotRecompute> {
        let unknown = CannotRecompute::UnknownRecipe;
        let mut recipe = Members::parse(json.as_str().as_bytes()).ok_or(unknown)?;
        let mut version = recipe
            .json("version")
            .ok_or(unknown)
            .and_then(|json| Members::parse(json.as_str().as_bytes()).ok_or(unknown))?;
        let read = Self {
            version: version.take("field").ok_or(unknown)?,
            optional: recipe.take("optional_marker").ok_or(unknown)?,
            links: recipe.take("links").ok_or(unknown)?,
        };
        let is_whole = !read.optional.is_empty() && !read.links.is_empty();
        let is_bounded = read.links.len() <= MOST && read.links.iter().all(Link::is_bounded);
        (is_whole && is_bounded && is_known_digest(&recipe)).then_some(read).ok_or(unknown)
    }

    /// The recipe of October 2026, for a document that has none.
    pub(super) fn known() -> Self {
        let link = |from: &str, when: &str, fields: &[&str]| Link {
            from: from.to_owned(),
            when: when.to_owned(),
            fields: Some(fields.iter().map(|&name| name.to_owned()).collect()),
            fields_by_version: None,
        };
        let of_mandate = |signature: &str| {
            ["id", "nonce", "scope", "currency", signature].map(str::to_owned).to_vec()
        };
        let by_version = [("1", "sig"), ("2", "sig"), ("3", "sig"), ("4", "sig_sha256")];
        let by_version = by_version.map(|(version, sig)| (version.to_owned(), of_mandate(sig)));
        Self {
            version: "chain_version".to_owned(),
            optional: "?".to_owned(),
            links: vec![
                Link {
                    fields: None,
                    fields_by_version: Some(by_version.into_iter().collect()),
                    ..link("mandate", "always", &[])
                },
                link("quote", "quote is not null", &QUOTE),
                link("approval", "chain_version is 4", &["items_hash", "batch_hash"]),
                link("payment", "always", &PAYMENT),
                link("delivery", "delivery is not null", &DELIVERY),
            ],
        }
    }

    /// What it has for this receipt.
    pub(super) fn plan(&self, receipt: &Members) -> Result<Plan<'_>, CannotRecompute> {
        let version: u64 = receipt
            .get(&self.version)
            .and_then(strict)
            .filter(|version| *version > 0)
            .ok_or(CannotRecompute::UnknownVersion)?;
        let mut plan = Plan { recipe: self, version, links: vec![], passed_over: vec![] };
        for link in &self.links {
            if !self.applies(link, receipt, version)? {
                plan.passed_over.push(&link.from);
                continue;
            }
            let by_version = || link.fields_by_version.as_ref()?.get(&version.to_string());
            let fields = link.fields.as_ref().or_else(by_version);
            plan.links.push((&link.from, fields.ok_or(CannotRecompute::UnknownVersion)?));
        }
        Ok(plan)
    }

    fn applies(
        &self,
        link: &Link,
        receipt: &Members,
        version: u64,
    ) -> Result<bool, CannotRecompute> {
        let when = link.when.as_str();
        if when == "always" {
            return Ok(true);
        }
        if when.strip_suffix(" is not null") == Some(&link.from) {
            return Ok(receipt.get(&link.from).is_some());
        }
        let of_version = when.strip_prefix(self.version.as_str());
        let of_version = of_version.and_then(|rest| rest.strip_prefix(" is "));
        match of_version.and_then(|number| number.parse::<u64>().ok()) {
            Some(number) => Ok(number == version),
            None => Err(CannotRecompute::UnknownClause),
        }
    }
}

const QUOTE: [&str; 7] = ["seller", "resource", "price_minor", "payee", "session_id", "sig", "at"];
const PAYMENT: [&str; 13] = [
    "rail",
    "provider",
    "tx_id",
    "amount_minor",
    "attempt_id",
    "money_moved",
    "at",
    "amount_atomic?",
    "amount_authorized?",
    "amount_charged?",
    "amount_refunded?",
    "metering?",
    "sandbox?",
];
const DELIVERY: [&str; 5] = ["result", "proof", "kind", "nfe_chave", "at"];

impl Plan<'_> {
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// The hash of the receipt.
    pub(super) fn hash(&self, receipt: &Members) -> Result<String, CannotRecompute> {
        let links = self.links.iter().map(|(from, fields)| self.link(receipt, from, fields));
        let links: Value = links.collect::<Result<_, _>>()?;
        let whole = Map::from_iter([
            ("v".to_owned(), Value::from(self.version)),
            ("links".to_owned(), links),
        ]);
        hash(&Value::Object(whole)).ok_or(CannotRecompute::UnknownRecipe)
    }

    fn link(
        &self,
        receipt: &Members,
        from: &str,
        fields: &[String],
    ) -> Result<Value, CannotRecompute> {
        let missing = CannotRecompute::MissingMember;
        let object = receipt.get(from).and_then(|json| Members::parse(json.as_str().as_bytes()));
        let object = object.ok_or(missing)?;
        let mut link = Map::new();
        for field in fields {
            let json = match field.strip_suffix(self.recipe.optional.as_str()) {
                Some(name) => object.get(name).map(|json| (name, json)),
                // Whoever may not spend is not shown it; a typed receipt has null for it then.
                None if from == "mandate" && field == "sig" => {
                    let sig = object.get(field).filter(|sig| !is_hidden(sig));
                    Some((field.as_str(), sig.ok_or(CannotRecompute::NoMandateSig)?))
                }
                None => Some((field.as_str(), object.get_or_null(field).ok_or(missing)?)),
            };
            if let Some((name, json)) = json {
                let value = exact(json).ok_or(CannotRecompute::InexactNumber)?;
                link.insert(name.to_owned(), value);
            }
        }
        Ok(Value::Object(link))
    }

    /// Whether the receipt shows something that its version does not seal, and a later one does.
    pub(super) fn shows_unsealed(&self, receipt: &Members) -> bool {
        self.passed_over.iter().any(|from| receipt.get(from).is_some())
    }

    /// Whether a member is sealed, if it is there.
    pub(super) fn seals(&self, from: &str, name: &str) -> bool {
        let bare = |field: &str| -> bool {
            field.strip_suffix(self.recipe.optional.as_str()).unwrap_or(field) == name
        };
        self.links.iter().any(|link| link.0 == from && link.1.iter().any(|field| bare(field)))
    }

    /// The names of the members that are shown and that it does not seal.
    pub(super) fn unsealed(&self, receipt: &Members) -> Vec<String> {
        let mut names = Vec::new();
        for (from, json) in receipt.iter().filter(|(_, json)| !json.is_null()) {
            let is_link = self.links.iter().any(|link| link.0 == from);
            match Members::parse(json.as_str().as_bytes()) {
                Some(object) if is_link => {
                    let shown = object.iter().filter(|(_, json)| !json.is_null());
                    let unsealed = shown.filter(|(name, _)| !self.seals(from, name));
                    names.extend(unsealed.map(|(name, _)| format!("{from}.{name}")));
                }
                _ if ENVELOPE.contains(&from) || from == self.recipe.version => {}
                _ => names.push(from.to_owned()),
            }
        }
        names
    }
}

/// What is around the links: signed, or a signature itself.
const ENVELOPE: [&str; 5] =
    ["receipt_id", "chain", "receipt_sig", "receipt_sig_ed25519", "receipt_sig_kid"];

fn is_hidden(json: &Json) -> bool {
    strict::<String>(json).is_some_and(|text| text == HIDDEN)
}
