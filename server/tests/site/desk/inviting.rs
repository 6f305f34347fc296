//! Invitations at the desk, one by one.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::db::migrations::MIGRATOR;

use super::{administrator, with_role};
use crate::harness::{
    Browser, Reply, Site, account, empty_outbox, last_event, mailed, newest_letter, number,
    only_event_after, overtaken, refused, signed_in, sql, text,
};

const LIST: &str = "/admin/invitations";
const LENA: &str = "lena@brandtlaw.test";
const DAY: Duration = Duration::from_hours(24);

async fn invite(browser: &Browser, email: &str) -> Reply {
    let fields = [
        ("email", email),
        ("first_name", "Lena"),
        ("last_name", "Brandt"),
    ];
    browser
        .post_form("/admin/invitations/create", &fields)
        .await
}

/// Sends a form about an invitation.
async fn act(browser: &Browser, act: &str, invitation: Uuid) -> Reply {
    let path = format!("/admin/invitations/{act}");
    let invitation = invitation.to_string();
    browser
        .post_form(&path, &[("invitation", &invitation)])
        .await
}

/// Lena's invitation, which is the account that was made for her last.
async fn invitation(site: &Site) -> Uuid {
    let id = text(
        site,
        "SELECT account_id::text FROM invitations JOIN accounts ON id = account_id
         WHERE email ILIKE 'lena@%' ORDER BY invitations.created_at DESC LIMIT 1",
    );
    id.await.unwrap().parse().unwrap()
}

async fn standing(site: &Site) -> String {
    let standing = text(
        site,
        "SELECT standing || ' ' || status FROM invitations JOIN accounts ON id = account_id
         WHERE email ILIKE 'lena@%' ORDER BY invitations.created_at DESC LIMIT 1",
    );
    standing.await.unwrap()
}

/// The path of the newest mailed link.
async fn newest_link(site: &Site) -> String {
    let letter = newest_letter(site, "invitation").await;
    let path = letter
        .split_whitespace()
        .filter_map(|word| word.strip_prefix(site.public_url.as_str()))
        .find(|path| path.starts_with("/claim?token="));
    path.unwrap().to_owned()
}

/// Follows a mailed link and comes back from Clio; gives the callback URL, not yet opened.
async fn claiming(site: &Site, browser: &Browser, path: &str, subject: &str) -> String {
    let (_, token) = path.split_once("token=").unwrap();
    let start = format!("/auth/clio/start?claim={token}");
    let url = browser.begin_at(&start).await;
    site.clio.authorize(&url, subject).unwrap()
}

