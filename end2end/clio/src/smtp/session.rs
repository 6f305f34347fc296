//! One SMTP session: commands in, mails into the mailbox.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::message::{self, Envelope};
use crate::provider::Provider;

/// A command line longer than this is refused. RFC 5321 §4.5.3.1.4 asks for 512; SMTPUTF8 paths may be longer.
const LONGEST_COMMAND: u64 = 4096;

/// A message larger than this is refused, as `SIZE` announces.
const LARGEST_MESSAGE: usize = 1024 * 1024;

/// More recipients than these are refused (RFC 5321 §4.5.3.1.8).
const MOST_RECIPIENTS: usize = 100;

/// A silent client is hung up on (RFC 5321 §4.5.3.2.7).
const PATIENCE: Duration = Duration::from_mins(5);

/// How an address was given in a command.
enum Path<'a> {
    Address(&'a str),
    Malformed,
}

struct Session<'a> {
    stream: BufReader<TcpStream>,
    provider: &'a Provider,
    greeted: bool,
    /// Present from `MAIL FROM` until the message ends.
    envelope: Option<Envelope>,
}

/// Whether the session goes on.
#[derive(PartialEq, Eq)]
enum Next {
    Command,
    HangUp,
}

/// Serves one client until it quits, falls silent or misbehaves.
pub(crate) async fn run(stream: TcpStream, provider: &Provider) -> io::Result<()> {
    let mut session = Session {
        stream: BufReader::new(stream),
        provider,
        greeted: false,
        envelope: None,
    };
    session
        .reply("220 simulated-clio ESMTP for development")
        .await?;
    while session.command().await? == Next::Command {}
    Ok(())
}

impl Session<'_> {
    async fn reply(&mut self, lines: &str) -> io::Result<()> {
        let reply = format!("{lines}\r\n");
        self.stream.write_all(reply.as_bytes()).await?;
        self.stream.flush().await
    }

    /// Reads one line with its end; an empty one means that the client is gone.
    async fn line(&mut self, longest: u64) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.stream).take(longest);
        timeout(PATIENCE, bounded.read_until(b'\n', &mut line)).await??;
        Ok(line)
    }

    async fn command(&mut self) -> io::Result<Next> {
        let line = self.line(LONGEST_COMMAND).await?;
        if line.is_empty() {
            return Ok(Next::HangUp);
        }
        let Some(line) = line.strip_suffix(b"\n") else {
            self.reply("500 5.5.6 Line too long").await?;
            return Ok(Next::HangUp);
        };
        let Ok(line) = std::str::from_utf8(line.trim_ascii_end()) else {
            self.reply("500 5.5.2 Commands are UTF-8").await?;
            return Ok(Next::Command);
        };
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "HELO" => {
                self.start_over(true);
                self.reply("250 simulated-clio").await?;
            }
            "EHLO" => {
                self.start_over(true);
                let size = format!("250-SIZE {LARGEST_MESSAGE}");
                self.reply(&format!(
                    "250-simulated-clio\r\n{size}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8"
                ))
                .await?;
            }
            "MAIL" => self.mail(rest).await?,
            "RCPT" => self.recipient(rest).await?,
            "DATA" => return self.data().await,
            "RSET" => {
                self.start_over(self.greeted);
                self.reply("250 2.0.0 OK").await?;
            }
            "NOOP" => self.reply("250 2.0.0 OK").await?,
            "VRFY" => self.reply("252 2.1.5 Try it").await?,
            "QUIT" => {
                self.reply("221 2.0.0 Bye").await?;
                return Ok(Next::HangUp);
            }
            _ => self.reply("500 5.5.1 Unknown command").await?,
        }
        Ok(Next::Command)
    }

    fn start_over(&mut self, greeted: bool) {
        self.greeted = greeted;
        self.envelope = None;
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        if !self.greeted || self.envelope.is_some() {
            return self.reply("503 5.5.1 Bad sequence of commands").await;
        }
        match path(rest, "FROM:") {
            Path::Address(from) => {
                self.envelope = Some(Envelope {
                    from: from.to_owned(),
                    to: Vec::new(),
                });
                self.reply("250 2.1.0 OK").await
            }
            Path::Malformed => self.reply("501 5.1.7 Bad sender").await,
        }
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        let Some(envelope) = &mut self.envelope else {
            return self.reply("503 5.5.1 Bad sequence of commands").await;
        };
        match path(rest, "TO:") {
            Path::Address("") | Path::Malformed => self.reply("501 5.1.3 Bad recipient").await,
            Path::Address(_) if envelope.to.len() >= MOST_RECIPIENTS => {
                self.reply("452 4.5.3 Too many recipients").await
            }
            Path::Address(to) => {
                envelope.to.push(to.to_owned());
                self.reply("250 2.1.5 OK").await
            }
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        let Some(envelope) = self.envelope.take_if(|envelope| !envelope.to.is_empty()) else {
            self.reply("503 5.5.1 Bad sequence of commands").await?;
            return Ok(Next::Command);
        };
        self.reply("354 End with <CRLF>.<CRLF>").await?;
        let Some(message) = self.message().await? else {
            self.reply("552 5.3.4 Message too large").await?;
            return Ok(Next::HangUp);
        };
        let received_at = self.provider.clock.now();
        let mail = message::read(message, envelope, received_at);
        self.provider.mailbox.deliver(mail);
        self.reply("250 2.0.0 OK").await?;
        Ok(Next::Command)
    }

    /// Reads up to the lone dot and unstuffs dots (RFC 5321 §4.5.2); `None` if it is too large.
    async fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut message = Vec::new();
        loop {
            let left = LARGEST_MESSAGE - message.len();
            let line = self.line(u64::try_from(left).unwrap_or(u64::MAX)).await?;
            if line == b".\r\n" {
                return Ok(Some(message));
            }
            if line.len() >= left {
                return Ok(None);
            }
            if line.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

/// The address in `FROM:<…>` or `TO:<…>`; parameters after it are accepted unread.
fn path<'a>(rest: &'a str, keyword: &str) -> Path<'a> {
    let has_keyword = rest
        .get(..keyword.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(keyword));
    let after = rest.get(keyword.len()..).filter(|_| has_keyword);
    after
        .and_then(|after| after.trim_ascii_start().strip_prefix('<'))
        .and_then(|after| after.split_once('>'))
        .map_or(Path::Malformed, |(address, _)| Path::Address(address))
}
