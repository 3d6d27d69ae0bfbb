//! Forms of parts (`multipart/form-data`, RFC 7578), made of pieces that are not copied.

use std::{collections::HashSet, fmt};

use bytes::Bytes;
use http::HeaderValue;

use crate::{error::Error, http::payload::Payload};

/// A form that uploads files beside fields.
#[derive(Clone, Default)]
pub struct Multipart {
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    head: String,
    content: Bytes,
}

impl Multipart {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text field.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
        self.parts.push(Part { head, content: Bytes::copy_from_slice(value.as_bytes()) });
        self
    }

    /// Adds a file. `media_type` is sent as it is, as long as it is one line.
    #[must_use]
    pub fn file(mut self, name: &str, filename: &str, media_type: &str, content: Bytes) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}",
            quoted(name),
            quoted(filename),
            media_type.replace(['\r', '\n'], " "),
        );
        self.parts.push(Part { head, content });
        self
    }

    /// The header and the body.
    pub(crate) fn finish(self) -> Result<(HeaderValue, Payload), Error> {
        let boundary = self.boundary();
        let mut pieces = Vec::with_capacity(2 * self.parts.len() + 1);
        let mut between = format!("--{boundary}\r\n");
        for part in self.parts {
            pieces.push(Bytes::from(format!("{between}{}\r\n\r\n", part.head)));
            pieces.push(part.content);
            between = format!("\r\n--{boundary}\r\n");
        }
        pieces.push(Bytes::from(format!("{}--\r\n", between.trim_end())));
        let kind = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
            .map_err(|error| Error::config("body", "expected a form").with_source(error))?;
        Ok((kind, Payload::of(pieces)))
    }

    /// A boundary that stands in none of the parts, found without chance: the first of a row. One
    /// look at the content is enough, however many of the row stand there.
    fn boundary(&self) -> String {
        let finder = memchr::memmem::Finder::new(BOUNDARY);
        let mut taken = HashSet::new();
        for Part { content, .. } in &self.parts {
            for at in finder.find_iter(content) {
                let digits = content.get(at + BOUNDARY.len()..).and_then(|rest| rest.get(..8));
                let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
                taken.extend(digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()));
            }
        }
        let free = (0..=u32::MAX).find(|number| !taken.contains(number));
        format!("{BOUNDARY}{:08x}", free.unwrap_or_default())
    }
}

/// What boundaries begin with; a number of eight digits follows.
const BOUNDARY: &str = "codespar-form-boundary-";

/// The number of parts only: they carry personal data.
impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Multipart({} parts)", self.parts.len())
    }
}

/// A name in quotes, escaped as browsers do.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_of_a_part_is_not_copied() {
        let content = Bytes::from_static(b"%PDF-1.7");
        let form = Multipart::new().text("kind", "boleto").file(
            "file",
            "a \"b\".pdf",
            "application/pdf",
            content.clone(),
        );
        let (kind, payload) = form.finish().unwrap();
        assert!(payload.pieces().iter().any(|piece| piece.as_ptr() == content.as_ptr()));
        assert_eq!(kind, "multipart/form-data; boundary=codespar-form-boundary-00000000");
        let text = String::from_utf8(payload.to_bytes().to_vec()).unwrap();
        insta::assert_snapshot!(text.replace("\r\n", "\n"), @r#"
        --codespar-form-boundary-00000000
        Content-Disposition: form-data; name="kind"

        boleto
        --codespar-form-boundary-00000000
        Content-Disposition: form-data; name="file"; filename="a %22b%22.pdf"
        Content-Type: application/pdf

        %PDF-1.7
        --codespar-form-boundary-00000000--
        "#);
    }

    #[test]
    fn a_boundary_that_stands_in_a_part_is_not_used() {
        let content = Bytes::from_static(b"--codespar-form-boundary-00000000--");
        let (kind, _) = Multipart::new().file("f", "f", "text/plain", content).finish().unwrap();
        assert!(kind.to_str().unwrap().ends_with("00000001"));
        let row: String = (0..300).rev().map(|n| format!("{BOUNDARY}{n:08x}\r\n")).collect();
        let form = Multipart::new().text("a", &row).file("f", "f", "text/plain", Bytes::from(row));
        let (kind, _) = form.finish().unwrap();
        assert!(kind.to_str().unwrap().ends_with("-0000012c"));
    }
}
