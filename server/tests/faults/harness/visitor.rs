//! Browsers that may meet anything: each answer is looked at, none is taken for granted.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use http::{HeaderMap, Method, StatusCode, header};
use simulated_clio::SimulatedClio;
use uuid::Uuid;

/// How a sign-in ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Signed in: the page that it leads to.
    SignedIn(String),
    /// Refused, with this code.
    Refused(String),
    /// Told to try again: 503, at the step named.
    Unavailable(&'static str),
    /// No answer, or half of one, at the step named.
    Lost(&'static str),
    /// Something else, which nobody should see.
    Odd(String),
}

impl Ended {
    /// Whether the person was told that they are signed in.
    pub const fn is_signed_in(&self) -> bool {
        matches!(self, Self::SignedIn(_))
    }
}

/// A browser with its cookies.
#[derive(Clone)]
pub struct Visitor {
    client: reqwest::Client,
    address: SocketAddr,
    public_url: String,
    /// Where people sit who come through the proxy: each somewhere else, since limits count by address.
    from: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// How many visitors there have been.
static VISITORS: AtomicU32 = AtomicU32::new(0);

/// An address that no other visitor has.
fn another_address() -> String {
    let number = VISITORS.fetch_add(1, Ordering::Relaxed);
    Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + number).to_string()
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn location(&self) -> &str {
        let value = self.headers.get(header::LOCATION);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Visitor {
    /// A browser that has never been here, and goes to `address` for the site at `public_url`.
    pub fn new(client: &reqwest::Client, address: SocketAddr, public_url: &str) -> Self {
        Self {
            client: client.clone(),
            address,
            public_url: public_url.to_owned(),
            from: another_address(),
            cookies: Arc::default(),
        }
    }

    /// Somebody else's browser that has never been here.
    #[must_use]
    pub fn somebody_else(&self) -> Self {
        Self {
            from: another_address(),
            cookies: Arc::default(),
            ..self.clone()
        }
    }

    /// Another browser at the same place.
    #[must_use]
    pub fn another_browser(&self) -> Self {
        Self {
            cookies: Arc::default(),
            ..self.clone()
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        from: &str,
        form: Option<&str>,
    ) -> Option<Reply> {
        let jar: Vec<String> = {
            let cookies = self.cookies.lock().unwrap();
            cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect()
        };
        let authority = self.public_url.split("//").nth(1).unwrap();
        let mut request = self
            .client
            .request(method.clone(), format!("http://{}{path}", self.address))
            .header(header::HOST, authority)
            .header(header::ACCEPT, "text/html")
            .header("x-forwarded-for", &self.from)
            .header("sec-fetch-site", from)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar.join("; "));
        }
        if let Some(form) = form {
            request = request
                .header(header::ORIGIN, &self.public_url)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.to_owned());
        }
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = String::from_utf8_lossy(&response.bytes().await.ok()?).into_owned();
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let pair = line.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if line.to_ascii_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(Reply {
            status,
            headers,
            body,
        })
    }

    /// Presses the button and logs in at Clio; the path of the callback, not yet visited.
    pub async fn callback(&self, clio: &SimulatedClio, subject: &str) -> Result<String, Ended> {
        let start = self
            .send(Method::GET, "/auth/clio/start", "same-origin", None)
            .await
            .ok_or(Ended::Lost("start"))?;
        match start.status {
            StatusCode::SEE_OTHER => {}
            StatusCode::SERVICE_UNAVAILABLE => return Err(Ended::Unavailable("start")),
            status => return Err(Ended::Odd(format!("start answers {status}"))),
        }
        let callback = clio.authorize(start.location(), subject).unwrap();
        Ok(callback.strip_prefix(&self.public_url).unwrap().to_owned())
    }

    /// Comes back from Clio.
    pub async fn finish(&self, callback: &str) -> Ended {
        let Some(reply) = self.send(Method::GET, callback, "cross-site", None).await else {
            return Ended::Lost("callback");
        };
        match (reply.status, reply.location()) {
            (StatusCode::SEE_OTHER, to) => match to.strip_prefix("/sign-in?problem=") {
                Some(problem) => {
                    Ended::Refused(problem.split('&').next().unwrap_or_default().to_owned())
                }
                None => Ended::SignedIn(to.to_owned()),
            },
            (StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY, _) => {
                Ended::Unavailable("callback")
            }
            (status, _) => Ended::Odd(format!("the callback answers {status}: {}", reply.body)),
        }
    }

    /// Presses the button, logs in at Clio, comes back.
    pub async fn sign_in(&self, clio: &SimulatedClio, subject: &str) -> Ended {
        match self.callback(clio, subject).await {
            Ok(callback) => self.finish(&callback).await,
            Err(ended) => ended,
        }
    }

    /// The status of a page.
    pub async fn status(&self, path: &str) -> Option<StatusCode> {
        let reply = self.send(Method::GET, path, "same-origin", None).await?;
        Some(reply.status)
    }

    /// Sends a form of ours; the status and where it leads.
    pub async fn post(&self, path: &str, form: &str) -> Option<(StatusCode, String)> {
        let reply = self
            .send(Method::POST, path, "same-origin", Some(form))
            .await?;
        Some((reply.status, reply.location().to_owned()))
    }

    /// Who is signed in, as `/api/v1/session` says; `Err` with its status when it doesn't say.
    pub async fn account(&self) -> Result<Option<Uuid>, Option<StatusCode>> {
        let reply = self
            .send(Method::GET, "/api/v1/session", "same-origin", None)
            .await;
        match reply {
            Some(reply) if reply.status == StatusCode::OK => {
                let session: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
                let id = session.pointer("/account/id").and_then(|id| id.as_str());
                Ok(Some(id.unwrap().parse().unwrap()))
            }
            Some(reply) if reply.status == StatusCode::UNAUTHORIZED => Ok(None),
            reply => Err(reply.map(|reply| reply.status)),
        }
    }

    /// Whether this browser holds a session's cookie.
    pub fn has_session_cookie(&self) -> bool {
        self.cookies.lock().unwrap().contains_key("vestibule")
    }
}
