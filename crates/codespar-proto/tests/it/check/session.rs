//! Arguments of sessions that cannot work.

use std::time::Duration;

use codespar_proto::{
    Call, ErrorKind, Json, Major, Minor, Session,
    meta_tools::{
        CardControl, CryptoPayArgs, CryptoRecipient, DiscoverArgs, InvoiceArgs, InvoiceKind,
        IssueAction, IssueArgs, KycArgs, KycCheck, LedgerArgs, Leg, NotifyArgs, NotifyChannel,
        ParcelItem, PostalAddress, ShipAction, ShipArgs, ShopAddress, ShopCheckout, ShopItem,
        ShopSearch, WizardAction, WizardArgs,
    },
    session::{AuthorizeArgs, ProxyCall, RecordToolCall, UpdateToolCall},
    testing::Replay,
    tool_calls::CallStatus,
    workflow::Workflow,
};
use serde_json::json;

use crate::{
    check::refused,
    support::{client, session},
};

/// Makes a call that must fail at this field. The script is empty: sending would panic.
fn refuses(field: &str, make: impl FnOnce(&Session<Replay>) -> Call<Replay, ()>) {
    let error = super::refuses(field, make(&session(&client(&Replay::new()))));
    assert!(error.operation().starts_with("session."), "{error}");
}

fn parcels() -> Vec<ParcelItem> {
    vec![ParcelItem::new(500)]
}

fn here() -> PostalAddress {
    PostalAddress::new("01310-100")
}

#[test]
fn words_and_providers() {
    refused! {
        "use_case": session => session.discover(&DiscoverArgs::new(" "));
        "server_id": session => session.connection_wizard(&WizardArgs::status(""));
        "server_id": session => {
            session.connection_wizard(&WizardArgs::default().action(WizardAction::Initiate))
        };
        "intent": session => session.search_tools("");
        "server": session => session.proxy_execute(&ProxyCall::get("as:aas", "/x"));
        "endpoint": session => session.proxy_execute(&ProxyCall::get("asaas", "https://x.test"));
        "endpoint": session => session.proxy_execute(&ProxyCall::get("asaas", ""));
        "params": session => {
            session.proxy_execute(&ProxyCall::get("asaas", "/x").params(json!([1])))
        };
        "server_id": session => session.authorize(&AuthorizeArgs::new("", "https://x.test"));
        "redirect_uri": session => session.authorize(&AuthorizeArgs::new("asaas", "http://x.test"));
        "user_id": session => {
            session.authorize(&AuthorizeArgs::new("asaas", "https://x.test").user_id(""))
        };
    }
}

#[test]
fn shipments() {
    refused! {
        "origin": session => session.ship(&ShipArgs::new(ShipAction::Quote));
        "destination": session => session.ship(&ShipArgs::new(ShipAction::Label).origin(here()));
        "items": session => session.ship(&ShipArgs::label(here(), here(), vec![]));
        "items": session => {
            session.ship(&ShipArgs::new(ShipAction::Quote).origin(here()).destination(here()))
        };
        "origin.postal_code": session => {
            session.ship(&ShipArgs::quote(PostalAddress::new(""), here(), parcels()))
        };
        "items[0].weight_g": session => {
            session.ship(&ShipArgs::quote(here(), here(), vec![ParcelItem::new(f64::NAN)]))
        };
        "items[1].width_cm": session => {
            let items = vec![ParcelItem::new(1), ParcelItem::new(1).width_cm(-1.0)];
            session.ship(&ShipArgs::quote(here(), here(), items))
        };
        "items[0].quantity": session => {
            session.ship(&ShipArgs::quote(here(), here(), vec![ParcelItem::new(1).quantity(0)]))
        };
        "tracking_code": session => session.ship(&ShipArgs::new(ShipAction::Track));
        "tracking_code": session => session.ship(&ShipArgs::track(""));
        "metadata": session => session.ship(&ShipArgs::track("X").metadata(json!("x")));
    }
}

#[test]
fn books() {
    let leg = |amount| Leg::new("@a", Minor::new(amount));
    refused! {
        "asset": session => session.ledger(&LedgerArgs::entry("", vec![leg(1)], vec![leg(1)]));
        "source": session => session.ledger(&LedgerArgs::entry("BRL", vec![], vec![leg(1)]));
        "destination": session => session.ledger(&LedgerArgs::entry("BRL", vec![leg(1)], vec![]));
        "destination": session => {
            session.ledger(&LedgerArgs::entry("BRL", vec![leg(5)], vec![leg(3), leg(1)]))
        };
        "destination": session => {
            // The sums differ by 2^64, which is nothing in 64 bits.
            let most = || leg(i64::MAX);
            let source = vec![most(), most(), leg(3)];
            session.ledger(&LedgerArgs::entry("BRL", source, vec![leg(1)]))
        };
        "source[0].amount": session => {
            session.ledger(&LedgerArgs::entry("BRL", vec![leg(0)], vec![leg(1)]))
        };
        "destination[1].account": session => {
            let legs = vec![leg(1), Leg::new("", Minor::new(1))];
            session.ledger(&LedgerArgs::entry("BRL", vec![leg(2)], legs))
        };
        "account": session => session.ledger(&LedgerArgs::balance(""));
        "asset": session => session.ledger(&LedgerArgs::account(""));
        "receipt_id": session => session.ledger(&LedgerArgs::receipt(""));
        "metadata": session => session.ledger(&LedgerArgs::receipts().metadata(Json::null()));
    }
}

