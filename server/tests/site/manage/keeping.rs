//! Keeping what was granted good: renewing ahead of time, one node at a time; losing it; other keys.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::StatusCode;
use simulated_clio::{Answer, Endpoint, Region};
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{
    db::migrations::MIGRATOR,
    service::manage::keeping::{self, NoAccess},
};

use crate::harness::{
    Browser, DANA_USER, Settings, Site, all_do_at_once, connect_manage, dana_signed_in, grant_of,
    in_regions, last_event, look_after, number, only_event_after, sql, text,
};

const US: &[Region] = &[Region::Us];
const DAY: Duration = Duration::from_hours(24);

/// Dana, connected; her grant.
async fn connected(site: &Site) -> (Browser, Uuid) {
    let browser = dana_signed_in(site).await;
    connect_manage(site, &browser, DANA_USER)
        .await
        .leads_to("/account/connections?done=manage_connected");
    let account = browser.account().await.unwrap();
    let (grant, _) = grant_of(site, account).await;
    (browser, grant)
}

fn refreshes(site: &Site) -> usize {
    let asked = site.clio.manage(Region::Us).requests(Endpoint::Token);
    let is_refresh = |request: &&simulated_clio::ReceivedManageRequest| {
        request.parameter("grant_type") == Some("refresh_token")
    };
    asked.iter().filter(is_refresh).count()
}

