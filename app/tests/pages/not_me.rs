//! `/not-me`.

use std::collections::HashSet;

use app::wire::{Notice, NoticeKind};

use crate::fake::{Fake, Page, moment};

const KINDS: [NoticeKind; 5] = [
    NoticeKind::Linked,
    NoticeKind::Unlinked,
    NoticeKind::NewDevice,
    NoticeKind::EmailChanged,
    NoticeKind::PasswordChanged,
];

async fn look(kind: NoticeKind, is_open: bool, path: &str) -> Page {
    let fake = Fake {
        notice: Some(Notice {
            kind,
            at: moment(),
            is_open,
        }),
        ..Fake::default()
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    assert!(!page.contains("<script"));
    page
}

#[tokio::test]
async fn mail_is_explained_and_acted_on_by_one_button() {
    let mut leads = HashSet::new();
    for kind in KINDS {
        let page = look(kind, true, "/not-me?token=known").await;
        let form = page.form("/not-me/act");
        assert!(form.contains("type=\"hidden\" name=\"token\" value=\"known\""));
        assert!(form.contains("This wasn’t me</button>"));
        assert_eq!(page.html.matches("<form").count(), 1);
        for text in [
            "Everybody who is signed in to the account is signed out.",
            "An administrator of the firm gets to know",
            "Do nothing, and close this page.",
            "datetime=\"2026-11-12T14:05:00Z\"",
        ] {
            assert!(page.contains(text), "{kind:?}: {text}");
        }
        let (_, lead) = page.html.split_once("<p class=\"lead\">").unwrap();
        leads.insert(lead.split_once('<').unwrap().0.to_owned());
    }
    assert_eq!(leads.len(), KINDS.len(), "{leads:?}");
}

#[tokio::test]
async fn what_becomes_of_it_depends_on_what_it_was() {
    let page = look(NoticeKind::Linked, true, "/not-me?token=known").await;
    assert!(page.contains("The Clio login that was connected is disconnected."));
    assert!(page.contains("stays until that is decided"));
    let page = look(NoticeKind::PasswordChanged, true, "/not-me?token=known").await;
    assert!(page.contains("The password is removed."));
    assert!(!page.contains("is disconnected."));
}

#[tokio::test]
async fn settled_mail_says_whom_to_ask() {
    let page = look(NoticeKind::Linked, false, "/not-me?token=known").await;
    assert!(page.contains("This link is settled</h1>"));
    assert!(page.contains("tell your firm’s administrator"));
    assert!(!page.contains("<form"));
}

#[tokio::test]
async fn unknown_or_missing_link_is_incomplete() {
    for path in ["/not-me", "/not-me?token=", "/not-me?token=unknown"] {
        let page = look(NoticeKind::Linked, true, path).await;
        assert!(page.contains("This link is incomplete</h1>"), "{path}");
        assert!(!page.contains("<form"), "{path}");
    }
}

#[tokio::test]
async fn whoever_pressed_the_button_learns_what_happens_next() {
    let page = look(NoticeKind::Linked, false, "/not-me?token=known&done=not_me").await;
    assert!(page.contains("role=\"status\""));
    assert!(page.contains("everybody was signed out"));
    assert!(page.contains("an administrator knows"));
    assert!(page.contains("href=\"/sign-in\""));
    assert!(!page.contains("<form"));
}

#[tokio::test]
async fn form_that_came_back_says_why() {
    let path = "/not-me?problem=too_many&token=known";
    let page = look(NoticeKind::Linked, true, path).await;
    assert!(page.contains("Wait a few minutes, then try again."));
}

#[tokio::test]
async fn hostile_links_stay_inside_their_field() {
    let page = look(NoticeKind::Linked, true, "/not-me?token=%22%3E%3Cscript%3E").await;
    let form = page.form("/not-me/act");
    assert!(
        form.contains("value=\"&quot;&gt;&lt;script&gt;\""),
        "{form}"
    );
}
