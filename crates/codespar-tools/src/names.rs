//! Names of tools that every provider takes and no two tools share.

use std::collections::HashMap;

use crate::hash::hash;

/// What every provider takes at most.
pub const LONGEST_NAME: usize = 64;

/// The least that a limit of names can be: room for a hash and something to read.
const SHORTEST_LIMIT: usize = 24;

/// How many letters of a hash are added at first.
const HASH: usize = 8;

/// A name for each id: letters, digits, `_` and `-`, at most `longest` of them (24 to 64), with a
/// letter or `_` first, each unlike any other, also where upper and lower case are not told apart.
///
/// A name is made of its id alone, `server/tool` becoming `server__tool`. Where it is too long, or
/// several ids would have it, a part of the id's hash is added to each of them: so the names do not
/// depend on the order of the ids. The same id twice has the same name.
///
/// ```
/// use codespar_tools::tool_names;
///
/// let ids = ["asaas/create_payment", "charges.get", "emissão/nota"];
/// let names = tool_names(&ids, 64);
/// assert_eq!(names, ["asaas__create_payment", "charges_get", "emiss_o__nota"]);
/// ```
pub fn tool_names(ids: &[&str], longest: usize) -> Vec<String> {
    let longest = longest.clamp(SHORTEST_LIMIT, LONGEST_NAME);
    let mut hashed: HashMap<&str, usize> = ids.iter().map(|id| (*id, 0)).collect();
    for (id, letters) in &mut hashed {
        if legal(id).len() > longest {
            *letters = HASH;
        }
    }
    // Each round adds letters to all that are alike; a whole hash is unlike any other.
    while let Some(alike) = alike(&hashed, longest) {
        for id in alike {
            if let Some(letters) = hashed.get_mut(id) {
                *letters = (*letters + HASH).min(longest);
            }
        }
    }
    let letters = |id: &&str| hashed.get(id).copied().unwrap_or_default();
    ids.iter().map(|id| name(id, letters(id), longest)).collect()
}

/// The ids whose names are alike, unless there are none that could be told apart.
fn alike<'a>(hashed: &HashMap<&'a str, usize>, longest: usize) -> Option<Vec<&'a str>> {
    let mut by_name: HashMap<String, Vec<&'a str>> = HashMap::new();
    for (id, letters) in hashed {
        let name = name(id, *letters, longest).to_ascii_lowercase();
        by_name.entry(name).or_default().push(id);
    }
    let shared = by_name.into_values().filter(|ids| ids.len() > 1).flatten();
    let can_grow = |id: &&str| hashed.get(id).is_some_and(|letters| *letters < longest);
    let alike: Vec<&str> = shared.filter(can_grow).collect();
    (!alike.is_empty()).then_some(alike)
}

/// The name of an id, with this many letters of its hash.
fn name(id: &str, letters: usize, longest: usize) -> String {
    let legal = legal(id);
    if letters == 0 {
        return legal;
    }
    let mut hash = hash(["name", id]);
    hash.truncate(letters);
    let room = longest.saturating_sub(letters + 1);
    if room == 0 {
        // A name does not begin with a digit.
        return format!("_{}", hash.get(1..).unwrap_or_default());
    }
    let kept: String = legal.chars().take(room).collect();
    format!("{kept}_{hash}")
}

/// The id in the letters that names have.
fn legal(id: &str) -> String {
    let mut name = String::with_capacity(id.len() + 1);
    for letter in id.chars() {
        match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' => name.push(letter),
            '/' => name.push_str("__"),
            _ => name.push('_'),
        }
    }
    if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_alike_get_a_hash_each() {
        let names = tool_names(&["a/b", "a__b", "email_send", "Email_Send", "x"], 64);
        assert!(names[0].starts_with("a__b_") && names[1].starts_with("a__b_"), "{names:?}");
        assert!(names[2].starts_with("email_send_") && names[3].starts_with("Email_Send_"));
        assert_eq!(names[4], "x");
    }

    #[test]
    fn a_name_that_looks_like_a_hashed_one_is_told_apart() {
        let hashed = tool_names(&["a/b", "a__b"], 64);
        let names = tool_names(&["a/b", "a__b", &hashed[0]], 64);
        assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), 3, "{names:?}");
    }

    #[test]
    fn long_names_are_cut_with_a_hash() {
        let (one, two) = ("s".repeat(80) + "/a", "s".repeat(80) + "/b");
        let names = tool_names(&[&one, &two, "2captcha/solve", ""], 40);
        assert_eq!((names[0].len(), names[1].len()), (40, 40));
        assert_ne!(names[0], names[1]);
        assert_eq!(names[2..], ["_2captcha__solve", "_"]);
    }
}
