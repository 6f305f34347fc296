//! Connecting another login to one's own account: what it takes, what it does, and what ends it.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, IN_TIME, PASSWORD, STALE, Site, account, account_with_password, all_at_once,
    begin_connecting, confirm_by_password, connect, connecting, dana_signed_in, disconnect,
    empty_outbox, form_refused, give_password, last_event, mailed, newest_letter, only_event_after,
    overtaken, problem_of, prompted, query_of, refused, set_password, signed_in, sorted_landings,
    sql, text, within,
};

const PAGE: &str = "/account/connections";
const CONNECT: &str = "/account/connections/connect";
const CONNECTED: &str = "/account/connections?done=connected";

/// An e-mail that is nobody's at Clio, so that its account is found by none of the sign-ins.
const ELSEWHERE: &str = "elsewhere@harbourlane.test";

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_page_lists_what_opens_the_account_and_marks_what_opened_this_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "ikram").await;
    let browser = dana_signed_in(&site).await;
    let page = browser.get(PAGE).await.body;
    assert!(page.contains(DANA) && page.contains("This session"));
    assert!(
        page.contains("only way into your account") && !page.contains("Disconnect<"),
        "nothing is offered that would be refused"
    );
    connect(&site, &browser, "stranger").await;
    let page = browser.get(CONNECTED).await.body;
    for words in [
        DANA,
        "s.tranger@elsewhere.test",
        "The Clio login is connected.",
        "by you, signed in to the account",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(page.matches("This session").count(), 1);
    for subject in ["dana", "stranger"] {
        let identity = site.identity_of(subject).await.to_string();
        assert!(page.contains(&identity), "{subject} can be disconnected");
    }
    assert!(!page.contains("ikram.osei@harbourlane.test"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_connects_another_login_has_it_open_the_account_and_a_mail_says_so(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let dana = browser.account().await;
    let session = browser.cookie("vestibule");
    empty_outbox(&site).await;

    let url = begin_connecting(&browser).await;
    assert_eq!(
        query_of(&url).get("prompt").map(String::as_str),
        Some("login")
    );
    let callback = site.clio.authorize(&url, "stranger").unwrap();
    let before = last_event(&site).await;
    browser.finish(&callback).await.leads_to(CONNECTED);

    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.actor_account_id,
            event.account_id
        ),
        ("identity.linked", dana, dana)
    );
    let method = "SELECT link_method FROM identities WHERE subject = 'stranger'";
    assert_eq!(text(&site, method).await.as_deref(), Some("session"));
    assert_eq!(mailed(&site).await, [format!("linked {DANA}")]);
    let letter = newest_letter(&site, "linked").await;
    assert!(letter.contains("by somebody who was signed in to the account"));
    assert_eq!(browser.cookie("vestibule"), session, "the session goes on");
    assert_eq!(signed_in(&site, "stranger").await.account().await, dana);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn connecting_asks_for_a_sign_in_of_the_last_five_minutes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let account = site.linked("dana", DANA).await;
    set_password(&site, account, PASSWORD).await;
    site.clock.freeze();
    let browser = dana_signed_in(&site).await;
    site.advance(Duration::from_secs(299));
    begin_connecting(&browser).await;

    site.advance(Duration::from_secs(1));
    let place = "/account/connections?problem=confirm_first";
    form_refused(&site, &browser, (CONNECT, &[]), place).await;
    let page = browser.get(place).await.body;
    assert!(page.contains("/account/confirm?then="), "{page}");

    confirm_by_password(&browser).await;
    connect(&site, &browser, "stranger").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_stranger_and_somebody_who_waits_connect_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let reply = Browser::new(&site).post_form(CONNECT, &[]).await;
    reply.leads_to("/sign-in");
    let browser = dana_signed_in(&site).await;
    sql(&site, "UPDATE accounts SET status = 'pending'").await;
    browser.post_form(CONNECT, &[]).await.leads_to("/sign-in");
    assert_eq!(site.clio.authorization_requests().len(), 1, "the sign-in");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_comes_back_in_vain_when_its_session_is_over(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let password = site.linked("dana", DANA).await;
    set_password(&site, password, PASSWORD).await;
    for (meanwhile, code, reason) in [
        ("signed out", "expired", "session_over"),
        ("ended elsewhere", "expired", "session_over"),
        ("signed in anew", "expired", "session_over"),
        ("somebody else", "other_person", "browser_of_another"),
    ] {
        let browser = dana_signed_in(&site).await;
        let callback = connecting(&site, &browser, "stranger").await;
        match meanwhile {
            "signed out" => {
                browser.post_form("/auth/sign-out", &[]).await;
            }
            "ended elsewhere" => sql(&site, "UPDATE sessions SET revoked_at = now()").await,
            "signed in anew" => {
                let reply = browser.sign_in(&site, "dana").await;
                reply.leads_to("/account");
            }
            _ => {
                browser.post_form("/auth/sign-out", &[]).await;
                browser.sign_in(&site, "ikram").await;
            }
        }
        let refusal = refused(&site, &browser, &callback, code).await;
        assert_eq!(refusal.reason, reason, "{meanwhile}");
        assert_eq!(site.account_of("stranger").await, None, "{meanwhile}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_of_another_account_is_not_connected_in_whatever_state_that_is(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let other = site.linked("stranger", ELSEWHERE).await;
    let browser = dana_signed_in(&site).await;
    for status in ["active", "pending", "suspended", "deleted"] {
        let change = format!("UPDATE accounts SET status = '{status}' WHERE id = '{other}'");
        sql(&site, &change).await;
        let callback = connecting(&site, &browser, "stranger").await;
        let refusal = refused(&site, &browser, &callback, "other_person").await;
        assert_eq!(refusal.reason, "login_of_another", "{status}");
    }
    // The honest twin, one step away.
    sql(
        &site,
        "UPDATE identities SET unlinked_at = now() WHERE subject = 'stranger'",
    )
    .await;
    connect(&site, &browser, "stranger").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_is_connected_already_signs_its_person_in_anew(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let old = browser.copied();
    let callback = connecting(&site, &browser, "dana").await;
    let before = last_event(&site).await;
    browser.finish(&callback).await.leads_to(PAGE);
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "session.opened");
    assert!(browser.account().await.is_some());
    assert_eq!(old.account().await, None, "the old key is worth nothing");
    assert_eq!(site.identities().await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_not_typed_for_it_just_now_is_not_connected(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    for (what, bend) in STALE {
        let callback = connecting(&site, &browser, "stranger").await;
        let now = site.services.now().unix_timestamp();
        site.clio.next_token(move |token| bend(token, now));
        let refusal = refused(&site, &browser, &callback, "not_verified").await;
        assert_eq!(refusal.reason, "not_fresh", "{what}");
    }
    connect(&site, &browser, "stranger").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_callback_of_an_ordinary_sign_in_connects_anything(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    // The way in of whoever would have somebody connect a login that isn't theirs.
    let callback = browser.callback_of(&site, "stranger").await;
    refused(&site, &browser, &callback, "other_person").await;
    assert_eq!(site.account_of("stranger").await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_waits_at_the_prompt_elsewhere_is_connected_and_the_prompt_is_over(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, "ikram.osei@harbourlane.test").await;
    let waiting = prompted(&site, "ikram").await;
    let browser = dana_signed_in(&site).await;
    connect(&site, &browser, "ikram").await;
    let reply = give_password(&waiting, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=expired");
    assert_eq!(site.account_of("ikram").await, browser.account().await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_login_connected_by_two_people_at_once_opens_one_account(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let dana = dana_signed_in(&site).await;
    let ikram = signed_in(&site, "ikram").await;
    let visits = vec![
        (dana.clone(), connecting(&site, &dana, "stranger").await),
        (
            ikram.at_node(&node),
            connecting(&site, &ikram, "stranger").await,
        ),
    ];
    let replies: [_; 2] = within(IN_TIME, "both", all_at_once(visits))
        .await
        .try_into()
        .unwrap();
    let [connected, refused] = sorted_landings(replies);
    assert_eq!(connected, CONNECTED);
    assert!(
        refused.starts_with("/sign-in?problem=other_person&"),
        "{refused}"
    );
    let linked = "SELECT count(*) FROM identities WHERE subject = 'stranger'";
    assert_eq!(site.count(linked).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_a_connection_keeps_the_login_out(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let other = account(&site, ELSEWHERE, "active").await;
    let issuer = site.clio.issuer().to_owned();
    let linking = format!(
        "INSERT INTO identities (account_id, issuer, subject)
         VALUES ('{other}', '{issuer}', 'stranger')"
    );
    for (change, code, undo) in [
        (
            "UPDATE accounts SET status = 'suspended' WHERE email = 'd.whitlock@harbourlane.test'",
            "expired",
            "UPDATE accounts SET status = 'active'",
        ),
        (
            "UPDATE sessions SET revoked_at = now() WHERE revoked_at IS NULL",
            "expired",
            "",
        ),
        (linking.as_str(), "other_person", ""),
    ] {
        let browser = dana_signed_in(&site).await;
        let dana = browser.account().await;
        let callback = connecting(&site, &browser, "stranger").await;
        let reply = overtaken(&site, change, browser.finish(&callback)).await;
        assert_eq!(problem_of(&reply).0, code, "{change}");
        assert_ne!(site.account_of("stranger").await, dana, "{change}");
        sql(&site, undo).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_disconnected_is_connected_again_by_whoever_asks_for_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    connect(&site, &browser, "stranger").await;
    let first = site.identity_of("stranger").await;
    let reply = disconnect(&browser, first).await;
    reply.leads_to("/account/connections?done=disconnected");
    connect(&site, &browser, "stranger").await;
    assert_ne!(
        site.identity_of("stranger").await,
        first,
        "a link of its own"
    );
}
