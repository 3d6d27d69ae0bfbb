//! Commerce: finding tools, connecting providers, shipping, shopping, cards, papers, messages.

use std::time::Duration;

use codespar_proto::{
    Json, Major, Minor, ToolResult,
    connections::CreateConnection,
    meta_tools::{
        AuthState, CardControl, Checkout, CheckoutStatus, CryptoDirection, CryptoPayArgs,
        CryptoRecipient, DiscoverArgs, InvoiceArgs, InvoiceKind, IssueArgs, KycArgs, KycCheck,
        NotifyArgs, NotifyChannel, ParcelItem, PostalAddress, SearchStrategy, ServiceLevel,
        ShipArgs, ShopAddress, ShopBuyer, ShopCheckout, ShopItem, ShopSearch, WizardArgs,
    },
    session::{AuthorizeArgs, ListTools, ProxyCall},
};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, client_of, refused, wrong};

testing_support::with_both_drivers! {
    a_tool_is_found_for_what_is_to_be_done
    a_provider_is_connected_by_the_wizard
    a_user_is_sent_to_a_provider_to_agree
    tools_are_listed_and_ranked_by_the_server
    a_parcel_is_quoted_labelled_and_tracked
    a_cart_is_checked_out_to_its_end
    a_checkout_may_fail_be_unknown_or_be_lost_from_sight
    cards_are_issued_and_controlled
    a_person_is_verified
    an_invoice_is_issued_and_corrected
    a_message_is_sent
    stablecoins_are_sent
    a_provider_is_called_through_the_proxy
}

fn a_tool_is_found_for_what_is_to_be_done<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let search = DiscoverArgs::new("create a pix payment").country("BR").limit(2_u32);
    let found = D::finish(session.discover(&search))?;
    assert_eq!(found.search_strategy, Some(SearchStrategy::Trigram));
    let best = found.recommended.as_ref().unwrap();
    assert_eq!(best.tool(), "zoop/create_transaction");
    assert_eq!(best.connection_status, Some(AuthState::Disconnected));
    assert_eq!(found.related.len(), 2);
    assert!(found.tool_call_id.is_some());

    let fiscal =
        D::finish(session.discover(&DiscoverArgs::new("issue an invoice").category("fiscal")))?;
    assert!(fiscal.recommended.as_ref().unwrap().tool().starts_with("nuvem-fiscal/"));
    let nothing = D::finish(session.discover(&DiscoverArgs::new("fly to the moon")))?;
    assert_eq!(
        (&nothing.search_strategy, &nothing.recommended),
        (&Some(SearchStrategy::Empty), &None)
    );

    let sent = sandbox.requests().len();
    let error = D::finish(session.discover(&DiscoverArgs::new(" "))).unwrap_err();
    assert_eq!((wrong(&error), sandbox.requests().len()), ("use_case", sent));
    Ok(())
}

fn a_provider_is_connected_by_the_wizard<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args().servers(["zoop", "nuvem-fiscal"])))?;
    let list = D::finish(session.connection_wizard(&WizardArgs::list()))?;
    let ids: Vec<_> = list.connections.iter().map(|row| row.server_id.as_str()).collect();
    assert_eq!(ids, ["zoop", "nuvem-fiscal"]);
    let steps = D::finish(session.connection_wizard(&WizardArgs::initiate("zoop")))?;
    let steps = steps.initiate.as_ref().unwrap();
    assert_eq!(steps.required_secrets[0].name, "api_key");

    let before = D::finish(session.connection_wizard(&WizardArgs::status("zoop")))?;
    assert_eq!(before.status.as_ref().unwrap().status, Some(AuthState::Disconnected));
    D::finish(client.connections().create(&CreateConnection::new("zoop", "zk-1")))?;
    let after = D::finish(session.connection_wizard(&WizardArgs::status("zoop")))?;
    assert_eq!(after.status.as_ref().unwrap().status, Some(AuthState::Connected));

    let error = D::finish(session.connection_wizard(&WizardArgs::status("nobody"))).unwrap_err();
    assert_eq!(refused(&error), (200, "unknown_server"));
    assert!(!error.last::<ToolResult>().unwrap().success);
    Ok(())
}

