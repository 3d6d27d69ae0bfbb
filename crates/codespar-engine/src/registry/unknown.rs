//! Members of arguments that their description does not have.

use serde_json::Value;

use crate::{
    describe::{Shape, lookup::Lookup},
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
        (Value::Array(items), Shape::List(inner)) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| unknown(item, inner).map(|path| format!("[{index}]{path}"))),
        (_, Shape::Scalar(_) | Shape::Choice(_)) => None,
        (Value::Object(members), shape) => members.iter().find_map(|(name, value)| {
            let found = Lookup::of(shape, name, members);
            let path = match found.shapes.first() {
                Some(shape) => unknown(value, shape)?,
                None if found.is_open => return None,
                None => String::new(),
            };
            Some(format!(".{name}{path}"))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Describe, Member, Object, OneOf, Variant};

    struct Row;

    impl Describe for Row {
        const SHAPE: &'static Shape = &Shape::Object(|| {
            const CLOSED: &Shape = &Shape::Object(|| {
                const MEMBERS: &[Member] = &[Member::new("x", "", true, Shape::INTEGER)];
                const { &Object::new("Closed", "", false, MEMBERS) }
            });
            const OPEN: &Shape = &Shape::Object(|| {
                const MEMBERS: &[Member] = &[Member::new("in", "", true, CLOSED)];
                const { &Object::new("Open", "", true, MEMBERS) }
            });
            const TAGGED: &Shape = &Shape::OneOf(|| {
                const VARIANTS: &[Variant] =
                    &[Variant::new("a", "", CLOSED), Variant::new("b", "", Shape::NULL)];
                const { &OneOf::new("Tagged", "", Some("kind"), VARIANTS) }
            });
            const UNTAGGED: &Shape = &Shape::OneOf(|| {
                const VARIANTS: &[Variant] =
                    &[Variant::new("a", "", CLOSED), Variant::new("b", "", Shape::TEXT)];
                const { &OneOf::new("Untagged", "", None, VARIANTS) }
            });
            const MEMBERS: &[Member] = &[
                Member::new("rows", "", false, &Shape::List(&Shape::Nullable(CLOSED))),
                Member::new("map", "", false, &Shape::Map(CLOSED)),
                Member::new("open", "", false, OPEN),
                Member::new("both", "", false, &Shape::AllOf(&[CLOSED, UNTAGGED])),
                Member::new("tagged", "", false, TAGGED),
                Member::new("any", "", false, Shape::ANY),
            ];
            const { &Object::new("Row", "", false, MEMBERS) }
        });
    }

    #[test]
    fn members_that_are_not_described_are_named_by_their_paths() {
        let name = |text: &str| unknown_member(&Json::parse_str(text).unwrap(), Row::SHAPE);
        for text in [
            r#"{"rows":[{"x":1},null],"map":{"k":{"x":1}},"any":{"y":[{"z":1}]}}"#,
            r#"{"open":{"more":{"y":1},"in":{"x":1}},"both":{"x":1},"tagged":{"kind":"a","x":1}}"#,
            r#"{"tagged":{"kind":"b"},"both":"text","rows":null}"#,
            "[1]",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
        for (text, path) in [
            (r#"{"y":1}"#, "y"),
            (r#"{"rows":[null,{"x":1,"y":2}]}"#, "rows[1].y"),
            (r#"{"map":{"k":{"y":1}}}"#, "map.k.y"),
            (r#"{"open":{"more":1,"in":{"y":1}}}"#, "open.in.y"),
            (r#"{"both":{"x":1,"y":1}}"#, "both.y"),
            (r#"{"tagged":{"kind":"a","y":1}}"#, "tagged.y"),
            (r#"{"tagged":{"kind":"b","x":1}}"#, "tagged.x"),
        ] {
            assert_eq!(name(text).as_deref(), Some(path), "{text}");
        }
    }
}
