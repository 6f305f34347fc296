//! `/link`, once the account is proved.

use app::wire::{LinkMethod, LinkStep, PendingLink};

use crate::fake::{Fake, HOSTILE, Page, pending_link};

async fn proved(by: LinkMethod, account_name: &str, names_differ: bool, path: &str) -> Page {
    let fake = Fake {
        link: Some(PendingLink {
            step: LinkStep::Confirm {
                by,
                account_name: account_name.to_owned(),
                names_differ,
            },
            ..pending_link()
        }),
        ..Fake::default()
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn both_are_shown_with_what_proved_the_account() {
    for (by, words) in [
        (LinkMethod::Password, "with its password."),
        (LinkMethod::Code, "with a code from its mailbox."),
        (
            LinkMethod::LinkedSignIn,
            "by signing in with a login that opens it already.",
        ),
    ] {
        let page = proved(by, "D. Whitlock", true, "/link").await;
        assert!(page.contains("Link these two</h1>"));
        assert!(page.contains("<p class=\"card-name\">Dana Whitlock</p>"));
        assert!(page.contains("<p class=\"card-name\">D. Whitlock</p>"));
        assert!(page.says(words), "{words}");
        assert!(!page.has_form("/link/password") && !page.has_form("/link/code"));
    }
}

#[tokio::test]
async fn whoever_has_two_names_chooses_one_and_links() {
    let page = proved(LinkMethod::Password, "D. Whitlock", true, "/link").await;
    let form = page.form("/link/confirm");
    assert!(form.contains("Which name should the account carry?</legend>"));
    assert!(form.contains("name=\"name\" value=\"clio\""));
    let (_, account) = form.split_once("name=\"name\" value=\"account\"").unwrap();
    assert!(account.starts_with(" checked"), "{account}");
    assert_eq!(form.matches(" checked").count(), 1);
    assert!(form.contains("Link these accounts</button>"));
    assert!(page.contains("method=\"post\" action=\"/link/cancel\""));
}

#[tokio::test]
async fn whoever_has_one_name_only_links() {
    let page = proved(LinkMethod::Code, "Dana Whitlock", false, "/link").await;
    let form = page.form("/link/confirm");
    assert!(form.contains("Link these accounts</button>"));
    assert!(!form.contains("<input") && !form.contains("<fieldset"));
}

#[tokio::test]
async fn account_without_a_name_says_so() {
    let page = proved(LinkMethod::Code, "", false, "/link").await;
    assert!(page.contains("No name yet"));
}

#[tokio::test]
async fn missing_choice_is_told_at_the_choice() {
    let path = "/link?problem=choice_missing";
    let page = proved(LinkMethod::Code, "D. Whitlock", true, path).await;
    assert!(page.form("/link/confirm").contains("Choose one of the two"));
    assert_eq!(page.focused(), ["input"]);
    assert!(page.focuses("type=\"radio\""));
    assert!(!page.contains("class=\"note\""));
}

#[tokio::test]
async fn hostile_names_are_text() {
    let page = proved(LinkMethod::Code, HOSTILE, true, "/link").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert_eq!(page.html.matches("&lt;script&gt;").count(), 2);
}
