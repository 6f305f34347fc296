//! Connecting Clio Manage from one's own account, and disconnecting it.

use http::StatusCode;
use simulated_clio::{Endpoint, Region};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA_USER, IKRAM_USER, Site, approve, at_manage, connect_manage, dana_signed_in,
    events_after, grant_of, in_regions, last_event, look_after, number, only_event_after, query_of,
    signed_in, text,
};

const US: &[Region] = &[Region::Us];

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_request_has_what_clio_s_reference_names_and_a_state_of_its_own(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let url = at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    let query = query_of(&url);
    let names: Vec<_> = query.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "client_id",
            "redirect_on_decline",
            "redirect_uri",
            "response_type",
            "state"
        ]
    );
    assert_eq!(
        query["redirect_uri"],
        format!("{}/auth/clio-manage/callback", site.public_url)
    );
    assert_eq!(
        (
            query["response_type"].as_str(),
            query["redirect_on_decline"].as_str()
        ),
        ("code", "true")
    );
    assert_eq!(query["state"].len(), 43, "256 random bits");
    let again = at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    assert_ne!(query_of(&again)["state"], query["state"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_approves_is_connected_and_sees_as_whom(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let page = browser.get("/account/connections").await.read();
    assert!(
        page.contains("Connect Clio Manage") && !page.contains("another region"),
        "{page}"
    );
    let last = last_event(&site).await;
    connect_manage(&site, &browser, DANA_USER)
        .await
        .leads_to("/account/connections?done=manage_connected");
    let event = only_event_after(&site, last).await;
    assert_eq!(event.action, "manage.connected");
    let page = browser.get("/account/connections").await.read();
    for text in [
        "Harbour &amp; Lane",
        "United States",
        "Dana Whitlock",
        "Connect it again",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("Other person"), "{page}");
    // The question names the fields: Clio leaves nearly everything out without them.
    let asked = site.clio.manage(Region::Us).requests(Endpoint::WhoAmI);
    let fields = asked[0].parameter("fields").unwrap();
    assert!(
        fields.contains("account_owner") && fields.ends_with("account{id,name}"),
        "{fields}"
    );
    // Secrets travel in the body, and no token is stored as it is.
    let exchange = &site.clio.manage(Region::Us).requests(Endpoint::Token)[0];
    assert!(exchange.header("authorization").is_none());
    let token = asked[0]
        .header("authorization")
        .unwrap()
        .strip_prefix("Bearer ")
        .unwrap()
        .to_owned();
    let dump = "SELECT string_agg(encode(tokens, 'escape'), ' ') FROM manage_grants";
    assert!(!text(&site, dump).await.unwrap().contains(&token));
    assert_eq!(
        number(&site, "SELECT count(*) FROM manage_attempts").await,
        0
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn when_somebody_else_approves_that_is_said_and_not_swallowed(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    connect_manage(&site, &browser, IKRAM_USER)
        .await
        .leads_to("/account/connections?done=manage_other_person");
    let page = browser
        .get("/account/connections?done=manage_other_person")
        .await
        .read();
    assert!(
        page.contains("somebody else approved there than signed in here"),
        "{page}"
    );
    assert!(
        page.contains(
            "Ikram Osei approved at Clio Manage, whose e-mail there is ikram.osei@harbourlane.test"
        ),
        "{page}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_regions_are_offered_and_each_has_its_own_key(pool: PgPool) {
    let site = Site::start(pool, in_regions(&[Region::Us, Region::Eu])).await;
    let browser = dana_signed_in(&site).await;
    let page = browser.get("/account/connections").await.read();
    for text in ["United States", "Europe", "eu.app.clio.com"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("Canada"), "{page}");
    let url = at_manage(&browser, "/auth/clio-manage/start?region=eu").await;
    assert_eq!(
        query_of(&url)["client_id"],
        site.clio.manage(Region::Eu).client_id()
    );
    for odd in ["ca", "uk", "EU", ""] {
        let reply = browser
            .get(&format!("/auth/clio-manage/start?region={odd}"))
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{odd}: {reply:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn connecting_again_replaces_what_was_granted_and_revokes_it_at_clio(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    connect_manage(&site, &browser, DANA_USER).await;
    connect_manage(&site, &browser, DANA_USER).await;
    let live = "SELECT count(*) FROM manage_grants WHERE state = 'live'";
    assert_eq!(number(&site, live).await, 1);
    look_after(&site).await;
    assert_eq!(site.clio.manage(Region::Us).grants(DANA_USER), 1);
    let kept = "SELECT count(*) FROM manage_grants WHERE tokens IS NOT NULL";
    assert_eq!(number(&site, kept).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_disconnects_is_done_with_at_once_and_clio_is_told(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let account = browser.account().await.unwrap();
    connect_manage(&site, &browser, DANA_USER).await;
    let (grant, _) = grant_of(&site, account).await;
    let grant = grant.to_string();
    let fields = [("connection", grant.as_str())];
    let last = last_event(&site).await;
    let form = "/account/connections/manage/disconnect";
    // Another person's form about it changes nothing.
    let ikram = signed_in(&site, "ikram").await;
    let reply = ikram.post_form(form, &fields).await;
    reply.leads_to("/account/connections?manage=not_connected");
    assert_eq!(grant_of(&site, account).await.1, "live");
    let events = events_after(&site, last).await;
    assert_eq!(events.last().unwrap().action, "manage.refused");
    let last = last_event(&site).await;
    browser
        .post_form(form, &fields)
        .await
        .leads_to("/account/connections?done=manage_disconnected");
    assert_eq!(
        only_event_after(&site, last).await.action,
        "manage.disconnected"
    );
    assert_eq!(grant_of(&site, account).await.1, "ended");
    assert!(
        !browser
            .get("/account/connections")
            .await
            .read()
            .contains("Harbour &amp; Lane<")
    );
    look_after(&site).await;
    assert_eq!(site.clio.manage(Region::Us).grants(DANA_USER), 0);
    assert_eq!(
        number(
            &site,
            "SELECT count(*) FROM manage_grants WHERE tokens IS NOT NULL"
        )
        .await,
        0
    );
    // Twice is once.
    browser
        .post_form(form, &fields)
        .await
        .leads_to("/account/connections?manage=not_connected");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_clio_manage_there_is_nothing_of_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let page = browser.get("/account/connections").await.read();
    assert!(!page.contains("Manage"), "{page}");
    assert_eq!(
        browser
            .get("/auth/clio-manage/start?region=us")
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        browser.get("/add-to-clio").await.status,
        StatusCode::NOT_FOUND
    );
    let hint = browser.post_form("/clio-manage/deauthorized", &[]).await;
    assert_eq!(hint.status, StatusCode::METHOD_NOT_ALLOWED, "{hint:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn abandoned_attempts_don_t_pile_up_and_are_swept(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    for _ in 0..15 {
        at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    }
    let attempts = "SELECT count(*) FROM manage_attempts";
    assert_eq!(number(&site, attempts).await, 10);
    site.advance(std::time::Duration::from_mins(10));
    vestibule::service::background::sweep_once(&site.services)
        .await
        .unwrap();
    assert_eq!(number(&site, attempts).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_tabs_both_finish(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let browser = dana_signed_in(&site).await;
    let one = at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    let other = at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    for url in [other, one] {
        approve(&site, &browser, &url, DANA_USER)
            .await
            .leads_to("/account/connections?done=manage_connected");
    }
    let stranger = Browser::new(&site);
    stranger
        .get("/auth/clio-manage/start?region=us")
        .await
        .leads_to("/sign-in");
}
