//! Taking back what was decided about what people asked: exactly, and it waits again.

use simulated_clio::Person;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, service::background::sweep_once};

use super::{admin, case_item, decide, link_asked, with_deciders};
use crate::harness::{
    Browser, DANA, Site, dana_signed_in, empty_outbox, events_after, last_event, mailed, number,
    pressed, sign_in_by_code, signed_in, sql, text, told, undo_at_desk, undo_refused, with_a_code,
};

const NEW: &str = "daniela@harbourlane.test";

/// All that deciding about a case may change.
async fn all(site: &Site) -> Option<String> {
    let rows = "SELECT concat_ws(E'\n',
                    (SELECT string_agg(concat_ws('|', id, email, email_verified_at, status), E'\n' ORDER BY id)
                     FROM accounts),
                    (SELECT string_agg(concat_ws('|', subject, account_id, unlinked_at, settled_email), E'\n'
                                       ORDER BY subject)
                     FROM identities
                     WHERE link_method <> 'administrator' OR unlinked_at IS NULL),
                    (SELECT string_agg(c::text, E'\n') FROM cases c))";
    text(site, rows).await
}

/// Decides about the one case; gives the event, with the outbox empty again.
async fn decided(site: &Site, admin: &Browser, act: &str) -> i64 {
    decide(admin, act, &case_item(site).await, "Because.")
        .await
        .leads_to(&format!("/admin/queue?done={act}d"));
    empty_outbox(site).await;
    let event =
        "SELECT max(id) FROM audit_events WHERE action IN ('case.approved', 'case.declined')";
    number(site, event).await
}

/// Takes an event back from the timeline of an account, which offers it.
async fn taken_back(admin: &Browser, account: Uuid, event: i64) {
    let page = admin.get(&format!("/admin/accounts/{account}")).await.body;
    let offered = format!("name=\"event\" value=\"{event}\"");
    assert!(page.contains(&offered), "{page}");
    undo_at_desk(admin, event)
        .await
        .leads_to(&format!("/admin/accounts/{account}?done=undone"));
}

