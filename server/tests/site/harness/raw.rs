//! Requests that no browser sends, byte by byte.

use std::{fmt::Write as _, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{browser::Browser, site::Site};

impl Site {
    /// Sends bytes as they are and reads the answer to its end. Ask for `Connection: close`.
    pub async fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer))
            .await
            .expect("an answer in time")
            .unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// [`Self::raw`], for what may make the server close the connection at any moment: what came
    /// until then.
    pub async fn raw_or_closed(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut answer = Vec::new();
        let (mut reader, mut writer) = stream.split();
        let (_, _) = tokio::time::timeout(Duration::from_secs(20), async {
            tokio::join!(writer.write_all(request), reader.read_to_end(&mut answer))
        })
        .await
        .expect("an answer or the end in time");
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// An answer to a request that no browser sends.
#[derive(Clone, Debug)]
pub struct Raw {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Raw {
    /// A header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.trim())
    }
}

/// Sends exactly these headers and bytes.
pub async fn raw(
    site: &Site,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Raw {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        site.address
    );
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    let chunked = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
    if !chunked && method != "GET" && method != "HEAD" {
        write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
    }
    head.push_str("\r\n");
    let request = [head.as_bytes(), body].concat();
    let answer = site.raw(&request).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Raw {
        status: status.unwrap_or_else(|| panic!("no answer to {method} {path}: {answer:?}")),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// The cookies of a browser as one header.
pub fn cookie_header(browser: &Browser) -> String {
    let pairs = browser.cookie_names().into_iter().map(|name| {
        let value = browser.cookie(&name).unwrap_or_default();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("; ")
}

/// A form of ours with these bytes for its body.
pub async fn post_bytes(site: &Site, browser: &Browser, path: &str, body: &[u8]) -> Raw {
    let cookies = cookie_header(browser);
    let headers = [
        ("Origin", site.public_url.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
        ("Accept", "text/html"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Cookie", cookies.as_str()),
    ];
    raw(site, "POST", path, &headers, body).await
}
