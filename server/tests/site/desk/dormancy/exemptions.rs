//! Who stays open however long their account is unused.

use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{
    db::migrations::MIGRATOR,
    domain::{account::AccountId, moment},
    service::desk::{
        dormancy::exemptions::{undo_end, undo_grant},
        hold::Barred,
    },
};

use super::{
    PAGE, daily, days, in_force, owner, round, signed_in_as, status, still_site, tried, unused,
};
use crate::harness::{
    Browser, Reply, Site, form_refused, last_event, number, only_event_after, overtaken, sql, text,
};

const UNA: &str = "una@harbourlane.test";
const GRANT: &str = "/admin/dormancy/exemptions/grant";
const END: &str = "/admin/dormancy/exemptions/end";

async fn exempt(browser: &Browser, account: Uuid, until: &str) -> Reply {
    let account = account.to_string();
    let fields = [
        ("account", account.as_str()),
        ("reason", "On leave."),
        ("until", until),
    ];
    browser.post_form(GRANT, &fields).await
}

async fn exempted(browser: &Browser, account: Uuid, until: &str) {
    let reply = exempt(browser, account, until).await;
    reply.leads_to("/admin/dormancy?done=exempted");
}

async fn newest(site: &Site) -> Uuid {
    let newest =
        "SELECT id::text FROM dormancy_exemptions ORDER BY granted_at DESC, id DESC LIMIT 1";
    text(site, newest).await.unwrap().parse().unwrap()
}

async fn end(site: &Site, browser: &Browser, account: Uuid) -> Reply {
    let (account, id) = (account.to_string(), newest(site).await.to_string());
    let fields = [("account", account.as_str()), ("exemption", &id)];
    browser.post_form(END, &fields).await
}

