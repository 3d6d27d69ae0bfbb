//! TLS to PostgreSQL by rustls, for the clients `postgres` and `tokio-postgres`.

use codespar_engine::{Error, TransportSettings};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

/// TLS for connections to PostgreSQL, as [`TransportSettings`] say whom to trust: what `postgres`,
/// `tokio-postgres` and their pools take in place of `NoTls`.
///
/// The certificate has to be for the host that the connection string names. Without
/// `sslmode=require` there, a server that offers no TLS is spoken to without it.
///
/// ```no_run
/// use std::sync::Mutex;
///
/// use codespar_engine::TransportSettings;
/// use codespar_outbox::PostgresTls;
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// // The authority of one's own database, and no other.
/// let mut settings = TransportSettings::default();
/// settings.extra_roots.push(std::fs::read("database-ca.pem")?.into());
/// settings.only_extra_roots = true;
/// let tls = PostgresTls::new(&settings)?;
/// let database = "host=db.example user=shop sslmode=require";
/// # #[cfg(feature = "postgres")]
/// let store = codespar_outbox::PostgresStore::new(Mutex::new(
///     postgres::Client::connect(database, tls)?,
/// ));
/// # Ok(()) }
/// ```
#[doc(alias = "rustls")]
#[doc(alias = "sslmode")]
#[derive(Clone)]
pub struct PostgresTls(MakeRustlsConnect);

impl PostgresTls {
    /// TLS by these settings; of them, roots and identity count.
    ///
    /// # Errors
    /// `Config`, naming `roots`, `extra_roots` or `identity`.
    pub fn new(settings: &TransportSettings) -> Result<Self, Error> {
        Ok(Self(MakeRustlsConnect::new(codespar_tls::client_config(settings)?)))
    }
}

impl<S> MakeTlsConnect<S> for PostgresTls
where
    MakeRustlsConnect: MakeTlsConnect<S>,
{
    type Stream = <MakeRustlsConnect as MakeTlsConnect<S>>::Stream;
    type TlsConnect = <MakeRustlsConnect as MakeTlsConnect<S>>::TlsConnect;
    type Error = <MakeRustlsConnect as MakeTlsConnect<S>>::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        self.0.make_tls_connect(host)
    }
}

impl std::fmt::Debug for PostgresTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresTls").finish_non_exhaustive()
    }
}
