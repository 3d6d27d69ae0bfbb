//! The fuzz targets, run on their seeds, on what was found, and on a few thousand changes of both.

use std::{
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use proptest::prelude::*;
use testing_support::fuzz::{self, Target, answers::all_answers};

/// A target with its seeds and finds, by their path.
type Inputs = (Target, Vec<(PathBuf, Vec<u8>)>);

static INPUTS: LazyLock<Vec<Inputs>> =
    LazyLock::new(|| fuzz::ALL.iter().map(|target| (*target, inputs(target.0))).collect());

fn inputs(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let files = ["corpus", "regressions"].into_iter().flat_map(|kind| {
        // There may be none of a kind.
        fs::read_dir(fuzz.join(kind).join(target)).into_iter().flatten()
    });
    let paths = files.map(|file| file.unwrap().path());
    paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn hostile_seeds_and_finds_of_the_fuzzers_do_no_harm() {
    let mut harmful = Vec::new();
    for ((name, target), inputs) in INPUTS.iter() {
        assert!(!inputs.is_empty(), "{name} has no seeds");
        let harms = inputs.iter().filter(|(_, input)| catch_unwind(|| target(input)).is_err());
        harmful.extend(harms.map(|(path, _)| path));
    }
    assert!(harmful.is_empty(), "{harmful:#?}");
}

/// The fuzzers try an answer as one type; here each is tried as every type.
#[test]
fn hostile_answers_do_no_harm_to_types_they_are_not_for() {
    for (_, inputs) in INPUTS.iter().filter(|((name, _), _)| *name == "answers") {
        inputs.iter().for_each(|(_, input)| all_answers(input));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn hostile_changes_of_the_seeds_do_no_harm(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        for ((_, target), inputs) in INPUTS.iter() {
            let (_, mut input) = pick.get(inputs).clone();
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
