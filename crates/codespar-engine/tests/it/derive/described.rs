//! What types say of themselves.

use std::{borrow::Cow, collections::BTreeMap};

use codespar_engine::{
    Answer, Args, Describe, Extra, Id, Json, Page, Sensitive, Timestamp, WireEnum,
    describe::{Kind, Member, Object, Scalar, Shape, Unit, ambiguous_names},
};
use serde::{Deserialize, Serialize};

/// How it is paid. The server may add to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Method {
    /// At once. Day and night.
    Pix,
    /// A slip.
    Boleto,
    /// Others.
    Other(Box<str>),
}

/// An id.
#[derive(Clone, Debug, PartialEq, Id)]
pub(crate) struct ChargeId(Cow<'static, str>);

/// An amount.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[serde(transparent)]
#[wire(minor)]
pub(crate) struct Amount(i64);

/// A decimal of somebody else's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[wire(number, major, personal)]
pub(crate) struct Price(Vec<std::net::IpAddr>);

/// What a buyer is charged. See [`Charge`].
#[derive(Clone, Debug, PartialEq, Args)]
pub(crate) struct CreateCharge {
    /// How much, e.g. `12550`, in **minor** units: R$ 125,50. Not less.
    #[wire(into)]
    pub(crate) amount: Amount,
    /// Who pays.
    pub(crate) buyer: Buyer,
    /// How it is paid.
    pub(crate) method: Option<Method>,
    /// Until when.
    #[wire(day)]
    #[serde(rename = "dueDate")]
    pub(crate) due_date: Option<String>,
    /// How long it waits
    /// at most.
    #[wire(seconds)]
    #[serde(default = "half_a_minute")]
    pub(crate) wait: u32,
    /// Its lines.
    #[wire(default)]
    pub(crate) lines: Vec<Line>,
    /// Whatever one likes.
    pub(crate) metadata: Option<Json>,
    pub(crate) silent: Option<bool>,
}

const fn half_a_minute() -> u32 {
    30
}

/// Who pays.
#[derive(Clone, Debug, PartialEq, Args)]
pub(crate) struct Buyer {
    /// The name.
    #[wire(personal)]
    pub(crate) name: String,
    /// The document.
    #[wire(secret, personal)]
    pub(crate) document: Option<String>,
    /// Codes.
    pub(crate) codes: Option<Vec<Sensitive>>,
}

/// A line, which may have lines.
#[derive(Clone, Debug, PartialEq, Args)]
pub(crate) struct Line {
    /// Shares, in percent.
    #[wire(percent)]
    pub(crate) shares: Vec<f64>,
    /// Below it.
    #[wire(default)]
    pub(crate) lines: Vec<Self>,
}

/// A charge.
#[derive(Clone, Debug, PartialEq, Answer)]
#[wire(tells("verdict" = verdict))]
pub(crate) struct Charge {
    /// Its id.
    pub(crate) id: ChargeId,
    /// When it was made.
    pub(crate) created_at: Option<Timestamp>,
    /// The code to pay with.
    pub(crate) code: Option<Sensitive>,
    /// How it is paid.
    #[serde(rename = "type")]
    pub(crate) method: Option<Method>,
    /// By name.
    #[wire(default)]
    pub(crate) prices: BTreeMap<String, Price>,
    /// The one it replaces.
    pub(crate) before: Option<Box<Self>>,
    /// Members this version has no field for.
    pub(crate) extra: Extra,
}

impl Charge {
    fn verdict(&self) -> &'static str {
        if self.code.is_some() { "open" } else { "done" }
    }
}

/// What serde reads and writes.
#[derive(Debug, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Own<'a, T: Clone> {
    /// The first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_one: Option<T>,
    /// The second.
    #[serde(borrow)]
    pub(crate) second: &'a str,
    /// Not on the wire.
    #[serde(skip)]
    pub(crate) _pause: std::time::Duration,
}

/// Two ways.
#[derive(Debug, Serialize, Deserialize, Describe)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Shop {
    /// Looks. Buys nothing.
    Search(Line),
    /// Buys.
    CheckOut {
        /// What.
        variant_id: String,
        /// How many.
        quantity: Option<u32>,
    },
    /// Stops.
    Cancel,
}

/// One or many.
#[derive(Debug, Serialize, Deserialize, Describe)]
#[serde(untagged)]
pub(crate) enum Secrets {
    /// One.
    One(Sensitive),
    /// Many.
    Named(BTreeMap<String, Sensitive>),
}

/// Which of two, and never another.
#[derive(Debug, Serialize, Deserialize, Describe)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Closed {
    /// The first.
    ThisOne,
    /// The second.
    #[serde(rename = "that")]
    ThatOne,
}

/// A description as text.
fn told(shape: &Shape) -> String {
    let mut text = String::new();
    tell(shape, 0, &mut text);
    text
}

