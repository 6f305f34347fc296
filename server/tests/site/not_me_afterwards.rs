//! After "This wasn't me": how the person gets in again, and what an administrator decides.

use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    service::cases::{self, Decided},
};

use crate::harness::{
    Browser, DANA, PASSWORD, Site, account_with_password, connect, dana_signed_in, disconnect,
    mailed, newest_letter, nobody_was_told, not_me_link, number, press, pressed, prompted,
    sign_in_by_code, sign_in_by_password, signed_in, sql, text, told, with_a_code,
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
        press(&site, &not_me_link(&site, "new_device").await).await;
        assert_eq!(number(&site, LIVE).await, left, "{role}");
        assert_eq!(
            (site.sessions().await, number(&site, WAITING).await),
            (0, 1),
            "{role}"
        );
        nobody_was_told(&site).await;
    }
}

/// Whoever has a fresh session of Dana's connects their own login and disconnects hers; gives the link of
/// the mail about the second.
async fn dana_pushed_out(site: &Site) -> String {
    let browser = dana_signed_in(site).await;
    connect(site, &browser, "stranger").await;
    disconnect(&browser, site.identity_of("dana").await).await;
    not_me_link(site, "unlinked").await
}

async fn decided(site: &Site, approved: bool) -> Decided {
    let reference = text(site, REFERENCE).await.unwrap();
    let decided = if approved {
        cases::approve(&site.services, &reference).await
    } else {
        cases::decline(&site.services, &reference).await
    };
    decided.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_was_pushed_out_gets_their_login_back_once_an_administrator_agrees(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("ADMISSION", "approval");
    })
    .await;
    for approved in [true, false] {
        let account = site.linked("dana", DANA).await;
        // Nobody vouched for the e-mail, so that it locates nothing.
        sql(&site, "UPDATE accounts SET email_verified_at = NULL").await;
        pressed(&site, &dana_pushed_out(&site).await).await;
        assert_eq!(number(&site, LIVE).await, 0);
        let dana = Browser::new(&site);
        dana.sign_in(&site, "dana").await.leads_to("/pending");
        let decided = decided(&site, approved).await;
        assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
        if approved {
            assert_eq!(site.account_of("dana").await, Some(account));
            assert_eq!(site.account_of("stranger").await, None);
            assert_eq!(dana.account().await, None, "what waited gave way");
            dana.sign_in(&site, "dana").await.leads_to("/account");
        } else {
            assert_eq!(site.account_of("stranger").await, Some(account));
            assert_ne!(site.account_of("dana").await, Some(account));
        }
        nobody_was_told(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_stays_in_an_administrators_account_falls_once_their_own_login_is_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for role in ["admin", "owner"] {
        let account = site.linked("dana", DANA).await;
        sql(&site, &format!("UPDATE accounts SET role = '{role}'")).await;
        let link = dana_pushed_out(&site).await;
        let (_, token) = link.split_once("token=").unwrap();
        let reply = press(&site, &link).await;
        reply.leads_to(&format!("/not-me?token={token}&done=not_me_stays"));
        let page = Browser::new(&site)
            .get(&format!("/not-me?token={token}&done=not_me_stays"))
            .await;
        assert!(page.body.contains("nothing else would open it"));
        let letter = newest_letter(&site, "not_me").await;
        assert!(letter.contains("stays until"), "{letter}");
        assert_eq!((number(&site, LIVE).await, site.sessions().await), (1, 0));
        // Meanwhile whoever stayed in goes on.
        let stranger = Browser::new(&site);
        stranger
            .sign_in(&site, "stranger")
            .await
            .leads_to("/account");
        connect(&site, &stranger, "tomas").await;

        let decided = decided(&site, true).await;
        assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
        let left = "SELECT string_agg(subject, ' ') FROM identities WHERE unlinked_at IS NULL";
        assert_eq!(text(&site, left).await.as_deref(), Some("dana"), "{role}");
        assert_eq!(stranger.account().await, None);
        let dana = signed_in(&site, "dana").await;
        assert_eq!(dana.account().await, Some(account));
        nobody_was_told(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_is_not_left_without_a_way_in_by_a_decision_either(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    sql(&site, "UPDATE accounts SET role = 'admin'").await;
    signed_in(&site, "dana").await;
    let phone = Browser::new(&site).with_header("user-agent", "Safari/605 (iPhone)");
    phone.sign_in(&site, "dana").await;
    press(&site, &not_me_link(&site, "new_device").await).await;
    let refused = decided(&site, true).await;
    assert!(matches!(refused, Decided::Impossible(_)), "{refused:?}");
    assert_eq!(
        (number(&site, LIVE).await, number(&site, WAITING).await),
        (1, 1)
    );
    // With another login, linked by an administrator, the one that wasn't them falls.
    connect(&site, &signed_in(&site, "dana").await, "tomas").await;
    let by_administrator =
        "UPDATE identities SET link_method = 'administrator' WHERE subject = 'tomas'";
    sql(&site, by_administrator).await;
    let decided = decided(&site, true).await;
    assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
    assert_eq!(site.account_of("dana").await, None);
    assert!(site.account_of("tomas").await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrators_only_password_stays_as_well(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    sql(&site, "UPDATE accounts SET role = 'admin'").await;
    let desk = Browser::new(&site);
    let phone = desk
        .with_header("user-agent", "Safari/605 (iPhone)")
        .copied();
    for browser in [desk, phone] {
        let reply = sign_in_by_password(&browser, DANA, PASSWORD).await;
        reply.leads_to("/account");
    }
    press(&site, &not_me_link(&site, "new_device").await).await;
    assert_eq!(site.sessions().await, 0);
    let refused = decided(&site, true).await;
    assert!(matches!(refused, Decided::Impossible(_)), "{refused:?}");
    let decided = decided(&site, false).await;
    assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
    let reply = sign_in_by_password(&Browser::new(&site), DANA, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_came_after_the_button_is_the_persons_own_and_stays(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (_, link) = told(&site, "linked").await;
    pressed(&site, &link).await;
    let dana = signed_in(&site, "dana").await;
    connect(&site, &dana, "tomas").await;
    let decided = decided(&site, true).await;
    assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
    assert!(site.account_of("tomas").await.is_some());
    assert!(dana.account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspended_person_gets_no_other_account_by_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (_, link) = told(&site, "new_device").await;
    sql(
        &site,
        "UPDATE accounts SET status = 'suspended', email_verified_at = NULL",
    )
    .await;
    let before = number(&site, LIVE).await;
    pressed(&site, &link).await;
    assert_eq!(number(&site, LIVE).await, before);
    assert_eq!(
        (site.sessions().await, number(&site, WAITING).await),
        (0, 1)
    );
    let reply = Browser::new(&site).sign_in(&site, "stranger").await;
    assert!(
        reply
            .location()
            .starts_with("/sign-in?problem=account_closed"),
        "{reply:?}"
    );
    assert_eq!(site.accounts().await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_email_that_was_the_persons_after_all_counts_as_proved_again(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("PROFILE_EMAIL", "follow");
    })
    .await;
    for was_proved in [true, false] {
        let (_, link) = told(&site, "email_changed").await;
        if was_proved {
            sql(&site, "UPDATE accounts SET email_verified_at = now()").await;
        }
        pressed(&site, &link).await;
        let proved = "SELECT count(*) FROM accounts WHERE email_verified_at IS NOT NULL";
        assert_eq!(number(&site, proved).await, 0);
        let decided = decided(&site, false).await;
        assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
        assert_eq!(number(&site, proved).await, i64::from(was_proved));
        nobody_was_told(&site).await;
    }
}
