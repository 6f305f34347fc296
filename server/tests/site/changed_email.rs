//! Another e-mail at Clio: the sign-in goes on, and what becomes of the account's is policy.

use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Site, account, all_at_once, ask_for_code, dana_signed_in, empty_outbox,
    events_after, forget_everybody, last_event, mailed, newest_letter, number, overtaken,
    signed_in, sql, text,
};

const NEW: &str = "daniela@harbourlane.test";
const NEWER: &str = "d.osei@harbourlane.test";
const ACCOUNT: &str = "SELECT email || ' ' || (email_verified_at IS NOT NULL)
     FROM accounts WHERE first_name = 'Linked'";
const HISTORY: &str =
    "SELECT string_agg(concat_ws(' ', old_email, new_email, outcome), ', ' ORDER BY at)
     FROM email_changes";
const WAITING: &str = "SELECT string_agg(kind || ' ' || email, ', ')
     FROM cases WHERE settled_at IS NULL";

/// A site with a policy for the e-mail. The account has the names that Clio says.
async fn under(policy: &str, pool: &PgPool) -> Site {
    let site = Site::start(pool.clone(), |settings| {
        settings.set("PROFILE_EMAIL", policy);
    })
    .await;
    site.clio
        .add_person(Person::new("dana", DANA).named("Linked", "Person"));
    site
}

/// Dana, who was here before, signs in after her e-mail at Clio became another.
async fn comes_with(site: &Site, email: &str) -> Browser {
    site.clio.change_email("dana", email).unwrap();
    let browser = Browser::new(site);
    browser.sign_in(site, "dana").await.leads_to("/account");
    assert!(browser.account().await.is_some());
    browser
}

