//! Writes the seeds of the fuzz targets into `fuzz/corpus`: small recordings, one file each, and
//! what is made by hand where nothing was recorded.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool fails by panicking")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use hostile::{recorded_bodies, recorded_objects};
use serde_json::Value;
use testing_support::{
    fuzz::{self, answers::TYPES, conversations::CONVERSATIONS, input::END},
    readers::Reader,
};

/// How large a seed may be, in bytes, and how many there are per target made of recordings.
const LARGEST: usize = 1500;
const MOST: usize = 60;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Writes a spread of the seeds: every n-th of those that are small, by their text.
fn write(target: &str, most: usize, seeds: impl IntoIterator<Item = Vec<u8>>) {
    let folder = root().join("fuzz/corpus").join(target);
    // It need not be there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let all: BTreeSet<Vec<u8>> = seeds.into_iter().filter(|seed| seed.len() <= LARGEST).collect();
    let step = all.len().div_ceil(most).max(1);
    for (number, seed) in all.into_iter().step_by(step).enumerate() {
        fs::write(folder.join(format!("{number:03}")), seed).unwrap();
    }
}

fn mandates() -> Vec<Vec<u8>> {
    let text = fs::read_to_string(root().join("fixtures/wire/mandate.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let texts = |args: Value| {
        let args = args.as_object().cloned().unwrap_or_default();
        args.into_values().filter(|value| !value.is_null()).map(|value| match value {
            Value::String(text) => text.into_bytes(),
            value => value.to_string().into_bytes(),
        })
    };
    lines.flat_map(|line| texts(line["call"]["args"].clone()).collect::<Vec<_>>()).collect()
}

/// For each type the recorded object that has most of its members, and the least besides.
fn of_types() -> impl Iterator<Item = Vec<u8>> {
    let mut objects = recorded_objects();
    objects.sort_by_key(|object| object.to_string().len());
    TYPES.iter().filter_map(move |(name, reader)| {
        let members = |object: &&Value| known(object, reader);
        // The first of the largest: `max_by_key` gives the last.
        let best = objects.iter().rev().max_by_key(members)?;
        Some(format!("{name}\n{best}").into_bytes())
    })
}

/// How many members of an object a type has a field for.
fn known(object: &Value, (_, read): &Reader) -> usize {
    let json = object.to_string();
    let Some(shown) = read(json.as_bytes()).filter(|_| json.len() < LARGEST) else { return 0 };
    let members = object.as_object().into_iter().flatten();
    1 + members.filter(|(name, _)| shown.contains(&format!("{name}: "))).count()
}

/// Conversations that go well, that are repeated, and that break off.
fn conversations() -> impl Iterator<Item = Vec<u8>> {
    CONVERSATIONS.iter().flat_map(|conversation| {
        let (name, answer) = (conversation.name().as_bytes(), conversation.answer.as_bytes());
        let kind = u8::from(conversation.media_type != "application/json");
        let head = [0, 0, 0, kind];
        let refused = [&[0, 0x81, 18, 0][..], b"retry-after: 1\nset-cookie: a=b; Path=/"].concat();
        let (first, second) = answer.split_at(answer.len() / 2);
        let chunk = |bytes: &[u8]| [&[0, 0], bytes].concat();
        let script = |chosen: [u8; 5], events: &[&[u8]]| {
            let first = [&chosen[..], name].concat();
            [&[&first[..]], events].concat().join(&END)
        };
        [
            script([0, 3, 0, 0, 0], &[&head, &[8, 0], &[9, 0]]),
            script([7, 1, 60, 40, 2], &[&refused, &[9, 0], &[0x80, 0], &[10, 0], &[12, 0xa1]]),
            script(
                [8, 4, 0, 0, 0],
                &[&head, &chunk(first), &[0x81, 0x82], &chunk(second), &[13, 0], &[0x80, 0xa9]],
            ),
        ]
    })
}

/// Texts as nobody should hand them in, at every place where some go.
fn texts() -> impl Iterator<Item = Vec<u8>> {
    const TEXTS: [[&str; 6]; 4] = [
        ["ses_1", "GET", "text/plain", "x-name", "value", "https://api.example.test/v1"],
        ["..", "a/b?c#d", "é\r\nx: y", "content-length", "0", "http://[::1]:0//"],
        ["/v1/%2E%2e/x", "POST", "a/b\nc", "\0", "%2f", "https://user:pass@host/?q"],
        ["/v1/fees", "name=value; b=c", "--codespar-form-boundary-00000000", "\"", "\u{7f}", ""],
    ];
    fuzz::places().flat_map(|place| {
        TEXTS.iter().map(move |texts| {
            let texts = texts.iter().map(|text| text.as_bytes());
            let all: Vec<_> = [place.as_bytes()].into_iter().chain(texts).collect();
            all.join(&END)
        })
    })
}

fn main() {
    let of = |prefix: &[u8], body: &[u8]| [prefix, body].concat();
    let [codespar, upivia] = ["codespar", "upivia"].map(recorded_bodies);
    let streams = codespar.iter().chain(&upivia);
    let streams = streams.filter(|body| body.windows(5).any(|word| word == b"data:"));
    write("sse", MOST, streams.map(|body| of(&[7], body)));
    let refusals = codespar.iter().map(|body| of(&[100, 0], body));
    write("refusals", MOST, refusals.chain(upivia.iter().map(|body| of(&[100, 0x80], body))));
    write("answers", usize::MAX, of_types());
    write("mandates", MOST, mandates());
    let signature =
        b"t=1799950000,v1=563c102274115e3f169692eacfb196f0f0e93c04bb3ae696fbba2265ca0ad826\n";
    let event = br#"{"id":"evt_4c","type":"commerce.charge.paid","data":{"payment_id":"ch_19"}}"#;
    write("webhooks", MOST, [of(signature, event), of(b"sha256=00\n", event), of(b"2\n", b"{}")]);
    write("flows", usize::MAX, conversations());
    write("outgoing", usize::MAX, texts());
}
