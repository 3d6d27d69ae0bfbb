//! Words about answers: the last one, and all of a call.

use serde_json::Value;

use super::super::last_answer::{cursor, refused_turn, repeats_a_cursor, waits};
use super::super::member_types;
use super::super::stream;
use super::super::word::Word;
use crate::recording::{Recording, Response};

/// Codes that refuse a tool call, in whichever status they come.
const RESERVED: [&str; 5] = [
    "policy_denied",
    "approval_required",
    "mocks_exhausted",
    "mocks_engine_error",
    "tool_not_mocked",
];

/// Words about the last answer.
pub(super) const LAST: &[Word] = &[
    Word::of_last_answer("refused", "its status is outside 2xx", |last| last.is_refused()).fault(),
    Word::of_last_answer(
        "gone",
        "its status is 404, and the call closes a session: the session is not there any more",
        |last| last.response.status == Some(404) && last.call == "session.close",
    ),
    Word::of_last_answer("redirected", "its status is 3xx", |last| {
        last.response.status.is_some_and(|status| (300..400).contains(&status))
    })
    .fault(),
    Word::of_last_answer(
        "reserved-refusal",
        "it is `refused`, with a code that is reserved for refused tool calls",
        |last| {
            let code = last.body.get("code").and_then(Value::as_str);
            last.is_refused() && code.is_some_and(|code| RESERVED.contains(&code))
        },
    ),
    Word::of_last_answer(
        "failed-tool-result",
        "it is `refused`, and its body is a tool's result that failed (`success` is false)",
        |last| last.is_refused() && last.body.get("success") == Some(&Value::Bool(false)),
    ),
    Word::of_last_answer("closed", "there is none: the connection was closed", |last| {
        last.response.network.is_some()
    })
    .fault(),
    Word::of_last_answer(
        "late",
        "it comes later than the time limit of the call, or of the client",
        |last| last.is_late(),
    )
    .fault(),
    Word::of_last_answer(
        "accepted",
        "its status is 2xx, and it comes in time (a stream: begins in time)",
        |last| last.is_accepted(),
    ),
    Word::of_last_answer(
        "tool-result",
        "it is `accepted`, and says whether the tool succeeded (`success`)",
        |last| last.is_tool_result(),
    ),
    Word::of_last_answer("done", "it is `accepted`, and says that the tool succeeded", |last| {
        last.is_accepted() && last.body.get("success") == Some(&Value::Bool(true))
    }),
    Word::of_last_answer(
        "no-tool-result",
        "it is `accepted`, and does not say whether the tool succeeded",
        |last| last.is_accepted() && !last.is_tool_result(),
    )
    .fault(),
    Word::of_last_answer("stream", "it is `accepted`, and an event stream", |last| {
        last.is_stream()
    }),
    Word::of_last_answer("no-stream", "it is `accepted`, and no event stream", |last| {
        last.is_accepted() && !last.is_stream()
    })
    .fault(),
    Word::of_last_answer("unfinished", "it is a `stream` without its end", |last| {
        last.is_stream() && !stream::is_whole(last.recording)
    })
    .fault(),
    Word::of_last_answer("object", "it is `accepted`, and an object with members", |last| {
        last.is_accepted() && last.body.as_object().is_some_and(|body| !body.is_empty())
    }),
    Word::of_last_answer("no-object", "it is `accepted`, and anything but an object", |last| {
        last.is_accepted() && !last.body.is_object()
    }),
    Word::of_last_answer(
        "other-json",
        "it is `accepted`, and JSON that is neither an object nor null",
        |last| last.is_accepted() && !last.body.is_object() && !last.body.is_null(),
    )
    .fault(),
    Word::of_last_answer("without-id", "it is `accepted`, and an object without `id`", |last| {
        last.is_accepted() && last.body.is_object() && last.body.get("id").is_none()
    })
    .fault(),
    Word::of_last_answer("no-json", "it is `accepted`, and not JSON", |last| {
        last.is_accepted() && !last.is_stream() && !last.is_json_or_empty()
    })
    .fault(),
    Word::of_last_answer("void", "it is `accepted`, and says nothing: no body, or null", |last| {
        last.is_accepted() && last.body.is_null() && last.is_json_or_empty()
    })
    .fault(),
    Word::of_last_answer(
        "void-page",
        "it is `accepted`, and a page that is `void`, or has null for its list, and no cursor",
        |last| last.is_accepted() && last.is_json_or_empty() && is_void_page(&last.body),
    )
    .fault(),
    Word::of_last_answer(
        "odd-error",
        "it is a `tool-result` whose `error` is neither a text nor null",
        |last| {
            let error = last.body.get("error").unwrap_or(&Value::Null);
            last.is_tool_result() && !error.is_null() && !error.is_string()
        },
    )
    .fault(),
    Word::of_last_answer(
        "odd-member",
        "it is `accepted`, and a member has another type than in every answer of that call \
         (`src/deviations/member_types.rs`)",
        |last| last.is_accepted() && member_types::is_odd(&last.call, &last.body),
    )
    .fault(),
    Word::of_last_answer(
        "mixed-list",
        "it is `accepted`, and has a list with objects beside something else",
        |last| last.is_accepted() && has_mixed_list(&last.body),
    )
    .fault(),
    Word::of_last_answer("empty-data", "it is a `tool-result` without data", |last| {
        last.is_tool_result() && says_little(&last.body)
    })
    .fault(),
    Word::of_last_answer(
        "to-a-file",
        "it may lead to a file (`storage.objects.download`)",
        |last| last.call == "storage.objects.download",
    ),
];