fn words(unit: Option<Unit>, secret: bool, personal: bool) -> String {
    let unit = unit.map_or(String::new(), |unit| format!(" in {}", unit.as_str()));
    let secret = if secret { " secret" } else { "" };
    let personal = if personal { " personal" } else { "" };
    format!("{unit}{secret}{personal}")
}

fn tell(shape: &Shape, depth: usize, text: &mut String) {
    match shape {
        Shape::Scalar(it) => {
            *text += &format!("{}{}", it.kind.as_str(), words(it.unit, it.secret, it.personal));
        }
        Shape::Nullable(inner) | Shape::List(inner) | Shape::Page(inner) | Shape::Map(inner) => {
            *text += match shape {
                Shape::Nullable(_) => "null or ",
                Shape::List(_) => "list of ",
                Shape::Page(_) => "page of ",
                _ => "map of ",
            };
            tell(inner, depth, text);
        }
        Shape::Choice(it) => {
            let values: Vec<_> = it.values.iter().map(|it| (it.text, it.about)).collect();
            let open = if it.is_open { "open" } else { "closed" };
            *text += &format!("{} ({open}) {values:?}", it.name);
        }
        Shape::Object(it) if depth > 0 => *text += &format!("-> {}", it().name),
        Shape::Object(it) => members(it(), depth, text),
        Shape::OneOf(it) => {
            *text += &format!("{} by {:?}: {}", it().name, it().tag, it().about);
            for variant in it().variants {
                *text += &format!("\n  {} ({}): ", variant.name, variant.about);
                tell(variant.shape, 0, text);
            }
        }
        other => *text += &format!("{other:?}"),
    }
}

fn members(object: &Object, depth: usize, text: &mut String) {
    let open = if object.is_open { "open" } else { "closed" };
    *text += &format!("{} ({open}): {}", object.name, object.about);
    for it in object.members {
        let must = if it.required { "" } else { "?" };
        let words = words(it.unit(), it.is_secret(), it.is_personal());
        *text += &format!("\n  {}{must}{words}: {} = ", it.name, it.about);
        tell(it.shape, depth + 1, text);
    }
}

