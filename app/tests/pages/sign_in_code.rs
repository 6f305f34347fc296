//! `/sign-in/code`.

use app::wire::SentCode;

use crate::fake::{Fake, HOSTILE};

fn sent(email: &str) -> Fake {
    Fake {
        sent_code: Some(SentCode {
            email: email.to_owned(),
        }),
        ..Fake::default()
    }
}

#[tokio::test]
async fn code_is_typed_without_learning_whether_an_account_exists() {
    let page = sent("dana@harbourlane.test").get("/sign-in/code").await;
    assert_eq!(page.status(), 200);
    assert!(page.says("a code is on its way to it. Type it here."));
    assert!(page.contains("If an account here has "));

    let form = page.form("/auth/local/code");
    assert!(form.contains("type=\"hidden\" name=\"email\" value=\"dana@harbourlane.test\""));
    assert!(form.contains("name=\"code\"") && form.contains("autocomplete=\"one-time-code\""));
    assert!(form.contains("inputmode=\"numeric\""));

    let again = page.form("/auth/local/code/send");
    assert!(again.contains("type=\"hidden\" name=\"email\" value=\"dana@harbourlane.test\""));
    assert!(page.contains("href=\"/sign-in\""));
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn code_that_does_not_fit_is_told_at_the_field() {
    let page = sent("dana@harbourlane.test")
        .get("/sign-in/code?problem=wrong_code")
        .await;
    let form = page.form("/auth/local/code");
    assert!(form.contains("That isn’t the code we sent last."));
    assert!(form.contains("aria-invalid=\"true\""));
    assert!(page.focuses("id=\"code\""));
    assert!(page.title().starts_with("Problem: "), "{}", page.title());
}

#[tokio::test]
async fn what_came_too_soon_is_told_above_the_form() {
    let page = sent("dana@harbourlane.test")
        .get("/sign-in/code?problem=too_many")
        .await;
    assert!(page.says("in a minute you can ask for a new one"));
    assert!(!page.form("/auth/local/code").contains("too soon"));
    assert!(!page.contains("aria-invalid"));
    assert_eq!(page.focused(), ["section"]);
}

#[tokio::test]
async fn without_a_code_there_is_nothing_to_type() {
    let page = Fake::default().get("/sign-in/code").await;
    assert_eq!(page.status(), 200);
    assert!(page.contains("There’s no code to type</h1>"));
    assert!(page.contains("href=\"/sign-in\""));
    assert!(!page.contains("<form"));

    let expired = Fake::default().get("/sign-in/code?problem=expired").await;
    assert!(expired.contains("This has run out"));
    assert!(expired.title().starts_with("Problem: This has run out · "));
}

#[tokio::test]
async fn hostile_addresses_are_text() {
    let page = sent(HOSTILE).get("/sign-in/code").await;
    assert!(!page.contains("<script"), "{}", page.html);
    assert!(page.contains("&lt;script&gt;"));
    assert_eq!(page.html.matches("&quot;x&quot;").count(), 2);
}
