//! Which services there are, what they cost and what they need.

use serde_json::{Map, Value, json};

pub(crate) struct Operation {
    pub(crate) service: &'static str,
    pub(crate) name: &'static str,
    pub(crate) price_cents: i64,
    /// Members of the payload that must be there.
    pub(crate) required: &'static [&'static str],
    optional: &'static [&'static str],
}

#[rustfmt::skip]
pub(crate) const SERVICES: &[(&str, &str, &str)] = &[
    ("email",           "Email",           "Sends mail."),
    ("text_generation", "Text generation", "Has a model write."),
    ("web_search",      "Web search",      "Searches the web."),
    ("sms",             "SMS",             "Sends text messages."),
    ("mms",             "MMS",             "Sends pictures."),
    ("voice_call",      "Voice calls",     "Calls somebody and speaks."),
    ("notification",    "Notifications",   "Posts to webhooks."),
    ("calendar",        "Calendars",       "Reads calendars."),
    ("discord",         "Discord",         "Posts to Discord."),
    ("reddit",          "Reddit",          "Posts to Reddit."),
    ("bluesky",         "Bluesky",         "Posts to Bluesky."),
    ("x",               "X",               "Posts to X."),
    ("mastodon",        "Mastodon",        "Posts to Mastodon."),
    ("github",          "GitHub",          "Works with issues."),
    ("notion",          "Notion",          "Works with pages."),
    ("platform",        "Platform",        "Tells an agent about itself."),
];

#[rustfmt::skip]
pub(crate) const OPERATIONS: &[Operation] = &[
    operation("email",           "send",           1, &["to"], &["subject", "body"]),
    operation("text_generation", "generate",       1, &[], &["prompt", "model", "messages"]),
    operation("web_search",      "search",         2, &["query"], &[]),
    operation("sms",             "send",           1, &["to", "body"], &["from"]),
    operation("mms",             "send",           2, &["to", "media_url"], &["from", "body"]),
    operation("voice_call",      "create",        25, &["to", "say"], &["from"]),
    operation("notification",    "webhook",        1, &["url"], &["method", "headers", "body"]),
    operation("calendar",        "read",           0, &["calendar_id"], &["time_min", "time_max"]),
    operation("discord",         "send_message",   1, &[], &[]),
    operation("reddit",          "submit_post",    1, &[], &[]),
    operation("bluesky",         "post",           1, &[], &[]),
    operation("x",               "post",           1, &[], &[]),
    operation("mastodon",        "post",           1, &[], &[]),
    operation("github",          "create_issue",   1, &[], &[]),
    operation("notion",          "create_page",    1, &[], &[]),
    operation("platform",        "check_budget",   0, &["agent_id"], &[]),
];

const fn operation(
    service: &'static str,
    name: &'static str,
    price_cents: i64,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Operation {
    Operation { service, name, price_cents, required, optional }
}

impl Operation {
    pub(crate) fn full_name(&self) -> String {
        format!("{}.{}", self.service, self.name)
    }

    pub(crate) fn row(&self, number: usize) -> Value {
        let required = self.required.iter().map(|name| (*name, json!({ "type": "string" })));
        let optional = self.optional.iter().map(|name| (*name, json!({})));
        let properties: Map<String, Value> =
            required.chain(optional).map(|(name, schema)| (name.to_owned(), schema)).collect();
        json!({
            "id": format!("op_{}", number + 1),
            "name": self.name,
            "full_name": self.full_name(),
            "base_price_cents": self.price_cents,
            "pricing_type": "flat",
            "input_schema": {
                "type": "object",
                "properties": properties,
                "required": self.required,
            },
            "output_schema": {},
        })
    }

    /// What it answers when it has worked.
    pub(crate) fn result(&self, id: &str, payload: &Value) -> Value {
        match self.service {
            "text_generation" => {
                let prompt = payload.get("prompt").and_then(Value::as_str).unwrap_or("nothing");
                json!({ "text": format!("You said: {prompt}") })
            }
            "web_search" => json!({ "results": [{
                "title": payload.get("query"),
                "url": "https://search.example.test/1",
            }] }),
            "voice_call" => json!({ "id": id, "duration_seconds": 30 }),
            _ => json!({ "id": id }),
        }
    }
}

/// The operation of this name, such as `email.send`.
pub(crate) fn named(full_name: &str) -> Option<&'static Operation> {
    let (service, name) = full_name.split_once('.')?;
    OPERATIONS.iter().find(|known| known.service == service && known.name == name)
}
