//! Signing in without Clio.

use super::{browser::Browser, mail::mailed_code, reply::Reply, site::Site};

/// Sends e-mail and password.
pub async fn sign_in_by_password(browser: &Browser, email: &str, password: &str) -> Reply {
    let fields = [("email", email), ("password", password)];
    browser.post_form("/auth/local/password", &fields).await
}

/// Asks for a code to be mailed.
pub async fn ask_for_code(browser: &Browser, email: &str) -> Reply {
    let fields = [("email", email)];
    browser.post_form("/auth/local/code/send", &fields).await
}

/// Types a code.
pub async fn sign_in_by_code(browser: &Browser, email: &str, code: &str) -> Reply {
    let fields = [("email", email), ("code", code)];
    browser.post_form("/auth/local/code", &fields).await
}

/// Somebody who has asked for a code, and the code.
pub async fn with_a_code(site: &Site, email: &str) -> (Browser, String) {
    let browser = Browser::new(site);
    ask_for_code(&browser, email)
        .await
        .leads_to("/sign-in/code");
    let code = mailed_code(site, email).await;
    (browser, code)
}

/// Somebody who has signed in with a mailed code.
pub async fn signed_in_by_code(site: &Site, email: &str) -> Browser {
    let (browser, code) = with_a_code(site, email).await;
    let reply = sign_in_by_code(&browser, email, &code).await;
    assert!(browser.account().await.is_some(), "{reply:?}");
    browser
}
