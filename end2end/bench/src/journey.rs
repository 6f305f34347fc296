//! One browser's way from the sign-in page to its landing page, with the cookies it is given.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use http::{Request, header, request::Builder};
use hyper::body::Bytes;

use crate::line::{Answer, Line, path_of};

/// Where the programs listen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    pub(crate) server: SocketAddr,
    pub(crate) clio: SocketAddr,
}

/// The connections that a browser goes over.
pub(crate) struct Lines {
    pub(crate) server: Line,
    pub(crate) clio: Line,
}

impl Lines {
    pub(crate) async fn open(places: Places) -> anyhow::Result<Self> {
        Ok(Self {
            server: Line::open(places.server).await?,
            clio: Line::open(places.clio).await?,
        })
    }
}

/// A step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The page with the button.
    Page,
    /// The button.
    Start,
    /// Clio, which sends the browser back at once: the one step that isn't the server's.
    Clio,
    /// Back from Clio.
    Callback,
    /// The page where the sign-in ends.
    Landing,
}

impl Step {
    pub(crate) const ALL: [Self; 5] = [
        Self::Page,
        Self::Start,
        Self::Clio,
        Self::Callback,
        Self::Landing,
    ];
}

/// A browser in the hands of one person.
#[derive(Debug)]
pub(crate) struct Browser {
    person: String,
    /// Where it says, through a proxy, that it is; without one, everybody is at the same place.
    address: Option<String>,
    cookies: BTreeMap<String, String>,
    next: String,
    /// The page it was shown last.
    pub(crate) page: Bytes,
    /// Where it landed.
    pub(crate) landing: String,
}

impl Browser {
    /// A browser that has never been here.
    pub(crate) fn new(person: String) -> Self {
        Self {
            person,
            address: None,
            cookies: BTreeMap::new(),
            next: String::new(),
            page: Bytes::new(),
            landing: String::new(),
        }
    }

    /// The same browser at a place of its own.
    pub(crate) fn at(mut self, address: String) -> Self {
        self.address = Some(address);
        self
    }

    /// Goes the whole way; tells how long the server took, Clio's own step left out.
    pub(crate) async fn sign_in(&mut self, lines: &mut Lines) -> anyhow::Result<Duration> {
        let mut took = Duration::ZERO;
        for step in Step::ALL {
            let started = Instant::now();
            self.take(step, lines).await?;
            if step != Step::Clio {
                took += started.elapsed();
            }
        }
        Ok(took)
    }

    /// Takes one step.
    pub(crate) async fn take(&mut self, step: Step, lines: &mut Lines) -> anyhow::Result<()> {
        match step {
            Step::Page => self.show("/sign-in", lines).await,
            Step::Start => {
                let answer = self
                    .ask("/auth/clio/start", "same-origin", &mut lines.server)
                    .await?;
                self.follow(&answer)
            }
            Step::Clio => {
                let request = Self::headers("cross-site").header("x-simulated-login", &self.person);
                let answer = lines.clio.get(&self.next, request).await?;
                self.follow(&answer)
            }
            Step::Callback => {
                let path = std::mem::take(&mut self.next);
                let answer = self.ask(&path, "cross-site", &mut lines.server).await?;
                self.follow(&answer)?;
                self.landing.clone_from(&self.next);
                Ok(())
            }
            Step::Landing => {
                let path = std::mem::take(&mut self.next);
                self.show(&path, lines).await
            }
        }
        .with_context(|| format!("at the step {step:?}"))
    }

    /// Asks for something that leads elsewhere, and says where, as path and query.
    pub(crate) async fn led(
        &mut self,
        path: &str,
        from: &str,
        server: &mut Line,
    ) -> anyhow::Result<String> {
        let answer = self.ask(path, from, server).await?;
        self.follow(&answer).with_context(|| format!("at {path}"))?;
        Ok(std::mem::take(&mut self.next))
    }

    /// Signs out; the page that it ends on is left alone.
    pub(crate) async fn sign_out(&mut self, lines: &mut Lines) -> anyhow::Result<()> {
        let origin = format!("http://{}", lines.server.host());
        let mut request = Self::headers("same-origin")
            .header(header::ORIGIN, origin)
            .header(header::COOKIE, self.cookie_header());
        if let Some(address) = &self.address {
            request = request.header("x-forwarded-for", address);
        }
        let answer = lines.server.post("/auth/sign-out", request, "").await?;
        self.keep_cookies(&answer);
        self.follow(&answer).context("at signing out")
    }

    /// The cookies as the header says them.
    pub(crate) fn cookie_header(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    async fn show(&mut self, path: &str, lines: &mut Lines) -> anyhow::Result<()> {
        let answer = self.ask(path, "same-origin", &mut lines.server).await?;
        ensure!(
            answer.status == http::StatusCode::OK,
            "{path} answers {}",
            answer.status
        );
        self.page = answer.body;
        Ok(())
    }

    async fn ask(&mut self, path: &str, from: &str, server: &mut Line) -> anyhow::Result<Answer> {
        let mut request = Self::headers(from);
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookie_header());
        }
        if let Some(address) = &self.address {
            request = request.header("x-forwarded-for", address);
        }
        let answer = server.get(path, request).await?;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    /// What browsers send along with a navigation.
    pub(crate) fn headers(from: &str) -> Builder {
        Request::get("/")
            .header(
                header::USER_AGENT,
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            )
            .header(
                header::ACCEPT,
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            )
            .header(header::ACCEPT_LANGUAGE, "en-US,en;q=0.5")
            .header(header::ACCEPT_ENCODING, "gzip, deflate, br, zstd")
            .header("upgrade-insecure-requests", "1")
            .header("sec-fetch-dest", "document")
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-site", from)
            .header("sec-fetch-user", "?1")
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap_or_default().split(';').next();
            let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn follow(&mut self, answer: &Answer) -> anyhow::Result<()> {
        ensure!(
            answer.status.is_redirection(),
            "{} instead of a redirect",
            answer.status
        );
        self.next = path_of(answer.header(&header::LOCATION))?;
        Ok(())
    }
}
