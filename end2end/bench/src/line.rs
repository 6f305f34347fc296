//! One keep-alive connection, and what comes back on it.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, anyhow};
use http::{HeaderMap, Method, Request, StatusCode, header, request::Builder};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    body::{Bytes, Incoming},
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Longer than the server lets any request take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A connection.
pub(crate) struct Line {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// A header's text; empty when it is missing.
    pub(crate) fn header(&self, name: &header::HeaderName) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

impl Line {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Its end shows at the next request.
        tokio::spawn(connection);
        Ok(Self {
            sender,
            host: format!("localhost:{}", address.port()),
        })
    }

    /// The host and port that people type.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Asks, and reads the whole answer.
    pub(crate) async fn get(&mut self, path: &str, request: Builder) -> anyhow::Result<Answer> {
        let request = request
            .uri(path)
            .header(header::HOST, &self.host)
            .body(Full::default())?;
        tokio::time::timeout(PATIENCE, self.send(request))
            .await
            .context("no answer in time")?
    }

    /// Sends a form, and reads the whole answer.
    pub(crate) async fn post(
        &mut self,
        path: &str,
        request: Builder,
        form: &str,
    ) -> anyhow::Result<Answer> {
        let request = request
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::from(form.to_owned()))?;
        tokio::time::timeout(PATIENCE, self.send(request))
            .await
            .context("no answer in time")?
    }

    /// Asks, and gives the answer to a reader piece by piece. Of each piece it must come in time.
    pub(crate) async fn stream(
        &mut self,
        path: &str,
        request: Builder,
        mut read: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<StatusCode> {
        let request = request
            .uri(path)
            .header(header::HOST, &self.host)
            .body(Full::default())?;
        self.sender.ready().await?;
        let response = tokio::time::timeout(PATIENCE, self.sender.send_request(request))
            .await
            .context("no answer in time")??;
        let (parts, mut body) = response.into_parts();
        while let Some(frame) = tokio::time::timeout(PATIENCE, body.frame())
            .await
            .context("the answer doesn't go on")?
        {
            if let Some(piece) = frame?.data_ref() {
                read(piece)?;
            }
        }
        Ok(parts.status)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let (parts, body): (_, Incoming) = response.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await?.to_bytes(),
        })
    }
}

/// The part of a URL that a request names: path and query.
pub(crate) fn path_of(url: &str) -> anyhow::Result<String> {
    let uri: http::Uri = url.parse()?;
    let path = uri.path_and_query();
    path.map(|path| path.as_str().to_owned())
        .ok_or_else(|| anyhow!("a redirect leads nowhere"))
}
