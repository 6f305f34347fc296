//! The third rung: a sign-in at Clio with a login that opens the account already.

use http::StatusCode;
use serde_json::Value;
use simulated_clio::{Person, TokenScript};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{CONFIRMATION, NOTHING, PROMPT, nothing_linked, prompt_shows};
use crate::harness::{
    Browser, CONNECTED, DANA, Rung, STALE, Site, account_with_every_proof, confirm_link,
    connected_login, forget_everybody, ladder, last_event, only_event_after, overtaken, problem_of,
    prompted, query_of, refused, refused_alone, signed_in, sql, use_connected_login,
};

const START: &str = "/auth/clio/start?purpose=link";

/// Goes to Clio from the prompt and logs in there; gives the callback URL, not yet visited.
async fn proving(site: &Site, browser: &Browser, subject: &str) -> String {
    let url = browser.begin_at(START).await;
    site.clio.authorize(&url, subject).unwrap()
}

/// The honest proof still works at this prompt.
async fn the_honest_proof_still_works(site: &Site, browser: &Browser) {
    prompt_shows(browser, PROMPT).await;
    let reply = use_connected_login(site, browser, CONNECTED).await;
    reply.leads_to("/link");
    confirm_link(browser).await.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_opens_the_account_proves_it_and_links_nothing_yet(pool: PgPool) {
    let (site, dana) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let before = last_event(&site).await;
    let reply = use_connected_login(&site, &browser, CONNECTED).await;
    nothing_linked(&site, &browser, &reply, "/link").await;
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("link.proved", Some(dana))
    );
    prompt_shows(&browser, CONFIRMATION).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn clio_is_asked_to_have_the_connected_login_typed_anew(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let asked = query_of(&browser.begin_at(START).await);
    assert_eq!(asked.get("prompt").map(String::as_str), Some("login"));
    // A plain sign-in doesn't bother people with it.
    let asked = query_of(&Browser::new(&site).begin().await);
    assert_eq!(asked.get("prompt"), None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_opens_another_account_or_none_proves_nothing(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    signed_in(&site, "ikram").await;
    sql(
        &site,
        "INSERT INTO identities (account_id, issuer, subject, unlinked_at)
         SELECT account_id, issuer, 'tomas', now() FROM identities WHERE subject = 'dana-before'",
    )
    .await;
    let browser = prompted(&site, "dana").await;
    for (who, subject) in [
        ("of another account", "ikram"),
        ("the very login that waits", "dana"),
        ("of nobody", "stranger"),
        ("once of this account", "tomas"),
    ] {
        let callback = proving(&site, &browser, subject).await;
        let refusal = refused(&site, &browser, &callback, "other_person").await;
        assert_eq!(refusal.reason, "login_of_another", "{who}");
        assert_eq!(browser.account().await, None, "{who}");
    }
    the_honest_proof_still_works(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_whose_account_was_closed_meanwhile_proves_nothing(pool: PgPool) {
    for status in ["suspended", "deleted"] {
        let (site, _) = ladder(pool.clone()).await;
        let browser = prompted(&site, "dana").await;
        let callback = proving(&site, &browser, CONNECTED).await;
        sql(&site, &format!("UPDATE accounts SET status = '{status}'")).await;
        let refusal = refused_alone(&site, &browser, &callback, "account_closed").await;
        assert_eq!(refusal.reason, "account_closed", "{status}");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_wasnt_typed_since_the_prompt_asked_for_it_proves_nothing(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    for (what, bend) in STALE {
        let now = site.services.now().unix_timestamp();
        site.clio.next_token(move |token| bend(token, now));
        let callback = proving(&site, &browser, CONNECTED).await;
        let refusal = refused(&site, &browser, &callback, "not_verified").await;
        assert_eq!(refusal.reason, "not_fresh", "{what}");
    }
    // The honest twin: clocks may differ by a minute.
    site.clio.next_token(|token| move_auth_time(token, -30));
    the_honest_proof_still_works(&site, &browser).await;
}

/// Moves the moment at which the login was typed, as the ID token says.
fn move_auth_time(token: &mut TokenScript, seconds: i64) {
    let honest = token.claims.get("auth_time").and_then(Value::as_i64);
    token.set_claim("auth_time", honest.unwrap() + seconds);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_browser_without_a_prompt_is_not_sent_to_clio_to_prove_one(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let proving = prompted(&site, "dana").await;
    let stranger = Browser::new(&site);
    let signed_in_elsewhere = signed_in(&site, "ikram").await;
    let begun = site.attempts().await;
    for browser in [&stranger, &signed_in_elsewhere] {
        browser.get(START).await.leads_to("/link");
        prompt_shows(browser, NOTHING).await;
    }
    assert_eq!(site.attempts().await, begun, "nothing began");
    the_honest_proof_still_works(&site, &proving).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cross_site_link_begins_no_proof(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let begun = site.attempts().await;
    for from in ["cross-site", "same-site"] {
        let reply = browser.send(http::Method::GET, START, from, None).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        assert!(reply.location().starts_with("/sign-in"), "{reply:?}");
    }
    assert_eq!(site.attempts().await, begun);
    the_honest_proof_still_works(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_proof_counts_only_in_the_browser_that_began_it(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let other = prompted(&site, "dana").await;
    let callback = proving(&site, &browser, CONNECTED).await;
    refused(&site, &other, &callback, "expired").await;
    prompt_shows(&other, PROMPT).await;
    browser.finish(&callback).await.leads_to("/link");
    prompt_shows(&browser, CONFIRMATION).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_proof_counts_only_for_the_prompt_that_it_began_at(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        connected_login(settings);
        let same_email = Person::new("recreated", DANA).named("Dana", "Whitlock");
        settings.people.push(same_email);
    })
    .await;
    account_with_every_proof(&site).await;
    for next in ["dana", "recreated"] {
        let browser = prompted(&site, "dana").await;
        let callback = proving(&site, &browser, CONNECTED).await;
        browser.sign_in(&site, next).await.leads_to("/link");
        let refusal = refused(&site, &browser, &callback, "expired").await;
        assert_eq!(refusal.reason, "link_over", "{next}");
        prompt_shows(&browser, PROMPT).await;
    }
    // Nor for one that was cancelled.
    let browser = prompted(&site, "dana").await;
    let callback = proving(&site, &browser, CONNECTED).await;
    browser.post_form("/link/cancel", &[]).await;
    refused(&site, &browser, &callback, "expired").await;
    let browser = prompted(&site, "dana").await;
    the_honest_proof_still_works(&site, &browser).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_signed_in_meanwhile_proves_nothing_for_the_prompt(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let callback = proving(&site, &browser, CONNECTED).await;
    browser.sign_in(&site, CONNECTED).await.leads_to("/account");
    let refusal = refused(&site, &browser, &callback, "other_person").await;
    assert_eq!(refusal.reason, "browser_of_another");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_prompt_that_ended_or_an_account_that_changed_while_clio_was_asked_proves_nothing(
    pool: PgPool,
) {
    for (change, code) in [
        ("UPDATE link_requests SET closed_at = now()", "expired"),
        (
            "UPDATE accounts SET email = 'partner@harbourlane.test'",
            "expired",
        ),
        ("UPDATE accounts SET email_verified_at = NULL", "expired"),
        (
            "UPDATE identities SET unlinked_at = now() WHERE subject = 'dana-before'",
            "other_person",
        ),
    ] {
        let (site, _) = ladder(pool.clone()).await;
        let browser = prompted(&site, "dana").await;
        let callback = proving(&site, &browser, CONNECTED).await;
        sql(&site, change).await;
        refused_alone(&site, &browser, &callback, code).await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_that_overtakes_the_proof_leaves_it_ungiven(pool: PgPool) {
    for change in [
        "UPDATE accounts SET status = 'suspended'",
        "UPDATE accounts SET email_verified_at = NULL",
        "LOCK TABLE accounts IN EXCLUSIVE MODE; UPDATE link_requests SET closed_at = now()",
    ] {
        let (site, _) = ladder(pool.clone()).await;
        let browser = prompted(&site, "dana").await;
        let callback = proving(&site, &browser, CONNECTED).await;
        let reply = overtaken(&site, change, browser.finish(&callback)).await;
        assert_eq!(problem_of(&reply).0, "expired", "{change}");
        assert_eq!(
            site.count("SELECT count(*) FROM link_requests WHERE proof IS NOT NULL")
                .await,
            0,
            "{change}"
        );
        forget_everybody(&site).await;
    }
    // The honest twin.
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    Rung::ConnectedLogin
        .climb(&site, &browser)
        .await
        .leads_to("/link");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn declining_at_clio_leaves_the_prompt_as_it_was(pool: PgPool) {
    let (site, _) = ladder(pool).await;
    let browser = prompted(&site, "dana").await;
    let callback = site.clio.decline(&browser.begin_at(START).await).unwrap();
    refused(&site, &browser, &callback, "declined").await;
    the_honest_proof_still_works(&site, &browser).await;
}
