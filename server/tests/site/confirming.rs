//! Showing again that it is still the person, by password and by mailed code.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, account, another_code, ask_for_code, dana_signed_in,
    events_after, form_refused, last_event, mailed_code, number, only_event_after, overtaken,
    set_password, sign_in_by_code, signed_in, sql,
};

const PAGE: &str = "/account/confirm";
const BY_PASSWORD: &str = "/account/confirm/password";
const SEND: &str = "/account/confirm/code/send";
const BY_CODE: &str = "/account/confirm/code";
const FIVE_MINUTES: Duration = Duration::from_mins(5);

/// Dana, who has a password, and who signed in five minutes ago by a clock that stands still.
async fn dana_of_before(site: &Site) -> Browser {
    site.clock.freeze();
    let browser = dana_signed_in(site).await;
    set_password(site, browser.account().await.unwrap(), PASSWORD).await;
    site.advance(FIVE_MINUTES);
    assert!(!is_fresh(&browser).await);
    browser
}

/// Whether what needs a fresh sign-in is to be had.
async fn is_fresh(browser: &Browser) -> bool {
    let page = browser.get("/account/connections").await.body;
    assert!(page.contains("<h1>Connections</h1>"), "{page}");
    !page.contains("/account/confirm?then=")
}

async fn by_password(browser: &Browser, password: &str, then: &str) -> Reply {
    let fields = [("password", password), ("then", then)];
    browser.post_form(BY_PASSWORD, &fields).await
}

async fn by_code(browser: &Browser, code: &str) -> Reply {
    browser.post_form(BY_CODE, &[("code", code)]).await
}

/// Asks for a code; gives it.
async fn code_for(site: &Site, browser: &Browser) -> String {
    let reply = browser.post_form(SEND, &[]).await;
    assert!(reply.location().starts_with(PAGE), "{reply:?}");
    assert!(!reply.location().contains("problem="), "{reply:?}");
    mailed_code(site, DANA).await
}

