//! Sizes: the program, and what the pages make a browser load.

use std::{collections::BTreeSet, io::Write as _, path::Path};

use anyhow::{Context as _, ensure};
use http::{Request, StatusCode, header};

use crate::{
    database::Database,
    fleet,
    journey::{Browser, Lines, Places, Step},
    line::Line,
};

/// How pages are compressed for the figures, as a reverse proxy would: they leave the server plain.
const PAGE_QUALITY: u32 = 5;

/// A page's weight, in bytes of brotli.
#[derive(Debug)]
pub(crate) struct Weight {
    pub(crate) path: &'static str,
    pub(crate) html: usize,
    /// The files that the page names.
    pub(crate) files: Vec<File>,
}

/// A file that a page loads.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) kind: String,
    pub(crate) bytes: usize,
}

/// All sizes.
#[derive(Debug)]
pub(crate) struct Sizes {
    /// In MiB.
    pub(crate) program: f64,
    pub(crate) pages: Vec<Weight>,
}

/// Measures them.
pub(crate) async fn sizes(
    program: &Path,
    places: Places,
    database: &mut Database,
) -> anyhow::Result<Sizes> {
    let mut lines = Lines::open(places).await?;
    let mut pages = Vec::new();

    let mut newcomer = Browser::new("weigher".to_owned());
    newcomer.take(Step::Page, &mut lines).await?;
    pages.push(weigh("/sign-in", &newcomer, &mut lines.server).await?);
    newcomer.sign_in(&mut lines).await?;
    pages.push(weigh("/welcome", &newcomer, &mut lines.server).await?);

    let mut known = Browser::new("weigher".to_owned());
    known.sign_in(&mut lines).await?;
    pages.push(weigh("/account", &known, &mut lines.server).await?);

    // A page with islands.
    let linking = "weigher-2".to_owned();
    database
        .add_accounts(std::slice::from_ref(&linking))
        .await?;
    let mut linking = Browser::new(linking);
    linking.sign_in(&mut lines).await?;
    pages.push(weigh("/link", &linking, &mut lines.server).await?);

    Ok(Sizes {
        program: fleet::size_of(program)?,
        pages,
    })
}

async fn weigh(path: &'static str, browser: &Browser, line: &mut Line) -> anyhow::Result<Weight> {
    ensure!(
        path == "/sign-in" || browser.landing == path,
        "landed on {} instead of {path}",
        browser.landing
    );
    let html = std::str::from_utf8(&browser.page).context("a page isn't UTF-8")?;
    let mut files = Vec::new();
    for name in names(html) {
        let request = Request::get("/").header(header::ACCEPT_ENCODING, "br");
        let answer = line.get(name, request).await?;
        let is_brotli = answer.header(&header::CONTENT_ENCODING) == "br";
        ensure!(
            answer.status == StatusCode::OK && is_brotli,
            "{name} isn't served in brotli"
        );
        let kind = name.rsplit('.').next().unwrap_or_default();
        files.push(File {
            kind: kind.to_owned(),
            bytes: answer.body.len(),
        });
    }
    Ok(Weight {
        path,
        html: compressed(html.as_bytes())?,
        files,
    })
}

/// The files that a page names.
fn names(html: &str) -> BTreeSet<&str> {
    let starts = html.match_indices("/assets/");
    let ends = |c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c));
    starts
        .filter_map(|(start, _)| html.get(start..)?.split(ends).next())
        .collect()
}

fn compressed(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, PAGE_QUALITY, 22);
    writer.write_all(bytes)?;
    Ok(writer.into_inner().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_wherever_a_page_names_them() {
        let html = r#"<link href="/assets/a-1.css"><script>import("/assets/b.js"),"/assets/a-1.css"</script>"#;
        assert_eq!(
            names(html).into_iter().collect::<Vec<_>>(),
            ["/assets/a-1.css", "/assets/b.js"]
        );
    }
}
