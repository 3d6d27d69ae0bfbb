//! The Pix code of a charge as a QR code.

use std::io::{self, IsTerminal as _};

use clap::ArgMatches;
use codespar_blocking::{Json, types::QrCode};

use crate::{
    money::text,
    outcome::Failure,
    output::{Format, failed_write, note, stdout},
};

/// Draws it below the table on a terminal, and where it is asked for; beside JSON it goes to
/// standard error.
pub(crate) fn show(matches: &ArgMatches, charge: &Json) -> Result<(), Failure> {
    let Some(code) = text(charge, "pix_copy_paste") else { return Ok(()) };
    let is_table = Format::of(matches) == Format::Table;
    let by_itself = is_table && io::stdout().is_terminal() && !matches.get_flag("no-qr");
    if !by_itself && !matches.get_flag("qr") {
        return Ok(());
    }
    match QrCode::of(&code.into()) {
        Ok(qr) if is_table => {
            stdout(&format!("{}\n", qr.text())).map_err(|error| failed_write(&error, true))
        }
        Ok(qr) => {
            note(&qr.text());
            Ok(())
        }
        // The code itself is there.
        Err(error) => {
            note(&format!("no QR code: {error}"));
            Ok(())
        }
    }
}
