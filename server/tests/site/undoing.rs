//! Undoing a disconnection: the link is as it was, for two weeks, and only by whose it is.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Site, account, connect, dana_signed_in, disconnect, empty_outbox,
    events_after, forget_everybody, form_refused, give_password, last_event, mailed, newest_letter,
    not_me_link, number, only_event_after, overtaken, prompted, set_password, signed_in, sql, text,
    undo,
};

const UNDONE: &str = "/account/connections?done=undone";
const TWO_WEEKS: Duration = Duration::from_hours(14 * 24);
const ALMOST: Duration = Duration::from_secs(14 * 24 * 3600 - 1);

/// A link as the database has it.
async fn row(site: &Site, identity: Uuid) -> String {
    let row = format!("SELECT identities::text FROM identities WHERE id = '{identity}'");
    text(site, &row).await.unwrap()
}

/// Dana, whose account two logins open, and the link of the second.
async fn with_two_logins(site: &Site) -> (Browser, Uuid) {
    let browser = dana_signed_in(site).await;
    connect(site, &browser, "stranger").await;
    (browser, site.identity_of("stranger").await)
}

/// Disconnects a login; gives the event.
async fn disconnected(site: &Site, browser: &Browser, identity: Uuid) -> i64 {
    let before = last_event(site).await;
    let reply = disconnect(browser, identity).await;
    reply.leads_to("/account/connections?done=disconnected");
    only_event_after(site, before).await.id
}

/// Dana, and the event by which she disconnected the second of her logins.
async fn having_disconnected(site: &Site) -> (Browser, i64) {
    let (browser, stranger) = with_two_logins(site).await;
    let event = disconnected(site, &browser, stranger).await;
    (browser, event)
}

