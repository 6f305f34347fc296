//! The last rung: the question to an administrator, and what is decided about it.

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{
    db::migrations::MIGRATOR,
    service::cases::{self, Decided},
};

use super::{
    NOTHING, PROMPT, method_of_dana, nothing_linked, prompt_shows, refusal_recorded_after,
};
use crate::harness::{
    Browser, CONNECTED, DANA, PASSWORD, Rung, Site, account, ask_administrator, confirm_link,
    empty_outbox, events_after, forget_everybody, form_refused, ladder, last_event,
    link_by_password, mailed, newest_letter, not_me_link, number, only_event_after, overtaken,
    prompted, signed_in, sql, text,
};

const ASKED: &str = "/link?done=asked";
const WAITS: &str = "An administrator looks at it.";

/// The reference of the case that waits.
async fn reference(site: &Site) -> String {
    text(site, "SELECT reference FROM cases WHERE settled_at IS NULL")
        .await
        .expect("a case that waits")
}

async fn how_many_cases(site: &Site) -> i64 {
    number(site, "SELECT count(*) FROM cases").await
}

/// Dana at her prompt, with her question put; her account, and the reference.
async fn asked(pool: PgPool) -> (Site, Browser, Uuid, String) {
    let (site, dana) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    ask_administrator(&browser, "It is mine.")
        .await
        .leads_to(ASKED);
    let reference = reference(&site).await;
    (site, browser, dana, reference)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn asking_opens_a_case_whose_reference_the_page_and_a_mail_name(pool: PgPool) {
    let (site, dana) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let before = last_event(&site).await;
    let reply = ask_administrator(&browser, "  It is mine,\nsince 2019.  ").await;
    nothing_linked(&site, &browser, &reply, ASKED).await;

    let reference = reference(&site).await;
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.account_id,
            event.reference.as_deref()
        ),
        ("link.asked", Some(dana), Some(reference.as_str()))
    );
    let page = prompt_shows(&browser, PROMPT).await;
    assert!(page.contains(&reference) && page.contains(WAITS), "{page}");
    assert_eq!(mailed(&site).await, [format!("case_opened {DANA}")]);
    let letter = newest_letter(&site, "case_opened").await;
    assert!(letter.contains(&reference), "{letter}");
    let case = text(
        &site,
        "SELECT concat_ws('|', kind, subject, email, first_name, last_name, message) FROM cases",
    )
    .await;
    assert_eq!(
        case.as_deref(),
        Some("link_asked|dana|d.whitlock@harbourlane.test|Dana|Whitlock|It is mine, since 2019.")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn asking_again_here_or_in_another_browser_is_the_same_question(pool: PgPool) {
    let (site, browser, _, reference) = asked(pool).await;
    let before = last_event(&site).await;
    ask_administrator(&browser, "Once more.")
        .await
        .leads_to(ASKED);
    assert_eq!(events_after(&site, before).await, []);
    let other = prompted(&site, "dana").await;
    let page = prompt_shows(&other, PROMPT).await;
    assert!(page.contains(&reference) && page.contains(WAITS), "{page}");
    ask_administrator(&other, "").await.leads_to(ASKED);
    assert_eq!(how_many_cases(&site).await, 1);
    assert_eq!(mailed(&site).await.len(), 1);
    let message = text(&site, "SELECT message FROM cases").await;
    assert_eq!(message.as_deref(), Some("It is mine."), "the first stands");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_question_may_be_empty_and_is_kept_readable_and_short(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let long = "é".repeat(600);
    for (message, kept) in [
        ("", ""),
        ("\u{202e}moc.live\u{2066}\u{7}", "moc.live"),
        (long.as_str(), &long[..1000]),
        ("<b>=cmd()</b>", "<b>=cmd()</b>"),
    ] {
        sql(&site, "DELETE FROM cases").await;
        let browser = prompted(&site, "dana").await;
        ask_administrator(&browser, message).await.leads_to(ASKED);
        let stored = text(&site, "SELECT message FROM cases").await;
        assert_eq!(stored.as_deref(), Some(kept));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_asks_without_a_prompt(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let form = ("/link/ask", &[("message", "Let me in.")][..]);
    for browser in [Browser::new(&site), signed_in(&site, "ikram").await] {
        let event = form_refused(&site, &browser, form, "/link?problem=expired").await;
        assert_eq!(event.reason.as_deref(), Some("link_unknown"));
    }
    assert_eq!(how_many_cases(&site).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mailbox_is_asked_about_ten_times_a_day(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    site.begin_a_day();
    let browser = prompted(&site, "dana").await;
    for _ in 0..10 {
        // Asking again for what is being asked doesn't count.
        for _ in 0..5 {
            ask_administrator(&browser, "").await.leads_to(ASKED);
        }
        let reference = reference(&site).await;
        cases::decline(&site.services, &reference).await.unwrap();
    }
    assert_eq!(how_many_cases(&site).await, 10);
    let before = last_event(&site).await;
    let reply = ask_administrator(&browser, "").await;
    nothing_linked(&site, &browser, &reply, "/link?problem=too_many").await;
    refusal_recorded_after(&site, before, "too_many_cases").await;
    assert_eq!(how_many_cases(&site).await, 10);
    site.advance(Duration::from_hours(24));
    let browser = prompted(&site, "dana").await;
    ask_administrator(&browser, "").await.leads_to(ASKED);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_approves_links_the_login_and_the_person_gets_in(pool: PgPool) {
    let (site, browser, dana, reference) = asked(pool).await;
    let before_it = signed_in(&site, CONNECTED).await;
    empty_outbox(&site).await;
    let before = last_event(&site).await;
    let decided = cases::approve(&site.services, &reference).await.unwrap();
    assert!(matches!(decided, Decided::Done(_)), "{decided:?}");

    assert_eq!(
        method_of_dana(&site).await.as_deref(),
        Some("administrator")
    );
    let events = events_after(&site, before).await;
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(actions, ["identity.linked", "case.approved"]);
    let mut letters = mailed(&site).await;
    letters.sort();
    assert_eq!(
        letters,
        [format!("case_settled {DANA}"), format!("linked {DANA}")]
    );
    let letter = newest_letter(&site, "case_settled").await;
    assert!(letter.contains(&reference), "{letter}");
    assert!(!not_me_link(&site, "linked").await.is_empty());
    assert_eq!(before_it.account().await, None, "other sessions ended");
    // The prompt is over, and opened nothing by itself.
    prompt_shows(&browser, NOTHING).await;
    assert_eq!(browser.account().await, None);
    assert_eq!(signed_in(&site, "dana").await.account().await, Some(dana));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_approval_opens_an_invited_account_and_leaves_a_pending_one_waiting(pool: PgPool) {
    for (status, becomes, place) in [
        ("invited", "active", "/account"),
        ("pending", "pending", "/pending"),
    ] {
        let (site, _, _, reference) = asked(pool.clone()).await;
        sql(&site, &format!("UPDATE accounts SET status = '{status}'")).await;
        cases::approve(&site.services, &reference).await.unwrap();
        let now = text(&site, "SELECT status FROM accounts").await;
        assert_eq!(now.as_deref(), Some(becomes), "{status}");
        let browser = Browser::new(&site);
        browser.sign_in(&site, "dana").await.leads_to(place);
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_approval_takes_the_logins_questions_about_other_accounts_back(pool: PgPool) {
    let (site, _, _, first) = asked(pool).await;
    let another = "dana.whitlock@harbourlane.test";
    account(&site, another, "active").await;
    site.clio.change_email("dana", another).unwrap();
    let browser = prompted(&site, "dana").await;
    ask_administrator(&browser, "").await.leads_to(ASKED);
    cases::approve(&site.services, &first).await.unwrap();
    let outcomes = "SELECT string_agg(outcome, ' ' ORDER BY created_at) FROM cases";
    assert_eq!(
        text(&site, outcomes).await.as_deref(),
        Some("approved withdrawn")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_declines_links_nothing_and_leaves_the_other_rungs(pool: PgPool) {
    for rung in Rung::ALL {
        let (site, browser, dana, reference) = asked(pool.clone()).await;
        empty_outbox(&site).await;
        let before = last_event(&site).await;
        let decided = cases::decline(&site.services, &reference).await.unwrap();
        assert!(matches!(decided, Decided::Done(_)), "{decided:?}");
        let event = only_event_after(&site, before).await;
        assert_eq!(
            (event.action.as_str(), event.account_id),
            ("case.declined", Some(dana))
        );
        assert_eq!(mailed(&site).await, [format!("case_settled {DANA}")]);
        assert_eq!(method_of_dana(&site).await, None);
        let page = prompt_shows(&browser, PROMPT).await;
        let says = "An administrator decided not to link them.";
        assert!(page.contains(says) && page.contains(&reference), "{page}");

        rung.climb(&site, &browser).await.leads_to("/link");
        confirm_link(&browser).await.leads_to("/account");
        assert_eq!(browser.account().await, Some(dana), "{rung:?}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn after_a_decision_against_it_the_question_can_be_put_anew(pool: PgPool) {
    let (site, browser, _, first) = asked(pool).await;
    cases::decline(&site.services, &first).await.unwrap();
    ask_administrator(&browser, "I have my badge with me.")
        .await
        .leads_to(ASKED);
    let second = reference(&site).await;
    assert_ne!(first, second);
    let page = prompt_shows(&browser, PROMPT).await;
    assert!(page.contains(&second) && page.contains(WAITS), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_administrators_at_once_one_decides_and_the_other_sees_it(pool: PgPool) {
    for _ in 0..5 {
        let (site, _, _, reference) = asked(pool.clone()).await;
        let node = site.another_node().await;
        let (one, other) = tokio::join!(
            cases::approve(&site.services, &reference),
            cases::decline(&node.services, &reference)
        );
        let (approved, declined) = (one.unwrap(), other.unwrap());
        let links = number(
            &site,
            "SELECT count(*) FROM identities WHERE subject = 'dana'",
        )
        .await;
        match (&approved, &declined) {
            (Decided::Done(_), Decided::NotFound) => assert_eq!(links, 1),
            (Decided::NotFound, Decided::Done(_)) => assert_eq!(links, 0),
            both => panic!("one wins: {both:?}"),
        }
        let settled = mailed(&site).await;
        let settled = settled
            .iter()
            .filter(|mail| mail.starts_with("case_settled"));
        assert_eq!(settled.count(), 1);
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_administrators_who_approve_at_once_make_one_link(pool: PgPool) {
    let (site, _, _, reference) = asked(pool).await;
    let node = site.another_node().await;
    let (one, other) = tokio::join!(
        cases::approve(&site.services, &reference),
        cases::approve(&node.services, &reference)
    );
    let done = [one.unwrap(), other.unwrap()];
    let won = done.iter().filter(|one| matches!(one, Decided::Done(_)));
    assert_eq!(won.count(), 1, "{done:?}");
    let linked = mailed(&site).await;
    let linked = linked.iter().filter(|mail| mail.starts_with("linked"));
    assert_eq!(linked.count(), 1);
    assert_eq!(
        method_of_dana(&site).await.as_deref(),
        Some("administrator")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cant_be_approved_any_more_stays_undone_and_waits(pool: PgPool) {
    for (what, change) in [
        ("suspended", "UPDATE accounts SET status = 'suspended'"),
        ("deleted", "UPDATE accounts SET status = 'deleted'"),
        (
            "the login opens another account by now",
            "INSERT INTO accounts (email) VALUES ('other@harbourlane.test');
             INSERT INTO identities (account_id, issuer, subject)
             SELECT id, (SELECT issuer FROM cases), 'dana'
             FROM accounts WHERE email = 'other@harbourlane.test'",
        ),
    ] {
        let (site, _, _, reference) = asked(pool.clone()).await;
        sql(&site, change).await;
        let before = site.dump().await;
        let decided = cases::approve(&site.services, &reference).await.unwrap();
        assert!(
            matches!(decided, Decided::Impossible(_)),
            "{what}: {decided:?}"
        );
        assert_eq!(site.dump().await, before, "{what}");
        // It can still be declined.
        let decided = cases::decline(&site.services, &reference).await.unwrap();
        assert!(matches!(decided, Decided::Done(_)), "{what}: {decided:?}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspension_that_overtakes_the_approval_leaves_the_login_unlinked(pool: PgPool) {
    let (site, _, _, reference) = asked(pool).await;
    let suspension = "UPDATE accounts SET status = 'suspended'";
    let approval = Box::pin(cases::approve(&site.services, &reference));
    let decided = overtaken(&site, suspension, approval).await.unwrap();
    assert!(matches!(decided, Decided::Impossible(_)), "{decided:?}");
    assert_eq!(method_of_dana(&site).await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_case_that_is_settled_or_unknown_is_decided_no_more(pool: PgPool) {
    let (site, browser, _, reference) = asked(pool).await;
    link_by_password(&browser, PASSWORD)
        .await
        .leads_to("/account");
    for unknown in [reference.as_str(), "7Q4K-92MX", ""] {
        for decided in [
            cases::approve(&site.services, unknown).await.unwrap(),
            cases::decline(&site.services, unknown).await.unwrap(),
        ] {
            assert!(matches!(decided, Decided::NotFound), "{decided:?}");
        }
    }
    assert_eq!(method_of_dana(&site).await.as_deref(), Some("password"));
}
