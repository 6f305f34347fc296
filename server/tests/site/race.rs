//! Many at once, on two nodes over one database.

use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Reply, Site, all_at_once, failures_logged};

/// Fails unless all answers lead on; says how many didn't, and why.
#[track_caller]
fn all_lead_on(replies: &[Reply], leads_on: impl Fn(&Reply) -> bool) {
    let failed: Vec<_> = replies.iter().filter(|reply| !leads_on(reply)).collect();
    assert!(
        failed.is_empty(),
        "{} failed, such as {:?}; {}",
        failed.len(),
        failed.first(),
        failures_logged()
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_hundred_first_sign_ins_of_one_person_on_two_nodes_make_one_account(pool: PgPool) {
    let one = Site::start(pool, |_| ()).await;
    let two = one.another_node().await;
    let mut visits = Vec::new();
    let mut browsers = Vec::new();
    for number in 0..200 {
        let node = if number % 2 == 0 { &one } else { &two };
        let browser = Browser::new(&one).at_node(node);
        let callback = browser.callback_of(&one, "dana").await;
        browsers.push(browser.clone());
        visits.push((browser, callback));
    }
    let replies = all_at_once(visits).await;
    let places = |place: &str| {
        replies
            .iter()
            .filter(|reply| reply.location() == place)
            .count()
    };
    all_lead_on(&replies, |reply| reply.status == 303);
    assert_eq!(
        (places("/welcome"), places("/account")),
        (1, 199),
        "created once, found by the others"
    );
    assert_eq!((one.accounts().await, one.identities().await), (1, 1));
    assert_eq!(one.sessions().await, 200);
    let account = one.account_of("dana").await;
    for browser in browsers.iter().step_by(20) {
        assert_eq!(browser.account().await, account);
    }
    let created = "SELECT count(*) FROM audit_events WHERE action = 'account.created'";
    assert_eq!(one.count(created).await, 1, "and recorded once");
    one.honest_sign_in_works().await;
    two.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn fifty_people_with_two_browsers_each_at_once_make_fifty_accounts(pool: PgPool) {
    let one = Site::start(pool, |settings| settings.any_subject = true).await;
    let two = one.another_node().await;
    let mut visits = Vec::new();
    for person in 0..50 {
        for node in [&one, &two] {
            let browser = Browser::new(&one).at_node(node);
            let callback = browser.callback_of(&one, &format!("person-{person}")).await;
            visits.push((browser, callback));
        }
    }
    let browsers: Vec<Browser> = visits.iter().map(|(browser, _)| browser.clone()).collect();
    let replies = all_at_once(visits).await;
    all_lead_on(&replies, |reply| {
        ["/welcome", "/account"].contains(&reply.location())
    });
    assert_eq!((one.accounts().await, one.identities().await), (50, 50));
    assert_eq!(one.sessions().await, 100);
    for pair in browsers.chunks(2) {
        assert_eq!(pair[0].account().await, pair[1].account().await);
        assert!(pair[0].account().await.is_some());
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_nodes_are_one_site(pool: PgPool) {
    let one = Site::start(pool, |_| ()).await;
    let two = one.another_node().await;
    let (browser, callback) = Browser::back_from_clio(&one, "dana").await;
    let there = browser.at_node(&two);
    assert_eq!(
        there.finish(&callback).await.location(),
        "/welcome",
        "begun at one, finished at the other"
    );
    assert_eq!(browser.account().await, there.account().await);
    assert!(browser.account().await.is_some());
    assert_eq!(
        there.post_form("/auth/sign-out", &[]).await.location(),
        "/sign-in"
    );
    let still = browser.copied();
    assert!(
        still.account().await.is_none(),
        "signed out at one is signed out at both"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_people_with_one_e_mail_at_once_are_two_people(pool: PgPool) {
    let one = Site::start(pool, |settings| {
        for number in 0..10 {
            let person =
                simulated_clio::Person::new(format!("twin-{number}"), "shared@harbourlane.test");
            settings.people.push(person);
        }
    })
    .await;
    let mut visits = Vec::new();
    for number in 0..10 {
        let (browser, callback) = Browser::back_from_clio(&one, &format!("twin-{number}")).await;
        visits.push((browser, callback));
    }
    for reply in all_at_once(visits).await {
        assert_eq!(
            reply.location(),
            "/welcome",
            "an unverified e-mail neither matches nor blocks"
        );
    }
    assert_eq!((one.accounts().await, one.identities().await), (10, 10));
}
