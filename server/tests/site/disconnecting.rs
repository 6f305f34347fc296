//! Disconnecting a login from one's own account: what it takes, and what goes with it.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use sqlx::PgPool;
use tokio::{sync::Barrier, task::JoinSet};
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Site, account_with_password, connect, dana_signed_in, disconnect,
    empty_outbox, forget_everybody, form_refused, give_password, last_event, mailed, number,
    only_event_after, overtaken, prompted, set_password, sign_in_by_password, signed_in,
    signed_in_by_code, sql,
};

const DISCONNECT: &str = "/account/connections/disconnect";
const DISCONNECTED: &str = "/account/connections?done=disconnected";
const LIVE: &str = "SELECT count(*) FROM identities WHERE unlinked_at IS NULL";

/// Dana, whose account two logins open: `dana`, with which she is signed in, and `stranger`.
async fn with_two_logins(site: &Site) -> Browser {
    let browser = dana_signed_in(site).await;
    connect(site, &browser, "stranger").await;
    browser
}

/// Asks for a login to be disconnected, and checks that it is refused with `problem` for `reason`.
async fn disconnecting_refused(
    site: &Site,
    browser: &Browser,
    identity: Uuid,
    (problem, reason): (&str, &str),
) {
    let identity = identity.to_string();
    let form = (DISCONNECT, &[("identity", identity.as_str())][..]);
    let place = format!("/account/connections?problem={problem}");
    let event = form_refused(site, browser, form, &place).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("connection.refused", Some(reason))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_disconnects_a_login_has_it_opened_by_the_other_alone_and_a_mail_says_so(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_two_logins(&site).await;
    let dana = browser.account().await;
    empty_outbox(&site).await;
    let before = last_event(&site).await;
    let reply = disconnect(&browser, site.identity_of("stranger").await).await;
    reply.leads_to(DISCONNECTED);
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.actor_account_id,
            event.account_id
        ),
        ("identity.unlinked", dana, dana)
    );
    assert_eq!(mailed(&site).await, [format!("unlinked {DANA}")]);
    let page = browser.get(DISCONNECTED).await.body;
    assert!(page.contains("Connect it again"), "{page}");
    assert!(page.contains("The Clio login is disconnected"), "{page}");
    assert_eq!(signed_in(&site, "dana").await.account().await, dana);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn disconnecting_asks_for_a_sign_in_of_the_last_five_minutes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = with_two_logins(&site).await;
    let stranger = site.identity_of("stranger").await;
    site.advance(Duration::from_mins(5));
    disconnecting_refused(&site, &browser, stranger, ("confirm_first", "not_fresh")).await;

    browser.sign_in(&site, "dana").await.leads_to("/account");
    site.advance(Duration::from_secs(299));
    disconnect(&browser, stranger).await.leads_to(DISCONNECTED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_last_way_in_stays_and_goes_once_there_is_a_password(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let dana = site.identity_of("dana").await;
    disconnecting_refused(&site, &browser, dana, ("last_way_in", "last_way_in")).await;

    // A password opens nothing where no verified e-mail finds the account.
    set_password(&site, browser.account().await.unwrap(), PASSWORD).await;
    sql(&site, "UPDATE accounts SET email_verified_at = NULL").await;
    disconnecting_refused(&site, &browser, dana, ("last_way_in", "last_way_in")).await;

    sql(&site, "UPDATE accounts SET email_verified_at = now()").await;
    let reply = disconnect(&browser, dana).await;
    reply.leads_to("/sign-in?done=disconnected");
    let by_password = Browser::new(&site);
    let reply = sign_in_by_password(&by_password, DANA, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_isnt_connected_to_ones_own_account_cant_be_disconnected(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let ikram = signed_in(&site, "ikram").await;
    connect(&site, &ikram, "tomas").await;
    let browser = with_two_logins(&site).await;
    let former = site.identity_of("stranger").await;
    disconnect(&browser, former).await.leads_to(DISCONNECTED);
    for identity in [
        site.identity_of("ikram").await,
        site.identity_of("tomas").await,
        former,
        Uuid::nil(),
    ] {
        disconnecting_refused(&site, &browser, identity, ("changed", "not_connected")).await;
    }
    assert!(ikram.account().await.is_some());

    let before = site.dump().await;
    let long = "0".repeat(10_000);
    for made_up in ["", "1", "dana", "\0", "' OR 1=1 --", long.as_str()] {
        let reply = browser
            .post_form(DISCONNECT, &[("identity", made_up)])
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{made_up:?}");
    }
    let reply = browser.post_form(DISCONNECT, &[]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.dump().await, before);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_takes_the_sessions_along_that_it_opened_and_no_other(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_two_logins(&site).await;
    set_password(&site, browser.account().await.unwrap(), PASSWORD).await;
    let ikram = signed_in(&site, "ikram").await;
    let by_the_other = [
        signed_in(&site, "stranger").await,
        signed_in(&site, "stranger").await,
    ];
    let by_the_same = signed_in(&site, "dana").await;
    let by_password = Browser::new(&site);
    sign_in_by_password(&by_password, DANA, PASSWORD).await;
    let by_code = signed_in_by_code(&site, DANA).await;

    let reply = disconnect(&browser, site.identity_of("stranger").await).await;
    reply.leads_to(DISCONNECTED);
    for out in &by_the_other {
        let reply = out.get("/account").await;
        reply.leads_to("/sign-in?return_to=/account");
    }
    for (who, still_in) in [
        ("the one who asked", &browser),
        ("by the same login", &by_the_same),
        ("by password", &by_password),
        ("by code", &by_code),
        ("another person", &ikram),
    ] {
        assert!(still_in.account().await.is_some(), "{who}");
    }
    let revoked = "SELECT count(*) FROM sessions WHERE revoked_at IS NOT NULL";
    assert_eq!(number(&site, revoked).await, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn link_sessions_record_and_letter_change_together_or_not_at_all(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_two_logins(&site).await;
    let other = signed_in(&site, "stranger").await;
    let stranger = site.identity_of("stranger").await;
    sql(
        &site,
        "ALTER TABLE mail_outbox ADD CONSTRAINT out_of_order CHECK (kind <> 'unlinked')",
    )
    .await;
    let before = last_event(&site).await;
    let reply = disconnect(&browser, stranger).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        (number(&site, LIVE).await, last_event(&site).await),
        (2, before)
    );
    assert!(other.account().await.is_some());
    sql(
        &site,
        "ALTER TABLE mail_outbox DROP CONSTRAINT out_of_order",
    )
    .await;
    disconnect(&browser, stranger).await.leads_to(DISCONNECTED);
    assert_eq!(other.account().await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_disconnects_the_login_they_came_by_is_signed_out_and_told_at_the_door(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_two_logins(&site).await;
    let thief = browser.copied();
    let reply = disconnect(&browser, site.identity_of("dana").await).await;
    reply.leads_to("/sign-in?done=disconnected");
    let cleared = reply.set_cookie("vestibule").unwrap();
    assert!(cleared.contains("Max-Age=0"), "{cleared}");
    assert_eq!(thief.account().await, None);
    // The other login still opens the account.
    signed_in(&site, "stranger").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_that_waits_dies_with_a_disconnection(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_two_logins(&site).await;
    set_password(&site, browser.account().await.unwrap(), PASSWORD).await;
    // A second Clio login with Dana's e-mail, at the prompt to be linked to her account.
    site.clio
        .add_person(simulated_clio::Person::new("dana-again", DANA).named("Dana", "Whitlock"));
    let waiting = prompted(&site, "dana-again").await;
    let reply = disconnect(&browser, site.identity_of("stranger").await).await;
    reply.leads_to(DISCONNECTED);
    let reply = give_password(&waiting, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=expired");
    // The honest twin: a prompt of afterwards.
    let again = prompted(&site, "dana-again").await;
    give_password(&again, PASSWORD).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_disconnected_login_is_a_stranger_and_is_not_linked_again_by_itself(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_two_logins(&site).await;
    let dana = browser.account().await;
    let reply = disconnect(&browser, site.identity_of("stranger").await).await;
    reply.leads_to(DISCONNECTED);
    let stranger = Browser::new(&site);
    // Nobody has its e-mail, and somebody took it away: an administrator has a look.
    stranger
        .sign_in(&site, "stranger")
        .await
        .leads_to("/pending");
    assert_ne!(site.account_of("stranger").await, dana);

    // Where the account has its e-mail, it is asked for a proof as anybody else's would be.
    set_password(&site, dana.unwrap(), PASSWORD).await;
    let reply = disconnect(&browser, site.identity_of("dana").await).await;
    reply.leads_to("/sign-in?done=disconnected");
    prompted(&site, "dana").await;
    assert_eq!(site.account_of("dana").await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn fifty_disconnections_at_once_on_two_nodes_leave_one_way_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    with_two_logins(&site).await;
    // A session that no login takes along.
    let browser = signed_in_by_code(&site, DANA).await;
    let there = browser.at_node(&node);
    let logins = [
        site.identity_of("dana").await,
        site.identity_of("stranger").await,
    ];
    let start = Arc::new(Barrier::new(50));
    let mut running = JoinSet::new();
    for number in 0..50 {
        let browser = if number % 2 == 0 { &browser } else { &there }.clone();
        let (start, login) = (Arc::clone(&start), logins[number / 2 % 2]);
        running.spawn(async move {
            start.wait().await;
            disconnect(&browser, login).await
        });
    }
    let mut done = 0;
    for reply in running.join_all().await {
        match reply.location() {
            DISCONNECTED => done += 1,
            "/account/connections?problem=last_way_in" | "/account/connections?problem=changed" => {
            }
            other => panic!("{other}: {reply:?}"),
        }
    }
    assert_eq!((done, number(&site, LIVE).await), (1, 1));
    let recorded = "SELECT count(*) FROM audit_events WHERE action IN
                        ('identity.unlinked', 'connection.refused')";
    assert_eq!(number(&site, recorded).await, 50, "each exactly once");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_a_disconnection_leaves_the_login_connected(pool: PgPool) {
    for overtaking in [
        "UPDATE accounts SET status = 'suspended'",
        "LOCK TABLE identities IN SHARE MODE; UPDATE sessions SET revoked_at = now()",
    ] {
        let site = Site::start(pool.clone(), |_| ()).await;
        let browser = with_two_logins(&site).await;
        let stranger = site.identity_of("stranger").await;
        let reply = overtaken(&site, overtaking, disconnect(&browser, stranger)).await;
        assert_eq!(
            reply.location(),
            "/account/connections?problem=changed",
            "{overtaking}"
        );
        assert_eq!(number(&site, LIVE).await, 2, "{overtaking}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_is_disconnected_meanwhile_makes_the_other_the_last_way_in(pool: PgPool) {
    let held = "SELECT FROM accounts FOR NO KEY UPDATE";
    let disconnected =
        format!("{held}; UPDATE identities SET unlinked_at = now() WHERE subject = 'dana'");
    for (overtaking, place) in [
        (held, DISCONNECTED),
        (
            disconnected.as_str(),
            "/account/connections?problem=last_way_in",
        ),
    ] {
        let site = Site::start(pool.clone(), |_| ()).await;
        with_two_logins(&site).await;
        // A session that no login takes along.
        let browser = signed_in_by_code(&site, DANA).await;
        let stranger = site.identity_of("stranger").await;
        let reply = overtaken(&site, overtaking, disconnect(&browser, stranger)).await;
        reply.leads_to(place);
        assert_eq!(number(&site, LIVE).await, 1, "{overtaking}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_that_is_taken_away_meanwhile_makes_the_login_the_last_way_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let id = account_with_password(&site, DANA).await;
    let issuer = site.clio.issuer();
    sql(
        &site,
        &format!(
            "INSERT INTO identities (account_id, issuer, subject) VALUES ('{id}', '{issuer}', 'dana')"
        ),
    )
    .await;
    let browser = signed_in(&site, "dana").await;
    let dana = site.identity_of("dana").await;
    let removal = "UPDATE accounts SET password_hash = NULL";
    let reply = overtaken(&site, removal, disconnect(&browser, dana)).await;
    reply.leads_to("/account/connections?problem=last_way_in");
    assert_eq!(number(&site, LIVE).await, 1);
}
