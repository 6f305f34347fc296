//! The letter about a device that wasn't seen before.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Site, account, account_with_password, all_at_once, empty_outbox,
    mailed, newest_letter, sign_in_by_code, sign_in_by_password, signed_in, sql, with_a_code,
};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 Safari/605.1.15";

fn phone(site: &Site) -> Browser {
    Browser::new(site).with_header("user-agent", PHONE)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_first_sign_in_is_welcomed_and_no_news(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "dana").await;
    assert_eq!(mailed(&site).await, [format!("welcome {DANA}")]);
    signed_in(&site, "dana").await;
    assert_eq!(
        mailed(&site).await.len(),
        1,
        "nor is the same device the second time"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_browser_or_system_is_told_of_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "dana").await;
    empty_outbox(&site).await;
    phone(&site)
        .sign_in(&site, "dana")
        .await
        .leads_to("/account");
    assert_eq!(mailed(&site).await, [format!("new_device {DANA}")]);
    let letter = newest_letter(&site, "new_device").await;
    for words in ["Safari on iPhone", "127.0.0.1", "/not-me?token="] {
        assert!(letter.contains(words), "{words}: {letter}");
    }
    // Another version of the same is the same device.
    for user_agent in [PHONE, &PHONE.replace("605", "617")] {
        let again = Browser::new(&site).with_header("user-agent", user_agent);
        again.sign_in(&site, "dana").await.leads_to("/account");
    }
    assert_eq!(mailed(&site).await.len(), 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_sign_in_without_clio_is_told_of_all_the_same(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    sign_in_by_password(&Browser::new(&site), DANA, PASSWORD)
        .await
        .leads_to("/account");
    assert!(mailed(&site).await.is_empty(), "the first one is no news");
    sign_in_by_password(&phone(&site), DANA, PASSWORD)
        .await
        .leads_to("/account");
    assert_eq!(mailed(&site).await, [format!("new_device {DANA}")]);
    let (browser, code) = with_a_code(&site, DANA).await;
    let tablet = browser.with_header("user-agent", "Safari/605 (iPad)");
    sign_in_by_code(&tablet, DANA, &code)
        .await
        .leads_to("/account");
    let told = mailed(&site).await;
    assert_eq!(
        told.iter()
            .filter(|mail| mail.starts_with("new_device"))
            .count(),
        2
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn devices_of_other_accounts_and_wrong_passwords_count_for_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    account(&site, "ikram.osei@harbourlane.test", "active").await;
    sign_in_by_password(&Browser::new(&site), DANA, PASSWORD).await;
    sign_in_by_password(&phone(&site), DANA, "a guess at it").await;
    let (browser, code) = with_a_code(&site, "ikram.osei@harbourlane.test").await;
    let browser = browser.with_header("user-agent", PHONE);
    sign_in_by_code(&browser, "ikram.osei@harbourlane.test", &code).await;
    empty_outbox(&site).await;
    sign_in_by_password(&phone(&site), DANA, PASSWORD)
        .await
        .leads_to("/account");
    assert_eq!(mailed(&site).await, [format!("new_device {DANA}")]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn sessions_from_before_devices_were_noted_make_no_device_new(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    signed_in(&site, "dana").await;
    sql(&site, "UPDATE sessions SET device = ''").await;
    phone(&site)
        .sign_in(&site, "dana")
        .await
        .leads_to("/account");
    assert!(mailed(&site).await.is_empty());
    // From then on the phone is known, and another one is news.
    signed_in(&site, "dana").await;
    assert_eq!(mailed(&site).await, [format!("new_device {DANA}")]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn several_sign_ins_at_once_from_a_new_device_are_told_of_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    site.linked("dana", DANA).await;
    signed_in(&site, "dana").await;
    let mut visits = Vec::new();
    for turn in 0..6 {
        let browser = phone(&site);
        let callback = browser.callback_of(&site, "dana").await;
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
    assert_eq!(mailed(&site).await, [format!("new_device {DANA}")]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_a_browser_calls_itself_does_no_harm_in_the_letter(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "dana").await;
    let long = format!("<script>alert(1)</script>{}", "x".repeat(4000));
    for user_agent in [long.as_str(), "\u{e9}\u{fc} curl", ""] {
        empty_outbox(&site).await;
        sql(
            &site,
            "DELETE FROM sessions WHERE device = 'Unknown browser'",
        )
        .await;
        let odd = Browser::new(&site).with_header("user-agent", user_agent);
        odd.sign_in(&site, "dana").await.leads_to("/account");
        assert_eq!(
            mailed(&site).await,
            [format!("new_device {DANA}")],
            "{user_agent:?}"
        );
        let letter = newest_letter(&site, "new_device").await;
        assert!(letter.contains("Unknown browser") && !letter.contains("script"));
    }
}