/// Dana's e-mail at Clio became another, and waits for an administrator; gives her account.
async fn email_asked(pool: PgPool) -> (Site, Uuid, Browser) {
    let site = Site::start(pool, with_deciders).await;
    dana_signed_in(&site).await;
    site.clio
        .add_person(Person::new("dana", NEW).named("Linked", "Person"));
    let browser = signed_in(&site, "dana").await;
    let account = browser.account().await.unwrap();
    let admin = admin(&site).await;
    empty_outbox(&site).await;
    (site, account, admin)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_refused_link_waits_again_and_the_person_is_told(pool: PgPool) {
    let (site, dana, browser, admin) = link_asked(pool, "It is mine.").await;
    let before = all(&site).await;
    let event = decided(&site, &admin, "decline").await;
    taken_back(&admin, dana, event).await;
    assert_eq!(all(&site).await, before);
    assert_eq!(mailed(&site).await, [format!("case_waits {DANA}")]);
    let undoing = events_after(&site, event).await;
    let [undoing] = undoing.as_slice() else {
        panic!("{undoing:?}");
    };
    assert_eq!(undoing.action, "case.declined.undone");
    assert_eq!(undoing.actor_account_id, admin.account().await);
    let page = browser.get("/link").await.body;
    assert!(!page.contains("decided not to link them"), "{page}");
    undo_refused(&site, &admin, event, ("decided", "decided")).await;
    // It is decided anew as if it never had been.
    decided(&site, &admin, "approve").await;
    assert_eq!(site.account_of("dana").await, Some(dana));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_approved_link_is_taken_away_with_its_sessions_and_waits_again(pool: PgPool) {
    let (site, dana, _, admin) = link_asked(pool, "").await;
    let before = all(&site).await;
    let event = decided(&site, &admin, "approve").await;
    let entered = signed_in(&site, "dana").await;
    assert_eq!(entered.account().await, Some(dana));
    empty_outbox(&site).await;
    taken_back(&admin, dana, event).await;
    assert_eq!(all(&site).await, before);
    assert_eq!(entered.account().await, None, "its sessions ended");
    assert_eq!(site.account_of("dana").await, None);
    let mut letters = mailed(&site).await;
    letters.sort();
    assert_eq!(
        letters,
        [format!("case_waits {DANA}"), format!("unlinked {DANA}")]
    );
    // What fell with the decision isn't undone by itself.
    let fell = "SELECT max(id) FROM audit_events WHERE action = 'identity.unlinked'";
    let fell = number(&site, fell).await;
    undo_refused(&site, &admin, fell, ("decided", "decided")).await;
    decided(&site, &admin, "approve").await;
    assert_eq!(site.account_of("dana").await, Some(dana));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_e_mail_is_as_it_was_before_it_was_taken_or_left(pool: PgPool) {
    let (site, dana, admin) = email_asked(pool).await;
    let before = all(&site).await;
    for (act, told) in [
        ("decline", vec![format!("case_waits {DANA}")]),
        (
            "approve",
            vec![
                format!("case_waits {DANA}"),
                format!("case_waits {NEW}"),
                format!("email_changed {DANA}"),
            ],
        ),
    ] {
        let event = decided(&site, &admin, act).await;
        assert_ne!(all(&site).await, before, "{act}");
        taken_back(&admin, dana, event).await;
        assert_eq!(all(&site).await, before, "{act}");
        let mut letters = mailed(&site).await;
        letters.sort();
        assert_eq!(letters, told, "{act}");
    }
    // The person is asked nothing twice.
    signed_in(&site, "dana").await;
    assert_eq!(number(&site, "SELECT count(*) FROM cases").await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_put_back_falls_again(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    let (_, letter) = told(&site, "linked").await;
    pressed(&site, &letter).await;
    let dana = site.account_of("dana").await.unwrap();
    let admin = admin(&site).await;
    let before = all(&site).await;
    let event = decided(&site, &admin, "decline").await;
    let stranger = signed_in(&site, "stranger").await;
    assert_eq!(stranger.account().await, Some(dana));
    taken_back(&admin, dana, event).await;
    assert_eq!(all(&site).await, before);
    assert_eq!(stranger.account().await, None);
    assert_eq!(site.account_of("stranger").await, None);
    decided(&site, &admin, "decline").await;
    assert_eq!(site.account_of("stranger").await, Some(dana));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_decision_did_and_was_changed_since_stays(pool: PgPool) {
    let changes = [
        "UPDATE accounts SET email = 'third@harbourlane.test' WHERE email = 'daniela@harbourlane.test'",
        "UPDATE identities SET email = 'fourth@harbourlane.test' WHERE subject = 'dana'",
        "UPDATE accounts SET email_verified_at = NULL WHERE email = 'daniela@harbourlane.test'",
        "UPDATE identities SET unlinked_at = now() WHERE subject = 'dana'",
        "UPDATE cases SET settled_at = settled_at + interval '1 second'",
        "UPDATE accounts SET email = 'dana.whitlock@harbourlane.test', email_verified_at = now()
         WHERE email LIKE 'queue-admin@%'",
    ];
    let (site, _, admin) = email_asked(pool).await;
    let event = decided(&site, &admin, "approve").await;
    let dana = format!("'{DANA}'");
    for change in changes {
        let change = change.replace("'dana.whitlock@harbourlane.test'", &dana);
        sql(&site, &change).await;
        let changed = all(&site).await;
        undo_refused(&site, &admin, event, ("changed", "changed")).await;
        assert_eq!(all(&site).await, changed, "{change}");
        let back = [
            "UPDATE accounts SET email = 'daniela@harbourlane.test' WHERE email LIKE 'third@%'",
            "UPDATE accounts SET email_verified_at = now() WHERE email = 'daniela@harbourlane.test'",
            "UPDATE identities SET email = 'daniela@harbourlane.test', unlinked_at = NULL WHERE subject = 'dana'",
            "UPDATE accounts SET email = 'queue-admin@harbourlane.test' WHERE role = 'admin'",
            "UPDATE cases
             SET settled_at = (SELECT at FROM audit_events WHERE action = 'case.approved')",
        ];
        for statement in back {
            sql(&site, statement).await;
        }
    }
    undo_at_desk(&admin, event).await;
    assert_eq!(
        last_event(&site).await,
        number(&site, "SELECT max(undone_by) FROM desk_undone").await
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_question_that_was_asked_anew_isnt_asked_twice(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "").await;
    let event = decided(&site, &admin, "decline").await;
    sql(
        &site,
        "INSERT INTO cases (reference, kind, account_id, issuer, subject, created_at)
         SELECT 'ANEW', kind, account_id, issuer, subject, now() FROM cases",
    )
    .await;
    undo_refused(&site, &admin, event, ("changed", "changed")).await;
    assert_eq!(
        number(&site, "SELECT count(*) FROM cases WHERE settled_at IS NULL").await,
        1
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_question_that_another_account_has_by_now_stays_decided(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "").await;
    let event = decided(&site, &admin, "decline").await;
    let moved = format!(
        "UPDATE cases SET account_id = (SELECT id FROM accounts WHERE email = '{}')",
        super::email_of(super::ADMIN)
    );
    sql(&site, &moved).await;
    undo_refused(&site, &admin, event, ("decided", "decided")).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_whom_a_decision_let_in_stays_in(pool: PgPool) {
    let (site, dana, admin) = email_asked(pool).await;
    let event = decided(&site, &admin, "approve").await;
    let (by_code, code) = with_a_code(&site, NEW).await;
    sign_in_by_code(&by_code, NEW, &code)
        .await
        .leads_to("/account");
    assert_eq!(by_code.account().await, Some(dana));
    taken_back(&admin, dana, event).await;
    assert_eq!(by_code.account().await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_way_in_that_was_added_since_is_looked_at_first(pool: PgPool) {
    let (site, dana, _, admin) = link_asked(pool, "").await;
    let event = decided(&site, &admin, "approve").await;
    let before = all(&site).await;
    for (added, removed) in [
        (
            format!(
                "INSERT INTO identities (account_id, issuer, subject, link_method)
                 VALUES ('{dana}', 'x', 'added', 'session')"
            ),
            "DELETE FROM identities WHERE subject = 'added'",
        ),
        (
            format!(
                "UPDATE accounts
                 SET password_hash = coalesce(password_hash, 'x'), password_set_at = now()
                 WHERE id = '{dana}'"
            ),
            "UPDATE accounts SET password_set_at = NULL",
        ),
    ] {
        sql(&site, &added).await;
        undo_refused(&site, &admin, event, ("changed", "changed")).await;
        sql(&site, removed).await;
        assert_eq!(all(&site).await, before);
    }
    taken_back(&admin, dana, event).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_decision_did_is_forgotten_once_it_cant_be_undone(pool: PgPool) {
    let (site, _, admin) = email_asked(pool).await;
    decided(&site, &admin, "approve").await;
    let kept = "SELECT count(*) FROM cases WHERE effect IS NOT NULL";
    sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, kept).await, 1);
    site.advance(std::time::Duration::from_hours(15 * 24));
    sweep_once(&site.services).await.unwrap();
    assert_eq!(number(&site, kept).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_by_which_an_invited_account_came_to_be_isnt_offered_to_be_undone(pool: PgPool) {
    let (site, dana, _, admin) = link_asked(pool, "").await;
    let invited = format!("UPDATE accounts SET status = 'invited' WHERE id = '{dana}'");
    sql(&site, &invited).await;
    let event = decided(&site, &admin, "approve").await;
    undo_refused(&site, &admin, event, ("changed", "changed")).await;
}