/// Words about all answers of a call.
pub(super) const ALL: &[Word] = &[
    Word::new("later-round", "there are several", |recording| recording.exchanges.len() > 1),
    Word::new(
        "repeated-turn",
        "a turn of Upivia's chat was asked for again after a 502 or 503",
        |recording| recording.call.name() == "chat.turn" && refused_turn(recording).is_some(),
    )
    .fault(),
    Word::new("repeated-cursor", "two of them name the same next cursor", |recording| {
        let bodies = recording.answers().map(|answer| answer.json().unwrap_or_default());
        repeats_a_cursor(&bodies.collect::<Vec<_>>())
    })
    .fault(),
    // The script ends where ours goes on.
    Word::new("empty-page", "one names a next cursor and has no rows", |recording| {
        bodies(recording).any(|page| cursor(&page).is_some() && has_no_rows(&page))
    })
    .fault(),
    Word::new("waits-for-approval", "one says that a person has to approve", |recording| {
        bodies(recording).any(|body| waits(&body))
    }),
];

fn bodies(recording: &Recording) -> impl Iterator<Item = Value> + '_ {
    recording.answers().filter_map(Response::json)
}

/// Whether a page has neither rows nor a word of where they would go on: nothing at all, or null
/// where its list belongs.
fn is_void_page(page: &Value) -> bool {
    let lists = page.as_object().into_iter().flat_map(|page| page.values());
    let empty = page.as_object().is_some_and(|page| !page.is_empty());
    page.is_null() || empty && cursor(page).is_none() && lists.into_iter().all(Value::is_null)
}

/// Whether the data of a tool's result is nothing, or an object without members.
fn says_little(body: &Value) -> bool {
    match body.get("data") {
        None | Some(Value::Null) => true,
        Some(Value::Object(members)) => members.is_empty(),
        _ => false,
    }
}

/// Whether objects stand beside something else in a list.
fn has_mixed_list(value: &Value) -> bool {
    match value {
        Value::Array(items) => {
            let objects = items.iter().filter(|item| item.is_object()).count();
            0 < objects && objects < items.len() || items.iter().any(has_mixed_list)
        }
        Value::Object(members) => members.values().any(has_mixed_list),
        _ => false,
    }
}

fn has_no_rows(page: &Value) -> bool {
    let members = page.as_object().into_iter().flat_map(|page| page.values());
    members.filter_map(Value::as_array).all(Vec::is_empty)
}
