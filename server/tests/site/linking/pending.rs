//! The pending link: whose it is, how long it waits, and what ends it.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{NOTHING, PROMPT, links_of_dana, nothing_linked, prompt_shows};
use crate::harness::{
    Browser, DANA, PASSWORD, Site, account, account_with_password, ask_administrator, confirm_link,
    dana_at_the_prompt, events_after, forget_everybody, give_password, last_event,
    link_by_password, number, only_event_after, prompted, send_link_code, set_password, signed_in,
    sql, type_link_code,
};

const TO_THE_ACCOUNT: &str = "/account";

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_verified_account_with_the_logins_email_is_not_opened_but_asked_for_a_proof(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    for (email, status) in [
        (DANA, "active"),
        ("D.WHITLOCK@HarbourLane.TEST", "active"),
        (DANA, "invited"),
        (DANA, "pending"),
    ] {
        let id = account(&site, email, status).await;
        let before = last_event(&site).await;
        let browser = prompted(&site, "dana").await;
        assert_eq!(browser.account().await, None);
        assert_eq!(
            (
                site.accounts().await,
                site.identities().await,
                site.sessions().await
            ),
            (1, 0, 0)
        );
        let event = only_event_after(&site, before).await;
        assert_eq!(
            (event.action.as_str(), event.account_id),
            ("link.prompted", Some(id))
        );
        prompt_shows(&browser, PROMPT).await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_email_that_only_looks_like_the_accounts_locates_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for email in [
        "d.whitlock@harbourlane.test.",
        "dwhitlock@harbourlane.test",
        "d.whitlock+clio@harbourlane.test",
        "d.whitloc\u{212a}@harbourlane.test",
        "d.wh\u{131}tlock@harbourlane.test",
    ] {
        account(&site, email, "active").await;
    }
    let browser = signed_in(&site, "dana").await;
    assert!(browser.account().await.is_some());
    assert_eq!(
        number(&site, "SELECT count(*) FROM link_requests").await,
        0,
        "no prompt"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_browser_has_no_part_in_the_pending_link(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let stranger = Browser::new(&site);
    let with_own_attempt = Browser::new(&site);
    with_own_attempt.begin().await;
    let made_up = Browser::new(&site);
    made_up.set_cookie("vestibule-attempt", &"A".repeat(43));
    for other in [&stranger, &with_own_attempt, &made_up] {
        let page = prompt_shows(other, NOTHING).await;
        assert!(!page.contains(DANA), "{page}");
        for reply in [
            give_password(other, PASSWORD).await,
            send_link_code(other).await,
            type_link_code(other, "123456").await,
            ask_administrator(other, "").await,
            confirm_link(other).await,
            other.post_form("/link/separate", &[]).await,
        ] {
            nothing_linked(&site, other, &reply, "/link?problem=expired").await;
        }
        other.post_form("/link/cancel", &[]).await;
    }
    link_by_password(&browser, PASSWORD)
        .await
        .leads_to(TO_THE_ACCOUNT);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pending_link_lives_fifteen_minutes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    account_with_password(&site, DANA).await;
    let late = prompted(&site, "dana").await;
    site.advance(Duration::from_mins(15));
    prompt_shows(&late, NOTHING).await;
    let reply = give_password(&late, PASSWORD).await;
    nothing_linked(&site, &late, &reply, "/link?problem=expired").await;

    let in_time = prompted(&site, "dana").await;
    site.advance(Duration::from_secs(899));
    link_by_password(&in_time, PASSWORD)
        .await
        .leads_to(TO_THE_ACCOUNT);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_lives_no_longer_than_the_prompt_it_was_given_at(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    account_with_password(&site, DANA).await;
    let late = prompted(&site, "dana").await;
    site.advance(Duration::from_mins(14));
    give_password(&late, PASSWORD).await.leads_to("/link");
    site.advance(Duration::from_mins(1));
    let reply = confirm_link(&late).await;
    nothing_linked(&site, &late, &reply, "/link?problem=expired").await;

    let in_time = prompted(&site, "dana").await;
    give_password(&in_time, PASSWORD).await.leads_to("/link");
    site.advance(Duration::from_secs(899));
    confirm_link(&in_time).await.leads_to(TO_THE_ACCOUNT);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pending_link_is_used_once(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let thief = browser.copied();
    link_by_password(&browser, PASSWORD)
        .await
        .leads_to(TO_THE_ACCOUNT);
    // Nor after the link was undone.
    for change in ["SELECT", "UPDATE identities SET unlinked_at = now()"] {
        sql(&site, change).await;
        for reply in [
            give_password(&thief, PASSWORD).await,
            confirm_link(&thief).await,
        ] {
            reply.leads_to("/link?problem=expired");
        }
    }
    assert!(thief.cookie("vestibule").is_none());
    let linked = "SELECT count(*) FROM identities WHERE unlinked_at IS NULL";
    assert_eq!(number(&site, linked).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cancelled_link_is_over_proved_or_not(pool: PgPool) {
    for proves in [false, true] {
        let (site, browser) = dana_at_the_prompt(pool.clone()).await;
        if proves {
            give_password(&browser, PASSWORD).await.leads_to("/link");
        }
        let before = last_event(&site).await;
        let reply = browser.post_form("/link/cancel", &[]).await;
        reply.leads_to("/sign-in");
        assert_eq!(
            only_event_after(&site, before).await.action,
            "link.cancelled"
        );
        prompt_shows(&browser, NOTHING).await;
        for reply in [
            give_password(&browser, PASSWORD).await,
            confirm_link(&browser).await,
        ] {
            nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
        }
        // Cancelling nothing is no change.
        let before = last_event(&site).await;
        browser.post_form("/link/cancel", &[]).await;
        assert_eq!(events_after(&site, before).await, []);
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_signed_in_meanwhile_links_nothing(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    assert_eq!(browser.sign_in(&site, "ikram").await.location(), "/welcome");
    let ikram = browser.account().await;
    for reply in [
        confirm_link(&browser).await,
        give_password(&browser, PASSWORD).await,
        send_link_code(&browser).await,
        browser.post_form("/link/separate", &[]).await,
    ] {
        reply.leads_to("/link?problem=changed");
    }
    assert_eq!(links_of_dana(&site).await, 0);
    assert_eq!(browser.account().await, ikram);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_signs_out_leaves_no_proof_to_the_next_at_this_browser(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    browser.sign_in(&site, "ikram").await.leads_to("/welcome");
    let before = last_event(&site).await;
    let reply = browser.post_form("/auth/sign-out", &[]).await;
    reply.leads_to("/sign-in");
    let actions: Vec<_> = events_after(&site, before)
        .await
        .into_iter()
        .map(|event| event.action)
        .collect();
    assert_eq!(actions, ["session.signed_out", "link.cancelled"]);
    let reply = confirm_link(&browser).await;
    nothing_linked(&site, &browser, &reply, "/link?problem=expired").await;
    prompt_shows(&browser, NOTHING).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn looking_at_the_prompt_proves_nothing(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    for step in ["nothing proved", "proved"] {
        let before = site.dump().await;
        for path in [
            "/link",
            "/link/password?password=paper",
            "/link/code?code=123456",
            "/link/code/send",
            "/link/ask?message=x",
            "/link/confirm?name=clio",
            "/link/separate",
            "/link/cancel",
            "/link?problem=wrong_password",
        ] {
            browser.get(path).await;
        }
        assert_eq!(site.dump().await, before, "{step}");
        give_password(&browser, PASSWORD).await;
    }
    confirm_link(&browser).await.leads_to(TO_THE_ACCOUNT);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_prompt_in_a_browser_replaces_the_first(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let ikram = account(&site, "ikram.osei@harbourlane.test", "active").await;
    set_password(&site, ikram, "another password").await;
    let browser = prompted(&site, "dana").await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    assert_eq!(browser.sign_in(&site, "ikram").await.location(), "/link");
    confirm_link(&browser)
        .await
        .leads_to("/link?problem=expired");
    give_password(&browser, PASSWORD)
        .await
        .leads_to("/link?problem=wrong_password");
    assert_eq!(site.identities().await, 0, "Dana's is over");
    link_by_password(&browser, "another password")
        .await
        .leads_to(TO_THE_ACCOUNT);
    assert_eq!(browser.account().await, Some(ikram));
}
