//! What administrators decide about another e-mail at Clio.

use simulated_clio::Person;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{
    db::migrations::MIGRATOR,
    service::cases::{self, Decided},
};

use crate::harness::{
    DANA, PASSWORD, Site, account, connect, dana_signed_in, disconnect, empty_outbox,
    give_password, is_logged, last_event, mailed, not_me_link, number, only_event_after, overtaken,
    prompted, set_password, sign_in_by_code, signed_in, sql, text, with_a_code,
};

const NEW: &str = "daniela@harbourlane.test";
const WAITING: &str = "SELECT count(*) FROM cases WHERE settled_at IS NULL";

/// Dana's e-mail at Clio became another; gives her account and the reference of the case.
async fn asked(site: &Site) -> (Uuid, String) {
    dana_signed_in(site).await;
    // The names are those of the account.
    site.clio
        .add_person(Person::new("dana", NEW).named("Linked", "Person"));
    let browser = signed_in(site, "dana").await;
    let reference = text(site, "SELECT reference FROM cases").await.unwrap();
    empty_outbox(site).await;
    (browser.account().await.unwrap(), reference)
}

/// The e-mail of an account, and whether it is verified.
async fn email_of(site: &Site, account: Uuid) -> String {
    let row = format!(
        "SELECT email || ' ' || (email_verified_at IS NOT NULL) FROM accounts WHERE id = '{account}'"
    );
    text(site, &row).await.unwrap()
}

/// Fails unless it can't be approved, and still waits.
async fn is_impossible(site: &Site, reference: &str) {
    let before = site.dump().await;
    let decided = cases::approve(&site.services, reference).await;
    assert!(matches!(decided, Ok(Decided::Impossible(_))), "{decided:?}");
    assert_eq!(site.dump().await, before);
}

