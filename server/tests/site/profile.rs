//! The profile: names mended here, and what becomes of it when Clio says something else later.

use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Reply, Settings, Site, events_after, forget_everybody, form_refused, give_names,
    last_event, only_event_after, signed_in, text,
};

const NAMES: &str = "SELECT first_name || ' ' || last_name FROM accounts WHERE email = 'd.whitlock@harbourlane.test'";

/// Dana as Clio knows her from now on.
fn renamed(site: &Site, first_name: &str, last_name: &str) {
    site.clio
        .add_person(Person::new("dana", DANA).named(first_name, last_name));
}

/// What becomes of both names when Clio says others.
fn names_policy(settings: &mut Settings, policy: &str) {
    settings
        .set("PROFILE_FIRST_NAME", policy)
        .set("PROFILE_LAST_NAME", policy);
}

/// Whether the account page tells of something that Clio says differently.
async fn is_told_of_a_difference(browser: &Browser) -> bool {
    let page = browser.get("/account").await;
    page.body.contains("What Clio says differently")
}

/// Takes or declines what Clio says differently.
async fn answer_suggestion(browser: &Browser, field: &str, take: &str) -> Reply {
    let fields = [("field", field), ("take", take)];
    browser.post_form("/account/suggestion", &fields).await
}

/// Fails unless taking what Clio says is refused for this reason.
async fn is_refused(site: &Site, browser: &Browser, field: &str, reason: &str) {
    let fields = [("field", field), ("take", "true")];
    let form = ("/account/suggestion", &fields[..]);
    let event = form_refused(site, browser, form, "/account?problem=changed").await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("suggestion.refused", Some(reason))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn names_mended_on_welcome_are_kept_under_every_policy(pool: PgPool) {
    for policy in ["keep", "suggest", "follow"] {
        let site = Site::start(pool.clone(), |settings| names_policy(settings, policy)).await;
        let browser = signed_in(&site, "dana").await;
        let before = last_event(&site).await;
        let reply = give_names(&browser, " Dany ", "O’Hara-Whitlock").await;
        reply.leads_to("/account");
        assert_eq!(
            only_event_after(&site, before).await.action,
            "account.names_changed"
        );

        let later = signed_in(&site, "dana").await;
        let page = later.get("/account").await.body;
        assert!(
            page.contains("Dany") && page.contains("O’Hara-Whitlock"),
            "{policy}"
        );
        assert!(
            !page.contains("What Clio says differently"),
            "{policy}: settled on the welcome page"
        );
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unchanged_name_on_welcome_is_no_change_for_the_audit(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let before = last_event(&site).await;
    give_names(&browser, "Dana", "Whitlock").await;
    assert_eq!(events_after(&site, before).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_name_that_no_name_is_comes_back_to_welcome_and_changes_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let before = site.dump().await;
    let long = "x".repeat(101);
    for bad in ["a\u{202e}b", "a\nb", "a\u{7f}", long.as_str()] {
        for fields in [
            [("first_name", bad), ("last_name", "W")],
            [("first_name", "D"), ("last_name", bad)],
        ] {
            let reply = browser.post_form("/welcome/names", &fields).await;
            assert_eq!(
                (reply.status, reply.location()),
                (StatusCode::SEE_OTHER, "/welcome?problem=bad_name"),
                "{bad:?}"
            );
        }
    }
    assert_eq!(site.dump().await, before);
    let just = "x".repeat(100);
    let reply = give_names(&browser, &just, "").await;
    assert_eq!(reply.location(), "/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn under_keep_news_from_clio_change_nothing_and_nobody_is_asked(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        names_policy(settings, "keep");
        settings.set("PROFILE_EMAIL", "keep");
    })
    .await;
    signed_in(&site, "dana").await;
    renamed(&site, "Daniela", "Whitlock-Osei");
    site.clio
        .change_email("dana", "daniela@harbourlane.test")
        .unwrap();
    let browser = signed_in(&site, "dana").await;
    assert_eq!(text(&site, NAMES).await.as_deref(), Some("Dana Whitlock"));
    assert!(!is_told_of_a_difference(&browser).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn under_follow_names_follow_clio_once_and_the_audit_says_so(pool: PgPool) {
    let site = Site::start(pool, |settings| names_policy(settings, "follow")).await;
    signed_in(&site, "dana").await;
    renamed(&site, "Daniela", "Whitlock");
    let before = last_event(&site).await;
    signed_in(&site, "dana").await;
    assert_eq!(
        text(&site, NAMES).await.as_deref(),
        Some("Daniela Whitlock")
    );
    let actions: Vec<String> = events_after(&site, before)
        .await
        .into_iter()
        .map(|event| event.action)
        .collect();
    assert_eq!(actions, ["session.opened", "account.names_followed_clio"]);
    let before = last_event(&site).await;
    signed_in(&site, "dana").await;
    assert_eq!(
        only_event_after(&site, before).await.action,
        "session.opened"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn when_clio_falls_silent_about_the_names_they_stay(pool: PgPool) {
    let site = Site::start(pool, |settings| names_policy(settings, "follow")).await;
    signed_in(&site, "dana").await;
    site.clio.remove_names("dana").unwrap();
    let browser = signed_in(&site, "dana").await;
    assert_eq!(text(&site, NAMES).await.as_deref(), Some("Dana Whitlock"));
    assert!(!is_told_of_a_difference(&browser).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suggested_name_is_shown_and_taken_or_declined_as_the_person_says(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "dana").await;
    renamed(&site, "Daniela", "Whitlock-Osei");
    let browser = signed_in(&site, "dana").await;
    assert_eq!(
        text(&site, NAMES).await.as_deref(),
        Some("Dana Whitlock"),
        "nothing changes unasked"
    );
    let page = browser.get("/account").await.body;
    assert!(page.contains("What Clio says differently"));
    assert!(page.contains("Daniela") && page.contains("Whitlock-Osei"));

    let before = last_event(&site).await;
    let reply = answer_suggestion(&browser, "first_name", "true").await;
    reply.leads_to("/account");
    assert_eq!(
        only_event_after(&site, before).await.action,
        "account.suggestion_taken"
    );
    assert_eq!(
        text(&site, NAMES).await.as_deref(),
        Some("Daniela Whitlock")
    );

    let before = last_event(&site).await;
    let reply = answer_suggestion(&browser, "last_name", "false").await;
    assert_eq!(reply.location(), "/account");
    assert_eq!(
        only_event_after(&site, before).await.action,
        "account.suggestion_declined"
    );
    assert_eq!(
        text(&site, NAMES).await.as_deref(),
        Some("Daniela Whitlock")
    );

    let again = signed_in(&site, "dana").await;
    assert!(!is_told_of_a_difference(&again).await, "both are settled");
    is_refused(&site, &again, "first_name", "no_difference").await;

    // What was declined is shown again only when Clio says something new.
    renamed(&site, "Daniela", "Osei");
    let again = signed_in(&site, "dana").await;
    assert!(is_told_of_a_difference(&again).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_changed_email_at_clio_is_shown_and_never_taken(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    signed_in(&site, "dana").await;
    site.clio
        .change_email("dana", "daniela@harbourlane.test")
        .unwrap();
    let browser = signed_in(&site, "dana").await;
    let ours = "SELECT email FROM accounts";
    assert_eq!(text(&site, ours).await.as_deref(), Some(DANA));
    assert_eq!(
        text(&site, "SELECT email FROM identities").await.as_deref(),
        Some("daniela@harbourlane.test")
    );
    assert!(
        browser
            .get("/account")
            .await
            .body
            .contains("daniela@harbourlane.test")
    );

    is_refused(&site, &browser, "email", "email_not_taken").await;
    assert_eq!(text(&site, ours).await.as_deref(), Some(DANA));

    let reply = answer_suggestion(&browser, "email", "false").await;
    assert_eq!(reply.location(), "/account");
    assert_eq!(text(&site, ours).await.as_deref(), Some(DANA));
    assert!(!is_told_of_a_difference(&browser).await);
}
