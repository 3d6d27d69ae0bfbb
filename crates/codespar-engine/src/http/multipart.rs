//! Forms of parts (`multipart/form-data`, RFC 7578), made of pieces that are not copied.

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;

use crate::{
    error::Error,
    http::{
        content::Content,
        payload::{Part as Piece, Payload},
    },
};

/// A form that uploads files beside fields.
#[derive(Clone, Default)]
pub struct Multipart {
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    head: String,
    content: Content,
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
        self.parts.push(Part { head, content: value.to_owned().into() });
        self
    }

    /// Adds a file. `media_type` is sent as it is, as long as it is one line.
    ///
    /// The content is not copied. What is read while it is sent needs a
    /// [`length`](Content::length).
    #[must_use]
    pub fn file(
        mut self,
        name: &str,
        filename: &str,
        media_type: &str,
        content: impl Into<Content>,
    ) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}",
            quoted(name),
            quoted(filename),
            media_type.replace(['\r', '\n'], " "),
        );
        self.parts.push(Part { head, content: content.into() });
        self
    }

    /// The header and the body, parted by what is made of the noise: the content is not looked at,
    /// however long it is, and could not have known it.
    pub(crate) fn finish(self, noise: u128) -> Result<(HeaderValue, Payload), Error> {
        let boundary = format!("codespar-form-boundary-{noise:032x}");
        let mut pieces = Vec::with_capacity(2 * self.parts.len() + 1);
        let mut between = format!("--{boundary}\r\n");
        for part in self.parts {
            pieces.push(frame(format!("{between}{}\r\n\r\n", part.head)));
            pieces.push(Piece::Content(part.content));
            between = format!("\r\n--{boundary}\r\n");
        }
        pieces.push(frame(format!("{}--\r\n", between.trim_end())));
        let kind = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
            .map_err(|error| Error::config("body", "expected a form").with_source(error))?;
        Ok((kind, Payload::of_parts(pieces)?))
    }
}

fn frame(text: String) -> Piece {
    Piece::Frame(Bytes::from(text))
}

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
        let (kind, payload) = form.finish(NOISE).unwrap();
        assert!(payload.pieces().unwrap().iter().any(|piece| piece.as_ptr() == content.as_ptr()));
        assert_eq!(
            kind,
            "multipart/form-data; boundary=codespar-form-boundary-00112233445566778899aabbccddeeff"
        );
        let text = String::from_utf8(payload.to_bytes().unwrap().to_vec()).unwrap();
        insta::assert_snapshot!(text.replace("\r\n", "\n"), @r#"
        --codespar-form-boundary-00112233445566778899aabbccddeeff
        Content-Disposition: form-data; name="kind"

        boleto
        --codespar-form-boundary-00112233445566778899aabbccddeeff
        Content-Disposition: form-data; name="file"; filename="a %22b%22.pdf"
        Content-Type: application/pdf

        %PDF-1.7
        --codespar-form-boundary-00112233445566778899aabbccddeeff--
        "#);
    }

    #[test]
    fn the_boundary_is_of_the_noise_and_not_of_the_content() {
        let kind = |content: &'static str, noise| {
            let form = Multipart::new().file("f", "f", "text/plain", Bytes::from(content));
            let (kind, _) = form.finish(noise).unwrap();
            kind.to_str().unwrap().split_once("boundary=").unwrap().1.to_owned()
        };
        let boundary = kind("", NOISE);
        // To find these, somebody would have to read them.
        let held = "\r\n--codespar-form-boundary-00112233445566778899aabbccddeeff--\r\n";
        assert_eq!(kind(held, NOISE), boundary);
        assert_ne!(kind("", NOISE + 1), boundary);
        assert_ne!(kind("", NOISE ^ 1 << 127), boundary);
        // RFC 2046 5.1.1.
        assert!(kind("", u128::MAX).len() <= 70 && kind("", 0).len() <= 70);
    }

    const NOISE: u128 = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff;
}
