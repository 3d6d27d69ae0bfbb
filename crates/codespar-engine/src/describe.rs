//! What types look like on the wire, as static data: schemas, command lines and tables are made
//! from it.
//!
//! Every type of an API has a [`Shape`]; derives write it from the type's own declaration, with the
//! first sentences of its documentation. It is a constant: what is not used is not in the program.
//!
//! ```
//! use codespar_engine::{Args, Describe, describe::{Shape, Unit}};
//!
//! /// What a buyer is charged.
//! #[derive(Clone, Debug, Args)]
//! #[non_exhaustive]
//! pub struct CreateCharge {
//!     /// How much, in **minor** units: `12550` is R$ 125,50.
//!     #[wire(minor)]
//!     pub amount: i64,
//!     /// Until when it is payable. Boletos only.
//!     #[wire(day)]
//!     pub due_date: Option<String>,
//! }
//!
//! let Shape::Object(object) = CreateCharge::SHAPE else { unreachable!() };
//! assert_eq!(object().about, "What a buyer is charged");
//! let [amount, due_date] = object().members else { unreachable!() };
//! assert_eq!(amount.about, "How much, in **minor** units: `12550` is R$ 125,50");
//! assert_eq!((amount.required, amount.unit()), (true, Some(Unit::Minor)));
//! assert_eq!((due_date.name, due_date.about), ("due_date", "Until when it is payable"));
//! ```

pub(crate) mod lookup;
mod named;
mod redacted;
mod types;

#[cfg(feature = "registry")]
mod schema;
#[cfg(feature = "registry")]
mod tree;

pub use self::named::{Choice, InCurrency, Member, Object, OneOf, Value, Variant, ambiguous_names};
pub use self::redacted::{redacted, redacted_json};
#[cfg(feature = "registry")]
pub use self::schema::{SchemaOptions, schema};

/// A type that can be described.
pub trait Describe {
    /// What it looks like.
    const SHAPE: &'static Shape;
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// Any JSON value.
    Any,
    /// `null`, or no body.
    Null,
    /// A text, a number, a truth value.
    Scalar(Scalar),
    /// A value or `null`.
    Nullable(&'static Self),
    /// An array of values of one shape.
    List(&'static Self),
    /// A page of a list, [`Page`](crate::Page): its `items`, and `next`, the cursor or `null`.
    Page(&'static Self),
    /// An object of any member names.
    Map(&'static Self),
    /// A text out of a list.
    Choice(&'static Choice),
    /// An object. Behind a function, so that a type may hold itself.
    Object(fn() -> &'static Object),
    /// The members of several objects in one; of two with one name the first counts.
    AllOf(&'static [&'static Self]),
    /// One of several. Behind a function, so that a type may hold itself.
    OneOf(fn() -> &'static OneOf),
}

impl Shape {
    /// Any JSON value.
    pub const ANY: &'static Self = &Self::Any;
    /// The shape of `null` and of no body.
    pub const NULL: &'static Self = &Self::Null;
    /// The shape of a text.
    pub const TEXT: &'static Self = &Self::Scalar(Scalar::new(Kind::Text));
    /// A whole number.
    pub const INTEGER: &'static Self = &Self::Scalar(Scalar::new(Kind::Integer));
    /// The shape of a number.
    pub const NUMBER: &'static Self = &Self::Scalar(Scalar::new(Kind::Number));
    /// `true` or `false`.
    pub const BOOLEAN: &'static Self = &Self::Scalar(Scalar::new(Kind::Boolean));

    /// The same, counting in a unit. What is no scalar stays as it is, here and below.
    #[must_use]
    pub const fn in_unit(self, unit: Unit) -> Self {
        match self {
            Self::Scalar(scalar) => Self::Scalar(scalar.in_unit(unit)),
            other => other,
        }
    }

    /// The same, not to be shown.
    #[must_use]
    pub const fn secret(self) -> Self {
        match self {
            Self::Scalar(scalar) => Self::Scalar(scalar.secret()),
            other => other,
        }
    }

    /// The same, about a person.
    #[must_use]
    pub const fn personal(self) -> Self {
        match self {
            Self::Scalar(scalar) => Self::Scalar(scalar.personal()),
            other => other,
        }
    }

    /// The scalar that it is, or that its items or values are.
    pub const fn scalar(&self) -> Option<Scalar> {
        match self {
            Self::Scalar(scalar) => Some(*scalar),
            Self::Nullable(inner) | Self::List(inner) | Self::Map(inner) => inner.scalar(),
            _ => None,
        }
    }
}

/// A text, a number, a truth value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scalar {
    /// Which of them.
    pub kind: Kind,
    /// What it counts.
    pub unit: Option<Unit>,
    /// Whether it is not to be shown.
    pub secret: bool,
    /// Whether it is about a person.
    pub personal: bool,
}

impl Scalar {
    /// A scalar of a kind.
    pub const fn new(kind: Kind) -> Self {
        Self { kind, unit: None, secret: false, personal: false }
    }

    /// Counts in a unit.
    #[must_use]
    pub const fn in_unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Is not to be shown.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Is about a person.
    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }
}

/// What a scalar is in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A text in quotes.
    Text,
    /// A whole number.
    Integer,
    /// A number, whole or not.
    Number,
    /// `true` or `false`.
    Boolean,
}

impl Kind {
    /// JSON Schema's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// What a number counts, or how a text spells a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Minor units of a currency: centavos, cents.
    Minor,
    /// Major units of a currency: reais, dollars.
    Major,
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds of a duration.
    Seconds,
    /// Minutes of a duration.
    Minutes,
    /// Hours of a duration.
    Hours,
    /// How many days.
    Days,
    /// One day, `YYYY-MM-DD`.
    Day,
    /// A moment, RFC 3339.
    Timestamp,
    /// A moment, in seconds since 1970.
    UnixSeconds,
    /// Hundredths of a whole.
    Percent,
    /// Bytes of a size.
    Bytes,
}

impl Unit {
    /// The word for it, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Milliseconds => "milliseconds",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Day => "day",
            Self::Timestamp => "timestamp",
            Self::UnixSeconds => "unix_seconds",
            Self::Percent => "percent",
            Self::Bytes => "bytes",
        }
    }

    /// JSON Schema's `format`, for texts that spell a time.
    pub const fn format(self) -> Option<&'static str> {
        match self {
            Self::Day => Some("date"),
            Self::Timestamp => Some("date-time"),
            _ => None,
        }
    }
}
