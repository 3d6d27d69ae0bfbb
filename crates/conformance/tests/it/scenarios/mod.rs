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

/// Asks until it is as wanted, which has to be soon.
macro_rules! until {
    ($answer:ident = $ask:expr, $wanted:expr) => {{
        let mut asked = 0;
        loop {
            let $answer = $ask?;
            if $wanted {
                break $answer;
            }
            asked += 1;
            assert!(asked < 500, "{:?}", $answer);
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
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

mod upivia_bench {
    use super::*;
    include!("upivia_bench.rs");
}

mod upivia_requests {
    use super::*;
    include!("upivia_requests.rs");
}

mod upivia_money {
    use super::*;
    include!("upivia_money.rs");
}

mod upivia_agents {
    use super::*;
    include!("upivia_agents.rs");
}

mod upivia_tasks {
    use super::*;
    include!("upivia_tasks.rs");
}

mod upivia_workflows {
    use super::*;
    include!("upivia_workflows.rs");
}

mod upivia_chat {
    use super::*;
    include!("upivia_chat.rs");
}

mod upivia_triggers {
    use super::*;
    include!("upivia_triggers.rs");
}

mod upivia_storage {
    use super::*;
    include!("upivia_storage.rs");
}

mod upivia_knowledge {
    use super::*;
    include!("upivia_knowledge.rs");
}

mod upivia_workspace {
    use super::*;
    include!("upivia_workspace.rs");
}

mod upivia_toolkit {
    use super::*;
    include!("upivia_toolkit.rs");
}

mod upivia_coverage {
    use super::*;
    include!("upivia_coverage.rs");
}
