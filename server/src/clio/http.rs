//! The one HTTP client for Clio: no redirects, no proxy from the environment, short deadlines,
//! bounded bodies, a bounded number of requests in flight, and errors that hold no content.

use std::{pin::Pin, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Certificate, redirect};
use tokio::sync::Semaphore;

use crate::config::Clio;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a whole exchange may take, the body included.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest body that is read, in bytes.
const MAX_BODY: usize = 256 * 1024;
/// How many requests may be under way at once.
const MAX_IN_FLIGHT: usize = 64;

/// Why Clio couldn't be asked. Holds neither URL nor content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum FetchError {
    /// No connection.
    #[error("connect")]
    Connect,
    /// No answer in time.
    #[error("timeout")]
    Timeout,
    /// A body beyond 256 KiB.
    #[error("too_large")]
    TooLarge,
    /// The answer broke off or isn't HTTP.
    #[error("transport")]
    Transport,
}

/// The settings name a certificate authority that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file can't be read.
    #[error("CLIO_CA_FILE can't be read")]
    Unreadable(#[source] std::io::Error),
    /// The file holds no certificates, or TLS can't be set up.
    #[error("the HTTP client can't be set up")]
    Setup(#[source] reqwest::Error),
}

/// The client.
#[derive(Debug)]
pub(super) struct Client {
    inner: reqwest::Client,
    in_flight: Semaphore,
}

impl Client {
    pub(super) fn new(settings: &Clio) -> Result<Self, ClientError> {
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .pool_max_idle_per_host(16)
            .pool_idle_timeout(Duration::from_mins(1))
            .user_agent(concat!("vestibule/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &settings.extra_authority {
            let pem = std::fs::read(path).map_err(ClientError::Unreadable)?;
            for certificate in Certificate::from_pem_bundle(&pem).map_err(ClientError::Setup)? {
                builder = builder.add_root_certificate(certificate);
            }
        }
        Ok(Self {
            inner: builder.build().map_err(ClientError::Setup)?,
            in_flight: Semaphore::new(MAX_IN_FLIGHT),
        })
    }

    /// Sends a request, once: a code exchange must never be repeated.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let permit = tokio::time::timeout(TOTAL_TIMEOUT, self.in_flight.acquire()).await;
        let Ok(Ok(_permit)) = permit else {
            return Err(FetchError::Timeout);
        };
        let request = reqwest::Request::try_from(request).map_err(|_| FetchError::Transport)?;
        let mut response = self
            .inner
            .execute(request)
            .await
            .map_err(|e| classify(&e))?;
        let mut answer = HttpResponse::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        while let Some(chunk) = response.chunk().await.map_err(|e| classify(&e))? {
            if answer.body().len() + chunk.len() > MAX_BODY {
                return Err(FetchError::TooLarge);
            }
            answer.body_mut().extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Client {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Keeps the kind of an error and drops the rest, which may hold the URL.
fn classify(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() {
        FetchError::Timeout
    } else if error.is_connect() {
        FetchError::Connect
    } else {
        FetchError::Transport
    }
}
