//! Sending parcels (`codespar_ship`).

use codespar_engine::{
    Call, Error, Json, Sensitive, Transport, answer, args, endpoints, open_enum,
};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool_output},
    session::{Session, execute::Execute},
    types::money::{Major, Minor},
};

endpoints! {
    pub(crate) static ROUTES;
    fn ship(session; json: &Execute<'_, ShipArgs>) -> ToolOutput<Shipment>: "session.ship" POST "/v1/sessions/{session}/execute", effect MovesMoney, read tool_output;
}

open_enum! {
    /// What is asked of a carrier.
    pub enum ShipAction {
        /// A label: the shipment is bought.
        Label = "label",
        /// What it would cost.
        Quote = "quote",
        /// Where it is.
        Track = "track",
    }
}

open_enum! {
    /// Which offer of a carrier is taken.
    pub enum ServiceLevel {
        /// The fastest way of delivery.
        Fastest = "fastest",
        /// The cheapest, which is the server's choice where none is named.
        Cheapest = "cheapest",
        /// The usual one.
        Standard = "standard",
    }
}

args! {
    /// One end of a shipment.
    pub struct PostalAddress {
        /// The postal code, such as `01310-100`.
        postal_code: Sensitive,
    } with {
        /// The city of the address.
        city: String = into,
        /// The state, such as `SP`.
        state: String = into,
        /// The country, such as `BR`.
        country: String = into,
        /// The street of the address.
        line_1: Sensitive = into,
        /// The house number.
        number: Sensitive = into,
    }
}

args! {
    /// Something to be sent.
    pub struct ParcelItem {
        /// Its weight, in **grams**.
        weight_g: f64,
    } with {
        /// The description of the parcel: what is in it.
        description: String = into,
        /// Its width, in centimetres.
        width_cm: f64,
        /// Its height, in centimetres.
        height_cm: f64,
        /// Its length, in centimetres.
        length_cm: f64,
        /// How many of it; 1 where not said.
        quantity: u32,
        /// What one of it is worth, for the insurance. The API does not fix the unit; carriers
        /// take **major** units.
        declared_value: Major,
    }
}

args! {
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
    pub struct ShipArgs {
        /// The action that is asked for.
        action: ShipAction,
    } with {
        /// The address that the parcels are sent from.
        origin: PostalAddress,
        /// The address that the parcels are sent to.
        destination: PostalAddress,
        /// The parcels that are sent.
        items: Vec<ParcelItem>,
        /// Which offer is taken.
        service_level: ServiceLevel,
        /// The shipment to look at.
        tracking_code: String = into,
        /// Notes for the carrier: an object.
        metadata: Json = into,
    }
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

answer! {
    /// A shipment, or the offer of one.
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
    }
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
        self.checked("session.ship", args.check(), |service| {
            ship(service, self.id(), &Execute { tool: "codespar_ship", input: args })
        })
    }
}
