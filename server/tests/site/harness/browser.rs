//! The browser: it speaks HTTP as browsers do and keeps its cookies.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use uuid::Uuid;

use super::{lock, reply::Reply, site::Site};

/// A browser: cookies, and the headers browsers send. Clones share the cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    address: SocketAddr,
    public_url: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    headers: HeaderMap,
}

impl Browser {
    /// A browser that has never been here.
    pub fn new(site: &Site) -> Self {
        Self {
            client: site.client.clone(),
            address: site.address,
            public_url: site.public_url.clone(),
            cookies: Arc::default(),
            headers: HeaderMap::new(),
        }
    }

    /// A browser that has been to Clio: the callback URL that it brings along isn't visited yet.
    pub async fn back_from_clio(site: &Site, subject: &str) -> (Self, String) {
        let browser = Self::new(site);
        let callback = browser.callback_of(site, subject).await;
        (browser, callback)
    }

    /// The same browser, whose requests another node answers.
    #[must_use]
    pub fn at_node(&self, site: &Site) -> Self {
        Self {
            address: site.address,
            client: site.client.clone(),
            ..self.clone()
        }
    }

    /// The same browser, with a header on each request; replaces the usual one.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut changed = self.clone();
        changed
            .headers
            .insert(HeaderName::from_static(name), value.parse().unwrap());
        changed
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        lock(&self.cookies).get(name).cloned()
    }

    /// Sets or, with an empty value, removes a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = lock(&self.cookies);
        if value.is_empty() {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// The names of the cookies.
    pub fn cookie_names(&self) -> Vec<String> {
        lock(&self.cookies).keys().cloned().collect()
    }

    /// Another browser with a copy of these cookies, as a thief has it.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self {
            cookies: Arc::new(Mutex::new(lock(&self.cookies).clone())),
            ..self.clone()
        }
    }

    /// Goes to a page, as by a link of ours.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, "same-origin", None).await
    }

    /// Sends a form of ours.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(Method::POST, path, "same-origin", Some(body))
            .await
    }

    /// Sends a request as a browser would; headers of [`Self::with_header`] come last.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        site: &str,
        body: Option<String>,
    ) -> Reply {
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, value: &str| {
            headers.insert(name, value.parse().unwrap());
        };
        let authority = self.public_url.split("//").nth(1).unwrap();
        put(header::HOST, authority);
        put(
            header::USER_AGENT,
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
        );
        put(
            header::ACCEPT,
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        );
        put(HeaderName::from_static("sec-fetch-site"), site);
        put(HeaderName::from_static("sec-fetch-mode"), "navigate");
        put(HeaderName::from_static("sec-fetch-dest"), "document");
        if !matches!(method, Method::GET | Method::HEAD) {
            put(header::ORIGIN, &self.public_url);
        }
        if body.is_some() {
            put(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let jar = lock(&self.cookies)
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        if !jar.is_empty() {
            put(header::COOKIE, &jar);
        }
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        let mut request = self
            .client
            .request(method, format!("http://{}{path}", self.address))
            .headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for line in headers.get_all(header::SET_COOKIE) {
            self.keep(line);
        }
        let body = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        Reply {
            status,
            headers,
            body,
        }
    }

    fn keep(&self, line: &HeaderValue) {
        let line = line.to_str().unwrap();
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let over = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
        self.set_cookie(name, if over { "" } else { value });
    }

    /// Presses the button; returns Clio's authorization URL.
    pub async fn begin(&self) -> String {
        self.begin_at("/auth/clio/start").await
    }

    /// Follows a link that begins a sign-in; returns Clio's authorization URL.
    pub async fn begin_at(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        let url = reply.location().to_owned();
        assert!(url.contains("oauth2/auth?"), "{url}");
        url
    }

    /// Comes back from Clio.
    pub async fn finish(&self, callback_url: &str) -> Reply {
        let path = callback_url
            .strip_prefix(&self.public_url)
            .expect("a URL of the site");
        self.send(Method::GET, path, "cross-site", None).await
    }

    /// Presses the button, logs in at Clio, comes back; returns the answer of the callback.
    pub async fn sign_in(&self, site: &Site, subject: &str) -> Reply {
        let callback = self.callback_of(site, subject).await;
        self.finish(&callback).await
    }

    /// Follows a link that begins a sign-in, logs in at Clio, comes back; returns the answer of the
    /// callback.
    pub async fn sign_in_at(&self, site: &Site, path: &str, subject: &str) -> Reply {
        let url = self.begin_at(path).await;
        let callback = site.clio.authorize(&url, subject).unwrap();
        self.finish(&callback).await
    }

    /// Presses the button and logs in at Clio; returns the callback URL, not yet visited.
    pub async fn callback_of(&self, site: &Site, subject: &str) -> String {
        site.clio.authorize(&self.begin().await, subject).unwrap()
    }

    /// Who is signed in to an active account, as `/api/v1/session` says.
    pub async fn session(&self) -> Option<Value> {
        let reply = self.get("/api/v1/session").await;
        match reply.status {
            StatusCode::OK => Some(serde_json::from_str(&reply.body).unwrap()),
            StatusCode::UNAUTHORIZED => None,
            other => panic!("/api/v1/session answered {other}"),
        }
    }

    /// The id of the account that is signed in.
    pub async fn account(&self) -> Option<Uuid> {
        let session = self.session().await?;
        Some(session.pointer("/account/id")?.as_str()?.parse().unwrap())
    }
}
