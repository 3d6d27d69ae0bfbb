//! JSON Schema (2020-12) out of descriptions.

use std::collections::BTreeMap;

use crate::describe::{
    Choice, InCurrency, Member, OneOf, Scalar, Shape, Unit, Variant,
    named::{is_same_type, name},
    tree::Node,
};
use crate::json::Json;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// How a schema is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaOptions {
    inline: bool,
    closed: bool,
}

impl SchemaOptions {
    /// Types stand once, in `$defs`; what the server may add to is not refused.
    pub const fn new() -> Self {
        Self { inline: false, closed: false }
    }

    /// Writes each type where it is used, for readers that know no `$ref`. Only what holds itself
    /// is referred to.
    #[must_use]
    pub const fn inline(mut self) -> Self {
        self.inline = true;
        self
    }

    /// Allows the known values of an enumeration only, for the arguments that a model makes up:
    /// `enum` in the place of `examples`.
    #[must_use]
    pub const fn closed(mut self) -> Self {
        self.closed = true;
        self
    }
}

/// The JSON Schema (2020-12) of a type, its members in their order.
///
/// Units are told as `x-unit`, beside `format` for days and timestamps; the currency of an amount
/// without a member `currency` as `x-currency`, or as the member `x-currency-of`; `x-secret` and
/// `x-personal` mark what is not to be shown, and what is about a person.
///
/// ```
/// use codespar_engine::{Args, Describe, describe::{SchemaOptions, schema}};
///
/// /// What is sold.
/// #[derive(Clone, Debug, Args)]
/// #[non_exhaustive]
/// pub struct Item {
///     /// Its name.
///     pub name: String,
///     /// Its price.
///     #[wire(minor)]
///     pub price: Option<u32>,
/// }
///
/// let json = schema(Item::SHAPE, SchemaOptions::new()).to_value();
/// assert_eq!(json["required"], serde_json::json!(["name"]));
/// assert_eq!(json["properties"]["price"]["x-unit"], "minor");
/// ```
pub fn schema(shape: &'static Shape, options: SchemaOptions) -> Json {
    let mut writer =
        Writer { options, names: Vec::new(), defs: BTreeMap::new(), within: Vec::new() };
    let mut root = Node::with("$schema", Node::text(DIALECT));
    if let Some(title) = name(shape) {
        root = root.and("title", Node::text(title));
        if options.inline {
            let key = writer.key(title, shape);
            writer.within.push(key);
        }
    }
    if let (Node::Object(members), Node::Object(of_shape)) = (&mut root, writer.built(shape)) {
        members.extend(of_shape);
    }
    if !writer.defs.is_empty() {
        let defs = writer.defs.into_iter().map(|(name, node)| (name.into(), node)).collect();
        root = root.and("$defs", Node::Object(defs));
    }
    Json::of(&root).unwrap_or_default()
}

struct Writer {
    options: SchemaOptions,
    /// The types that were met, each under the name that it has in `$defs`.
    names: Vec<(String, &'static Shape)>,
    defs: BTreeMap<String, Node>,
    /// The types that are being written in place.
    within: Vec<String>,
}

/// What a member says of the scalar within it.
#[derive(Clone, Copy, Default)]
struct Said {
    unit: Option<Unit>,
    secret: bool,
    personal: bool,
}

impl Writer {
    fn node(&mut self, shape: &'static Shape, said: Said) -> Node {
        match shape {
            Shape::Any => Node::Object(Vec::new()),
            Shape::Null => typed("null"),
            Shape::Scalar(scalar) => self::scalar(*scalar, said),
            Shape::Nullable(inner) => nullable(self.node(inner, said)),
            Shape::List(inner) => typed("array").and("items", self.node(inner, said)),
            Shape::Page(inner) => self.page(inner),
            Shape::Map(inner) => {
                typed("object").and("additionalProperties", self.node(inner, said))
            }
            Shape::Choice(it) => self.choice(it),
            Shape::AllOf(all) => self.all_of(shape, all),
            Shape::Object(object) => self.named(object().name, shape),
            Shape::OneOf(one_of) => self.named(one_of().name, shape),
        }
    }

