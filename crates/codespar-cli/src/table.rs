//! Tables for people: which columns, how wide; nothing in a cell is ever cut.

use std::env;

use codespar_engine::describe::{Member, Shape};
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use serde_json::{Map, Value};

use crate::text::plain;

/// What stands where something is not shown.
const HIDDEN: &str = "[redacted]";

/// How much is between columns.
const GAP: u16 = 2;

/// A table, and the columns that it does not show.
pub(crate) struct Drawn {
    pub(crate) text: String,
    /// By their names; `json` has them.
    pub(crate) left_out: Vec<String>,
}

/// How columns are chosen.
pub(crate) struct Choice<'a> {
    /// What the rows look like.
    pub(crate) shape: Option<&'static Shape>,
    /// The members that were asked for: these, all of them, in this order.
    pub(crate) fields: &'a [String],
    /// How many characters a line has; `None` where nobody looks at it.
    pub(crate) width: Option<usize>,
}

/// How wide the terminal is, where the shell says it.
pub(crate) fn width(is_terminal: bool) -> Option<usize> {
    let said = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    is_terminal.then(|| said.filter(|width| *width > 0).unwrap_or(120))
}

/// Draws a value: members of one object line by line, several objects in columns.
pub(crate) fn draw(value: &Value, choice: &Choice<'_>) -> Drawn {
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => columns(items, choice),
        Value::Array(items) => {
            let mut table = empty();
            for item in items {
                table.add_row([cell(Some(item))]);
            }
            Drawn { text: text_of(table), left_out: Vec::new() }
        }
        Value::Object(members) => object(members, choice),
        scalar => Drawn { text: format!("{}\n", cell(Some(scalar))), left_out: Vec::new() },
    }
}

/// One object: its members line by line, those within it under their paths; a list of objects
/// that it holds is a table of its own.
fn object(members: &Map<String, Value>, choice: &Choice<'_>) -> Drawn {
    let (mut table, mut tables, mut left_out) = (empty(), String::new(), Vec::new());
    let mut lines = Vec::new();
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| order(choice.shape, name));
    for (name, value) in members {
        match value {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                let shape = choice.shape.and_then(|shape| item_of(shape, name));
                let drawn = columns(items, &Choice { shape, fields: &[], width: choice.width });
                tables += &format!("\n{}\n{}", plain(name), drawn.text);
                left_out.extend(drawn.left_out.iter().map(|column| format!("{name}.{column}")));
            }
            value => flatten(name, value, &mut lines),
        }
    }
    for (name, value) in lines {
        table.add_row([plain(&name), cell(Some(value))]);
    }
    let text = text_of(table) + &tables;
    Drawn { text: text.trim_start_matches('\n').to_owned(), left_out }
}

/// A value under its name, or what is within it under its path.
fn flatten<'a>(name: &str, value: &'a Value, lines: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        Value::Object(members) => {
            for (inner, value) in members {
                flatten(&format!("{name}.{inner}"), value, lines);
            }
        }
        value => lines.push((name.to_owned(), value)),
    }
}

/// Objects in columns: what was asked for, else what tells most and fits.
fn columns(items: &[Value], choice: &Choice<'_>) -> Drawn {
    let rows: Vec<&Map<String, Value>> = items.iter().filter_map(Value::as_object).collect();
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(|row| row.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let (shown, left_out) = match choice.fields {
        [] => chosen(&names, &rows, choice),
        fields => (fields.iter().map(String::as_str).collect(), Vec::new()),
    };
    let mut table = empty();
    table.set_header(shown.iter().map(|name| plain(&name.to_uppercase())));
    for row in rows {
        table.add_row(shown.iter().map(|name| cell(row.get(*name))));
    }
    let left_out = left_out.into_iter().map(str::to_owned).collect();
    Drawn { text: text_of(table), left_out }
}

/// The columns that are shown, and those that are not: scalars before what holds more, each in the
/// order of the description; nothing that is empty or hidden in every row; as many as fit.
fn chosen<'a>(
    names: &[&'a str],
    rows: &[&Map<String, Value>],
    choice: &Choice<'_>,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let says_something = |name: &&&str| values(rows, name).any(|value| value != HIDDEN);
    let is_compound = |name: &str| values(rows, name).any(|value| !is_plain(value));
    let mut ranked: Vec<&str> = names.iter().filter(says_something).copied().collect();
    // Stable: what the description does not know keeps its order.
    ranked.sort_by_key(|name| (is_compound(name), order(choice.shape, name)));
    let has_scalars = ranked.iter().any(|name| !is_compound(name));
    let (mut used, mut shown) = (0, Vec::new());
    for name in &ranked {
        let cells = rows.iter().map(|row| cell(row.get(*name)).chars().count());
        let width =
            cells.chain([name.chars().count()]).max().unwrap_or_default() + usize::from(GAP);
        let fits = choice.width.is_none_or(|limit| used + width <= limit);
        let is_wanted = !(has_scalars && is_compound(name));
        if shown.is_empty() || (fits && is_wanted) {
            used += width;
            shown.push(*name);
        }
    }
    let left_out = ranked.iter().filter(|name| !shown.contains(name)).copied().collect();
    (shown, left_out)
}

/// Whether a cell can be read: a scalar, or scalars in a row.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Object(_) => false,
        Value::Array(items) => items.iter().all(|item| !item.is_object() && !item.is_array()),
        _ => true,
    }
}

