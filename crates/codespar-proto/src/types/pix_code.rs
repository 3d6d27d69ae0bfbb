//! Pix codes that are there, and QR codes of them.

use codespar_engine::{Error, KeyUse, Sensitive, Stage, Verdict, kit::Judgement};

/// The Pix code of a charge that was made.
pub(crate) fn pix_code(code: Option<&Sensitive>) -> Result<&Sensitive, Error> {
    code.ok_or_else(|| wrong("the server gave none"))
}

/// The charge was made: only its code is not what it should be.
fn wrong(what: &str) -> Error {
    let issued = Judgement { verdict: Verdict::Done(Stage::Issued), key: KeyUse::Same };
    Error::decode(format!("pix_copy_paste: {what}")).judged(issued)
}

/// The QR code of a Pix code, as a picture or as text (feature `qr`). Whoever sees it can pay.
///
/// ```
/// use codespar_proto::{Charge, Error};
///
/// fn show(charge: &Charge) -> Result<(), Error> {
///     let qr = charge.qr()?;
///     println!("{}", qr.text());
///     let page = format!("<figure>{}</figure>", qr.svg());
///     # drop(page);
///     Ok(())
/// }
/// ```
#[cfg(feature = "qr")]
#[derive(Clone)]
pub struct QrCode(qrcode::QrCode);

#[cfg(feature = "qr")]
impl QrCode {
    /// Draws a Pix code.
    ///
    /// # Errors
    /// `Decode`, when it is too long for a QR code.
    pub fn of(code: &Sensitive) -> Result<Self, Error> {
        qrcode::QrCode::new(code.expose()).map(Self).map_err(|_| wrong("too long for a QR code"))
    }

    /// An SVG element, to be put into a page: at least 256 pixels wide, with a quiet zone.
    #[doc(alias = "image")]
    pub fn svg(&self) -> String {
        let svg =
            self.0.render::<qrcode::render::svg::Color<'_>>().min_dimensions(256, 256).build();
        // The declaration of XML is for files; within a page there is none.
        svg.split_once("?>").map_or(svg.as_str(), |(_, element)| element).to_owned()
    }

    /// Lines of half blocks, for a terminal with light letters on dark ground.
    #[doc(alias = "terminal")]
    #[doc(alias = "ascii")]
    pub fn text(&self) -> String {
        use qrcode::render::unicode::Dense1x2;
        // What is light is drawn, what is dark is left out.
        let mut lines = self.0.render::<Dense1x2>();
        lines.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build()
    }
}

#[cfg(feature = "qr")]
impl std::fmt::Debug for QrCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("QrCode([redacted])")
    }
}