#[test]
fn arguments_are_told_in_order() {
    insta::assert_snapshot!(told(CreateCharge::SHAPE), @r#"
    CreateCharge (closed): What a buyer is charged
      amount in minor: How much, e.g. `12550`, in **minor** units: R$ 125,50 = integer in minor
      buyer: Who pays = -> Buyer
      method?: How it is paid = Method (open) [("pix", "At once"), ("boleto", "A slip")]
      dueDate? in day: Until when = string
      wait? in seconds: How long it waits at most = integer
      lines?: Its lines = list of -> Line
      metadata?: Whatever one likes = Any
      silent?:  = boolean
    "#);
    insta::assert_snapshot!(told(Buyer::SHAPE), @r#"
    Buyer (closed): Who pays
      name personal: The name = string
      document? secret personal: The document = string
      codes? secret: Codes = list of string secret
    "#);
    insta::assert_snapshot!(told(Line::SHAPE), @r#"
    Line (closed): A line, which may have lines
      shares in percent: Shares, in percent = list of number
      lines?: Below it = list of -> Line
    "#);
}

#[test]
fn answers_are_told_with_what_is_ours() {
    insta::assert_snapshot!(told(Charge::SHAPE), @r#"
    Charge (open): A charge
      id: Its id = string
      created_at? in timestamp: When it was made = string in timestamp
      code? secret: The code to pay with = string secret
      type?: How it is paid = Method (open) [("pix", "At once"), ("boleto", "A slip")]
      prices? in major personal: By name = map of number in major personal
      before?: The one it replaces = -> Charge
      verdict: What this library makes of it = Any
    "#);
}

#[test]
fn what_serde_reads_is_told() {
    insta::assert_snapshot!(told(Own::<u8>::SHAPE), @r#"
    Own (closed): What serde reads and writes
      firstOne?: The first = integer
      second: The second = string
    "#);
    insta::assert_snapshot!(told(Shop::SHAPE), @r#"
    Shop by Some("action"): Two ways
      search (Looks): Line (closed): A line, which may have lines
      shares in percent: Shares, in percent = list of number
      lines?: Below it = list of -> Line
      check_out (Buys): ShopCheckOut (closed): Buys
      variant_id: What = string
      quantity?: How many = integer
      cancel (Stops): Null
    "#);
    insta::assert_snapshot!(told(Secrets::SHAPE), @r#"
    Secrets by None: One or many
      One (One): string secret
      Named (Many): map of string secret
    "#);
    insta::assert_snapshot!(told(Closed::SHAPE), @r#"
    Closed (closed) [("THIS_ONE", "The first"), ("that", "The second")]
    "#);
}

/// Members whose types came through a macro, which puts them into groups that nobody sees.
macro_rules! grouped {
    ($($field:ident: $ty:ty),*) => {
        #[derive(Describe)]
        #[allow(dead_code, reason = "it is described only")]
        struct Grouped { $($field: $ty),* }
    };
}

grouped! { note: Option<String>, name: String }

#[test]
fn types_that_came_through_a_macro_are_told_as_others() {
    let Shape::Object(object) = Grouped::SHAPE else { unreachable!() };
    let required: Vec<_> = object().members.iter().map(|it| (it.name, it.required)).collect();
    assert_eq!(required, [("note", false), ("name", true)]);
}

#[test]
fn a_description_is_of_the_names_on_the_wire() {
    fn names(shape: &Shape) -> Vec<&'static str> {
        let Shape::Object(object) = shape else { panic!("no object: {shape:?}") };
        object().members.iter().map(|it| it.name).collect()
    }
    let charge =
        r#"{"id":"c1","created_at":"x","code":"y","type":"pix","prices":{},"before":null}"#;
    let charge: Charge = serde_json::from_str(charge).unwrap();
    let written: Json = Json::of(&charge).unwrap();
    let order = |name: &&str| written.as_str().find(&format!("\"{name}\":")).unwrap();
    assert!(names(Charge::SHAPE).is_sorted_by_key(order), "{}", written.as_str());
    assert_eq!(names(Charge::SHAPE).last(), Some(&"verdict"));
    let own = Own { first_one: Some(1), second: "b", _pause: std::time::Duration::ZERO };
    let written = Json::of(&own).unwrap();
    assert!(names(Own::<u8>::SHAPE).iter().all(|name| written.member(name).is_some()));
    let shop = Shop::CheckOut { variant_id: "v".to_owned(), quantity: None };
    let written = Json::of(&shop).unwrap();
    let Shape::OneOf(one_of) = Shop::SHAPE else { panic!("not one of several") };
    let tag = written.member(one_of().tag.unwrap()).unwrap().read::<String>().unwrap();
    assert_eq!(tag, one_of().variants[1].name);
    let closed = Json::of(&[Closed::ThisOne, Closed::ThatOne]).unwrap();
    let Shape::Choice(choice) = Closed::SHAPE else { panic!("no choice") };
    let texts: Vec<_> = choice.values.iter().map(|it| it.text).collect();
    assert_eq!(closed.read::<Vec<String>>().unwrap(), texts);
}

#[test]
fn types_of_others_have_shapes() {
    assert_eq!(told(<Option<Vec<&str>>>::SHAPE), "null or list of string");
    assert_eq!(told(<Box<BTreeMap<String, u64>>>::SHAPE), "map of integer");
    assert_eq!(told(<Page<Amount>>::SHAPE), "page of integer in minor");
    assert_eq!(told(<[Cow<'_, str>; 2]>::SHAPE), "list of string");
    assert_eq!(told(Price::SHAPE), "number in major personal");
    assert_eq!(told(Sensitive::SHAPE), "string secret");
    assert_eq!(told(Extra::SHAPE), "map of Any");
    assert_eq!(told(<()>::SHAPE), "Null");
    // What is no scalar counts nothing.
    assert_eq!(told(&Json::SHAPE.in_unit(Unit::Major).secret().personal()), "Any");
    assert_eq!(Scalar::new(Kind::Boolean), bool::SHAPE.scalar().unwrap());
}

mod other {
    use codespar_engine::Describe;

    /// Who pays.
    #[derive(Describe)]
    #[expect(dead_code, reason = "only its description is looked at")]
    pub(super) struct Line(u8);

    /// Another line.
    #[derive(Describe)]
    #[expect(dead_code, reason = "only its description is looked at")]
    pub(super) struct Buyer {
        /// The name.
        name: String,
    }
}

#[test]
fn two_types_of_one_name_are_found() {
    let all = [CreateCharge::SHAPE, Charge::SHAPE, Shop::SHAPE, Secrets::SHAPE, Closed::SHAPE];
    assert!(ambiguous_names(all).is_empty());
    // A newtype has no name of its own.
    assert!(ambiguous_names(all.into_iter().chain([other::Line::SHAPE])).is_empty());
    let again = all.into_iter().chain([other::Buyer::SHAPE]);
    assert_eq!(ambiguous_names(again), ["Buyer"]);
    let hidden: &Shape = &Shape::List(&Shape::Object(|| {
        const MEMBERS: &[Member] = &[Member::new("a", "", true, <Own<'_, u8>>::SHAPE)];
        const { &Object::new("Closed", "", false, MEMBERS) }
    }));
    assert_eq!(ambiguous_names(all.into_iter().chain([hidden])), ["Closed"]);
    // Of two types with parameters, one name is two things.
    assert_eq!(ambiguous_names([<Own<'_, u8>>::SHAPE, <Own<'_, bool>>::SHAPE]), ["Own"]);
}
