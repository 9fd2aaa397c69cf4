//! A server on a port of its own, and a client of few lines that says exactly what a test wants said.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use web::{Options, Role, Server, Source, Tls};

pub(crate) const PASSWORD: &str = "a long enough word 7";

/// A server with the people of the example; stops when dropped.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) link: Option<String>,
    pub(crate) data: PathBuf,
    stop: tokio::sync::watch::Sender<bool>,
    thread: Option<std::thread::JoinHandle<()>>,
    _folder: Option<tempfile::TempDir>,
}

/// Everybody, with what they are.
pub(crate) const PEOPLE: [(&str, &str, Role); 9] = [
    ("coder1", "house", Role::Coder),
    ("coder2", "house", Role::Coder),
    ("reviewer1", "house", Role::Reviewer),
    ("reviewer2", "house", Role::Reviewer),
    ("lead", "house", Role::Lead),
    ("analyst", "house", Role::Analyst),
    ("auditor", "house", Role::Auditor),
    ("neighbour", "annex", Role::Lead),
    ("admin", "", Role::Administrator),
];

impl House {
    /// With these people; each has [`PASSWORD`].
    pub(crate) fn with(people: &[&str]) -> House {
        let folder = tempfile::tempdir().unwrap();
        let mut house = House::at(folder.path(), people, None);
        house._folder = Some(folder);
        house
    }

    pub(crate) fn at(data: &Path, people: &[&str], tls: Option<Tls>) -> House {
        let data = data.to_owned();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let (tell, told) = std::sync::mpsc::channel();
        let studies: Vec<(String, Arc<dyn Source>)> = vec![
            ("house".to_owned(), Arc::new(crate::source::House::open(&data.join("house"), "House").unwrap())),
            ("annex".to_owned(), Arc::new(crate::source::House::open(&data.join("annex"), "Annex").unwrap())),
        ];
        let admitted: Vec<_> = PEOPLE.into_iter().filter(|(name, ..)| people.contains(name)).collect();
        let file = data.join("people.sqlite");
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let listen = SocketAddr::from(([127, 0, 0, 1], 0));
                let options = Options { tls, patience: Duration::from_secs(2), ..Options::at(listen) };
                let server = Server::open(&options, &file, studies).await.unwrap();
                for (name, study, role) in admitted {
                    server.admit(name, PASSWORD, &[(study, &[role])]).await.unwrap();
                }
                tell.send((server.address(), server.first_link())).unwrap();
                server.run(stopped).await;
            });
        });
        let (address, link) = told.recv().unwrap();
        House { address, link, data, stop, thread: Some(thread), _folder: None }
    }

    pub(crate) fn client(&self) -> Client {
        Client { address: self.address, cookie: None, csrf: None, token: None }
    }

    /// Logged in.
    pub(crate) fn log_in(&self, name: &str) -> Client {
        let mut client = self.client();
        let answer = client.post("/api/session", &serde_json::json!({ "name": name, "password": PASSWORD }));
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        client.take_session(&answer);
        client
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
    pub(crate) token: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in `{}`", self.body))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|line| line.split_once(": ")).find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Client {
    pub(crate) fn take_session(&mut self, answer: &Answer) {
        let cookie = answer.header("set-cookie").unwrap();
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        self.csrf = Some(answer.json()["csrf"].as_str().unwrap().to_owned());
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(body))
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask("PUT", path, Some(body))
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, None)
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string);
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        for (name, value) in [("cookie", &self.cookie), ("x-marsad-csrf", &self.csrf)] {
            if let Some(value) = value {
                head += &format!("{name}: {value}\r\n");
            }
        }
        if let Some(token) = &self.token {
            head += &format!("authorization: Bearer {token}\r\n");
        }
        if let Some(body) = &body {
            head += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        }
        self.raw(&format!("{head}\r\n{}", body.unwrap_or_default()))
    }

    /// Says exactly this and reads to the end.
    pub(crate) fn raw(&self, text: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // The server may answer, and close, before it has read all.
        let _ = stream.write_all(text.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        answer(&bytes)
    }
}

pub(crate) fn answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = if head.to_ascii_lowercase().contains("transfer-encoding: chunked") { unchunked(body) } else { body.to_owned() };
    Answer { status, head: head.to_owned(), body }
}

fn unchunked(mut rest: &str) -> String {
    let mut whole = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        whole.push_str(&after[..size]);
        rest = &after[size + 2..];
    }
    whole
}
