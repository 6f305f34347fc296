//! A list is looked through: what it would do, and what is no list.

use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;
use vestibule::{db::migrations::MIGRATOR, service::importing};

use super::{IMPORT, apply, check, people, rows};
use crate::desk::{administrator, with_role};
use crate::harness::{
    Browser, Site, account, empty_outbox, last_event, number, only_event_after, sql,
};

/// What no dry run changes.
async fn counts(site: &Site) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in [
        "accounts",
        "invitations",
        "claims",
        "mail_outbox",
        "audit_events",
    ] {
        counts.push(number(site, &format!("SELECT count(*) FROM {table}")).await);
    }
    counts
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_dry_run_says_row_by_row_what_would_happen_and_does_nothing(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    for status in ["active", "pending", "suspended", "deleted", "invited"] {
        account(&site, &format!("{status}@firm.test"), status).await;
    }
    sql(
        &site,
        "INSERT INTO accounts (email) VALUES ('unproved@firm.test')",
    )
    .await;
    empty_outbox(&site).await;
    let before = counts(&site).await;
    let csv = "Last name;Office;E-Mail;First name\r\n\
               Brandt;Oslo;Lena@BrandtLaw.test;Lena\r\n\
               Twice;;LENA@brandtlaw.test;Lena\r\n\
               ;;ACTIVE@firm.test;\r\n\
               ;;pending@firm.test;\r\n\
               ;;suspended@firm.test;\r\n\
               ;;deleted@firm.test;\r\n\
               ;;Invited@Firm.test;\r\n\
               ;;unproved@firm.test;\r\n\
               \r\n\
               =1+1;;<script>@firm;D\u{202e}na\r\n\
               Zhao;;mei@firm.test;Mei;Lin\r\n";
    let report = check(&browser, csv).await;
    assert_eq!(counts(&site).await, before);
    let page = browser.get(&format!("{report}?show=all")).await.body;
    let told = rows(&page);
    let expected = [
        "2 Lena Brandt Lena@BrandtLaw.test Will be invited",
        "3 Lena Twice LENA@brandtlaw.test Skipped: the same e-mail stands in an earlier line, line 2",
        "4 ACTIVE@firm.test Skipped: has an account",
        "5 pending@firm.test Skipped: has an account",
        "6 suspended@firm.test Skipped: the account is closed",
        "7 deleted@firm.test Skipped: the account is closed",
        "8 Invited@Firm.test Skipped: invited already",
        "9 unproved@firm.test Will be invited. Somebody signs in with this e-mail already",
        "11 Dna =1+1 &lt;script&gt;@firm Column 3, “E-Mail” : “&lt;script&gt;@firm”. This isn’t a complete",
        "11 Dna =1+1 &lt;script&gt;@firm Column 4, “First name” : “Dna”. This is too long for a name",
        "12 Mei Zhao mei@firm.test Column 5 : “Lin”. The first line names no column",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (row, expected) in told.iter().zip(expected) {
        assert!(row.starts_with(expected), "{row}\n{expected}");
    }
    assert!(page.contains("Columns that weren’t read: Office."));
    // Mistakes come first.
    let page = browser.get(&report).await.body;
    assert_eq!(rows(&page).len(), 3);
    for text in [
        "2 with mistakes",
        "1 to invite",
        "1 repeated",
        "Invite 2 people",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let page = browser.get(&format!("{report}?show=closed")).await.body;
    assert_eq!(rows(&page).len(), 2);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_is_seen_and_carried_out_by_whoever_sent_it_and_nobody_else(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (dana, ikram) = (
        administrator(&site).await,
        with_role(&site, "ikram", "owner").await,
    );
    let report = check(&dana, &people(2)).await;
    assert_eq!(ikram.get(&report).await.status, StatusCode::NOT_FOUND);
    let since = last_event(&site).await;
    apply(&ikram, &report)
        .await
        .leads_to("/admin/invitations/import?problem=decided");
    assert_eq!(
        only_event_after(&site, since).await.reason.as_deref(),
        Some("import_gone")
    );
    assert!(!importing::step(&site.services).await.unwrap());
    for id in [Uuid::max().to_string(), "x".to_owned(), "%00".to_owned()] {
        let reply = dana.get(&format!("{IMPORT}/{id}")).await;
        assert!(reply.status.is_client_error(), "{id}: {reply:?}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_list_that_cannot_be_read_comes_back_on_record(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    for (csv, code) in [
        ("", "list_empty"),
        ("email,first name\r\n\r\n", "list_empty"),
        ("dana@firm.test\nikram@firm.test", "list_without_email"),
        ("email,E-Mail\na@firm.test,b@firm.test", "list_column_twice"),
    ] {
        for apply in ["", "true"] {
            let since = last_event(&site).await;
            let reply = browser
                .post_form(IMPORT, &[("csv", csv), ("apply", apply)])
                .await;
            reply.leads_to(&format!("{IMPORT}?problem={code}"));
            let event = only_event_after(&site, since).await;
            assert_eq!(
                (event.action.as_str(), event.reason.as_deref()),
                ("desk.refused", Some(code))
            );
            let page = browser.get(&format!("{IMPORT}?problem={code}")).await.body;
            assert!(page.contains("role=\"alert\""), "{code}");
        }
    }
    assert_eq!(number(&site, "SELECT count(*) FROM imports").await, 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn fifty_thousand_people_fit_and_more_are_refused(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let browser = administrator(&site).await;
    let report = check(&browser, &people(50_000)).await;
    let page = browser.get(&report).await.body;
    for text in [
        "A list of 50,000 rows",
        "Invite 50,000 people",
        "Further rows",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert_eq!(rows(&page).len(), 100);
    let page = browser
        .get(&format!("{report}?show=invite&below=50000.0"))
        .await
        .body;
    assert_eq!(rows(&page).len(), 1);
    browser
        .post_form(IMPORT, &[("csv", &people(50_001))])
        .await
        .leads_to("/admin/invitations/import?problem=list_too_long");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_an_administrators_list_may_be_long(pool: PgPool) {
    let site = Site::start(pool, |_| ()).await;
    let (admin, reviewer) = (
        administrator(&site).await,
        with_role(&site, "ikram", "reviewer").await,
    );
    let long = "x".repeat(100_000);
    let huge = "x".repeat(9_000_000);
    for (who, path, text) in [
        (&reviewer, IMPORT, &long),
        (&Browser::new(&site), IMPORT, &long),
        (&admin, IMPORT, &huge),
        (&admin, "/admin/invitations/create", &long),
        (&admin, "/account/password", &long),
    ] {
        let reply = who
            .post_form(path, &[("csv", text.as_str()), ("email", "")])
            .await;
        assert_eq!(
            reply.status,
            StatusCode::PAYLOAD_TOO_LARGE,
            "{path} {}",
            text.len()
        );
    }
    admin
        .post_form(IMPORT, &[("csv", &long)])
        .await
        .leads_to("/admin/invitations/import?problem=list_without_email");
}
