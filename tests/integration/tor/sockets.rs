//! Watches the sockets of a process from outside: `/proc` every few milliseconds, and strace where it is installed.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(8);
/// Most that strace gets to write its last line.
const FLUSH: Duration = Duration::from_secs(10);

/// What a process was connected to, as `tcp 127.0.0.1:80`; a socket that is not connected has the address `0.0.0.0:0`.
pub(crate) type Seen = BTreeSet<String>;

/// Looks at a child until it ends.
#[expect(clippy::disallowed_methods, reason = "looks again and again")]
pub(crate) fn watch(child: &mut Child) -> Seen {
    let mut seen = Seen::new();
    while child.try_wait().unwrap().is_none() {
        seen.extend(of(child.id()));
        std::thread::sleep(LOOK);
    }
    seen
}

/// What a process is connected to now.
pub(crate) fn of(process: u32) -> Seen {
    let Ok(entries) = fs::read_dir(format!("/proc/{process}/fd")) else { return Seen::new() };
    let inode = |path: &Path| Some(fs::read_link(path).ok()?.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned());
    let own: BTreeSet<String> = entries.filter_map(|entry| inode(&entry.ok()?.path())).collect();
    let mut seen = Seen::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let text = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for row in text.lines().skip(1) {
            let columns: Vec<&str> = row.split_whitespace().collect();
            if let (Some(remote), Some(inode)) = (columns.get(2), columns.get(9))
                && own.contains(*inode)
            {
                seen.insert(format!("{} {}", table.trim_end_matches('6'), address(remote).unwrap()));
            }
        }
    }
    seen
}

/// `0100007F:1F90` is 127.0.0.1:8080: words of four bytes, each in the order of the machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let words: Vec<[u8; 4]> =
        (0..ip.len() / 8).map(|n| u32::from_str_radix(&ip[n * 8..n * 8 + 8], 16).map(u32::to_ne_bytes)).collect::<Result<_, _>>().ok()?;
    let ip = match words.as_slice() {
        [word] => IpAddr::V4(Ipv4Addr::from(*word)),
        words => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(words.concat()).ok()?)),
    };
    Some(SocketAddr::new(ip.to_canonical(), u16::from_str_radix(port, 16).ok()?))
}

/// The command under strace, which writes its calls to a file; the command itself where strace cannot be used, and that is said.
pub(crate) fn traced(command: Command, file: &Path) -> (Command, bool) {
    let works = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !works(Command::new("strace").args(["-D", "-f", "-o", "/dev/null", "true"])) {
        println!("strace is not installed, or may not trace: only /proc is watched");
        return (command, false);
    }
    let mut outer = Command::new("strace");
    // The tracer is a grandchild: the process that is started is the program itself.
    outer.args(["-D", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o"]).arg(file);
    outer.arg(command.get_program()).args(command.get_args());
    outer.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?)))).env_remove("VIGIE_LOG");
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    (outer, true)
}

/// Where the calls in a trace lead to: addresses as [`of`] writes them, or whatever else is named.
#[expect(clippy::disallowed_methods, reason = "waits for another process")]
pub(crate) fn called(trace: &Path) -> Seen {
    let begun = Instant::now();
    let mut text = fs::read_to_string(trace).unwrap_or_default();
    // The tracer ends after the traced.
    loop {
        let last = text.len();
        std::thread::sleep(Duration::from_millis(300));
        text = fs::read_to_string(trace).unwrap_or_default();
        if text.len() == last && last > 0 || begun.elapsed() > FLUSH {
            break;
        }
    }
    text.lines().filter_map(destination).collect()
}

fn destination(call: &str) -> Option<String> {
    let family = between(call, "sa_family=", &[',', '}'])?;
    Some(match family {
        "AF_INET" => format!("tcp {}:{}", between(call, "inet_addr(\"", &['"'])?, between(call, "htons(", &[')'])?),
        "AF_INET6" => format!("tcp [{}]:{}", between(call, "AF_INET6, \"", &['"'])?, between(call, "htons(", &[')'])?),
        _ => format!("{family} {}", between(call, "sun_path=\"", &['"']).unwrap_or("?")),
    })
}

fn between<'t>(text: &'t str, start: &str, ends: &[char]) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    rest.split(|c| ends.contains(&c)).next()
}

#[test]
fn sockets_and_calls_are_read() {
    assert_eq!(address("0100007F:1F90"), Some("127.0.0.1:8080".parse().unwrap()));
    assert_eq!(address("0000000000000000FFFF00000100007F:0050"), Some("127.0.0.1:80".parse().unwrap()));
    let connected = std::net::TcpListener::bind("127.0.6.9:0").unwrap();
    let _stream = std::net::TcpStream::connect(connected.local_addr().unwrap()).unwrap();
    let _asked = std::net::UdpSocket::bind("127.0.6.9:0").unwrap();
    let seen = of(std::process::id());
    assert!(seen.contains(&format!("tcp {}", connected.local_addr().unwrap())), "{seen:?}");
    assert!(seen.contains("udp 0.0.0.0:0"), "{seen:?}");
    let call = r#"7 connect(12, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.0.2.1")}, 16) = 0"#;
    assert_eq!(destination(call).as_deref(), Some("tcp 192.0.2.1:53"));
    let call = r#"7 connect(9, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0"#;
    assert_eq!(destination(call).as_deref(), Some("tcp [::1]:80"));
    let call = r#"7 connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT"#;
    assert_eq!(destination(call).as_deref(), Some("AF_UNIX /run/nscd/socket"));
    assert_eq!(destination("7 sendto(9, \"x\", 1, MSG_NOSIGNAL, NULL, 0) = 1"), None);
}
