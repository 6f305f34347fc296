//! What administrators decide about what differs.

use http::StatusCode;
use simulated_clio::{ManageUser, Region};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{FIRM, connected, read, read_again, status, waiting, waiting_ids, with_colleagues};
use crate::harness::{
    Browser, IKRAM_USER, Reply, Site, events_after, form_refused, last_event, number,
    only_event_after, signed_in, sql, text, with_role,
};

const DECIDE: &str = "/admin/roster/decide";

async fn decide(browser: &Browser, ids: &str, decision: &str) -> Reply {
    let fields = [
        ("difference", ids),
        ("decision", decision),
        ("reason", "As Clio says."),
    ];
    browser.post_form(DECIDE, &fields).await
}

/// The administrator again, who has shown just now that it is her.
async fn dana(site: &Site) -> Browser {
    with_role(site, "dana", "admin").await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_left_is_suspended_by_an_administrator_and_let_in_again_when_they_are_back(
    pool: PgPool,
) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    let manage = site.clio.manage(Region::Us);
    manage.remove_user(IKRAM_USER);
    read_again(&site).await;
    let browser = signed_in(&site, "ikram").await;
    let dana_now = dana(&site).await;
    let ids = waiting_ids(&site, "gone").await;
    sql(&site, "DELETE FROM mail_outbox").await;

    // What would happen is shown first.
    let preview = dana_now
        .get(&format!(
            "/admin/roster/decide?decision=carry_out&difference={ids}"
        ))
        .await
        .body;
    for says in ["Carry out (1)", "Ikram Osei", "suspended"] {
        assert!(preview.contains(says), "{says}: {preview}");
    }
    let last = last_event(&site).await;
    decide(&dana_now, &ids, "carry_out")
        .await
        .leads_to("/admin/roster?done=roster_carried_out");

    assert_eq!(status(&site, ikram).await, "suspended");
    assert!(browser.account().await.is_none(), "signed out");
    let event = only_event_after(&site, last).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("account.suspended", Some("left_firm"))
    );
    assert_eq!(event.actor_account_id, site.account_of("dana").await);
    let mails = "SELECT string_agg(kind || ' ' || to_email, ',') FROM mail_outbox";
    assert_eq!(
        text(&site, mails).await.unwrap(),
        "left_firm ikram.osei@harbourlane.test"
    );
    assert_eq!(waiting(&site).await, "");

    manage.add_user(
        ManageUser::new(IKRAM_USER, FIRM, "ikram.osei@harbourlane.test").named("Ikram", "Osei"),
    );
    read_again(&site).await;
    assert_eq!(waiting(&site).await, format!("{IKRAM_USER} back kind"));
    let dana_now = dana(&site).await;
    let ids = waiting_ids(&site, "back").await;
    decide(&dana_now, &ids, "carry_out")
        .await
        .leads_to("/admin/roster?done=roster_carried_out");
    assert_eq!(status(&site, ikram).await, "active");

    // From the read that found it, it can be undone; then she stays out, and it isn't asked again.
    let found = "SELECT read_id::text FROM roster_differences WHERE kind = 'back'";
    let page = format!("/admin/roster/reads/{}", text(&site, found).await.unwrap());
    let page = dana_now.get(&page).await.body;
    assert!(page.contains("action=\"/admin/undo\""), "{page}");
    let event = last_event(&site).await.to_string();
    let reply = dana_now
        .post_form("/admin/undo", &[("event", &event)])
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    assert_eq!(status(&site, ikram).await, "suspended");
    read_again(&site).await;
    assert_eq!(waiting(&site).await, "");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn new_people_are_invited_together_and_whoever_has_no_e_mail_is_left_alone(pool: PgPool) {
    let (site, dana) = connected(pool).await;
    with_colleagues(&site).await;
    let manage = site.clio.manage(Region::Us);
    manage.add_user(ManageUser::new(5, FIRM, "").named("Una", "Without"));
    read(&site).await;
    let ids = waiting_ids(&site, "new").await;
    sql(&site, "DELETE FROM mail_outbox").await;
    decide(&dana, &ids, "carry_out")
        .await
        .leads_to("/admin/roster?done=roster_carried_out_some");
    let invited = "SELECT count(*) FROM accounts WHERE status = 'invited'";
    let mailed = "SELECT count(*) FROM mail_outbox WHERE kind = 'invitation'";
    assert_eq!(number(&site, invited).await, 6);
    assert_eq!(number(&site, mailed).await, 6);
    // The next read knows whose accounts these are, and has nothing new.
    read_again(&site).await;
    let known = "SELECT count(*) FROM roster_people p JOIN accounts a ON a.id = p.account_id
                 WHERE a.status = 'invited'";
    assert_eq!(number(&site, known).await, 6);
    let left = "SELECT string_agg(user_number::text, ',') FROM roster_differences
                WHERE kind = 'new' AND state = 'waiting'";
    assert_eq!(text(&site, left).await.as_deref(), Some("5"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_e_mail_becomes_a_question_in_the_queue_and_another_name_is_taken(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    site.clio
        .manage(Region::Us)
        .change_user(IKRAM_USER, |user| {
            user.email = Some("ikram.adeyemi@harbourlane.test".into());
            user.last_name = "Adeyemi".into();
        });
    read_again(&site).await;
    let dana = dana(&site).await;
    let last = last_event(&site).await;
    let name = text(
        &site,
        "SELECT id::text FROM roster_differences WHERE kind = 'name' AND state = 'waiting'
         AND user_number = 710272",
    )
    .await
    .unwrap();
    let email = waiting_ids(&site, "email").await;
    decide(&dana, &format!("{email},{name}"), "carry_out")
        .await
        .leads_to("/admin/roster?done=roster_carried_out");
    let mut acts: Vec<_> = events_after(&site, last)
        .await
        .into_iter()
        .map(|event| event.action)
        .collect();
    acts.sort();
    assert_eq!(acts, ["account.names_from_roster", "case.opened"]);
    let named = format!("SELECT last_name FROM accounts WHERE id = '{ikram}'");
    assert_eq!(text(&site, &named).await.unwrap(), "Adeyemi");
    // Nothing has changed of the e-mail before the question is decided.
    let mailbox = format!("SELECT email FROM accounts WHERE id = '{ikram}'");
    assert_eq!(
        text(&site, &mailbox).await.unwrap(),
        "ikram.osei@harbourlane.test"
    );
    read_again(&site).await;
    assert_eq!(waiting(&site).await, "", "it is asked already");
    let dana = with_role(&site, "dana", "admin").await;
    let case = "SELECT 'c' || replace(id::text, '-', '') FROM cases WHERE settled_at IS NULL";
    let case = text(&site, case).await.unwrap();
    let reply = dana
        .post_form("/admin/queue/approve", &[("item", &case)])
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    assert_eq!(
        text(&site, &mailbox).await.unwrap(),
        "ikram.adeyemi@harbourlane.test"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_name_taken_from_clio_is_given_back_from_the_read_or_the_record_while_it_stands(
    pool: PgPool,
) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    let named = format!("SELECT first_name || '|' || last_name FROM accounts WHERE id = '{ikram}'");
    let before = text(&site, &named).await.unwrap();
    let asked = format!(
        "SELECT string_agg(id::text, ',') FROM roster_differences
         WHERE kind = 'name' AND state = 'waiting' AND user_number = {IKRAM_USER}"
    );
    let taken = async |last: &str| {
        let manage = site.clio.manage(Region::Us);
        manage.change_user(IKRAM_USER, |user| user.last_name = last.into());
        read_again(&site).await;
        let id = text(&site, &asked).await.unwrap();
        decide(&dana(&site).await, &id, "carry_out")
            .await
            .leads_to("/admin/roster?done=roster_carried_out");
        let now = text(&site, &named).await.unwrap();
        assert!(now.ends_with(&format!("|{last}")), "{now}");
        last_event(&site).await
    };
    let event = taken("van der Adeyemi").await;
    let browser = dana(&site).await;
    let read_page = "SELECT '/admin/roster/reads/' || read_id FROM roster_differences
                     WHERE event_id IS NOT NULL";
    let read_page = text(&site, read_page).await.unwrap();
    let page = browser.get(&read_page).await.body;
    assert!(
        page.contains(&format!("name=\"event\" value=\"{event}\"")),
        "{page}"
    );
    let undo = async |event: i64| {
        let event = event.to_string();
        let browser = dana(&site).await;
        let last = last_event(&site).await;
        let reply = browser.post_form("/admin/undo", &[("event", &event)]).await;
        let recorded = only_event_after(&site, last).await;
        (recorded.action, reply.location().to_owned())
    };
    // Both names are as they were, and neither the read nor the record offers to undo it again.
    let (action, to) = undo(event).await;
    assert_eq!(action, "account.names_from_roster.undone");
    assert!(to.contains("done=undone"), "{to}");
    assert_eq!(text(&site, &named).await.unwrap(), before);
    let refused = async |event, problem: &str| {
        let (action, to) = undo(event).await;
        assert_eq!(action, "desk.refused");
        assert!(to.contains(&format!("problem={problem}")), "{to}");
    };
    refused(event, "decided").await;
    for page in [&read_page, &format!("/admin/accounts/{ikram}")] {
        let page = dana(&site).await.get(page).await.body;
        assert!(!page.contains("action=\"/admin/undo\""), "{page}");
    }
    // The same isn't asked about again; another name is.
    read_again(&site).await;
    assert_eq!(text(&site, &asked).await, None);
    let event = taken("Adeyemi").await;
    let rename = async |last: &str| {
        let change = format!("UPDATE accounts SET last_name = '{last}' WHERE id = '{ikram}'");
        sql(&site, &change).await;
    };
    rename("Osei-Adeyemi").await;
    refused(event, "changed").await;
    rename("Adeyemi").await;
    // Nor is it offered for an account that is closed for good.
    let is_offered = async |status: &str| {
        let change = format!("UPDATE accounts SET status = '{status}' WHERE id = '{ikram}'");
        sql(&site, &change).await;
        let page = text(
            &site,
            "SELECT '/admin/roster/reads/' || read_id FROM roster_differences
             WHERE event_id IS NOT NULL AND state = 'carried_out'",
        );
        let page = dana(&site).await.get(&page.await.unwrap()).await.body;
        page.contains("action=\"/admin/undo\"")
    };
    assert!(!is_offered("deleted").await);
    assert!(is_offered("active").await);
    site.advance(std::time::Duration::from_hours(14 * 24));
    refused(event, "too_late").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_left_as_it_is_is_on_record_and_not_asked_again(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    read_again(&site).await;
    let dana = dana(&site).await;
    let last = last_event(&site).await;
    let ids = waiting_ids(&site, "gone").await;
    decide(&dana, &ids, "leave")
        .await
        .leads_to("/admin/roster?done=roster_left");
    let event = only_event_after(&site, last).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("roster.left", Some("gone"))
    );
    assert_eq!(event.account_id, Some(ikram));
    read_again(&site).await;
    assert_eq!(waiting(&site).await, "");
    assert_eq!(status(&site, ikram).await, "active");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_may_not_decide_or_has_not_shown_that_it_is_them_decides_nothing(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    read(&site).await;
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    read_again(&site).await;
    let ids = waiting_ids(&site, "gone").await;
    for role in ["member", "reviewer"] {
        let tomas = with_role(&site, "tomas", role).await;
        let reply = decide(&tomas, &ids, "carry_out").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{role}: {reply:?}");
    }
    let dana = dana(&site).await;
    let page = format!("{DECIDE}?decision=carry_out&difference={ids}");
    let without_reason = [
        ("difference", ids.as_str()),
        ("decision", "carry_out"),
        ("reason", " "),
    ];
    let event = form_refused(
        &site,
        &dana,
        (DECIDE, &without_reason),
        &format!("{page}&problem=reason_missing"),
    )
    .await;
    assert_eq!(event.reason.as_deref(), Some("reason"));
    sql(
        &site,
        "UPDATE sessions SET fresh_at = now() - interval '5 minutes 1 second'",
    )
    .await;
    site.advance(std::time::Duration::from_secs(301));
    let fields = [
        ("difference", ids.as_str()),
        ("decision", "carry_out"),
        ("reason", "Left."),
    ];
    let event = form_refused(
        &site,
        &dana,
        (DECIDE, &fields),
        &format!("{page}&problem=confirm_first"),
    )
    .await;
    assert_eq!(event.reason.as_deref(), Some("not_fresh"));
    assert_eq!(status(&site, ikram).await, "active");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_suspends_no_owner_and_nobody_themselves(pool: PgPool) {
    let (site, _) = connected(pool).await;
    let ikram = with_colleagues(&site).await;
    sql(
        &site,
        "UPDATE accounts SET role = 'owner' WHERE email LIKE 'ikram%'",
    )
    .await;
    read(&site).await;
    let manage = site.clio.manage(Region::Us);
    manage.remove_user(IKRAM_USER);
    manage.remove_user(IKRAM_USER + 1);
    read_again(&site).await;
    let ids = waiting_ids(&site, "gone").await;
    let tomas = with_role(&site, "tomas", "admin").await;
    let page = tomas
        .get(&format!(
            "{DECIDE}?decision=carry_out&{}",
            ids.split(',')
                .map(|id| format!("difference={id}"))
                .collect::<Vec<_>>()
                .join("&")
        ))
        .await
        .body;
    for says in ["only an owner can do that", "it is your own account"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    let reply = decide(&tomas, &ids, "carry_out").await;
    assert!(reply.location().contains("problem=decided"), "{reply:?}");
    let suspended = "SELECT count(*) FROM accounts WHERE status = 'suspended'";
    assert_eq!(number(&site, suspended).await, 0);
    // The owner's honest twin.
    let owner = with_role(&site, "stranger", "owner").await;
    decide(&owner, &ids, "carry_out")
        .await
        .leads_to("/admin/roster?done=roster_carried_out");
    assert_eq!(status(&site, ikram).await, "suspended");
    assert_eq!(number(&site, suspended).await, 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_administrators_at_once_one_decides(pool: PgPool) {
    let (site, _) = connected(pool).await;
    with_colleagues(&site).await;
    read(&site).await;
    site.clio.manage(Region::Us).remove_user(IKRAM_USER);
    read_again(&site).await;
    let ids = waiting_ids(&site, "gone").await;
    let (dana, tomas) = (
        with_role(&site, "dana", "admin").await,
        with_role(&site, "tomas", "admin").await,
    );
    let last = last_event(&site).await;
    let (one, other) = tokio::join!(
        decide(&dana, &ids, "carry_out"),
        decide(&tomas, &ids, "leave")
    );
    let done = [one, other].map(|reply| reply.location().contains("done="));
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    let events = events_after(&site, last).await;
    let refused = events
        .iter()
        .filter(|event| event.action == "desk.refused")
        .count();
    assert_eq!((events.len(), refused), (2, 1), "{events:?}");
}
