//! The pages, walked through as a browser without a script would.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Response, StatusCode};
use simulated_clio::{ClioLogin, DEMO_PASSWORD, Options, Outcome, Person};

use crate::application::{
    Application, IdToken, KEY, Pairs, REDIRECT_URI, SECRET, honest_parameters, json, location,
    pairs, query_of, with,
};

const CODE: &str = "246810";

/// A browser with one tab in the middle of a sign-in.
struct Browser {
    app: Application,
    cookie: Option<String>,
    challenge: String,
}

impl Browser {
    async fn at_the_email_page() -> anyhow::Result<Self> {
        let people = [
            Person::new("dana", "d.whitlock@harbourlane.test").named("Dana", "Whitlock"),
            Person::new("rafael", "rafael@harbourlane.test").with_second_factor(CODE),
            Person::new("samira", "")
                .without_email()
                .named("Samira", "<b>Haddad</b>"),
            Person::new("new", "new@harbourlane.test").with_login(ClioLogin::NotReady),
        ];
        let options = Options::for_client(KEY, SECRET).with_people(people);
        let app = Application::start_with(options).await?;
        let mut browser = Self {
            app,
            cookie: None,
            challenge: String::new(),
        };
        browser.begin(&honest_parameters()).await?;
        Ok(browser)
    }

    /// Opens the authorization URL and remembers the challenge.
    async fn begin(&mut self, parameters: &Pairs) -> anyhow::Result<()> {
        let answer = self.app.http.get(self.app.authorization_url(parameters));
        let login = location(&answer.send().await?)?;
        self.challenge = query_of(&login, "login_challenge").context("no challenge")?;
        Ok(())
    }

    async fn open(&self, page: &str) -> anyhow::Result<Response> {
        let url = format!("{page}?login_challenge={}", self.challenge);
        let mut request = self.app.http.get(self.app.url(&url));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("other=1; {cookie}"));
        }
        Ok(request.send().await?)
    }

    async fn post(&mut self, page: &str, fields: &[(&str, &str)]) -> anyhow::Result<Response> {
        let fields = with(pairs(fields), "login_challenge", &self.challenge);
        let request = self.app.http.post(self.app.url(page)).form(&fields);
        let answer = request.send().await?;
        if let Some(cookie) = answer.headers().get("set-cookie") {
            let pair = cookie.to_str()?.split(';').next();
            self.cookie = pair.map(str::to_owned);
        }
        Ok(answer)
    }

    /// Up to the consent page, as Dana.
    async fn log_in(&mut self) -> anyhow::Result<()> {
        self.post("login", &[("email", "D.Whitlock@HarbourLane.test")])
            .await?;
        let answer = self
            .post("login/password", &[("password", DEMO_PASSWORD)])
            .await?;
        assert!(location(&answer)?.starts_with("/consent?"));
        Ok(())
    }

    async fn allow(&mut self) -> anyhow::Result<String> {
        location(&self.post("consent", &[("decision", "allow")]).await?)
    }
}

#[tokio::test]
async fn email_password_and_allow_lead_back_with_a_good_code() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    let page = browser.open("login").await?.text().await?;
    assert!(page.contains("Next: Password"));
    assert!(page.contains("Simulated Clio — for development"));
    let to_password = browser
        .post("login", &[("email", "d.whitlock@harbourlane.test")])
        .await?;
    assert!(location(&to_password)?.starts_with("/login/password?"));
    assert!(
        browser
            .open("login/password")
            .await?
            .text()
            .await?
            .contains("Sign In")
    );
    browser
        .post("login/password", &[("password", DEMO_PASSWORD)])
        .await?;
    let consent = browser.open("consent").await?.text().await?;
    for words in ["Vestibule", "openid", "Dana Whitlock", "Allow", "Deny"] {
        assert!(consent.contains(words), "{words} is missing");
    }
    let callback = browser.allow().await?;
    assert!(callback.starts_with(REDIRECT_URI));
    let code = query_of(&callback, "code").context("no code")?;
    let answer = json(browser.app.redeem(&code).await?).await?;
    assert_eq!(IdToken::of(&answer)?.claims()?["sub"], "dana");
    Ok(())
}

