//! Members of arguments that their description does not have.

use serde_json::Value;

use crate::{
    describe::{OneOf, Shape},
    json::Json,
};

/// The path of the first member that a closed object has and its description has not, such as
/// `items[0].x`. What is not as it is described is not looked into: reading says so.
pub(super) fn unknown_member(args: &Json, shape: &Shape) -> Option<String> {
    unknown(&args.to_value(), shape).map(|path| path.trim_start_matches('.').to_owned())
}

fn unknown(value: &Value, shape: &Shape) -> Option<String> {
    match (value, shape) {
        (value, Shape::Nullable(inner)) => unknown(value, inner),
        (Value::Array(items), Shape::List(inner)) => {
            items.iter().enumerate().find_map(|(index, item)| {
                unknown(item, inner).map(|path| format!("[{index}]{path}"))
            })
        }
        (Value::Object(members), shape) => members.iter().find_map(|(name, value)| {
            let path = match described(shape, name, members) {
                Described::As(shape) => unknown(value, shape)?,
                Described::Open => return None,
                Described::Not => String::new(),
            };
            Some(format!(".{name}{path}"))
        }),
        _ => None,
    }
}

/// What a description says of a member.
enum Described {
    As(&'static Shape),
    /// Nothing, but it may be there.
    Open,
    Not,
}

fn described(shape: &Shape, name: &str, members: &serde_json::Map<String, Value>) -> Described {
    let any_of = |shapes: &mut dyn Iterator<Item = &'static Shape>| {
        shapes.fold(Described::Not, |found, shape| match found {
            Described::As(_) => found,
            found => match (described(shape, name, members), found) {
                (Described::Not, found) => found,
                (other, _) => other,
            },
        })
    };
    match shape {
        Shape::Object(object) => {
            let object = object();
            match object.members.iter().find(|member| member.name == name) {
                Some(member) => Described::As(member.shape),
                None if object.is_open => Described::Open,
                None => Described::Not,
            }
        }
        Shape::Map(inner) => Described::As(inner),
        Shape::Nullable(inner) => described(inner, name, members),
        Shape::AllOf(all) => any_of(&mut all.iter().copied()),
        Shape::OneOf(one_of) => {
            let one_of = one_of();
            match one_of.tag {
                Some(tag) if tag == name => Described::Open,
                _ => any_of(&mut variants(one_of, members).into_iter()),
            }
        }
        _ => Described::Open,
    }
}

/// What it may be: that of its tag, or any.
fn variants(one_of: &OneOf, members: &serde_json::Map<String, Value>) -> Vec<&'static Shape> {
    let tag = one_of.tag.and_then(|tag| members.get(tag)?.as_str());
    let is_told = |name: &str| tag.is_none_or(|tag| tag == name);
    let told = one_of.variants.iter().filter(|variant| is_told(variant.name));
    told.map(|variant| variant.shape).collect()
}
