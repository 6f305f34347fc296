//! Putting a rule in force, switching it off, undoing either.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;
use vestibule::{
    db::{accounts, migrations::MIGRATOR},
    domain::account::AccountId,
    service::desk::{dormancy::policy::undo_change, hold::Barred},
};

use super::{PAGE, daily, days, owner, round, signed_in_as, status, still_site, unused};
use crate::harness::{
    Browser, Reply, Site, empty_outbox, form_refused, last_event, mailed, newest_letter, number,
    only_event_after, overtaken, sql, text,
};

const RULE: &str = "/admin/dormancy/rule";
const ON: &str = "/admin/dormancy?done=dormancy_on";

/// Asks for a rule to be put in force, by whoever has seen that revision.
async fn ask(browser: &Browser, seen: i32, close_after: &str, reminders: &[&str]) -> Reply {
    let (seen, rule) = (
        seen.to_string(),
        format!("{close_after},{}", reminders.join(",")),
    );
    let fields = [
        ("seen", seen.as_str()),
        ("on", "true"),
        ("rule", &rule),
        ("reason", "Fewer open doors."),
    ];
    browser.post_form(RULE, &fields).await
}

/// Puts a rule in force.
pub async fn save(browser: &Browser, seen: i32, close_after: &str, reminders: &[&str]) {
    ask(browser, seen, close_after, reminders)
        .await
        .leads_to(ON);
}

/// Switches the rule off.
async fn switch_off(browser: &Browser, seen: i32) {
    let seen = seen.to_string();
    let fields = [
        ("seen", seen.as_str()),
        ("on", "false"),
        ("rule", "90,14,3"),
        ("reason", "It was a try."),
    ];
    let reply = browser.post_form(RULE, &fields).await;
    reply.leads_to("/admin/dormancy?done=dormancy_off");
}

async fn undo(browser: &Browser, revision: i32) -> Reply {
    let revision = revision.to_string();
    let fields = [("revision", revision.as_str())];
    browser.post_form("/admin/dormancy/undo", &fields).await
}

/// The newest policy, in one line.
async fn newest(site: &Site) -> String {
    let newest = "SELECT concat_ws(' ', revision, is_on, close_after, remind_before)
                  FROM dormancy_policies ORDER BY revision DESC LIMIT 1";
    text(site, newest).await.unwrap()
}