/// The day so many days ahead, as a form sends it.
fn day(site: &Site, ahead: i64) -> String {
    let day = site.services.now() + time::Duration::days(ahead);
    moment::iso(day)[..10].to_owned()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_exempt_account_is_neither_reminded_nor_closed_until_two_weeks_after_its_end(
    pool: PgPool,
) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let una = unused(&site, UNA, 400).await;
    let browser = owner(&site).await;
    let before = last_event(&site).await;
    exempted(&browser, una, "").await;
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (
            event.action.as_str(),
            event.account_id,
            event.actor_account_id
        ),
        ("dormancy.exempted", Some(una), browser.account().await)
    );
    assert_eq!(daily(&site, 30).await, []);
    let browser = owner(&site).await;
    let page = browser.get(PAGE).await.body.replace("<!>", "");
    assert!(
        page.contains("On leave.") && page.contains("For good"),
        "{page}"
    );
    let reply = end(&site, &browser, una).await;
    reply.leads_to("/admin/dormancy?done=exemption_ended");
    tried(&site).await;
    assert_eq!(daily(&site, 20).await, [(1, 1, 0), (11, 1, 0), (14, 0, 1)]);
    assert_eq!(status(&site, una).await, "suspended");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_exemption_until_a_day_ends_with_that_day(pool: PgPool) {
    let site = still_site(pool).await;
    site.begin_a_day();
    in_force(&site).await;
    let una = unused(&site, UNA, 400).await;
    let browser = owner(&site).await;
    exempted(&browser, una, &day(&site, 9)).await;
    let page = browser.get(PAGE).await.body;
    let last = moment::day(site.services.now() + time::Duration::days(9));
    assert!(page.contains(&last), "{last}: {page}");
    assert_eq!(daily(&site, 24).await, [(10, 1, 0), (21, 1, 0), (24, 0, 1)]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn days_that_are_none_or_not_ahead_are_refused(pool: PgPool) {
    let site = still_site(pool).await;
    let una = unused(&site, UNA, 400).await;
    let browser = owner(&site).await;
    for odd in [
        &day(&site, -1),
        &day(&site, 4000),
        "tomorrow",
        "2026-02-30",
        "0000-00-00",
    ] {
        let account = una.to_string();
        let fields = [
            ("account", account.as_str()),
            ("reason", "On leave."),
            ("until", odd),
        ];
        let reply = browser.post_form(GRANT, &fields).await;
        let place = format!("/admin/dormancy/exempt?problem=bad_day&account={una}");
        reply.leads_to(&place);
        let page = browser.get(&place).await.body;
        assert!(page.contains("That isn’t a day ahead of us"), "{page}");
    }
    exempted(&browser, una, &day(&site, 0)).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_may_not_help_an_account_may_not_exempt_it(pool: PgPool) {
    let site = still_site(pool).await;
    let una = unused(&site, UNA, 400).await;
    sql(&site, "UPDATE accounts SET role = 'owner'").await;
    let admin = signed_in_as(&site, "ikram", "ikram.osei@harbourlane.test", "admin").await;
    let own = admin.account().await.unwrap();
    for (account, problem) in [
        (una, "owners_only"),
        (own, "oneself"),
        (Uuid::from_u128(7), "decided"),
    ] {
        let account = account.to_string();
        let fields = [("account", account.as_str()), ("reason", "On leave.")];
        let place = format!("/admin/dormancy/exempt?problem={problem}&account={account}");
        form_refused(&site, &admin, (GRANT, &fields), &place).await;
    }
    exempted(&owner(&site).await, una, "").await;
    let (account, id) = (una.to_string(), newest(&site).await.to_string());
    let fields = [("account", account.as_str()), ("exemption", id.as_str())];
    let place = "/admin/dormancy?problem=owners_only";
    form_refused(&site, &admin, (END, &fields), place).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_exemption_asks_for_a_reason_and_a_fresh_sign_in_and_is_granted_once(pool: PgPool) {
    let site = still_site(pool).await;
    let una = unused(&site, UNA, 400).await;
    let browser = owner(&site).await;
    let account = una.to_string();
    let place = |problem| format!("/admin/dormancy/exempt?problem={problem}&account={account}");
    let bare = [("account", account.as_str()), ("reason", " ")];
    form_refused(&site, &browser, (GRANT, &bare), &place("reason_missing")).await;
    exempted(&browser, una, "").await;
    let again = [("account", account.as_str()), ("reason", "Again.")];
    form_refused(&site, &browser, (GRANT, &again), &place("decided")).await;
    // Ended by another one, or for another account.
    let (one, id) = (
        Uuid::from_u128(9).to_string(),
        newest(&site).await.to_string(),
    );
    for (account, id) in [(account.as_str(), one.as_str()), (&one, &id)] {
        let fields = [("account", account), ("exemption", id)];
        form_refused(
            &site,
            &browser,
            (END, &fields),
            "/admin/dormancy?problem=decided",
        )
        .await;
    }
    site.advance(std::time::Duration::from_mins(5));
    let fields = [("account", account.as_str()), ("exemption", id.as_str())];
    let place = "/admin/dormancy?problem=confirm_first";
    form_refused(&site, &browser, (END, &fields), place).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_administrators_at_once_exempt_once(pool: PgPool) {
    let site = still_site(pool).await;
    let una = unused(&site, UNA, 400).await;
    let dana = owner(&site).await;
    let ikram = signed_in_as(&site, "ikram", "ikram.osei@harbourlane.test", "admin").await;
    tokio::join!(exempt(&dana, una, ""), exempt(&ikram, una, ""));
    let count = "SELECT count(*) FROM dormancy_exemptions";
    assert_eq!(number(&site, count).await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_exemption_that_overtakes_the_closing_keeps_the_account_open(pool: PgPool) {
    let site = still_site(pool).await;
    in_force(&site).await;
    let una = unused(&site, UNA, 86).await;
    assert_eq!(daily(&site, 3).await, [(1, 1, 0)]);
    site.advance(days(1));
    let exemption = format!(
        "SELECT FROM accounts WHERE id = '{una}' FOR NO KEY UPDATE;
         INSERT INTO dormancy_exemptions (id, account_id, reason, granted_by, granted_at)
         VALUES (gen_random_uuid(), '{una}', 'On leave.', '{una}', now())"
    );
    let done = overtaken(&site, &exemption, round(&site)).await;
    assert_eq!(done.closed, 0);
    assert_eq!(status(&site, una).await, "active");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_record_of_an_exemption_is_enough_to_undo_grant_and_end(pool: PgPool) {
    let site = still_site(pool).await;
    site.begin_a_day();
    let una = unused(&site, UNA, 400).await;
    let browser = owner(&site).await;
    let newest_detail = async || -> serde_json::Value {
        let detail = "SELECT detail::text FROM audit_events ORDER BY id DESC LIMIT 1";
        serde_json::from_str(&text(&site, detail).await.unwrap()).unwrap()
    };
    exempted(&browser, una, &day(&site, 9)).await;
    let granted = newest_detail().await;
    let ends = "SELECT ends_at::text FROM dormancy_exemptions";
    let first_end = text(&site, ends).await;
    end(&site, &browser, una).await;
    let (ended, at) = (newest_detail().await, site.services.now());

    let account = AccountId(una);
    let mut transaction = site.pool.begin().await.unwrap();
    let (services, to) = (&site.services, &mut *transaction);
    let none = undo_grant(services, to, account, &granted).await.unwrap();
    assert_eq!(none, Err(Barred::Decided), "it isn't in force");
    let back = undo_end(services, to, account, at, &ended).await.unwrap();
    assert_eq!(back, Ok(()));
    let twice = undo_end(services, to, account, at, &ended).await.unwrap();
    assert_eq!(twice, Err(Barred::Decided));
    transaction.commit().await.unwrap();
    assert_eq!(text(&site, ends).await, first_end, "exactly as it was");

    let mut transaction = site.pool.begin().await.unwrap();
    let to = &mut *transaction;
    let taken = undo_grant(services, to, account, &granted).await.unwrap();
    assert_eq!(taken, Ok(()));
    transaction.commit().await.unwrap();
    let in_force = "SELECT count(*) FROM dormancy_exemptions WHERE ends_at IS NULL";
    assert_eq!(number(&site, in_force).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whom_to_exempt_is_found_by_e_mail_or_chosen_among_several(pool: PgPool) {
    let site = still_site(pool).await;
    let browser = owner(&site).await;
    let una = unused(&site, UNA, 400).await;
    let page = browser
        .get("/admin/dormancy/exempt?email=UNA@harbourlane.test")
        .await;
    assert!(page.body.contains(&format!("value=\"{una}\"")), "{page:?}");
    sql(
        &site,
        &format!("INSERT INTO accounts (email, first_name) VALUES ('{UNA}', 'Other')"),
    )
    .await;
    let page = browser
        .get("/admin/dormancy/exempt?email=una@harbourlane.test")
        .await;
    for words in ["Which one is meant", "Una", "Other"] {
        assert!(page.body.contains(words), "{words}: {page:?}");
    }
    for odd in [
        "email=nobody@x.test",
        "email=%00",
        "account=x",
        "email=<b>",
        "",
    ] {
        let page = browser.get(&format!("/admin/dormancy/exempt?{odd}")).await;
        let fine = page.body.contains("No account was found") || page.status.is_client_error();
        assert!(fine, "{odd}: {page:?}");
    }
}