fn a_user_is_sent_to_a_provider_to_agree<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args()))?;
    let link = AuthorizeArgs::new("nuvem-fiscal", "https://shop.test/back").scopes("nfe");
    let begun = D::finish(session.authorize(&link))?;
    let token = begun.link_token.as_ref().unwrap().expose();
    assert!(begun.authorize_url.as_ref().unwrap().expose().contains(token));
    assert!(!format!("{begun:?}").contains(token));
    let sent = sandbox.requests().last().unwrap().json().unwrap();
    assert_eq!(sent["user_id"], "buyer-77");

    let error = D::finish(session.authorize(&AuthorizeArgs::new("zoop", "https://shop.test/back")));
    assert_eq!(refused(&error.unwrap_err()), (404, "server_oauth_not_configured"));
    let error = D::finish(session.authorize(&AuthorizeArgs::new("zoop", "http://shop.test/back")));
    assert_eq!(wrong(&error.unwrap_err()), "redirect_uri");
    let stranger = client.session(session.id())?;
    assert_eq!(wrong(&D::finish(stranger.authorize(&link)).unwrap_err()), "user_id");
    Ok(())
}

fn tools_are_listed_and_ranked_by_the_server<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let all = D::finish(session.list_tools(&ListTools::default()))?;
    assert_eq!(all.total, Some(all.data.len() as u64));
    assert_eq!(all.session_id.as_deref(), Some(session.id()));
    let some = D::finish(session.list_tools(&ListTools::default().q("shipments")))?;
    assert_eq!(some.data[0].name, "codespar_ship");
    assert!(D::finish(session.list_tools(&ListTools::default().server("zoop")))?.data.is_empty());
    let ranked = D::finish(session.search_tools("send a message by sms"))?;
    assert_eq!(ranked.data[0].name, "codespar_notify");
    assert!(ranked.data[0].relevance > ranked.data[1].relevance);
    assert_eq!(wrong(&D::finish(session.search_tools("")).unwrap_err()), "intent");
    Ok(())
}

fn a_parcel_is_quoted_labelled_and_tracked<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let from = PostalAddress::new("01310-100").city("São Paulo");
    let to = PostalAddress::new("20040-020").state("RJ");
    let items = vec![ParcelItem::new(500.0).quantity(2)];
    let quote = ShipArgs::quote(from.clone(), to.clone(), items.clone());
    let quoted = D::finish(session.ship(&quote))?;
    assert_eq!(
        (quoted.status.as_deref(), quoted.cost_minor),
        (Some("quoted"), Some(Minor::new(2_500)))
    );
    let fast = D::finish(session.ship(&quote.service_level(ServiceLevel::Fastest)))?;
    assert_eq!(fast.cost_minor, Some(Minor::new(5_000)));
    assert_eq!(sandbox.effects().count(EffectKind::Label), 0);

    let label = D::finish(session.ship(&ShipArgs::label(from.clone(), to.clone(), items)))?;
    assert!(label.label_url.is_some());
    assert_eq!(sandbox.effects().count(EffectKind::Label), 1);
    let tracked = D::finish(session.ship(&ShipArgs::track(label.tracking_code.clone().unwrap())))?;
    assert_eq!(tracked.status.as_deref(), Some("in_transit"));
    let error = D::finish(session.ship(&ShipArgs::track("BR0"))).unwrap_err();
    assert_eq!(refused(&error), (200, "tracking_not_found"));
    assert_eq!(
        wrong(&D::finish(session.ship(&ShipArgs::label(from, to, vec![]))).unwrap_err()),
        "items"
    );
    assert_eq!(wrong(&D::finish(session.ship(&ShipArgs::track(""))).unwrap_err()), "tracking_code");
    Ok(())
}

