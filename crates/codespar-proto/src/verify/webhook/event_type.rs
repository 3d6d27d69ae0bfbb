//! The types of events that webhooks deliver.

use codespar_engine::WireEnum;

/// What an event is about.
///
/// Names this version does not know, such as those of the `commerce.onboarding.` and
/// `commerce.kyc.` families, are [`Other`](Self::Other) and keep their text.
///
/// ```
/// use codespar_proto::webhook::EventType;
///
/// assert_eq!(EventType::from("session.closed"), EventType::SessionClosed);
/// assert_eq!(EventType::from("moon.full").as_str(), "moon.full");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[non_exhaustive]
pub enum EventType {
    /// `approval.decided`: a person gave or refused an approval.
    #[serde(rename = "approval.decided")]
    ApprovalDecided,
    /// `approval.pending`: something waits for the approval of a person.
    #[serde(rename = "approval.pending")]
    ApprovalPending,
    /// `commerce.account_launch_in.received`: an entry came into an account.
    #[serde(rename = "commerce.account_launch_in.received")]
    CommerceAccountLaunchInReceived,
    /// `commerce.account_launch_out.received`: an entry went out of an account.
    #[serde(rename = "commerce.account_launch_out.received")]
    CommerceAccountLaunchOutReceived,
    /// `commerce.account_status.changed`: the status of an account changed.
    #[serde(rename = "commerce.account_status.changed")]
    CommerceAccountStatusChanged,
    /// `commerce.cashout.confirmed`: a cash-out was confirmed.
    #[serde(rename = "commerce.cashout.confirmed")]
    CommerceCashoutConfirmed,
    /// `commerce.charge.cancelled`: a charge was cancelled.
    #[serde(rename = "commerce.charge.cancelled")]
    CommerceChargeCancelled,
    /// `commerce.charge.created`: a charge was created.
    #[serde(rename = "commerce.charge.created")]
    CommerceChargeCreated,
    /// `commerce.charge.expired`: a charge ran out unpaid.
    #[serde(rename = "commerce.charge.expired")]
    CommerceChargeExpired,
    /// `commerce.charge.expiry_notified`: the expiry of a charge was notified.
    #[serde(rename = "commerce.charge.expiry_notified")]
    CommerceChargeExpiryNotified,
    /// `commerce.charge.paid`: a charge was paid.
    #[serde(rename = "commerce.charge.paid")]
    CommerceChargePaid,
    /// `commerce.charge.payment_notified`: the payment of a charge was notified.
    #[serde(rename = "commerce.charge.payment_notified")]
    CommerceChargePaymentNotified,
    /// `commerce.dict_claim.cancelled`: a claim on a Pix key was cancelled.
    #[serde(rename = "commerce.dict_claim.cancelled")]
    CommerceDictClaimCancelled,
    /// `commerce.dict_claim.completed`: a claim on a Pix key was completed.
    #[serde(rename = "commerce.dict_claim.completed")]
    CommerceDictClaimCompleted,
    /// `commerce.dict_claim.confirmed`: a claim on a Pix key was confirmed.
    #[serde(rename = "commerce.dict_claim.confirmed")]
    CommerceDictClaimConfirmed,
    /// `commerce.dict_claim.opened`: a claim on a Pix key was opened.
    #[serde(rename = "commerce.dict_claim.opened")]
    CommerceDictClaimOpened,
    /// `commerce.dict_claim.waiting`: a claim on a Pix key waits for an answer.
    #[serde(rename = "commerce.dict_claim.waiting")]
    CommerceDictClaimWaiting,
    /// `commerce.internal_transfer_in.received`: an internal transfer came in.
    #[serde(rename = "commerce.internal_transfer_in.received")]
    CommerceInternalTransferInReceived,
    /// `commerce.internal_transfer_out.received`: an internal transfer went out.
    #[serde(rename = "commerce.internal_transfer_out.received")]
    CommerceInternalTransferOutReceived,
    /// `commerce.mandate.granted`: a mandate was granted.
    #[serde(rename = "commerce.mandate.granted")]
    CommerceMandateGranted,
    /// `commerce.mandate.paused`: a mandate was paused.
    #[serde(rename = "commerce.mandate.paused")]
    CommerceMandatePaused,
    /// `commerce.mandate.resumed`: a mandate was resumed.
    #[serde(rename = "commerce.mandate.resumed")]
    CommerceMandateResumed,
    /// `commerce.mandate.revoked`: a mandate was revoked.
    #[serde(rename = "commerce.mandate.revoked")]
    CommerceMandateRevoked,
    /// `commerce.organization.paused`: an organization was paused.
    #[serde(rename = "commerce.organization.paused")]
    CommerceOrganizationPaused,
    /// `commerce.organization.resumed`: an organization was resumed.
    #[serde(rename = "commerce.organization.resumed")]
    CommerceOrganizationResumed,
    /// `commerce.payment.failed`: a payment failed.
    #[serde(rename = "commerce.payment.failed")]
    CommercePaymentFailed,
    /// `commerce.payment.pending`: a payment is pending.
    #[serde(rename = "commerce.payment.pending")]
    CommercePaymentPending,
    /// `commerce.payment.received`: a payment was received.
    #[serde(rename = "commerce.payment.received")]
    CommercePaymentReceived,
    /// `commerce.payment.refunded`: a payment was refunded.
    #[serde(rename = "commerce.payment.refunded")]
    CommercePaymentRefunded,
    /// `commerce.payment.succeeded`: a payment succeeded.
    #[serde(rename = "commerce.payment.succeeded")]
    CommercePaymentSucceeded,
    /// `commerce.payment.updated`: a payment changed, and is not settled.
    #[serde(rename = "commerce.payment.updated")]
    CommercePaymentUpdated,
    /// `commerce.pix_out.failed`: an outgoing Pix failed.
    #[serde(rename = "commerce.pix_out.failed")]
    CommercePixOutFailed,
    /// `commerce.pix_out.succeeded`: an outgoing Pix succeeded.
    #[serde(rename = "commerce.pix_out.succeeded")]
    CommercePixOutSucceeded,
    /// `commerce.pix_out.unconfirmed`: the outcome of an outgoing Pix is not known.
    #[serde(rename = "commerce.pix_out.unconfirmed")]
    CommercePixOutUnconfirmed,
    /// `commerce.pix_reversal_in.received`: a Pix that was sent came back.
    #[serde(rename = "commerce.pix_reversal_in.received")]
    CommercePixReversalInReceived,
    /// `commerce.pix_reversal_out.received`: a Pix that was received went back.
    #[serde(rename = "commerce.pix_reversal_out.received")]
    CommercePixReversalOutReceived,
    /// `commerce.rinne.observed`: an event of the provider Rinne was observed.
    #[serde(rename = "commerce.rinne.observed")]
    CommerceRinneObserved,
    /// `commerce.spend.failed`: spending under a mandate failed.
    #[serde(rename = "commerce.spend.failed")]
    CommerceSpendFailed,
    /// `commerce.spend.settled`: spending under a mandate was settled.
    #[serde(rename = "commerce.spend.settled")]
    CommerceSpendSettled,
    /// `commerce.ted_in.succeeded`: a bank transfer (TED) came in.
    #[serde(rename = "commerce.ted_in.succeeded")]
    CommerceTedInSucceeded,
    /// `dda.boleto.registered`: a boleto was registered for a payer (DDA).
    #[serde(rename = "dda.boleto.registered")]
    DdaBoletoRegistered,
    /// `dda.subscription.activated`: a DDA subscription was activated.
    #[serde(rename = "dda.subscription.activated")]
    DdaSubscriptionActivated,
    /// `dda.subscription.failed`: a DDA subscription failed.
    #[serde(rename = "dda.subscription.failed")]
    DdaSubscriptionFailed,
    /// `proxy_call.failed`: a call to a provider by `proxy_execute` failed.
    #[serde(rename = "proxy_call.failed")]
    ProxyCallFailed,
    /// `proxy_call.succeeded`: a call to a provider by `proxy_execute` succeeded.
    #[serde(rename = "proxy_call.succeeded")]
    ProxyCallSucceeded,
    /// `session.closed`: a session was closed.
    #[serde(rename = "session.closed")]
    SessionClosed,
    /// `system.health.degraded`: the health of the service is degraded.
    #[serde(rename = "system.health.degraded")]
    SystemHealthDegraded,
    /// `system.health.recovered`: the health of the service recovered.
    #[serde(rename = "system.health.recovered")]
    SystemHealthRecovered,
    /// `tool_call.failed`: a tool call failed.
    #[serde(rename = "tool_call.failed")]
    ToolCallFailed,
    /// `tool_call.succeeded`: a tool call succeeded.
    #[serde(rename = "tool_call.succeeded")]
    ToolCallSucceeded,
    /// `trigger.paused_automatically`: a webhook endpoint was paused after too many failed
    /// deliveries.
    #[serde(rename = "trigger.paused_automatically")]
    TriggerPausedAutomatically,
    /// `trigger.test_fire`: a test delivery to a webhook endpoint.
    #[serde(rename = "trigger.test_fire")]
    TriggerTestFire,
    /// `user.signed_up`: a user signed up.
    #[serde(rename = "user.signed_up")]
    UserSignedUp,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}