/// What is in a column.
fn values<'a>(rows: &[&'a Map<String, Value>], name: &str) -> impl Iterator<Item = &'a Value> {
    rows.iter().filter_map(move |row| row.get(name)).filter(|value| !value.is_null())
}

/// Where a description has a member; what it does not know comes last.
fn order(shape: Option<&'static Shape>, name: &str) -> usize {
    let members = shape.map(members).unwrap_or_default();
    members.iter().position(|member| member.name == name).unwrap_or(usize::MAX)
}

/// The members of an object, or of all that it is made of.
fn members(shape: &'static Shape) -> Vec<&'static Member> {
    match shape {
        Shape::Object(object) => object().members.iter().collect(),
        Shape::Nullable(inner) | Shape::List(inner) | Shape::Page(inner) => members(inner),
        Shape::AllOf(all) => all.iter().flat_map(|shape| members(shape)).collect(),
        _ => Vec::new(),
    }
}

/// What the items of a list look like that an object holds.
fn item_of(shape: &'static Shape, name: &str) -> Option<&'static Shape> {
    match shape {
        Shape::Page(inner) if name == "items" => Some(inner),
        shape => members(shape).into_iter().find(|member| member.name == name).map(|it| it.shape),
    }
}

fn empty() -> Table {
    let mut table = Table::new();
    // Nothing is cut or broken: codes are copied out of tables.
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn text_of(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    let text = table.to_string();
    let lines = text.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.filter(|line| line != "\n").collect()
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => plain(text),
        Some(value @ Value::Array(items)) if is_plain(value) => {
            items.iter().map(|item| cell(Some(item))).collect::<Vec<_>>().join(", ")
        }
        Some(value) => plain(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use codespar_engine::{Describe, Sensitive};
    use serde_json::json;

    use super::*;

    /// A charge.
    #[derive(Describe)]
    #[allow(dead_code, reason = "it is described only")]
    struct Charge {
        /// Its id.
        id: String,
        /// Who pays.
        buyer: Buyer,
        /// What has become of it.
        status: String,
        /// What it is paid with.
        code: Option<Sensitive>,
        /// What for.
        description: String,
    }

    /// Who pays.
    #[derive(Describe)]
    #[allow(dead_code, reason = "it is described only")]
    struct Buyer {
        /// The name.
        name: String,
    }

    fn rows() -> Value {
        let row = |id: &str, code: &str| {
            json!({
                "buyer": {"name": "[redacted]"}, "code": code, "description": "Order 42",
                "extra": 1, "id": id, "none": null, "status": "pending",
            })
        };
        json!([row("chg_1", HIDDEN), row("chg_2", HIDDEN)])
    }

    fn drawn(value: &Value, width: Option<usize>) -> Drawn {
        draw(value, &Choice { shape: Some(Charge::SHAPE), fields: &[], width })
    }

    #[test]
    fn scalars_come_first_in_the_order_of_the_description_and_a_row_fits() {
        let wide = drawn(&rows(), Some(120));
        let head = wide.text.lines().next().unwrap();
        let names: Vec<&str> = head.split_whitespace().collect();
        assert_eq!(names, ["ID", "STATUS", "DESCRIPTION", "EXTRA"]);
        assert_eq!(wide.left_out, ["buyer"]);
        let narrow = drawn(&rows(), Some(20));
        assert!(narrow.text.lines().all(|line| line.chars().count() <= 20), "{}", narrow.text);
        assert_eq!(narrow.left_out, ["description", "extra", "buyer"]);
        // Where nobody looks at it there is room.
        assert_eq!(drawn(&rows(), None).left_out, ["buyer"]);
    }

    #[test]
    fn a_code_is_never_cut() {
        let code = "0".repeat(400);
        let value = json!([{ "code": code, "id": "c1" }]);
        for width in [Some(10), Some(80), None] {
            let fields = ["code".to_owned()];
            let choice = Choice { shape: None, fields: &fields, width };
            assert!(draw(&value, &choice).text.contains(&code));
        }
        let one = drawn(&json!({ "code": code }), Some(80));
        assert!(one.text.contains(&code));
    }

    #[test]
    fn an_object_shows_what_it_holds() {
        let value = json!({"agents": rows(), "meta": {"a": {"b": 1}}, "empty": null});
        let one = draw(&value, &Choice { shape: None, fields: &[], width: Some(80) });
        assert!(one.text.starts_with("meta.a.b"), "{}", one.text);
        assert!(one.text.contains("\nagents\n") && one.text.contains("chg_2"), "{}", one.text);
        assert_eq!(one.left_out, ["agents.buyer"]);
    }
}