fn a_cart_is_checked_out_to_its_end<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::from_millis(50)).start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let offers = D::finish(session.shop_search(&ShopSearch::new("ração")))?;
    assert_eq!(offers.products.len(), 2);
    let first = &offers.products[0];
    assert_eq!((first.available, first.price_minor), (true, Some(Minor::new(4_990))));
    assert_eq!(
        D::finish(session.shop_search(&ShopSearch::new("ração").limit(1)))?.products.len(),
        1
    );

    let items = vec![ShopItem::new(first.variants[0].sku_id.as_str()).quantity(2)];
    let cart = ShopCheckout::items_of("cobasi", items)
        .buyer(ShopBuyer::default().name("Maria").cpf("11144477735"))
        .address(ShopAddress::new("01310-100").number("1000"));
    let begun = D::finish(session.shop_checkout(&cart))?;
    assert_eq!(begun.status, Some(CheckoutStatus::InProgress));
    let id = begun.checkout_session_id.clone().unwrap();
    let end = D::finish(session.shop_checkout_end(&id, Duration::from_secs(2)))?;
    assert_eq!(end.status, Some(CheckoutStatus::ReadyForPayment));
    assert_eq!(end.total_minor, Some(Minor::new(9_980)));
    assert!(end.pix_copia_e_cola.as_ref().unwrap().expose().starts_with("000201"));
    assert!(D::finish(session.shop_checkout_status(&id))?.is_over());
    assert_eq!(sandbox.effects().count(EffectKind::Checkout), 1);
    Ok(())
}

fn a_checkout_may_fail_be_unknown_or_be_lost_from_sight<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::ZERO).start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let gone = ShopCheckout::items_of("cobasi", vec![ShopItem::new("sku_3")]);
    let id = D::finish(session.shop_checkout(&gone))?.checkout_session_id.clone().unwrap();
    let end = D::finish(session.shop_checkout_end(&id, Duration::from_secs(5)))?;
    assert_eq!(
        (&end.status, end.error.as_deref()),
        (&Some(CheckoutStatus::Canceled), Some("sold_out"))
    );
    let unknown = D::finish(session.shop_checkout_status("cks_none"))?;
    assert!(unknown.is_over());
    assert_eq!(unknown.error.as_deref(), Some("checkout_not_found"));

    let sandbox = Sandbox::builder().settle_after(Duration::MAX).start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let page = ShopCheckout::page("https://shop.test/p/1");
    let id = D::finish(session.shop_checkout(&page))?.checkout_session_id.clone().unwrap();
    let standing = D::finish(session.shop_checkout_end(&id, Duration::from_millis(20)))?;
    assert_eq!(standing.status, Some(CheckoutStatus::InProgress));
    sandbox.inject(
        Fault::on("POST", "/v1/sessions/").skip(1).answer(404, json!({"error": "not_found"})),
    );
    let error = D::finish(session.shop_checkout_end(&id, Duration::from_secs(2))).unwrap_err();
    assert_eq!(refused(&error), (404, "not_found"));
    assert_eq!(error.last::<Checkout>().unwrap().status, Some(CheckoutStatus::InProgress));

    let both = ShopCheckout::page("https://shop.test/p/1").items(vec![ShopItem::new("sku_1")]);
    assert_eq!(wrong(&D::finish(session.shop_checkout(&both)).unwrap_err()), "url");
    let neither = D::finish(session.shop_checkout(&ShopCheckout::default())).unwrap_err();
    assert_eq!(wrong(&neither), "items");
    Ok(())
}

fn cards_are_issued_and_controlled<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let card = D::finish(session.issue(&IssueArgs::virtual_card("usr_1", "prg_1")))?;
    let id = card.id.clone().unwrap();
    assert_eq!(
        (card.card_type.as_deref(), card.status.as_deref()),
        (Some("VIRTUAL"), Some("ACTIVE"))
    );
    for (control, status) in [
        (CardControl::Freeze, "BLOCKED"),
        (CardControl::Unfreeze, "ACTIVE"),
        (CardControl::Cancel, "CANCELED"),
    ] {
        D::finish(session.issue(&IssueArgs::control_card(&*id, control)))?;
        assert_eq!(
            D::finish(session.issue(&IssueArgs::card(&*id)))?.status.as_deref(),
            Some(status)
        );
    }
    let address = json!({"postal_code": "01310-100"});
    let card = D::finish(session.issue(&IssueArgs::physical_card("usr_1", "prg_1", address)))?;
    assert_eq!(card.status.as_deref(), Some("CREATED"));
    assert_eq!(sandbox.effects().count(EffectKind::Card), 2);
    let error = D::finish(session.issue(&IssueArgs::card("crd_none"))).unwrap_err();
    assert_eq!(refused(&error), (200, "card_not_found"));
    Ok(())
}

