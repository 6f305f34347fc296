//! What stands before several of a kind: a proxy before nodes, an address before databases.

use std::{
    fmt::Write as _,
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::waiting::until;

/// `HAProxy` before nodes. Killed when dropped.
pub struct Balancer {
    child: Child,
    folder: PathBuf,
}

impl Balancer {
    /// Starts one with the settings that the README gives, before these nodes.
    pub async fn before(nodes: &[SocketAddr], address: SocketAddr) -> Self {
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("haproxy.{}", address.port()));
        fs::create_dir_all(&folder).unwrap();
        let readme = include_str!("../../../../README.md");
        let (_, settings) = readme
            .split_once("```haproxy\n")
            .expect("the README shows how HAProxy stands before two nodes");
        let (settings, _) = settings.split_once("```").unwrap();
        // The example's addresses and its certificate are its own.
        let mut config = String::new();
        for line in settings.lines() {
            let line = line.trim_end();
            if line.trim_start().starts_with("bind ") {
                writeln!(config, "  bind {address}").unwrap();
            } else if line.trim_start().starts_with("server ") {
                let words: Vec<&str> = line.split_whitespace().collect();
                let number = words[1]
                    .trim_start_matches("node")
                    .parse::<usize>()
                    .unwrap();
                let node = nodes[number - 1];
                writeln!(
                    config,
                    "  server {} {node} {}",
                    words[1],
                    words[3..].join(" ")
                )
                .unwrap();
            } else {
                writeln!(config, "{line}").unwrap();
            }
        }
        let file = folder.join("haproxy.cfg");
        fs::write(&file, config).unwrap();
        let log = fs::File::create(folder.join("log")).unwrap();
        let child = Command::new("haproxy")
            .args(["-db", "-f", file.to_str().unwrap()])
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("haproxy isn't on the PATH");
        let balancer = Self { child, folder };
        until("HAProxy finds a node", Duration::from_secs(20), || async {
            let answer = reqwest::get(format!("http://{address}/readyz")).await;
            answer.is_ok_and(|answer| answer.status() == http::StatusCode::OK)
        })
        .await;
        balancer
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// An address that leads to one server after the other, as a virtual address or a name does when a
/// standby takes over.
pub struct Address {
    /// Where it listens.
    pub here: SocketAddr,
    to: Arc<Mutex<u16>>,
    _task: JoinSet<()>,
}

impl Address {
    /// One that leads to a port of this machine.
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let to = Arc::new(Mutex::new(port));
        let mut task = JoinSet::new();
        let target = Arc::clone(&to);
        task.spawn(async move {
            while let Ok((mut here, _)) = listener.accept().await {
                let port = *target.lock().unwrap();
                tokio::spawn(async move {
                    if let Ok(mut there) = TcpStream::connect(("127.0.0.1", port)).await {
                        // Either side may go away at any time.
                        let _ = copy_bidirectional(&mut here, &mut there).await;
                    }
                });
            }
        });
        Self {
            here: address,
            to,
            _task: task,
        }
    }

    /// Leads new connections elsewhere.
    pub fn moves_to(&self, port: u16) {
        *self.to.lock().unwrap() = port;
    }
}
