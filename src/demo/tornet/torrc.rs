//! The configuration of each daemon.

use super::period::VOTING;
use crate::clock;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

pub(super) const OR_PORT: u16 = 5000;
pub(super) const DIR_PORT: u16 = 7000;
pub(super) const SOCKS_PORT: u16 = 9050;
pub(super) const CONTROL_PORT: u16 = 9051;
/// Seconds from the start to the first vote: relays have uploaded their descriptors by then, or are in the next.
const FIRST_VOTE: i64 = 12;

/// The authority, as every daemon has to know it.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    pub(super) address: Ipv4Addr,
    pub(super) v3_identity: String,
    pub(super) rsa_identity: String,
}

/// What a daemon is.
#[derive(Debug)]
pub(super) enum Part {
    Authority,
    Relay,
    Exit { names: SocketAddr },
    Bridge,
    Service { ports: Vec<(u16, SocketAddr)>, circuit_ids: bool },
    Client,
}

/// Writes `torrc` and an empty `torrc-defaults`, so that nothing of the machine's own tor counts.
pub(super) fn write(folder: &Path, name: &str, address: Ipv4Addr, directory: &Directory, part: &Part) -> Result<()> {
    if let Part::Exit { names } = part {
        std::fs::write(folder.join("resolv.conf"), format!("nameserver {names}\n"))?;
    }
    if matches!(part, Part::Authority | Part::Relay | Part::Exit { .. } | Part::Bridge) {
        std::fs::write(folder.join("state"), state())?;
    }
    std::fs::write(folder.join("torrc-defaults"), "")?;
    let path = folder.to_str().with_context(|| format!("{} is not UTF-8", folder.display()))?;
    std::fs::write(folder.join("torrc"), text(path, name, address, directory, part))?;
    Ok(())
}

/// What a relay finds as its own past: 1 MB a second. A young relay has carried nothing and says so, and then all circuits go through
/// the authority, which has carried the first bytes, or fail because they go through it twice.
fn state() -> String {
    let ends = clock::now().strftime("%Y-%m-%d %H:%M:%S");
    ["Read", "Write"].map(|what| format!("BWHistory{what}Ends {ends}\nBWHistory{what}Interval 86400\nBWHistory{what}Values 1000000000\nBWHistory{what}Maxima 1000000\n")).concat()
}

fn text(folder: &str, name: &str, address: Ipv4Addr, directory: &Directory, part: &Part) -> String {
    let quoted = |file: &str| format!("\"{folder}/{file}\"").replace('\\', "\\\\");
    let Directory { address: at, v3_identity, rsa_identity } = directory;
    let mut out = format!(
        "DataDirectory \"{folder}\"\nLog notice stdout\nRunAsDaemon 0\nNumCPUs 1\nAvoidDiskWrites 1\nHeartbeatPeriod 0\n\
         GeoIPFile {empty}\nGeoIPv6File {empty}\n\
         __OwningControllerProcess {process}\n\
         TestingTorNetwork 1\nDirAuthority main orport={OR_PORT} no-v2 v3ident={v3_identity} {at}:{DIR_PORT} {rsa_identity}\n\
         OutboundBindAddress {address}\nAddressDisableIPv6 1\nAssumeReachable 1\nVanguardsLiteEnabled 0\n",
        // Reading them takes seconds, and there are no countries here.
        empty = quoted("torrc-defaults"),
        process = std::process::id(),
    );
    // Without fail: formatting into a string has no errors.
    let mut more = |text: std::fmt::Arguments| {
        let _ = out.write_fmt(text);
    };
    let control = |more: &mut dyn FnMut(std::fmt::Arguments)| {
        more(format_args!(
            "ControlPort {address}:{CONTROL_PORT}\nCookieAuthentication 1\nCookieAuthFile {}\nDisableNetwork 1\n",
            quoted("control-cookie")
        ));
    };
    match part {
        Part::Service { ports, circuit_ids } => {
            control(&mut more);
            more(format_args!("SocksPort 0\nHiddenServiceDir {}\n", quoted("service")));
            for (port, server) in ports {
                more(format_args!("HiddenServicePort {port} {server}\n"));
            }
            if *circuit_ids {
                more(format_args!("HiddenServiceExportCircuitID haproxy\n"));
            }
            return out;
        }
        Part::Client => {
            control(&mut more);
            more(format_args!("SocksPort {address}:{SOCKS_PORT}\n"));
            return out;
        }
        Part::Authority | Part::Relay | Part::Exit { .. } | Part::Bridge => {}
    }
    // A nickname has no more than 19 letters and digits.
    more(format_args!(
        "Nickname {name}\nContactInfo nobody@example.org\nAddress {address}\nORPort {address}:{OR_PORT} IPv4Only\nSocksPort 0\n\
         __DisablePredictedCircuits 1\nExtraInfoStatistics 0\nHiddenServiceStatistics 0\n"
    ));
    match part {
        Part::Exit { .. } => more(format_args!(
            // Its policy has to look like that of an exit to be chosen; being bound to loopback, it reaches nobody else.
            "ExitRelay 1\nExitPolicyRejectPrivate 0\nExitPolicy accept *:*\nServerDNSResolvConfFile {}\n\
             ServerDNSDetectHijacking 0\nServerDNSAllowBrokenConfig 1\nServerDNSSearchDomains 0\nServerDNSTestAddresses shop.example\n",
            quoted("resolv.conf")
        )),
        _ => more(format_args!("ExitRelay 0\nExitPolicy reject *:*\n")),
    }
    match part {
        Part::Bridge => more(format_args!("BridgeRelay 1\nPublishServerDescriptor 0\nBridgeDistribution none\n")),
        Part::Authority => {
            let offset = (clock::now().as_second() + FIRST_VOTE).rem_euclid(VOTING);
            more(format_args!(
                "DirPort {address}:{DIR_PORT}\nAuthoritativeDirectory 1\nV3AuthoritativeDirectory 1\n\
                 V3AuthVotingInterval {VOTING}\nV3AuthVoteDelay 2\nV3AuthDistDelay 2\nV3AuthNIntervalsValid 100\n\
                 TestingV3AuthInitialVotingInterval {VOTING}\nTestingV3AuthInitialVoteDelay 2\nTestingV3AuthInitialDistDelay 2\n\
                 TestingV3AuthVotingStartOffset {offset}\n\
                 TestingDirAuthVoteExit *\nTestingDirAuthVoteHSDir *\nTestingDirAuthVoteGuard *\nTestingMinExitFlagThreshold 0\n\
                 MinUptimeHidServDirectoryV2 0\nAuthDirMaxServersPerAddr 0\nAuthDirVoteStableGuaranteeMinUptime 1 second\n\
                 ConsensusParams hsdir_interval={minutes} hsdir_spread_store=16\n",
                minutes = super::period::LENGTH / 60,
            ));
        }
        _ => {}
    }
    out
}
