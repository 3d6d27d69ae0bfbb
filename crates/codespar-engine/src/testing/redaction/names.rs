//! The names of what is not recorded: credentials, what is paid with, who it is about.

/// Whose words they are: what a request says need not be readable any more, an answer has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::testing) enum Side {
    Request,
    Answer,
    /// An answer that is no success; its words say why.
    Refusal,
}

/// Where a member stands.
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    /// The name of the object that it is in.
    pub(super) parent: &'a str,
    /// The names of all members of that object.
    pub(super) beside: &'a [String],
    /// Whether it is no object and no list.
    pub(super) is_scalar: bool,
}

/// Whether a value is hidden.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    No,
    /// Not hidden; but a key, which may be another one each time.
    Key,
    /// In its place: words, which may be anybody's.
    Here,
    /// Wherever it stands.
    Everywhere,
}

impl Hidden {
    pub(super) const fn is_so(self) -> bool {
        matches!(self, Self::Here | Self::Everywhere)
    }
}

/// A name without case and separators: `pixCopyPaste` is `pix_copy_paste`.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

/// What these names end with is hidden, with all that is in it.
const ENDS: [&str; 14] = [
    "token",
    "secret",
    "password",
    "apikey",
    "privatekey",
    "cookie",
    "signature",
    "credential",
    "credentials",
    "email",
    "phone",
    "cpf",
    "cnpj",
    "taxid",
];

/// Hidden with all that is in them.
#[rustfmt::skip] // a word list
const WHOLE: &[&str] = &[
    // Credentials.
    "authcode", "authorization", "cardnumber", "codeverifier", "cvc", "cvv", "fullkey", "headers",
    "jwt", "otp", "pagesession", "pan", "pat", "pin", "sig",
    // What is paid with.
    "barcode", "boletobankline", "boletobarcode", "boletoline", "brcode", "celcoinaccount",
    "copiaecola", "copypaste", "digitableline", "emv", "linhadigitavel", "pixcode",
    "pixcopiaecola", "pixcopypaste", "pixkey", "pixqrcode", "qrcode", "qrpngbase64",
    // Addresses that let in whoever has them.
    "authorizeurl", "consenturl", "hostedurl", "labelurl", "pdfurl",
    // People, and their files.
    "accountmasked", "address", "beneficiarydocument", "beneficiarydocumentmasked",
    "beneficiaryname", "birthdate", "buyer", "bytesbase64", "cep", "clientname", "complement",
    "consumeremailhint", "customer", "customername", "dateofbirth", "ddaallowlist",
    "ddasubscriptiondocuments",
    "destinationaddress", "displaylabel", "documentnumber", "firstname", "fullname", "ipaddress",
    "lastname", "line1", "line2", "merchantallowlist", "neighborhood", "payee", "payer",
    "payerdocumentmasked", "payername", "paytoaddress", "postalcode", "publicarea", "recipient",
    "signer", "street", "streetnumber", "targetmasked", "toaddress", "userid", "walletaddress",
    "withdrawalallowlist", "zip", "zipcode",
];

/// Hidden where they are one value.
const SCALARS: &[&str] = &[
    "beneficiary",
    "cachefilledwith",
    "cacherefilledwith",
    "display",
    "displayname",
    "document",
    "key",
    "memo",
    "payto",
    "to",
];

/// Of bills, counterparties, merchants and MCP servers: hidden where they are one value.
#[rustfmt::skip] // a word list
const OF_COMMERCE: [&str; 13] = [
    "actor", "boleto", "by", "confirmedbeneficiarydocument", "excerpt", "identifier", "installurl",
    "lineone", "linetwo", "liveviewurl", "nfe", "partnerwallet", "paytoaddress",
];

/// What people say, to a server and to one another; a refusal's words are its own.
const WORDS: [&str; 3] = ["content", "delta", "message"];

/// What people say in requests.
const ASKED: [&str; 7] =
    ["body", "description", "instructions", "objective", "q", "subject", "title"];

/// What was asked of a tool, as an answer tells it.
const REQUESTS: [&str; 5] = ["arguments", "input", "params", "payload", "payloadtemplate"];

/// Objects whose `name` is a person's.
const PEOPLE: [&str; 16] = [
    "beneficiary",
    "cardholder",
    "consumer",
    "contact",
    "creditor",
    "debtor",
    "from",
    "holder",
    "owner",
    "person",
    "receiver",
    "recipient",
    "sender",
    "shipto",
    "to",
    "user",
];

/// An object with one of these is about a person.
const OF_PEOPLE: [&str; 7] =
    ["cnpj", "cpf", "document", "documentnumber", "email", "phone", "taxid"];

/// An object with one of these is an address.
const OF_ADDRESSES: [&str; 6] =
    ["cep", "complement", "line1", "neighborhood", "postalcode", "street"];

/// Names of a request, or of an effect, that programs make up. Other ids say whom it is about.
const KEYS: [&str; 5] = ["attemptid", "eventid", "externalref", "idempotencykey", "nonce"];

/// The names of counterparties and of who receives a cart, what was read out of a bill, and what an
/// MCP server knows its caller by.
fn is_of_commerce(name: &str, beside: impl Fn(&[&str]) -> bool) -> bool {
    match name {
        "name" => beside(&["counterpartyid", "identifierkind", "lineone"]),
        "body" => beside(&["sentatunix", "error"]),
        "value" => beside(&["header"]) || (beside(&["from"]) && !beside(&["to"])),
        _ => false,
    }
}

/// Whether a member is hidden, by its plain name and where it stands.
pub(super) fn hidden(side: Side, name: &str, place: &Place<'_>) -> Hidden {
    let beside = |names: &[&str]| place.beside.iter().any(|it| names.contains(&&*plain(it)));
    let is_named = |names: &[&str]| names.contains(&name);
    let is_asked = || side == Side::Request || REQUESTS.contains(&&*plain(place.parent));
    let always = is_named(WHOLE) || ENDS.iter().any(|end| name.ends_with(end));
    let is_words = is_named(&WORDS) && side != Side::Refusal;
    let everywhere = match name {
        _ if always => true,
        "payload" => side == Side::Request,
        _ if !place.is_scalar => false,
        _ if is_named(&OF_COMMERCE) || is_of_commerce(name, beside) => true,
        "name" => PEOPLE.contains(&&*plain(place.parent)) || beside(&OF_PEOPLE),
        "account" => beside(&OF_PEOPLE) || beside(&["consumerid", "depositid", "pixkey"]),
        // Of whoever acts in a payment, of a person's document, of a transfer on a chain.
        "id" => plain(place.parent) == "actor" || beside(&["onbehalfof"]),
        "value" => beside(&["issuingcountry"]),
        "from" => beside(&["validafter"]),
        "number" => beside(&OF_ADDRESSES),
        "contact" => beside(&OF_PEOPLE),
        "label" => beside(&["consumerid"]),
        // A one-time code, and where it was sent.
        "code" => side == Side::Request || beside(&["target"]) || beside(&["codeverifier"]),
        "target" => beside(&["channel", "code"]),
        _ => is_named(SCALARS) || (is_named(&ASKED) && is_asked()),
    };
    match (everywhere, is_words) {
        (true, _) => Hidden::Everywhere,
        (false, true) => Hidden::Here,
        (false, false) if is_named(&KEYS) => Hidden::Key,
        (false, false) => Hidden::No,
    }
}
