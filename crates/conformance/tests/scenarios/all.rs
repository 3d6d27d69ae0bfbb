// The scenario files, each a module of whichever driver includes them.

/// Has a consumer grant a mandate in BRL: cap and cap per payment in minor units.
macro_rules! granted {
    ($client:expr, $consumer:expr, $cap:expr, $per_payment:expr) => {{
        let (cap, per_payment) = (Minor::new($cap), Minor::new($per_payment));
        let intent = ConsentIntent::new("food", cap, per_payment, Currency::BRL, 3_600_u64);
        let link = run!($client.consents().create(&CreateConsent::new("shopper-1", intent)))?;
        let give = SubmitConsent::new($consumer, ConsentRail::PixConsent, "provider-token");
        run!($client.consents().submit(link.token.expose(), &give))?
    }};
}

mod bench {
    use super::*;
    include!("bench.rs");
}

mod session {
    use super::*;
    include!("session.rs");
}

mod commerce {
    use super::*;
    include!("commerce.rs");
}

mod books {
    use super::*;
    include!("books.rs");
}

mod workflows {
    use super::*;
    include!("workflows.rs");
}

mod account {
    use super::*;
    include!("account.rs");
}

mod webhooks {
    use super::*;
    include!("webhooks.rs");
}

mod requests {
    use super::*;
    include!("requests.rs");
}

mod payables {
    use super::*;
    include!("payables.rs");
}

mod money {
    use super::*;
    include!("money.rs");
}

mod mandates {
    use super::*;
    include!("mandates.rs");
}

mod coverage {
    use super::*;
    include!("coverage.rs");
}
