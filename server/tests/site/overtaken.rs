//! Sign-ins, and uses of sessions, that something overtakes between the look at the facts and the write.

use std::time::Duration;

use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, DANA, Site, overtaken, problem_of, signed_in, text};

const SUSPENSION: &str =
    "UPDATE accounts SET status = 'suspended' WHERE email = 'd.whitlock@harbourlane.test'";

/// Nobody got in: no session, neither in the browser nor in the table.
async fn nobody_got_in(site: &Site, browser: &Browser) {
    assert!(browser.cookie("vestibule").is_none());
    assert_eq!(site.sessions().await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspension_that_overtakes_a_sign_in_keeps_the_person_out(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let browser = Browser::new(&site);
    let callback = browser.callback_of(&site, "dana").await;
    let reply = overtaken(&site, SUSPENSION, browser.finish(&callback)).await;
    assert_eq!(problem_of(&reply).0, "account_closed");
    nobody_got_in(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspension_that_overtakes_a_sign_in_with_new_names_keeps_person_and_names_out(
    pool: PgPool,
) {
    let site = Site::start(pool, |settings| {
        settings.set("PROFILE_LAST_NAME", "follow");
    })
    .await;
    site.linked("dana", DANA).await;
    site.clio
        .add_person(Person::new("dana", DANA).named("Dana", "Newname"));
    let browser = Browser::new(&site);
    let callback = browser.callback_of(&site, "dana").await;
    let reply = overtaken(&site, SUSPENSION, browser.finish(&callback)).await;
    assert_eq!(problem_of(&reply).0, "account_closed");
    nobody_got_in(&site, &browser).await;
    let name = text(&site, "SELECT last_name FROM accounts").await;
    assert_eq!(name.as_deref(), Some("Person"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_is_unlinked_while_it_signs_in_is_asked_for_a_proof(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let browser = Browser::new(&site);
    let callback = browser.callback_of(&site, "dana").await;
    let unlinking = "UPDATE identities SET unlinked_at = now() WHERE subject = 'dana'";
    let reply = overtaken(&site, unlinking, browser.finish(&callback)).await;
    reply.leads_to("/link");
    nobody_got_in(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_email_that_is_proved_during_a_first_sign_in_makes_it_a_prompt(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let callback = browser.callback_of(&site, "dana").await;
    // The look-up doesn't read sessions; the write has to wait for them.
    let proof = "LOCK TABLE sessions IN EXCLUSIVE MODE;
         INSERT INTO accounts (email, email_verified_at)
         VALUES ('D.Whitlock@harbourlane.test', now())";
    let reply = overtaken(&site, proof, browser.finish(&callback)).await;
    reply.leads_to("/link");
    nobody_got_in(&site, &browser).await;
    assert_eq!((site.accounts().await, site.identities().await), (1, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_session_that_is_revoked_while_its_use_is_noted_stays_revoked(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    for (change, stays) in [
        ("UPDATE sessions SET user_agent = 'Another'", true),
        ("UPDATE sessions SET revoked_at = now()", false),
    ] {
        // By then the use of the session is noted.
        site.advance(Duration::from_mins(2));
        overtaken(&site, change, browser.get("/account")).await;
        assert_eq!(site.sessions().await, i64::from(stays), "{change}");
        assert_eq!(browser.account().await.is_some(), stays, "{change}");
    }
}
