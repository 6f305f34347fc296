//! A way to PostgreSQL that notes each statement which passes.
//!
//! It reads the frontend's messages (PostgreSQL's documentation, "Message Formats"): a simple query
//! and each execution of a prepared statement is one statement; preparing and describing aren't.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// The code that asks for TLS in place of a protocol version.
const TLS_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();

/// A statement that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The number of the connection.
    pub(crate) connection: usize,
    pub(crate) sql: String,
}

type Log = Arc<Mutex<Vec<Statement>>>;

/// The proxy; it ends when dropped.
pub(crate) struct CountingProxy {
    pub(crate) address: SocketAddr,
    log: Log,
    accepting: JoinHandle<()>,
}

impl CountingProxy {
    /// Listens on a free port, for connections to `database`.
    pub(crate) async fn start(database: (String, u16)) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let log = Log::default();
        Ok(Self {
            address: listener.local_addr()?,
            log: Arc::clone(&log),
            accepting: tokio::spawn(accept(listener, database, log)),
        })
    }

    /// What has passed until now.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        lock(&self.log).clone()
    }

    /// How many statements have passed until now.
    pub(crate) fn count(&self) -> usize {
        lock(&self.log).len()
    }
}

impl Drop for CountingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock(log: &Log) -> std::sync::MutexGuard<'_, Vec<Statement>> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, database: (String, u16), log: Log) {
    let mut relays = JoinSet::new();
    let mut number = 0;
    while let Ok((client, _)) = listener.accept().await {
        number += 1;
        relays.spawn(relay(client, database.clone(), number, Arc::clone(&log)));
    }
}

async fn relay(
    mut client: TcpStream,
    database: (String, u16),
    connection: usize,
    log: Log,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(database).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let asking = async {
        let mut frontend = Frontend::default();
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = from_client.read(&mut buffer).await?;
            let bytes = buffer.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                return to_server.shutdown().await;
            }
            // Noted before it is passed on, so that whoever has the answer finds it in the log.
            for sql in frontend.read(bytes) {
                lock(&log).push(Statement { connection, sql });
            }
            to_server.write_all(bytes).await?;
        }
    };
    tokio::try_join!(asking, tokio::io::copy(&mut from_server, &mut to_client))?;
    Ok(())
}

/// What a client has said so far.
#[derive(Debug, Default)]
struct Frontend {
    started: bool,
    rest: Vec<u8>,
    prepared: HashMap<Vec<u8>, String>,
    portals: HashMap<Vec<u8>, String>,
}

impl Frontend {
    /// Takes bytes; gives the statements that they run.
    fn read(&mut self, bytes: &[u8]) -> Vec<String> {
        self.rest.extend_from_slice(bytes);
        let mut run = Vec::new();
        while let Some((kind, body)) = self.next_message() {
            run.extend(self.message(kind, &body));
        }
        run
    }

    /// The next whole message: its kind, if it has one, and its body.
    fn next_message(&mut self) -> Option<(u8, Vec<u8>)> {
        // The first messages of a connection have no kind.
        let start = usize::from(self.started);
        let length = self.rest.get(start..start + 4)?.try_into().ok()?;
        let end = start + usize::try_from(u32::from_be_bytes(length)).ok()?;
        let body = self.rest.get(start + 4..end)?.to_vec();
        let kind = if self.started { *self.rest.first()? } else { 0 };
        self.rest.drain(..end);
        self.started |= body.get(..4) != Some(&TLS_REQUEST);
        Some((kind, body))
    }

    fn message(&mut self, kind: u8, body: &[u8]) -> Option<String> {
        let mut words = body.split(|byte| *byte == 0);
        let mut word = || words.next().unwrap_or_default().to_vec();
        match kind {
            b'Q' => return Some(text(&word())),
            b'P' => {
                let (name, sql) = (word(), word());
                self.prepared.insert(name, text(&sql));
            }
            b'B' => {
                let (portal, name) = (word(), word());
                let sql = self.prepared.get(&name).cloned();
                self.portals.insert(portal, sql.unwrap_or_default());
            }
            b'E' => return Some(self.portals.get(&word()).cloned().unwrap_or_default()),
            _ => {}
        }
        None
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[kind], length.as_slice(), body].concat()
    }

    fn started() -> Frontend {
        Frontend {
            started: true,
            ..Frontend::default()
        }
    }

    #[test]
    fn each_execution_of_a_prepared_statement_is_one_statement() {
        let mut frontend = started();
        let prepare = message(b'P', b"s1\0SELECT 1\0\0\0");
        let bind = message(b'B', b"\0s1\0\0\0\0\0\0\0");
        let execute = message(b'E', b"\0\0\0\0\0");
        let sync = message(b'S', b"");
        assert!(frontend.read(&[prepare, sync.clone()].concat()).is_empty());
        let again = [bind, execute, sync].concat();
        assert_eq!(frontend.read(&again), ["SELECT 1"]);
        assert_eq!(frontend.read(&again), ["SELECT 1"]);
    }

    #[test]
    fn messages_may_come_in_pieces() {
        let mut frontend = started();
        let query = message(b'Q', b"BEGIN\0");
        let (head, tail) = query.split_at(7);
        assert!(frontend.read(head).is_empty());
        assert_eq!(frontend.read(tail), ["BEGIN"]);
    }

    #[test]
    fn the_first_messages_have_no_kind() {
        let mut frontend = Frontend::default();
        let tls = [8_u32.to_be_bytes(), TLS_REQUEST].concat();
        let startup = [8_u32.to_be_bytes(), 196_608_u32.to_be_bytes()].concat();
        let query = message(b'Q', b"COMMIT\0");
        assert_eq!(frontend.read(&[tls, startup, query].concat()), ["COMMIT"]);
    }
}
