//! The sandbox of the example of governed payments: a mandate, an answer that is lost, a person.

use std::error::Error;

use codespar_proto::{
    Client, Config, Currency, Minor,
    consents::{ConsentIntent, ConsentRail, CreateConsent, SubmitConsent},
    driver::BlockingTransport,
};
use codespar_sandbox::{Decision, EffectKind, Fault, Sandbox};

pub(crate) struct Bank {
    sandbox: Sandbox,
}

impl Bank {
    /// It holds what is above R$ 200,00 for a person, and loses the first answer to a payment.
    pub(crate) fn open() -> Result<(Self, Config), Box<dyn Error>> {
        let sandbox = Sandbox::builder().approval_above(20_000).start()?;
        sandbox.inject(Fault::on("POST", "/v1/consumers/mandates/").lose_answer());
        let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
        Ok((Self { sandbox }, config))
    }

    /// A consumer's mandate: R$ 1.000,00 in all, R$ 600,00 at once.
    pub(crate) fn mandate<T: BlockingTransport>(
        client: &Client<T>,
    ) -> Result<String, codespar_proto::Error> {
        let (cap, one) = (Minor::new(100_000), Minor::new(60_000));
        let intent = ConsentIntent::new("rent", cap, one, Currency::BRL, 3_600_u64);
        let link = client.consents().create(&CreateConsent::new("agent-1", intent)).send()?;
        let give = SubmitConsent::new("con-1", ConsentRail::PixConsent, "provider-token");
        Ok(client.consents().submit(link.token.expose(), &give).send()?.mandate_id)
    }

    /// What a person does in the dashboard.
    pub(crate) fn approve(&self, approval: &str) {
        self.sandbox.decide(approval, Decision::Approve);
    }

    /// How many payments there were, seen from outside.
    pub(crate) fn payments(&self) -> usize {
        self.sandbox.effects().count(EffectKind::Payment)
    }
}