async fn session_id(browser: &Browser) -> String {
    browser.session().await.unwrap()["session"]["id"].to_string()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_right_password_or_code_counts_for_five_minutes_under_a_new_key(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    for way in ["password", "code"] {
        let (id, old) = (session_id(&browser).await, browser.copied());
        let code = code_for(&site, &browser).await;
        let before = last_event(&site).await;
        let reply = match way {
            "password" => by_password(&browser, PASSWORD, "/account/connections").await,
            _ => by_code(&browser, &code).await,
        };
        assert!(reply.location().starts_with("/account"), "{reply:?}");
        let event = only_event_after(&site, before).await;
        assert_eq!(event.action, "session.confirmed", "{way}");
        assert_ne!(
            browser.cookie("vestibule"),
            old.cookie("vestibule"),
            "{way}"
        );
        assert_eq!(
            old.account().await,
            None,
            "{way}: the old key opens nothing"
        );
        assert_eq!(
            session_id(&browser).await,
            id,
            "{way}: the session is the same"
        );
        assert!(is_fresh(&browser).await, "{way}");
        site.advance(Duration::from_secs(299));
        assert!(is_fresh(&browser).await, "{way}");
        site.advance(Duration::from_secs(1));
        assert!(!is_fresh(&browser).await, "{way}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn confirming_puts_the_end_of_the_session_off_by_nothing(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("SESSION_ABSOLUTE_HOURS", "1");
    })
    .await;
    let browser = dana_of_before(&site).await;
    for _ in 0..2 {
        site.advance(Duration::from_mins(20));
        by_password(&browser, PASSWORD, "")
            .await
            .leads_to("/account");
    }
    site.advance(Duration::from_mins(15));
    assert_eq!(browser.account().await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_wrong_comes_back_to_the_page_and_is_recorded(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    let code = code_for(&site, &browser).await;
    let wrong_code = another_code(&code);
    for (path, field, value, reason) in [
        (
            BY_PASSWORD,
            "password",
            "not the password",
            "wrong_password",
        ),
        (BY_PASSWORD, "password", "", "wrong_password"),
        (BY_CODE, "code", wrong_code.as_str(), "wrong_code"),
        (BY_CODE, "code", "no code", "wrong_code"),
    ] {
        let fields = [(field, value), ("then", "/account/password")];
        let place = format!("{PAGE}?problem={reason}&then=%2Faccount%2Fpassword");
        let event = form_refused(&site, &browser, (path, &fields), &place).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("confirm.refused", Some(reason))
        );
        assert!(!is_fresh(&browser).await, "{path} {value:?}");
        let page = browser.get(&place).await.body;
        assert!(
            page.contains("value=\"/account/password\""),
            "it still goes on there"
        );
    }
    by_code(&browser, &code).await.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn afterwards_people_go_on_to_pages_of_ours_only(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    for (then, place) in [
        (
            "/account/password?from=here#now",
            "/account/password?from=here#now",
        ),
        (
            "/matters/7?x=%2F%2Fevil.test",
            "/matters/7?x=%2F%2Fevil.test",
        ),
        ("", "/account"),
        ("//evil.test", "/account"),
        ("///evil.test", "/account"),
        ("https://evil.test", "/account"),
        ("https:evil.test", "/account"),
        ("/\\evil.test", "/account"),
        ("\\\\evil.test", "/account"),
        ("/\t/evil.test", "/account"),
        ("javascript:alert(1)", "/account"),
        ("evil.test", "/account"),
        ("/account\r\nLocation: https://evil.test", "/account"),
        ("/auth/sign-out", "/account"),
    ] {
        // Wrong first: the way back doesn't lead astray either.
        let reply = by_password(&browser, "not the password", then).await;
        assert!(
            reply
                .location()
                .starts_with("/account/confirm?problem=wrong_password")
        );
        let page = browser.get(reply.location()).await;
        assert_eq!(page.status, StatusCode::OK, "{then:?}");
        let astray = place == "/account" && page.body.contains("evil.test");
        assert!(!astray, "{then:?}: {}", page.body);
        sql(&site, "DELETE FROM guesses").await;

        by_password(&browser, PASSWORD, then).await.leads_to(place);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_is_for_the_session_that_asked_for_it_and_works_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    let elsewhere = signed_in(&site, "dana").await;
    let code = code_for(&site, &browser).await;
    let wrong = "/account/confirm?problem=wrong_code";
    by_code(&elsewhere, &code).await.leads_to(wrong);
    // Nor does it sign anybody in.
    let stranger = Browser::new(&site);
    stranger.begin().await;
    let reply = sign_in_by_code(&stranger, DANA, &code).await;
    reply.leads_to("/sign-in/code?problem=wrong_code");

    by_code(&browser, &code).await.leads_to("/account");
    by_code(&browser, &code).await.leads_to(wrong);
    // And a code to sign in confirms nothing.
    ask_for_code(&Browser::new(&site), DANA).await;
    let to_sign_in = mailed_code(&site, DANA).await;
    by_code(&browser, &to_sign_in).await.leads_to(wrong);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_code_is_good_for_a_quarter_of_an_hour_and_five_tries(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    let wrong = "/account/confirm?problem=wrong_code";
    for (wrong_tries, seconds, leads_to) in [(4, 899, "/account"), (5, 0, wrong), (0, 900, wrong)] {
        sql(&site, "DELETE FROM guesses").await;
        let code = code_for(&site, &browser).await;
        for _ in 0..wrong_tries {
            by_code(&browser, &another_code(&code))
                .await
                .leads_to(wrong);
        }
        site.advance(Duration::from_secs(seconds));
        by_code(&browser, &code).await.leads_to(leads_to);
        site.advance(Duration::from_mins(1));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_code_can_be_asked_for_after_a_minute_and_ends_the_one_before(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    let first = code_for(&site, &browser).await;
    site.advance(Duration::from_secs(59));
    let fields = [("then", "/account/password")];
    let place = "/account/confirm?problem=too_many&then=%2Faccount%2Fpassword";
    let event = form_refused(&site, &browser, (SEND, &fields), place).await;
    assert_eq!(event.reason.as_deref(), Some("code_asked_a_moment_ago"));
    site.advance(Duration::from_secs(1));
    let reply = browser.post_form(SEND, &fields).await;
    reply.leads_to("/account/confirm?then=%2Faccount%2Fpassword");
    let second = mailed_code(&site, DANA).await;
    if first != second {
        let wrong = "/account/confirm?problem=wrong_code";
        by_code(&browser, &first).await.leads_to(wrong);
    }
    by_code(&browser, &second).await.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn no_code_is_mailed_where_it_would_be_too_little(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    for (change, back) in [
        ("role = 'admin'", "role = 'member'"),
        ("role = 'owner'", "role = 'member'"),
    ] {
        let code = code_for(&site, &browser).await;
        sql(&site, &format!("UPDATE accounts SET {change}")).await;
        let page = browser.get(PAGE).await.body;
        assert!(!page.contains(SEND), "{change}: it isn't offered");
        let (before, mails) = (
            last_event(&site).await,
            number(&site, "SELECT count(*) FROM mail_outbox").await,
        );
        let reply = browser.post_form(SEND, &[]).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{change}");
        let event = only_event_after(&site, before).await;
        assert_eq!(event.reason.as_deref(), Some("code_not_enough"), "{change}");
        assert_eq!(
            number(&site, "SELECT count(*) FROM mail_outbox").await,
            mails
        );
        // What was mailed before is worth nothing now.
        let place = "/account/confirm?problem=wrong_code";
        let fields = [("code", code.as_str())];
        form_refused(&site, &browser, (BY_CODE, &fields), place).await;
        // The password is enough for everybody.
        by_password(&browser, PASSWORD, "")
            .await
            .leads_to("/account");
        sql(&site, &format!("UPDATE accounts SET {back}")).await;
        site.advance(FIVE_MINUTES);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guesses_are_limited_for_each_session_on_all_nodes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let browser = dana_of_before(&site).await;
    let elsewhere = signed_in(&site, "dana").await;
    let session = session_id(&browser).await.replace('"', "");
    let code = code_for(&site, &browser).await;
    let window = site.services.now().unix_timestamp() / 900 * 900;
    let spent = format!(
        "INSERT INTO guesses (bucket, window_start, count)
         VALUES ('confirm:{session}', to_timestamp({window}), 19)"
    );
    sql(&site, &spent).await;
    let reply = by_password(&browser, "not the password", "").await;
    reply.leads_to("/account/confirm?problem=wrong_password");
    let there = browser.at_node(&node);
    for (path, field, value) in [
        (BY_PASSWORD, "password", PASSWORD),
        (BY_CODE, "code", code.as_str()),
    ] {
        let place = "/account/confirm?problem=too_many";
        let event = form_refused(&site, &there, (path, &[(field, value)]), place).await;
        assert_eq!(event.reason.as_deref(), Some("too_many"), "{path}");
    }
    by_password(&elsewhere, PASSWORD, "")
        .await
        .leads_to("/account");
    site.advance(Duration::from_mins(15));
    by_password(&there, PASSWORD, "").await.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_a_confirmation_leaves_the_session_as_it_was(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    let reply = overtaken(
        &site,
        "UPDATE accounts SET password_hash = NULL",
        by_password(&browser, PASSWORD, "/account"),
    )
    .await;
    assert!(
        reply
            .location()
            .starts_with("/account/confirm?problem=wrong_password")
    );
    assert!(!is_fresh(&browser).await);

    let code = code_for(&site, &browser).await;
    let moved = "UPDATE accounts SET email = 'other@harbourlane.test'";
    let reply = overtaken(&site, moved, by_code(&browser, &code)).await;
    reply.leads_to("/account/confirm?problem=wrong_code");
    assert!(!is_fresh(&browser).await);

    sql(&site, &format!("UPDATE accounts SET email = '{DANA}'")).await;
    site.advance(Duration::from_mins(1));
    let code = code_for(&site, &browser).await;
    let ended = "UPDATE sessions SET revoked_at = now()";
    let reply = overtaken(&site, ended, by_code(&browser, &code)).await;
    reply.leads_to("/account/confirm?problem=changed");
    assert_eq!(site.sessions().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_types_the_code_has_proved_the_mailbox_unless_it_is_anothers(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_of_before(&site).await;
    for (is_anothers, leads_to, verified) in [
        (false, "/account", true),
        (true, "/account/confirm?problem=changed", false),
    ] {
        sql(&site, "UPDATE accounts SET email_verified_at = NULL").await;
        let code = code_for(&site, &browser).await;
        if is_anothers {
            account(&site, DANA, "active").await;
        }
        let before = last_event(&site).await;
        by_code(&browser, &code).await.leads_to(leads_to);
        let events = events_after(&site, before).await;
        let recorded = events
            .iter()
            .any(|event| event.action == "account.email_verified");
        assert_eq!(recorded, verified);
        let proved = "SELECT count(*) FROM accounts
                      WHERE first_name = 'Linked' AND email_verified_at IS NOT NULL";
        assert_eq!(number(&site, proved).await, i64::from(verified));
        site.advance(FIVE_MINUTES);
        assert!(!is_fresh(&browser).await);
    }
}