async fn next_turn(site: &Site) {
    sql(site, "DELETE FROM email_changes; DELETE FROM cases").await;
    empty_outbox(site).await;
    forget_everybody(site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_change_is_written_down_and_recorded_once_and_the_sign_in_goes_on(pool: PgPool) {
    for (policy, outcome) in [("keep", "kept"), ("ask", "asked"), ("follow", "followed")] {
        let site = under(policy, &pool).await;
        dana_signed_in(&site).await;
        let before = last_event(&site).await;
        comes_with(&site, NEW).await;
        let written = Some(format!("{DANA} {NEW} {outcome}"));
        assert_eq!(text(&site, HISTORY).await, written);
        let recorded: Vec<_> = events_after(&site, before)
            .await
            .into_iter()
            .filter(|event| event.action == "identity.email_changed")
            .map(|event| event.reason)
            .collect();
        assert_eq!(recorded, [Some(outcome.to_owned())], "{policy}");
        let says = "SELECT email FROM identities";
        assert_eq!(text(&site, says).await.as_deref(), Some(NEW), "{policy}");
        // It is news once.
        let before = site.count("SELECT count(*) FROM mail_outbox").await;
        signed_in(&site, "dana").await;
        assert_eq!(text(&site, HISTORY).await, written, "{policy}");
        assert_eq!(site.count("SELECT count(*) FROM mail_outbox").await, before);
        next_turn(&site).await;
        site.clio.change_email("dana", DANA).unwrap();
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn under_keep_nothing_else_happens(pool: PgPool) {
    let site = under("keep", &pool).await;
    dana_signed_in(&site).await;
    account(&site, NEWER, "active").await;
    for email in [NEW, NEWER] {
        let browser = comes_with(&site, email).await;
        assert_eq!(text(&site, ACCOUNT).await, Some(format!("{DANA} true")));
        assert_eq!(text(&site, WAITING).await, None, "{email}");
        assert!(mailed(&site).await.is_empty(), "{email}");
        let page = browser.get("/account").await.body;
        assert!(!page.contains("What Clio says differently"));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn under_ask_an_administrator_has_one_case_and_the_person_its_reference(pool: PgPool) {
    let site = under("ask", &pool).await;
    dana_signed_in(&site).await;
    comes_with(&site, NEW).await;
    signed_in(&site, "dana").await;
    assert_eq!(text(&site, ACCOUNT).await, Some(format!("{DANA} true")));
    assert_eq!(
        text(&site, WAITING).await,
        Some(format!("email_change {NEW}"))
    );
    assert_eq!(mailed(&site).await, [format!("case_opened {DANA}")]);
    let reference = text(&site, "SELECT reference FROM cases").await.unwrap();
    assert!(
        newest_letter(&site, "case_opened")
            .await
            .contains(&reference)
    );
    let opened = format!(
        "SELECT count(*) FROM audit_events
         WHERE action = 'case.opened' AND reference = '{reference}'"
    );
    assert_eq!(number(&site, &opened).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_further_change_withdraws_the_case_of_the_one_before(pool: PgPool) {
    let site = under("ask", &pool).await;
    dana_signed_in(&site).await;
    comes_with(&site, NEW).await;
    comes_with(&site, NEWER).await;
    assert_eq!(
        text(&site, WAITING).await,
        Some(format!("email_change {NEWER}"))
    );
    let outcomes = "SELECT string_agg(email || ' ' || outcome, ', ') FROM cases
                    WHERE settled_at IS NOT NULL";
    assert_eq!(
        text(&site, outcomes).await,
        Some(format!("{NEW} withdrawn"))
    );
    assert_eq!(
        text(&site, HISTORY).await,
        Some(format!("{DANA} {NEW} asked, {NEW} {NEWER} asked"))
    );
    // Back to what the account says: nothing is left to decide.
    empty_outbox(&site).await;
    comes_with(&site, DANA).await;
    assert_eq!(text(&site, WAITING).await, None);
    assert!(mailed(&site).await.is_empty());
    assert_eq!(text(&site, ACCOUNT).await, Some(format!("{DANA} true")));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn under_follow_the_account_has_the_new_email_which_locates_nobody_yet(pool: PgPool) {
    let site = under("follow", &pool).await;
    dana_signed_in(&site).await;
    let browser = comes_with(&site, NEW).await;
    let dana = browser.account().await;
    assert_eq!(text(&site, ACCOUNT).await, Some(format!("{NEW} false")));
    assert_eq!(browser.session().await.unwrap()["account"]["email"], NEW);
    let mut mails = mailed(&site).await;
    mails.sort_unstable();
    assert_eq!(
        mails,
        [
            format!("email_changed {DANA}"),
            format!("email_changed {NEW}")
        ]
    );
    let letters: Vec<String> =
        sqlx::query_scalar("SELECT body_text FROM mail_outbox ORDER BY to_email")
            .fetch_all(&site.pool)
            .await
            .unwrap();
    // The mailbox that the account had decides; whoever reads the new one learns nothing.
    assert!(letters[0].contains(NEW) && letters[0].contains("/not-me?token="));
    assert!(!letters[1].contains(DANA) && !letters[1].contains("/not-me?token="));
    assert_eq!(text(&site, WAITING).await, None);

    // No code is mailed to it, and another login that says it is another person.
    empty_outbox(&site).await;
    ask_for_code(&Browser::new(&site), NEW)
        .await
        .leads_to("/sign-in/code");
    assert!(mailed(&site).await.is_empty());
    site.clio
        .add_person(Person::new("other", NEW).named("Other", "Person"));
    let other = signed_in(&site, "other").await;
    assert_ne!(other.account().await, dana);
    // The old mailbox is free, too.
    ask_for_code(&Browser::new(&site), DANA)
        .await
        .leads_to("/sign-in/code");
    assert!(
        !mailed(&site)
            .await
            .contains(&format!("sign_in_code {DANA}"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_another_account_has_is_never_taken_from_it(pool: PgPool) {
    for policy in ["ask", "follow"] {
        let site = under(policy, &pool).await;
        dana_signed_in(&site).await;
        let other = account(&site, "Daniela@HarbourLane.test", "active").await;
        let row = format!("SELECT accounts::text FROM accounts WHERE id = '{other}'");
        let before = text(&site, &row).await;
        comes_with(&site, NEW).await;
        assert_eq!(
            text(&site, ACCOUNT).await,
            Some(format!("{DANA} true")),
            "{policy}"
        );
        assert_eq!(text(&site, &row).await, before, "{policy}");
        assert_eq!(
            text(&site, WAITING).await,
            Some(format!("email_collision {NEW}"))
        );
        assert_eq!(
            mailed(&site).await,
            [format!("case_opened {DANA}")],
            "{policy}"
        );
        assert_eq!(
            text(&site, HISTORY).await,
            Some(format!("{DANA} {NEW} collided"))
        );
        next_turn(&site).await;
        site.clio.change_email("dana", DANA).unwrap();
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_nobody_has_proved_or_has_any_more_stands_in_nobodys_way_but_that_of_following(
    pool: PgPool,
) {
    for (policy, change, outcome) in [
        ("ask", "email_verified_at = NULL", "asked"),
        ("ask", "status = 'deleted'", "asked"),
        // What follows by itself mustn't be anybody else's, proved or not.
        ("follow", "email_verified_at = NULL", "collided"),
        ("follow", "status = 'deleted'", "followed"),
    ] {
        let site = under(policy, &pool).await;
        dana_signed_in(&site).await;
        let other = account(&site, NEW, "active").await;
        let change = format!("UPDATE accounts SET {change} WHERE id = '{other}'");
        sql(&site, &change).await;
        comes_with(&site, NEW).await;
        let written = Some(format!("{DANA} {NEW} {outcome}"));
        assert_eq!(text(&site, HISTORY).await, written, "{policy}, {change}");
        next_turn(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_mailbox_written_otherwise_and_silence_are_no_change(pool: PgPool) {
    let site = under("follow", &pool).await;
    dana_signed_in(&site).await;
    comes_with(&site, "D.Whitlock@HARBOURLANE.test").await;
    let mut silent = Person::new("dana", DANA).named("Dana", "Whitlock");
    silent.email = None;
    site.clio.add_person(silent);
    Browser::new(&site)
        .sign_in(&site, "dana")
        .await
        .leads_to("/account");
    comes_with_malformed(&site).await;
    assert_eq!(text(&site, ACCOUNT).await, Some(format!("{DANA} true")));
    assert_eq!(text(&site, HISTORY).await, None);
    // Letters that only Unicode folds are another mailbox.
    comes_with(&site, "d.whitloc\u{212a}@harbourlane.test").await;
    assert!(text(&site, HISTORY).await.unwrap().ends_with("followed"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_sign_in_brought_a_moment_ago_is_no_news_to_the_next(pool: PgPool) {
    for policy in ["ask", "follow"] {
        let site = under(policy, &pool).await;
        dana_signed_in(&site).await;
        site.clio.change_email("dana", NEW).unwrap();
        let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
        // What another sign-in writes while it holds the account locked.
        let other = format!(
            "SELECT FROM accounts WHERE email = '{DANA}' FOR UPDATE;
             UPDATE identities SET email = '{NEW}' WHERE subject = 'dana'"
        );
        let reply = overtaken(&site, &other, browser.finish(&callback)).await;
        reply.leads_to("/account");
        assert_eq!(text(&site, HISTORY).await, None, "{policy}");
        assert!(mailed(&site).await.is_empty(), "{policy}");
        next_turn(&site).await;
    }
}

/// Clio says something that is no e-mail, which is as good as nothing.
async fn comes_with_malformed(site: &Site) {
    for email in ["", "no e-mail", "a@b\r\nBcc: evil@evil.test", "@"] {
        site.clio.change_email("dana", email).unwrap();
        let reply = Browser::new(site).sign_in(site, "dana").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{email:?}");
        reply.leads_to("/account");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn several_sign_ins_at_once_bring_the_news_once(pool: PgPool) {
    for policy in ["ask", "follow"] {
        let site = under(policy, &pool).await;
        let node = site.another_node().await;
        dana_signed_in(&site).await;
        site.clio.change_email("dana", NEW).unwrap();
        let mut visits = Vec::new();
        for turn in 0..6 {
            let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
            let browser = if turn % 2 == 0 {
                browser
            } else {
                browser.at_node(&node)
            };
            visits.push((browser, callback));
        }
        for reply in all_at_once(visits).await {
            reply.leads_to("/account");
        }
        let written = site.count("SELECT count(*) FROM email_changes").await;
        assert_eq!(written, 1, "{policy}");
        let mails = if policy == "ask" { 1 } else { 2 };
        assert_eq!(mailed(&site).await.len(), mails, "{policy}");
        next_turn(&site).await;
        site.clio.change_email("dana", DANA).unwrap();
    }
}