async fn detail(site: &Site, event: i64) -> Value {
    let detail = format!("SELECT detail::text FROM audit_events WHERE id = {event}");
    serde_json::from_str(&text(site, &detail).await.unwrap()).unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn it_is_off_until_somebody_puts_a_rule_in_force_and_every_owner_is_told(pool: PgPool) {
    let site = still_site(pool).await;
    assert_eq!(newest(&site).await, "0 f 90 {14,3}");
    signed_in_as(&site, "ikram", "ikram.osei@harbourlane.test", "owner").await;
    let browser = owner(&site).await;
    empty_outbox(&site).await;
    let before = last_event(&site).await;

    save(&browser, 0, "120", &["7", "30"]).await;

    assert_eq!(newest(&site).await, "1 t 120 {30,7}");
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.actor_account_id),
        ("dormancy.changed", browser.account().await)
    );
    let expected = json!({
        "revision": 1,
        "before": { "on": false, "close_after": 90, "remind_before": [14, 3] },
        "after": { "on": true, "close_after": 120, "remind_before": [30, 7] },
    });
    assert_eq!(detail(&site, event.id).await, expected);
    let mut letters = mailed(&site).await;
    letters.sort();
    assert_eq!(
        letters,
        [
            "dormancy_changed d.whitlock@harbourlane.test",
            "dormancy_changed ikram.osei@harbourlane.test"
        ]
    );
    let letter = newest_letter(&site, "dormancy_changed").await;
    for words in [
        "Before: Unused accounts stay open",
        "Now: Closed after 120 days without use, reminded 30 and 7 days before",
        "Changed by: Linked Person",
        "Reason: Fewer open doors.",
    ] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
    let page = browser.get(PAGE).await.body.replace("<!>", "");
    for words in [
        "In force",
        "after 120 days",
        "Fewer open doors.",
        "Linked Person",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_rule_switched_off_reminds_and_closes_nobody_any_more(pool: PgPool) {
    let site = still_site(pool).await;
    let una = unused(&site, "una@harbourlane.test", 400).await;
    let browser = owner(&site).await;
    save(&browser, 0, "90", &["14", "3"]).await;
    assert_eq!(daily(&site, 13).await, [(1, 1, 0), (11, 1, 0)]);
    let browser = owner(&site).await;
    switch_off(&browser, 1).await;
    assert_eq!(daily(&site, 10).await, []);
    assert_eq!(status(&site, una).await, "active");
    // In force again, everything begins anew.
    save(&owner(&site).await, 2, "90", &["14", "3"]).await;
    assert_eq!(daily(&site, 14).await, [(1, 1, 0), (11, 1, 0), (14, 0, 1)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn numbers_that_make_no_rule_and_missing_reasons_change_nothing(pool: PgPool) {
    let site = still_site(pool).await;
    let browser = owner(&site).await;
    for (rule, reason) in [
        ("29,14", "days"),
        ("731,14", "days"),
        ("", "days"),
        ("x,14", "days"),
        ("-90,14", "days"),
        ("99999999999999999999,14", "days"),
        ("90", "reminders"),
        ("90,", "reminders"),
        ("90,46", "reminders"),
        ("90,0", "reminders"),
        ("90,4,3,2,1", "reminders"),
        ("90,x", "reminders"),
        ("90,14,3,2,1,x", "reminders"),
    ] {
        let fields = [
            ("seen", "0"),
            ("on", "true"),
            ("rule", rule),
            ("reason", "Why not."),
        ];
        let reply = browser.post_form(RULE, &fields).await;
        let kept = form_urlencoded::byte_serialize(rule.as_bytes()).collect::<String>();
        reply.leads_to(&format!("{PAGE}?problem=bad_days&rule={kept}"));
        let recorded = "SELECT reason FROM audit_events ORDER BY id DESC LIMIT 1";
        assert_eq!(
            text(&site, recorded).await.as_deref(),
            Some(reason),
            "{rule}"
        );
        let page = browser.get(reply.location()).await;
        assert_eq!(page.status, StatusCode::OK, "{rule}");
        assert!(
            page.body.contains("30 to 730 days"),
            "{rule}: {}",
            page.body
        );
    }
    let long = "x".repeat(501);
    for words in ["", "  ", "\r\n\t", long.as_str()] {
        let fields = [
            ("seen", "0"),
            ("on", "true"),
            ("rule", "90,14"),
            ("reason", words),
        ];
        let reply = browser.post_form(RULE, &fields).await;
        reply.leads_to("/admin/dormancy?problem=reason_missing&rule=90%2C14");
    }
    assert_eq!(newest(&site).await, "0 f 90 {14,3}");
    assert_eq!(mailed(&site).await, Vec::<String>::new());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_signed_in_too_long_ago_shows_first_that_it_is_them(pool: PgPool) {
    let site = still_site(pool).await;
    let browser = owner(&site).await;
    site.advance(Duration::from_mins(5));
    let page = browser.get(PAGE).await.body;
    assert!(
        page.contains("Confirm that it’s you") && !page.contains("action=\"/admin/dormancy/rule\"")
    );
    let fields = [
        ("seen", "0"),
        ("on", "true"),
        ("rule", "90,14"),
        ("reason", "Why."),
    ];
    let place = "/admin/dormancy?problem=confirm_first&rule=90%2C14";
    let event = form_refused(&site, &browser, (RULE, &fields), place).await;
    assert_eq!(event.reason.as_deref(), Some("not_fresh"));
    let undoing = ("/admin/dormancy/undo", &[("revision", "0")][..]);
    form_refused(
        &site,
        &browser,
        undoing,
        "/admin/dormancy?problem=confirm_first",
    )
    .await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_who_decide_at_once_one_learns_that_the_other_was_quicker(pool: PgPool) {
    let site = still_site(pool).await;
    let two = site.another_node().await;
    let dana = owner(&site).await;
    let ikram = signed_in_as(&site, "ikram", "ikram.osei@harbourlane.test", "admin").await;
    let ikram = ikram.at_node(&two);
    let (one, other) = tokio::join!(ask(&dana, 0, "90", &["14"]), ask(&ikram, 0, "60", &["7"]));
    let mut places = [one.location().to_owned(), other.location().to_owned()];
    places.sort();
    assert_eq!(places[0], ON, "{places:?}");
    assert!(
        places[1].starts_with("/admin/dormancy?problem=decided"),
        "{places:?}"
    );
    assert_eq!(
        number(&site, "SELECT count(*) FROM dormancy_policies").await,
        2
    );
    // And who comes later with an old page.
    let late = ask(&dana, 0, "365", &["14"]).await;
    assert!(late.location().contains("problem=decided"), "{late:?}");
    let ahead = ask(&dana, 7, "365", &["14"]).await;
    assert!(ahead.location().contains("problem=decided"), "{ahead:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_no_longer_in_office_changes_nothing(pool: PgPool) {
    let site = still_site(pool).await;
    let browser = owner(&site).await;
    let demotion = "UPDATE accounts SET role = 'member'";
    let reply = overtaken(&site, demotion, ask(&browser, 0, "90", &["14"])).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert_eq!(newest(&site).await, "0 f 90 {14,3}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_is_undone_for_two_weeks_and_once(pool: PgPool) {
    let site = still_site(pool).await;
    let browser = owner(&site).await;
    save(&browser, 0, "180", &["30"]).await;
    save(&browser, 1, "60", &["7"]).await;
    let before = last_event(&site).await;
    undo(&browser, 2)
        .await
        .leads_to("/admin/dormancy?done=dormancy_undone");
    assert_eq!(newest(&site).await, "3 t 180 {30}");
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "dormancy.changed.undone");
    assert_eq!(detail(&site, event.id).await["undid_revision"], 2);
    for revision in ["2", "1", "0", "-2147483648", "2147483647"] {
        let form = ("/admin/dormancy/undo", &[("revision", revision)][..]);
        form_refused(&site, &browser, form, "/admin/dormancy?problem=decided").await;
    }
    site.advance(days(14));
    let browser = owner(&site).await;
    assert!(
        !browser
            .get(PAGE)
            .await
            .body
            .contains("/admin/dormancy/undo")
    );
    let form = ("/admin/dormancy/undo", &[("revision", "3")][..]);
    let place = "/admin/dormancy?problem=too_late";
    form_refused(&site, &browser, form, place).await;
    assert_eq!(newest(&site).await, "3 t 180 {30}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn undoing_gives_everybody_two_weeks_again(pool: PgPool) {
    let site = still_site(pool).await;
    unused(&site, "una@harbourlane.test", 400).await;
    save(&owner(&site).await, 0, "90", &["14", "3"]).await;
    site.advance(days(10));
    let browser = owner(&site).await;
    switch_off(&browser, 1).await;
    undo(&browser, 2).await;
    assert_eq!(round(&site).await.closed, 0);
    assert_eq!(daily(&site, 14).await, [(11, 1, 0), (14, 0, 1)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_record_of_a_change_is_enough_to_undo_it(pool: PgPool) {
    let site = still_site(pool).await;
    let browser = owner(&site).await;
    save(&browser, 0, "180", &["30", "7"]).await;
    let first = detail(&site, last_event(&site).await).await;
    save(&browser, 1, "60", &["7"]).await;
    let second = detail(&site, last_event(&site).await).await;
    let dana = AccountId(browser.account().await.unwrap());

    let mut transaction = site.pool.begin().await.unwrap();
    let actor = accounts::lock(&mut transaction, dana)
        .await
        .unwrap()
        .unwrap();
    for (event, expected) in [
        (&first, Err(Barred::Decided)),
        (&second, Ok(())),
        (&second, Err(Barred::Decided)),
        (&json!({}), Err(Barred::Decided)),
    ] {
        let undone = undo_change(&site.services, &mut transaction, &actor, event).await;
        assert_eq!(undone.unwrap(), expected, "{event}");
    }
    transaction.commit().await.unwrap();
    assert_eq!(newest(&site).await, "3 t 180 {30,7}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_somebody_gives_as_a_reason_is_text(pool: PgPool) {
    let site = still_site(pool).await;
    let browser = owner(&site).await;
    let hostile = "<script>alert(1)</script>\r\nBcc: x@evil.test";
    let fields = [
        ("seen", "0"),
        ("on", "true"),
        ("rule", "90,14"),
        ("reason", hostile),
    ];
    browser.post_form(RULE, &fields).await.leads_to(ON);
    let page = browser.get(PAGE).await.body;
    assert!(
        !page.contains("<script>alert")
            && page.contains("&lt;script&gt;alert(1)&lt;/script&gt; Bcc")
    );
    let in_record = "SELECT count(*) FROM audit_events WHERE audit_events::text LIKE '%script%'";
    assert_eq!(number(&site, in_record).await, 0);
    sql(&site, "UPDATE accounts SET first_name = '<b>'").await;
    assert!(!browser.get(PAGE).await.body.contains("<b>"));
}
