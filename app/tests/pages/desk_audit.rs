//! `/admin/audit`.

use app::wire::{
    Role,
    desk::record::{
        RecordChange, RecordEntry, RecordField, RecordFilter, RecordPage, RecordPerson, RecordTopic,
    },
};

use crate::fake::{Fake, HOSTILE, moment};

const PAGE: &str = "/admin/audit";

fn page() -> RecordPage {
    RecordPage {
        filter: RecordFilter::default(),
        unread: Vec::new(),
        is_of_nobody: false,
        topics: vec![RecordTopic {
            word: "roles",
            acts: &["account.role_granted", "account.role_revoked"],
        }],
        entries: Vec::new(),
        newer: None,
        older: None,
    }
}

fn entry(text: &str) -> RecordEntry {
    RecordEntry {
        id: "42".to_owned(),
        at: moment(),
        action: "account.role_granted".to_owned(),
        method: None,
        by: Some(RecordPerson {
            id: "0190-a1".to_owned(),
            name: text.to_owned(),
            email: "ada@firm.test".to_owned(),
        }),
        about: Some(RecordPerson {
            id: "0190-a2".to_owned(),
            name: String::new(),
            email: String::new(),
        }),
        is_own: false,
        reference: Some(text.to_owned()),
        reason: Some(text.to_owned()),
        changes: vec![RecordChange {
            what: String::new(),
            before: "member".to_owned(),
            after: text.to_owned(),
        }],
        facts: vec![("sessions_ended".to_owned(), text.to_owned())],
    }
}

async fn html(page: RecordPage, path: &str) -> String {
    let mut fake = Fake::at_desk(Role::Reviewer);
    fake.record = Some(page);
    let page = fake.get(path).await;
    assert_eq!(page.head.status(), 200);
    page.html
}

#[tokio::test]
async fn an_entry_says_what_who_whom_and_what_was_before() {
    let mut shown = page();
    shown.entries = vec![entry("owner")];
    let html = html(shown, PAGE).await;
    for part in [
        "The account was given another role",
        "<del>member</del>",
        "<ins>owner</ins>",
        "reason: owner · sessions ended: owner",
        "href=\"/admin/accounts/0190-a1\"",
        "Account <code class=\"record-id\">0190-a2</code>",
        "href=\"/admin/audit.csv\"",
        "href=\"/admin/audit.jsonl\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[tokio::test]
async fn nothing_of_the_record_becomes_markup() {
    let mut shown = page();
    shown.entries = vec![entry(HOSTILE)];
    let html = html(shown, PAGE).await;
    assert!(!html.contains("<script>alert"), "{html}");
}

#[tokio::test]
async fn what_was_typed_stays_in_the_filter_and_in_every_link() {
    let mut shown = page();
    shown.entries = vec![entry("x")];
    (shown.newer, shown.older) = (Some("2.2".to_owned()), Some("1.1".to_owned()));
    let path = "/admin/audit?person=a%40firm.test&act=roles&from=2026-01-02&reference=AB";
    let html = html(shown, path).await;
    let query = "person=a%40firm.test&amp;act=roles&amp;from=2026-01-02&amp;reference=AB";
    for part in [
        "value=\"a@firm.test\"".to_owned(),
        "<option value=\"roles\" selected".to_owned(),
        "value=\"2026-01-02\"".to_owned(),
        format!("{PAGE}?{query}\""),
        format!("{PAGE}?{query}&amp;before=1.1"),
        format!("{PAGE}?{query}&amp;after=2.2"),
        format!("{PAGE}.csv?{query}\""),
        "<details open class=\"filter\"".to_owned(),
    ] {
        assert!(html.contains(&part), "{part}: {html}");
    }
}

#[tokio::test]
async fn an_empty_page_says_why_and_leads_on() {
    let shown = page();
    let first = html(shown.clone(), PAGE).await;
    assert!(first.contains("Nothing has happened yet"), "{first}");
    assert!(!first.contains("audit.csv"), "nothing to save");
    let narrowed = html(shown.clone(), "/admin/audit?act=roles").await;
    assert!(narrowed.contains("Nothing like this is on record"));
    assert!(narrowed.contains("Show everything"));
    let mut nobody = shown.clone();
    nobody.is_of_nobody = true;
    let nobody = html(nobody, "/admin/audit?person=a%40b.test").await;
    assert!(nobody.contains("No account has this e-mail"));
    let mut unread = shown;
    unread.unread = vec![RecordField::From];
    let unread = html(unread, "/admin/audit?from=soon").await;
    assert!(unread.contains("Type a day as year-month-day"), "{unread}");
    assert!(unread.contains("aria-invalid=\"true\""));
}

#[tokio::test]
async fn an_act_that_is_not_in_the_list_stays_chosen() {
    let html = html(page(), "/admin/audit?act=made.up").await;
    assert!(
        html.contains("<option value=\"made.up\" selected"),
        "{html}"
    );
}
