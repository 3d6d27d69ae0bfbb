//! Issuing cards (`codespar_issue`).

use codespar_engine::{Call, Error, Json, Transport, answer, args, endpoints, open_enum};

use crate::{
    check::{check_filled, check_object},
    meta_tools::output::{ToolOutput, tool_output},
    session::{Session, execute::Execute},
};

endpoints! {
    pub(crate) static ROUTES;
    fn issue(session; json: &Execute<'_, IssueArgs>) -> ToolOutput<IssuedCard>: "session.issue" POST "/v1/sessions/{session}/execute", effect MovesMoney, read tool_output;
}

open_enum! {
    /// What is asked of the card issuer.
    pub enum IssueAction {
        /// A card that exists as a number only.
        CardVirtual = "card-virtual",
        /// A card of plastic, sent by mail.
        CardPhysical = "card-physical",
        /// To freeze, unfreeze or cancel a card.
        CardControl = "card-control",
        /// How a card stands.
        CardGet = "card-get",
    }
}

open_enum! {
    /// What is done to a card.
    pub enum CardControl {
        /// It cannot be used until it is unfrozen.
        Freeze = "freeze",
        /// It can be used again.
        Unfreeze = "unfreeze",
        /// It is gone for good.
        Cancel = "cancel",
    }
}

args! {
    /// What is asked of the card issuer.
    ///
    /// ```
    /// use codespar_proto::meta_tools::{CardControl, IssueArgs};
    ///
    /// let args = IssueArgs::control_card("crd_1", CardControl::Freeze).reason("lost");
    /// ```
    pub struct IssueArgs {
        /// The action that is asked for.
        action: IssueAction,
    } with {
        /// Whose card it becomes.
        cardholder_id: String = into,
        /// The card program it belongs to.
        program_id: String = into,
        /// The card to look at or to act on.
        card_id: String = into,
        /// What is done to it.
        control: CardControl,
        /// The reason of the action.
        reason: String = into,
        /// Where a card of plastic is sent: an object, in the issuer's form.
        shipping_address: Json = into,
        /// Notes kept with it: an object.
        metadata: Json = into,
    }
}

impl IssueArgs {
    /// A card that exists as a number only.
    pub fn virtual_card(cardholder_id: impl Into<String>, program_id: impl Into<String>) -> Self {
        Self::new(IssueAction::CardVirtual).cardholder_id(cardholder_id).program_id(program_id)
    }

    /// A card of plastic. The address is an object in the issuer's form.
    pub fn physical_card(
        cardholder_id: impl Into<String>,
        program_id: impl Into<String>,
        shipping_address: impl Into<Json>,
    ) -> Self {
        Self::new(IssueAction::CardPhysical)
            .cardholder_id(cardholder_id)
            .program_id(program_id)
            .shipping_address(shipping_address)
    }

    /// Freezes, unfreezes or cancels a card.
    pub fn control_card(card_id: impl Into<String>, control: CardControl) -> Self {
        Self::new(IssueAction::CardControl).card_id(card_id).control(control)
    }

    /// A look at a card.
    pub fn card(card_id: impl Into<String>) -> Self {
        Self::new(IssueAction::CardGet).card_id(card_id)
    }

    fn check(&self) -> Result<(), Error> {
        let filled = |field: &str, text: &Option<String>| {
            check_filled(field, text.as_deref().unwrap_or_default())
        };
        check_object("metadata", self.metadata.as_ref())?;
        check_object("shipping_address", self.shipping_address.as_ref())?;
        match &self.action {
            IssueAction::CardVirtual | IssueAction::CardPhysical => {
                filled("cardholder_id", &self.cardholder_id)?;
                filled("program_id", &self.program_id)?;
                if self.action == IssueAction::CardPhysical && self.shipping_address.is_none() {
                    return Err(Error::config("shipping_address", "expected an address"));
                }
                Ok(())
            }
            IssueAction::CardControl => {
                filled("card_id", &self.card_id)?;
                match self.control {
                    Some(_) => Ok(()),
                    None => Err(Error::config("control", "expected what is to be done")),
                }
            }
            IssueAction::CardGet => filled("card_id", &self.card_id),
            IssueAction::Other(_) => Ok(()),
        }
    }
}

answer! {
    /// A card of a card program.
    pub struct IssuedCard {
        /// The issuer's id.
        pub id: Option<String>,
        /// How it stands, in the issuer's words: `ACTIVE`, `BLOCKED`.
        pub status: Option<String>,
        /// What kind it is, in the issuer's words: `VIRTUAL`.
        pub card_type: Option<String>,
        /// The end of its number.
        pub last_four: Option<String>,
        /// Whose it is.
        pub cardholder_id: Option<String>,
        /// The program it belongs to.
        pub program_id: Option<String>,
        /// The issuer's own answer.
        pub raw: Option<Json>,
    }
}

impl<T: Transport> Session<T> {
    /// Issues a card, controls one or looks at one (`codespar_issue`).
    ///
    /// The call is not repeated once the server may have seen it: twice would be two cards.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` when it was refused.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::meta_tools::IssueArgs;
    ///
    /// let card = session.issue(&IssueArgs::virtual_card("usr_1", "prg_1")).send()?;
    /// println!("{}", card.last_four.as_deref().unwrap_or("????"));
    /// # Ok(()) }
    /// ```
    pub fn issue(&self, args: &IssueArgs) -> Call<T, ToolOutput<IssuedCard>> {
        self.checked("session.issue", args.check(), |service| {
            issue(service, self.id(), &Execute { tool: "codespar_issue", input: args })
        })
    }
}