/// Asks for an event to be undone, and checks that it is refused with `problem` for `reason`.
async fn undoing_refused(
    site: &Site,
    browser: &Browser,
    event: i64,
    (problem, reason): (&str, &str),
) {
    let event = event.to_string();
    let form = ("/account/undo", &[("event", event.as_str())][..]);
    let place = format!("/account/activity?problem={problem}");
    let event = form_refused(site, browser, form, &place).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("connection.refused", Some(reason))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_undone_is_as_it_was_to_the_last_column(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, stranger) = with_two_logins(&site).await;
    let session = signed_in(&site, "stranger").await;
    let before = row(&site, stranger).await;
    let event = disconnected(&site, &browser, stranger).await;
    assert_ne!(row(&site, stranger).await, before);
    undo(&browser, event).await.leads_to(UNDONE);
    assert_eq!(row(&site, stranger).await, before);
    assert_eq!(site.identities().await, 2, "no row of its own");
    // The login opens the account again; what was ended stays ended.
    assert_eq!(session.account().await, None);
    let again = signed_in(&site, "stranger").await;
    assert_eq!(again.account().await, browser.account().await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn undoing_is_recorded_mailed_and_ends_proofs_that_wait(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, event) = having_disconnected(&site).await;
    let dana = browser.account().await;
    set_password(&site, dana.unwrap(), PASSWORD).await;
    site.clio
        .add_person(simulated_clio::Person::new("dana-again", DANA).named("Dana", "Whitlock"));
    let waiting = prompted(&site, "dana-again").await;
    empty_outbox(&site).await;
    let before = last_event(&site).await;
    undo(&browser, event).await.leads_to(UNDONE);
    let recorded = only_event_after(&site, before).await;
    assert_eq!(
        (
            recorded.action.as_str(),
            recorded.actor_account_id,
            recorded.account_id
        ),
        ("identity.restored", dana, dana)
    );
    let undone = text(
        &site,
        "SELECT detail->>'undid' FROM audit_events WHERE action = 'identity.restored'",
    )
    .await;
    assert_eq!(undone, Some(event.to_string()));
    assert_eq!(mailed(&site).await, [format!("linked {DANA}")]);
    let letter = newest_letter(&site, "linked").await;
    assert!(letter.contains("as it was before"), "{letter}");
    let reply = give_password(&waiting, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=expired");
    let page = browser.get(UNDONE).await.body;
    assert!(page.contains("That is undone") && !page.contains("Disconnected lately"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn it_can_be_undone_for_two_weeks_and_not_a_second_longer(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (after, can_be) in [(ALMOST, true), (TWO_WEEKS, false)] {
        site.clock.freeze();
        let (_, event) = having_disconnected(&site).await;
        site.advance(after);
        let browser = signed_in(&site, "dana").await;
        for (page, button) in [
            ("/account/connections", "Connect it again"),
            ("/account/activity", "Can be undone until"),
        ] {
            let page = browser.get(page).await.body;
            assert_eq!(page.contains(button), can_be, "{button} after {after:?}");
        }
        if can_be {
            undo(&browser, event).await.leads_to(UNDONE);
        } else {
            undoing_refused(&site, &browser, event, ("changed", "not_undoable")).await;
        }
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn undoing_asks_for_a_sign_in_of_the_last_five_minutes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let (browser, event) = having_disconnected(&site).await;
    site.advance(Duration::from_mins(5));
    undoing_refused(&site, &browser, event, ("confirm_first", "not_fresh")).await;
    browser.sign_in(&site, "dana").await.leads_to("/account");
    undo(&browser, event).await.leads_to(UNDONE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_event_is_undone_once_and_only_the_last_of_its_kind(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, stranger) = with_two_logins(&site).await;
    let first = disconnected(&site, &browser, stranger).await;
    undo(&browser, first).await.leads_to(UNDONE);
    undoing_refused(&site, &browser, first, ("changed", "not_undoable")).await;

    let second = disconnected(&site, &browser, stranger).await;
    undoing_refused(&site, &browser, first, ("changed", "not_undoable")).await;
    undo(&browser, second).await.leads_to(UNDONE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_else_is_undone_by_anybody(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, event) = having_disconnected(&site).await;
    let ikram = signed_in(&site, "ikram").await;
    undoing_refused(&site, &ikram, event, ("changed", "not_undoable")).await;
    let own: Vec<i64> = sqlx::query_scalar("SELECT id FROM audit_events WHERE id <> $1")
        .bind(event)
        .fetch_all(&site.pool)
        .await
        .unwrap();
    for other in own
        .into_iter()
        .chain([0, -1, event + 1000, i64::MAX, i64::MIN])
    {
        undoing_refused(&site, &browser, other, ("changed", "not_undoable")).await;
    }
    let before = site.dump().await;
    for made_up in ["", "x", "1.5", "9223372036854775808", "\0", " 1"] {
        let reply = browser
            .post_form("/account/undo", &[("event", made_up)])
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{made_up:?}");
    }
    assert_eq!(site.dump().await, before);
    Browser::new(&site)
        .post_form("/account/undo", &[("event", &event.to_string())])
        .await
        .leads_to("/sign-in");
    undo(&browser, event).await.leads_to(UNDONE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_that_nobody_has_let_in_gives_way_to_the_login_as_it_was(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for is_rejected in [false, true] {
        let (browser, event) = having_disconnected(&site).await;
        let waiting = Browser::new(&site);
        waiting
            .sign_in(&site, "stranger")
            .await
            .leads_to("/pending");
        let instead = site.account_of("stranger").await.unwrap();
        if is_rejected {
            let rejected = "UPDATE accounts SET status = 'deleted' WHERE status = 'pending'";
            sql(&site, rejected).await;
        }
        let page = browser.get("/account/connections").await.body;
        assert!(page.contains("Connect it again"), "it is offered: {page}");
        let before = last_event(&site).await;
        undo(&browser, event).await.leads_to(UNDONE);
        assert_eq!(site.account_of("stranger").await, browser.account().await);
        let status = format!("SELECT status FROM accounts WHERE id = '{instead}'");
        assert_eq!(text(&site, &status).await.as_deref(), Some("deleted"));
        waiting
            .get("/pending")
            .await
            .leads_to("/sign-in?return_to=/pending");
        let events = events_after(&site, before).await;
        let recorded: Vec<_> = events
            .iter()
            .map(|event| (event.action.as_str(), event.account_id))
            .collect();
        assert_eq!(
            recorded,
            [
                ("account.gave_way", Some(instead)),
                ("identity.restored", browser.account().await),
            ]
        );
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_opens_another_account_by_now_stays_there(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, event) = having_disconnected(&site).await;
    let stranger = Browser::new(&site);
    stranger
        .sign_in(&site, "stranger")
        .await
        .leads_to("/pending");
    let theirs = site.account_of("stranger").await;
    // An administrator let them in.
    sql(
        &site,
        "UPDATE accounts SET status = 'active' WHERE status = 'pending'",
    )
    .await;
    undoing_refused(&site, &browser, event, ("changed", "not_undoable")).await;
    assert_eq!(site.account_of("stranger").await, theirs);
    let page = browser.get("/account/connections").await.body;
    assert!(!page.contains("Connect it again"), "nor is it offered");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_disconnected_because_it_wasnt_the_person_isnt_theirs_to_undo(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    with_two_logins(&site).await;
    let link = not_me_link(&site, "linked").await;
    let (_, token) = link.split_once("token=").unwrap();
    let before = last_event(&site).await;
    let reply = Browser::new(&site)
        .post_form("/not-me/act", &[("token", token)])
        .await;
    assert!(reply.location().contains("done=not_me"), "{reply:?}");
    let unlinked =
        format!("SELECT id FROM audit_events WHERE action = 'identity.unlinked' AND id > {before}");
    let event = number(&site, &unlinked).await;
    let browser = signed_in(&site, "dana").await;
    undoing_refused(&site, &browser, event, ("changed", "not_undoable")).await;
    for page in ["/account/connections", "/account/activity"] {
        let page = browser.get(page).await.body;
        assert!(!page.contains("/account/undo"), "nor is it offered");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_an_undo_keeps_the_login_out(pool: PgPool) {
    let elsewhere = "INSERT INTO identities (account_id, issuer, subject)
         SELECT id, (SELECT issuer FROM identities LIMIT 1), 'stranger'
         FROM accounts WHERE email = 'elsewhere@harbourlane.test'";
    let suspension =
        "UPDATE accounts SET status = 'suspended' WHERE email = 'd.whitlock@harbourlane.test'";
    for overtaking in [suspension, elsewhere] {
        let site = Site::start(pool.clone(), |_| ()).await;
        account(&site, "elsewhere@harbourlane.test", "active").await;
        let (browser, event) = having_disconnected(&site).await;
        let dana = browser.account().await;
        let reply = overtaken(&site, overtaking, undo(&browser, event)).await;
        assert_eq!(
            reply.location(),
            "/account/activity?problem=changed",
            "{overtaking}: {reply:?}"
        );
        assert_ne!(site.account_of("stranger").await, dana, "{overtaking}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_undo_asked_for_on_two_nodes_at_once_is_done_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let (browser, event) = having_disconnected(&site).await;
    let there = browser.at_node(&node);
    let (one, other) = tokio::join!(undo(&browser, event), undo(&there, event));
    let mut places = [one.location(), other.location()];
    places.sort_unstable();
    assert_eq!(places, ["/account/activity?problem=changed", UNDONE]);
    let restored = "SELECT count(*) FROM audit_events WHERE action = 'identity.restored'";
    assert_eq!(number(&site, restored).await, 1);
}
