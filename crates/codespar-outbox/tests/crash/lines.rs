//! The list: what its lines are, and what has to have become of each.

use codespar_proto::{Buyer, ChargeMethod, CreateCharge, Currency, Minor, mandates::SpendArgs};

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Charge,
    Spend,
    /// A spend that a person has to approve.
    Held,
    /// A spend that is refused for good.
    Refused,
    /// A spend that nobody hears of, and then does.
    Uncertain,
    /// A spend that nobody ever hears of.
    Never,
    /// An immediate Pix, which is not safe to repeat.
    Pix,
}

impl Kind {
    pub(crate) const fn operation(self) -> &'static str {
        match self {
            Self::Charge | Self::Pix => "charges.create",
            _ => "mandates.spend",
        }
    }
}

/// The special ones, which every list has in its midst.
const SPECIAL: [Kind; 5] = [Kind::Held, Kind::Refused, Kind::Uncertain, Kind::Never, Kind::Pix];

/// A list of this many lines: charges and spends in turn, the special ones in the midst.
pub(crate) fn list(many: usize) -> Vec<(String, Kind)> {
    let plain = many.saturating_sub(SPECIAL.len()).max(3);
    let plain = (0..plain).map(|at| if at % 2 == 0 { Kind::Charge } else { Kind::Spend });
    let mut kinds: Vec<_> = plain.collect();
    let midst = kinds.len() / 2;
    kinds.splice(midst..midst, SPECIAL);
    kinds.into_iter().enumerate().map(|(at, kind)| (format!("line {at:03}"), kind)).collect()
}

/// A boleto with a due date.
pub(crate) fn invoice() -> CreateCharge {
    CreateCharge::new("1.00".parse().unwrap(), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("con_1")
        .buyer(Buyer::new("Maria Silva").document("11144477735"))
        .due_date("2030-12-31")
}

/// An immediate Pix.
pub(crate) fn pix() -> CreateCharge {
    CreateCharge::new("10.00".parse().unwrap(), Currency::BRL, ChargeMethod::Pix)
}

/// The amount above which a person has to approve.
pub(crate) const APPROVAL_ABOVE: i64 = 20_000;

/// The spend of a line, under the mandate that it is of.
pub(crate) fn spend(kind: Kind, id: &str) -> SpendArgs {
    let minor = match kind {
        Kind::Held => APPROVAL_ABOVE + 1,
        Kind::Uncertain | Kind::Never => 667,
        _ => 100,
    };
    SpendArgs::new(id, Minor::new(minor), "shop@pix.test")
}