/// Approves, which is done.
async fn approved(site: &Site, reference: &str) {
    let decided = cases::approve(&site.services, reference).await;
    assert!(matches!(decided, Ok(Decided::Done(_))), "{decided:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_approved_locates_the_account_from_then_on_and_both_mailboxes_know(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, reference) = asked(&site).await;
    approved(&site, &reference).await;
    assert_eq!(email_of(&site, dana).await, format!("{NEW} true"));
    let mut mails = mailed(&site).await;
    mails.sort_unstable();
    assert_eq!(
        mails,
        [
            format!("case_settled {DANA}"),
            format!("email_changed {DANA}"),
            format!("email_changed {NEW}"),
        ]
    );
    not_me_link(&site, "email_changed").await;
    for action in ["account.email_changed", "case.approved"] {
        let recorded = format!("SELECT count(*) FROM audit_events WHERE action = '{action}'");
        assert_eq!(number(&site, &recorded).await, 1, "{action}");
    }
    let (browser, code) = with_a_code(&site, NEW).await;
    sign_in_by_code(&browser, NEW, &code)
        .await
        .leads_to("/account");
    assert_eq!(browser.account().await, Some(dana));
    // The login goes on, and there is nothing more to ask.
    signed_in(&site, "dana").await;
    assert_eq!(number(&site, WAITING).await, 0);
    assert!(!is_logged(NEW) && !is_logged(DANA));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_declined_stays_as_it_is_and_is_not_asked_again(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, reference) = asked(&site).await;
    let before = last_event(&site).await;
    let decided = cases::decline(&site.services, &reference).await;
    assert!(matches!(decided, Ok(Decided::Done(_))), "{decided:?}");
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("case.declined", Some(dana))
    );
    assert_eq!(email_of(&site, dana).await, format!("{DANA} true"));
    assert_eq!(mailed(&site).await, [format!("case_settled {DANA}")]);
    let browser = signed_in(&site, "dana").await;
    assert_eq!(number(&site, WAITING).await, 0);
    let page = browser.get("/account").await.body;
    assert!(!page.contains("What Clio says differently"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn proofs_that_wait_die_with_an_approval(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, reference) = asked(&site).await;
    set_password(&site, dana, PASSWORD).await;
    site.clio
        .add_person(Person::new("dana-again", DANA).named("Dana", "Whitlock"));
    let waiting = prompted(&site, "dana-again").await;
    approved(&site, &reference).await;
    let reply = give_password(&waiting, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=expired");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_email_that_another_account_has_by_now_is_not_approved_and_the_case_waits(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, reference) = asked(&site).await;
    let other = account(&site, "DANIELA@harbourlane.test", "active").await;
    is_impossible(&site, &reference).await;
    assert_eq!(email_of(&site, dana).await, format!("{DANA} true"));
    // Once the other account has given it up, it is.
    sql(
        &site,
        &format!("UPDATE accounts SET status = 'deleted' WHERE id = '{other}'"),
    )
    .await;
    approved(&site, &reference).await;
    assert_eq!(email_of(&site, dana).await, format!("{NEW} true"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_email_that_another_account_takes_at_that_moment_stays_theirs(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, reference) = asked(&site).await;
    let taking = format!("INSERT INTO accounts (email, email_verified_at) VALUES ('{NEW}', now())");
    let decided = overtaken(
        &site,
        &taking,
        Box::pin(cases::approve(&site.services, &reference)),
    )
    .await;
    assert!(matches!(decided, Ok(Decided::Impossible(_))), "{decided:?}");
    assert_eq!(email_of(&site, dana).await, format!("{DANA} true"));
    assert_eq!(number(&site, WAITING).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_case_of_a_login_that_is_disconnected_is_withdrawn(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, reference) = asked(&site).await;
    let browser = signed_in(&site, "dana").await;
    connect(&site, &browser, "stranger").await;
    let reply = disconnect(&browser, site.identity_of("dana").await).await;
    reply.leads_to("/sign-in?done=disconnected");
    let decided = cases::approve(&site.services, &reference).await;
    assert!(matches!(decided, Ok(Decided::NotFound)), "{decided:?}");
    assert_eq!(email_of(&site, dana).await, format!("{DANA} true"));
    let outcome = text(&site, "SELECT outcome FROM cases").await;
    assert_eq!(outcome.as_deref(), Some("withdrawn"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_email_is_approved_that_no_login_of_the_account_says_any_more(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, reference) = asked(&site).await;
    for (change, back) in [
        ("unlinked_at = now()", "unlinked_at = NULL"),
        (
            "email = 'other@harbourlane.test'",
            "email = 'daniela@harbourlane.test'",
        ),
    ] {
        sql(&site, &format!("UPDATE identities SET {change}")).await;
        is_impossible(&site, &reference).await;
        sql(&site, &format!("UPDATE identities SET {back}")).await;
    }
    approved(&site, &reference).await;
    assert_eq!(email_of(&site, dana).await, format!("{NEW} true"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_administrators_at_once_decide_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let (_, reference) = asked(&site).await;
    let (one, other) = tokio::join!(
        cases::approve(&site.services, &reference),
        cases::decline(&node.services, &reference)
    );
    let done = [one.unwrap(), other.unwrap()]
        .iter()
        .filter(|decided| matches!(decided, Decided::Done(_)))
        .count();
    assert_eq!(done, 1);
    let settled = mailed(&site)
        .await
        .iter()
        .filter(|mail| mail.starts_with("case_settled"))
        .count();
    assert_eq!(settled, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_made_up_reference_is_a_case(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (_, reference) = asked(&site).await;
    let before = site.dump().await;
    for made_up in ["", "0000-0000", "' OR 1=1 --", &reference.to_lowercase()] {
        if made_up == reference {
            continue;
        }
        for decided in [
            cases::approve(&site.services, made_up).await,
            cases::decline(&site.services, made_up).await,
        ] {
            assert!(
                matches!(decided, Ok(Decided::NotFound)),
                "{made_up}: {decided:?}"
            );
        }
    }
    assert_eq!(site.dump().await, before);
}