/// What a refused form of the desk leaves: its page with a code, and one row in the record.
async fn told(site: &Site, since: i64, reply: &Reply, code: &str, reason: &str) {
    reply.leads_to(&format!("{LIST}?problem={code}"));
    let event = only_event_after(site, since).await;
    assert_eq!(event.action, "desk.refused");
    assert_eq!(event.reason.as_deref(), Some(reason));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_invited_person_gets_an_account_a_mail_and_a_line_in_the_list(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let since = last_event(&site).await;
    invite(&browser, "Lena@BrandtLaw.test")
        .await
        .leads_to("/admin/invitations?done=invited");
    let event = only_event_after(&site, since).await;
    assert_eq!(event.action, "account.invited");
    assert_eq!(event.actor_account_id, browser.account().await);
    assert_eq!(event.account_id, Some(invitation(&site).await));
    let row = text(
        &site,
        "SELECT concat_ws(' ', email, role, status, first_name, last_name, email_verified_at IS NOT NULL)
         FROM accounts WHERE email ILIKE 'lena@%'",
    )
    .await;
    assert_eq!(
        row.as_deref(),
        Some("Lena@BrandtLaw.test member invited Lena Brandt t")
    );
    assert_eq!(mailed(&site).await, ["invitation Lena@BrandtLaw.test"]);
    let page = browser.get(LIST).await.body;
    for text in [
        "Lena Brandt",
        "Lena@BrandtLaw.test",
        "Waiting",
        "Dana Whitlock",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let (_, token) = newest_link(&site)
        .await
        .split_once("token=")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert!(
        !site
            .dump()
            .await
            .replace(&newest_letter(&site, "invitation").await, "")
            .contains(&format!("claims\n{token}"))
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_first_sign_in_by_the_mailed_link_accepts_the_invitation(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.set("ADMISSION", "invited");
        settings.any_subject = true;
    })
    .await;
    let browser = invited_administrator(&site).await;
    invite(&browser, LENA).await;
    let link = newest_link(&site).await;
    let lena = Browser::new(&site);
    let callback = claiming(&site, &lena, &link, "lena").await;
    lena.finish(&callback).await.leads_to("/welcome");
    assert_eq!(standing(&site).await, "accepted active");
    assert_eq!(lena.account().await, Some(invitation(&site).await));
    assert_eq!(
        text(
            &site,
            "SELECT link_method FROM identities WHERE subject = 'lena'"
        )
        .await
        .as_deref(),
        Some("claim")
    );
    let page = browser.get("/admin/invitations?show=accepted").await.body;
    assert!(page.contains("Accepted") && page.contains(LENA));
    // What is accepted can neither be sent again nor withdrawn.
    for form in ["resend", "revoke", "restore"] {
        let since = last_event(&site).await;
        let reply = act(&browser, form, invitation(&site).await).await;
        told(&site, since, &reply, "decided", "decided").await;
    }
}

/// An administrator of a site that lets in whoever is invited.
async fn invited_administrator(site: &Site) -> Browser {
    site.linked("dana", crate::harness::DANA).await;
    administrator(site).await
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_clio_login_with_the_invited_email_is_asked_for_a_proof(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let browser = administrator(&site).await;
    invite(&browser, "LENA@harbourlane.test").await;
    let lena = Browser::new(&site);
    lena.sign_in(&site, "lena").await.leads_to("/link");
    assert_eq!(standing(&site).await, "open invited");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_typed_wrong_is_refused_on_record_and_invites_nobody(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    empty_outbox(&site).await;
    let long = "x".repeat(101);
    for (email, first, code) in [
        ("", "Lena", "bad_email"),
        ("lena@brandtlaw", "Lena", "bad_email"),
        (
            "lena@brandtlaw.test\r\nBcc: evil@evil.test",
            "Lena",
            "bad_email",
        ),
        (
            "lena@brandtlaw.test,tom@brandtlaw.test",
            "Lena",
            "bad_email",
        ),
        (LENA, "Le\u{202e}na", "bad_name"),
        (LENA, &long, "bad_name"),
    ] {
        let since = last_event(&site).await;
        let fields = [("email", email), ("first_name", first), ("last_name", "")];
        let reply = browser
            .post_form("/admin/invitations/create", &fields)
            .await;
        told(&site, since, &reply, code, code).await;
    }
    assert_eq!(number(&site, "SELECT count(*) FROM invitations").await, 0);
    assert_eq!(mailed(&site).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_has_an_account_is_not_invited_beside_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    for (status, code, reason) in [
        ("active", "has_account", "has_account"),
        ("pending", "has_account", "has_account"),
        ("suspended", "account_suspended", "account_closed"),
        ("invited", "invited_already", "invited_already"),
    ] {
        account(&site, &format!("{status}@firm.test"), status).await;
        let since = last_event(&site).await;
        let reply = invite(&browser, &format!("{}@FIRM.test", status.to_uppercase())).await;
        told(&site, since, &reply, code, reason).await;
    }
    // A closed account stays closed, and an unproved e-mail stands in nobody's way.
    account(&site, "deleted@firm.test", "deleted").await;
    sql(
        &site,
        "INSERT INTO accounts (email) VALUES ('unproved@firm.test')",
    )
    .await;
    for email in ["deleted@firm.test", "unproved@firm.test"] {
        invite(&browser, email)
            .await
            .leads_to("/admin/invitations?done=invited");
        let there = format!(
            "SELECT string_agg(status, ' ' ORDER BY created_at) FROM accounts WHERE email = '{email}'"
        );
        let there = text(&site, &there).await.unwrap();
        assert!(
            ["deleted invited", "active invited"].contains(&there.as_str()),
            "{there}"
        );
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_link_that_is_sent_again_replaces_the_one_before(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let first = newest_link(&site).await;
    let id = invitation(&site).await;
    let since = last_event(&site).await;
    let reply = act(&browser, "resend", id).await;
    told(&site, since, &reply, "too_soon", "too_soon").await;
    site.advance(Duration::from_secs(61));
    let since = last_event(&site).await;
    act(&browser, "resend", id)
        .await
        .leads_to("/admin/invitations?done=resent");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("invitation.resent", Some(id))
    );
    assert_eq!(event.actor_account_id, browser.account().await);
    let second = newest_link(&site).await;
    let lena = Browser::new(&site);
    let callback = claiming(&site, &lena, &first, "lena").await;
    refused(&site, &lena, &callback, "expired").await;
    let callback = claiming(&site, &lena, &second, "lena").await;
    lena.finish(&callback).await.leads_to("/welcome");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_invitation_whose_link_is_over_stays_in_sight_and_can_be_sent_again(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    site.advance(7 * DAY);
    let browser = signed_in(&site, "dana").await;
    let page = browser.get("/admin/invitations?show=expired").await.body;
    assert!(page.contains(LENA) && page.contains("Over since"));
    assert!(
        !browser
            .get("/admin/invitations?show=waiting")
            .await
            .body
            .contains(LENA)
    );
    act(&browser, "resend", invitation(&site).await)
        .await
        .leads_to("/admin/invitations?done=resent");
    assert!(
        browser
            .get("/admin/invitations?show=waiting")
            .await
            .body
            .contains(LENA)
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawn_invitation_opens_nothing_and_can_be_undone(pool: PgPool) {
    let site = Site::start(pool, |settings| {
        settings.any_subject = true;
    })
    .await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let (id, link) = (invitation(&site).await, newest_link(&site).await);
    let lena = Browser::new(&site);
    let begun = claiming(&site, &lena, &link, "lena").await;
    empty_outbox(&site).await;
    let since = last_event(&site).await;
    act(&browser, "revoke", id)
        .await
        .leads_to("/admin/invitations?done=revoked");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("invitation.revoked", Some(id))
    );
    assert_eq!(standing(&site).await, "withdrawn deleted");
    assert_eq!(
        mailed(&site).await,
        [format!("invitation_withdrawn {LENA}")]
    );
    // Neither what was begun before nor a new try gets in.
    refused(&site, &lena, &begun, "expired").await;
    let callback = claiming(&site, &lena, &link, "lena").await;
    refused(&site, &lena, &callback, "expired").await;

    let page = browser.get("/admin/invitations?show=revoked").await.body;
    assert!(page.contains("action=\"/admin/invitations/restore\""));
    let since = last_event(&site).await;
    act(&browser, "restore", id)
        .await
        .leads_to("/admin/invitations?done=restored");
    let event = only_event_after(&site, since).await;
    assert_eq!(
        (event.action.as_str(), event.account_id),
        ("invitation.restored", Some(id))
    );
    assert_eq!(standing(&site).await, "open invited");
    assert_eq!(invitation(&site).await, id);
    let callback = claiming(&site, &lena, &link, "lena").await;
    refused(&site, &lena, &callback, "expired").await;
    let callback = claiming(&site, &lena, &newest_link(&site).await, "lena").await;
    lena.finish(&callback).await.leads_to("/welcome");
    assert_eq!(lena.account().await, Some(id));
    // Once.
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", id).await;
    told(&site, since, &reply, "decided", "decided").await;
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawal_is_undone_for_fourteen_days_while_nothing_else_has_happened(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    site.clock.freeze();
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let first = invitation(&site).await;
    act(&browser, "revoke", first).await;
    // Somebody else has the e-mail by now.
    site.advance(Duration::from_secs(1));
    invite(&browser, LENA).await;
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", first).await;
    told(&site, since, &reply, "invited_already", "invited_already").await;
    let second = invitation(&site).await;
    assert_ne!(second, first);
    act(&browser, "revoke", second).await;
    site.advance(Duration::from_secs(14 * 24 * 3600 - 1));
    let browser = signed_in(&site, "dana").await;
    act(&browser, "restore", second)
        .await
        .leads_to("/admin/invitations?done=restored");
    act(&browser, "revoke", second).await;
    site.advance(14 * DAY);
    let browser = signed_in(&site, "dana").await;
    assert!(
        !browser
            .get(LIST)
            .await
            .body
            .contains("/admin/invitations/restore")
    );
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", second).await;
    let event = only_event_after(&site, since).await;
    assert_eq!(event.reason.as_deref(), Some("too_late"), "{reply:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_account_that_was_closed_in_another_way_is_not_brought_back(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let closed = account(&site, LENA, "deleted").await;
    let since = last_event(&site).await;
    let reply = act(&browser, "restore", closed).await;
    told(&site, since, &reply, "decided", "decided").await;
    let nobody = Uuid::max();
    for form in ["resend", "revoke", "restore"] {
        let since = last_event(&site).await;
        let reply = act(&browser, form, nobody).await;
        told(&site, since, &reply, "decided", "gone").await;
        let since = last_event(&site).await;
        let path = format!("/admin/invitations/{form}");
        let reply = browser
            .post_form(&path, &[("invitation", "' OR 1=1")])
            .await;
        told(&site, since, &reply, "decided", "gone").await;
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_act_asks_for_a_fresh_sign_in(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let id = invitation(&site).await;
    site.advance(Duration::from_mins(6));
    empty_outbox(&site).await;
    let since = last_event(&site).await;
    let reply = invite(&browser, "tom@brandtlaw.test").await;
    told(&site, since, &reply, "confirm_first", "not_fresh").await;
    for form in ["resend", "revoke", "restore"] {
        let since = last_event(&site).await;
        let reply = act(&browser, form, id).await;
        told(&site, since, &reply, "confirm_first", "not_fresh").await;
    }
    assert_eq!(mailed(&site).await, [""; 0]);
    assert_eq!(standing(&site).await, "open invited");
    let page = browser
        .get("/admin/invitations?problem=confirm_first")
        .await
        .body;
    assert!(page.contains("/account/confirm?then=%2Fadmin%2Finvitations"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whoever_is_to_administer_gets_no_mailed_link(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    for (role, resent, revoked) in [
        ("admin", "administrator", "done=revoked"),
        ("owner", "owners_only", "problem=owners_only"),
    ] {
        let id = account(&site, &format!("{role}@firm.test"), "invited").await;
        sql(
            &site,
            &format!("UPDATE accounts SET role = '{role}' WHERE id = '{id}'"),
        )
        .await;
        let since = last_event(&site).await;
        act(&browser, "resend", id).await;
        let event = only_event_after(&site, since).await;
        assert_eq!(event.reason.as_deref(), Some(resent), "{role}");
        let reply = act(&browser, "revoke", id).await;
        assert!(reply.location().ends_with(revoked), "{role}: {reply:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn of_two_administrators_who_invite_one_person_at_once_one_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, ikram) = (
        administrator(&site).await,
        with_role(&site, "ikram", "owner").await,
    );
    let (one, other) = tokio::join!(invite(&dana, LENA), invite(&ikram, "LENA@brandtlaw.test"));
    let mut places = [one.location().to_owned(), other.location().to_owned()];
    places.sort();
    assert_eq!(
        places,
        [
            "/admin/invitations?done=invited",
            "/admin/invitations?problem=invited_already"
        ]
    );
    assert_eq!(number(&site, "SELECT count(*) FROM invitations").await, 1);
    assert_eq!(number(&site, "SELECT count(*) FROM claims").await, 1);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawal_that_overtakes_another_act_is_told(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    site.advance(Duration::from_secs(61));
    let id = invitation(&site).await;
    let withdrawal = "UPDATE accounts SET status = 'deleted' WHERE email = 'lena@brandtlaw.test'";
    let since = last_event(&site).await;
    let reply = overtaken(&site, withdrawal, act(&browser, "resend", id)).await;
    told(&site, since, &reply, "decided", "decided").await;
    assert_eq!(standing(&site).await, "withdrawn deleted");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_role_that_is_taken_away_meanwhile_takes_the_act_along(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let demotion = "UPDATE accounts SET role = 'reviewer' WHERE role = 'admin'";
    let since = last_event(&site).await;
    let reply = overtaken(&site, demotion, invite(&browser, LENA)).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let event = only_event_after(&site, since).await;
    assert_eq!(event.reason.as_deref(), Some("role"));
    assert_eq!(number(&site, "SELECT count(*) FROM invitations").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_is_invited_by_other_means_is_in_the_list_with_what_became_of_it(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = with_role(&site, "dana", "reviewer").await;
    for status in ["active", "suspended", "deleted", "invited"] {
        account(&site, &format!("{status}@firm.test"), "invited").await;
        sql(
            &site,
            &format!("UPDATE accounts SET status = '{status}' WHERE email = '{status}@firm.test'"),
        )
        .await;
    }
    for (show, emails) in [
        ("accepted", vec!["active@firm.test"]),
        ("revoked", vec!["suspended@firm.test", "deleted@firm.test"]),
        ("waiting", vec!["invited@firm.test"]),
        ("expired", vec![]),
    ] {
        let page = browser.get(&format!("{LIST}?show={show}")).await.body;
        assert_eq!(
            page.matches("@firm.test</span>").count() + page.matches("@firm.test</a>").count(),
            emails.len(),
            "{show}"
        );
        for email in emails {
            assert!(page.contains(email), "{show} {email}");
        }
        assert!(
            !page.contains("action=\"/admin/invitations/"),
            "reviewers press nothing"
        );
    }
    // An act on a pending e-mail reopens the invitation in the same row.
    sql(
        &site,
        "UPDATE accounts SET status = 'invited' WHERE email = 'deleted@firm.test'",
    )
    .await;
    assert!(
        browser
            .get("/admin/invitations?show=waiting")
            .await
            .body
            .contains("deleted@firm.test")
    );
}

/// The e-mails on a page of the list.
fn emails(page: &str) -> Vec<String> {
    let cells = page.split("<th scope=\"row\">").skip(1);
    cells
        .map(|cell| {
            let (cell, _) = cell.split_once("</a>").unwrap();
            cell.rsplit_once('>').unwrap().1.to_owned()
        })
        .collect()
}

/// The link with this name on a page.
fn link(page: &str, name: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!(">{name}</a>"))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    Some(href.split_once('"')?.0.replace("&amp;", "&"))
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_list_is_paged_both_ways_and_counted(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    // Three of them share each moment.
    sql(
        &site,
        "INSERT INTO accounts (email, email_verified_at, status, created_at)
         SELECT 'p' || lpad(n::text, 3, '0') || '@firm.test', now(), 'invited', now() - n / 3 * interval '1 minute'
         FROM generate_series(1, 120) AS n",
    )
    .await;
    let all: Vec<String> = sqlx::query_scalar(
        "SELECT email FROM invitations JOIN accounts ON id = account_id
         ORDER BY invitations.created_at DESC, account_id DESC",
    )
    .fetch_all(&site.pool)
    .await
    .unwrap();
    let first = browser
        .get("/admin/invitations?q=FIRM.test&show=waiting")
        .await
        .body;
    assert!(first.contains("120 invitations"));
    assert_eq!(link(&first, "Newer"), None);
    let second = browser.get(&link(&first, "Older").unwrap()).await.body;
    let third = browser.get(&link(&second, "Older").unwrap()).await.body;
    assert_eq!(link(&third, "Older"), None);
    let pages = [emails(&first), emails(&second), emails(&third)];
    assert_eq!(pages.concat(), all);
    let back = browser.get(&link(&third, "Newer").unwrap()).await.body;
    assert_eq!(emails(&back), pages[1]);
    let back = browser.get(&link(&back, "Newer").unwrap()).await.body;
    assert_eq!(emails(&back), pages[0]);
    assert_eq!(link(&back, "Newer"), None);
    // What is searched for is meant as it stands there.
    for (q, count) in [("p007@", 1), ("p%25", 0), ("P_0", 0), ("P00", 9)] {
        let page = browser.get(&format!("/admin/invitations?q={q}")).await.body;
        assert_eq!(emails(&page).len(), count, "{q}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_withdrawal_is_undone_from_the_record_as_well(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    invite(&browser, LENA).await;
    let id = invitation(&site).await;
    let mut events = Vec::new();
    for _ in 0..2 {
        act(&browser, "revoke", id).await;
        let event = last_event(&site).await.to_string();
        browser
            .post_form("/admin/undo", &[("event", &event)])
            .await
            .leads_to(&format!("/admin/accounts/{id}?done=undone"));
        assert_eq!(standing(&site).await, "open invited");
        events.push(event);
    }
    // The first withdrawal is not the one that stands now.
    act(&browser, "revoke", id).await;
    let since = last_event(&site).await;
    browser
        .post_form("/admin/undo", &[("event", &events[0])])
        .await;
    let event = only_event_after(&site, since).await;
    assert_eq!(event.reason.as_deref(), Some("decided"));
    assert_eq!(standing(&site).await, "withdrawn deleted");
}
