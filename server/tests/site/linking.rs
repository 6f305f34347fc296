//! The prompt to link: what it shows, what proves an account, and what a proof dies of.
use std::time::Duration;

use http::StatusCode;
use simulated_clio::Person;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA, PASSWORD, Reply, Site, account, account_with_password, dana_at_the_prompt,
    events_after, forget_everybody, give_password, last_event, number, only_event_after, overtaken,
    prompted, set_password, signed_in, sorted_landings, sql, text,
};

/// Fills in the password; the form leads on somewhere, right or wrong.
async fn prove(browser: &Browser, password: &str) -> Reply {
    let reply = give_password(browser, password).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    reply
}

async fn identities_of_dana(site: &Site) -> i64 {
    number(
        site,
        "SELECT count(*) FROM identities WHERE subject = 'dana'",
    )
    .await
}

/// The event after another: a proof that was refused, with a reason and a reference.
async fn proof_refused_after(site: &Site, id: i64) {
    let event = only_event_after(site, id).await;
    assert_eq!(event.action, "link.refused");
    assert!(
        event.reason.is_some() && event.reference.is_some(),
        "{event:?}"
    );
}

/// The proof didn't link anything and signed nobody in.
async fn nothing_linked(site: &Site, browser: &Browser, reply: &Reply, problem: &str) {
    assert_eq!(reply.location(), format!("/link?problem={problem}"));
    assert_eq!(identities_of_dana(site).await, 0, "{problem}");
    assert!(browser.cookie("vestibule").is_none(), "{problem}");
    assert_eq!(browser.account().await, None, "{problem}");
}

