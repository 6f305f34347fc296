//! Setting and changing one's own password.

use std::time::Duration;

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, account_with_password, dana_signed_in, empty_outbox,
    form_refused, give_password, is_logged, last_event, mailed, newest_letter, number,
    only_event_after, overtaken, prompted, sign_in_by_code, sign_in_by_password, signed_in, sql,
    text, with_a_code,
};

const SET: &str = "/account/password";
const DONE: &str = "/account/password?done=password_set";
const NEW: &str = "harbour bell lantern";
const HASH: &str = "SELECT password_hash FROM accounts WHERE email = 'd.whitlock@harbourlane.test'";

async fn set(browser: &Browser, password: &str) -> Reply {
    let fields = [("password", password), ("again", password)];
    browser.post_form(SET, &fields).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_is_set_changed_mailed_and_recorded(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    let dana = browser.account().await;
    let mut hashes = Vec::new();
    for (password, action, words) in [
        (
            PASSWORD,
            "account.password_set",
            "A password was set for your account",
        ),
        (
            NEW,
            "account.password_changed",
            "The old one opens nothing any more",
        ),
    ] {
        empty_outbox(&site).await;
        let old = browser.copied();
        let before = last_event(&site).await;
        set(&browser, password).await.leads_to(DONE);
        let event = only_event_after(&site, before).await;
        assert_eq!(
            (
                event.action.as_str(),
                event.actor_account_id,
                event.account_id
            ),
            (action, dana, dana)
        );
        assert_eq!(mailed(&site).await, [format!("password_changed {DANA}")]);
        assert!(
            newest_letter(&site, "password_changed")
                .await
                .contains(words)
        );
        assert_eq!(old.account().await, None, "the old key opens nothing");
        assert_eq!(browser.account().await, dana, "the session goes on");
        let page = browser.get(DONE).await.body;
        assert!(page.contains("Your new password is set"), "{page}");
        hashes.push(text(&site, HASH).await.unwrap());
    }
    // argon2id with what OWASP asks for, and a salt of its own.
    for hash in &hashes {
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
    }
    assert_ne!(hashes[0], hashes[1]);
    let reply = sign_in_by_password(&Browser::new(&site), DANA, PASSWORD).await;
    reply.leads_to("/sign-in?problem=not_matching");
    let reply = sign_in_by_password(&Browser::new(&site), DANA, NEW).await;
    reply.leads_to("/account");
    for secret in [NEW, &hashes[0], &hashes[1], DANA] {
        assert!(!is_logged(secret), "{secret}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_asks_for_a_sign_in_of_the_last_five_minutes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = dana_signed_in(&site).await;
    site.advance(Duration::from_mins(5));
    let fields = [("password", NEW), ("again", NEW)];
    let place = "/account/password?problem=confirm_first";
    let event = form_refused(&site, &browser, (SET, &fields), place).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("password.refused", Some("not_fresh"))
    );
    let page = browser.get(SET).await.body;
    assert!(page.contains("/account/confirm?then="), "{page}");

    browser.sign_in(&site, "dana").await;
    site.advance(Duration::from_secs(299));
    set(&browser, NEW).await.leads_to(DONE);
    // The fresh sign-in isn't made to last by it.
    site.advance(Duration::from_secs(1));
    set(&browser, NEW).await.leads_to(place);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_password_is_refused_for_what_it_is_and_nothing_changes(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("FIRM_NAME", "Harbour & Lane");
    })
    .await;
    let browser = dana_signed_in(&site).await;
    sql(
        &site,
        "UPDATE accounts SET first_name = 'Dana', last_name = 'Whitlock'",
    )
    .await;
    let hash = text(&site, HASH).await;
    let (short, longest, long) = ("é".repeat(8), "wörter ".repeat(18), "é".repeat(129));
    let much = "zyxw".repeat(500);
    for (password, problem) in [
        ("", "password_length"),
        ("12345678", "password_length"),
        (&short, "password_length"),
        (&long, "password_length"),
        (&much, "password_length"),
        ("DanaWhitlock", "password_personal"),
        ("wh1tl0ck2026", "password_personal"),
        ("d.whitlock@harbourlane.test", "password_personal"),
        ("Harbour & Lane 1", "password_personal"),
        ("password123", "password_common"),
        ("qwertyuiop", "password_common"),
        ("123456789", "password_common"),
        ("iloveyou123", "password_common"),
    ] {
        let fields = [("password", password), ("again", password)];
        let place = format!("{SET}?problem={problem}");
        let event = form_refused(&site, &browser, (SET, &fields), &place).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("password.refused", Some("weak")),
            "{password:?}"
        );
        assert_eq!(text(&site, HASH).await, hash, "{password:?}");
        let page = browser.get(&place).await.body;
        let shown = page.contains(password) && password != DANA && password.len() > 8;
        assert!(!shown, "{password:?} is shown again");
    }
    for (password, again) in [
        (NEW, "harbour bell lanterns"),
        (NEW, ""),
        (NEW, "Harbour bell lantern"),
    ] {
        let fields = [("password", password), ("again", again)];
        let place = "/account/password?problem=passwords_differ";
        let event = form_refused(&site, &browser, (SET, &fields), place).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("password.refused", Some("differ"))
        );
        assert_eq!(text(&site, HASH).await, hash);
    }
    set(&browser, longest.trim_end()).await.leads_to(DONE);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn other_sessions_proofs_and_codes_end_with_the_old_password(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    set(&browser, PASSWORD).await.leads_to(DONE);
    let ikram = signed_in(&site, "ikram").await;
    let elsewhere = signed_in(&site, "dana").await;
    let by_password = Browser::new(&site);
    sign_in_by_password(&by_password, DANA, PASSWORD).await;
    site.clio
        .add_person(simulated_clio::Person::new("dana-again", DANA).named("Dana", "Whitlock"));
    let waiting = prompted(&site, "dana-again").await;
    let (by_code, code) = with_a_code(&site, DANA).await;

    set(&browser, NEW).await.leads_to(DONE);
    assert_eq!(elsewhere.account().await, None);
    assert_eq!(by_password.account().await, None);
    assert!(ikram.account().await.is_some() && browser.account().await.is_some());
    let reply = give_password(&waiting, NEW).await;
    assert_eq!(reply.location(), "/link?problem=expired");
    let reply = sign_in_by_code(&by_code, DANA, &code).await;
    reply.leads_to("/sign-in/code?problem=wrong_code");
    let codes = "SELECT count(*) FROM sign_in_codes WHERE account_id IS NOT NULL";
    assert_eq!(number(&site, codes).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_a_new_password_leaves_the_old_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    for change in [
        "UPDATE accounts SET status = 'suspended'",
        "SELECT FROM accounts FOR UPDATE; UPDATE sessions SET revoked_at = now()",
    ] {
        sql(&site, "UPDATE accounts SET status = 'active'").await;
        let browser = Browser::new(&site);
        sign_in_by_password(&browser, DANA, PASSWORD)
            .await
            .leads_to("/account");
        let before = text(&site, HASH).await;
        let reply = overtaken(&site, change, set(&browser, NEW)).await;
        reply.leads_to("/account/password?problem=changed");
        assert_eq!(text(&site, HASH).await, before, "{change}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_passwords_at_once_leave_one_that_works_and_one_session(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let one = dana_signed_in(&site).await;
    let other = dana_signed_in(&site).await.at_node(&node);
    let (first, second) = tokio::join!(set(&one, PASSWORD), set(&other, NEW));
    let mut works = 0;
    for password in [PASSWORD, NEW] {
        let browser = Browser::new(&site);
        let reply = sign_in_by_password(&browser, DANA, password).await;
        works += usize::from(reply.location() == "/account");
    }
    assert_eq!(works, 1, "{first:?} {second:?}");
    let in_still = [one.account().await, other.account().await];
    assert_eq!(
        in_still.iter().flatten().count(),
        1,
        "the other was signed out by it"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_isnt_in_sets_no_password(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = dana_signed_in(&site).await;
    sql(&site, "UPDATE accounts SET status = 'pending'").await;
    for nobody in [&browser, &Browser::new(&site)] {
        set(nobody, NEW).await.leads_to("/sign-in");
    }
    assert_eq!(text(&site, HASH).await, None);
}
