//! Which network an address belongs to, as types: each route takes its own kind, so that an onion or I2P host cannot be handed to the
//! clear web, or a name of the clear web to I2P.

use crate::config::scope::hidden_network;
use crate::fetch::address::literal;
use crate::fetch::outcome::Outcome;
use std::net::IpAddr;
use url::Url;
use vigie_extractors::contacts::is_onion_service;

/// An address that may be fetched, by its network. There is no other way to make one than [`Destination::of`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A host of the clear web.
    Clear(ClearUrl),
    /// An onion service.
    Onion(OnionUrl),
    /// A destination within I2P.
    I2p(I2pUrl),
}

/// An address on the clear web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearUrl(Url);

/// An address of an onion service of version 3 whose checksum holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnionUrl(Url);

/// An address within I2P.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct I2pUrl(Url);

impl Destination {
    /// Reads an address.
    ///
    /// # Errors
    /// It is not fetchable by any route: the outcome, and what is wrong for people.
    pub fn of(url: &Url) -> Result<Self, (Outcome, String)> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err((Outcome::BadUrl, format!("the scheme {:?} is not http or https", url.scheme())));
        }
        let host = url.host_str().unwrap_or_default();
        if host.trim_end_matches('.').is_empty() {
            return Err((Outcome::BadUrl, "the address has no host".into()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err((Outcome::BadUrl, "the address holds a user name or password; configure an Authorization header instead".into()));
        }
        let mut url = url.clone();
        url.set_fragment(None);
        match hidden_network(host) {
            None => Ok(Self::Clear(ClearUrl(url))),
            Some("onion") if is_onion_service(host) => Ok(Self::Onion(OnionUrl(url))),
            Some("onion") => {
                Err((Outcome::OnionInvalid, "the name is no onion service of version 3: see whether it was copied whole".into()))
            }
            Some(_) => Ok(Self::I2p(I2pUrl(url))),
        }
    }
}

impl ClearUrl {
    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The IP address that stands in it instead of a name.
    pub fn literal(&self) -> Option<IpAddr> {
        literal(&self.0)
    }
}

impl OnionUrl {
    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The name of the service without subdomains: 56 letters and digits and `.onion`, in lower case.
    pub fn service(&self) -> String {
        let host = self.0.host_str().unwrap_or_default().trim_end_matches('.');
        let labels: Vec<&str> = host.rsplitn(3, '.').take(2).collect();
        labels.into_iter().rev().collect::<Vec<_>>().join(".").to_ascii_lowercase()
    }
}

impl I2pUrl {
    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_belongs_to_one_network_or_to_none() {
        let name = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad";
        let of = |text: &str| Destination::of(&text.parse().unwrap());
        assert!(matches!(of("https://shop.example/"), Ok(Destination::Clear(_))));
        assert!(
            matches!(of("http://127.0.0.1:8/x#y"), Ok(Destination::Clear(to)) if to.literal().is_some() && to.url().fragment().is_none())
        );
        let Ok(Destination::Onion(onion)) = of(&format!("http://WWW.{name}.onion./a")) else { panic!() };
        assert_eq!(onion.service(), format!("{name}.onion"));
        assert!(matches!(of("http://stats.i2p/"), Ok(Destination::I2p(_))));
        let broken = name.replacen('d', "e", 1);
        for (address, outcome) in [
            (format!("http://{broken}.onion/"), Outcome::OnionInvalid),
            ("http://expyuzz4wqqyqhjn.onion/".into(), Outcome::OnionInvalid),
            ("http://onion/".into(), Outcome::OnionInvalid),
            ("ftp://shop.example/".into(), Outcome::BadUrl),
            ("http://anna:secret@shop.example/".into(), Outcome::BadUrl),
        ] {
            assert_eq!(of(&address).unwrap_err().0, outcome, "{address}");
        }
    }
}
