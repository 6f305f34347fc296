//! `/account/password`.

use app::wire::{PasswordPage, Status};

use crate::fake::{Fake, HOSTILE, Page};

fn own(has_password: bool, is_fresh: bool) -> PasswordPage {
    PasswordPage {
        email: "d.whitlock@harbourlane.test".to_owned(),
        has_password,
        is_fresh,
    }
}

async fn look(password: PasswordPage, path: &str) -> Page {
    let fake = Fake {
        password: Some(password),
        without_bundle: true,
        ..Fake::signed_in(Status::Active)
    };
    let page = fake.get(path).await;
    assert_eq!(page.status(), 200);
    page
}

#[tokio::test]
async fn new_password_is_typed_twice() {
    let page = look(own(false, true), "/account/password").await;
    let form = page.form("/account/password");
    for text in [
        "autocomplete=\"username\"",
        "name=\"password\" type=\"password\" autocomplete=\"new-password\" minlength=\"9\"",
        "name=\"again\" type=\"password\" autocomplete=\"new-password\" minlength=\"9\"",
        "Set the password</button>",
    ] {
        assert!(form.contains(text), "{text}: {form}");
    }
    assert_eq!(form.matches(" name=").count(), 2);
    assert!(page.contains("more than 8 characters"));
    assert!(page.contains("Turn on two-factor sign-in at Clio"));
    assert!(form.contains("aria-describedby=\"password-problem password-rules\""));
    let (_, rules) = page.html.split_once("<ul id=\"password-rules\"").unwrap();
    assert!(rules.contains("is used nowhere else"));

    let page = look(own(true, true), "/account/password").await;
    assert!(page.contains("Change the password</button>"));
}

#[tokio::test]
async fn whoever_signed_in_long_ago_confirms_first() {
    let page = look(own(true, false), "/account/password").await;
    assert!(!page.has_form("/account/password"));
    assert!(page.contains("href=\"/account/confirm?then=%2Faccount%2Fpassword\""));
    assert_eq!(page.policy(), app::STILL_PAGE);
}

#[tokio::test]
async fn password_that_is_not_taken_is_told_at_its_field() {
    for (problem, field, words) in [
        ("password_length", "password", "A password has more than 8"),
        (
            "password_personal",
            "password",
            "That is close to your own name",
        ),
        ("password_common", "password", "guessed first"),
        ("passwords_differ", "again", "The two don’t say the same."),
    ] {
        let path = format!("/account/password?problem={problem}");
        let page = look(own(false, true), &path).await;
        let (_, told) = page
            .html
            .split_once(&format!("id=\"{field}-problem\""))
            .unwrap();
        let (told, _) = told.split_once("</p>").unwrap();
        assert!(told.contains(words), "{problem}: {told}");
        assert_eq!(page.html.matches("aria-invalid=\"true\"").count(), 1);
        assert_eq!(page.focused(), ["input"], "{problem}");
        assert!(page.focuses(&format!("id=\"{field}\"")), "{problem}");
        assert!(!page.contains("class=\"note\""), "{problem}");
    }
}

#[tokio::test]
async fn what_belongs_to_no_field_is_told_above() {
    let page = look(own(false, true), "/account/password?problem=too_many").await;
    assert!(page.contains("class=\"note\""));
    let page = look(
        own(false, false),
        "/account/password?problem=password_length",
    )
    .await;
    assert!(page.contains("class=\"note\""));
}

#[tokio::test]
async fn set_password_is_confirmed() {
    let page = look(own(true, true), "/account/password?done=password_set").await;
    assert!(page.contains("role=\"status\""));
    assert!(page.contains("Your new password is set."));
}

#[tokio::test]
async fn hostile_addresses_stay_inside_their_field() {
    let mut odd = own(true, true);
    odd.email = HOSTILE.to_owned();
    let page = look(odd, "/account/password").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(page.contains("&quot;x&quot;"));
}
