//! The types of events that webhooks deliver.

use codespar_engine::WireEnum;

/// What an event is about.
///
/// Known are the names that the service lists. Any other, such as one of the `commerce.kyc.`
/// family, is [`Other`](Self::Other) and keeps its text.
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
    /// `collect.attempt.expired`: an attempt to collect a payment ran out.
    #[serde(rename = "collect.attempt.expired")]
    CollectAttemptExpired,
    /// `collect.attempt.failed`: an attempt to collect a payment failed.
    #[serde(rename = "collect.attempt.failed")]
    CollectAttemptFailed,
    /// `collect.attempt.issued`: an attempt to collect a payment was issued.
    #[serde(rename = "collect.attempt.issued")]
    CollectAttemptIssued,
    /// `collect.attempt.ready`: an attempt to collect a payment can be paid.
    #[serde(rename = "collect.attempt.ready")]
    CollectAttemptReady,
    /// `collect.attempt.superseded`: another attempt took the place of this one.
    #[serde(rename = "collect.attempt.superseded")]
    CollectAttemptSuperseded,
    /// `collect.link.paused`: a link to pay by was paused.
    #[serde(rename = "collect.link.paused")]
    CollectLinkPaused,
    /// `collect.link.published`: a link to pay by was published.
    #[serde(rename = "collect.link.published")]
    CollectLinkPublished,
    /// `collect.payment.exception`: a payment came that fits no open attempt.
    #[serde(rename = "collect.payment.exception")]
    CollectPaymentException,
    /// `collect.payment.paid`: a payment was collected.
    #[serde(rename = "collect.payment.paid")]
    CollectPaymentPaid,
    /// `collect.refund.awaiting_decision`: a refund waits for a decision.
    #[serde(rename = "collect.refund.awaiting_decision")]
    CollectRefundAwaitingDecision,
    /// `collect.refund.honored`: a refund was honored.
    #[serde(rename = "collect.refund.honored")]
    CollectRefundHonored,
    /// `collect.refund.required`: a refund is required.
    #[serde(rename = "collect.refund.required")]
    CollectRefundRequired,
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
    /// `commerce.mandate.expiring`: a mandate is about to expire.
    #[serde(rename = "commerce.mandate.expiring")]
    CommerceMandateExpiring,
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
    /// `commerce.onboarding.backgroundcheck_approved`: the background check of an account
    /// application was approved.
    #[serde(rename = "commerce.onboarding.backgroundcheck_approved")]
    CommerceOnboardingBackgroundcheckApproved,
    /// `commerce.onboarding.backgroundcheck_pending`: the background check of an account
    /// application is pending.
    #[serde(rename = "commerce.onboarding.backgroundcheck_pending")]
    CommerceOnboardingBackgroundcheckPending,
    /// `commerce.onboarding.backgroundcheck_rejected`: the background check of an account
    /// application was rejected.
    #[serde(rename = "commerce.onboarding.backgroundcheck_rejected")]
    CommerceOnboardingBackgroundcheckRejected,
    /// `commerce.onboarding.documentscopy_approved`: the documents of an account application were
    /// approved.
    #[serde(rename = "commerce.onboarding.documentscopy_approved")]
    CommerceOnboardingDocumentscopyApproved,
    /// `commerce.onboarding.documentscopy_pending`: the documents of an account application are
    /// pending.
    #[serde(rename = "commerce.onboarding.documentscopy_pending")]
    CommerceOnboardingDocumentscopyPending,
    /// `commerce.onboarding.documentscopy_processing`: the documents of an account application are
    /// looked at.
    #[serde(rename = "commerce.onboarding.documentscopy_processing")]
    CommerceOnboardingDocumentscopyProcessing,
    /// `commerce.onboarding.documentscopy_rejected`: the documents of an account application were
    /// rejected.
    #[serde(rename = "commerce.onboarding.documentscopy_rejected")]
    CommerceOnboardingDocumentscopyRejected,
    /// `commerce.onboarding.proposal_approved`: an account application was approved.
    #[serde(rename = "commerce.onboarding.proposal_approved")]
    CommerceOnboardingProposalApproved,
    /// `commerce.onboarding.proposal_processing_documentscopy`: an account application has its
    /// documents looked at.
    #[serde(rename = "commerce.onboarding.proposal_processing_documentscopy")]
    CommerceOnboardingProposalProcessingDocumentscopy,
    /// `commerce.onboarding.proposal_rejected`: an account application was rejected.
    #[serde(rename = "commerce.onboarding.proposal_rejected")]
    CommerceOnboardingProposalRejected,
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
    /// `commerce.recurrence.authorized`: a recurring payment was authorized.
    #[serde(rename = "commerce.recurrence.authorized")]
    CommerceRecurrenceAuthorized,
    /// `commerce.recurrence.cancelled`: a recurring payment was cancelled.
    #[serde(rename = "commerce.recurrence.cancelled")]
    CommerceRecurrenceCancelled,
    /// `commerce.recurrence.cycle.accepted`: a cycle of a recurring payment was accepted.
    #[serde(rename = "commerce.recurrence.cycle.accepted")]
    CommerceRecurrenceCycleAccepted,
    /// `commerce.recurrence.cycle.announced_late`: a cycle of a recurring payment was announced
    /// late.
    #[serde(rename = "commerce.recurrence.cycle.announced_late")]
    CommerceRecurrenceCycleAnnouncedLate,
    /// `commerce.recurrence.cycle.awaiting_instruction`: a cycle of a recurring payment waits for
    /// its instruction.
    #[serde(rename = "commerce.recurrence.cycle.awaiting_instruction")]
    CommerceRecurrenceCycleAwaitingInstruction,
    /// `commerce.recurrence.cycle.cancelled`: a cycle of a recurring payment was cancelled.
    #[serde(rename = "commerce.recurrence.cycle.cancelled")]
    CommerceRecurrenceCycleCancelled,
    /// `commerce.recurrence.cycle.expired`: a cycle of a recurring payment ran out.
    #[serde(rename = "commerce.recurrence.cycle.expired")]
    CommerceRecurrenceCycleExpired,
    /// `commerce.recurrence.cycle.instruction_blocked`: a cycle of a recurring payment has a
    /// blocked instruction.
    #[serde(rename = "commerce.recurrence.cycle.instruction_blocked")]
    CommerceRecurrenceCycleInstructionBlocked,
    /// `commerce.recurrence.cycle.instruction_missing`: a cycle of a recurring payment has no
    /// instruction.
    #[serde(rename = "commerce.recurrence.cycle.instruction_missing")]
    CommerceRecurrenceCycleInstructionMissing,
    /// `commerce.recurrence.cycle.instruction_refused`: a cycle of a recurring payment had its
    /// instruction refused.
    #[serde(rename = "commerce.recurrence.cycle.instruction_refused")]
    CommerceRecurrenceCycleInstructionRefused,
    /// `commerce.recurrence.cycle.paid`: a cycle of a recurring payment was paid.
    #[serde(rename = "commerce.recurrence.cycle.paid")]
    CommerceRecurrenceCyclePaid,
    /// `commerce.recurrence.cycle.queued_instruction_expired`: a cycle of a recurring payment had
    /// an instruction that ran out in the queue.
    #[serde(rename = "commerce.recurrence.cycle.queued_instruction_expired")]
    CommerceRecurrenceCycleQueuedInstructionExpired,
    /// `commerce.recurrence.cycle.rejected`: a cycle of a recurring payment was rejected.
    #[serde(rename = "commerce.recurrence.cycle.rejected")]
    CommerceRecurrenceCycleRejected,
    /// `commerce.recurrence.cycle.scheduled`: a cycle of a recurring payment was scheduled.
    #[serde(rename = "commerce.recurrence.cycle.scheduled")]
    CommerceRecurrenceCycleScheduled,
    /// `commerce.recurrence.cycle.settled_by_held_credit`: a cycle of a recurring payment was
    /// settled by a held credit.
    #[serde(rename = "commerce.recurrence.cycle.settled_by_held_credit")]
    CommerceRecurrenceCycleSettledByHeldCredit,
    /// `commerce.recurrence.denied`: a recurring payment was denied.
    #[serde(rename = "commerce.recurrence.denied")]
    CommerceRecurrenceDenied,
    /// `commerce.recurrence.requested`: a recurring payment was requested.
    #[serde(rename = "commerce.recurrence.requested")]
    CommerceRecurrenceRequested,
    /// `commerce.recurrence.settlement_held`: the settlement of a recurring payment is held.
    #[serde(rename = "commerce.recurrence.settlement_held")]
    CommerceRecurrenceSettlementHeld,
    /// `commerce.recurrence.settlement_hold_overdue`: the settlement of a recurring payment is held
    /// too long.
    #[serde(rename = "commerce.recurrence.settlement_hold_overdue")]
    CommerceRecurrenceSettlementHoldOverdue,
    /// `commerce.recurrence.settlement_hold_resolved`: the settlement of a recurring payment is
    /// held no more.
    #[serde(rename = "commerce.recurrence.settlement_hold_resolved")]
    CommerceRecurrenceSettlementHoldResolved,
    /// `commerce.recurrence.settlement_possible_double_credit`: a recurring payment may have been
    /// credited twice.
    #[serde(rename = "commerce.recurrence.settlement_possible_double_credit")]
    CommerceRecurrenceSettlementPossibleDoubleCredit,
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
    /// `gate.paywall.charged`: a paywall was charged.
    #[serde(rename = "gate.paywall.charged")]
    GatePaywallCharged,
    /// `payable.rejected`: a bill to pay was rejected.
    #[serde(rename = "payable.rejected")]
    PayableRejected,
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
    /// `trigger.delivery.failed`: a delivery to a webhook endpoint failed.
    #[serde(rename = "trigger.delivery.failed")]
    TriggerDeliveryFailed,
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
    /// `wallet.balance.below`: the balance of a wallet fell below a limit.
    #[serde(rename = "wallet.balance.below")]
    WalletBalanceBelow,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}
