//! The types of events that webhooks deliver.

use codespar_engine::open_enum;

open_enum! {
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
    pub enum EventType {
        /// `approval.decided`: a person gave or refused an approval.
        ApprovalDecided = "approval.decided",
        /// `approval.pending`: something waits for the approval of a person.
        ApprovalPending = "approval.pending",
        /// `commerce.account_launch_in.received`: an entry came into an account.
        CommerceAccountLaunchInReceived = "commerce.account_launch_in.received",
        /// `commerce.account_launch_out.received`: an entry went out of an account.
        CommerceAccountLaunchOutReceived = "commerce.account_launch_out.received",
        /// `commerce.account_status.changed`: the status of an account changed.
        CommerceAccountStatusChanged = "commerce.account_status.changed",
        /// `commerce.cashout.confirmed`: a cash-out was confirmed.
        CommerceCashoutConfirmed = "commerce.cashout.confirmed",
        /// `commerce.charge.cancelled`: a charge was cancelled.
        CommerceChargeCancelled = "commerce.charge.cancelled",
        /// `commerce.charge.created`: a charge was created.
        CommerceChargeCreated = "commerce.charge.created",
        /// `commerce.charge.expired`: a charge ran out unpaid.
        CommerceChargeExpired = "commerce.charge.expired",
        /// `commerce.charge.expiry_notified`: the expiry of a charge was notified.
        CommerceChargeExpiryNotified = "commerce.charge.expiry_notified",
        /// `commerce.charge.paid`: a charge was paid.
        CommerceChargePaid = "commerce.charge.paid",
        /// `commerce.charge.payment_notified`: the payment of a charge was notified.
        CommerceChargePaymentNotified = "commerce.charge.payment_notified",
        /// `commerce.dict_claim.cancelled`: a claim on a Pix key was cancelled.
        CommerceDictClaimCancelled = "commerce.dict_claim.cancelled",
        /// `commerce.dict_claim.completed`: a claim on a Pix key was completed.
        CommerceDictClaimCompleted = "commerce.dict_claim.completed",
        /// `commerce.dict_claim.confirmed`: a claim on a Pix key was confirmed.
        CommerceDictClaimConfirmed = "commerce.dict_claim.confirmed",
        /// `commerce.dict_claim.opened`: a claim on a Pix key was opened.
        CommerceDictClaimOpened = "commerce.dict_claim.opened",
        /// `commerce.dict_claim.waiting`: a claim on a Pix key waits for an answer.
        CommerceDictClaimWaiting = "commerce.dict_claim.waiting",
        /// `commerce.internal_transfer_in.received`: an internal transfer came in.
        CommerceInternalTransferInReceived = "commerce.internal_transfer_in.received",
        /// `commerce.internal_transfer_out.received`: an internal transfer went out.
        CommerceInternalTransferOutReceived = "commerce.internal_transfer_out.received",
        /// `commerce.mandate.granted`: a mandate was granted.
        CommerceMandateGranted = "commerce.mandate.granted",
        /// `commerce.mandate.paused`: a mandate was paused.
        CommerceMandatePaused = "commerce.mandate.paused",
        /// `commerce.mandate.resumed`: a mandate was resumed.
        CommerceMandateResumed = "commerce.mandate.resumed",
        /// `commerce.mandate.revoked`: a mandate was revoked.
        CommerceMandateRevoked = "commerce.mandate.revoked",
        /// `commerce.organization.paused`: an organization was paused.
        CommerceOrganizationPaused = "commerce.organization.paused",
        /// `commerce.organization.resumed`: an organization was resumed.
        CommerceOrganizationResumed = "commerce.organization.resumed",
        /// `commerce.payment.failed`: a payment failed.
        CommercePaymentFailed = "commerce.payment.failed",
        /// `commerce.payment.pending`: a payment is pending.
        CommercePaymentPending = "commerce.payment.pending",
        /// `commerce.payment.received`: a payment was received.
        CommercePaymentReceived = "commerce.payment.received",
        /// `commerce.payment.refunded`: a payment was refunded.
        CommercePaymentRefunded = "commerce.payment.refunded",
        /// `commerce.payment.succeeded`: a payment succeeded.
        CommercePaymentSucceeded = "commerce.payment.succeeded",
        /// `commerce.payment.updated`: a payment changed, and is not settled.
        CommercePaymentUpdated = "commerce.payment.updated",
        /// `commerce.pix_out.failed`: an outgoing Pix failed.
        CommercePixOutFailed = "commerce.pix_out.failed",
        /// `commerce.pix_out.succeeded`: an outgoing Pix succeeded.
        CommercePixOutSucceeded = "commerce.pix_out.succeeded",
        /// `commerce.pix_out.unconfirmed`: the outcome of an outgoing Pix is not known.
        CommercePixOutUnconfirmed = "commerce.pix_out.unconfirmed",
        /// `commerce.pix_reversal_in.received`: a Pix that was sent came back.
        CommercePixReversalInReceived = "commerce.pix_reversal_in.received",
        /// `commerce.pix_reversal_out.received`: a Pix that was received went back.
        CommercePixReversalOutReceived = "commerce.pix_reversal_out.received",
        /// `commerce.rinne.observed`: an event of the provider Rinne was observed.
        CommerceRinneObserved = "commerce.rinne.observed",
        /// `commerce.spend.failed`: spending under a mandate failed.
        CommerceSpendFailed = "commerce.spend.failed",
        /// `commerce.spend.settled`: spending under a mandate was settled.
        CommerceSpendSettled = "commerce.spend.settled",
        /// `commerce.ted_in.succeeded`: a bank transfer (TED) came in.
        CommerceTedInSucceeded = "commerce.ted_in.succeeded",
        /// `dda.boleto.registered`: a boleto was registered for a payer (DDA).
        DdaBoletoRegistered = "dda.boleto.registered",
        /// `dda.subscription.activated`: a DDA subscription was activated.
        DdaSubscriptionActivated = "dda.subscription.activated",
        /// `dda.subscription.failed`: a DDA subscription failed.
        DdaSubscriptionFailed = "dda.subscription.failed",
        /// `proxy_call.failed`: a call to a provider by `proxy_execute` failed.
        ProxyCallFailed = "proxy_call.failed",
        /// `proxy_call.succeeded`: a call to a provider by `proxy_execute` succeeded.
        ProxyCallSucceeded = "proxy_call.succeeded",
        /// `session.closed`: a session was closed.
        SessionClosed = "session.closed",
        /// `system.health.degraded`: the health of the service is degraded.
        SystemHealthDegraded = "system.health.degraded",
        /// `system.health.recovered`: the health of the service recovered.
        SystemHealthRecovered = "system.health.recovered",
        /// `tool_call.failed`: a tool call failed.
        ToolCallFailed = "tool_call.failed",
        /// `tool_call.succeeded`: a tool call succeeded.
        ToolCallSucceeded = "tool_call.succeeded",
        /// `trigger.paused_automatically`: a webhook endpoint was paused after too many failed
        /// deliveries.
        TriggerPausedAutomatically = "trigger.paused_automatically",
        /// `trigger.test_fire`: a test delivery to a webhook endpoint.
        TriggerTestFire = "trigger.test_fire",
        /// `user.signed_up`: a user signed up.
        UserSignedUp = "user.signed_up",
    }
}
