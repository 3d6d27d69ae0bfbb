//! What the derives write beside reading and writing: constructors, setters, handles, ids.

use std::{borrow::Cow, collections::BTreeMap, fmt::Debug};

use codespar_engine::{
    Answer, Args, Describe, Extra, Handle, Id, Json, Sensitive, WireEnum, describe::Shape,
    driver::Transport, kit::Members, testing::Replay,
};
use serde::{Serialize, de::DeserializeOwned};

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Id)]
struct SessionId(Cow<'static, str>);

/// An id of another form.
#[derive(Clone, Debug, PartialEq, Id)]
struct ShortId(Box<str>);

/// How it is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
enum Method {
    /// Pix.
    Pix,
    /// By card.
    CreditCard,
    /// Said by name.
    #[serde(rename = "TED")]
    Transfer,
    /// A value this version does not know.
    Unknown(Box<str>),
}

/// Everything that arguments may have.
#[derive(Clone, Debug, PartialEq, Args)]
struct Create {
    /// The session.
    #[wire(into)]
    session: SessionId,
    /// The price.
    price: u32,
    /// The name.
    name: String,
    /// A note.
    note: Option<String>,
    /// The code.
    code: Option<Sensitive>,
    /// The method.
    method: Option<Method>,
    /// Another method.
    #[serde(rename = "otherMethod")]
    #[wire(into)]
    other: Option<Method>,
    /// Lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lines: Vec<u8>,
    /// How long.
    #[serde(default = "half_a_minute")]
    seconds: u64,
    /// Ours alone.
    #[wire(no_setter)]
    action: Option<String>,
    /// A keyword.
    r#type: Option<String>,
    #[cfg(any())]
    never: DoesNotExist,
}

const fn half_a_minute() -> u64 {
    30
}

impl Create {
    fn action(self) -> Self {
        Self { action: Some("create".to_owned()), ..self }
    }
}

#[test]
fn arguments_are_made_from_what_is_required_and_set_by_name() {
    let args = Create::new("ses_1", 5, "n");
    assert_eq!(json(&args), r#"{"session":"ses_1","price":5,"name":"n","seconds":30}"#);
    let args = args
        .note("x")
        .code("s")
        .method(Method::Pix)
        .other("boleto")
        .lines(vec![1])
        .seconds(7)
        .action()
        .r#type("t");
    assert_eq!(
        json(&args),
        concat!(
            r#"{"session":"ses_1","price":5,"name":"n","note":"x","code":"s","method":"pix","#,
            r#""otherMethod":"boleto","lines":[1],"seconds":7,"action":"create","type":"t"}"#
        )
    );
    assert_eq!(serde_json::from_str::<Create>(&json(&args)).unwrap(), args);
    let least = r#"{"session":"ses_1","price":5,"name":"n"}"#;
    assert_eq!(serde_json::from_str::<Create>(least).unwrap(), Create::new("ses_1", 5, "n"));
}

mod other {
    use codespar_engine::Args;

    /// Has a constructor by purpose.
    #[derive(Clone, Debug, Default, PartialEq, Args)]
    #[wire(private_new)]
    pub(super) struct Pay {
        /// To whom.
        pub(super) to: String,
        /// How much.
        pub(super) amount: Option<u32>,
    }

    impl Pay {
        pub(super) fn to(to: &str) -> Self {
            Self::new(to)
        }
    }

    /// Has another `new`.
    #[derive(Clone, Debug, Default, PartialEq, Args)]
    #[wire(no_new)]
    pub(super) struct Refund {
        /// Of what.
        pub(super) of: String,
    }

    impl Refund {
        pub(super) fn new(number: u32) -> Self {
            Self { of: number.to_string() }
        }
    }
}

#[test]
fn constructors_can_be_the_types_own() {
    assert_eq!(json(&other::Pay::to("m").amount(3)), r#"{"to":"m","amount":3}"#);
    assert_eq!(json(&other::Refund::new(3)), r#"{"of":"3"}"#);
}

#[test]
fn texts_of_variants_follow_the_rule_of_the_enum() {
    let texts: Vec<_> = Method::KNOWN.iter().map(Method::as_str).collect();
    assert_eq!(texts, ["pix", "credit_card", "TED"]);
    assert_eq!(Method::from("x"), Method::Unknown("x".into()));
}

#[test]
fn ids_are_their_texts() {
    let id = SessionId::from("ses_1");
    assert_eq!((id.as_str(), id.to_string().as_str(), id.as_ref()), ("ses_1", "ses_1", "ses_1"));
    assert_eq!(
        (SessionId::from("ses_1".to_owned()), SessionId::from(&id)),
        (id.clone(), id.clone())
    );
    assert_eq!(json(&id), r#""ses_1""#);
    assert_eq!(serde_json::from_str::<SessionId>(r#""ses_1""#).unwrap(), id);
    let error = serde_json::from_str::<SessionId>("1").unwrap_err().to_string();
    assert_eq!(error, "invalid type: integer `1`, expected a string at line 1 column 1");
    assert_eq!(ShortId::from("a").as_str(), "a");
    let bytes = postcard::to_allocvec(&id).unwrap();
    assert_eq!(postcard::from_bytes::<SessionId>(&bytes).unwrap(), id);
}

#[derive(Clone)]
struct Client<T> {
    transport: T,
}

impl<T> Client<T> {
    const fn client(&self) -> &Self {
        self
    }
}

/// The charges (`/v1/charges`).
#[derive(Handle)]
#[handle(Client.charges)]
struct Charges<T = Replay> {
    client: Client<T>,
}

/// The refunds of charges.
#[derive(Handle)]
#[handle(Charges.refunds)]
struct Refunds<T> {
    client: Client<T>,
}

#[test]
fn handles_are_given_by_what_they_are_reached_from() {
    fn shown<T>(charges: &Charges<T>) -> String {
        format!("{charges:?}")
    }
    fn reached<T: Transport>(client: &Client<T>) -> Refunds<T> {
        client.charges().refunds().clone()
    }
    let client = Client { transport: Replay::new() };
    let charges: Charges = client.charges();
    assert_eq!(shown(&charges), "Charges { .. }");
    assert_eq!(format!("{:?}", reached(&client)), "Refunds { .. }");
    let _: &Replay = &reached(&client).client().transport;
}

/// A tree of things that have a price in several numbers.
#[derive(Clone, Debug, PartialEq, Answer)]
struct Tree<D, A = u8> {
    /// What it holds.
    value: D,
    /// Another.
    #[wire(default)]
    all: Vec<A>,
    /// Below.
    #[wire(default)]
    children: Vec<Self>,
    /// Members this version has no field for.
    extra: Extra,
}

/// Arguments with parameters.
#[derive(Clone, Debug, PartialEq, Args)]
struct Of<T>
where
    T: Clone,
{
    /// What.
    value: T,
    /// Above.
    parent: Option<Box<Self>>,
}

/// Arguments that borrow.
#[derive(Clone, Debug, PartialEq, Args)]
struct Borrowed<'a, 'b> {
    /// A text.
    text: &'a str,
    /// Another.
    other: Option<&'b str>,
}

#[test]
fn types_have_parameters() {
    let tree = r#"{"value":1,"all":["a"],"children":[{"value":2,"all":[],"children":[],"x":3}]}"#;
    roundtrip::<Tree<u64, String>>(tree);
    let whole: Tree<Json> = serde_json::from_str(r#"{"value":1.0,"children":null}"#).unwrap();
    assert_eq!((whole.value.as_str(), whole.all.len()), ("1.0", 0));
    assert_eq!(<Tree<u8> as Members>::NAMES, ["value", "all", "children"]);
    let of = Of::new(2_u8).parent(Box::new(Of::new(1)));
    roundtrip::<Of<u8>>(&json(&of));
    let text = String::from(r#"{"text":"a","other":"b"}"#);
    let read: Borrowed<'_, '_> = serde_json::from_str(&text).unwrap();
    assert_eq!(read, Borrowed::new("a").other("b"));
    assert!(matches!(Borrowed::SHAPE, Shape::Object(_)));
}

/// Names that generated code might have taken for itself.
mod names {
    use codespar_engine::{Answer, Args, Extra};

    pub(super) type Some = u8;
    pub(super) type Reader = u8;
    pub(super) type Result = u8;
    pub(super) type Value = u8;
    pub(super) type String = u8;

    /// Not the one of the prelude.
    #[derive(Clone, Debug, Default, PartialEq, Args)]
    pub(super) struct Option {
        /// A name.
        pub(super) members: Some,
    }

    /// All at once.
    #[derive(Clone, Debug, PartialEq, Answer)]
    pub(super) struct Taken {
        /// A name.
        pub(super) members: Reader,
        /// A name.
        pub(super) name: Result,
        /// A name.
        pub(super) map: Value,
        /// A name.
        pub(super) to: Some,
        /// A name.
        pub(super) from: Option2,
        /// A name.
        pub(super) kit: u8,
        /// A name.
        pub(super) slot_name: u8,
        /// A name.
        pub(super) text: String,
        /// Members this version has no field for.
        pub(super) extra: Extra,
    }

    /// And in arguments.
    #[derive(Clone, Debug, PartialEq, Args)]
    pub(super) struct TakenArgs {
        /// A name.
        pub(super) value: core::option::Option<u8>,
        /// A name.
        pub(super) members: Result,
        /// A name.
        pub(super) map: core::option::Option<u8>,
        /// A name.
        pub(super) name: Value,
        /// A name.
        pub(super) f: u8,
    }

    pub(super) type Option2 = Option;
}

#[test]
fn names_of_the_caller_are_the_callers() {
    roundtrip::<names::Taken>(concat!(
        r#"{"members":1,"name":2,"map":3,"to":4,"from":{"members":5},"kit":6,"#,
        r#""slot_name":7,"text":8,"_":9}"#
    ));
    let args = names::TakenArgs::new(1, 2, 3).value(4).map(5);
    assert_eq!(json(&args), r#"{"value":4,"members":1,"map":5,"name":2,"f":3}"#);
}

/// The type's own traits are not the derive's.
#[derive(Clone, PartialEq, Args)]
struct Buyer {
    /// The name.
    #[wire(personal)]
    name: String,
}

impl Debug for Buyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Buyer([redacted])")
    }
}

#[test]
fn debug_stays_the_types_own() {
    assert_eq!(format!("{:?}", Buyer::new("Maria")), "Buyer([redacted])");
    let map: BTreeMap<String, Buyer> = serde_json::from_str(r#"{"a":{"name":"Maria"}}"#).unwrap();
    assert_eq!(map["a"], Buyer::new("Maria"));
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

fn roundtrip<T: Serialize + DeserializeOwned>(text: &str) {
    assert_eq!(json(&serde_json::from_str::<T>(text).unwrap()), text);
}