    fn page(&mut self, item: &'static Shape) -> Node {
        let items = typed("array").and("items", self.node(item, Said::default()));
        let next = described(nullable(typed("string")), "The cursor of the next page");
        let members = vec![("items".into(), items), ("next".into(), next)];
        typed("object")
            .and("properties", Node::Object(members))
            .and("required", Node::texts(["items", "next"]))
            .and("additionalProperties", Node::Bool(false))
    }

    /// A type that has a name: where it stands, or a reference to where it does.
    fn named(&mut self, name: &'static str, shape: &'static Shape) -> Node {
        let key = self.key(name, shape);
        if self.options.inline && !self.within.contains(&key) {
            self.within.push(key);
            let node = self.built(shape);
            self.within.pop();
            return node;
        }
        if !self.defs.contains_key(&key) {
            // It may hold itself.
            self.defs.insert(key.clone(), Node::Object(Vec::new()));
            let outer = std::mem::replace(&mut self.within, vec![key.clone()]);
            let node = self.built(shape);
            self.within = outer;
            self.defs.insert(key.clone(), node);
        }
        Node::with("$ref", Node::text(format!("#/$defs/{key}")))
    }

    /// The name of a type in `$defs`: a second type of one name gets a number.
    fn key(&mut self, name: &str, shape: &'static Shape) -> String {
        let is_it = |known| super::named::name(known) == Some(name) && is_same_type(known, shape);
        if let Some((key, _)) = self.names.iter().find(|(_, known)| is_it(known)) {
            return key.clone();
        }
        let taken = |key: &str| self.names.iter().any(|(known, _)| known == key);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut keys = std::iter::once(name.to_owned()).chain(numbered);
        let key = keys.find(|key| !taken(key)).unwrap_or_default();
        self.names.push((key.clone(), shape));
        key
    }

    /// A shape itself, not a reference to it.
    fn built(&mut self, shape: &'static Shape) -> Node {
        match shape {
            Shape::Object(object) => {
                let parts = Parts::of(shape).unwrap_or_default();
                self.object(object().about, &parts, None)
            }
            Shape::OneOf(one_of) => self.one_of(one_of()),
            _ => self.node(shape, Said::default()),
        }
    }

