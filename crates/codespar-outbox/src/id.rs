//! The id under which an effect is named to the server: the same on every machine, for ever.

use http::Uri;
use sha2::{Digest, Sha256};

/// What ids are made over, first of all. **Another one would pay everything twice.**
const VERSION: &str = "codespar-outbox/1";

/// What every id begins with.
pub(crate) const PREFIX: &str = "cso_";

/// How long ids are, which is what the server takes at most where it takes least.
pub(crate) const LENGTH: usize = 64;

/// What an effect is called: where it happens, what it is, and the caller's own name for it.
///
/// A reference is unique within origin, project and operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs, reason = "an id is made of these and of nothing else")]
pub struct Name {
    /// The origin of the base URL: scheme, host and port.
    pub origin: String,
    /// The id of the project.
    pub project: String,
    /// The name of the operation, such as `charges.create`.
    pub operation: String,
    /// The caller's name for the effect, such as `invoice-42`.
    pub reference: String,
}

impl Name {
    /// The attempt id or idempotency key of a generation: a prefix and 60 hexadecimal digits of a
    /// SHA-256, 64 characters in all.
    ///
    /// Nothing of the machine, the time or the arguments is in it. Whoever works the same list
    /// presents the same ids.
    ///
    /// ```
    /// use codespar_outbox::Name;
    ///
    /// let name = Name {
    ///     origin: "https://api.codespar.dev".to_owned(),
    ///     project: "prj_0123456789abcdef".to_owned(),
    ///     operation: "charges.create".to_owned(),
    ///     reference: "invoice-42".to_owned(),
    /// };
    /// assert_eq!(name.id(0).len(), 64);
    /// assert_ne!(name.id(0), name.id(1));
    /// ```
    #[doc(alias = "attempt_id")]
    #[doc(alias = "idempotency_key")]
    pub fn id(&self, generation: u32) -> String {
        let Self { origin, project, operation, reference } = self;
        let generation = generation.to_string();
        let mut hash = Sha256::new();
        for part in [VERSION, origin, project, operation, reference, &generation] {
            // The length before each part: no two lists of parts read alike.
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        let mut id = PREFIX.to_owned() + &hex::encode(hash.finalize());
        id.truncate(LENGTH);
        id
    }
}

/// The origin of a base URL in one spelling: lower case, no port where it is the scheme's own, no
/// path. `None` for what is no `http` or `https` URL.
pub fn origin(base_url: &str) -> Option<String> {
    let uri: Uri = base_url.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let own = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let host = uri.host().filter(|host| !host.is_empty())?.to_ascii_lowercase();
    Some(match uri.port_u16().filter(|port| *port != own) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: [&str; 4]) -> Name {
        let [origin, project, operation, reference] = parts.map(str::to_owned);
        Name { origin, project, operation, reference }
    }

    #[test]
    fn origins_have_one_spelling() {
        for (url, expected) in [
            ("https://API.codespar.dev", Some("https://api.codespar.dev")),
            ("https://api.codespar.dev:443/v2/", Some("https://api.codespar.dev")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("http://[::1]:80", Some("http://[::1]")),
            ("https://api.codespar.dev:80", Some("https://api.codespar.dev:80")),
            ("ftp://x.test", None),
            ("/v1", None),
        ] {
            assert_eq!(origin(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_letter_that_moves_from_one_part_to_the_next_makes_another_id() {
        let one = name(["https://x.test", "prj_1", "charges.create", "s"]);
        for other in [
            name(["https://x.tes", "tprj_1", "charges.create", "s"]),
            name(["https://x.test", "prj_1", "charges.creates", ""]),
            name(["https://x.test", "prj_1c", "harges.create", "s"]),
        ] {
            assert_ne!(one.id(0), other.id(0));
        }
        assert_ne!(name(["", "", "", "a1"]).id(1), name(["", "", "", "a"]).id(11));
    }
}