/// A page without what differs from request to request.
fn without_nonce(reply: &Reply) -> String {
    let policy = reply.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next());
    match nonce {
        Some(nonce) => reply.body.replace(nonce, "NONCE"),
        None => reply.body.clone(),
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_verified_account_with_the_logins_email_is_not_opened_but_asked_for_a_proof(
    pool: PgPool,
) {
    for (email, status) in [
        (DANA, "active"),
        ("D.WHITLOCK@HarbourLane.TEST", "active"),
        (DANA, "invited"),
        (DANA, "pending"),
    ] {
        let site = Site::start(pool.clone(), |_| ()).await;
        let id = account(&site, email, status).await;
        let before = last_event(&site).await;
        let browser = prompted(&site, "dana").await;
        assert_eq!(browser.account().await, None);
        assert_eq!(
            (
                site.accounts().await,
                site.identities().await,
                site.sessions().await
            ),
            (1, 0, 0)
        );
        let event = only_event_after(&site, before).await;
        assert_eq!(
            (event.action.as_str(), event.account_id),
            ("link.prompted", Some(id))
        );
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_prompt_shows_nothing_of_the_account_and_is_the_same_for_all_accounts(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let id = account(&site, "D.Whitlock@HarbourLane.test", "active").await;
    let mut pages = Vec::new();
    for (first, last, role, status, password) in [
        ("", "", "member", "active", None),
        ("Beatrix", "Undercover", "owner", "active", Some(PASSWORD)),
        ("Beatrix", "Undercover", "admin", "invited", None),
        (
            "Beatrix",
            "Undercover",
            "reviewer",
            "pending",
            Some(PASSWORD),
        ),
    ] {
        sql(
            &site,
            &format!(
                "UPDATE accounts SET first_name = '{first}', last_name = '{last}', role = '{role}',
                     status = '{status}', password_hash = NULL WHERE id = '{id}'"
            ),
        )
        .await;
        if let Some(password) = password {
            set_password(&site, id, password).await;
        }
        let browser = prompted(&site, "dana").await;
        let page = browser.get("/link").await;
        assert_eq!(page.status, StatusCode::OK);
        for fact in [
            "Beatrix",
            "Undercover",
            "owner",
            "Owner",
            "reviewer",
            "invited",
            "D.Whitlock",
            &id.to_string(),
        ] {
            assert!(!page.body.contains(fact), "{fact} is shown");
        }
        // What the person brought along is shown.
        assert!(page.body.contains(DANA) && page.body.contains("Dana Whitlock"));
        let wrong = prove(&browser, "not the password").await;
        let came_back = browser.get(wrong.location()).await;
        pages.push((
            without_nonce(&page),
            wrong.location().to_owned(),
            without_nonce(&came_back),
        ));
    }
    for page in &pages {
        assert_eq!(page, &pages[0]);
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_right_password_links_ends_the_other_sessions_mails_and_is_recorded(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let id = account_with_password(&site, DANA).await;
    // A session of the account that was there before, perhaps somebody else's.
    sql(
        &site,
        &format!(
            "INSERT INTO sessions (key_hash, account_id, expires_at)
             VALUES (decode(repeat('0f', 16), 'hex'), '{id}', now() + interval '1 hour')"
        ),
    )
    .await;
    let browser = Browser::new(&site);
    let reply = browser
        .sign_in_at(&site, "/auth/clio/start?return_to=%2Fmatters%2F7", "dana")
        .await;
    assert_eq!(reply.location(), "/link");

    let before = last_event(&site).await;
    let reply = prove(&browser, PASSWORD).await;
    assert_eq!(reply.location(), "/matters/7");
    assert_eq!(browser.account().await, Some(id));
    let event = only_event_after(&site, before).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("identity.linked", Some(id))
    );
    let method = text(&site, "SELECT link_method FROM identities").await;
    assert_eq!(method.as_deref(), Some("password"));
    assert_eq!(site.sessions().await, 1, "only the new session is alive");
    let mail = text(&site, "SELECT to_email || ' ' || kind FROM mail_outbox").await;
    assert_eq!(mail.as_deref(), Some("d.whitlock@harbourlane.test linked"));
    // From then on the login opens the account.
    assert_eq!(signed_in(&site, "dana").await.account().await, Some(id));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_notice_goes_to_the_accounts_mailbox_as_the_account_writes_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, "D.Whitlock@HarbourLane.test").await;
    let browser = prompted(&site, "dana").await;
    assert_eq!(prove(&browser, PASSWORD).await.location(), "/account");
    let to = text(&site, "SELECT to_email FROM mail_outbox").await;
    assert_eq!(to.as_deref(), Some("D.Whitlock@HarbourLane.test"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn after_five_wrong_passwords_the_right_one_is_too_late_and_every_refusal_is_recorded(
    pool: PgPool,
) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    for _ in 0..5 {
        let before = last_event(&site).await;
        let reply = prove(&browser, "wrong").await;
        nothing_linked(&site, &browser, &reply, "wrong_password").await;
        let event = only_event_after(&site, before).await;
        assert_eq!(
            (event.action.as_str(), event.reason.as_deref()),
            ("link.refused", Some("wrong_password"))
        );
        assert!(event.reference.is_some());
    }
    let reply = prove(&browser, PASSWORD).await;
    nothing_linked(&site, &browser, &reply, "too_many").await;
    // Nobody is locked out for good: a new sign-in has new tries.
    let again = prompted(&site, "dana").await;
    assert_eq!(prove(&again, PASSWORD).await.location(), "/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_guess_beyond_the_fifth_is_recorded_as_refused(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    for _ in 0..5 {
        prove(&browser, "wrong").await;
    }
    let before = last_event(&site).await;
    let reply = prove(&browser, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=too_many");
    proof_refused_after(&site, before).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guesses_made_at_once_are_all_counted(pool: PgPool) {
    let (_site, browser) = dana_at_the_prompt(pool).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let browser = browser.clone();
        running.spawn(async move { prove(&browser, "wrong").await.location().to_owned() });
    }
    let answers = running.join_all().await;
    let judged = answers
        .iter()
        .filter(|to| to.ends_with("wrong_password"))
        .count();
    let refused = answers.iter().filter(|to| to.ends_with("too_many")).count();
    assert_eq!((judged, refused), (5, 7));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn guesses_at_one_account_are_limited_over_many_prompts(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let id = account_with_password(&site, DANA).await;
    let spent = format!(
        "INSERT INTO guesses (bucket, window_start, count)
         VALUES ('account:{id}', to_timestamp({}), 20)",
        site.services.now().unix_timestamp() / 900 * 900
    );
    sql(&site, &spent).await;
    let browser = prompted(&site, "dana").await;
    let before = last_event(&site).await;
    let reply = prove(&browser, PASSWORD).await;
    nothing_linked(&site, &browser, &reply, "too_many").await;
    assert_eq!(
        only_event_after(&site, before).await.reason.as_deref(),
        Some("too_many")
    );
    // The next window starts afresh.
    site.advance(Duration::from_mins(15));
    let browser = prompted(&site, "dana").await;
    assert_eq!(prove(&browser, PASSWORD).await.location(), "/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_without_a_password_is_linked_by_none(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account(&site, DANA, "active").await;
    let browser = prompted(&site, "dana").await;
    for password in ["", "anything", PASSWORD] {
        let reply = prove(&browser, password).await;
        nothing_linked(&site, &browser, &reply, "wrong_password").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn another_browser_has_no_part_in_the_pending_link(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let stranger = Browser::new(&site);
    let with_own_attempt = Browser::new(&site);
    with_own_attempt.begin().await;
    let made_up = Browser::new(&site);
    made_up.set_cookie("vestibule-attempt", &"A".repeat(43));
    for other in [&stranger, &with_own_attempt, &made_up] {
        let page = other.get("/link").await;
        assert!(!page.body.contains(DANA) && page.body.contains("nothing to link"));
        let reply = prove(other, PASSWORD).await;
        nothing_linked(&site, other, &reply, "expired").await;
        other.post_form("/link/cancel", &[]).await;
    }
    assert_eq!(prove(&browser, PASSWORD).await.location(), "/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pending_link_lives_fifteen_minutes(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    account_with_password(&site, DANA).await;
    let late = prompted(&site, "dana").await;
    site.advance(Duration::from_mins(15));
    assert!(late.get("/link").await.body.contains("nothing to link"));
    let reply = prove(&late, PASSWORD).await;
    nothing_linked(&site, &late, &reply, "expired").await;

    let in_time = prompted(&site, "dana").await;
    site.advance(Duration::from_secs(899));
    assert_eq!(prove(&in_time, PASSWORD).await.location(), "/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_pending_link_is_used_once(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let thief = browser.copied();
    assert_eq!(prove(&browser, PASSWORD).await.location(), "/account");
    assert_eq!(
        prove(&thief, PASSWORD).await.location(),
        "/link?problem=expired"
    );
    assert!(thief.cookie("vestibule").is_none());
    // Nor after the link was undone.
    sql(&site, "UPDATE identities SET unlinked_at = now()").await;
    assert_eq!(
        prove(&thief, PASSWORD).await.location(),
        "/link?problem=expired"
    );
    let linked = "SELECT count(*) FROM identities WHERE unlinked_at IS NULL";
    assert_eq!(number(&site, linked).await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_dies_with_a_change_of_the_account_in_between(pool: PgPool) {
    for (change, problem) in [
        ("email = 'partner@harbourlane.test'", "changed"),
        ("email_verified_at = NULL", "changed"),
        ("status = 'suspended'", "changed"),
        ("status = 'deleted'", "changed"),
        ("password_hash = NULL", "wrong_password"),
        (
            "password_hash = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA'",
            "wrong_password",
        ),
    ] {
        let (site, browser) = dana_at_the_prompt(pool.clone()).await;
        sql(&site, &format!("UPDATE accounts SET {change}")).await;
        let reply = prove(&browser, PASSWORD).await;
        nothing_linked(&site, &browser, &reply, problem).await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_proof_dies_with_a_change_of_the_account_that_overtakes_it(pool: PgPool) {
    for change in [
        "email = 'partner@harbourlane.test'",
        "email_verified_at = NULL",
        "status = 'suspended'",
        "password_hash = NULL",
        "password_hash = '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA'",
    ] {
        let (site, browser) = dana_at_the_prompt(pool.clone()).await;
        let change = format!("UPDATE accounts SET {change}");
        let reply = overtaken(&site, &change, prove(&browser, PASSWORD)).await;
        nothing_linked(&site, &browser, &reply, "changed").await;
        forget_everybody(&site).await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_right_password_that_no_longer_links_is_recorded_as_refused(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    sql(&site, "UPDATE accounts SET status = 'suspended'").await;
    let before = last_event(&site).await;
    let reply = prove(&browser, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=changed");
    proof_refused_after(&site, before).await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_cancelled_link_is_over(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let before = last_event(&site).await;
    let reply = browser.post_form("/link/cancel", &[]).await;
    reply.leads_to("/sign-in");
    assert_eq!(
        only_event_after(&site, before).await.action,
        "link.cancelled"
    );
    assert!(browser.get("/link").await.body.contains("nothing to link"));
    let reply = prove(&browser, PASSWORD).await;
    nothing_linked(&site, &browser, &reply, "expired").await;
    // Cancelling nothing is no change.
    let before = last_event(&site).await;
    browser.post_form("/link/cancel", &[]).await;
    assert_eq!(events_after(&site, before).await, []);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_who_signed_in_meanwhile_links_nothing(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    assert_eq!(browser.sign_in(&site, "ikram").await.location(), "/welcome");
    let ikram = browser.account().await;
    let reply = prove(&browser, PASSWORD).await;
    assert_eq!(reply.location(), "/link?problem=changed");
    assert_eq!(identities_of_dana(&site).await, 0);
    assert_eq!(browser.account().await, ikram);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_browsers_that_prove_at_once_make_one_link(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    account_with_password(&site, DANA).await;
    let (one, other) = (prompted(&site, "dana").await, prompted(&site, "dana").await);
    let (first, second) = tokio::join!(prove(&one, PASSWORD), prove(&other, PASSWORD));
    let landings = sorted_landings([first, second]);
    assert_eq!(landings[0], "/account", "{landings:?}");
    assert!(landings[1].starts_with("/link?problem="), "{landings:?}");
    assert_eq!(
        (identities_of_dana(&site).await, site.sessions().await),
        (1, 1)
    );
    assert_eq!(number(&site, "SELECT count(*) FROM mail_outbox").await, 1);
    assert_eq!(
        number(
            &site,
            "SELECT count(*) FROM audit_events WHERE action = 'identity.linked'"
        )
        .await,
        1
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_logins_with_one_email_that_prove_at_once_make_one_link(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings
            .people
            .push(Person::new("dana-2", DANA).named("Dana", "Whitlock"));
    })
    .await;
    account_with_password(&site, DANA).await;
    let (one, other) = (
        prompted(&site, "dana").await,
        prompted(&site, "dana-2").await,
    );
    tokio::join!(prove(&one, PASSWORD), prove(&other, PASSWORD));
    assert_eq!(
        (site.identities().await, site.sessions().await),
        (1, 1),
        "a proof dies with any change of links"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn looking_at_the_prompt_proves_nothing(pool: PgPool) {
    let (site, browser) = dana_at_the_prompt(pool).await;
    let before = site.dump().await;
    for path in [
        "/link",
        "/link/password?password=paper",
        "/link/cancel",
        "/link?problem=wrong_password",
    ] {
        browser.get(path).await;
    }
    assert_eq!(site.dump().await, before);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_prompt_in_a_browser_replaces_the_first(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let dana = account_with_password(&site, DANA).await;
    let ikram = account(&site, "ikram.osei@harbourlane.test", "active").await;
    set_password(&site, ikram, "another password").await;
    let browser = prompted(&site, "dana").await;
    assert_eq!(browser.sign_in(&site, "ikram").await.location(), "/link");
    assert_eq!(
        prove(&browser, PASSWORD).await.location(),
        "/link?problem=wrong_password",
        "Dana's is over"
    );
    assert_eq!(
        prove(&browser, "another password").await.location(),
        "/account"
    );
    assert_eq!(browser.account().await, Some(ikram));
    assert_ne!(browser.account().await, Some(dana));
}
