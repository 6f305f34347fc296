//! `/account`.

use app::wire::{LinkMethod, Status};

use crate::fake::{Fake, HOSTILE, account};

#[tokio::test]
async fn account_says_who_how_and_when() {
    let fake = Fake {
        account: Some(account()),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get("/account").await;
    assert_eq!(page.status(), 200);
    for text in [
        "Dana Whitlock</h1>",
        "Member of the firm",
        "dana@harbourlane.test",
        ", when you first signed in",
        "Signed in with Firefox on Windows",
        "title=\"12 November 2026, 14:05 UTC\"",
        "This browser",
        "href=\"/account\" aria-current=\"page\"",
        "href=\"/account/connections\">Manage connections",
        "href=\"/account/activity\">See everything",
    ] {
        assert!(page.says(text), "{text}");
    }
}

#[tokio::test]
async fn only_the_last_sign_ins_are_shown_here() {
    let mut account = account();
    let sign_in = account.sign_ins[1].clone();
    account.sign_ins = vec![sign_in; 10];
    let fake = Fake {
        account: Some(account),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get("/account").await;
    assert_eq!(page.html.matches("Signed in with ").count(), 3);
}

#[tokio::test]
async fn linked_account_says_so() {
    let fake = Fake {
        account: Some(account()),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get("/account?done=linked").await;
    assert!(page.contains("role=\"status\""));
    assert!(page.contains("Your Clio login and this account are linked."));
}

#[tokio::test]
async fn account_that_no_login_opens_says_so() {
    let mut account = account();
    account.connections.clear();
    let fake = Fake {
        account: Some(account),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get("/account").await;
    assert!(page.contains("No Clio login does at the moment."));
}

#[tokio::test]
async fn differences_in_names_are_decided_here_and_in_e_mail_elsewhere() {
    let fake = Fake {
        account: Some(account()),
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get("/account").await;
    assert_eq!(
        page.html.matches("action=\"/account/suggestion\"").count(),
        1
    );
    assert!(page.contains("name=\"field\" value=\"last_name\""));
    assert!(page.contains("An administrator can change the e-mail of your account."));
}

#[tokio::test]
async fn session_that_ended_meanwhile_leads_to_sign_in() {
    let page = Fake::signed_in(Status::Active).get("/account").await;
    assert_eq!(page.status(), 303);
    assert_eq!(page.location(), Some("/sign-in?return_to=/account"));
}

#[tokio::test]
async fn hostile_texts_are_text() {
    let mut account = account();
    account.first_name = HOSTILE.to_owned();
    account.connections[0].clio_email = Some(HOSTILE.to_owned());
    account.connections[0].method = LinkMethod::Claim;
    account.sign_ins[0].device = HOSTILE.to_owned();
    account.suggestions[0].theirs = HOSTILE.to_owned();
    let mut fake = Fake {
        account: Some(account),
        ..Fake::signed_in(Status::Active)
    };
    if let Some(viewer) = &mut fake.viewer {
        viewer.name = HOSTILE.to_owned();
    }
    let page = fake.get("/account").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(page.html.matches("&lt;script&gt;").count() >= 5);
}
