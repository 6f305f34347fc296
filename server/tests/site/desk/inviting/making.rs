//! Somebody is invited, and comes.

use std::time::Duration;

use http::StatusCode;
use sqlx::PgPool;
use vestibule::db::migrations::MIGRATOR;

use super::{LENA, LIST, act, claiming, invitation, invite, standing, told};
use crate::desk::{administrator, with_role};
use crate::harness::{
    Browser, Site, account, claim_link, empty_outbox, last_event, mailed, newest_letter, number,
    only_event_after, overtaken, sql, text,
};

/// An administrator of a site that lets in whoever is invited.
async fn invited_administrator(site: &Site) -> Browser {
    site.linked("dana", crate::harness::DANA).await;
    administrator(site).await
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
    let (_, token) = claim_link(&site)
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
    let link = claim_link(&site).await;
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
    let page = browser.get("/admin/invitations?show=accepted").await.read();
    assert!(page.contains("Accepted") && page.contains(LENA));
    // What is accepted can neither be sent again nor withdrawn.
    for form in ["resend", "revoke", "restore"] {
        let since = last_event(&site).await;
        let reply = act(&browser, form, invitation(&site).await).await;
        told(&site, since, &reply, "decided", "decided").await;
    }
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
