//! A list is carried out, and whatever comes in between.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::{db::migrations::MIGRATOR, service::importing};

use super::{IMPORT, apply, carry_out, check, people, rows};
use crate::desk::{administrator, with_role};
use crate::harness::{
    Browser, Site, account, empty_outbox, events_after, last_event, number, only_event_after,
    signed_in, sql, text,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_that_is_carried_out_invites_each_person_once_on_record(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let browser = administrator(&site).await;
    let own = browser.account().await;
    empty_outbox(&site).await;
    let report = check(
        &browser,
        "email\tfirst name\nlena@brandtlaw.test\tLena\ntom@brandtlaw.test\n",
    )
    .await;
    let since = last_event(&site).await;
    apply(&browser, &report).await.leads_to(&report);
    assert_eq!(only_event_after(&site, since).await.action, "import.begun");
    assert!(browser.get(&report).await.body.contains("0 of 2 people"));
    carry_out(&site).await;
    let events = events_after(&site, since).await;
    let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "import.begun",
            "account.invited",
            "account.invited",
            "import.finished"
        ]
    );
    assert!(events.iter().all(|event| event.actor_account_id == own));
    let made = "SELECT string_agg(concat_ws(' ', email, first_name, status, role, made_by), ', ' ORDER BY email)
                FROM invitations JOIN accounts ON id = account_id";
    assert_eq!(
        text(&site, made).await.as_deref(),
        Some(
            "lena@brandtlaw.test Lena invited member import, tom@brandtlaw.test  invited member import"
        )
    );
    let page = browser.get(&format!("{report}?show=all")).await.body;
    assert!(page.contains("2 people invited."));
    assert!(
        rows(&page).iter().all(|row| row.ends_with("Invited")),
        "{:?}",
        rows(&page)
    );
    // Nothing of whom it was about stands in the record.
    let detail = "SELECT count(*) FROM audit_events WHERE detail::text ILIKE '%brandt%' OR detail::text ILIKE '%lena%'";
    assert_eq!(number(&site, detail).await, 0);
    // The mailed link opens the account.
    let letter = text(
        &site,
        "SELECT body_text FROM mail_outbox WHERE to_email LIKE 'lena@%'",
    )
    .await
    .unwrap();
    let token = letter
        .split_once("token=")
        .unwrap()
        .1
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let lena = Browser::new(&site);
    let url = lena
        .begin_at(&format!("/auth/clio/start?claim={token}"))
        .await;
    let callback = site.clio.authorize(&url, "lena").unwrap();
    lena.finish(&callback).await.leads_to("/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_same_list_again_invites_nobody_again(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let csv = people(3);
    // Looked through and carried out in one go.
    for (round, invited) in [(1, "3 people invited."), (2, "0 people invited.")] {
        let reply = browser
            .post_form(IMPORT, &[("csv", &csv), ("apply", "true")])
            .await;
        carry_out(&site).await;
        let page = browser
            .get(&format!("{}?show=all", reply.location()))
            .await
            .body;
        assert!(page.contains(invited), "{round}: {page}");
        assert_eq!(number(&site, "SELECT count(*) FROM invitations").await, 3);
        let mails = "SELECT count(*) FROM mail_outbox WHERE kind = 'invitation'";
        assert_eq!(number(&site, mails).await, 3);
    }
    // What was begun can't be begun again.
    let report = check(&browser, &people(4)).await;
    apply(&browser, &report).await.leads_to(&report);
    let since = last_event(&site).await;
    apply(&browser, &report)
        .await
        .leads_to("/admin/invitations/import?problem=decided");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some("import_gone"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_that_was_cut_short_between_two_batches_goes_on_elsewhere_and_does_nothing_twice(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let since = last_event(&site).await;
    let report = check(&browser, &people(600)).await;
    apply(&browser, &report).await;
    assert!(importing::step(&site.services).await.unwrap());
    let done = number(&site, "SELECT count(*) FROM invitations").await;
    assert!((1..600).contains(&done), "{done}");
    assert!(
        browser
            .get(&report)
            .await
            .body
            .contains(&format!("{done} of 600 people"))
    );
    // Two other nodes go on at once.
    let (one, other) = (site.another_node().await, site.another_node().await);
    tokio::join!(carry_out(&one), carry_out(&other));
    for (table, count) in [
        ("invitations", 600),
        ("claims", 600),
        ("mail_outbox", 600),
        ("accounts WHERE status = 'invited'", 600),
        ("import_rows WHERE outcome = 'invited'", 600),
    ] {
        let query = format!("SELECT count(*) FROM {table}");
        assert_eq!(number(&site, &query).await, count, "{table}");
    }
    let events = events_after(&site, since).await;
    let of = |action: &str| events.iter().filter(|event| event.action == action).count();
    assert_eq!(
        (
            of("import.begun"),
            of("account.invited"),
            of("import.finished")
        ),
        (1, 600, 1)
    );
    assert!(
        browser
            .get(&report)
            .await
            .body
            .contains("600 people invited.")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_administrators_with_one_list_at_once_invite_everybody_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, ikram) = (
        administrator(&site).await,
        with_role(&site, "ikram", "owner").await,
    );
    let backwards: String = {
        let all = people(300);
        let (head, rows) = all.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        format!("{head}\n{}", rows.join("\n").to_uppercase())
    };
    let (first, second) = (
        check(&dana, &people(300)).await,
        check(&ikram, &backwards).await,
    );
    apply(&dana, &first).await.leads_to(&first);
    apply(&ikram, &second).await.leads_to(&second);
    let node = site.another_node().await;
    tokio::join!(carry_out(&site), carry_out(&node));
    assert_eq!(number(&site, "SELECT count(*) FROM invitations").await, 300);
    let mails = "SELECT count(*) FROM mail_outbox WHERE kind = 'invitation'";
    assert_eq!(number(&site, mails).await, 300);
    let outcomes = "SELECT string_agg(outcome || n, ' ' ORDER BY outcome)
                    FROM (SELECT outcome, count(*) AS n FROM import_rows GROUP BY 1) AS of";
    assert_eq!(
        text(&site, outcomes).await.as_deref(),
        Some("invited300 invited_already300")
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_changed_since_the_dry_run_is_told_row_by_row(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let report = check(&browser, &people(4)).await;
    for (n, status) in [(0, "active"), (1, "deleted"), (2, "invited")] {
        account(&site, &format!("PERSON.{n}@harbourlane.test"), status).await;
    }
    apply(&browser, &report).await;
    carry_out(&site).await;
    let page = browser.get(&format!("{report}?show=all")).await.body;
    let rows = rows(&page);
    for (row, words) in rows.iter().zip([
        "they have got an account meanwhile",
        "the account was closed meanwhile",
        "somebody else invited them meanwhile",
        "Invited",
    ]) {
        assert!(row.ends_with(words), "{row}");
    }
    assert!(page.contains("1 person invited.") && page.contains("3 people would have been"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_may_not_invite_any_more_invites_nobody_more(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let report = check(&browser, &people(300)).await;
    apply(&browser, &report).await;
    importing::step(&site.services).await.unwrap();
    let done = number(&site, "SELECT count(*) FROM invitations").await;
    sql(
        &site,
        "UPDATE accounts SET role = 'member' WHERE role = 'admin'",
    )
    .await;
    let since = last_event(&site).await;
    carry_out(&site).await;
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("import.stopped", Some("role"))
    );
    assert_eq!(
        number(&site, "SELECT count(*) FROM invitations").await,
        done
    );
    sql(
        &site,
        "UPDATE accounts SET role = 'admin' WHERE role = 'member' AND status = 'active'",
    )
    .await;
    let page = browser.get(&report).await.body;
    assert!(page.contains(&format!("stopped after {done} people")));
    assert!(!importing::step(&site.services).await.unwrap());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn carrying_out_asks_for_a_fresh_sign_in_and_keeps_the_list_meanwhile(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    site.advance(Duration::from_mins(6));
    let report = check(&browser, &people(2)).await;
    let since = last_event(&site).await;
    apply(&browser, &report)
        .await
        .leads_to(&format!("{report}?problem=confirm_first"));
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("desk.refused", Some("not_fresh"))
    );
    let page = browser
        .get(&format!("{report}?problem=confirm_first"))
        .await
        .body;
    assert!(page.contains("/account/confirm?then=%2Fadmin%2Finvitations%2Fimport%2F"));
    // Sent along with the answer, the list is kept just as well.
    let reply = browser
        .post_form(IMPORT, &[("csv", &people(2)), ("apply", "yes")])
        .await;
    assert!(
        reply.location().ends_with("?problem=confirm_first"),
        "{reply:?}"
    );
    let kept = reply.location().split_once('?').unwrap().0.to_owned();
    let again = signed_in(&site, "dana").await;
    apply(&again, &kept).await.leads_to(&kept);
}
