//! A certificate for `localhost`, the authority that signed it, and a server that has it.

use std::io::Read;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a server on this machine needs.
pub(super) struct Certified {
    /// The authority, as `extra_roots` takes it.
    pub(super) root: String,
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Certified {
    pub(super) fn new() -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let mut server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        for params in [&mut authority, &mut server] {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2120, 1, 1);
        }
        let signing = KeyPair::generate().unwrap();
        let root = authority.self_signed(&signing).unwrap().pem();
        let key = KeyPair::generate().unwrap();
        let certificate = server.signed_by(&key, &Issuer::new(authority, signing)).unwrap();
        Self { root, certificate, key }
    }

    /// Writes `cert.pem` and `key.pem`.
    pub(super) fn write(&self, folder: &Path) {
        std::fs::write(folder.join("cert.pem"), self.certificate.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), self.key.serialize_pem()).unwrap();
    }

    /// Reads what a client says until it ends the connection.
    pub(super) fn read(&self, stream: TcpStream) -> Vec<u8> {
        vigie::fetch::clearnet::install_crypto_provider();
        let key = PrivateKeyDer::Pkcs8(self.key.serialize_der().into());
        let chain: Vec<CertificateDer<'static>> = vec![self.certificate.der().clone()];
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        let mut said = Vec::new();
        // A client that does not trust us ends the handshake.
        let _ = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream).read_to_end(&mut said);
        said
    }
}
