//! Links that collect one payment each (`/v1/collect/links`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Items, Page, Timestamp, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    api::{
        answer::read_movement,
        collect::{
            Collect,
            draft::{CollectDraft, CreateCollectLink},
            link::{CollectLink, CollectState},
            stats::CollectStats,
        },
    },
    check::{check_filled, check_range},
    types::{decimal_text::DecimalText, patch::Patch},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the links of the project that collect money, newest first.
    fn list_page(; query: &ListCollectLinks) -> Page<CollectLink>:
        "collect.links.list" GET "/v1/collect/links", scope "collect:read", read page, pages list;
    /// Makes a draft of a link that collects one payment; amounts are minor units, and nobody can
    /// pay it before it is published.
    fn create(; json: &CreateCollectLink) -> CollectLink:
        "collect.links.create" POST "/v1/collect/links", scope "collect:write";
    /// Reads a link that collects money, and how an agent would pay it.
    fn get(link_id) -> CollectLink: "collect.links.get" GET "/v1/collect/links/{link_id}";
    /// Changes until when a link is valid, or who is paid, before it was ever published.
    fn update(link_id; json: &UpdateCollectLink) -> CollectLink:
        "collect.links.update" PATCH "/v1/collect/links/{link_id}";
    /// Replaces the draft of a link, or opens one; amounts are minor units.
    fn put_draft(link_id; json: &CollectDraft) -> CollectLink:
        "collect.links.put_draft" PUT "/v1/collect/links/{link_id}/draft" Safe;
    /// Shows the draft of a link to payers, who can pay it from then on; that version never changes
    /// again.
    fn publish(link_id; json: &PublishCollectLink) -> CollectLink:
        "collect.links.publish" POST "/v1/collect/links/{link_id}/publish", effect MovesMoney,
        read read_movement;
    /// Stops a link from issuing new attempts; one that was issued can still be paid.
    fn pause(link_id) -> CollectLink:
        "collect.links.pause" POST "/v1/collect/links/{link_id}/pause" Safe;
    /// Shows a paused link to payers again.
    fn resume(link_id) -> CollectLink:
        "collect.links.resume" POST "/v1/collect/links/{link_id}/resume";
    /// Archives a link for good: it issues nothing more and takes no new version.
    fn archive(link_id) -> CollectLink:
        "collect.links.archive" POST "/v1/collect/links/{link_id}/archive" Safe, effect Destroys;
    /// Says what links collected in the last 30 days, in minor units.
    fn stats() -> CollectStats: "collect.links.stats" GET "/v1/collect/links/stats";
}

/// Links that collect one payment each (`/v1/collect/links`): a draft, then published, then paid.
#[derive(Handle)]
#[handle(Collect.links)]
pub struct CollectLinks<T> {
    client: crate::Client<T>,
}

impl<T: Transport> CollectLinks<T> {
    /// Lists the links, newest first (`GET /v1/collect/links`), page after page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `collect_disabled` where the project may not collect.
    ///
    /// ```
    /// use codespar_proto::collect::ListCollectLinks;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for link in client.collect().links().list(&ListCollectLinks::default()) {
    ///     println!("{}", link?.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListCollectLinks) -> Items<T, CollectLink> {
        self.client().items(list(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `collect_disabled` where the project may not collect.
    ///
    /// ```
    /// use codespar_proto::collect::ListCollectLinks;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListCollectLinks::default().limit(20);
    /// let page = client.collect().links().list_page(&args).send()?;
    /// let next = page.next.map(|cursor| args.cursor(cursor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn list_page(&self, args: &ListCollectLinks) -> Call<T, Page<CollectLink>> {
        self.client().call(list_page(self.client().service(), args))
    }

    /// Makes a link, as a draft (`POST /v1/collect/links`): nobody can pay it before
    /// [`publish`](Self::publish). One link is one valid payment.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `consumer_id` or what cannot work of `version`; `Api` with
    /// `collect_total_below_minimum`, `collect_total_above_maximum`,
    /// `collect_brand_contrast_insufficient`, `collect_disabled` and others.
    ///
    /// ```
    /// use codespar_proto::Minor;
    /// use codespar_proto::collect::{
    ///     CollectDraft, CollectSurface, CreateCollectLink, NewCollectItem, PublishCollectLink,
    /// };
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let items = vec![NewCollectItem::new("Bolo de cenoura", 2, Minor::new(3_500))];
    /// let draft = CollectDraft::new("Encomenda 42", items, vec![CollectSurface::Whatsapp], 3);
    /// let args = CreateCollectLink::new("con_1", draft);
    /// let link = client.collect().links().create(&args).send()?;
    /// client.collect().links().publish(&link.id, &PublishCollectLink::default()).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreateCollectLink) -> Call<T, CollectLink> {
        self.client().call(create(self.client().service(), args))
    }

