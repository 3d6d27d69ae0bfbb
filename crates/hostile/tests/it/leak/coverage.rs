//! No public type is left out: the types are read off the sources.

use std::{collections::BTreeSet, fs, path::Path};

use super::{types::lists, values};

/// The crates whose types are public.
const CRATES: [&str; 5] =
    ["codespar-proto", "upivia-proto", "codespar-engine", "codespar-async", "codespar-blocking"];

/// Files that are compiled for tests only.
const FOR_TESTS: [&str; 3] = ["testing", "testing.rs", "recorded.rs"];

/// Types that are not walked, and why: they have no room for anything of a caller or a server.
const NOT_WALKED: &[(&str, &str)] = &[
    ("Attempt", "names in the program, and times"),
    ("ReadActions", "names in the program"),
    ("Cents", "a number"),
    ("Dollars", "a number"),
    ("Major", "a number"),
    ("MinorText", "a number"),
    ("AtomicText", "a number"),
    ("DecimalText", "a number"),
    ("ExecuteAmount", "a number"),
    ("Currency", "the code of a currency"),
    ("AuthMode", "a name in the program"),
    ("MemberName", "the name of a member"),
    ("Known", "names in the program"),
    ("Operation", "a line of the program"),
    ("Begin", "functions"),
    ("Choice", "a description of a type"),
    ("InCurrency", "a description of a type"),
    ("Input", "a description of a type"),
    ("Member", "a description of a type"),
    ("Object", "a description of a type"),
    ("OneOf", "a description of a type"),
    ("Scalar", "a description of a type"),
    ("SchemaOptions", "flags"),
    ("Shape", "a description of a type"),
    ("Value", "a description of a type"),
    ("Variant", "a description of a type"),
    ("Route", "a line of the program"),
    ("UntypedRoute", "a line of the program"),
    ("Untyped", "names in the program"),
    ("ReceiptVerdict", "names in the program"),
    ("ServiceNames", "names of services"),
    ("Dialect", "functions"),
    ("Limits", "numbers"),
    ("RetryPolicy", "numbers"),
    ("Pace", "numbers"),
    ("NoTransport", "nothing"),
    ("RecentPeak", "numbers"),
    ("Wait", "numbers"),
    ("Scheme", "how something is signed"),
    ("Once", "what the caller's own work gave"),
    ("OnceError", "errors of the caller's own work and store"),
    ("Minor", "a number"),
    ("Tick", "the time"),
    ("Timestamp", "a time"),
    ("Ticker", "the time, and chance"),
    ("Number", "a number"),
    ("Field", "a type"),
    ("History", "numbers"),
    ("Judgement", "names in the program"),
    ("KeyRule", "names in the program"),
    ("Verdict", "names in the program"),
    ("VerdictRow", "a line of the program"),
    ("Case", "names in the program, and the code of an answer, which errors show"),
    ("PendingApproval", "the id of an approval, which errors show, and a time"),
];

/// The types of a source that can be shown and have room for something.
fn declared(text: &str, names: &mut BTreeSet<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let (mut attributes, mut within) = (String::new(), false);
    for (at, line) in lines.iter().enumerate() {
        let declaration = line.trim_start();
        if within || declaration.starts_with("#[") {
            attributes.push_str(declaration);
            within = !declaration.ends_with(']');
            continue;
        }
        let after =
            ["pub struct ", "pub enum "].iter().find_map(|kind| declaration.strip_prefix(kind));
        let name = after.and_then(|after| after.split(|c: char| !c.is_alphanumeric()).next());
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let own = attributes.contains("Debug") || text.contains(&format!("Debug for {name}"));
            // Open enumerations and ids show their text: they are names of the API's own.
            let is_name = attributes.contains("WireEnum") || attributes.contains(", Id)");
            if own && !is_name && (declaration.starts_with("pub struct") || has_room(&lines[at..]))
            {
                names.insert(name.to_owned());
            }
        }
        if !declaration.starts_with("//") {
            attributes.clear();
        }
    }
}

/// Whether a variant of an enumeration holds something.
fn has_room(lines: &[&str]) -> bool {
    let indentation = lines[0].len() - lines[0].trim_start().len();
    let end = format!("{}}}", " ".repeat(indentation));
    let variants = lines.iter().skip(1).take_while(|line| **line != end);
    variants
        .map(|line| line.trim_start())
        .any(|line| !line.starts_with("//") && !line.starts_with("#[") && line.contains(['(', '{']))
}

fn search(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if FOR_TESTS.contains(&&*name) {
            continue;
        }
        match path.is_dir() {
            true => search(&path, names),
            false => declared(&fs::read_to_string(path).unwrap(), names),
        }
    }
}

#[test]
fn the_leak_test_knows_every_public_type() {
    let mut excused: BTreeSet<&str> = NOT_WALKED.iter().map(|(name, _)| *name).collect();
    let mut missing = Vec::new();
    for api in CRATES {
        let mut names = BTreeSet::new();
        search(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(api).join("src"), &mut names);
        let readers = lists().into_iter().filter(|(of, _)| *of == api).flat_map(|(_, list)| list);
        let read = readers.map(|(name, _)| *name);
        let made = values::all().into_iter().filter(|(of, _)| *of == api).map(|(_, name)| name);
        let known: BTreeSet<&str> = read.chain(made).collect();
        let left = names.iter().filter(|name| !known.contains(&***name));
        // Taken out, so that an excuse is not kept for longer than it is needed.
        let left = left.filter(|name| !excused.remove(&***name));
        missing.extend(left.map(|name| format!("{api}: {name}")));
        let gone = known.iter().filter(|name| !names.contains(**name));
        missing.extend(gone.map(|name| format!("{api}: {name} is walked and not found")));
    }
    assert!(missing.is_empty() && excused.is_empty(), "{missing:#?}, needless: {excused:?}");
}

#[test]
fn the_leak_test_tells_types_apart() {
    let text = "
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shown<T> {
pub struct NotShown(u8);
#[derive(
    Clone, Debug,
)]
pub struct OnLines(u8);
impl fmt::Debug for ByHand<'_> {
pub struct ByHand<'a> {
pub(crate) struct Inner;
#[derive(Clone, Debug, Answer)]
pub struct Answered {
}
#[derive(Clone, Debug, WireEnum)]
pub enum Word {
    A,
    Other(Box<str>),
}
#[derive(Clone, Debug, Id)]
pub struct ThingId(Cow<'static, str>);
#[derive(Debug)]
pub enum Fieldless {
    /// With (words) {in it}.
    A,
}
#[derive(Debug)]
pub enum Roomy {
    A(String),
}
";
    let mut names = BTreeSet::new();
    declared(text, &mut names);
    let expected = ["Answered", "ByHand", "OnLines", "Roomy", "Shown"].map(str::to_owned);
    assert_eq!(names, BTreeSet::from(expected));
}
