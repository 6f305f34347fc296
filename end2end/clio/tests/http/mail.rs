//! SMTP in, mailbox out.

use anyhow::Context as _;
use reqwest::StatusCode;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::application::{Application, json};

const TO_LENA: &str = "lena@brandtlaw.test";

/// A mail client that speaks line by line.
struct Sender {
    stream: BufReader<TcpStream>,
}

impl Sender {
    /// Connected and greeted.
    async fn connect(app: &Application) -> anyhow::Result<Self> {
        let url = app.clio.smtp_url().context("no SMTP")?;
        let address = url.strip_prefix("smtp://").context("not SMTP")?;
        let stream = BufReader::new(TcpStream::connect(address).await?);
        let mut sender = Self { stream };
        assert!(sender.reply().await?.starts_with("220 "));
        Ok(sender)
    }

    /// The last line of a reply.
    async fn reply(&mut self) -> anyhow::Result<String> {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await?;
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(line);
            }
        }
    }

    async fn say(&mut self, line: &str) -> anyhow::Result<String> {
        let line = format!("{line}\r\n");
        self.stream.write_all(line.as_bytes()).await?;
        self.reply().await
    }

    async fn send(&mut self, to: &str, message: &str) -> anyhow::Result<()> {
        for (line, expected) in [
            ("EHLO localhost", "250"),
            ("MAIL FROM:<door@harbourlane.test> BODY=8BITMIME", "250"),
            (&format!("RCPT TO:<{to}>"), "250"),
            ("DATA", "354"),
            (&format!("{message}\r\n."), "250"),
        ] {
            let reply = self.say(line).await?;
            anyhow::ensure!(reply.starts_with(expected), "{line}: {reply}");
        }
        Ok(())
    }
}

#[tokio::test]
async fn mail_is_decoded_and_shown() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let mut sender = Sender::connect(&app).await?;
    let message = "From: =?utf-8?q?The_d=C3=B6or?= <door@harbourlane.test>\r\n\
        Subject: =?utf-8?B?Q29kZSBmw7xyIExlbmE=?=\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        Gr=C3=BC=C3=9Fe, see http://localhost:3000/link?a=3D1=\r\n&b=3D2.\r\n..dot";
    sender.send(TO_LENA, message).await?;
    let mail = app.clio.wait_for_mail(TO_LENA).await?;
    assert_eq!(mail.subject, "Code für Lena");
    assert_eq!(mail.from, "The döor <door@harbourlane.test>");
    assert_eq!(mail.envelope_to, [TO_LENA]);
    assert_eq!(
        mail.text.trim_end(),
        "Grüße, see http://localhost:3000/link?a=1&b=2.\r\n.dot"
    );
    let list = app.get("mailbox").await?.text().await?;
    assert!(list.contains("Code für Lena"));
    let page = app
        .get(&format!("mailbox/{}", mail.id))
        .await?
        .text()
        .await?;
    assert!(page.contains(r#"<a href="http://localhost:3000/link?a=1&amp;b=2">"#));
    Ok(())
}

#[tokio::test]
async fn base64_text_is_preferred_to_html() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let message = "Subject: two parts\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8g4oCU\r\n\
        --b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n--b--";
    Sender::connect(&app).await?.send(TO_LENA, message).await?;
    let mail = app.clio.wait_for_mail(TO_LENA).await?;
    assert_eq!(mail.text.trim(), "Hello —");
    assert_eq!(mail.html.as_deref().map(str::trim), Some("<p>Hello</p>"));
    Ok(())
}

#[tokio::test]
async fn html_is_told_beside_the_text_and_is_none_where_there_is_none() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let mut sender = Sender::connect(&app).await?;
    sender.send(TO_LENA, "Subject: one\r\n\r\ntext").await?;
    let message = "Subject: two\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative;\r\n boundary=\"a b\"\r\n\r\n\
        --a b\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n\
        --a b\r\nContent-Type: text/html; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        <p title=3D\"x\">Gr=C3=BC=\r\n=C3=9Fe</p>\r\n--a b--";
    sender.send(TO_LENA, message).await?;
    let mails = json(app.get("mailbox.json").await?).await?;
    assert_eq!(mails[0]["text"].as_str().map(str::trim), Some("Grüße"));
    let html = mails[0]["html"].as_str().map(str::trim);
    assert_eq!(html, Some(r#"<p title="x">Grüße</p>"#));
    assert_eq!(mails[1]["text"].as_str().map(str::trim), Some("text"));
    assert!(mails[1]["html"].is_null(), "{mails}");
    let page = app.get("mailbox/1").await?.text().await?;
    assert!(!page.contains("<iframe"), "{page}");
    Ok(())
}

#[tokio::test]
async fn html_is_shown_in_a_frame_that_may_nothing() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let message = "Subject: html\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nplain\r\n\
        --b\r\nContent-Type: text/html\r\n\r\n\
        <b>\"></iframe><script>alert(1)</script></b>\r\n--b--";
    Sender::connect(&app).await?.send(TO_LENA, message).await?;
    let page = app.get("mailbox/1").await?.text().await?;
    let frame = r#"sandbox="" srcdoc="&lt;b&gt;&quot;&gt;&lt;/iframe&gt;&lt;script&gt;"#;
    assert!(page.contains(frame), "{page}");
    assert!(page.contains("<pre>plain"), "{page}");
    assert!(
        !page.contains("<script>") && !page.contains("<b>"),
        "{page}"
    );
    assert_eq!(page.matches("</iframe>").count(), 1);
    Ok(())
}

