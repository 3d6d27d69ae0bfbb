//! Values as JSON without what is not to be shown.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    describe::{Describe, Shape, lookup::Lookup},
    error::Error,
    json::Json,
};

/// What stands where something is not shown.
const REDACTED: &str = "[redacted]";

/// A value as JSON for a log: `Serialize`, but with `"[redacted]"` for secrets and personal data,
/// for free JSON and maps, and for members that this version does not know.
///
/// `Serialize` by itself writes everything in plain text, Pix codes and buyers too.
///
/// # Errors
/// `Config`, when the value does not become JSON.
///
/// ```
/// use codespar_engine::{Answer, Extra, Sensitive, redacted};
///
/// /// A charge.
/// #[derive(Clone, Debug, PartialEq, Answer)]
/// #[non_exhaustive]
/// pub struct Charge {
///     /// Its id.
///     pub id: String,
///     /// What it is paid with.
///     pub code: Option<Sensitive>,
///     /// Members this version has no field for.
///     pub extra: Extra,
/// }
///
/// let charge: Charge = serde_json::from_str(r#"{"id":"c1","code":"0002","buyer":"Maria"}"#)?;
/// let log = redacted(&charge)?;
/// assert_eq!(log.as_str(), r#"{"buyer":"[redacted]","code":"[redacted]","id":"c1"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "log")]
#[doc(alias = "mask")]
#[doc(alias = "sanitize")]
pub fn redacted<T: Serialize + Describe + ?Sized>(value: &T) -> Result<Json, Error> {
    Ok(Json::from(shown(Json::of(value)?.to_value(), &[T::SHAPE])))
}

/// What is shown of a value that may be any of these; nothing where it is none.
fn shown(value: Value, shapes: &[&'static Shape]) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Object(members) => {
            let told = inner(shapes, |shape| match shape {
                Shape::Object(_) | Shape::Page(_) => Some(shape),
                _ => None,
            });
            if told.is_empty() { REDACTED.into() } else { object(&members, shapes).into() }
        }
        Value::Array(items) => {
            let inner = inner(shapes, |shape| match shape {
                Shape::List(inner) => Some(inner),
                _ => None,
            });
            if inner.is_empty() {
                return REDACTED.into();
            }
            items.into_iter().map(|item| shown(item, &inner)).collect()
        }
        scalar => {
            let told = inner(shapes, |shape| match shape {
                Shape::Scalar(_) | Shape::Choice(_) => Some(shape),
                _ => None,
            });
            let is_hidden = told.is_empty() || told.iter().any(|shape| is_hidden(shape));
            if is_hidden { REDACTED.into() } else { scalar }
        }
    }
}

fn object(members: &Map<String, Value>, shapes: &[&'static Shape]) -> Map<String, Value> {
    let page = inner(shapes, |shape| match shape {
        Shape::Page(inner) => Some(inner),
        _ => None,
    });
    let tags: Vec<&str> = shapes.iter().filter_map(|shape| tag(shape)).collect();
    let shown = members.iter().map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("items", Value::Array(items)) if !page.is_empty() => {
                items.iter().map(|item| shown(item.clone(), &page)).collect()
            }
            ("next", cursor) if !page.is_empty() => cursor.clone(),
            (name, word @ Value::String(_)) if tags.contains(&name) => word.clone(),
            (_, Value::Null) => Value::Null,
            (name, value) => member(name, value, members, shapes),
        };
        (name.clone(), value)
    });
    shown.collect()
}

fn member(
    name: &str,
    value: &Value,
    members: &Map<String, Value>,
    shapes: &[&'static Shape],
) -> Value {
    let found: Vec<_> = shapes.iter().map(|shape| Lookup::of(shape, name, members)).collect();
    if found.iter().any(|found| found.is_hidden) {
        return REDACTED.into();
    }
    let shapes: Vec<_> = found.into_iter().flat_map(|found| found.shapes).collect();
    shown(value.clone(), &shapes)
}

/// What `of` makes of the shapes that these are, or may be.
fn inner(
    shapes: &[&'static Shape],
    of: impl Fn(&'static Shape) -> Option<&'static Shape> + Copy,
) -> Vec<&'static Shape> {
    let mut found = Vec::new();
    for shape in shapes {
        match shape {
            Shape::Nullable(shape) => found.extend(inner(&[shape], of)),
            Shape::AllOf(all) => found.extend(inner(all, of)),
            Shape::OneOf(one_of) => {
                let variants: Vec<_> = one_of().variants.iter().map(|it| it.shape).collect();
                found.extend(inner(&variants, of));
            }
            shape => found.extend(of(shape)),
        }
    }
    found
}

/// The member whose text says which of several it is.
fn tag(shape: &Shape) -> Option<&'static str> {
    match shape {
        Shape::Nullable(inner) => tag(inner),
        Shape::OneOf(one_of) => one_of().tag,
        _ => None,
    }
}

const fn is_hidden(shape: &Shape) -> bool {
    matches!(shape, Shape::Scalar(scalar) if scalar.secret || scalar.personal)
}
