//! Asking for more proof, and what the person sees of it.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{
    QUEUE, SECOND, admin, case_item, decide, item, link_asked, under_approval, waiting,
    with_deciders, with_role, words_of,
};
use crate::harness::{
    Browser, DANA, Rung, Site, another_code, confirm_link, empty_outbox, events_after,
    form_refused, last_event, mailed, mailed_code, newest_letter, only_event_after, pressed,
    signed_in, sql, text, told,
};

const IKRAM: &str = "ikram.osei@harbourlane.test";

/// Asks whoever waits with an account for more proof.
async fn ask(browser: &Browser, item: &str, note: &str) {
    decide(browser, "ask", item, note)
        .await
        .leads_to("/admin/queue?done=asked");
}

async fn status_of_ikram(site: &Site) -> String {
    let row = "SELECT status || ' ' || (email_verified_at IS NOT NULL)
               FROM accounts WHERE email LIKE 'ikram%'";
    text(site, row).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_waits_proves_the_mailbox_and_goes_on_waiting_until_somebody_decides(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, browser) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    empty_outbox(&site).await;
    let named = item(ikram);
    let before = last_event(&site).await;
    ask(&admin, &named, "Please, is it really <b>you</b>?").await;
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.actor_account_id,
            event.account_id
        ),
        ("account.proof_asked", admin.account().await, Some(ikram))
    );
    assert_eq!(mailed(&site).await, [format!("proof_asked {IKRAM}")]);
    let letter = newest_letter(&site, "proof_asked").await;
    assert!(letter.contains("is it really <b>you</b>?"), "{letter}");
    let queue = words_of(&admin.get(QUEUE).await.body);
    assert!(queue.contains("Asked for more proof just now"), "{queue}");
    assert!(queue.contains("nothing came so far"), "{queue}");

    let reply = browser.get("/pending").await;
    let page = words_of(&reply.body);
    assert!(page.contains("One more step before approval"), "{page}");
    assert!(page.contains("Please, is it really <b>you</b>?") && !reply.body.contains("<b>"));
    browser
        .post_form("/pending/code/send", &[])
        .await
        .leads_to("/pending");
    let code = mailed_code(&site, IKRAM).await;
    let wrong = another_code(&code);
    browser
        .post_form("/pending/code", &[("code", &wrong)])
        .await
        .leads_to("/pending?problem=wrong_code");
    assert_eq!(status_of_ikram(&site).await, "pending false");
    let before = last_event(&site).await;
    browser
        .post_form("/pending/code", &[("code", &code)])
        .await
        .leads_to("/pending");
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "account.email_verified");
    assert_eq!(
        status_of_ikram(&site).await,
        "pending true",
        "not let in by it"
    );
    assert_eq!(browser.account().await, None);

    let page = words_of(&browser.get("/pending").await.body);
    assert!(
        page.contains("You have shown that the mailbox is yours."),
        "{page}"
    );
    let queue = words_of(&admin.get(QUEUE).await.body);
    assert!(queue.contains("the mailbox is proved since"), "{queue}");
    // A second code proves nothing more.
    let reply = browser.post_form("/pending/code", &[("code", &code)]).await;
    assert_eq!(reply.location(), "/pending?problem=changed");
    decide(&admin, "approve", &named, "")
        .await
        .leads_to("/admin/queue?done=approved");
    assert_eq!(status_of_ikram(&site).await, "active true");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mailbox_that_another_account_proved_isnt_proved_by_the_code(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, browser) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    ask(&admin, &item(ikram), "").await;
    browser
        .post_form("/pending/code/send", &[])
        .await
        .leads_to("/pending");
    let code = mailed_code(&site, IKRAM).await;
    sql(
        &site,
        &format!("INSERT INTO accounts (email, email_verified_at) VALUES ('{IKRAM}', now())"),
    )
    .await;
    let reply = browser.post_form("/pending/code", &[("code", &code)]).await;
    reply.leads_to("/pending?problem=changed");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_who_ask_at_once_one_does_and_later_it_can_be_asked_again(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, _) = waiting(&site, "ikram").await;
    let first = admin(&site).await;
    let second = with_role(&site, SECOND, "owner").await;
    let named = item(ikram);
    ask(&first, &named, "").await;
    let form = [("item", named.as_str()), ("reason", "Once more.")];
    let path = format!("{QUEUE}/ask");
    let back = format!("{path}?problem=decided&item={named}");
    form_refused(&site, &second, (&path, &form), &back).await;
    site.advance(Duration::from_mins(61));
    sql(&site, "UPDATE sessions SET last_seen_at = now() + interval '2 hours', fresh_at = now() + interval '2 hours'").await;
    ask(&second, &named, "Once more.").await;
    let page = words_of(&second.get(QUEUE).await.body);
    assert!(page.contains("Written: “Once more.”"), "{page}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_has_proved_the_mailbox_or_is_asked_by_policy_isnt_asked(pool: PgPool) {
    for settings in [
        under_approval as fn(&mut crate::harness::Settings),
        |settings| {
            settings
                .set("ADMISSION", "domains")
                .set("ADMISSION_DOMAINS", "harbourlane.test");
            with_deciders(settings);
        },
    ] {
        let site = Site::start(pool.clone(), settings).await;
        let (ikram, _) = waiting(&site, "ikram").await;
        if site.services.config.admission.by_themselves().is_empty() {
            sql(&site, "UPDATE accounts SET email_verified_at = now()").await;
        }
        let admin = admin(&site).await;
        let named = item(ikram);
        let form = [("item", named.as_str()), ("reason", "")];
        let path = format!("{QUEUE}/ask");
        let back = format!("{path}?problem=changed&item={named}");
        let event = form_refused(&site, &admin, (&path, &form), &back).await;
        assert_eq!(event.reason.as_deref(), Some("nothing_to_prove"));
        let page = words_of(&admin.get(&back).await.body);
        assert!(page.contains("There is no more proof"), "{page}");
        crate::harness::forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_asks_to_be_linked_reads_it_at_the_prompt_and_settles_it_by_proving(pool: PgPool) {
    let (site, dana, browser, admin) = link_asked(pool, "").await;
    let before = last_event(&site).await;
    ask(
        &admin,
        &case_item(&site).await,
        "A code to your mailbox will do.",
    )
    .await;
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("case.proof_asked", Some(dana))
    );
    assert_eq!(mailed(&site).await, [format!("proof_asked {DANA}")]);
    let page = words_of(&browser.get("/link").await.body);
    assert!(
        page.contains("asks you to prove the account first"),
        "{page}"
    );
    assert!(page.contains("A code to your mailbox will do."), "{page}");
    Rung::Code.climb(&site, &browser).await.leads_to("/link");
    confirm_link(&browser).await.leads_to("/account");
    let outcome = text(&site, "SELECT outcome FROM cases").await;
    assert_eq!(outcome.as_deref(), Some("withdrawn"));
    let queue = words_of(&admin.get(QUEUE).await.body);
    assert!(queue.contains("Nobody waits for a decision."), "{queue}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn other_questions_offer_no_proof(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    let (_, letter) = told(&site, "new_device").await;
    pressed(&site, &letter).await;
    let admin = admin(&site).await;
    let named = case_item(&site).await;
    let page = admin.get(QUEUE).await.body;
    assert!(!page.contains(&format!("/admin/queue/ask?item={named}")));
    let before = last_event(&site).await;
    decide(&admin, "ask", &named, "")
        .await
        .leads_to(&format!("{QUEUE}/ask?problem=changed&item={named}"));
    assert_eq!(events_after(&site, before).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_account_page_tells_its_person_what_an_administrator_decides(pool: PgPool) {
    let (site, _, _, _) = link_asked(pool, "").await;
    let browser = signed_in(&site, super::BEFORE).await;
    let reference = text(&site, "SELECT reference FROM cases").await.unwrap();
    sql(
        &site,
        "INSERT INTO cases (reference, kind, account_id, identity_id, email, created_at, message)
         SELECT v.reference, v.kind, i.account_id, i.id, 'new@harbourlane.test', now(), v.message
         FROM identities i
         CROSS JOIN (VALUES ('MAIL-0001', 'email_change', ''), ('MINE-0002', 'not_me', 'linked'))
             AS v (reference, kind, message)
         WHERE i.subject = 'dana-before'",
    )
    .await;
    let reply = browser.get("/account").await;
    assert_eq!(reply.status, StatusCode::OK);
    let page = words_of(&reply.body);
    for words in [
        "Waiting for an administrator",
        "Whether a Clio login that asked for it belongs to your account.",
        "Whether your account takes the new e-mail of your Clio login.",
        "What you said wasn’t you.",
        reference.as_str(),
        "MAIL-0001",
        "MINE-0002",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    sql(
        &site,
        "UPDATE cases SET settled_at = now(), outcome = 'withdrawn'",
    )
    .await;
    let page = browser.get("/account").await.body;
    assert!(!page.contains("Waiting for an administrator"));
}
