//! An administrator's one-time link: whom it lets in, and what it dies of.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use vestibule::{
    db::migrations::MIGRATOR,
    domain::email::Email,
    service::{
        accounts::Which,
        roles::{self, Granted},
    },
};

use crate::harness::{
    Browser, DANA, Site, forget_everybody, last_event, only_event_after, overtaken, problem_of,
    refused, signed_in, sorted_landings, sql, text,
};

/// The path of a one-time link for the owner of an e-mail.
async fn claim_path(site: &Site, email: &str) -> String {
    let email = Which::Email(Email::parse(email).unwrap());
    match roles::grant(&site.services, &email, None).await.unwrap() {
        Granted::Invited { claim_url, .. } => claim_url
            .strip_prefix(&site.public_url)
            .expect("a URL of the site")
            .to_owned(),
        other => panic!("{other:?}"),
    }
}

/// Follows a one-time link's button and logs in at Clio; gives the callback URL.
async fn claiming(site: &Site, browser: &Browser, path: &str, subject: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    let (_, token) = path.split_once("token=").unwrap();
    let start = format!("/auth/clio/start?claim={token}");
    assert!(page.body.contains(&start), "{}", page.body);
    site.clio
        .authorize(&browser.begin_at(&start).await, subject)
        .unwrap()
}

