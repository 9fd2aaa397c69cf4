//! `marsad serve`: the studies of a folder behind `web`'s server.

mod clusters;
mod source;

pub(crate) use source::store_version;

use crate::cli::serve::Serve;
use crate::exit::{Exit, Failure, alone, given, told};
use crate::output::Talk;
use crate::verbs::status::open;
use record::sentence;
use serde_json::json;
use source::Served;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use web::{Options, Server, Source, Tls};

/// The server's own database.
const PEOPLE: &str = "people.sqlite";

/// What makes a folder a study.
const SETTINGS: &str = "marsad.toml";

pub(crate) fn run(args: &Serve, talk: Talk) -> Result<Exit, Failure> {
    let studies = studies(&args.dir, talk)?;
    let tls = args.tls_cert.clone().zip(args.tls_key.clone()).map(|(certificate, key)| Tls { certificate, key });
    let options = Options { tls, ..Options::at(args.listen) };
    if !args.listen.ip().is_loopback() && options.tls.is_none() {
        talk.note("others can reach this address, and without a certificate what they send can be read on the way; give `--tls-cert` and `--tls-key`, or put a server in front that has one");
    }
    if !talk.quiet {
        web::log::to(Box::new(|line| {
            // A closed standard error leaves nobody to tell.
            let _ = writeln!(std::io::stderr(), "{line}");
        }));
    }
    let (tell, stop) = tokio::sync::watch::channel(false);
    ctrlc::set_handler(move || {
        // Nobody listens any more once the server has stopped.
        let _ = tell.send(true);
    })
    .map_err(|error| Failure::new(Exit::Machine, told(&error)))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Machine, sentence!("the server cannot start threads: {}", error)))?;
    runtime.block_on(async {
        let server = Server::open(&options, &args.dir.join(PEOPLE), studies).await.map_err(|error| from_web(&error))?;
        let (url, link) = (server.url(), server.first_link());
        talk.say(&format!("listening on {url}; interrupt to stop"))?;
        if let Some(link) = &link {
            talk.say(&format!("the administrator sets a name and a password here, once, within three days: {link}"))?;
        }
        let reset = match &args.reset {
            Some(name) => Some(way_in(&server, name).await?),
            None => None,
        };
        if let Some(link) = &reset {
            talk.say(&format!("password and second factor are gone and are set anew here, once, within three days: {link}"))?;
        }
        if talk.json {
            talk.json_line(&json!({ "url": url, "first_link": link, "reset_link": reset }))?;
        }
        server.run(stop).await;
        Ok(Exit::Done)
    })
}

/// A new way in for somebody who has an account.
async fn way_in(server: &Server, name: &str) -> Result<String, Failure> {
    let link = server.reset(name).await.map_err(|_| {
        Failure::new(Exit::Machine, "the database of people cannot be written; see that the folder is yours and the disk has room")
    })?;
    link.ok_or_else(|| Failure::usage("no open account has the name given with `--reset`; names are as the page of people shows them"))
}

fn from_web(error: &web::Error) -> Failure {
    Failure::new(if error.is_input() { Exit::Input } else { Exit::Machine }, alone(error))
}

/// Studies by the word that stands for each in addresses.
type Named = Vec<(String, Arc<dyn Source>)>;

/// The studies of a folder.
fn studies(dir: &Path, talk: Talk) -> Result<Named, Failure> {
    let mut found = Named::new();
    for folder in folders(dir)? {
        let id = word_of(&folder);
        if let Some((_, _)) = found.iter().find(|(own, _)| *own == id) {
            return Err(Failure::usage(sentence!("two studies would have the address `{}`; rename the folder of one of them", given(&id))));
        }
        found.push((id, Arc::new(Served::open(open(&folder)?, talk))));
    }
    Ok(found)
}

fn folders(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    if dir.join(SETTINGS).is_file() {
        return Ok(vec![dir.to_owned()]);
    }
    let failed = |error: std::io::Error| Failure::new(Exit::Input, sentence!("`{}` cannot be read: {}", dir.display(), error));
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.join(SETTINGS).is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    if folders.is_empty() {
        return Err(Failure::usage(sentence!("there is no study in `{}`; make one with `marsad init`", dir.display())));
    }
    Ok(folders)
}

/// A plain word of the folder's name: lower-case letters, digits and `-`.
fn word_of(folder: &Path) -> String {
    let whole = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let word: String = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).take(60).collect();
    let word = word.trim_matches('-');
    if word.is_empty() { "study".to_owned() } else { word.to_owned() }
}
