//! Writes the seeds of the fuzz targets: small recordings, one file each, into `fuzz/corpus`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool fails by panicking")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use hostile::{recorded_bodies, recorded_objects};
use serde_json::Value;

/// How large a seed may be, in bytes, and how many there are per target.
const LARGEST: usize = 1500;
const MOST: usize = 40;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Writes a spread of the seeds: every n-th of those that are small, by their text.
fn write(target: &str, seeds: impl IntoIterator<Item = Vec<u8>>) {
    let folder = root().join("fuzz/corpus").join(target);
    // It need not be there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let all: BTreeSet<Vec<u8>> = seeds.into_iter().filter(|seed| seed.len() <= LARGEST).collect();
    let step = all.len().div_ceil(MOST).max(1);
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

fn main() {
    let bodies = recorded_bodies();
    let of = |prefix: &[u8], body: &[u8]| [prefix, body].concat();
    let is_stream = |body: &[u8]| body.windows(5).any(|word| word == b"data:");
    write("sse", bodies.iter().filter(|(_, body)| is_stream(body)).map(|(_, body)| of(&[7], body)));
    write("refusals", bodies.iter().map(|(_, body)| of(&[100, 0], body)));
    write("answers", recorded_objects().iter().map(|object| object.to_string().into_bytes()));
    write("mandates", mandates());
    let signature =
        b"t=1799950000,v1=563c102274115e3f169692eacfb196f0f0e93c04bb3ae696fbba2265ca0ad826\n";
    let event = br#"{"id":"evt_4c","type":"commerce.charge.paid","data":{"payment_id":"ch_19"}}"#;
    write("webhooks", [of(signature, event), of(b"sha256=00\n", event), of(b"2\n", b"{}")]);
}
