//! After "This wasn't me": how the person gets in again, and what an administrator decides.

use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::cases::{self, Decided},
};

use crate::harness::{
    Browser, DANA, PASSWORD, Site, connect, disconnect, mailed, nobody_was_told, not_me_link,
    number, pressed, prompted, sign_in_by_code, sign_in_by_password, signed_in, sql, text, told,
    with_a_code,
};

const LIVE: &str = "SELECT count(*) FROM identities WHERE unlinked_at IS NULL";
const WAITING: &str = "SELECT count(*) FROM cases WHERE settled_at IS NULL";
const REFERENCE: &str = "SELECT reference FROM cases ORDER BY created_at DESC LIMIT 1";

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_lost_the_last_way_in_by_it_comes_back_by_a_proof(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    signed_in(&site, "dana").await;
    let phone = Browser::new(&site).with_header("user-agent", "Safari/605 (iPhone)");
    phone.sign_in(&site, "dana").await;
    pressed(&site, &not_me_link(&site, "new_device").await).await;
    assert_eq!(number(&site, LIVE).await, 0);
    // With Clio, the person is asked for a proof; without Clio, the mailbox is one.
    prompted(&site, "dana").await;
    let (browser, code) = with_a_code(&site, DANA).await;
    sign_in_by_code(&browser, DANA, &code)
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_old_password_and_the_new_one_are_gone_after_a_change_that_wasnt_the_person(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let (_, link) = told(&site, "password_changed").await;
    pressed(&site, &link).await;
    for password in [PASSWORD, "harbour bell lantern"] {
        let reply = sign_in_by_password(&Browser::new(&site), DANA, password).await;
        reply.leads_to("/sign-in?problem=not_matching");
    }
    let removed = "SELECT count(*) FROM audit_events WHERE action = 'account.password_removed'";
    assert_eq!(number(&site, removed).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_leaves_it_closed_or_restores_what_was_the_person_after_all(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for restored in [false, true] {
        let (_, link) = told(&site, "linked").await;
        let stranger = site.identity_of("stranger").await;
        let row = format!("SELECT identities::text FROM identities WHERE id = '{stranger}'");
        let before = text(&site, &row).await;
        pressed(&site, &link).await;
        let reference = text(&site, REFERENCE).await.unwrap();
        let decided = if restored {
            cases::decline(&site.services, &reference).await
        } else {
            cases::approve(&site.services, &reference).await
        };
        assert!(matches!(decided, Ok(Decided::Done(_))), "{decided:?}");
        assert_eq!(text(&site, &row).await == before, restored);
        assert_eq!(number(&site, LIVE).await, 1 + i64::from(restored));
        assert_eq!(number(&site, WAITING).await, 0);
        let mails = mailed(&site).await;
        assert!(mails.contains(&format!("case_settled {DANA}")), "{mails:?}");
        let linked = mails
            .iter()
            .filter(|mail| mail.starts_with("linked"))
            .count();
        assert_eq!(linked, 1 + usize::from(restored), "{mails:?}");
        // Decided once.
        let again = cases::decline(&site.services, &reference).await;
        assert!(matches!(again, Ok(Decided::NotFound)), "{again:?}");
        nobody_was_told(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_opens_another_account_by_now_is_not_restored_and_the_case_still_waits(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (_, link) = told(&site, "linked").await;
    pressed(&site, &link).await;
    Browser::new(&site)
        .sign_in(&site, "stranger")
        .await
        .leads_to("/pending");
    let admission = "UPDATE accounts SET status = 'active' WHERE status = 'pending'";
    sql(&site, admission).await;
    let reference = text(&site, REFERENCE).await.unwrap();
    let decided = cases::decline(&site.services, &reference).await;
    assert!(matches!(decided, Ok(Decided::Impossible(_))), "{decided:?}");
    assert_eq!(number(&site, WAITING).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn logins_of_long_ago_stay_and_one_that_came_shortly_before_goes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, _) = told(&site, "linked").await;
    sql(
        &site,
        "UPDATE identities SET linked_at = linked_at - interval '2 days'",
    )
    .await;
    // Whoever is in connects their own login, and disconnects the one that would be missed.
    connect(&site, &browser, "tomas").await;
    disconnect(&browser, site.identity_of("stranger").await).await;
    pressed(&site, &not_me_link(&site, "unlinked").await).await;
    assert_eq!(site.account_of("tomas").await, None);
    assert!(site.account_of("dana").await.is_some());
    assert_eq!(site.sessions().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_put_in_place_since_goes_with_what_the_letter_is_about(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (browser, link) = told(&site, "linked").await;
    connect(&site, &browser, "tomas").await;
    let fields = [
        ("password", "harbour bell lantern"),
        ("again", "harbour bell lantern"),
    ];
    let reply = browser.post_form("/account/password", &fields).await;
    reply.leads_to("/account/password?done=password_set");
    pressed(&site, &link).await;
    let left = "SELECT string_agg(subject, ' ') FROM identities WHERE unlinked_at IS NULL";
    assert_eq!(text(&site, left).await.as_deref(), Some("dana"));
    assert_eq!(
        text(&site, "SELECT password_hash FROM accounts").await,
        None
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_elses_mailbox_locks_an_administrator_out(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (role, left) in [("reviewer", 0), ("admin", 1), ("owner", 1)] {
        site.linked("dana", DANA).await;
        signed_in(&site, "dana").await;
        sql(&site, &format!("UPDATE accounts SET role = '{role}'")).await;
        let phone = Browser::new(&site).with_header("user-agent", "Safari/605 (iPhone)");
        phone.sign_in(&site, "dana").await;
        pressed(&site, &not_me_link(&site, "new_device").await).await;
        assert_eq!(number(&site, LIVE).await, left, "{role}");
        assert_eq!(
            (site.sessions().await, number(&site, WAITING).await),
            (0, 1),
            "{role}"
        );
        nobody_was_told(&site).await;
    }
}
