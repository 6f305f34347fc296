//! `/account/confirm`.

use app::wire::{Confirmation, MailedCode, Status};

use crate::fake::{Fake, HOSTILE, Page, confirmation};

async fn look(confirmation: Confirmation, path: &str) -> Page {
    let fake = Fake {
        confirmation: Some(confirmation),
        without_bundle: true,
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

fn with_code_sent() -> Confirmation {
    Confirmation {
        by_code: Some(MailedCode {
            email: "d.whitlock@harbourlane.test".to_owned(),
            sent: true,
        }),
        ..confirmation()
    }
}

#[tokio::test]
async fn every_way_leads_on_to_where_the_person_was_going() {
    let page = look(with_code_sent(), "/account/confirm").await;
    assert!(page.contains(
        "href=\"/auth/clio/start?purpose=confirm&amp;return_to=%2Faccount%2Fconnections\""
    ));
    for (action, field) in [
        ("/account/confirm/password", "name=\"password\""),
        ("/account/confirm/code", "name=\"code\""),
        ("/account/confirm/code/send", "Send a new code"),
    ] {
        let form = page.form(action);
        assert!(
            form.contains("type=\"hidden\" name=\"then\" value=\"/account/connections\""),
            "{form}"
        );
        assert!(form.contains(field), "{form}");
    }
    assert!(page.says("that counts for 5 minutes"));
}

#[tokio::test]
async fn only_ways_that_the_account_has_are_offered() {
    let by_clio = Confirmation {
        by_password: false,
        by_code: None,
        ..confirmation()
    };
    let page = look(by_clio, "/account/confirm").await;
    assert!(page.contains("/auth/clio/start?purpose=confirm"));
    assert!(!page.has_form("/account/confirm/password"));
    assert!(!page.has_form("/account/confirm/code/send"));

    let by_password = Confirmation {
        by_clio: false,
        by_code: None,
        ..confirmation()
    };
    let page = look(by_password, "/account/confirm").await;
    assert!(!page.contains("/auth/clio/start"));
    assert!(page.has_form("/account/confirm/password"));

    let no_way = Confirmation {
        by_password: false,
        by_clio: false,
        by_code: None,
        ..confirmation()
    };
    let page = look(no_way, "/account/confirm").await;
    assert!(page.contains("Sign out and in again"));
}

#[tokio::test]
async fn code_is_mailed_first() {
    let page = look(confirmation(), "/account/confirm").await;
    assert!(page.says("Mail a code to d.whitlock@harbourlane.test"));
    assert!(page.has_form("/account/confirm/code/send"));
    assert!(!page.has_form("/account/confirm/code"));
    assert!(page.focused().is_empty());

    let page = look(with_code_sent(), "/account/confirm").await;
    assert!(page.focuses("id=\"code\"") && page.focused().len() == 1);
    assert!(page.title().starts_with("A code is on its way · "));
}

#[tokio::test]
async fn wrong_guess_is_told_at_its_own_field() {
    let page = look(with_code_sent(), "/account/confirm?problem=wrong_password").await;
    assert!(
        page.form("/account/confirm/password")
            .contains("aria-invalid=\"true\"")
    );
    assert!(!page.form("/account/confirm/code").contains("aria-invalid"));
    assert!(page.focuses("id=\"password\"") && page.focused().len() == 1);
    assert!(page.title().starts_with("Problem: That isn’t the password"));
    let page = look(with_code_sent(), "/account/confirm?problem=wrong_code").await;
    assert!(
        page.form("/account/confirm/code")
            .contains("aria-invalid=\"true\"")
    );
    assert!(!page.contains("class=\"note\""));
    let page = look(confirmation(), "/account/confirm?problem=wrong_code").await;
    assert!(page.contains("class=\"note\""));
}

#[tokio::test]
async fn hostile_texts_are_text() {
    for sent in [false, true] {
        let page = look(
            Confirmation {
                by_code: Some(MailedCode {
                    email: HOSTILE.to_owned(),
                    sent,
                }),
                then: format!("/{HOSTILE}"),
                ..confirmation()
            },
            "/account/confirm",
        )
        .await;
        assert!(!page.contains("<script"), "{}", page.html);
        assert!(page.contains("return_to=%2F%3Cscript%3E"));
        assert!(page.contains("&lt;script&gt;alert"));
    }
}
