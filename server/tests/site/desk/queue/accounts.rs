//! Letting somebody in, or not.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{
    ADMIN, QUEUE, SECOND, admin, decide, item, under_approval, waiting, with_role, words_of,
};
use crate::harness::{
    Site, all_do_at_once, empty_outbox, form_refused, last_event, mailed, newest_letter, number,
    only_event_after, overtaken, sorted_landings, sql, text,
};

const IKRAM: &str = "ikram.osei@harbourlane.test";

async fn status_of_ikram(site: &Site) -> String {
    let status = "SELECT status FROM accounts WHERE email LIKE 'ikram%'";
    text(site, status).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_approved_person_is_in_and_told_and_the_record_says_who_approved(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, browser) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    empty_outbox(&site).await;
    let named = item(ikram);
    let asked = admin
        .get(&format!("{QUEUE}/approve?item={named}"))
        .await
        .body;
    assert!(
        words_of(&asked)
            .contains("The account opens, and a mail says so. It can be undone for 14 days")
    );
    let before = last_event(&site).await;
    decide(&admin, "approve", &named, "Knows the firm.")
        .await
        .leads_to("/admin/queue?done=approved");
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.actor_account_id,
            event.account_id
        ),
        ("account.approved", admin.account().await, Some(ikram))
    );
    assert_eq!(status_of_ikram(&site).await, "active");
    assert_eq!(mailed(&site).await, [format!("account_approved {IKRAM}")]);
    assert_eq!(
        browser.account().await,
        Some(ikram),
        "the same session goes on"
    );
    let page = admin.get("/admin/queue?done=approved").await.body;
    assert!(page.contains("Approved. A mail tells the person.") && !page.contains(IKRAM));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_declined_person_is_out_and_told_without_the_reason(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, browser) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    empty_outbox(&site).await;
    let before = last_event(&site).await;
    decide(
        &admin,
        "decline",
        &item(ikram),
        "Nobody here knows this person.",
    )
    .await
    .leads_to("/admin/queue?done=declined");
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.actor_account_id),
        ("account.rejected", admin.account().await)
    );
    assert_eq!(status_of_ikram(&site).await, "deleted");
    assert_eq!(mailed(&site).await, [format!("account_rejected {IKRAM}")]);
    let letter = newest_letter(&site, "account_rejected").await;
    assert!(!letter.contains("Nobody here knows"), "{letter}");
    browser
        .get("/pending")
        .await
        .leads_to("/sign-in?return_to=/pending");
    let audit = text(
        &site,
        "SELECT string_agg(coalesce(detail::text, ''), '') FROM audit_events",
    );
    assert!(
        !audit.await.unwrap().contains("Nobody"),
        "no words of people in the audit"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_administrators_at_once_one_decides_and_the_other_is_told(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, _) = waiting(&site, "ikram").await;
    let browsers = [admin(&site).await, with_role(&site, SECOND, "admin").await];
    empty_outbox(&site).await;
    let named = item(ikram);
    let deciding = browsers
        .iter()
        .zip(["approve", "decline"])
        .map(|(browser, act)| {
            let (browser, named) = (browser.clone(), named.clone());
            async move { decide(&browser, act, &named, "Because.").await }
        });
    let replies = all_do_at_once(deciding.collect::<Vec<_>>()).await;
    let landings = sorted_landings(replies.try_into().unwrap());
    let done = landings
        .iter()
        .filter(|landing| landing.contains("?done="))
        .count();
    let told = landings
        .iter()
        .filter(|landing| landing.contains("?problem=decided"))
        .count();
    assert_eq!((done, told), (1, 1), "{landings:?}");
    assert_eq!(mailed(&site).await.len(), 1);
    let decided = "SELECT count(*) FROM audit_events WHERE action IN ('account.approved', 'account.rejected')";
    assert_eq!(number(&site, decided).await, 1);
    let refused =
        "SELECT count(*) FROM audit_events WHERE action = 'desk.refused' AND reason = 'decided'";
    assert_eq!(number(&site, refused).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_decides_too_late_reads_that_it_was_decided(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, _) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    let named = item(ikram);
    let change = format!("UPDATE accounts SET status = 'active' WHERE id = '{ikram}'");
    let reply = overtaken(&site, &change, decide(&admin, "decline", &named, "No.")).await;
    let back = format!("{QUEUE}/decline?problem=decided&item={named}");
    reply.leads_to(&back);
    assert_eq!(status_of_ikram(&site).await, "active");
    let page = words_of(&admin.get(&back).await.body);
    assert!(
        page.contains("Somebody else decided about this a moment ago"),
        "{page}"
    );
    assert!(page.contains("Skipped. It doesn’t wait any more"), "{page}");
    assert!(
        page.contains("Nothing can be done about it as things stand."),
        "{page}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_who_was_demoted_or_signed_out_meanwhile_decides_nothing(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, _) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    let email = super::email_of(ADMIN);
    for change in [
        format!("UPDATE accounts SET role = 'reviewer' WHERE email = '{email}'"),
        "UPDATE sessions SET revoked_at = now()".to_owned(),
    ] {
        sql(
            &site,
            &format!(
                "UPDATE accounts SET role = 'admin' WHERE email = '{email}';
                 UPDATE sessions SET revoked_at = NULL"
            ),
        )
        .await;
        let reply = overtaken(&site, &change, decide(&admin, "approve", &item(ikram), "")).await;
        assert!(!reply.location().contains("done"), "{change}: {reply:?}");
        assert_eq!(status_of_ikram(&site).await, "pending", "{change}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_owners_account_that_waits_is_for_owners_to_decide(pool: PgPool) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, _) = waiting(&site, "ikram").await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE status = 'pending'",
    )
    .await;
    let admin = admin(&site).await;
    let named = item(ikram);
    let asked = words_of(
        &admin
            .get(&format!("{QUEUE}/approve?item={named}"))
            .await
            .body,
    );
    assert!(
        asked.contains("Only an owner decides about an owner’s account."),
        "{asked}"
    );
    for act in ["approve", "decline"] {
        let form = (
            format!("{QUEUE}/{act}"),
            [("item", named.as_str()), ("reason", "Because.")],
        );
        let back = format!("{QUEUE}/{act}?problem=owners_only&item={named}");
        let event = form_refused(&site, &admin, (&form.0, &form.1), &back).await;
        assert_eq!(event.reason.as_deref(), Some("owners_only"), "{act}");
        assert_eq!(event.account_id, Some(ikram), "{act}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_decision_is_on_the_accounts_record_with_its_reason_and_can_be_undone_from_there(
    pool: PgPool,
) {
    let site = Site::start(pool, under_approval).await;
    let (ikram, _) = waiting(&site, "ikram").await;
    let admin = admin(&site).await;
    let before = text(
        &site,
        "SELECT accounts::text FROM accounts WHERE status = 'pending'",
    )
    .await;
    for (act, reason) in [("approve", "Knows the firm."), ("decline", "Not ours.")] {
        decide(&admin, act, &item(ikram), reason).await;
        let page = words_of(&admin.get(&format!("/admin/accounts/{ikram}")).await.body);
        assert!(page.contains(reason), "{page}");
        let event = last_event(&site).await.to_string();
        let undone = admin.post_form("/admin/undo", &[("event", &event)]).await;
        assert!(undone.location().contains("done="), "{undone:?}");
        let now = text(
            &site,
            "SELECT accounts::text FROM accounts WHERE status = 'pending'",
        )
        .await;
        assert_eq!(now, before, "{act}");
    }
    let queue = words_of(&admin.get(QUEUE).await.body);
    assert!(queue.contains("Ikram Osei asks to be let in"), "{queue}");
}
