//! Accounts: filled in from Clio at the first sign-in, and what happens when Clio says something
//! else later.

use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Reply, Settings, Site, account, all_at_once, events_after, forget_everybody,
    give_names, last_event, number, only_event_after, problem_of, refused, refused_alone,
    signed_in, sql, text,
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

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_first_sign_in_creates_the_account_filled_in_from_clio_and_leads_to_welcome(
    pool: PgPool,
) {
    let site = Site::start(pool, |_| ()).await;
    let before = last_event(&site).await;
    let browser = Browser::new(&site);
    let reply = browser.sign_in(&site, "tomas").await;
    reply.leads_to("/welcome");

    let row = text(
        &site,
        "SELECT concat_ws('|', email, first_name, last_name, role, status, email_verified_at) FROM accounts",
    )
    .await;
    assert_eq!(
        row.as_deref(),
        Some("tomas.ferreira@harbourlane.test|Tomás|Ferreira|member|active")
    );
    let identity = text(
        &site,
        "SELECT concat_ws('|', subject, email, link_method, unlinked_at) FROM identities",
    )
    .await;
    assert_eq!(
        identity.as_deref(),
        Some("tomas|tomas.ferreira@harbourlane.test|first_sign_in")
    );
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("account.created", browser.account().await)
    );

    let page = browser.get("/welcome").await;
    assert_eq!(page.status, StatusCode::OK);
    for fact in ["Tomás", "Ferreira", "tomas.ferreira@harbourlane.test"] {
        assert!(page.body.contains(fact), "{fact}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_second_sign_in_finds_the_same_account_and_goes_to_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let first = signed_in(&site, "dana").await;
    let before = last_event(&site).await;
    let second = Browser::new(&site);
    let reply = second.sign_in(&site, "dana").await;
    assert_eq!(reply.location(), "/account");
    assert_eq!(second.account().await, first.account().await);
    assert_eq!((site.accounts().await, site.identities().await), (1, 1));
    assert_eq!(
        only_event_after(&site, before).await.action,
        "session.opened"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn welcome_goes_on_to_where_the_person_wanted_to_go(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = Browser::new(&site);
    let reply = browser
        .sign_in_at(
            &site,
            "/auth/clio/start?return_to=%2Fmatters%2F12%3Ftab%3Dnotes",
            "dana",
        )
        .await;
    assert_eq!(reply.location(), "/welcome");
    let reply = give_names(&browser, "Dana", "Whitlock").await;
    reply.leads_to("/matters/12?tab=notes");
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
    let reply = answer_suggestion(&again, "first_name", "true").await;
    assert_eq!(reply.location(), "/account?problem=changed");

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

    let reply = answer_suggestion(&browser, "email", "true").await;
    assert_eq!(reply.location(), "/account?problem=changed");
    assert_eq!(text(&site, ours).await.as_deref(), Some(DANA));

    let reply = answer_suggestion(&browser, "email", "false").await;
    assert_eq!(reply.location(), "/account");
    assert_eq!(text(&site, ours).await.as_deref(), Some(DANA));
    assert!(!is_told_of_a_difference(&browser).await);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_changed_email_at_clio_still_opens_the_same_account_and_no_other(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = signed_in(&site, "dana").await.account().await;
    account(&site, "partner@harbourlane.test", "active").await;
    site.clio
        .change_email("dana", "partner@harbourlane.test")
        .unwrap();
    let browser = signed_in(&site, "dana").await;
    assert_eq!(
        browser.account().await,
        dana,
        "the subject opens the account, not the e-mail"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_recreated_clio_login_with_the_same_email_is_a_stranger(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = signed_in(&site, "dana").await.account().await;
    site.clio.recreate("dana", "dana-2").unwrap();
    let browser = signed_in(&site, "dana-2").await;
    assert_ne!(browser.account().await, dana);
    assert_eq!(
        site.accounts().await,
        2,
        "the unverified e-mail located nothing"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_without_names_gets_an_account_and_can_fill_them_in(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings
            .people
            .push(Person::new("frontdesk", "frontdesk@harbourlane.test"));
    })
    .await;
    let browser = signed_in(&site, "frontdesk").await;
    let session = browser.session().await.unwrap();
    assert_eq!(session["account"]["first_name"], "");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    give_names(&browser, "Front", "Desk").await;
    assert_eq!(
        browser.session().await.unwrap()["account"]["last_name"],
        "Desk"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_first_sign_in_without_a_usable_email_is_refused(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings
            .people
            .push(Person::new("nobody", "x").without_email());
        let long = format!("{}@harbourlane.test", "a".repeat(65));
        for (subject, email) in [
            ("empty", ""),
            ("half", "samira@"),
            ("spaced", "samira haddad@harbourlane.test"),
            ("crlf", "s@harbourlane.test\r\nBcc: x@evil.test"),
            ("nul", "s\0@harbourlane.test"),
            ("two", "a@b@harbourlane.test"),
            ("long", long.as_str()),
        ] {
            settings
                .people
                .push(Person::new(subject, email).named("Samira", "Haddad"));
        }
    })
    .await;
    for subject in [
        "nobody", "empty", "half", "spaced", "crlf", "nul", "two", "long",
    ] {
        let (browser, callback) = Browser::back_from_clio(&site, subject).await;
        let before = last_event(&site).await;
        // Not by `refused`: an empty e-mail is found in every log.
        let (code, reference) = problem_of(&browser.finish(&callback).await);
        assert_eq!(code, "no_email", "{subject}");
        let event = only_event_after(&site, before).await;
        assert_eq!(
            (event.reason.as_deref(), event.reference),
            (Some("no_email"), Some(reference)),
            "{subject}"
        );
        assert_eq!(browser.account().await, None);
    }
    assert_eq!(site.accounts().await, 0);
    site.honest_sign_in_works().await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn who_is_linked_already_comes_in_when_the_email_is_gone_at_clio(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = signed_in(&site, "dana").await.account().await;
    site.clio.add_person(
        Person::new("dana", DANA)
            .named("Dana", "Whitlock")
            .without_email(),
    );
    let browser = signed_in(&site, "dana").await;
    assert_eq!(browser.account().await, dana);
    assert_eq!(
        text(&site, "SELECT email FROM accounts").await.as_deref(),
        Some(DANA)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unlinked_identity_is_not_linked_again_by_itself(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = signed_in(&site, "dana").await.account().await.unwrap();
    sql(&site, "UPDATE identities SET unlinked_at = now()").await;

    let browser = Browser::new(&site);
    let reply = browser.sign_in(&site, "dana").await;
    assert_eq!(reply.location(), "/pending", "a person decides again");
    assert_eq!(browser.account().await, None);
    let count = format!(
        "SELECT count(*) FROM identities WHERE account_id = '{dana}' AND unlinked_at IS NULL"
    );
    assert_eq!(number(&site, &count).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_unlinked_identity_whose_email_locates_its_account_is_asked_for_a_proof(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = site.linked("dana", DANA).await;
    assert_eq!(signed_in(&site, "dana").await.account().await, Some(dana));
    sql(&site, "UPDATE identities SET unlinked_at = now()").await;
    let browser = Browser::new(&site);
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/link");
    assert_eq!(browser.account().await, None);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspended_or_deleted_account_is_closed_to_its_login(pool: PgPool) {
    for status in ["suspended", "deleted"] {
        let site = Site::start(pool.clone(), |_| ()).await;
        let dana = site.linked("dana", DANA).await;
        assert_eq!(signed_in(&site, "dana").await.account().await, Some(dana));
        sql(
            &site,
            &format!("UPDATE accounts SET status = '{status}' WHERE id = '{dana}'"),
        )
        .await;
        let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
        let refusal = refused_alone(&site, &browser, &callback, "account_closed").await;
        assert_eq!(refusal.reason, "account_closed");
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_suspended_or_deleted_account_gets_no_second_one_by_its_verified_email(pool: PgPool) {
    for status in ["suspended", "deleted"] {
        let site = Site::start(pool.clone(), |_| ()).await;
        account(&site, "D.WHITLOCK@HarbourLane.test", status).await;
        let (browser, callback) = Browser::back_from_clio(&site, "dana").await;
        refused_alone(&site, &browser, &callback, "account_closed").await;
        // One byte away, she comes in.
        site.clio
            .change_email("dana", "e.whitlock@harbourlane.test")
            .unwrap();
        signed_in(&site, "dana").await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn unverified_emails_neither_match_nor_block(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    sql(
        &site,
        "INSERT INTO accounts (email, status)
         SELECT 'd.whitlock@harbourlane.test', unnest(ARRAY['invited', 'pending', 'active', 'suspended', 'deleted'])",
    )
    .await;
    let browser = Browser::new(&site);
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/welcome");
    assert_eq!(site.accounts().await, 6);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn email_equality_is_ascii_case_folding_and_nothing_more(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings
            .people
            .push(Person::new("jorg", "JÖRG@harbourlane.test").named("Jörg", "K"));
        // U+212A KELVIN SIGN, which Unicode lowers to k.
        settings
            .people
            .push(Person::new("kim", "\u{212a}im@harbourlane.test").named("Kim", "K"));
    })
    .await;
    account(&site, "jörg@harbourlane.test", "active").await;
    account(&site, "kim@harbourlane.test", "active").await;
    for subject in ["jorg", "kim"] {
        let browser = Browser::new(&site);
        assert_eq!(
            browser.sign_in(&site, subject).await.location(),
            "/welcome",
            "{subject} is somebody else"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_persons_login_in_a_browser_that_is_signed_in_is_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = signed_in(&site, "dana").await;
    let callback = browser.callback_of(&site, "ikram").await;
    refused(&site, &browser, &callback, "other_person").await;
    // The same person gets a fresh session.
    let cookie = browser.cookie("vestibule");
    assert_eq!(browser.sign_in(&site, "dana").await.location(), "/account");
    assert_ne!(browser.cookie("vestibule"), cookie);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn many_first_sign_ins_of_one_person_at_once_make_one_account(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let node = site.another_node().await;
    let mut visits = Vec::new();
    for turn in 0..24 {
        let browser = if turn % 2 == 0 {
            Browser::new(&site)
        } else {
            Browser::new(&site).at_node(&node)
        };
        let callback = browser.callback_of(&site, "dana").await;
        visits.push((browser, callback));
    }
    for reply in all_at_once(visits).await {
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        assert!(
            ["/welcome", "/account"].contains(&reply.location()),
            "{reply:?}"
        );
    }
    assert_eq!(
        (
            site.accounts().await,
            site.identities().await,
            site.sessions().await
        ),
        (1, 1, 24)
    );
}
