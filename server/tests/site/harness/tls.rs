//! Certificates of the tests' own, and a door with TLS before a server that has none.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

/// What a server shows for itself, and the key that belongs to it.
pub struct Shown {
    chain: Vec<tokio_rustls::rustls::pki_types::CertificateDer<'static>>,
    key: KeyPair,
}

/// What a certificate for a server at `host` says, before a test changes it.
pub fn server_at(host: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, host);
    params
        .extended_key_usages
        .push(ExtendedKeyUsagePurpose::ServerAuth);
    params
}

/// A certificate that is signed by its own key.
pub fn self_signed(params: &CertificateParams) -> Shown {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Shown {
        chain: vec![certificate.der().clone()],
        key,
    }
}

/// An authority that signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// Makes one, with a key that nobody else has.
    pub fn found(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// A certificate signed by this authority.
    pub fn sign(&self, params: &CertificateParams) -> Shown {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Shown {
            chain: vec![certificate.der().clone()],
            key,
        }
    }

    /// A file with the authority's own certificate, for `CLIO_CA_FILE`.
    pub fn file(&self) -> PathBuf {
        let name = format!("authority-{:032x}.pem", rand_number());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&path, &self.pem).unwrap();
        path
    }
}

fn rand_number() -> u128 {
    u128::from_be_bytes(vestibule::random::bytes().unwrap())
}

/// A door with TLS at `localhost`. What comes through it goes on to another server, as it is.
pub struct TlsDoor {
    address: SocketAddr,
    behind: watch::Sender<Option<SocketAddr>>,
}

impl TlsDoor {
    /// Opens one. Who comes waits until it leads somewhere.
    pub async fn open(shown: Shown) -> Self {
        let key = PrivateKeyDer::try_from(shown.key.serialize_der()).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(shown.chain, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (behind, seen) = watch::channel(None);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(acceptor.clone(), stream, seen.clone()));
            }
        });
        Self { address, behind }
    }

    /// The URL of a path there.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }

    /// From now on it leads to this server.
    pub fn lead_to(&self, address: SocketAddr) {
        self.behind.send_replace(Some(address));
    }
}

/// Connections that fail end: there is nobody to tell.
async fn pass(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    mut behind: watch::Receiver<Option<SocketAddr>>,
) {
    let Ok(mut inside) = acceptor.accept(stream).await else {
        return;
    };
    let Ok(address) = behind.wait_for(Option::is_some).await.map(|found| *found) else {
        return;
    };
    if let Some(address) = address
        && let Ok(mut outside) = TcpStream::connect(address).await
    {
        let _ = copy_bidirectional(&mut inside, &mut outside).await;
    }
}