/// Dana and Ikram, back from Clio by one and the same one-time link.
async fn two_by_one_link(site: &Site) -> [(Browser, String); 2] {
    let path = claim_path(site, "owner@firm.test").await;
    let (dana, ikram) = (Browser::new(site), Browser::new(site));
    let of_dana = claiming(site, &dana, &path, "dana").await;
    let of_ikram = claiming(site, &ikram, &path, "ikram").await;
    [(dana, of_dana), (ikram, of_ikram)]
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_brings_the_one_time_link_gets_the_account_prepared_for_it(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("ADMISSION", "closed");
    })
    .await;
    let path = claim_path(&site, "owner@firm.test").await;
    let before = site.dump().await;
    Browser::new(&site).get(&path).await;
    assert_eq!(
        site.dump().await,
        before,
        "a scanner of mails uses nothing up"
    );

    // The login's e-mail is another than the account's: the link is the proof.
    let browser = Browser::new(&site);
    let callback = claiming(&site, &browser, &path, "dana").await;
    let last = last_event(&site).await;
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
    let event = only_event_after(&site, last).await;
    assert_eq!(event.action, "identity.linked");
    let row = text(
        &site,
        "SELECT concat_ws(' ', email, role, status, first_name, last_name) FROM accounts",
    )
    .await;
    assert_eq!(
        row.as_deref(),
        Some("owner@firm.test owner active Dana Whitlock")
    );
    assert_eq!(
        text(&site, "SELECT link_method FROM identities")
            .await
            .as_deref(),
        Some("claim")
    );
    assert_eq!(browser.session().await.unwrap()["account"]["role"], "owner");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_one_time_link_works_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let [(dana, first), (ikram, second)] = two_by_one_link(&site).await;
    assert_eq!(dana.finish(&first).await.location(), "/welcome");
    let refusal = refused(&site, &ikram, &second, "expired").await;
    assert_eq!(refusal.reason, "claim_dead");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_link_used_by_two_people_at_once_binds_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let [(dana, first), (ikram, second)] = two_by_one_link(&site).await;
    let (one, other) = tokio::join!(dana.finish(&first), ikram.finish(&second));
    let landings = sorted_landings([one, other]);
    assert!(
        landings[0].starts_with("/sign-in?problem=expired&"),
        "{landings:?}"
    );
    assert_eq!(landings[1], "/welcome");
    assert_eq!((site.accounts().await, site.identities().await), (1, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_one_time_link_is_good_for_a_day(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let (early, late) = (
        claim_path(&site, "a@firm.test").await,
        claim_path(&site, "b@firm.test").await,
    );
    site.advance(Duration::from_secs(24 * 3600 - 1));
    let browser = Browser::new(&site);
    let callback = claiming(&site, &browser, &early, "dana").await;
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
    site.advance(Duration::from_secs(1));
    let browser = Browser::new(&site);
    let callback = claiming(&site, &browser, &late, "ikram").await;
    let reply = browser.finish(&callback).await;
    assert!(
        reply.location().starts_with("/sign-in?problem=expired&"),
        "{reply:?}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn made_up_and_replaced_one_time_links_open_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let replaced = claim_path(&site, "owner@firm.test").await;
    let email = Which::Email(Email::parse("owner@firm.test").unwrap());
    let role = Some(vestibule::domain::account::Role::Owner);
    assert!(matches!(
        roles::grant(&site.services, &email, role).await.unwrap(),
        Granted::Invited { .. }
    ));
    let made_up = format!("/claim?token={}", "A".repeat(43));
    for path in [replaced.as_str(), made_up.as_str()] {
        let browser = Browser::new(&site);
        let callback = claiming(&site, &browser, path, "dana").await;
        refused(&site, &browser, &callback, "expired").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_opens_another_account_takes_no_second_one(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.linked("dana", DANA).await;
    let path = claim_path(&site, "owner@firm.test").await;
    let browser = Browser::new(&site);
    let callback = claiming(&site, &browser, &path, "dana").await;
    let refusal = refused(&site, &browser, &callback, "other_person").await;
    assert_eq!(refusal.reason, "login_of_another");
    // The link isn't used up by that.
    let browser = Browser::new(&site);
    let callback = claiming(&site, &browser, &path, "ikram").await;
    assert_eq!(browser.finish(&callback).await.location(), "/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_is_signed_in_takes_no_other_account_by_a_one_time_link(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let path = claim_path(&site, "owner@firm.test").await;
    let browser = signed_in(&site, "dana").await;
    let (_, token) = path.split_once("token=").unwrap();
    let url = browser
        .begin_at(&format!("/auth/clio/start?claim={token}"))
        .await;
    let callback = site.clio.authorize(&url, "ikram").unwrap();
    refused(&site, &browser, &callback, "other_person").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_one_time_link_to_an_account_that_was_closed_meanwhile_opens_nothing(pool: PgPool) {
    for status in ["suspended", "deleted"] {
        let site = Site::start(pool.clone(), |_| ()).await;
        let path = claim_path(&site, "owner@firm.test").await;
        sql(&site, &format!("UPDATE accounts SET status = '{status}'")).await;
        let browser = Browser::new(&site);
        let callback = claiming(&site, &browser, &path, "dana").await;
        refused(&site, &browser, &callback, "account_closed").await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspension_that_overtakes_the_use_of_a_one_time_link_leaves_it_unused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let path = claim_path(&site, "owner@firm.test").await;
    let browser = Browser::new(&site);
    let callback = claiming(&site, &browser, &path, "dana").await;
    let suspension = "UPDATE accounts SET status = 'suspended'";
    let reply = overtaken(&site, suspension, browser.finish(&callback)).await;
    assert_eq!(problem_of(&reply).0, "account_closed");
    assert_eq!((site.identities().await, site.sessions().await), (0, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_press_while_the_first_is_carried_out_signs_the_person_in_all_the_same(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let path = claim_path(&site, "owner@firm.test").await;
    let browser = Browser::new(&site);
    let callback = claiming(&site, &browser, &path, "dana").await;
    let issuer = site.services.clio.issuer();
    let first_press = format!(
        "LOCK TABLE claims IN ACCESS EXCLUSIVE MODE;
         UPDATE claims SET used_at = now();
         UPDATE accounts SET status = 'active', welcomed_at = now();
         INSERT INTO identities (account_id, issuer, subject, link_method)
         SELECT id, '{issuer}', 'dana', 'claim' FROM accounts"
    );
    let reply = overtaken(&site, &first_press, browser.finish(&callback)).await;
    reply.leads_to("/account");
    assert_eq!(browser.account().await, site.account_of("dana").await);
    assert_eq!((site.accounts().await, site.identities().await), (1, 1));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_incomplete_one_time_link_says_so(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for path in ["/claim", "/claim?token="] {
        let page = Browser::new(&site).get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("This link is incomplete"));
    }
}