#[tokio::test]
async fn waiting_hands_out_each_mail_once_in_order() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let waiting = async { anyhow::Ok(app.clio.wait_for_mail("LENA@brandtlaw.test").await?) };
    let sending = async {
        let mut sender = Sender::connect(&app).await?;
        sender
            .send("dana@x.test", "Subject: not hers\r\n\r\n")
            .await?;
        sender.send(TO_LENA, "Subject: one\r\n\r\n").await?;
        sender.send(TO_LENA, "Subject: two\r\n\r\n").await
    };
    let (first, sent) = tokio::join!(waiting, sending);
    sent?;
    assert_eq!(first?.subject, "one");
    assert_eq!(app.clio.wait_for_mail(TO_LENA).await?.subject, "two");
    assert_eq!(app.clio.mails().len(), 3);
    Ok(())
}

#[tokio::test]
async fn mailbox_is_filtered_by_recipient_newest_first() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let mut sender = Sender::connect(&app).await?;
    for (to, subject) in [(TO_LENA, "one"), ("dana@x.test", "two"), (TO_LENA, "three")] {
        sender
            .send(to, &format!("Subject: {subject}\r\n\r\n"))
            .await?;
    }
    let mails = json(app.get(&format!("mailbox.json?to={TO_LENA}")).await?).await?;
    let subjects: Vec<_> = mails
        .as_array()
        .context("not a list")?
        .iter()
        .map(|mail| mail["subject"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(subjects, ["three", "one"]);
    let page = app.get("mailbox?to=nobody%40x.test").await?.text().await?;
    assert!(page.contains("No mail to this address."));
    Ok(())
}

#[tokio::test]
async fn only_the_latest_500_mails_are_kept() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let mut sender = Sender::connect(&app).await?;
    for number in 1..=502 {
        sender
            .send(TO_LENA, &format!("Subject: {number}\r\n\r\n"))
            .await?;
    }
    let mails = app.clio.mails();
    assert_eq!(mails.len(), 500);
    assert_eq!(mails[0].subject, "3");
    assert_eq!(app.get("mailbox/1").await?.status(), StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn hostile_mail_is_shown_as_text() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let message = "Subject: <script>alert(1)</script>\r\n\r\n<img src=x>\u{0}";
    let mut sender = Sender::connect(&app).await?;
    sender.send("\"<img \"@x.test", message).await?;
    sender.send(TO_LENA, message).await?;
    let mail = app.clio.wait_for_mail(TO_LENA).await?;
    for page in ["mailbox".to_owned(), format!("mailbox/{}", mail.id)] {
        let page = app.get(&page).await?.text().await?;
        assert!(page.contains("&lt;script&gt;"));
        assert!(!page.contains("<script>") && !page.contains("<img"));
    }
    Ok(())
}

#[tokio::test]
async fn commands_out_of_order_are_refused() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let mut sender = Sender::connect(&app).await?;
    for (line, expected) in [
        ("MAIL FROM:<a@x.test>", "503"),
        ("HELO localhost", "250"),
        ("RCPT TO:<a@x.test>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:a@x.test", "501"),
        ("mail from:<>", "250"),
        ("MAIL FROM:<a@x.test>", "503"),
        ("DATA", "503"),
        ("RCPT TO:<>", "501"),
        ("RCPT é", "501"),
        ("RCPT TO:<jürgen@x.test>", "250"),
        ("RSET", "250"),
        ("DATA", "503"),
        ("NOOP", "250"),
        ("WHAT", "500"),
        ("QUIT", "221"),
    ] {
        let reply = sender.say(line).await?;
        assert!(reply.starts_with(expected), "{line}: {reply}");
    }
    assert_eq!(sender.reply().await?, "");
    Ok(())
}

#[tokio::test]
async fn endless_lines_and_messages_are_hung_up_on() -> anyhow::Result<()> {
    let app = Application::start().await?;
    let mut sender = Sender::connect(&app).await?;
    let reply = sender.say(&"N".repeat(4096)).await?;
    assert!(reply.starts_with("500"), "{reply}");
    let mut sender = Sender::connect(&app).await?;
    let line = "x".repeat(1022) + "\r\n";
    let refused = sender.send(TO_LENA, &line.repeat(1025)).await;
    assert!(refused.is_err());
    assert!(app.clio.mails().is_empty());
    Ok(())
}
