//! Accounts: filled in from Clio at the first sign-in, and what happens when Clio says something
//! else later.
use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, Site, account, all_at_once, forget_everybody, give_names, last_event, number,
    only_event_after, problem_of, refused, refused_alone, signed_in, sql, text,
};

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
