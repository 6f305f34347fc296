//! `/account/sessions`.

use app::wire::{OpenSession, Status};

use crate::fake::{Fake, HOSTILE, Page, sessions};

async fn look(sessions: Vec<OpenSession>) -> Page {
    let fake = Fake {
        sessions: Some(sessions),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get("/account/sessions").await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn each_session_says_which_browser_where_since_when_and_how() {
    let page = look(sessions()).await;
    for text in [
        "Firefox on Windows",
        "Safari on iPhone",
        "192.0.2.17",
        "2001:db8::17",
        " with Clio · from ",
        " with a mailed code · from ",
        "Last seen ",
    ] {
        assert!(page.says(text), "{text}");
    }
    assert_eq!(page.html.matches("This browser</span>").count(), 1);
}

#[tokio::test]
async fn each_session_is_ended_by_its_id() {
    let page = look(sessions()).await;
    assert!(page.contains("type=\"hidden\" name=\"session\" value=\"0190-s1\""));
    assert!(page.contains("type=\"hidden\" name=\"session\" value=\"0190-s2\""));
    assert_eq!(
        page.html
            .matches("method=\"post\" action=\"/account/sessions/end\"")
            .count(),
        4
    );
    assert_eq!(page.html.matches("Sign out here").count(), 1);
    assert_eq!(page.html.matches("End this session").count(), 1);
}

#[tokio::test]
async fn sessions_of_one_kind_of_browser_are_told_apart_by_whoever_hears_them() {
    let page = look(sessions()).await;
    let since = ", opened 12 November 2026, 14:05 UTC from 2001:db8::17";
    assert!(
        page.contains(&format!(
            "End this session<span class=\"unseen\"> in Safari on iPhone{since}</span>"
        )),
        "{}",
        page.html
    );
    assert!(
        page.contains(&format!(
            "Safari on iPhone <span class=\"unseen\">{since}</span>"
        )) || page.contains(&format!(
            "Safari on iPhone<span class=\"unseen\">{since}</span>"
        ))
    );
}

#[tokio::test]
async fn several_are_ended_at_once() {
    let page = look(sessions()).await;
    assert!(page.contains("name=\"session\" value=\"others\""));
    assert!(page.contains("name=\"session\" value=\"all\""));
    assert!(page.contains("Sign out all other browsers</button>"));
    assert!(page.contains("Sign out everywhere</button>"));
    assert!(page.says("You will have to sign in again."));
}

#[tokio::test]
async fn whoever_is_in_alone_has_no_others_to_end() {
    let mut alone = sessions();
    alone.truncate(1);
    let page = look(alone).await;
    assert!(!page.contains("value=\"others\""));
    assert!(page.contains("name=\"session\" value=\"all\""));
}

#[tokio::test]
async fn hostile_texts_are_text() {
    let mut odd = sessions();
    odd[1].device = HOSTILE.to_owned();
    odd[1].address = HOSTILE.to_owned();
    let page = look(odd).await;
    assert!(!page.contains("<script"), "{}", page.html);
    // As heading and button, and each time with the address.
    assert_eq!(page.html.matches("&lt;script&gt;").count(), 5);
}
