//! Values for logs: what is shown of them, and what is not.

use codespar_engine::{
    Answer, Args, Describe, Extra, Json, Page, Sensitive, WireEnum,
    describe::{OneOf, Shape, Variant},
    redacted,
};
use serde::Serialize;
use serde_json::{Value, json};

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It is made.
    Made,
    /// A value this version does not know.
    Other(Box<str>),
}

/// Who pays.
#[derive(Clone, Debug, PartialEq, Args)]
struct Payer {
    /// The name.
    #[wire(personal)]
    name: String,
    /// The country.
    country: Option<String>,
}

/// One of its lines.
#[derive(Clone, Debug, PartialEq, Answer)]
struct Line {
    /// How many.
    count: u32,
    /// A key.
    key: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What is made.
#[derive(Clone, Debug, PartialEq, Answer)]
struct Order {
    /// Its id.
    id: String,
    /// How it stands.
    state: Option<State>,
    /// What it is paid with.
    code: Option<Sensitive>,
    /// Whether it is paid.
    paid: Option<bool>,
    /// Its lines.
    #[wire(default)]
    lines: Vec<Line>,
    /// The provider's own answer.
    raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn of(value: &(impl Serialize + Describe + ?Sized)) -> Value {
    redacted(value).unwrap().to_value()
}

#[test]
fn what_is_described_is_shown_unless_it_is_secret() {
    let order = json!({"id": "o1", "state": "new", "code": "0002", "paid": null,
        "lines": [{"count": 2, "key": "k", "note": "n"}, {"count": 3, "key": null}],
        "raw": {"pix": "0002"}, "buyer": {"name": "Maria"}, "gone": null});
    let order: Order = serde_json::from_value(order).unwrap();
    let hidden = "[redacted]";
    let shown = json!({"id": "o1", "state": "new", "code": hidden, "paid": null,
        "lines": [{"count": 2, "key": hidden, "note": hidden}, {"count": 3, "key": null}],
        "raw": hidden, "buyer": hidden, "gone": null});
    assert_eq!(of(&order), shown);
    let page = Page::new(vec![order], Some("c1".to_owned()));
    assert_eq!(of(&page), json!({"items": [shown], "next": "c1"}));
    let payer = Payer::new("Maria").country("BR");
    assert_eq!(of(&payer), json!({"name": hidden, "country": "BR"}));
    assert_eq!(of(&Sensitive::from("0002")), hidden);
    assert_eq!(of(&Json::parse_str("[1]").unwrap()), hidden);
}

/// Either of two.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Either {
    Payer(Payer),
    Line { count: u32, name: String },
}

impl Describe for Either {
    const SHAPE: &'static Shape = &Shape::OneOf(|| {
        const VARIANTS: &[Variant] =
            &[Variant::new("payer", "", Payer::SHAPE), Variant::new("line", "", Line::SHAPE)];
        const { &OneOf::new("Either", "", Some("kind"), VARIANTS) }
    });
}

#[test]
fn what_may_be_several_things_is_shown_as_its_tag_says() {
    let payer = Either::Payer(Payer::new("Maria").country("BR"));
    assert_eq!(of(&payer), json!({"kind": "payer", "name": "[redacted]", "country": "BR"}));
    let line = Either::Line { count: 1, name: "Maria".to_owned() };
    assert_eq!(of(&line), json!({"kind": "line", "count": 1, "name": "[redacted]"}));
}
