//! Keeping separate: an account beside the one that has the e-mail, where policy allows.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{PROMPT, links_of_dana, prompt_shows, refusal_recorded_after};
use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Settings, Site, account_with_password, confirm_link,
    events_after, forget_everybody, form_refused, give_password, last_event, link_by_password,
    mailed, overtaken, prompted, sql, text,
};

const BUTTON: &str = "Keep them separate";

async fn keep_separate(browser: &Browser) -> Reply {
    browser.post_form("/link/separate", &[]).await
}

/// A site where Dana has an account and stands at the prompt.
async fn dana_at_the_prompt_under(
    pool: PgPool,
    change: impl FnOnce(&mut Settings),
) -> (Site, Browser) {
    let site = Site::start(pool, change).await;
    account_with_password(&site, DANA).await;
    let browser = prompted(&site, "dana").await;
    (site, browser)
}

fn allowed(settings: &mut Settings) {
    settings.set("KEEP_SEPARATE", "true");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_keeps_separate_where_that_is_allowed_waits_in_an_account_beside(pool: PgPool) {
    for admission in ["open", "approval", "domains"] {
        let (site, browser) = dana_at_the_prompt_under(pool.clone(), |settings| {
            allowed(settings);
            settings
                .set("ADMISSION", admission)
                .set("ADMISSION_DOMAINS", "harbourlane.test");
        })
        .await;
        let page = prompt_shows(&browser, PROMPT).await;
        assert!(page.contains(BUTTON), "{admission}");
        let there = text(&site, "SELECT row(accounts)::text FROM accounts").await;
        let before = last_event(&site).await;
        keep_separate(&browser).await.leads_to("/pending");

        let beside = site.account_of("dana").await.expect("an account");
        let own = format!(
            "SELECT concat_ws('|', email, status, awaits, role, email_verified_at, first_name)
             FROM accounts WHERE id = '{beside}'"
        );
        assert_eq!(
            text(&site, &own).await.as_deref(),
            Some("d.whitlock@harbourlane.test|pending|approval|member|Dana"),
            "{admission}: never verified, whatever the policy"
        );
        let still = format!("SELECT row(accounts)::text FROM accounts WHERE id <> '{beside}'");
        assert_eq!(text(&site, &still).await, there, "the other one stays");
        let events = events_after(&site, before).await;
        let actions: Vec<&str> = events.iter().map(|event| event.action.as_str()).collect();
        assert_eq!(actions, ["account.created", "link.kept_separate"]);
        assert_eq!(mailed(&site).await, Vec::<String>::new());
        // The session reaches the waiting room and nothing more.
        assert_eq!(browser.account().await, None);
        assert_eq!(browser.get("/pending").await.status, StatusCode::OK);
        browser.get("/account").await.leads_to("/pending");
        // And so it is the next time.
        let again = Browser::new(&site);
        again.sign_in(&site, "dana").await.leads_to("/pending");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_account_beside_locates_nothing(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt_under(pool, |settings| {
        allowed(settings);
        let same_email = simulated_clio::Person::new("recreated", DANA);
        settings.people.push(same_email);
    })
    .await;
    let there = text(&site, "SELECT id::text FROM accounts").await.unwrap();
    keep_separate(&browser).await.leads_to("/pending");
    let other = prompted(&site, "recreated").await;
    link_by_password(&other, PASSWORD)
        .await
        .leads_to("/account");
    assert_eq!(
        other.account().await.map(|id| id.to_string()),
        Some(there),
        "the account that has the e-mail, as before"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn where_policy_lets_nobody_new_in_nobody_keeps_separate(pool: PgPool) {
    for (what, keep, admission) in [
        ("by default", "", "open"),
        ("off", "false", "open"),
        ("invited", "true", "invited"),
        ("closed", "true", "closed"),
        ("a foreign domain", "true", "domains"),
    ] {
        let (site, browser) = dana_at_the_prompt_under(pool.clone(), |settings| {
            settings
                .set("KEEP_SEPARATE", keep)
                .set("ADMISSION", admission)
                .set("ADMISSION_DOMAINS", "elsewhere.test");
        })
        .await;
        let page = prompt_shows(&browser, PROMPT).await;
        assert!(!page.contains(BUTTON), "{what}");
        let before = last_event(&site).await;
        let reply = keep_separate(&browser).await;
        reply.leads_to("/link?problem=changed");
        refusal_recorded_after(&site, before, "separate_not_allowed").await;
        assert_eq!((site.accounts().await, links_of_dana(&site).await), (1, 0));
        assert_eq!(site.sessions().await, 0, "{what}");
        // The prompt goes on.
        link_by_password(&browser, PASSWORD)
            .await
            .leads_to("/account");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nobody_keeps_separate_without_a_prompt_of_their_own(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt_under(pool, allowed).await;
    let stranger = Browser::new(&site);
    let form = ("/link/separate", &[][..]);
    let event = form_refused(&site, &stranger, form, "/link?problem=expired").await;
    assert_eq!(event.reason.as_deref(), Some("link_unknown"));
    keep_separate(&browser).await.leads_to("/pending");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_has_kept_separate_confirms_nothing_any_more_and_the_other_way_about(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt_under(pool.clone(), allowed).await;
    give_password(&browser, PASSWORD).await.leads_to("/link");
    let tab = browser.copied();
    keep_separate(&browser).await.leads_to("/pending");
    let beside = site.account_of("dana").await;
    confirm_link(&tab).await.leads_to("/link?problem=expired");
    assert_eq!(site.account_of("dana").await, beside);
    forget_everybody(&site).await;

    let (site, browser) = dana_at_the_prompt_under(pool, allowed).await;
    let tab = browser.copied();
    link_by_password(&browser, PASSWORD)
        .await
        .leads_to("/account");
    keep_separate(&tab).await.leads_to("/link?problem=expired");
    assert_eq!(site.accounts().await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_linked_elsewhere_meanwhile_gets_no_account_beside(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt_under(pool, allowed).await;
    let issuer = site.services.clio.issuer().to_owned();
    sql(
        &site,
        &format!(
            "INSERT INTO accounts (email) VALUES ('other@harbourlane.test');
             INSERT INTO identities (account_id, issuer, subject)
             SELECT id, '{issuer}', 'dana' FROM accounts WHERE email LIKE 'other%'"
        ),
    )
    .await;
    let before = last_event(&site).await;
    keep_separate(&browser)
        .await
        .leads_to("/link?problem=changed");
    refusal_recorded_after(&site, before, "login_linked").await;
    assert_eq!((site.accounts().await, site.sessions().await), (2, 0));
    // The login opens what it is linked to.
    let again = Browser::new(&site);
    again.sign_in(&site, "dana").await.leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_overtakes_keeping_separate_is_decided_anew(pool: PgPool) {
    for change in [
        "UPDATE accounts SET status = 'suspended'",
        "UPDATE accounts SET email = 'elsewhere@harbourlane.test'",
    ] {
        let (site, browser) = dana_at_the_prompt_under(pool.clone(), allowed).await;
        let reply = overtaken(&site, change, keep_separate(&browser)).await;
        reply.leads_to("/link?problem=changed");
        assert_eq!(
            (site.accounts().await, site.sessions().await),
            (1, 0),
            "{change}"
        );
        forget_everybody(&site).await;
    }
}