#[tokio::test]
async fn deny_leads_back_with_access_denied() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser.log_in().await?;
    let answer = browser.post("consent", &[("decision", "deny")]).await?;
    let callback = location(&answer)?;
    assert_eq!(
        query_of(&callback, "error").as_deref(),
        Some("access_denied")
    );
    Ok(())
}

#[tokio::test]
async fn wrong_password_and_unknown_email_get_the_same_sentence() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    for email in ["d.whitlock@harbourlane.test", "nobody@harbourlane.test"] {
        browser.post("login", &[("email", email)]).await?;
        let answer = browser
            .post("login/password", &[("password", "wrong")])
            .await?;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!answer.headers().contains_key("set-cookie"));
        assert!(
            answer
                .text()
                .await?
                .contains("Your email/password is invalid.")
        );
    }
    Ok(())
}

#[tokio::test]
async fn password_page_cant_be_skipped() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser
        .post("login", &[("email", "d.whitlock@harbourlane.test")])
        .await?;
    let answer = browser.post("consent", &[("decision", "allow")]).await?;
    assert!(location(&answer)?.starts_with("/login?"));
    Ok(())
}

#[tokio::test]
async fn second_factor_is_asked_and_the_login_kept_for_a_week() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser.post("login", &[("person", "rafael")]).await?;
    let answer = browser
        .post("login/password", &[("password", DEMO_PASSWORD)])
        .await?;
    assert!(location(&answer)?.starts_with("/login/code?"));
    assert_eq!(browser.cookie, None);
    let page = browser.open("login/code").await?.text().await?;
    assert!(page.contains("Keep me logged in for one week"));
    let wrong = browser.post("login/code", &[("code", "000000")]).await?;
    assert!(wrong.text().await?.contains("That code isn&#39;t right."));
    let right = browser
        .post("login/code", &[("code", CODE), ("keep", "1")])
        .await?;
    let cookie = right.headers()["set-cookie"].to_str()?;
    assert!(cookie.contains("Max-Age=604800"), "{cookie}");
    assert!(query_of(&browser.allow().await?, "code").is_some());
    browser.app.clio.advance_clock(Duration::from_hours(6 * 24));
    browser.begin(&honest_parameters()).await?;
    let straight_on = browser.open("login").await?;
    assert!(location(&straight_on)?.starts_with("/consent?"));
    Ok(())
}

#[tokio::test]
async fn second_sign_in_goes_straight_to_consent_with_the_same_sid() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    let mut sids = Vec::new();
    browser.log_in().await?;
    for _ in 0..2 {
        let code = query_of(&browser.allow().await?, "code").context("no code")?;
        let answer = json(browser.app.redeem(&code).await?).await?;
        sids.push(IdToken::of(&answer)?.claims()?["sid"].clone());
        browser.begin(&honest_parameters()).await?;
        let straight_on = browser.open("login").await?;
        assert!(location(&straight_on)?.starts_with("/consent?"));
    }
    assert_eq!(sids[0], sids[1]);
    Ok(())
}

#[tokio::test]
async fn prompt_login_and_max_age_ask_for_the_password_again() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser.log_in().await?;
    browser
        .begin(&with(honest_parameters(), "prompt", "login"))
        .await?;
    assert_eq!(browser.open("login").await?.status(), StatusCode::OK);
    let max_age = with(honest_parameters(), "max_age", "60");
    browser.begin(&max_age).await?;
    assert_eq!(browser.open("login").await?.status(), StatusCode::SEE_OTHER);
    browser.app.clio.advance_clock(Duration::from_mins(2));
    browser.begin(&max_age).await?;
    assert_eq!(browser.open("login").await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn sign_in_as_someone_else_asks_for_the_email() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser.log_in().await?;
    let consent = browser.open("consent").await?.text().await?;
    assert!(consent.contains("Sign in as someone else"));
    let url = format!("login?login_challenge={}&someone_else=1", browser.challenge);
    let page = browser.app.get(&url).await?.text().await?;
    assert!(page.contains("Next: Password"));
    browser.post("login", &[("person", "samira")]).await?;
    browser
        .post("login/password", &[("password", DEMO_PASSWORD)])
        .await?;
    let code = query_of(&browser.allow().await?, "code").context("no code")?;
    let answer = json(browser.app.redeem(&code).await?).await?;
    let claims = IdToken::of(&answer)?.claims()?;
    assert_eq!(claims["sub"], "samira");
    assert_eq!(claims.get("email"), None);
    Ok(())
}