    /// The members of several objects stand in one, so that none forbids the others'.
    fn all_of(&mut self, shape: &'static Shape, all: &'static [&'static Shape]) -> Node {
        if let Some(parts) = Parts::of(shape) {
            return self.object(parts.about, &parts, None);
        }
        let all = all.iter().map(|it| self.node(it, Said::default())).collect();
        Node::with("allOf", Node::List(all))
    }

    fn object(
        &mut self,
        about: &'static str,
        parts: &Parts,
        tag: Option<(&'static str, &'static str)>,
    ) -> Node {
        let tagged = tag.map(|(tag, value)| (tag, Node::with("const", Node::text(value))));
        let mut members: Vec<_> =
            tagged.into_iter().map(|(tag, node)| (tag.into(), node)).collect();
        let mut required: Vec<_> = tag.iter().map(|(tag, _)| *tag).collect();
        for member in &parts.members {
            members.push((member.name.into(), self.member(member, parts.is_open)));
            required.extend(member.required.then_some(member.name));
        }
        let node = described(typed("object"), about);
        let mut node = node.and("properties", Node::Object(members));
        if !required.is_empty() {
            node = node.and("required", Node::texts(required));
        }
        node.and("additionalProperties", Node::Bool(parts.is_open))
    }

    fn member(&mut self, member: &Member, is_open: bool) -> Node {
        let (unit, secret, personal) = (member.unit(), member.is_secret(), member.is_personal());
        let node = self.node(member.shape, Said { unit, secret, personal });
        let node = if is_open && !member.required { nullable(node) } else { node };
        // What holds the scalar, or hides it, says so as well.
        let node = if member.is_secret() { node.and("x-secret", Node::Bool(true)) } else { node };
        let node = match member.currency {
            Some(InCurrency::Always(code)) => node.and("x-currency", Node::text(code)),
            Some(InCurrency::OfMember(name)) => node.and("x-currency-of", Node::text(name)),
            None => node,
        };
        described(node, member.about)
    }

    fn choice(&self, choice: &Choice) -> Node {
        let key = if self.options.closed || !choice.is_open { "enum" } else { "examples" };
        let values = choice.values.iter().map(|value| value.text);
        described(typed("string"), choice.about).and(key, Node::texts(values))
    }

    fn one_of(&mut self, one_of: &OneOf) -> Node {
        let variants = one_of.variants.iter().map(|it| self.variant(one_of.tag, it)).collect();
        // Without a tag more than one may fit.
        let key = if one_of.tag.is_some() { "oneOf" } else { "anyOf" };
        described(Node::Object(Vec::new()), one_of.about).and(key, Node::List(variants))
    }

    fn variant(&mut self, tag: Option<&'static str>, variant: &Variant) -> Node {
        let Some(tag) = tag else {
            let node = self.node(variant.shape, Said::default());
            return described(node, variant.about);
        };
        let parts = match variant.shape {
            Shape::Null => Some(Parts::default()),
            shape => Parts::of(shape),
        };
        let tagged = Some((tag, variant.name));
        match parts {
            Some(parts) => {
                let about = if variant.about.is_empty() { parts.about } else { variant.about };
                self.object(about, &parts, tagged)
            }
            None => {
                let open = Parts { is_open: true, ..Parts::default() };
                let tag = self.object(variant.about, &open, tagged);
                let value = self.node(variant.shape, Said::default());
                Node::with("allOf", Node::List(vec![tag, value]))
            }
        }
    }
}

/// The members of an object, or of several in one.
#[derive(Default)]
struct Parts {
    about: &'static str,
    is_open: bool,
    members: Vec<&'static Member>,
}

impl Parts {
    /// `None` for what is no object.
    fn of(shape: &'static Shape) -> Option<Self> {
        match shape {
            Shape::Object(object) => {
                let object = object();
                let members = object.members.iter().collect();
                Some(Self { about: object.about, is_open: object.is_open, members })
            }
            Shape::AllOf(all) => {
                let mut whole = Self::default();
                for (at, part) in all.iter().enumerate() {
                    let part = Self::of(part)?;
                    if at == 0 {
                        whole.about = part.about;
                    }
                    whole.is_open |= part.is_open;
                    for member in part.members {
                        if !whole.members.iter().any(|known| known.name == member.name) {
                            whole.members.push(member);
                        }
                    }
                }
                Some(whole)
            }
            _ => None,
        }
    }
}

fn typed(kind: &'static str) -> Node {
    Node::with("type", Node::text(kind))
}

fn described(node: Node, about: &'static str) -> Node {
    if about.is_empty() { node } else { node.and("description", Node::text(about)) }
}

fn scalar(scalar: Scalar, said: Said) -> Node {
    let mut node = typed(scalar.kind.as_str());
    if let Some(unit) = said.unit.or(scalar.unit) {
        if let Some(format) = unit.format() {
            node = node.and("format", Node::text(format));
        }
        node = node.and("x-unit", Node::text(unit.as_str()));
    }
    if scalar.secret || said.secret {
        node = node.and("x-secret", Node::Bool(true));
    }
    if scalar.personal || said.personal {
        node = node.and("x-personal", Node::Bool(true));
    }
    node
}

/// The same, or `null`.
fn nullable(node: Node) -> Node {
    let has_null = |nodes: &[Node], null: &Node| nodes.contains(null);
    if matches!(node.get("anyOf"), Some(Node::List(all)) if has_null(all, &typed("null"))) {
        return node;
    }
    match node.get("type") {
        Some(Node::List(types)) if has_null(types, &Node::text("null")) => node,
        Some(Node::Text(kind)) if node.get("enum").is_none() => {
            let types = Node::texts([kind.clone(), "null".into()]);
            node.and("type", types)
        }
        None if node.is_empty() => node,
        _ => Node::with("anyOf", Node::List(vec![node, typed("null")])),
    }
}
