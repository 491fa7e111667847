//! Takes an answer in, on whatever route it comes: head, body, limits. Every route shares it.

use crate::fetch::exchange::{Exchange, Method, Request};
use crate::fetch::failure::{Failure, Phase, classify};
use crate::fetch::limits::Limits;
use crate::fetch::outcome::Outcome;
use crate::fetch::room::Room;
use crate::fetch::{head, headers};
use reqwest::Response;
use std::time::{Duration, Instant};
use tokio::time::timeout_at;

/// Waits for the head of the answer to a request that was sent at `sent`.
pub(super) async fn answer(
    sending: impl Future<Output = Result<Response, reqwest::Error>>,
    limits: &Limits,
    sent: Instant,
) -> Result<Response, Failure> {
    let within = limits.first_byte.min(limits.total);
    match timeout_at((sent + within).into(), sending).await {
        Ok(answer) => answer.map_err(|error| classify(&error, Phase::Head)),
        Err(_) => Err(late(within)),
    }
}

/// The failure of a server that does not begin its answer in time.
pub(super) fn late(within: Duration) -> Failure {
    (Outcome::FirstByteTimeout, format!("no answer within {within:?}"))
}

/// Takes an answer in whose head has come; the request was sent at `sent` and is to end by `end`.
pub(super) async fn take(
    response: Response,
    room: &Room,
    request: &Request,
    exchange: &mut Exchange,
    sent: Instant,
    end: Instant,
) -> Result<(), Failure> {
    let limits = &request.limits;
    exchange.first_byte_us = Some(micros(sent));
    take_head(&response, exchange);
    let status = response.status().as_u16();
    exchange.outcome = match Outcome::of_status(status) {
        Outcome::Redirected if exchange.location().is_none() => {
            exchange.detail = Some(match exchange.header("location") {
                Some(location) => format!("Location {:?} is not an http or https address", location.chars().take(200).collect::<String>()),
                None => "no Location header".to_string(),
            });
            Outcome::BadRedirect
        }
        outcome => outcome,
    };
    let header_bytes = exchange.response_head.len();
    if header_bytes > limits.header_bytes || exchange.headers.len() > limits.header_count {
        exchange.truncated = Some("unspecified");
        return Err((Outcome::HeadersTooLarge, format!("{} headers of {header_bytes} bytes together", exchange.headers.len())));
    }
    if !request.allow_media
        && let Some(media) = exchange.content_type().filter(|content_type| is_media(content_type))
    {
        exchange.truncated = Some("unspecified");
        return Err((Outcome::MediaRefused, media));
    }
    receive(response, room, request, exchange, end).await
}

/// Reads the body into the exchange. What came before a failure is kept, marked as truncated.
async fn receive(mut response: Response, room: &Room, request: &Request, exchange: &mut Exchange, end: Instant) -> Result<(), Failure> {
    let limits = &request.limits;
    let announced = response.content_length().filter(|_| request.method == Method::Get).unwrap_or(0);
    if announced > limits.body && !request.beginning {
        exchange.truncated = Some("length");
        return Err((Outcome::BodyTooLarge, format!("{announced} bytes announced, the limit is {}", limits.body)));
    }
    loop {
        let silent_until = Instant::now() + limits.idle;
        let chunk = match timeout_at(silent_until.min(end).into(), response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => {
                let failure = classify(&error, Phase::Body);
                exchange.truncated = Some(if failure.0 == Outcome::ConnectionLost { "disconnect" } else { "unspecified" });
                return Err(failure);
            }
            Err(_) => {
                let why = if silent_until < end {
                    format!("silence of {:?}", limits.idle)
                } else {
                    format!("not whole within {:?}", limits.total)
                };
                return Err(too_slow(exchange, &why));
            }
        };
        let left = limits.body.saturating_sub(exchange.body.len() as u64);
        let length = (exchange.body.len() as u64).saturating_add(chunk.len() as u64).min(limits.body);
        if timeout_at(end.into(), room.admit(length, &mut exchange.held)).await.is_err() {
            return Err(too_slow(exchange, &format!("no room beside other large answers within {:?}", limits.total)));
        }
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        if exchange.held.is_large() {
            exchange.body.reserve_exact(left);
        }
        exchange.body.extend_from_slice(chunk.get(..left).unwrap_or(&chunk));
        if chunk.len() > left {
            exchange.truncated = Some("length");
            return Err((Outcome::BodyTooLarge, format!("more than {} bytes", limits.body)));
        }
    }
}

fn too_slow(exchange: &mut Exchange, why: &str) -> Failure {
    exchange.truncated = Some("time");
    (Outcome::BodyTimeout, format!("{why}, {} bytes came", exchange.body.len()))
}

fn take_head(response: &Response, exchange: &mut Exchange) {
    exchange.status = Some(response.status().as_u16());
    exchange.protocol = match response.version() {
        reqwest::Version::HTTP_2 => "h2",
        reqwest::Version::HTTP_10 => "http/1.0",
        _ => "http/1.1",
    }
    .to_string();
    exchange.headers = response.headers().iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    exchange.response_head = head::of_response(response.status(), &exchange.protocol, &exchange.headers);
}

fn is_media(content_type: &str) -> bool {
    let kind = headers::media_type(content_type);
    // SVG is markup that people read as text; it is small and never rendered.
    ["image/", "audio/", "video/", "font/"].iter().any(|prefix| kind.starts_with(prefix)) && kind != "image/svg+xml"
}

pub(super) fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}
