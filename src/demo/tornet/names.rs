//! A name server on loopback for the exit relay: it knows the names of the plan and nobody else.

use anyhow::{Context, Result};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const PORT: u16 = 5353;
/// How soon the thread sees that it shall end.
const LOOK: Duration = Duration::from_millis(200);
const HEADER: usize = 12;

/// Answers until it is dropped.
#[derive(Debug)]
pub(super) struct Names {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
}

impl Names {
    pub(super) fn answer(at: Ipv4Addr, names: Vec<(String, Ipv4Addr)>) -> Result<Self> {
        let socket = UdpSocket::bind((at, PORT)).with_context(|| format!("no name server can be at {at}:{PORT}"))?;
        socket.set_read_timeout(Some(LOOK))?;
        let (address, ended) = (socket.local_addr()?, Arc::new(AtomicBool::new(false)));
        let end = Arc::clone(&ended);
        std::thread::spawn(move || {
            let mut packet = [0; 512];
            while !end.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut packet) else { continue };
                if let Some(reply) = packet.get(..length).and_then(|question| reply(question, &names)) {
                    // Who asked asks again.
                    let _ = socket.send_to(&reply, from);
                }
            }
        });
        Ok(Self { address, ended })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

/// The reply to a packet with one question; nothing for anything else.
fn reply(packet: &[u8], names: &[(String, Ipv4Addr)]) -> Option<Vec<u8>> {
    let header = packet.get(..HEADER)?;
    let is_query = header.get(2)? & 0x80 == 0 && header.get(4..6)? == [0, 1];
    let (mut name, mut at) = (String::new(), HEADER);
    loop {
        let length = usize::from(*packet.get(at)?);
        at += 1;
        match length {
            0 => break,
            1..64 => {
                let label = packet.get(at..at + length)?;
                name.push_str(if name.is_empty() { "" } else { "." });
                name.push_str(&String::from_utf8_lossy(label).to_ascii_lowercase());
                at += length;
            }
            _ => return None,
        }
    }
    let question = packet.get(HEADER..at + 4).filter(|_| is_query)?;
    let (kind, class) = (packet.get(at..at + 2)?, packet.get(at + 2..at + 4)?);
    let found = names.iter().find(|(known, _)| *known == name);
    let answer = found.filter(|_| kind == [0, 1] && class == [0, 1]);
    let mut out = header.get(..2)?.to_vec();
    // A reply with authority, of which no more is to be had; 3 is "no such name".
    out.extend([0x84 | (header.get(2)? & 1), 0x80 | if found.is_some() { 0 } else { 3 }]);
    out.extend([0, 1, 0, u8::from(answer.is_some()), 0, 0, 0, 0]);
    out.extend(question);
    if let Some((_, address)) = answer {
        // The name as in the question, A, IN, a minute, four bytes.
        out.extend([0xc0, HEADER as u8, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        out.extend(address.octets());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(name: &str, kind: u8) -> Vec<u8> {
        let mut packet = vec![7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            packet.push(label.len() as u8);
            packet.extend(label.as_bytes());
        }
        packet.extend([0, 0, kind, 0, 1]);
        packet
    }

    #[test]
    fn known_names_are_found_others_are_not_and_nonsense_gets_no_reply() {
        let names = [("shop.example".to_owned(), Ipv4Addr::new(127, 5, 6, 7))];
        let known = reply(&question("sHop.Example", 1), &names).unwrap();
        assert_eq!((&known[..2], &known[3..8], &known[known.len() - 4..]), (&[7, 9][..], &[0x80, 0, 1, 0, 1][..], &[127, 5, 6, 7][..]));
        let other_kind = reply(&question("shop.example", 28), &names).unwrap();
        assert_eq!((other_kind[3], other_kind[7]), (0x80, 0));
        let unknown = reply(&question("www.example", 1), &names).unwrap();
        assert_eq!((unknown[3], unknown[7]), (0x83, 0));
        let whole = question("shop.example", 1);
        assert!((0..whole.len()).all(|end| reply(&whole[..end], &names).is_none()));
        assert_eq!(reply(&[0xff; 512], &names), None);
    }
}
