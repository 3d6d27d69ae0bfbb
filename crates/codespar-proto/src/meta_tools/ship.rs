//! Sending parcels (`codespar_ship`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Sensitive, WireEnum, driver::Transport, endpoints,
};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool},
    session::Session,
    types::money::{Major, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Buys a label for a parcel, says what one would cost, or where a parcel is.
    fn ship(session_id; json(tool("codespar_ship")): &ShipArgs) -> ToolOutput<Shipment>:
        "session.ship" POST "/v1/sessions/{session_id}/execute", effect MovesMoney;
}

/// What is asked of a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ShipAction {
    /// A label: the shipment is bought.
    Label,
    /// What it would cost.
    Quote,
    /// Where it is.
    Track,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which offer of a carrier is taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ServiceLevel {
    /// The fastest way of delivery.
    Fastest,
    /// The cheapest, which is the server's choice where none is named.
    Cheapest,
    /// The usual one.
    Standard,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// One end of a shipment.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct PostalAddress {
    /// The postal code, such as `01310-100`.
    pub postal_code: Sensitive,
    /// The city of the address.
    pub city: Option<String>,
    /// The state, such as `SP`.
    pub state: Option<String>,
    /// The country, such as `BR`.
    pub country: Option<String>,
    /// The street of the address.
    pub line_1: Option<Sensitive>,
    /// The house number.
    pub number: Option<Sensitive>,
}

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct ParcelItem {
    /// Its weight, in **grams**.
    #[wire(into)]
    pub weight_g: f64,
    /// The description of the parcel: what is in it.
    #[wire(personal)]
    pub description: Option<Sensitive>,
    /// Its width, in centimetres.
    pub width_cm: Option<f64>,
    /// Its height, in centimetres.
    pub height_cm: Option<f64>,
    /// Its length, in centimetres.
    pub length_cm: Option<f64>,
    /// How many of it; 1 where not said.
    pub quantity: Option<u32>,
    /// What one of it is worth, for the insurance. The API does not fix the unit; carriers
    /// take **major** units.
    pub declared_value: Option<Major>,
}

/// What is to be sent from where to where, or which shipment to look at.
///
/// ```
/// use codespar_proto::meta_tools::{ParcelItem, PostalAddress, ServiceLevel, ShipArgs};
///
/// let args = ShipArgs::quote(
///     PostalAddress::new("01310-100"),
///     PostalAddress::new("20040-020"),
///     vec![ParcelItem::new(500).quantity(2)],
/// )
/// .service_level(ServiceLevel::Fastest);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ShipArgs {
    /// The action that is asked for.
    #[wire(into)]
    pub action: ShipAction,
    /// The address that the parcels are sent from.
    pub origin: Option<PostalAddress>,
    /// The address that the parcels are sent to.
    pub destination: Option<PostalAddress>,
    /// The parcels that are sent.
    pub items: Option<Vec<ParcelItem>>,
    /// Which offer is taken.
    pub service_level: Option<ServiceLevel>,
    /// The shipment to look at.
    pub tracking_code: Option<String>,
    /// Notes for the carrier: an object.
    #[wire(into)]
    pub metadata: Option<Json>,
}

impl ShipArgs {
    /// Asks for a label. This buys the shipment.
    pub fn label(
        origin: PostalAddress,
        destination: PostalAddress,
        items: Vec<ParcelItem>,
    ) -> Self {
        Self::new(ShipAction::Label).origin(origin).destination(destination).items(items)
    }

    /// Asks what a shipment would cost.
    pub fn quote(
        origin: PostalAddress,
        destination: PostalAddress,
        items: Vec<ParcelItem>,
    ) -> Self {
        Self::new(ShipAction::Quote).origin(origin).destination(destination).items(items)
    }

    /// Asks where a shipment is.
    pub fn track(tracking_code: impl Into<String>) -> Self {
        Self::new(ShipAction::Track).tracking_code(tracking_code)
    }

    fn check(&self) -> Result<(), Error> {
        check_object("metadata", self.metadata.as_ref())?;
        match self.action {
            ShipAction::Label | ShipAction::Quote => self.check_parcels(),
            ShipAction::Track => {
                check_filled("tracking_code", self.tracking_code.as_deref().unwrap_or_default())
            }
            ShipAction::Other(_) => Ok(()),
        }
    }

    fn check_parcels(&self) -> Result<(), Error> {
        for (end, address) in [("origin", &self.origin), ("destination", &self.destination)] {
            let Some(address) = address else {
                return Err(Error::config(end, "expected an address"));
            };
            check_filled(&format!("{end}.postal_code"), address.postal_code.expose())?;
        }
        let items = self.items.as_deref().unwrap_or_default();
        if items.is_empty() {
            return Err(Error::config("items", "expected at least one"));
        }
        items.iter().enumerate().try_for_each(|(index, item)| item.check(index))
    }
}

impl ParcelItem {
    fn check(&self, index: usize) -> Result<(), Error> {
        let sizes = [
            ("weight_g", Some(self.weight_g)),
            ("width_cm", self.width_cm),
            ("height_cm", self.height_cm),
            ("length_cm", self.length_cm),
        ];
        for (name, size) in sizes {
            if size.is_some_and(|size| !size.is_finite() || size <= 0.0) {
                return Err(Error::config(
                    format!("items[{index}].{name}"),
                    "expected more than zero",
                ));
            }
        }
        if self.quantity == Some(0) {
            return Err(Error::config(format!("items[{index}].quantity"), "expected at least 1"));
        }
        Ok(())
    }
}

/// A shipment, or the offer of one.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Shipment {
    /// The carrier's id.
    pub id: Option<String>,
    /// How it stands, in the carrier's words: `posted`, `quoted`, `in_transit`.
    pub status: Option<String>,
    /// What it is followed by.
    pub tracking_code: Option<String>,
    /// The label, which shows names and addresses to whoever has the link.
    pub label_url: Option<Sensitive>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// When it should arrive, as the carrier says it.
    pub estimated_delivery: Option<String>,
    /// What it costs, in **minor** units.
    pub cost_minor: Option<Minor>,
    /// The carrier's own answer.
    pub raw: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl<T: Transport> Session<T> {
    /// Buys a label, asks for a quote, or follows a shipment (`codespar_ship`).
    ///
    /// Weights are grams, sizes centimetres, the cost comes in minor units. A label costs money:
    /// the call is not repeated once the server may have seen it.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work: a label and a quote need `origin`,
    /// `destination` and `items`, tracking needs `tracking_code`. `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::ShipArgs;
    ///
    /// let shipment = session.ship(&ShipArgs::track("BR123456789BR")).send()?;
    /// println!("{}", shipment.status.as_deref().unwrap_or("unknown"));
    /// # Ok(()) }
    /// ```
    pub fn ship(&self, args: &ShipArgs) -> Call<T, ToolOutput<Shipment>> {
        self.call(ship(self.service(), self.id(), args))
    }
}
