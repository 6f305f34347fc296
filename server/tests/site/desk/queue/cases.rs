//! Deciding what people ask.

use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{
    ADMIN, BEFORE, QUEUE, admin, case_item, decide, email_of, link_asked, with_deciders, words_of,
};
use crate::harness::{
    DANA, Site, account, dana_signed_in, empty_outbox, events_after, form_refused, last_event,
    mailed, overtaken, pressed, signed_in, sql, text, told,
};

/// What became of the case: outcome, reason, and who decided.
async fn decided(site: &Site) -> String {
    let row = "SELECT concat_ws('|', c.outcome, n.text, a.email)
               FROM cases c
               LEFT JOIN accounts a ON a.id = c.decided_by
               LEFT JOIN desk_notes n ON n.account_id = c.account_id AND n.kind = 'reason'";
    text(site, row).await.unwrap()
}

/// What was recorded after an event, each with whether the administrator did it.
async fn recorded(site: &Site, after: i64) -> Vec<(String, bool)> {
    let admin = format!(
        "SELECT id::text FROM accounts WHERE email = '{}'",
        email_of(ADMIN)
    );
    let admin = text(site, &admin).await;
    let events = events_after(site, after).await.into_iter();
    events
        .map(|event| {
            let by_admin = event.actor_account_id.map(|id| id.to_string()) == admin;
            (event.action, by_admin)
        })
        .collect()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_approved_link_opens_the_account_and_names_who_approved(pool: PgPool) {
    let (site, dana, _, admin) = link_asked(pool, "It is mine.").await;
    let before_it = signed_in(&site, BEFORE).await;
    empty_outbox(&site).await;
    let named = case_item(&site).await;
    let asked = words_of(
        &admin
            .get(&format!("{QUEUE}/approve?item={named}"))
            .await
            .body,
    );
    assert!(
        asked.contains("The Clio login opens the account from then on."),
        "{asked}"
    );
    let before = last_event(&site).await;
    decide(&admin, "approve", &named, "Called them.")
        .await
        .leads_to("/admin/queue?done=approved");
    assert_eq!(
        recorded(&site, before).await,
        [
            ("identity.linked".to_owned(), false),
            ("case.approved".to_owned(), true)
        ]
    );
    let admins = email_of(ADMIN);
    assert_eq!(
        decided(&site).await,
        format!("approved|Called them.|{admins}")
    );
    assert_eq!(before_it.account().await, None, "other sessions ended");
    assert_eq!(signed_in(&site, "dana").await.account().await, Some(dana));
    let mut letters = mailed(&site).await;
    letters.sort();
    letters.retain(|letter| !letter.starts_with("new_device"));
    assert_eq!(
        letters,
        [format!("case_settled {DANA}"), format!("linked {DANA}")]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_declined_link_stays_unlinked_and_the_prompt_says_so(pool: PgPool) {
    let (site, _, browser, admin) = link_asked(pool, "").await;
    let before = last_event(&site).await;
    decide(
        &admin,
        "decline",
        &case_item(&site).await,
        "Can’t reach them.",
    )
    .await
    .leads_to("/admin/queue?done=declined");
    assert_eq!(
        recorded(&site, before).await,
        [("case.declined".to_owned(), true)]
    );
    assert_eq!(
        decided(&site).await,
        format!("declined|Can’t reach them.|{}", email_of(ADMIN))
    );
    let page = browser.get("/link").await.body;
    assert!(
        page.contains("An administrator decided not to link them."),
        "{page}"
    );
    assert!(!page.contains("Can’t reach them"), "{page}");
    assert_eq!(mailed(&site).await, [format!("case_settled {DANA}")]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_new_e_mail_is_taken_or_left(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    dana_signed_in(&site).await;
    let admin = admin(&site).await;
    for (act, email, becomes) in [
        ("decline", "dana.w@harbourlane.test", DANA),
        (
            "approve",
            "daniela@harbourlane.test",
            "daniela@harbourlane.test",
        ),
    ] {
        site.clio
            .add_person(Person::new("dana", email).named("Linked", "Person"));
        signed_in(&site, "dana").await;
        decide(&admin, act, &case_item(&site).await, "Because.")
            .await
            .leads_to(&format!("/admin/queue?done={act}d"));
        let now = text(
            &site,
            "SELECT email FROM accounts WHERE first_name = 'Linked' AND role = 'member'",
        )
        .await;
        assert_eq!(now.as_deref(), Some(becomes), "{act}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_the_person_after_all_is_put_back(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    let (_, letter) = told(&site, "linked").await;
    pressed(&site, &letter).await;
    assert_eq!(site.account_of("stranger").await, None);
    let admin = admin(&site).await;
    let named = case_item(&site).await;
    let asked = words_of(
        &admin
            .get(&format!("{QUEUE}/decline?item={named}"))
            .await
            .body,
    );
    assert!(asked.contains("what was taken away is put back"), "{asked}");
    decide(&admin, "decline", &named, "She remembered.")
        .await
        .leads_to("/admin/queue?done=declined");
    assert_eq!(
        site.account_of("stranger").await,
        site.account_of("dana").await
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_cant_be_done_any_more_comes_back_with_why_and_still_waits(pool: PgPool) {
    let site = Site::start(pool, with_deciders).await;
    dana_signed_in(&site).await;
    let taken = "taken@harbourlane.test";
    site.clio
        .add_person(Person::new("dana", taken).named("Linked", "Person"));
    signed_in(&site, "dana").await;
    let admin = admin(&site).await;
    account(&site, taken, "active").await;
    let named = case_item(&site).await;
    let form = [("item", named.as_str()), ("reason", "")];
    let back = format!("{QUEUE}/approve?problem=changed&item={named}");
    let path = format!("{QUEUE}/approve");
    let event = form_refused(&site, &admin, (&path, &form), &back).await;
    assert_eq!(event.reason.as_deref(), Some("email_taken"));
    let page = words_of(&admin.get(&back).await.body);
    assert!(
        page.contains("Skipped. Another account has that e-mail."),
        "{page}"
    );
    case_item(&site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_case_that_settles_meanwhile_isnt_decided_again(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "").await;
    let named = case_item(&site).await;
    let change = "UPDATE accounts SET last_name = last_name;
         UPDATE cases SET settled_at = now(), outcome = 'withdrawn'";
    let reply = overtaken(&site, change, decide(&admin, "approve", &named, "")).await;
    reply.leads_to(&format!("{QUEUE}/approve?problem=decided&item={named}"));
    assert_eq!(site.account_of("dana").await, None);
    assert_eq!(decided(&site).await, "withdrawn");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_case_that_a_merge_gives_to_another_account_meanwhile_isnt_decided(pool: PgPool) {
    let (site, _, _, admin) = link_asked(pool, "").await;
    let named = case_item(&site).await;
    let other = account(&site, "other@harbourlane.test", "active").await;
    let change = format!(
        "UPDATE accounts SET last_name = last_name;
         UPDATE cases SET account_id = '{other}'"
    );
    let reply = overtaken(&site, &change, decide(&admin, "approve", &named, "")).await;
    reply.leads_to(&format!("{QUEUE}/approve?problem=decided&item={named}"));
    assert_eq!(site.account_of("dana").await, None);
    case_item(&site).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_decides_a_question_about_their_own_account(pool: PgPool) {
    let (site, dana, _, _) = link_asked(pool, "").await;
    sql(
        &site,
        &format!("UPDATE accounts SET role = 'owner' WHERE id = '{dana}'"),
    )
    .await;
    let browser = signed_in(&site, BEFORE).await;
    let named = case_item(&site).await;
    let form = [("item", named.as_str()), ("reason", "It is me.")];
    for act in ["approve", "decline", "ask"] {
        let path = format!("{QUEUE}/{act}");
        let back = format!("{path}?problem=oneself&item={named}");
        let event = form_refused(&site, &browser, (&path, &form), &back).await;
        assert_eq!(event.reason.as_deref(), Some("oneself"), "{act}");
        let page = words_of(&browser.get(&back).await.body);
        assert!(page.contains("It is about your own account"), "{page}");
    }
}
