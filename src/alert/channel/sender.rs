//! One try through a channel of any kind. Senders see the payload alone, never the alert that it was made of.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Error, Result};
use serde_json::Value;

use crate::alert::channel::mail::Post;
use crate::alert::channel::misp::Events;
use crate::alert::channel::syslog::Collector;
use crate::alert::channel::webhook::Hook;
use crate::config::{self, Config};

/// What came of a try, with a few words that hold neither address nor secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The receiver has it.
    Accepted(String),
    /// The receiver will never take it.
    Refused(String),
    /// It may go better later.
    Failed {
        /// What went wrong.
        why: String,
        /// How long the receiver asks to be left alone.
        wait: Option<Duration>,
    },
}

impl Answer {
    pub(super) fn failed(why: impl Into<String>) -> Self {
        Self::Failed { why: why.into(), wait: None }
    }
}

/// Sends the notifications of one channel.
pub(super) enum Sender {
    Hook(Hook),
    Post(Post),
    Collector(Collector),
    Events(Events),
}

impl Sender {
    /// Sends a notification once. The key is the same for each try.
    pub(super) async fn send(&self, payload: &Value, key: &str) -> Answer {
        match self {
            Self::Hook(hook) => hook.send(payload, key).await,
            Self::Post(post) => post.send(payload, key).await,
            Self::Collector(collector) => collector.send(payload, key).await,
            Self::Events(events) => events.send(payload).await,
        }
    }
}

/// What all senders are given.
pub(super) struct Line<'a> {
    pub(super) timeout: Duration,
    pub(super) extra_roots: Option<&'a Path>,
}

/// Every configured channel with its sender, or why it has none.
pub(super) fn all(config: &Config) -> Vec<(config::Channel, Result<Arc<Sender>>)> {
    let settings = &config.settings;
    let line = Line { timeout: settings.delivery.timeout, extra_roots: settings.tls.extra_roots.as_deref() };
    let mut channels = Vec::new();
    for one in &settings.delivery.webhooks {
        let sender = one.secret.read().map_err(Error::msg).and_then(|secret| Hook::new(one, secret, &line));
        channels.push((one.channel.clone(), sender.map(Sender::Hook)));
    }
    for one in &settings.delivery.mails {
        let password = one.password.as_ref().map(|place| place.text().map_err(Error::msg)).transpose();
        let sender = password.and_then(|password| Post::new(one, password, &line));
        channels.push((one.channel.clone(), sender.map(Sender::Post)));
    }
    for one in &settings.delivery.syslogs {
        channels.push((one.channel.clone(), Collector::new(one, &line).map(Sender::Collector)));
    }
    for one in &settings.delivery.misps {
        let sender = one.key.text().map_err(Error::msg).and_then(|key| Events::new(one, key, config, &line));
        channels.push((one.channel.clone(), sender.map(Sender::Events)));
    }
    channels.into_iter().map(|(channel, sender)| (channel, sender.map(Arc::new))).collect()
}
