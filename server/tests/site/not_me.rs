//! "This wasn't me" in a mail: looking changes nothing, the button undoes and closes, once.

use std::time::Duration;

use http::{Method, StatusCode};
use simulated_clio::Person;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Site, empty_outbox, events_after, form_refused, give_password,
    is_logged, last_event, mailed, newest_letter, nobody_was_told, number, press, pressed,
    prompted, sign_in_by_code, signed_in, text, told, with_a_code,
};

const FOR: Duration = Duration::from_hours(14 * 24);
const ALMOST: Duration = Duration::from_secs(14 * 24 * 3600 - 1);
const WAITING: &str = "SELECT count(*) FROM cases WHERE settled_at IS NULL";
const REFERENCE: &str = "SELECT reference FROM cases ORDER BY created_at DESC LIMIT 1";

/// Every letter that asks whether it was the person.
const LETTERS: [&str; 5] = [
    "linked",
    "unlinked",
    "new_device",
    "password_changed",
    "email_changed",
];

/// A site where the e-mail follows Clio, so that every letter is to be had.
async fn start(pool: PgPool) -> Site {
    Site::start(pool, |settings| {
        settings.set("PROFILE_EMAIL", "follow");
    })
    .await
}

/// Sends a token that is worth nothing, or not any more: it is refused and recorded.
async fn refused(site: &Site, token: &str) {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", token)
        .finish();
    let place = format!("/not-me?problem=expired&{query}");
    let form = ("/not-me/act", &[("token", token)][..]);
    let event = form_refused(site, &Browser::new(site), form, &place).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("notice.refused", Some("notice_over"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_letter_about_what_opens_the_account_has_a_link_and_looking_changes_nothing(
    pool: PgPool,
) {
    let site = start(pool).await;
    for (kind, happened) in LETTERS.into_iter().zip([
        "A Clio login was connected to your account",
        "A Clio login was disconnected from your account",
        "Somebody signed in to your account from a device",
        "The password of your account was set or changed",
        "The e-mail of your account was changed",
    ]) {
        let (_, link) = told(&site, kind).await;
        let before = site.dump().await;
        let browser = Browser::new(&site);
        for method in [Method::GET, Method::HEAD] {
            for sec_fetch_site in ["none", "cross-site"] {
                let reply = browser
                    .send(method.clone(), &link, sec_fetch_site, None)
                    .await;
                assert_eq!(reply.status, StatusCode::OK, "{kind}");
            }
        }
        let page = browser.get(&link).await.body;
        assert!(page.contains(happened), "{kind}: {page}");
        assert!(page.contains("action=\"/not-me/act\""), "{kind}");
        assert!(
            !page.contains(DANA),
            "{kind}: whose account it is isn't told"
        );
        browser.get(&link.replace("/not-me?", "/not-me/act?")).await;
        assert_eq!(site.dump().await, before, "{kind}");
        nobody_was_told(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_button_undoes_what_was_done_and_signs_everybody_out(pool: PgPool) {
    let site = start(pool).await;
    for (kind, linked, has_password, is_verified) in [
        // The login that was connected goes.
        ("linked", &["dana"][..], true, true),
        // Logins that were connected not long before the other was disconnected go.
        ("unlinked", &[], true, true),
        // The login that was used goes.
        ("new_device", &["dana"], true, true),
        // The password goes.
        ("password_changed", &["dana", "stranger"], false, true),
        // The e-mail is no longer trusted.
        ("email_changed", &["dana", "stranger"], true, false),
    ] {
        let (browser, link) = told(&site, kind).await;
        let dana = site_account(&site).await;
        let ikram = signed_in(&site, "ikram").await;
        pressed(&site, &link).await;

        let left: Vec<String> = sqlx::query_scalar(
            "SELECT subject FROM identities
             WHERE unlinked_at IS NULL AND account_id = $1 ORDER BY subject",
        )
        .bind(dana)
        .fetch_all(&site.pool)
        .await
        .unwrap();
        assert_eq!(left, linked, "{kind}");
        let hash = format!("SELECT password_hash FROM accounts WHERE id = '{dana}'");
        assert_eq!(text(&site, &hash).await.is_some(), has_password, "{kind}");
        let verified = format!("SELECT email_verified_at::text FROM accounts WHERE id = '{dana}'");
        assert_eq!(
            text(&site, &verified).await.is_some(),
            is_verified,
            "{kind}"
        );
        assert_eq!(browser.account().await, None, "{kind}");
        let alive = format!(
            "SELECT count(*) FROM sessions WHERE account_id = '{dana}' AND revoked_at IS NULL"
        );
        assert_eq!(number(&site, &alive).await, 0, "{kind}");
        assert!(
            ikram.account().await.is_some(),
            "{kind}: another person's stay"
        );
        nobody_was_told(&site).await;
    }
}

/// The account of `dana`.
async fn site_account(site: &Site) -> Uuid {
    site.account_of("dana").await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_administrator_has_a_case_and_the_person_its_reference(pool: PgPool) {
    let site = start(pool).await;
    for kind in LETTERS {
        let (_, link) = told(&site, kind).await;
        let dana = site_account(&site).await;
        empty_outbox(&site).await;
        let before = last_event(&site).await;
        pressed(&site, &link).await;
        let reference = text(&site, REFERENCE).await.unwrap();
        let events = events_after(&site, before).await;
        let last = events.last().unwrap();
        assert_eq!(
            (
                last.action.as_str(),
                last.reason.as_deref(),
                last.account_id
            ),
            ("notice.not_me", Some(kind), Some(dana))
        );
        for event in &events {
            assert_eq!(event.reference.as_ref(), Some(&reference), "{event:?}");
            assert_eq!(
                event.actor_account_id, None,
                "whoever reads a mailbox is nobody"
            );
        }
        assert_eq!(mailed(&site).await, [format!("not_me {DANA}")], "{kind}");
        assert!(
            newest_letter(&site, "not_me").await.contains(&reference),
            "{kind}"
        );
        let case = "SELECT kind || ' ' || message FROM cases WHERE settled_at IS NULL";
        assert_eq!(text(&site, case).await, Some(format!("not_me {kind}")));
        nobody_was_told(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn proofs_and_codes_that_are_under_way_die_with_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (_, link) = told(&site, "linked").await;
    site.clio
        .add_person(Person::new("dana-again", DANA).named("Dana", "Whitlock"));
    let waiting = prompted(&site, "dana-again").await;
    let (by_code, code) = with_a_code(&site, DANA).await;
    pressed(&site, &link).await;
    let reply = give_password(&waiting, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=expired");
    let reply = sign_in_by_code(&by_code, DANA, &code).await;
    reply.leads_to("/sign-in/code?problem=wrong_code");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_works_once_and_for_two_weeks(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    for (after, works) in [(ALMOST, true), (FOR, false)] {
        site.clock.freeze();
        let (_, link) = told(&site, "linked").await;
        let (_, token) = link.split_once("token=").unwrap();
        site.advance(after);
        if works {
            pressed(&site, &link).await;
        } else {
            refused(&site, token).await;
        }
        refused(&site, token).await;
        let page = Browser::new(&site).get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("This link is settled"), "{}", page.body);
        assert!(
            !page.body.contains("/not-me/act"),
            "nothing is left to press"
        );
        nobody_was_told(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_no_link_of_ours_is_worth_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (_, link) = told(&site, "linked").await;
    let long = "A".repeat(10_000);
    let case = link.split_once('=').unwrap().1.to_ascii_lowercase();
    for token in ["made-up", "", "' OR 1=1 --", long.as_str(), case.as_str()] {
        refused(&site, token).await;
        let page = Browser::new(&site)
            .get(&format!("/not-me?problem=expired&token={}", token.len()))
            .await;
        assert!(page.body.contains("incomplete"), "{}", page.body);
    }
    let (_, token) = link.split_once('=').unwrap();
    // Apart from the letter itself, nothing that is kept tells the token.
    empty_outbox(&site).await;
    assert!(!site.dump().await.contains(token) && !is_logged(token));
    let reply = Browser::new(&site)
        .with_header("origin", "https://evil.test")
        .post_form("/not-me/act", &[("token", token)])
        .await;
    assert_eq!(
        reply.status,
        StatusCode::FORBIDDEN,
        "pressed on our page only"
    );
    pressed(&site, &link).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_link_pressed_on_two_nodes_at_once_acts_once(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let (_, link) = told(&site, "linked").await;
    let (one, other) = tokio::join!(press(&site, &link), press(&node, &link));
    let done = [&one, &other]
        .into_iter()
        .filter(|reply| reply.location().ends_with("done=not_me"))
        .count();
    assert_eq!(done, 1, "{one:?} {other:?}");
    let acted = "SELECT count(*) FROM audit_events WHERE action = 'notice.not_me'";
    assert_eq!(
        (number(&site, acted).await, number(&site, WAITING).await),
        (1, 1)
    );
}
