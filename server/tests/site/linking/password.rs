//! The first rung: the account's password.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{CONFIRMATION, PROMPT, nothing_linked, prompt_shows, refusal_recorded_after};
use crate::harness::{
    DANA, PASSWORD, Site, account, account_with_password, all_do_at_once, dana_at_the_prompt,
    forget_everybody, give_password, last_event, link_by_password, only_event_after, overtaken,
    prompted, sql,
};

/// A hash that no password fits.
const OTHER_HASH: &str =
    "password_hash = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA'";

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_right_password_proves_the_account_and_links_nothing_yet(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let before = last_event(&site).await;
    let reply = give_password(&browser, PASSWORD).await;
    nothing_linked(&site, &browser, &reply, "/link").await;
    let event = only_event_after(&site, before).await;
    assert_eq!(event.action, "link.proved");
    prompt_shows(&browser, CONFIRMATION).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_wrong_password_proves_nothing_and_says_how_many_tries_are_left(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let long = "x".repeat(2000);
    for (password, left) in [
        ("", "4 tries are left"),
        ("Paper, ink & brass", "3 tries are left"),
        ("paper, ink & brass ", "2 tries are left"),
        (&long, "One try is left"),
    ] {
        let before = last_event(&site).await;
        let reply = give_password(&browser, password).await;
        nothing_linked(&site, &browser, &reply, "/link?problem=wrong_password").await;
        refusal_recorded_after(&site, before, "wrong_password").await;
        let page = browser.get(reply.location()).await.body;
        assert!(page.contains(left), "{left}: {page}");
    }
    give_password(&browser, PASSWORD).await.leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn after_five_wrong_passwords_the_right_one_is_too_late(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    for _ in 0..5 {
        let before = last_event(&site).await;
        let reply = give_password(&browser, "wrong").await;
        nothing_linked(&site, &browser, &reply, "/link?problem=wrong_password").await;
        refusal_recorded_after(&site, before, "wrong_password").await;
    }
    let before = last_event(&site).await;
    let reply = give_password(&browser, PASSWORD).await;
    nothing_linked(&site, &browser, &reply, "/link?problem=too_many").await;
    refusal_recorded_after(&site, before, "tries_used_up").await;
    let page = prompt_shows(&browser, PROMPT).await;
    assert!(page.contains("No tries are left"));
    // Nobody is locked out for good: a new sign-in has new tries.
    let again = prompted(&site, "dana").await;
    let reply = link_by_password(&again, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guesses_made_at_once_are_all_counted(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let node = site.another_node().await;
    let guesses = (0..12).map(|turn| {
        let browser = browser.at_node(if turn % 2 == 0 { &site } else { &node });
        async move { give_password(&browser, "wrong").await.location().to_owned() }
    });
    let answers = all_do_at_once(guesses.collect::<Vec<_>>()).await;
    let how_many = |place: &str| answers.iter().filter(|to| *to == place).count();
    assert_eq!(
        (
            how_many("/link?problem=wrong_password"),
            how_many("/link?problem=too_many")
        ),
        (5, 7)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guesses_at_one_account_or_from_one_address_are_limited_over_many_prompts(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let now = site.clock.freeze();
    let id = account_with_password(&site, DANA).await;
    for (bucket, count) in [
        (format!("account:{id}"), 20),
        ("address:127.0.0.1".into(), 100),
    ] {
        let window = now.unix_timestamp() / 900 * 900;
        let spent = format!(
            "DELETE FROM guesses;
             INSERT INTO guesses VALUES ('{bucket}', to_timestamp({window}), {count})"
        );
        sql(&site, &spent).await;
        let browser = prompted(&site, "dana").await;
        let before = last_event(&site).await;
        let reply = give_password(&browser, PASSWORD).await;
        nothing_linked(&site, &browser, &reply, "/link?problem=too_many").await;
        refusal_recorded_after(&site, before, "too_many").await;
    }
    // The next window starts afresh.
    site.advance(Duration::from_mins(15));
    let browser = prompted(&site, "dana").await;
    let reply = link_by_password(&browser, PASSWORD).await;
    reply.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_without_a_password_is_proved_by_none(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let browser = prompted(&site, "dana").await;
    for password in ["", "anything", PASSWORD] {
        let reply = give_password(&browser, password).await;
        nothing_linked(&site, &browser, &reply, "/link?problem=wrong_password").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_password_proves_nothing_once_the_account_has_changed(pool: PgPool) {
    for (change, place, reason) in [
        (
            "email = 'partner@harbourlane.test'",
            "/link?problem=changed",
            "account_changed",
        ),
        (
            "email_verified_at = NULL",
            "/link?problem=changed",
            "account_changed",
        ),
        (
            "status = 'suspended'",
            "/link?problem=changed",
            "account_changed",
        ),
        (
            "status = 'deleted'",
            "/link?problem=changed",
            "account_changed",
        ),
        (
            "password_hash = NULL",
            "/link?problem=wrong_password",
            "wrong_password",
        ),
        (OTHER_HASH, "/link?problem=wrong_password", "wrong_password"),
    ] {
        let (site, browser) = dana_at_the_prompt(pool.clone()).await;
        sql(&site, &format!("UPDATE accounts SET {change}")).await;
        let before = last_event(&site).await;
        let reply = give_password(&browser, PASSWORD).await;
        nothing_linked(&site, &browser, &reply, place).await;
        refusal_recorded_after(&site, before, reason).await;
        prompt_shows(&browser, PROMPT).await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_password_proves_nothing_when_a_change_of_the_account_overtakes_it(pool: PgPool) {
    for change in [
        "email = 'partner@harbourlane.test'",
        "email_verified_at = NULL",
        "status = 'suspended'",
        "password_hash = NULL",
        OTHER_HASH,
    ] {
        let (site, browser) = dana_at_the_prompt(pool.clone()).await;
        let change = format!("UPDATE accounts SET {change}");
        let reply = overtaken(&site, &change, give_password(&browser, PASSWORD)).await;
        nothing_linked(&site, &browser, &reply, "/link?problem=changed").await;
        prompt_shows(&browser, PROMPT).await;
        forget_everybody(&site).await;
    }
}
