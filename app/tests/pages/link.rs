//! `/link`.

use crate::fake::{Fake, HOSTILE, pending_link};

#[tokio::test]
async fn prompt_asks_for_the_password_and_offers_a_way_out() {
    let fake = Fake {
        link: Some(pending_link()),
        ..Fake::default()
    };
    let page = fake.get("/link").await;
    assert_eq!(page.status(), 200);
    assert!(
        page.contains("method=\"post\" action=\"/link/password\""),
        "{}",
        page.html
    );
    assert!(page.contains("autocomplete=\"current-password\""));
    assert!(page.contains("method=\"post\" action=\"/link/cancel\""));
    assert!(page.contains("<title>Is this account yours? · Harbour &amp; Lane</title>"));
}

#[tokio::test]
async fn nothing_of_the_account_is_shown_but_its_e_mail() {
    let fake = Fake {
        link: Some(pending_link()),
        ..Fake::default()
    };
    let page = fake.get("/link").await;
    let (_, account) = page.html.split_once("An account here</h2>").unwrap();
    let (account, _) = account.split_once("</section>").unwrap();
    assert!(account.contains("d.whitlock@harbourlane.test"));
    assert!(
        !account.contains("Dana") && !account.contains("Whitlock"),
        "{account}"
    );
}

#[tokio::test]
async fn form_that_came_back_says_why() {
    for (code, words) in [
        (
            "wrong_password",
            "That isn’t the password of this account. Nothing was linked. 5 tries are left.",
        ),
        ("too_many", "Wait a few minutes, then try again."),
        ("expired", "This has run out"),
    ] {
        let fake = Fake {
            link: Some(pending_link()),
            ..Fake::default()
        };
        let page = fake.get(&format!("/link?problem={code}")).await;
        assert!(page.says(words), "{code}: {}", page.html);
        assert!(page.contains("aria-invalid=\"true\""), "{code}");
    }
}

#[tokio::test]
async fn without_a_pending_link_there_is_nothing_to_link() {
    let page = Fake::default().get("/link").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("There’s nothing to link</h1>"));
    assert!(page.contains("href=\"/sign-in\""));
}

#[tokio::test]
async fn hostile_names_are_text() {
    let mut link = pending_link();
    link.clio_name = HOSTILE.to_owned();
    link.clio_email = format!("{HOSTILE}@example.com");
    let fake = Fake {
        link: Some(link),
        without_bundle: true,
        ..Fake::default()
    };
    let page = fake.get("/link").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(
        page.contains("value=\"&lt;script&gt;alert(&quot;x&quot;)"),
        "{}",
        page.html
    );
}
