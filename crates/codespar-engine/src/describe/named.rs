//! Descriptions that have a name: objects, enumerations, alternatives.

use std::collections::BTreeMap;

use crate::describe::{Shape, Unit};

/// An object and its members.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Object {
    /// The name of the type.
    pub name: &'static str,
    /// The first sentence of its documentation.
    pub about: &'static str,
    /// Whether it may have members that are not described, as answers may. Its optional members
    /// may be `null` as well as absent.
    pub is_open: bool,
    /// The members, in the order they are written in.
    pub members: &'static [Member],
}

impl Object {
    /// An object with members.
    pub const fn new(
        name: &'static str,
        about: &'static str,
        is_open: bool,
        members: &'static [Member],
    ) -> Self {
        Self { name, about, is_open, members }
    }

    /// Whether two say the same; of what they hold, by name.
    fn same(&self, other: &Self) -> bool {
        let same = |(one, two): (&Member, &Member)| one.same(two);
        (self.about, self.is_open) == (other.about, other.is_open)
            && self.members.len() == other.members.len()
            && self.members.iter().zip(other.members).all(same)
    }
}

/// The currency of an amount that has no member `currency` beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InCurrency {
    /// The server takes no other: this code.
    Always(&'static str),
    /// It is in this member of the same object.
    OfMember(&'static str),
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// The first sentence of its documentation.
    pub about: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What its value looks like.
    pub shape: &'static Shape,
    /// Of an amount: its currency, where no member `currency` says it.
    pub currency: Option<InCurrency>,
    unit: Option<Unit>,
    secret: bool,
    personal: bool,
}

impl Member {
    /// A member that means what its type does.
    pub const fn new(
        name: &'static str,
        about: &'static str,
        required: bool,
        shape: &'static Shape,
    ) -> Self {
        Self {
            name,
            about,
            required,
            shape,
            currency: None,
            unit: None,
            secret: false,
            personal: false,
        }
    }

    /// Is an amount of this currency.
    #[must_use]
    pub const fn in_currency(mut self, currency: InCurrency) -> Self {
        self.currency = Some(currency);
        self
    }

    /// Counts in a unit that its type does not say.
    #[must_use]
    pub const fn in_unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Is not to be shown, whatever its type says.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Is about a person, whatever its type says.
    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// What it counts, or what the items of its list do.
    pub fn unit(&self) -> Option<Unit> {
        self.unit.or_else(|| self.shape.scalar()?.unit)
    }

    /// Whether it is not to be shown.
    pub fn is_secret(&self) -> bool {
        self.secret || self.shape.scalar().is_some_and(|scalar| scalar.secret)
    }

    /// Whether it is about a person.
    pub fn is_personal(&self) -> bool {
        self.personal || self.shape.scalar().is_some_and(|scalar| scalar.personal)
    }

    fn same(&self, other: &Self) -> bool {
        let told = |it: &Self| {
            (it.name, it.about, it.required, it.unit(), it.is_secret(), it.is_personal())
        };
        told(self) == told(other)
            && self.currency == other.currency
            && same(self.shape, other.shape)
    }
}

/// A text out of a list.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Choice {
    /// The name of the type.
    pub name: &'static str,
    /// The first sentence of its documentation.
    pub about: &'static str,
    /// Whether the server may add to the list.
    pub is_open: bool,
    /// The texts that are known.
    pub values: &'static [Value],
}

impl Choice {
    /// A choice between values.
    pub const fn new(
        name: &'static str,
        about: &'static str,
        is_open: bool,
        values: &'static [Value],
    ) -> Self {
        Self { name, about, is_open, values }
    }
}

/// A value of a [`Choice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Value {
    /// On the wire.
    pub text: &'static str,
    /// The first sentence of its documentation.
    pub about: &'static str,
}

impl Value {
    /// A text, and what it means.
    pub const fn new(text: &'static str, about: &'static str) -> Self {
        Self { text, about }
    }
}

/// One of several shapes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OneOf {
    /// The name of the type.
    pub name: &'static str,
    /// The first sentence of its documentation.
    pub about: &'static str,
    /// The member that tells which it is, beside the others; without one the shape tells.
    pub tag: Option<&'static str>,
    /// What it may be.
    pub variants: &'static [Variant],
}

