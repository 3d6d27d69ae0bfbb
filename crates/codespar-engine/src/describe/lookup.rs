//! What a description says of a member of a JSON object.

use serde_json::{Map, Value};

use crate::describe::{OneOf, Shape};

/// What is said of a member.
#[derive(Default)]
pub(crate) struct Lookup {
    /// What it looks like; several, where it may be one of several objects.
    pub(crate) shapes: Vec<&'static Shape>,
    /// Whether it is secret, or about a person.
    pub(crate) is_hidden: bool,
    /// Whether it may be there, though nothing is said of it.
    pub(crate) is_open: bool,
}

impl Lookup {
    /// What is said of the member of this name, in an object that has these members.
    pub(crate) fn of(shape: &Shape, name: &str, members: &Map<String, Value>) -> Self {
        let mut found = Self::default();
        found.look(shape, name, members);
        found
    }

    fn look(&mut self, shape: &Shape, name: &str, members: &Map<String, Value>) {
        match shape {
            Shape::Object(object) => {
                let object = object();
                match object.members.iter().find(|member| member.name == name) {
                    Some(member) => {
                        self.is_hidden |= member.is_secret() || member.is_personal();
                        self.shapes.push(member.shape);
                    }
                    None => self.is_open |= object.is_open,
                }
            }
            Shape::Map(inner) => self.shapes.push(inner),
            Shape::Nullable(inner) => self.look(inner, name, members),
            Shape::AllOf(all) => all.iter().for_each(|shape| self.look(shape, name, members)),
            Shape::OneOf(one_of) => {
                let one_of = one_of();
                if one_of.tag == Some(name) {
                    self.is_open = true;
                } else {
                    variants(one_of, members).for_each(|shape| self.look(shape, name, members));
                }
            }
            Shape::Any | Shape::Page(_) => self.is_open = true,
            Shape::Null | Shape::Scalar(_) | Shape::Choice(_) | Shape::List(_) => {}
        }
    }
}

/// What it may be: that of its tag, or any.
fn variants<'a>(
    one_of: &'a OneOf,
    members: &'a Map<String, Value>,
) -> impl Iterator<Item = &'static Shape> + 'a {
    let tag = one_of.tag.and_then(|tag| members.get(tag)?.as_str());
    let is_told = move |name: &str| tag.is_none_or(|tag| tag == name);
    one_of.variants.iter().filter(move |variant| is_told(variant.name)).map(|it| it.shape)
}
