//! A panic: one request gets an answer that says so, and nothing else is lost.

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{Browser, Reply, Site, signed_in};

/// Says what happened, in the house's own way, and nothing of the inside.
fn is_told(reply: &Reply, what: &str) {
    assert!(
        [
            StatusCode::INTERNAL_SERVER_ERROR,
            StatusCode::SERVICE_UNAVAILABLE
        ]
        .contains(&reply.status),
        "{what}: {reply:?}"
    );
    assert!(!reply.body.contains("clock"), "{what}: {reply:?}");
    assert_eq!(reply.header("x-frame-options"), "DENY", "{what}");
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(reply.set_cookie("vestibule").is_none(), "{what}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_panic_wherever_it_strikes_costs_one_request(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let member = signed_in(&site, "dana").await;
    let mut panics = 0;
    for path in [
        "/account",
        "/account/sessions",
        "/account/connections",
        "/sign-in",
        "/auth/clio/start",
        "/welcome",
    ] {
        // Before the route, in it, and while its page is written: wherever somebody asks for the time.
        for looks in 0.. {
            site.clock.break_after(looks);
            let reply = member.get(path).await;
            if site.clock.mend() {
                assert!(!reply.status.is_server_error(), "{path}: {reply:?}");
                break;
            }
            is_told(&reply, path);
            panics += 1;
            assert!(member.account().await.is_some(), "{path}: still signed in");
        }
    }
    assert!(panics >= 10, "{panics}");
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_panic_in_the_middle_of_a_callback_leaves_the_sign_in_done_or_absent(pool: PgPool) {
    let site = Site::start(pool, |settings| settings.any_subject = true).await;
    for looks in 0.. {
        let person = format!("person-{looks}");
        let (browser, callback) = Browser::back_from_clio(&site, &person).await;
        site.clock.break_after(looks);
        let reply = browser.finish(&callback).await;
        if site.clock.mend() {
            assert_eq!(reply.location(), "/welcome");
            assert!(looks >= 3, "{looks}");
            break;
        }
        is_told(&reply, &person);
        let whole = site.accounts().await;
        assert_eq!(whole, site.identities().await);
        assert_eq!(whole, site.sessions().await);
        assert!(browser.account().await.is_none());
        assert!(
            !browser
                .sign_in(&site, &person)
                .await
                .location()
                .contains("problem")
        );
    }
    site.honest_sign_in_works().await;
}
