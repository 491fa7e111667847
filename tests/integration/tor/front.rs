//! A front of a server on loopback: it notes each connection and the circuit that it came by, then passes everything on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    /// For each connection what the onion service's tor calls its circuit; empty where no onion service stands before this front.
    guests: Arc<Mutex<Vec<String>>>,
}

impl Front {
    /// Stands before this server. `circuits`: connections begin with the line by which tor tells the circuit.
    pub(crate) fn of(server: SocketAddr, circuits: bool) -> Self {
        let listener = TcpListener::bind("127.0.6.1:0").unwrap();
        let front = Self { address: listener.local_addr().unwrap(), guests: Arc::default() };
        let guests = Arc::clone(&front.guests);
        std::thread::spawn(move || {
            for guest in listener.incoming().map_while(Result::ok) {
                let guests = Arc::clone(&guests);
                // One that goes away in the middle ends its own threads only.
                std::thread::spawn(move || drop(pass(guest, server, circuits, &guests)));
            }
        });
        front
    }

    /// Connections so far.
    pub(crate) fn guests(&self) -> usize {
        self.guests.lock().unwrap().len()
    }

    /// Circuits of the connections from the n-th on, each once, in order.
    pub(crate) fn circuits(&self, from: usize) -> Vec<String> {
        let mut circuits: Vec<String> = Vec::new();
        for circuit in self.guests.lock().unwrap().iter().skip(from).filter(|circuit| !circuit.is_empty()) {
            if !circuits.contains(circuit) {
                circuits.push(circuit.clone());
            }
        }
        circuits
    }
}

fn pass(guest: TcpStream, server: SocketAddr, circuits: bool, guests: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(guest.try_clone()?);
    let mut circuit = String::new();
    if circuits {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        assert!(line.starts_with("PROXY TCP6 fc00:"), "the service's tor tells the circuit: {line:?}");
        circuit = line.split(' ').nth(2).unwrap_or_default().to_owned();
    }
    guests.lock().unwrap().push(circuit);
    let mut there = TcpStream::connect(server)?;
    let (mut back, mut to) = (there.try_clone()?, guest);
    let answers = std::thread::spawn(move || {
        let copied = copy(&mut back, &mut to);
        // Whoever asked sees the end, even if it has more to say.
        let _ = to.shutdown(std::net::Shutdown::Both);
        copied
    });
    let asked = copy(&mut reader, &mut there);
    let _ = there.shutdown(std::net::Shutdown::Write);
    let _ = answers.join();
    asked
}

fn copy(from: &mut impl Read, to: &mut impl Write) -> std::io::Result<()> {
    let mut piece = [0; 1 << 14];
    loop {
        match from.read(&mut piece)? {
            0 => return Ok(()),
            n => to.write_all(&piece[..n])?,
        }
    }
}