#[test]
fn cards_and_persons() {
    refused! {
        "cardholder_id": session => session.issue(&IssueArgs::virtual_card("", "prg_1"));
        "program_id": session => session.issue(&IssueArgs::virtual_card("usr_1", ""));
        "shipping_address": session => {
            let args = IssueArgs::new(IssueAction::CardPhysical);
            session.issue(&args.cardholder_id("usr_1").program_id("prg_1"))
        };
        "shipping_address": session => {
            session.issue(&IssueArgs::physical_card("usr_1", "prg_1", json!("Av. Paulista")))
        };
        "card_id": session => session.issue(&IssueArgs::card(""));
        "card_id": session => session.issue(&IssueArgs::control_card("", CardControl::Freeze));
        "control": session => {
            session.issue(&IssueArgs::new(IssueAction::CardControl).card_id("crd_1"))
        };
        "buyer": session => session.kyc(&KycArgs::new(Json::null(), KycCheck::Identity));
        "buyer": session => session.kyc(&KycArgs::new(json!({}), KycCheck::Identity));
    }
}

#[test]
fn purchases() {
    let item = || vec![ShopItem::new("sku_1")];
    refused! {
        "query": session => session.shop_search(&ShopSearch::new(""));
        "items": session => session.shop_checkout(&ShopCheckout::default());
        "items": session => session.shop_checkout(&ShopCheckout::items_of("cobasi", vec![]));
        "url": session => {
            session.shop_checkout(&ShopCheckout::items_of("cobasi", item()).url("https://x.test"))
        };
        "url": session => session.shop_checkout(&ShopCheckout::page(""));
        "items[0].variant_id": session => {
            session.shop_checkout(&ShopCheckout::items_of("cobasi", vec![ShopItem::new("")]))
        };
        "items[0].quantity": session => {
            let items = vec![ShopItem::new("sku_1").quantity(0)];
            session.shop_checkout(&ShopCheckout::items_of("cobasi", items))
        };
        "address.cep": session => {
            let args = ShopCheckout::items_of("cobasi", item());
            session.shop_checkout(&args.address(ShopAddress::new("")))
        };
        "checkout_session_id": session => session.shop_checkout_status("");
        "checkout_session_id": session => session.shop_checkout_end("", Duration::from_secs(1));
        "limit": session => session.shop_checkout_end("cks_1", Duration::ZERO);
    }
}

#[test]
fn invoices_messages_and_stablecoins() {
    refused! {
        "invoice_id": session => session.invoice(&InvoiceArgs::status(InvoiceKind::Nfe, ""));
        "invoice_id": session => session.invoice(&InvoiceArgs::amend(InvoiceKind::Nfe, "", "x"));
        "recipient": session => {
            session.invoice(&InvoiceArgs::issue(InvoiceKind::Nfe, Json::null(), vec![]))
        };
        "items[0]": session => {
            let items = vec![Json::null()];
            session.invoice(&InvoiceArgs::issue(InvoiceKind::Nfe, json!({}), items))
        };
        "to": session => session.notify(&NotifyArgs::new(NotifyChannel::Sms, "").message("x"));
        "message": session => session.notify(&NotifyArgs::new(NotifyChannel::Sms, "+55"));
        "variables": session => {
            let args = NotifyArgs::new(NotifyChannel::Sms, "+55").template("t");
            session.notify(&args.variables(json!([])))
        };
        "amount": session => session.crypto_pay(&CryptoPayArgs::new(Major::new(0), "USDC"));
        "currency": session => session.crypto_pay(&CryptoPayArgs::new(Major::new(1), ""));
        "recipient.wallet_address": session => {
            let args = CryptoPayArgs::new(Major::new(1), "USDC");
            session.crypto_pay(&args.recipient(CryptoRecipient::new("")))
        };
    }
}

#[test]
fn records_and_workflows() {
    let done = UpdateToolCall::default().status(CallStatus::Success);
    refused! {
        "limit": session => session.tool_calls(Some(0));
        "limit": session => session.tool_calls(Some(501));
        "server_id": session => session.record_tool_call(&RecordToolCall::new("", "pay"));
        "tool_name": session => session.record_tool_call(&RecordToolCall::new("asaas", ""));
        "status": session => session.update_tool_call("tc_1", &UpdateToolCall::default());
        "status": session => {
            session.update_tool_call("tc_1", &UpdateToolCall::default().status(CallStatus::Running))
        };
        "tool_call_id": session => session.update_tool_call("..", &done);
        "limit": session => session.wait_for_connections(Duration::ZERO);
        "steps": session => session.run_workflow(Workflow::new());
    }
}

#[test]
fn a_session_taken_up_by_its_id_knows_no_user() {
    let session = client(&Replay::new()).session("ses_1").unwrap();
    let args = AuthorizeArgs::new("asaas", "https://x.test");
    let error = session.authorize(&args).send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("user_id")));
}
