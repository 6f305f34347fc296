//! `ADMISSION=firm`: who belongs to the firm in Clio Manage is in at once, and others aren't.

use http::StatusCode;
use simulated_clio::{ManageUser, Person, Region};
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use crate::harness::{
    Browser, DANA_USER, FIRM, IKRAM_USER, Site, approve, at_manage, by_firm, events_after,
    last_event, number, only_event_after, query_of, signed_in, sql, text, with_role,
};

const STATUS: &str =
    "SELECT status || ' ' || awaits FROM accounts WHERE email = 'd.whitlock@harbourlane.test'";

/// Somebody who signs in for the first time, and is sent on to Clio Manage: the address there.
async fn sent_on(site: &Site, subject: &str) -> (Browser, String) {
    let browser = Browser::new(site);
    let reply = browser.sign_in(site, subject).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let url = reply.location().to_owned();
    assert!(
        url.starts_with(&site.clio.manage(Region::Us).base_url()),
        "{url}"
    );
    (browser, url)
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_member_of_the_firm_is_in_at_once_with_a_new_key_a_welcome_and_two_events(pool: PgPool) {
    let site = Site::start(pool, by_firm("queue")).await;
    let (browser, url) = sent_on(&site, "dana").await;
    let before = browser.cookie(site.session_cookie());
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending membership");
    let last = last_event(&site).await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/welcome");
    assert_ne!(browser.cookie(site.session_cookie()), before);
    assert_eq!(text(&site, STATUS).await.unwrap(), "active membership");
    let account = browser.account().await.unwrap();
    let events = events_after(&site, last).await;
    let acts: Vec<_> = events.iter().map(|event| event.action.as_str()).collect();
    assert_eq!(acts, ["manage.connected", "account.admitted_as_member"]);
    for event in &events {
        assert_eq!(
            (event.account_id, event.actor_account_id),
            (Some(account), Some(account))
        );
    }
    let mails = "SELECT string_agg(kind || ' ' || to_email, ',') FROM mail_outbox";
    assert_eq!(
        text(&site, mails).await.unwrap(),
        "welcome d.whitlock@harbourlane.test"
    );
    // The next sign-in asks Clio Manage nothing.
    Browser::new(&site)
        .sign_in(&site, "dana")
        .await
        .leads_to("/account");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn before_that_nothing_is_reached_but_the_waiting_room_which_leads_to_clio_manage(
    pool: PgPool,
) {
    let site = Site::start(pool, by_firm("queue")).await;
    let (browser, _) = sent_on(&site, "dana").await;
    for page in [
        "/account",
        "/welcome",
        "/account/connections",
        "/admin/queue",
    ] {
        browser.get(page).await.leads_to("/pending");
    }
    assert!(browser.account().await.is_none());
    let page = browser.get("/pending").await;
    assert!(
        page.body.contains("Show that you belong to the firm"),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains("/auth/clio-manage/start?region=us&amp;purpose=admission")
    );
    let url = at_manage(
        &browser,
        "/auth/clio-manage/start?region=us&purpose=admission",
    )
    .await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn with_several_regions_the_waiting_room_proposes_the_one_that_the_browser_suggests(
    pool: PgPool,
) {
    let site = Site::start(pool, |settings| {
        by_firm("queue")(settings);
        settings.manage = vec![Region::Us, Region::Eu];
    })
    .await;
    let browser = Browser::new(&site).with_header("accept-language", "en-IE,en;q=0.8");
    browser.sign_in(&site, "dana").await.leads_to("/pending");
    let first = |page: &str| {
        let at = page.find("/auth/clio-manage/start?region=").unwrap();
        page[at..]
            .chars()
            .skip("/auth/clio-manage/start?region=".len())
            .take(2)
            .collect::<String>()
    };
    assert_eq!(first(&browser.get("/pending").await.body), "eu");
    // What was chosen is remembered.
    at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    assert_eq!(first(&browser.get("/pending").await.body), "us");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_user_of_another_firm_waits_for_an_administrator_who_reads_what_clio_manage_said(
    pool: PgPool,
) {
    let site = Site::start(pool, by_firm("queue")).await;
    let manage = site.clio.manage(Region::Us);
    manage.add_user(
        ManageUser::new(9, 20_002, "d.whitlock@harbourlane.test").named("Dana", "Whitlock"),
    );
    let (browser, url) = sent_on(&site, "dana").await;
    let last = last_event(&site).await;
    approve(&site, &browser, &url, 9).await.leads_to("/pending");
    let event = only_event_after(&site, last).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("admission.asked", Some("other_firm"))
    );
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending either");
    assert_eq!(manage.grants(9), 0, "what isn't kept is given back");
    let page = browser.get("/pending").await.read();
    assert!(
        page.contains("Waiting for approval") && page.contains("Alder &amp; Finch"),
        "{page}"
    );
    let admin = with_role(&site, "ikram", "admin").await;
    let queue = admin.get("/admin/queue").await.read();
    assert!(
        queue.contains("Alder &amp; Finch, which isn’t the firm"),
        "{queue}"
    );
    // Once Clio Manage says otherwise, the person gets in without anybody.
    let url = at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_waits_for_clio_manage_isn_t_in_the_queue_until_they_ask(pool: PgPool) {
    let site = Site::start(pool, by_firm("queue")).await;
    let admin = with_role(&site, "ikram", "admin").await;
    let (browser, _) = sent_on(&site, "dana").await;
    let queue = admin.get("/admin/queue").await.read();
    // The administrator’s own e-mail at Clio waits, and nothing else.
    assert!(queue.contains(", 1 waits"), "{queue}");
    let last = last_event(&site).await;
    browser
        .post_form("/pending/ask", &[])
        .await
        .leads_to("/pending");
    let event = only_event_after(&site, last).await;
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("admission.asked", Some("by_person"))
    );
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending either");
    assert!(admin.get("/admin/queue").await.read().contains(", 2 wait"));
    let last = last_event(&site).await;
    browser
        .post_form("/pending/ask", &[])
        .await
        .leads_to("/pending");
    let event = only_event_after(&site, last).await;
    assert_eq!(event.action, "admission.refused");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn under_refuse_others_are_told_why_and_nobody_is_asked(pool: PgPool) {
    let site = Site::start(pool, by_firm("refuse")).await;
    site.clio.manage(Region::Us).add_user(ManageUser::new(
        9,
        20_002,
        "d.whitlock@harbourlane.test",
    ));
    let (browser, url) = sent_on(&site, "dana").await;
    let last = last_event(&site).await;
    let reply = approve(&site, &browser, &url, 9).await;
    let event = only_event_after(&site, last).await;
    let reference = event.reference.unwrap();
    reply.leads_to(&format!("/pending?manage=other_firm&ref={reference}"));
    assert_eq!(
        (event.action.as_str(), event.reason.as_deref()),
        ("admission.refused", Some("other_firm"))
    );
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending membership");
    let page = browser.get(reply.location()).await.read();
    assert!(
        page.contains("names another firm") && page.contains(&reference),
        "{page}"
    );
    assert!(!page.contains("/pending/ask"), "{page}");
    let last = last_event(&site).await;
    browser
        .post_form("/pending/ask", &[])
        .await
        .leads_to("/pending");
    assert_eq!(
        only_event_after(&site, last).await.action,
        "admission.refused"
    );
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending membership");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_colleague_s_approval_admits_nobody_else(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        by_firm("refuse")(settings);
        settings
            .people
            .push(Person::new("mallory", "mallory@elsewhere.test").named("Mal", "Lory"));
    })
    .await;
    let (browser, url) = sent_on(&site, "mallory").await;
    let reply = approve(&site, &browser, &url, DANA_USER).await;
    assert!(
        reply
            .location()
            .starts_with("/pending?manage=other_person&ref="),
        "{reply:?}"
    );
    assert!(browser.account().await.is_none());
    let page = browser.get("/pending").await.read();
    assert!(
        page.contains("Dana Whitlock approved, whose e-mail there is d.whitlock@harbourlane.test"),
        "{page}"
    );
    assert_eq!(
        number(
            &site,
            "SELECT count(*) FROM manage_grants WHERE tokens IS NOT NULL"
        )
        .await,
        0
    );
    assert_eq!(site.clio.manage(Region::Us).grants(DANA_USER), 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn clients_of_the_portal_and_switched_off_logins_are_refused_kindly(pool: PgPool) {
    let site = Site::start(pool, by_firm("queue")).await;
    let manage = site.clio.manage(Region::Us);
    let (browser, url) = sent_on(&site, "dana").await;
    manage.change_user(DANA_USER, |user| user.clio_connect = true);
    let reply = approve(&site, &browser, &url, DANA_USER).await;
    assert!(
        reply
            .location()
            .starts_with("/pending?manage=client_portal&ref="),
        "{reply:?}"
    );
    let page = browser.get(reply.location()).await.read();
    assert!(page.contains("yours keeps working in the portal"), "{page}");
    // A client is nobody's to decide about, whatever becomes of others.
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending membership");
    // Whose login is off may still have a token that is answered.
    manage.change_user(DANA_USER, |user| {
        user.clio_connect = false;
        user.enabled = false;
    });
    assert!(manage.switch("answers_disabled"));
    let url = at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/pending");
    let page = browser.get("/pending").await.read();
    assert!(page.contains("is switched off"), "{page}");
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending either");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_user_of_clio_manage_admits_one_account(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        by_firm("queue")(settings);
        // Clio lets two logins have one e-mail, for all that is known.
        settings
            .people
            .push(Person::new("dana-2", "d.whitlock@harbourlane.test"));
    })
    .await;
    let (first, url) = sent_on(&site, "dana").await;
    let (second, url_of_second) = sent_on(&site, "dana-2").await;
    approve(&site, &first, &url, DANA_USER)
        .await
        .leads_to("/welcome");
    let reply = approve(&site, &second, &url_of_second, DANA_USER).await;
    assert!(
        reply
            .location()
            .starts_with("/pending?manage=user_of_another&ref="),
        "{reply:?}"
    );
    assert!(second.account().await.is_none());
    assert!(first.account().await.is_some());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_firm_of_the_first_owner_is_the_firm_and_owning_it_at_clio_gives_no_rights(
    pool: PgPool,
) {
    let site = Site::start(pool, |settings| {
        by_firm("queue")(settings);
        settings.set("ADMISSION_FIRMS", "first-owner");
    })
    .await;
    // Until the first owner has connected Clio Manage, nobody is let in by it.
    let (browser, url) = sent_on(&site, "dana").await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/pending");
    let admitted = "SELECT count(*) FROM accounts WHERE status = 'active'";
    assert_eq!(number(&site, admitted).await, 0);
    let queue = "SELECT role FROM accounts WHERE email = 'd.whitlock@harbourlane.test'";
    assert_eq!(text(&site, queue).await.unwrap(), "member", "a hint only");
    let owner = with_role(&site, "ikram", "owner").await;
    // Her account's e-mail at Clio is what the harness made it.
    site.clio
        .manage(Region::Us)
        .change_user(IKRAM_USER, |user| {
            user.email = Some("ikram.osei@harbourlane.test".to_owned());
        });
    let connect = at_manage(&owner, "/auth/clio-manage/start?region=us").await;
    approve(&site, &owner, &connect, IKRAM_USER)
        .await
        .leads_to("/account/connections?done=manage_connected");
    let url = at_manage(&browser, "/auth/clio-manage/start?region=us").await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/welcome");
    // The owner of the firm's account at Clio is a member here like everybody.
    assert_eq!(text(&site, queue).await.unwrap(), "member");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_an_administrator_took_back_isn_t_undone_by_clio_manage(pool: PgPool) {
    let site = Site::start(pool, by_firm("queue")).await;
    let (browser, url) = sent_on(&site, "dana").await;
    browser
        .post_form("/pending/ask", &[])
        .await
        .leads_to("/pending");
    let admin = with_role(&site, "ikram", "admin").await;
    let account = site.account_of("dana").await.unwrap().to_string();
    let fields = [("account", account.as_str()), ("reason", "She works here.")];
    let reply = admin.post_form("/admin/accounts/approve", &fields).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    let event = last_event(&site).await.to_string();
    let reply = admin.post_form("/admin/undo", &[("event", &event)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending approval");
    let reply = approve(&site, &browser, &url, DANA_USER).await;
    assert!(!reply.location().starts_with("/welcome"), "{reply:?}");
    assert_eq!(text(&site, STATUS).await.unwrap(), "pending approval");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_login_that_was_unlinked_once_waits_for_an_administrator_also_here(pool: PgPool) {
    let site = Site::start(pool, by_firm("queue")).await;
    let (browser, url) = sent_on(&site, "dana").await;
    approve(&site, &browser, &url, DANA_USER)
        .await
        .leads_to("/welcome");
    sql(
        &site,
        "UPDATE identities SET unlinked_at = now() WHERE subject = 'dana'",
    )
    .await;
    sql(
        &site,
        "UPDATE accounts SET email = 'other@harbourlane.test'",
    )
    .await;
    let again = Browser::new(&site);
    again.sign_in(&site, "dana").await.leads_to("/pending");
    let awaits = "SELECT awaits FROM accounts ORDER BY created_at DESC LIMIT 1";
    assert_eq!(text(&site, awaits).await.unwrap(), "approval");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_firm_is_its_region_and_its_number(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        by_firm("refuse")(settings);
        settings.manage = vec![Region::Us, Region::Eu];
    })
    .await;
    let eu = site.clio.manage(Region::Eu);
    // The same number in another region is another firm.
    let number = FIRM.split(':').nth(1).unwrap().parse().unwrap();
    eu.add_firm(number, "Not Harbour");
    eu.add_user(ManageUser::new(1, number, "d.whitlock@harbourlane.test"));
    let browser = Browser::new(&site);
    browser.sign_in(&site, "dana").await.leads_to("/pending");
    let url = at_manage(&browser, "/auth/clio-manage/start?region=eu").await;
    assert_eq!(query_of(&url)["client_id"], eu.client_id());
    let callback = eu.authorize(&url, 1).unwrap();
    let reply = browser.finish(&callback).await;
    assert!(
        reply
            .location()
            .starts_with("/pending?manage=other_firm&ref="),
        "{reply:?}"
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn people_who_have_an_account_already_aren_t_asked(pool: PgPool) {
    let site = Site::start(pool, by_firm("refuse")).await;
    site.linked("dana", "d.whitlock@harbourlane.test").await;
    signed_in(&site, "dana").await;
    let grants = "SELECT count(*) FROM manage_grants";
    assert_eq!(number(&site, grants).await, 0);
}