async fn state(site: &Site) -> String {
    let state = "SELECT concat_ws(' ', state, state_reason) FROM manage_grants";
    text(site, state).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_is_renewed_after_three_quarters_of_its_life_and_not_before(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (_, grant) = connected(&site).await;
    look_after(&site).await;
    site.advance(22 * DAY);
    look_after(&site).await;
    assert_eq!(refreshes(&site), 0);
    site.advance(DAY);
    look_after(&site).await;
    assert_eq!(refreshes(&site), 1);
    let version = "SELECT version::bigint FROM manage_grants";
    assert_eq!(number(&site, version).await, 2);
    keeping::check(&site.services, grant).await.unwrap();
    look_after(&site).await;
    assert_eq!(refreshes(&site), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_that_want_the_same_token_at_once_renew_it_once_and_both_have_it(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (_, grant) = connected(&site).await;
    let other = site.another_node().await;
    // The token is over: nobody can go on with the old one meanwhile.
    site.advance(31 * DAY);
    site.clio
        .manage(Region::Us)
        .next(Endpoint::Token, |answer| {
            answer.delay = Some(Duration::from_millis(500));
        });
    let asking = [&site, &other].into_iter().cycle().take(16).map(|node| {
        let services = node.services.clone();
        async move { keeping::check(&services, grant).await.is_ok() }
    });
    let outcomes = all_do_at_once(asking).await;
    assert!(outcomes.iter().all(|ok| *ok), "{outcomes:?}");
    assert_eq!(refreshes(&site), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_that_clio_ended_early_is_renewed_once_and_the_question_put_again(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (_, grant) = connected(&site).await;
    site.clio.manage(Region::Us).expire_tokens(DANA_USER);
    keeping::check(&site.services, grant).await.unwrap();
    assert_eq!(refreshes(&site), 1);
    assert_eq!(state(&site).await, "live");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refresh_token_that_isn_t_repeated_stays_good(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (_, grant) = connected(&site).await;
    site.clio.manage(Region::Us).omit_refresh_token(true);
    for renewals in 1..=3 {
        site.advance(31 * DAY);
        keeping::check(&site.services, grant).await.unwrap();
        assert_eq!(refreshes(&site), renewals);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_token_that_can_t_be_renewed_is_used_to_its_end_and_not_given_up_before(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    site.clio.manage(Region::Us).omit_first_refresh_token(true);
    let (_, grant) = connected(&site).await;
    site.advance(29 * DAY);
    look_after(&site).await;
    keeping::check(&site.services, grant).await.unwrap();
    assert_eq!((state(&site).await.as_str(), refreshes(&site)), ("live", 0));
    site.advance(2 * DAY);
    look_after(&site).await;
    assert_eq!(state(&site).await, "reconnect invalid_grant");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_revoked_needs_its_person_who_is_mailed_once_and_can_renew_it(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (browser, grant) = connected(&site).await;
    sql(&site, "DELETE FROM mail_outbox").await;
    site.clio.manage(Region::Us).revoke_quietly(DANA_USER);
    let last = last_event(&site).await;
    let asked = keeping::check(&site.services, grant).await;
    assert!(matches!(asked, Err(NoAccess::Asked(_))), "{asked:?}");
    let event = only_event_after(&site, last).await;
    assert_eq!(event.action, "manage.reconnect_needed");
    assert_eq!(state(&site).await, "reconnect invalid_grant");
    let mails = "SELECT string_agg(kind || ' ' || to_email, ',') FROM mail_outbox";
    assert_eq!(
        text(&site, mails).await.unwrap(),
        "manage_reconnect d.whitlock@harbourlane.test"
    );
    let page = browser.get("/account/connections").await.read();
    assert!(
        page.contains("Connect again") && page.contains("withdrawn there"),
        "{page}"
    );
    // Nothing more happens by itself.
    site.advance(40 * DAY);
    look_after(&site).await;
    assert_eq!(number(&site, "SELECT count(*) FROM mail_outbox").await, 1);
    let browser = dana_signed_in(&site).await;
    connect_manage(&site, &browser, DANA_USER)
        .await
        .leads_to("/account/connections?done=manage_connected");
    let live = "SELECT count(*) FROM manage_grants WHERE state = 'live'";
    assert_eq!(number(&site, live).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn while_clio_fails_nothing_is_lost_and_what_is_good_goes_on(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (_, grant) = connected(&site).await;
    let manage = site.clio.manage(Region::Us);
    site.advance(23 * DAY);
    manage.every(Endpoint::Token, |answer| {
        answer.replace(StatusCode::BAD_GATEWAY, "");
    });
    // Due to be renewed, and still good.
    keeping::check(&site.services, grant).await.unwrap();
    site.advance(8 * DAY);
    let asked = keeping::check(&site.services, grant).await;
    assert!(matches!(asked, Err(NoAccess::Asked(_))), "{asked:?}");
    assert_eq!(state(&site).await, "live");
    manage.honest();
    site.advance(Duration::from_mins(1));
    keeping::check(&site.services, grant).await.unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_node_that_dies_while_it_renews_keeps_nobody_from_it_for_long(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (_, grant) = connected(&site).await;
    site.advance(31 * DAY);
    let lost = site.services.now() + time::Duration::seconds(30);
    sqlx::query("UPDATE manage_grants SET refreshing_until = $1")
        .bind(lost)
        .execute(&site.pool)
        .await
        .unwrap();
    let waiting = {
        let services = site.services.clone();
        tokio::spawn(async move { keeping::check(&services, grant).await.is_ok() })
    };
    site.advance(Duration::from_secs(31));
    assert!(waiting.await.unwrap());
    assert_eq!(refreshes(&site), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_can_t_be_revoked_at_clio_now_is_later_and_not_for_ever(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (browser, grant) = connected(&site).await;
    let manage = site.clio.manage(Region::Us);
    let id = grant.to_string();
    let form = "/account/connections/manage/disconnect";
    browser.post_form(form, &[("connection", &id)]).await;
    let kept = "SELECT count(*) FROM manage_grants WHERE tokens IS NOT NULL";
    manage.every(Endpoint::Deauthorize, |answer| {
        answer.replace(StatusCode::BAD_GATEWAY, "");
    });
    look_after(&site).await;
    assert_eq!(
        (number(&site, kept).await, manage.grants(DANA_USER)),
        (1, 1)
    );
    manage.honest();
    site.advance(Duration::from_secs(301));
    look_after(&site).await;
    assert_eq!(
        (number(&site, kept).await, manage.grants(DANA_USER)),
        (0, 0)
    );
    // A token that is over is renewed first, because it can't revoke itself.
    let (browser, grant) = connected(&site).await;
    let id = grant.to_string();
    browser.post_form(form, &[("connection", &id)]).await;
    site.advance(31 * DAY);
    look_after(&site).await;
    assert_eq!(
        (number(&site, kept).await, manage.grants(DANA_USER)),
        (0, 0)
    );
    // Clio that never answers well isn't asked for ever.
    let (browser, grant) = connected(&site).await;
    let id = grant.to_string();
    browser.post_form(form, &[("connection", &id)]).await;
    manage.every(Endpoint::Deauthorize, |answer: &mut Answer| {
        answer.replace(StatusCode::BAD_GATEWAY, "");
    });
    site.advance(4 * DAY);
    look_after(&site).await;
    assert_eq!(number(&site, kept).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_that_is_closed_for_good_leaves_nothing_at_clio(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    connected(&site).await;
    sql(&site, "UPDATE accounts SET status = 'deleted'").await;
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
}

fn key(byte: u8) -> String {
    BASE64_STANDARD.encode([byte; 32])
}

fn under(current: u8, previous: Option<u8>) -> impl FnOnce(&mut Settings) {
    move |settings| {
        in_regions(US)(settings);
        settings.set("SECRET_KEY", key(current));
        settings.set("SECRET_KEY_PREVIOUS", previous.map(key).unwrap_or_default());
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_secret_key_takes_over_what_the_one_before_it_sealed(pool: PgPool) {
    let before = Site::start(pool.clone(), under(1, None)).await;
    let (_, grant) = connected(&before).await;
    let sealed = "SELECT encode(substring(tokens FOR 9), 'hex') FROM manage_grants";
    let under_the_first = text(&before, sealed).await.unwrap();
    let node = before.rekeyed(&key(2), &key(1)).await;
    keeping::check(&node.services, grant).await.unwrap();
    look_after(&node).await;
    assert_ne!(text(&before, sealed).await.unwrap(), under_the_first);
    // From now on the first key isn't needed any more.
    let node = before.rekeyed(&key(2), "").await;
    keeping::check(&node.services, grant).await.unwrap();
    assert_eq!(state(&before).await, "live");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn without_the_key_the_person_is_asked_to_connect_again(pool: PgPool) {
    let before = Site::start(pool.clone(), under(1, None)).await;
    let (_, grant) = connected(&before).await;
    let node = before.rekeyed(&key(2), "").await;
    let asked = keeping::check(&node.services, grant).await;
    assert!(matches!(asked, Err(NoAccess::Over)), "{asked:?}");
    assert_eq!(state(&before).await, "reconnect key_unknown");
    look_after(&node).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn tokens_taken_to_another_row_don_t_open(pool: PgPool) {
    let site = Site::start(pool, in_regions(US)).await;
    let (_, grant) = connected(&site).await;
    sql(&site, "UPDATE manage_grants SET id = gen_random_uuid()").await;
    let moved: Uuid = sqlx::query_scalar("SELECT id FROM manage_grants")
        .fetch_one(&site.pool)
        .await
        .unwrap();
    assert_ne!(moved, grant);
    let asked = keeping::check(&site.services, moved).await;
    assert!(matches!(asked, Err(NoAccess::Over)), "{asked:?}");
    assert_eq!(state(&site).await, "reconnect key_unknown");
}