    /// Reads a link (`GET /v1/collect/links/{link_id}`), and how an agent would pay it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let link = client.collect().links().get("cl_1").send()?;
    /// println!("paid: {:?}", link.paid);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, link_id: &str) -> Call<T, CollectLink> {
        self.client().call(get(self.client().service(), link_id))
    }

    /// Changes until when a link is valid, or **who is paid** (`PATCH
    /// /v1/collect/links/{link_id}`), as long as it was never published.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `consumer_id`, unless something is changed; `Api` with
    /// `collect_link_published_immutable`, `collect_link_archived`, `receiving_identity_missing`
    /// and others: nothing was changed.
    ///
    /// ```
    /// use codespar_proto::{collect::UpdateCollectLink, types::Patch};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = UpdateCollectLink::default().consumer_id("con_2").valid_until(Patch::Clear);
    /// let link = client.collect().links().update("cl_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, link_id: &str, args: &UpdateCollectLink) -> Call<T, CollectLink> {
        self.client().call(update(self.client().service(), link_id, args))
    }

    /// Replaces the draft of a link, or opens one (`PUT /v1/collect/links/{link_id}/draft`).
    /// Versions that were published never change.
    ///
    /// Idempotency: none needed; doing it again changes nothing more, so it is repeated where it
    /// fails for a moment.
    ///
    /// # Errors
    /// `Config` naming what cannot work; `Api` with `collect_link_version_locked` once a payer was
    /// given something to pay, `collect_link_archived` and others: nothing was changed.
    ///
    /// ```
    /// use codespar_proto::{Minor, collect::{CollectDraft, CollectSurface, NewCollectItem}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let items = vec![NewCollectItem::new("Bolo de cenoura", 3, Minor::new(3_500))];
    /// let draft = CollectDraft::new("Encomenda 42", items, vec![CollectSurface::Page], 3);
    /// let link = client.collect().links().put_draft("cl_1", &draft).send()?;
    /// # Ok(()) }
    /// ```
    pub fn put_draft(&self, link_id: &str, args: &CollectDraft) -> Call<T, CollectLink> {
        self.client().call(put_draft(self.client().service(), link_id, args))
    }

    /// Shows the draft of a link to payers (`POST /v1/collect/links/{link_id}/publish`). From then
    /// on it can be **paid**, and this version never changes again. A draft with a USDC price wants
    /// the very price confirmed.
    ///
    /// Idempotency: none, the server honours no key; it is sent once. After a lost answer
    /// [`get`](Self::get) says how the link stands; publishing again changes nothing, unless there
    /// is a new draft ([`changed`](CollectLink::changed)).
    ///
    /// # Errors
    /// `Config` naming `confirm_usdc_price`; `Api` with `collect_link_no_draft`,
    /// `collect_link_paused`, `collect_link_archived`, `collect_link_state_changed`,
    /// `collect_usdc_price_unconfirmed`, `receiving_identity_missing` and others: nothing was
    /// written. `Decode`, when a success says nothing of the link.
    ///
    /// ```
    /// use codespar_proto::collect::PublishCollectLink;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = PublishCollectLink::default();
    /// let link = client.collect().links().publish("cl_1", &args).send()?;
    /// println!("{:?}", link.url);
    /// # Ok(()) }
    /// ```
    pub fn publish(&self, link_id: &str, args: &PublishCollectLink) -> Call<T, CollectLink> {
        self.client().call(publish(self.client().service(), link_id, args))
    }

    /// Stops new attempts (`POST /v1/collect/links/{link_id}/pause`). An attempt that was issued
    /// **can still be paid**, and is credited.
    ///
    /// Idempotency: none needed; doing it again changes nothing more, so it is repeated where it
    /// fails for a moment.
    ///
    /// # Errors
    /// `Api` with `collect_link_draft`, `collect_link_archived` or `not_found`: nothing was
    /// changed.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.collect().links().pause("cl_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn pause(&self, link_id: &str) -> Call<T, CollectLink> {
        self.client().call(pause(self.client().service(), link_id))
    }

    /// Shows a paused link again (`POST /v1/collect/links/{link_id}/resume`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Api` with `collect_link_draft`, `collect_link_archived`, `receiving_identity_missing` and
    /// others: nothing was changed.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.collect().links().resume("cl_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn resume(&self, link_id: &str) -> Call<T, CollectLink> {
        self.client().call(resume(self.client().service(), link_id))
    }

    /// Archives a link **for good** (`POST /v1/collect/links/{link_id}/archive`): it issues nothing
    /// more and takes no new version.
    ///
    /// Idempotency: none needed; doing it again changes nothing more, so it is repeated where it
    /// fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.collect().links().archive("cl_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn archive(&self, link_id: &str) -> Call<T, CollectLink> {
        self.client().call(archive(self.client().service(), link_id))
    }

    /// What links collected in the last 30 days (`GET /v1/collect/links/stats`), the one window
    /// there is, in **minor** units. Late and repeated payments do not count as received.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `collect_disabled` and others.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let stats = client.collect().links().stats().send()?;
    /// println!("{:?} from {:?} payments", stats.received_minor, stats.payments);
    /// # Ok(()) }
    /// ```
    pub fn stats(&self) -> Call<T, CollectStats> {
        self.client().call(stats(self.client().service()))
    }
}

/// Which links are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListCollectLinks {
    /// Only links that stand like this.
    pub state: Option<CollectState>,
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
}

impl ListCollectLinks {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// What is changed of a link that was never published. One of the two at least.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateCollectLink {
    /// Until when it can be paid.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[wire(into)]
    pub valid_until: Patch<Timestamp>,
    /// The consumer who is paid.
    pub consumer_id: Option<String>,
}

impl UpdateCollectLink {
    fn check(&self) -> Result<(), Error> {
        match &self.consumer_id {
            Some(consumer_id) => check_filled("consumer_id", consumer_id),
            None if self.valid_until.is_keep() => {
                Err(Error::config("consumer_id", "expected something to change"))
            }
            None => Ok(()),
        }
    }
}

/// What is confirmed when a link is published.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PublishCollectLink {
    /// The USDC price of the draft, digit by digit, where it has one; **major** units.
    pub confirm_usdc_price: Option<DecimalText>,
}

impl PublishCollectLink {
    fn check(&self) -> Result<(), Error> {
        self.confirm_usdc_price.as_ref().map_or(Ok(()), |price| price.check("confirm_usdc_price"))
    }
}

/// A page of links.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Links {
    data: Vec<CollectLink>,
    next_cursor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<CollectLink>, Error> {
    let rows: Links = answer.json()?;
    Ok(Page::new(rows.data, rows.next_cursor))
}
