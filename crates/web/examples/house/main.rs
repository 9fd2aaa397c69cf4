//! An invented study to look at, with people in every role: `cargo run -p web --example house -- --listen 127.0.0.1:8080 --data FOLDER`.
//!
//! Prints names and a password, made anew for each folder, as one line of JSON on standard output. Everything in it is invented.

#![allow(clippy::print_stdout, reason = "printing the password is what it is for")]

mod accounts;
mod cases;
mod coding;
mod estimate;
mod figures;
mod source;

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use web::{Options, Role, Server, Source};

/// The people of the house and what they are in it.
const PEOPLE: [(&str, Role); 7] = [
    ("coder1", Role::Coder),
    ("coder2", Role::Coder),
    ("reviewer1", Role::Reviewer),
    ("reviewer2", Role::Reviewer),
    ("lead", Role::Lead),
    ("analyst", Role::Analyst),
    ("auditor", Role::Auditor),
];

fn main() -> Result<(), Box<dyn Error>> {
    let (listen, data) = arguments()?;
    web::log::to(Box::new(eprintln_line));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (tell, stop) = tokio::sync::watch::channel(false);
    ctrlc::set_handler(move || {
        let _ = tell.send(true);
    })?;
    // Events block, so they are furnished before anything asynchronous begins.
    let (house, annex) = (source::House::open(&data.join("house"), "House")?, source::House::open(&data.join("annex"), "Annex")?);
    runtime.block_on(async {
        let password = password(&data)?;
        cases::furnish(&data.join("house")).await?;
        let studies: Vec<(String, Arc<dyn Source>)> = vec![("house".to_owned(), Arc::new(house)), ("annex".to_owned(), Arc::new(annex))];
        let server = Server::open(&Options::at(listen), &data.join("people.sqlite"), studies).await?;
        for (name, role) in PEOPLE {
            admit(&server, name, &password, &[("house", &[role])]).await?;
        }
        // Somebody of the neighbouring study, who has no business here.
        admit(&server, "neighbour", &password, &[("annex", &[Role::Lead])]).await?;
        admit(&server, "admin", &password, &[("", &[Role::Administrator])]).await?;
        let people: Vec<&str> = PEOPLE.iter().map(|(name, _)| *name).chain(["neighbour", "admin"]).collect();
        println!("{}", serde_json::json!({ "url": server.url(), "people": people, "password": password, "study": "house" }));
        server.run(stop).await;
        Ok(())
    })
}

#[allow(clippy::print_stderr, reason = "the log of a server goes to standard error")]
fn eprintln_line(line: &str) {
    eprintln!("{line}");
}

async fn admit(server: &Server, name: &str, password: &str, roles: &[(&str, &[Role])]) -> Result<(), Box<dyn Error>> {
    server.admit(name, password, roles).await.map_err(|problem| format!("`{name}` cannot be made: {}", problem.code()).into())
}

fn arguments() -> Result<(SocketAddr, PathBuf), Box<dyn Error>> {
    let (mut listen, mut data) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()) {
            ("--listen", Some(value)) => listen = Some(value.parse()?),
            ("--data", Some(value)) => data = Some(PathBuf::from(value)),
            _ => return Err("usage: house --listen 127.0.0.1:8080 --data FOLDER".into()),
        }
    }
    let data = data.ok_or("`--data FOLDER` is missing: where the invented study lies")?;
    Ok((listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))), data))
}

/// The password of the folder, made when there is none.
fn password(data: &Path) -> Result<String, Box<dyn Error>> {
    std::fs::create_dir_all(data)?;
    let path = data.join("password.txt");
    if let Ok(password) = std::fs::read_to_string(&path) {
        return Ok(password.trim().to_owned());
    }
    let mut bytes = [0_u8; 12];
    rand::TryRng::try_fill_bytes(&mut rand::rngs::SysRng, &mut bytes)?;
    let password: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(path, &password)?;
    Ok(password)
}
