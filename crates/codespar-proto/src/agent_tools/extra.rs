//! What the published definitions of the meta-tools have beyond the typed arguments of this crate.

use codespar_engine::describe::{Choice, Member, Object, OneOf, Shape, Unit, Value, Variant};

/// A text out of a list.
macro_rules! choice {
    ($($text:literal),+) => {
        &Shape::Choice(const { &Choice::new("", "", false, const { &[$(Value::new($text,
            "")),+] }) })
    };
}

/// Members of an object, closed.
macro_rules! members {
    ($name:ident: $($member:expr),+ $(,)?) => {
        pub(super) const $name: &Shape = &Shape::Object(|| {
            const MEMBERS: &[Member] = &[$($member),+];
            const { &Object::new(stringify!($name), "", false, MEMBERS) }
        });
    };
}

const fn optional(name: &'static str, about: &'static str, shape: &'static Shape) -> Member {
    Member::new(name, about, false, shape)
}

const fn required(name: &'static str, about: &'static str, shape: &'static Shape) -> Member {
    Member::new(name, about, true, shape)
}

/// An object in the provider's form.
const OBJECT: &Shape = &Shape::Map(Shape::ANY);
const OBJECTS: &Shape = &Shape::List(OBJECT);

/// A text, or an object that is passed on.
const TEXT_OR_OBJECT: &Shape = &Shape::OneOf(|| {
    const VARIANTS: &[Variant] = &[
        Variant::new("text", "A Pix key, account or e-mail address", Shape::TEXT),
        Variant::new("bank", "A bank account, in the provider's form", OBJECT),
    ];
    const { &OneOf::new("Recipient", "", None, VARIANTS) }
});

members! { CHECKOUT:
    required("items", "What is sold: objects in the provider's form. Amounts within them: unit not \
        documented", OBJECTS),
    optional("amount", "How much", Shape::NUMBER).in_unit(Unit::Major),
    optional("paymentMethod", "How the buyer pays", choice!("pix", "boleto", "card")),
    optional("currency", "The currency of the amount, such as BRL", Shape::TEXT),
    optional("description", "What it is for; the buyer reads it", Shape::TEXT),
    optional("buyer", "Who buys: an object with name, email, document, phone", OBJECT),
    optional("metadata", "Notes kept with it: an object", OBJECT),
    optional("recipient", "Who is paid, in the provider's form", TEXT_OR_OBJECT),
}

members! { WALLET:
    required("action", "The action that is asked for", choice!("balance", "statement", "receive")),
    optional("consumer_id", "The consumer whose wallet it is", Shape::TEXT),
    optional("amount", "How much is to be received", Shape::INTEGER).in_unit(Unit::Minor),
    optional("description", "What it is for", Shape::TEXT),
    optional("dynamic", "Whether the code is for one payment only", Shape::BOOLEAN),
    optional("limit", "How many entries of the statement at most", Shape::INTEGER),
}

members! { CONNECTIONS:
    optional("action", "The action that is asked for", choice!(
        "list", "status", "initiate", "connect_start", "connect_finish", "save_profile",
            "get_profile"
    )),
    optional("session_id", "The connection that was begun", Shape::TEXT),
    optional("context_id", "The context of the connection", Shape::TEXT),
    optional("consumer_id", "The consumer it is for", Shape::TEXT),
    optional("profile", "The profile that is kept: an object", OBJECT),
}

members! { PAY: optional("recipient", "Who is paid", TEXT_OR_OBJECT) }

members! { SHOP:
    required("action", "The action that is asked for", choice!("search", "checkout",
        "checkout_status")),
    optional("merchant", "The merchant: cobasi, animale, lojaspompeia, meli", Shape::TEXT),
    optional("query", "What is searched for, in words", Shape::TEXT),
    optional("paymentMethod", "How it is paid", choice!("pix")),
    optional("checkout_session_id", "The checkout to look at", Shape::TEXT),
    optional("auto_pay", "Whether it is paid at once, from the consumer's money", Shape::BOOLEAN),
}

members! { CHARGE:
    optional("country", "The country, such as BR", Shape::TEXT),
    optional("metadata", "Notes kept with it: an object", OBJECT),
}

members! { INVOICE:
    optional("items", "What for: objects in the provider's form. Amounts within them: unit not \
        documented", OBJECTS),
}

members! { CRYPTO:
    optional("network", "The network it goes over",
        choice!("ethereum", "polygon", "base", "solana", "bitcoin")),
    optional("counterparty", "The other side: an object with its country", OBJECT),
    required("direction", "Who pays", choice!("send", "receive")),
}

members! { KYC:
    required("check_type", "What is verified", choice!(
        "identity", "document", "risk-score", "sanctions", "onboarding", "onboarding-business",
            "status"
    )),
    optional("verification_id", "The verification to look at", Shape::TEXT),
    optional("document_number", "CPF, CNPJ or the country's equivalent", Shape::TEXT).personal(),
    optional("consumer_id", "The consumer it is for", Shape::TEXT),
}

/// No members.
pub(super) const NONE: &Shape = &Shape::Object(|| const { &Object::new("NONE", "", false, &[]) });
