//! All links as a file: how long it takes, and what memory.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::{good, request};
use crate::{line::Line, memory};

/// How often the server's memory is read meanwhile.
const EVERY: Duration = Duration::from_millis(50);

/// The file of everything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Download {
    /// Its lines, the heading left out.
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
    pub(crate) took: Duration,
    /// The server's memory before, in MiB, and the most that was read meanwhile.
    pub(crate) before: f64,
    pub(crate) most: f64,
}

/// Reads the file and throws it away.
pub(crate) async fn download(
    server: SocketAddr,
    pid: u32,
    cookie: &str,
) -> anyhow::Result<Download> {
    const PATH: &str = "/admin/links.csv?connection=either";
    let before = memory::of_process(pid)?;
    let mut download = Download {
        rows: 0,
        bytes: 0,
        took: Duration::ZERO,
        before,
        most: before,
    };
    let mut line = Line::open(server).await?;
    let started = Instant::now();
    let mut read_next = started + EVERY;
    let status = line
        .stream(PATH, request(cookie), |piece| {
            download.bytes += piece.len();
            download.rows += piece.split(|byte| *byte == b'\n').count() - 1;
            if Instant::now() > read_next {
                download.most = download.most.max(memory::of_process(pid)?);
                read_next = Instant::now() + EVERY;
            }
            Ok(())
        })
        .await?;
    good(status, PATH)?;
    download.took = started.elapsed();
    download.rows = download.rows.saturating_sub(1);
    Ok(download)
}
