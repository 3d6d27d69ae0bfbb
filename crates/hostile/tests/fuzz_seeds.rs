//! The fuzz targets, run on their seeds, on what was found, and on a few thousand changes of both.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, missing_docs, clippy::indexing_slicing, reason = "shared with `fuzz`")]

use std::{fs, path::Path};

use proptest::prelude::*;

use hostile::answers;

#[path = "../../../fuzz/src/targets.rs"]
mod targets;

/// Seeds and finds of a target.
fn inputs(target: &str) -> Vec<Vec<u8>> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let files = ["corpus", "regressions"].into_iter().flat_map(|kind| {
        // There may be none of a kind.
        fs::read_dir(fuzz.join(kind).join(target)).into_iter().flatten()
    });
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn hostile_seeds_and_finds_of_the_fuzzers_do_no_harm() {
    for (name, target) in targets::ALL {
        let inputs = inputs(name);
        assert!(!inputs.is_empty(), "{name} has no seeds");
        inputs.iter().for_each(|input| target(input));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn hostile_changes_of_the_seeds_do_no_harm(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        for (name, target) in targets::ALL {
            let inputs = inputs(name);
            let mut input = pick.get(&inputs).clone();
            for (at, byte) in &changes {
                if !input.is_empty() {
                    let at = at.index(input.len());
                    input[at] = *byte;
                }
            }
            target(&input);
            input.truncate(cut.index(input.len() + 1));
            target(&input);
        }
    }
}
