//! `/account/activity`.

use std::collections::HashSet;

use app::wire::{Activity, Doer, Happening, LinkMethod, Status};

use crate::fake::{Fake, HOSTILE, Page, activity, happening};

/// Everything that the server may tell of.
const ACTIONS: [&str; 56] = [
    "account.email_unverified",
    "account.gave_way",
    "notice.refused",
    "connection.refused",
    "password.refused",
    "link.kept_separate",
    "account.created",
    "account.approved",
    "account.rejected",
    "account.admitted",
    "account.invited",
    "account.names_changed",
    "account.names_followed_clio",
    "account.names_from_roster",
    "account.names_from_roster.undone",
    "account.suggestion_taken",
    "account.suggestion_declined",
    "account.email_changed",
    "account.role_granted",
    "account.role_revoked",
    "account.suspended",
    "account.reactivated",
    "account.password_set",
    "account.password_changed",
    "account.password_removed",
    "session.opened",
    "session.opened_locally",
    "session.confirmed",
    "session.signed_out",
    "session.ended",
    "session.others_ended",
    "session.all_ended",
    "session.everybody_ended",
    "identity.linked",
    "identity.unlinked",
    "identity.restored",
    "identity.email_changed",
    "link.prompted",
    "link.code_sent",
    "link.proved",
    "link.refused",
    "link.cancelled",
    "link.asked",
    "case.opened",
    "case.approved",
    "case.declined",
    "case.approved.undone",
    "case.declined.undone",
    "sign_in.refused",
    "sign_in.code_sent",
    "local.refused",
    "confirm.refused",
    "confirm.code_sent",
    "admission.code_sent",
    "admission.refused",
    "notice.not_me",
];

async fn look(activity: Activity, path: &str) -> Page {
    let fake = Fake {
        activity: Some(activity),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

/// The sentence of each entry.
fn sentences(page: &Page) -> Vec<&str> {
    page.html
        .split("<li class=\"with-act\"><div><p>")
        .skip(1)
        .filter_map(|entry| entry.split_once("</p>").map(|(sentence, _)| sentence))
        .collect()
}

#[tokio::test]
async fn everything_that_happens_has_its_own_sentence() {
    let happenings = ACTIONS.map(happening).into();
    let page = look(activity(happenings), "/account/activity").await;
    let sentences = sentences(&page);
    assert_eq!(sentences.len(), ACTIONS.len(), "{}", page.html);
    let different: HashSet<_> = sentences.iter().collect();
    assert_eq!(different.len(), ACTIONS.len(), "{sentences:#?}");
    for sentence in sentences {
        assert_ne!(sentence, "Something about your account changed");
        for word in ["!", "'", "_", "token", "subject", "identity"] {
            assert!(!sentence.contains(word), "{sentence}");
        }
    }
}

#[tokio::test]
async fn entry_says_what_who_when_and_under_which_reference() {
    let page = look(
        activity(vec![
            Happening {
                method: Some(LinkMethod::Code),
                ..happening("identity.linked")
            },
            Happening {
                by: Doer::Administrator,
                ..happening("account.suspended")
            },
            happening("something.new"),
        ]),
        "/account/activity",
    )
    .await;
    for text in [
        "A Clio login was connected with a code from the account’s mailbox",
        "By you · <time datetime=\"2026-11-12T14:05:00Z\"",
        "By an administrator · ",
        "reference <code>7Q4K-92MX</code>",
        "Something about your account changed",
    ] {
        assert!(page.says(text), "{text}: {}", page.html);
    }
    assert!(!page.has_form("/account/undo"));
}

#[tokio::test]
async fn what_can_be_undone_is_undone_by_its_event() {
    let disconnected = Happening {
        undo_until: Some("26 November 2026".to_owned()),
        ..happening("identity.unlinked")
    };
    let page = look(
        activity(vec![disconnected, happening("session.opened")]),
        "/account/activity",
    )
    .await;
    let form = page.form("/account/undo");
    assert!(form.contains("type=\"hidden\" name=\"event\" value=\"0190-e7\""));
    assert!(page.says("Can be undone until 26 November 2026"));
    assert_eq!(page.html.matches("action=\"/account/undo\"").count(), 1);
}

#[tokio::test]
async fn pages_lead_to_what_was_earlier_and_back_to_the_newest() {
    let first = Activity {
        older: Some("0190-e7&x".to_owned()),
        ..activity(vec![happening("session.opened")])
    };
    let page = look(first.clone(), "/account/activity").await;
    assert!(page.contains("href=\"/account/activity?before=0190-e7%26x\""));
    assert!(!page.contains("Newest</a>"));

    let last = Activity {
        older: None,
        is_later_page: true,
        ..first
    };
    let page = look(last, "/account/activity?before=0190-e7").await;
    assert!(page.contains("Newest</a>") && !page.contains("Earlier</a>"));
}

#[tokio::test]
async fn nothing_is_said_where_nothing_happened() {
    let page = look(activity(Vec::new()), "/account/activity").await;
    assert!(page.contains("Nothing has happened to your account yet."));
    let beyond = Activity {
        is_later_page: true,
        ..activity(Vec::new())
    };
    let page = look(beyond, "/account/activity?before=0190-e7").await;
    assert!(page.contains("Nothing happened before that."));
}

#[tokio::test]
async fn whoever_has_to_confirm_first_is_led_there_and_back() {
    let page = look(
        activity(vec![happening("session.opened")]),
        "/account/activity?problem=confirm_first",
    )
    .await;
    assert!(page.contains("href=\"/account/confirm?then=%2Faccount%2Factivity\""));
}

#[tokio::test]
async fn hostile_texts_are_text() {
    let odd = Happening {
        event: HOSTILE.to_owned(),
        reference: Some(HOSTILE.to_owned()),
        undo_until: Some(HOSTILE.to_owned()),
        ..happening(HOSTILE)
    };
    let page = look(activity(vec![odd]), "/account/activity").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert_eq!(page.html.matches("&lt;script&gt;").count(), 3);
}
