//! Takes a `multipart/form-data` body apart.

/// One part as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// The field.
    pub name: String,
    /// The file name as it is spelled in the header.
    pub filename: Option<String>,
    /// The part's own content type.
    pub content_type: Option<String>,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// The boundary in a content type.
#[must_use]
pub fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let value = parameters
        .filter_map(|parameter| parameter.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?
        .1;
    Some(value.trim_matches('"'))
}

/// The parts in order.
///
/// # Errors
/// What is wrong with the body.
pub fn parts(body: &[u8], boundary: &str) -> Result<Vec<Part>, String> {
    let opening = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body
        .strip_prefix(opening.as_bytes())
        .ok_or_else(|| "the body does not begin with its boundary".to_owned())?;
    let mut found = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            return if end.iter().all(u8::is_ascii_whitespace) {
                Ok(found)
            } else {
                Err("bytes follow the last boundary".to_owned())
            };
        }
        rest = rest.strip_prefix(b"\r\n").ok_or_else(|| "a boundary ends oddly".to_owned())?;
        let (section, next) = split_at(rest, delimiter.as_bytes())
            .ok_or_else(|| "the last boundary is missing".to_owned())?;
        found.push(part(section)?);
        rest = next;
    }
}

fn part(section: &[u8]) -> Result<Part, String> {
    let (head, content) = match section.strip_prefix(b"\r\n") {
        Some(content) => (&[][..], content),
        None => split_at(section, b"\r\n\r\n").ok_or_else(|| "a part has no head".to_owned())?,
    };
    let mut part = Part { content: content.to_vec(), ..Part::default() };
    for line in String::from_utf8_lossy(head).split("\r\n") {
        let (name, value) =
            line.split_once(':').ok_or_else(|| "a part's header has no colon".to_owned())?;
        match &*name.to_ascii_lowercase() {
            "content-disposition" => {
                part.name = parameter(value, "name").unwrap_or_default();
                part.filename = parameter(value, "filename");
            }
            "content-type" => part.content_type = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    Ok(part)
}

/// A quoted parameter as it is spelled: a quote inside it is escaped by a backslash or written in
/// percent.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, value) = rest.split_once('=')?;
        let value = value.trim_start().strip_prefix('"')?;
        let mut escaped = false;
        let end = value.find(|letter| {
            let closes = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            closes
        })?;
        if name.trim().eq_ignore_ascii_case(wanted) {
            return value.get(..end).map(str::to_owned);
        }
        rest = value.get(end + 1..)?.trim_start().strip_prefix(';')?;
    }
}

fn split_at<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let start = bytes.windows(delimiter.len()).position(|window| window == delimiter)?;
    Some((bytes.get(..start)?, bytes.get(start + delimiter.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_apart_as_spelled() {
        let body = b"--xX\r\nContent-Disposition: form-data; name=\"contentType\"\r\n\r\n\
            text/plain\r\n--xX\r\nContent-Disposition: form-data; name=\"file\"; \
            filename=\"a \\\"b\\\"; c=\xC3\xA7.pdf\"\r\n\
            Content-Type: application/pdf\r\n\r\n\r\n--x\r\n\0\r\n--xX--\r\n";
        let found = parts(body, boundary("multipart/form-data; boundary=\"xX\"").unwrap()).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((&*found[0].name, &found[0].filename), ("contentType", &None));
        assert_eq!(found[0].content, b"text/plain");
        assert_eq!(found[1].filename.as_deref(), Some("a \\\"b\\\"; c=ç.pdf"));
        assert_eq!(found[1].content_type.as_deref(), Some("application/pdf"));
        assert_eq!(found[1].content, b"\r\n--x\r\n\0");
    }

    #[test]
    fn a_body_without_its_end_is_refused() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx";
        assert!(parts(body, "b").unwrap_err().contains("last boundary"));
        assert!(parts(b"x", "b").unwrap_err().contains("begin"));
    }
}
