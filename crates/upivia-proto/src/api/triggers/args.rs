//! What triggers are made, changed and listed with.

use codespar_engine::{
    Args, Describe, WireEnum,
    describe::{self, Member, Shape},
    kit::{Check, Error, check_filled},
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{client::pages::check_page_limit, types::object::Object};

/// What sets a trigger off.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TriggerKind {
    /// A signed call from outside.
    Webhook,
    /// The clock: it is set off by a cron schedule.
    Cron,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which triggers are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct TriggerQuery {
    /// At most this many per page, 1 to 500.
    pub limit: Option<u32>,
    /// The page at this cursor; only for single pages.
    pub cursor: Option<String>,
}

impl TriggerQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }
}

/// What a trigger is made with: [`webhook`](Self::webhook) or [`cron`](Self::cron).
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, no_new)]
#[non_exhaustive]
pub struct CreateTrigger {
    /// The agent on whose account it happens.
    pub agent_id: String,
    /// What sets it off.
    pub kind: TriggerKind,
    /// What happens, such as `email.send`.
    pub operation: String,
    /// What the operation is given; `{{name}}` stands for a member of what is fired.
    #[wire(no_setter)]
    #[wire(personal)]
    pub payload_template: Option<Object>,
    /// When it happens, as a cron expression: for triggers by the clock.
    #[wire(no_setter)]
    pub schedule_expr: Option<String>,
}

impl CreateTrigger {
    /// A trigger that is fired from outside. In the texts of the template, `{{name}}` stands for
    /// a member of what is fired.
    ///
    /// # Errors
    /// `Config` naming `payload_template`: it is no object, or a number in it is not finite.
    ///
    /// ```
    /// use upivia_proto::triggers::CreateTrigger;
    ///
    /// let template = serde_json::json!({"to": "ana@example.com", "body": "{{message}}"});
    /// let trigger = CreateTrigger::webhook("agt_1", "email.send", &template)?;
    /// # Ok::<(), upivia_proto::Error>(())
    /// ```
    pub fn webhook<P: Serialize + ?Sized>(
        agent_id: impl Into<String>,
        operation: impl Into<String>,
        payload_template: &P,
    ) -> Result<Self, Error> {
        Ok(Self {
            agent_id: agent_id.into(),
            kind: TriggerKind::Webhook,
            operation: operation.into(),
            payload_template: Some(Object::of("payload_template", payload_template)?),
            schedule_expr: None,
        })
    }

    /// A trigger that the clock sets off, by a cron expression such as `0 9 * * 1-5`.
    ///
    /// ```
    /// use upivia_proto::{Object, triggers::CreateTrigger};
    ///
    /// let report = Object::of("payload", &serde_json::json!({"to": "ana@example.com"}))?;
    /// let trigger = CreateTrigger::cron("agt_1", "email.send", "0 9 * * 1-5").payload(report);
    /// # Ok::<(), upivia_proto::Error>(())
    /// ```
    pub fn cron(
        agent_id: impl Into<String>,
        operation: impl Into<String>,
        schedule_expr: impl Into<String>,
    ) -> Self {
        Self {
            agent_id: agent_id.into(),
            kind: TriggerKind::Cron,
            operation: operation.into(),
            payload_template: None,
            schedule_expr: Some(schedule_expr.into()),
        }
    }

    /// Sets what the operation is given.
    #[must_use]
    pub fn payload(mut self, payload_template: Object) -> Self {
        self.payload_template = Some(payload_template);
        self
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)?;
        check_filled("operation", &self.operation)?;
        match (&self.kind, &self.schedule_expr) {
            (_, Some(schedule)) => check_filled("schedule_expr", schedule),
            (TriggerKind::Cron, None) => {
                Err(Error::config("schedule_expr", "expected a cron expression"))
            }
            _ => Ok(()),
        }
    }
}

/// What of a trigger changes; something has to.
///
/// ```
/// use upivia_proto::triggers::UpdateTrigger;
///
/// let patch = UpdateTrigger::default().disabled(false).schedule_expr("0 9 * * *");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UpdateTrigger {
    /// Whether it is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// When it happens; `Some(None)` says `null`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub schedule_expr: Option<Option<String>>,
    /// What the operation is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_template: Option<Object>,
}

/// A member that is there, `null` too.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// An expression that is `null` is one that is taken away.
impl Describe for UpdateTrigger {
    const SHAPE: &'static Shape = &Shape::Object(|| {
        const SCHEDULE: &Shape = &Shape::Nullable(Shape::TEXT);
        const MEMBERS: &[Member] = &[
            Member::new("disabled", "Whether it is off", false, Shape::BOOLEAN),
            Member::new("schedule_expr", "When it happens, as a cron expression", false, SCHEDULE),
            Member::new("payload_template", "What it happens with", false, Object::SHAPE)
                .personal(),
        ];
        const { &describe::Object::new("UpdateTrigger", "What is changed", false, MEMBERS) }
    });
}

impl Check for UpdateTrigger {
    fn check(&self) -> Result<(), Error> {
        if let Some(Some(schedule)) = &self.schedule_expr {
            check_filled("schedule_expr", schedule)?;
        }
        if *self == Self::default() {
            return Err(Error::config("patch", "expected something to change"));
        }
        Ok(())
    }
}

impl UpdateTrigger {
    /// Switches it off or on.
    #[must_use]
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = Some(disabled);
        self
    }

    /// Sets when it happens, as a cron expression.
    #[must_use]
    pub fn schedule_expr(mut self, schedule_expr: impl Into<String>) -> Self {
        self.schedule_expr = Some(Some(schedule_expr.into()));
        self
    }

    /// Sets what the operation is given.
    #[must_use]
    pub fn payload_template(mut self, payload_template: Object) -> Self {
        self.payload_template = Some(payload_template);
        self
    }
}