impl OneOf {
    /// One of several variants.
    pub const fn new(
        name: &'static str,
        about: &'static str,
        tag: Option<&'static str>,
        variants: &'static [Variant],
    ) -> Self {
        Self { name, about, tag, variants }
    }
}

/// A variant of a [`OneOf`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Variant {
    /// The value of the tag, where there is one.
    pub name: &'static str,
    /// The first sentence of its documentation.
    pub about: &'static str,
    /// What it looks like, without the tag; `Null` behind a tag is no further member.
    pub shape: &'static Shape,
}

impl Variant {
    /// A variant of that shape.
    pub const fn new(name: &'static str, about: &'static str, shape: &'static Shape) -> Self {
        Self { name, about, shape }
    }
}

/// Whether two shapes say the same; of what has a name, by name.
fn same(one: &Shape, two: &Shape) -> bool {
    match (one, two) {
        (Shape::Any, Shape::Any) | (Shape::Null, Shape::Null) => true,
        (Shape::Scalar(one), Shape::Scalar(two)) => one == two,
        (Shape::Nullable(one), Shape::Nullable(two))
        | (Shape::List(one), Shape::List(two))
        | (Shape::Page(one), Shape::Page(two))
        | (Shape::Map(one), Shape::Map(two)) => same(one, two),
        (Shape::AllOf(one), Shape::AllOf(two)) => {
            one.len() == two.len() && one.iter().zip(*two).all(|(one, two)| same(one, two))
        }
        _ => matches!((name(one), name(two)), (Some(one), Some(two)) if one == two),
    }
}

pub(super) fn name(shape: &Shape) -> Option<&'static str> {
    match shape {
        Shape::Choice(choice) => Some(choice.name),
        Shape::Object(object) => Some(object().name),
        Shape::OneOf(one_of) => Some(one_of().name),
        _ => None,
    }
}

/// Whether two shapes of one name are one.
pub(super) fn is_same_type(one: &Shape, two: &Shape) -> bool {
    match (one, two) {
        (Shape::Object(one), Shape::Object(two)) => one().same(two()),
        (Shape::Choice(one), Shape::Choice(two)) => {
            (one.about, one.is_open, one.values) == (two.about, two.is_open, two.values)
        }
        (Shape::OneOf(one), Shape::OneOf(two)) => {
            let (one, two) = (one(), two());
            let same = |(one, two): (&Variant, &Variant)| {
                (one.name, one.about) == (two.name, two.about) && same(one.shape, two.shape)
            };
            (one.about, one.tag) == (two.about, two.tag)
                && one.variants.len() == two.variants.len()
                && one.variants.iter().zip(two.variants).all(same)
        }
        _ => false,
    }
}

/// The names that more than one type has, among these and all that they hold: in a schema each of
/// them is numbered. A test of an API keeps this list empty.
pub fn ambiguous_names(shapes: impl IntoIterator<Item = &'static Shape>) -> Vec<&'static str> {
    let (mut seen, mut ambiguous) = (BTreeMap::<&str, Vec<&Shape>>::new(), Vec::new());
    let mut left: Vec<&'static Shape> = shapes.into_iter().collect();
    while let Some(shape) = left.pop() {
        if let Some(name) = name(shape) {
            let types = seen.entry(name).or_default();
            if types.iter().any(|it| is_same_type(it, shape)) {
                continue;
            }
            if !types.is_empty() && !ambiguous.contains(&name) {
                ambiguous.push(name);
            }
            types.push(shape);
        }
        match shape {
            Shape::Nullable(inner)
            | Shape::List(inner)
            | Shape::Page(inner)
            | Shape::Map(inner) => left.push(inner),
            Shape::AllOf(all) => left.extend(*all),
            Shape::Object(object) => left.extend(object().members.iter().map(|it| it.shape)),
            Shape::OneOf(one_of) => left.extend(one_of().variants.iter().map(|it| it.shape)),
            Shape::Any | Shape::Null | Shape::Scalar(_) | Shape::Choice(_) => {}
        }
    }
    ambiguous.sort_unstable();
    ambiguous
}
