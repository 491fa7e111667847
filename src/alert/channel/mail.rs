//! Mail: one message for each notification, given to the operator's server over SMTP (RFC 5321), encrypted with TLS.
//!
//! A repeated try is the same message under the same `Message-ID`, by which servers and readers know it again.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};
use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport, Tokio1Executor};
use serde_json::Value;

use crate::alert::channel::sender::{Answer, Line};
use crate::alert::payload::{line, told};
use crate::config::{Mail, Security};
use crate::fetch::clearnet::install_crypto_provider;
use crate::fetch::resolve::look_up;

/// Characters of a title in a subject.
const SUBJECT: usize = 120;
/// Answers that speak of our account and not of the message: it is kept until the account is mended (RFC 4954).
const ACCOUNT: [u16; 4] = [530, 534, 535, 538];

/// Sends the notifications of one channel to a mail server.
pub(super) struct Post {
    mail: Mail,
    from: Address,
    to: Vec<Address>,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    timeout: Duration,
}

impl Post {
    pub(super) fn new(mail: &Mail, password: Option<String>, line: &Line<'_>) -> Result<Self> {
        install_crypto_provider();
        let address = |text: &String| text.parse::<Address>().with_context(|| format!("{text:?} is no mail address"));
        let credentials = mail.user.clone().zip(password).map(|(user, password)| Credentials::new(user, password));
        Ok(Self {
            from: address(&mail.from)?,
            to: mail.to.iter().map(address).collect::<Result<_>>()?,
            tls: if mail.security == Security::None { None } else { Some(tls(mail, line)?) },
            mail: mail.clone(),
            credentials,
            timeout: line.timeout,
        })
    }

    /// Sends a notification once.
    pub(super) async fn send(&self, payload: &Value, key: &str) -> Answer {
        let message = match self.message(payload, key) {
            Ok(message) => message,
            Err(error) => return Answer::Refused(format!("cannot be written as a mail: {error:#}")),
        };
        match tokio::time::timeout(self.timeout, self.deliver(message)).await {
            Ok(answer) => answer,
            Err(_) => Answer::failed("no answer in time"),
        }
    }

    async fn deliver(&self, message: Message) -> Answer {
        let name = self.mail.server.trim_matches(['[', ']']);
        let addresses = match look_up(name, self.mail.channel.allow_private).await {
            Ok(addresses) => addresses,
            Err(error) => return Answer::failed(error.to_string()),
        };
        let mut answer = Answer::failed("no address");
        for address in addresses {
            let how = match (&self.tls, self.mail.security) {
                (Some(tls), Security::Starttls) => Tls::Required(tls.clone()),
                (Some(tls), _) => Tls::Wrapper(tls.clone()),
                (None, _) => Tls::None,
            };
            let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
                .port(self.mail.port)
                .hello_name(ClientId::Domain(self.from.domain().to_owned()))
                .timeout(Some(self.timeout))
                .tls(how);
            if let Some(credentials) = &self.credentials {
                transport = transport.credentials(credentials.clone());
            }
            answer = match transport.build().send(message.clone()).await {
                Ok(response) => return Answer::Accepted(format!("answer {}", response.code())),
                Err(error) if error.status().is_some() => return weigh(&error),
                Err(error) => weigh(&error),
            };
        }
        answer
    }

    fn message(&self, payload: &Value, key: &str) -> Result<Message> {
        let mut subject = format!("Vigie: {}", line(told(payload, "watch"), SUBJECT));
        let title = told(payload, "title");
        if !title.is_empty() {
            subject.push_str(&format!(": {}", line(title, SUBJECT)));
        }
        let time = told(payload, "created_at").parse::<Timestamp>()?;
        let since = u64::try_from(time.as_second()).context("a time before 1970")?;
        let id = format!("<{}@{}>", key.replace(':', "."), self.from.domain());
        let mailbox = |address: &Address| Mailbox::new(None, address.clone());
        let mut message = Message::builder()
            .from(mailbox(&self.from))
            .subject(subject)
            .date(UNIX_EPOCH + Duration::from_secs(since))
            .message_id(Some(id))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN);
        for address in &self.to {
            message = message.to(mailbox(address));
        }
        // RFC 3834: no robot answers, no absence is told.
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Ok(message.raw_header(automatic).body(body(payload))?)
    }
}

/// One line for each thing that is told.
fn body(payload: &Value) -> String {
    let rows = [("Watch", "watch"), ("Source", "source"), ("Raised", "created_at"), ("Alert", "id"), ("Link", "link")];
    let more = [("Title", "title"), ("Vendor", "vendor"), ("Address", "url")];
    let rows = rows.iter().chain(&more).map(|(label, name)| (label, told(payload, name))).filter(|(_, text)| !text.is_empty());
    rows.map(|(label, text)| format!("{label}: {}\r\n", line(text, usize::MAX))).collect()
}

fn tls(mail: &Mail, line: &Line<'_>) -> Result<TlsParameters> {
    let mut parameters = TlsParameters::builder(mail.server.trim_matches(['[', ']']).to_owned());
    if let Some(path) = line.extra_roots {
        let pem = std::fs::read(path).with_context(|| format!("cannot read the certificates in {}", path.display()))?;
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem)?);
    }
    parameters.build_rustls().context("TLS cannot be set up; hint: are the system's ca-certificates installed?")
}

/// What an error means, without the words of the server, which may name people.
fn weigh(error: &smtp::Error) -> Answer {
    match error.status().map(u16::from) {
        Some(code) if ACCOUNT.contains(&code) => Answer::failed(format!("answer {code}: user and password are not accepted")),
        Some(code) if code >= 500 => Answer::Refused(format!("answer {code}")),
        Some(code) => Answer::failed(format!("answer {code}")),
        None => {
            let mut deepest: &dyn std::error::Error = error;
            while let Some(cause) = deepest.source() {
                deepest = cause;
            }
            Answer::failed(deepest.to_string().chars().take(300).collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::payload::payload;
    use crate::alert::payload::tests::alert;
    use crate::config::Channel;

    fn post() -> Post {
        let channel = Channel { name: "duty".into(), watches: Vec::new(), details: true, allow_private: true };
        let mail = Mail {
            channel,
            server: "localhost".into(),
            port: 25,
            security: Security::None,
            user: None,
            password: None,
            from: "vigie@desk.example".into(),
            to: vec!["duty@desk.example".into()],
        };
        Post::new(&mail, None, &Line { timeout: Duration::from_secs(1), extra_roots: None }).unwrap()
    }

    #[test]
    fn no_text_makes_a_header_and_the_same_notification_is_the_same_message() {
        let mut alert = alert();
        alert.title = format!("für\r\nBcc: other@x.example\r\n\r\n{}", "long ".repeat(400));
        alert.watch = "glocks\nX-Other: 1".into();
        let told = payload(&alert, true, None);
        let message = |key: &str| String::from_utf8(post().message(&told, key).unwrap().formatted()).unwrap();
        let text = message("5313:duty");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> =
            head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).map(|line| line.split_once(": ").unwrap().0).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        let wanted =
            ["Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
        assert_eq!(sorted, wanted, "{head}");
        assert!(head.contains("Message-ID: <5313.duty@desk.example>") && head.is_ascii(), "{head}");
        assert!(!body.contains("\r\nBcc:") && text.lines().all(|line| line.len() <= 998), "{text}");
        assert_eq!(text, message("5313:duty"));
        assert_ne!(text, message("5313:other"));
    }
}
