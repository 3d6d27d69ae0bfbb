//! Bills as files: a PDF or an image, and who uploads it.

use codespar_engine::{Content, Error, Multipart, Sensitive};

use crate::{api::payables::files::Upload, check::check_filled};

/// A bill to upload, a PDF, PNG, JPEG or WebP of at most 10 MiB and 10 pages, and who does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DocumentUpload {
    /// The file: its content, and what it says about itself.
    pub file: Upload,
    /// The person who uploads it.
    pub actor: Option<Sensitive>,
}

impl DocumentUpload {
    /// A file, by nobody in particular.
    pub const fn new(file: Upload) -> Self {
        Self { file, actor: None }
    }

    /// Content with a name, by which the media type is guessed.
    pub fn guess(filename: impl AsRef<str>, content: impl Into<Content>) -> Self {
        Self::new(Upload::guess(filename, content))
    }

    /// Names the person who uploads it.
    #[must_use]
    pub fn actor(mut self, actor: impl Into<Sensitive>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// The parts named `document` and `actor`.
    pub(super) fn form(&self) -> Multipart {
        let form = self.file.form("document");
        match &self.actor {
            Some(actor) => form.text("actor", actor.expose()),
            None => form,
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.file.check()?;
        self.actor.as_ref().map_or(Ok(()), |actor| check_filled("actor", actor.expose()))
    }
}