#[tokio::test]
async fn two_tabs_both_finish() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    let first = browser.challenge.clone();
    browser
        .begin(&with(
            honest_parameters(),
            "state",
            "state-of-the-second-tab",
        ))
        .await?;
    browser.log_in().await?;
    let second = browser.allow().await?;
    browser.challenge = first;
    browser.open("login").await?;
    let first = browser.allow().await?;
    assert_eq!(
        query_of(&second, "state").as_deref(),
        Some("state-of-the-second-tab")
    );
    assert_eq!(
        query_of(&first, "state").as_deref(),
        Some("state-of-this-attempt")
    );
    assert_ne!(query_of(&first, "code"), query_of(&second, "code"));
    Ok(())
}

#[tokio::test]
async fn consent_is_taken_once_and_old_challenges_are_over() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser.log_in().await?;
    browser.allow().await?;
    let again = browser.post("consent", &[("decision", "allow")]).await?;
    assert_eq!(again.status(), StatusCode::GONE);
    browser.begin(&honest_parameters()).await?;
    browser.app.clio.advance_clock(Duration::from_secs(601));
    assert_eq!(browser.open("login").await?.status(), StatusCode::GONE);
    Ok(())
}

#[tokio::test]
async fn login_that_isnt_ready_leads_back_with_invalid_credentials() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser.post("login", &[("person", "new")]).await?;
    let answer = browser
        .post("login/password", &[("password", DEMO_PASSWORD)])
        .await?;
    let callback = location(&answer)?;
    assert_eq!(
        query_of(&callback, "error").as_deref(),
        Some("invalid_credentials")
    );
    let hint: serde_json::Value =
        serde_json::from_str(&query_of(&callback, "error_hint").context("no hint")?)?;
    assert_eq!(hint["clio_connect"], false);
    Ok(())
}

#[tokio::test]
async fn switched_error_leads_back_after_the_password() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    browser.app.clio.next_sign_in(Outcome::ServerError);
    browser.post("login", &[("person", "dana")]).await?;
    let answer = browser
        .post("login/password", &[("password", DEMO_PASSWORD)])
        .await?;
    assert_eq!(
        query_of(&location(&answer)?, "error").as_deref(),
        Some("server_error")
    );
    Ok(())
}

#[tokio::test]
async fn names_and_emails_are_escaped() -> anyhow::Result<()> {
    let mut browser = Browser::at_the_email_page().await?;
    let list = browser.open("login").await?.text().await?;
    assert!(list.contains("&lt;b&gt;Haddad&lt;/b&gt;"));
    assert!(!list.contains("<b>Haddad"));
    browser
        .post("login", &[("email", "\"><script>\0é")])
        .await?;
    let page = browser.open("login/password").await?.text().await?;
    assert!(page.contains("&quot;&gt;&lt;script&gt;"));
    assert!(!page.contains("<script>"));
    Ok(())
}

#[tokio::test]
async fn malformed_forms_are_refused_without_harm() -> anyhow::Result<()> {
    let browser = Browser::at_the_email_page().await?;
    for page in ["login", "login/password", "login/code", "consent"] {
        let request = browser.app.http.post(browser.app.url(page));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request
            .body("login_challenge=a&login_challenge=%ff&=&%00")
            .send()
            .await?;
        assert!(
            answer.status().is_client_error(),
            "{page}: {}",
            answer.status()
        );
    }
    Ok(())
}
