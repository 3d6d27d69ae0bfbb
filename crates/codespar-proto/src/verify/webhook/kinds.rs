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
        /// `approval.decided`
        ApprovalDecided = "approval.decided",
        /// `approval.pending`
        ApprovalPending = "approval.pending",
        /// `commerce.account_launch_in.received`
        CommerceAccountLaunchInReceived = "commerce.account_launch_in.received",
        /// `commerce.account_launch_out.received`
        CommerceAccountLaunchOutReceived = "commerce.account_launch_out.received",
        /// `commerce.account_status.changed`
        CommerceAccountStatusChanged = "commerce.account_status.changed",
        /// `commerce.cashout.confirmed`
        CommerceCashoutConfirmed = "commerce.cashout.confirmed",
        /// `commerce.charge.cancelled`
        CommerceChargeCancelled = "commerce.charge.cancelled",
        /// `commerce.charge.created`
        CommerceChargeCreated = "commerce.charge.created",
        /// `commerce.charge.expired`
        CommerceChargeExpired = "commerce.charge.expired",
        /// `commerce.charge.expiry_notified`
        CommerceChargeExpiryNotified = "commerce.charge.expiry_notified",
        /// `commerce.charge.paid`
        CommerceChargePaid = "commerce.charge.paid",
        /// `commerce.charge.payment_notified`
        CommerceChargePaymentNotified = "commerce.charge.payment_notified",
        /// `commerce.dict_claim.cancelled`
        CommerceDictClaimCancelled = "commerce.dict_claim.cancelled",
        /// `commerce.dict_claim.completed`
        CommerceDictClaimCompleted = "commerce.dict_claim.completed",
        /// `commerce.dict_claim.confirmed`
        CommerceDictClaimConfirmed = "commerce.dict_claim.confirmed",
        /// `commerce.dict_claim.opened`
        CommerceDictClaimOpened = "commerce.dict_claim.opened",
        /// `commerce.dict_claim.waiting`
        CommerceDictClaimWaiting = "commerce.dict_claim.waiting",
        /// `commerce.internal_transfer_in.received`
        CommerceInternalTransferInReceived = "commerce.internal_transfer_in.received",
        /// `commerce.internal_transfer_out.received`
        CommerceInternalTransferOutReceived = "commerce.internal_transfer_out.received",
        /// `commerce.mandate.granted`
        CommerceMandateGranted = "commerce.mandate.granted",
        /// `commerce.mandate.paused`
        CommerceMandatePaused = "commerce.mandate.paused",
        /// `commerce.mandate.resumed`
        CommerceMandateResumed = "commerce.mandate.resumed",
        /// `commerce.mandate.revoked`
        CommerceMandateRevoked = "commerce.mandate.revoked",
        /// `commerce.organization.paused`
        CommerceOrganizationPaused = "commerce.organization.paused",
        /// `commerce.organization.resumed`
        CommerceOrganizationResumed = "commerce.organization.resumed",
        /// `commerce.payment.failed`
        CommercePaymentFailed = "commerce.payment.failed",
        /// `commerce.payment.pending`
        CommercePaymentPending = "commerce.payment.pending",
        /// `commerce.payment.received`
        CommercePaymentReceived = "commerce.payment.received",
        /// `commerce.payment.refunded`
        CommercePaymentRefunded = "commerce.payment.refunded",
        /// `commerce.payment.succeeded`
        CommercePaymentSucceeded = "commerce.payment.succeeded",
        /// `commerce.payment.updated`
        CommercePaymentUpdated = "commerce.payment.updated",
        /// `commerce.pix_out.failed`
        CommercePixOutFailed = "commerce.pix_out.failed",
        /// `commerce.pix_out.succeeded`
        CommercePixOutSucceeded = "commerce.pix_out.succeeded",
        /// `commerce.pix_out.unconfirmed`
        CommercePixOutUnconfirmed = "commerce.pix_out.unconfirmed",
        /// `commerce.pix_reversal_in.received`
        CommercePixReversalInReceived = "commerce.pix_reversal_in.received",
        /// `commerce.pix_reversal_out.received`
        CommercePixReversalOutReceived = "commerce.pix_reversal_out.received",
        /// `commerce.rinne.observed`
        CommerceRinneObserved = "commerce.rinne.observed",
        /// `commerce.spend.failed`
        CommerceSpendFailed = "commerce.spend.failed",
        /// `commerce.spend.settled`
        CommerceSpendSettled = "commerce.spend.settled",
        /// `commerce.ted_in.succeeded`
        CommerceTedInSucceeded = "commerce.ted_in.succeeded",
        /// `dda.boleto.registered`
        DdaBoletoRegistered = "dda.boleto.registered",
        /// `dda.subscription.activated`
        DdaSubscriptionActivated = "dda.subscription.activated",
        /// `dda.subscription.failed`
        DdaSubscriptionFailed = "dda.subscription.failed",
        /// `proxy_call.failed`
        ProxyCallFailed = "proxy_call.failed",
        /// `proxy_call.succeeded`
        ProxyCallSucceeded = "proxy_call.succeeded",
        /// `session.closed`
        SessionClosed = "session.closed",
        /// `system.health.degraded`
        SystemHealthDegraded = "system.health.degraded",
        /// `system.health.recovered`
        SystemHealthRecovered = "system.health.recovered",
        /// `tool_call.failed`
        ToolCallFailed = "tool_call.failed",
        /// `tool_call.succeeded`
        ToolCallSucceeded = "tool_call.succeeded",
        /// `trigger.paused_automatically`
        TriggerPausedAutomatically = "trigger.paused_automatically",
        /// `trigger.test_fire`
        TriggerTestFire = "trigger.test_fire",
        /// `user.signed_up`
        UserSignedUp = "user.signed_up",
    }
}