fn a_person_is_verified<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let person = json!({"name": "Maria Silva"});
    let begun = D::finish(session.kyc(&KycArgs::new(person, KycCheck::RiskScore)))?;
    assert_eq!((begun.status.as_deref(), begun.score), (Some("pending"), Some(0.12)));
    assert!(begun.hosted_url.is_some());
    assert!(D::finish(session.decided(begun.call_id()?))?.is_decided());
    assert_eq!(sandbox.effects().count(EffectKind::Verification), 1);
    let nobody = D::finish(session.kyc(&KycArgs::new(json!({}), KycCheck::Identity))).unwrap_err();
    assert_eq!(wrong(&nobody), "buyer");
    Ok(())
}

fn an_invoice_is_issued_and_corrected<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let line = Json::from(json!({"description": "Plano", "unit_price": 49_900}));
    let recipient = json!({"name": "Padaria Sol"});
    let issued =
        D::finish(session.invoice(&InvoiceArgs::issue(InvoiceKind::Nfse, recipient, vec![line])))?;
    let id = issued.id.clone().unwrap();
    let seen = D::finish(session.invoice(&InvoiceArgs::status(InvoiceKind::Nfse, &*id)))?;
    assert_eq!((seen.id.as_deref(), seen.status.as_deref()), (Some(&*id), Some("autorizada")));
    let amended = InvoiceArgs::amend(InvoiceKind::Nfse, &*id, "the address").reason("typo");
    assert_eq!(D::finish(session.invoice(&amended))?.status.as_deref(), Some("corrigida"));
    assert_eq!(sandbox.effects().count(EffectKind::Invoice), 1);
    let error = D::finish(session.invoice(&InvoiceArgs::status(InvoiceKind::Nfe, ""))).unwrap_err();
    assert_eq!(wrong(&error), "invoice_id");
    Ok(())
}

fn a_message_is_sent<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let message =
        NotifyArgs::new(NotifyChannel::Whatsapp, "+5511999887766").message("It is on its way");
    assert!(!format!("{message:?}").contains("99988"));
    let sent = D::finish(session.notify(&message))?;
    assert_eq!((sent.sent, sent.message_id.is_some()), (Some(true), true));
    let template = NotifyArgs::new(NotifyChannel::Email, "m@shop.test").template("welcome");
    D::finish(session.notify(&template.variables(json!({"name": "Maria"}))))?;
    assert_eq!(sandbox.effects().count(EffectKind::Message), 2);
    let empty = D::finish(session.notify(&NotifyArgs::new(NotifyChannel::Sms, "+5511999887766")));
    assert_eq!(wrong(&empty.unwrap_err()), "message");
    Ok(())
}

fn stablecoins_are_sent<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let amount: Major = "12.5".parse()?;
    let pay = CryptoPayArgs::new(amount, "USDC")
        .direction(CryptoDirection::Send)
        .recipient(CryptoRecipient::new("0xabc"));
    let begun = D::finish(session.crypto_pay(&pay))?;
    assert_eq!(begun.status.as_deref(), Some("pending"));
    assert!(begun.destination_address.is_some());
    assert!(D::finish(session.settled(begun.call_id()?))?.is_settled());
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    let nothing = D::finish(session.crypto_pay(&CryptoPayArgs::new(Major::new(0), "USDC")));
    assert_eq!(wrong(&nothing.unwrap_err()), "amount");
    Ok(())
}

fn a_provider_is_called_through_the_proxy<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args().server("zoop")))?;
    let call = ProxyCall::post("zoop", "/v1/transactions", json!({"amount": 100}));
    let answer = D::finish(session.proxy_execute(&call))?;
    assert!(answer.is_success() && answer.is_mocked());
    let data = answer.data.as_ref().unwrap().to_value();
    assert_eq!((&data["method"], &data["body"]), (&json!("POST"), &json!({"amount": 100})));
    let read = ProxyCall::get("zoop", "/v1/transactions").params(json!({"limit": 1}));
    let data = D::finish(session.proxy_execute(&read))?.data.unwrap().to_value();
    assert_eq!(data["params"], json!({"limit": 1}));
    let error =
        D::finish(session.proxy_execute(&ProxyCall::get("asaas", "/v3/payments"))).unwrap_err();
    assert_eq!(refused(&error), (400, "server_not_connected"));
    let error =
        D::finish(session.proxy_execute(&ProxyCall::get("zoop", "https://x.test"))).unwrap_err();
    assert_eq!(wrong(&error), "endpoint");
    Ok(())
}
