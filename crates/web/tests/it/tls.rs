//! TLS by files: a certificate made here, a client that trusts it alone, and files with which no server starts.

use crate::support::{House, PASSWORD, answer};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use web::{Options, Server, Tls};

/// Algorithm of signatures: ECDSA with SHA-256. Of keys: P-256.
const SIGNED: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const KEYS: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
/// The name of names, and that of the names of servers.
const COMMON: &[u8] = &[0x06, 3, 0x55, 4, 3];
const SERVERS: &[u8] = &[0x06, 3, 0x55, 0x1d, 0x11];

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let inside = parts.concat();
    let length = inside.len();
    let mut whole = vec![tag];
    match length {
        0..0x80 => whole.push(length as u8),
        0x80..0x100 => whole.extend([0x81, length as u8]),
        _ => whole.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    whole.extend(inside);
    whole
}

struct Made {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// A certificate for `localhost`, signed by its own key.
fn made(from: &str, until: &str) -> Made {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap().as_ref().to_vec();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key, &random).unwrap();
    let algorithm = der(0x30, &[SIGNED]);
    let name = der(0x30, &[&der(0x31, &[&der(0x30, &[COMMON, &der(0x0c, &[b"localhost"])])])]);
    let times = der(0x30, &[&der(0x17, &[from.as_bytes()]), &der(0x17, &[until.as_bytes()])]);
    let public = der(0x30, &[&der(0x30, &[KEYS]), &der(0x03, &[&[0], pair.public_key().as_ref()])]);
    let servers = der(0x30, &[SERVERS, &der(0x04, &[&der(0x30, &[&der(0x82, &[b"localhost"])])])]);
    let more = der(0xa3, &[&der(0x30, &[&servers])]);
    let signed = der(0x30, &[&der(0xa0, &[&[2, 1, 2]]), &[2, 1, 7], &algorithm, &name, &times, &name, &public, &more]);
    let signature = pair.sign(&random, &signed).unwrap();
    Made { certificate: der(0x30, &[&signed, &algorithm, &der(0x03, &[&[0], signature.as_ref()])]), key }
}

fn pem(label: &str, bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        let letter = |at: usize| char::from(LETTERS[(number >> (18 - 6 * at) & 63) as usize]);
        (0..4).for_each(|at| text.push(if at > three.len() { '=' } else { letter(at) }));
    }
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Both files in a folder.
fn files(folder: &Path, name: &str, made: &Made) -> Tls {
    let write = |end: &str, text: String| -> PathBuf {
        let path = folder.join(format!("{name}.{end}.pem"));
        std::fs::write(&path, text).unwrap();
        path
    };
    Tls { certificate: write("chain", pem("CERTIFICATE", &made.certificate)), key: write("key", pem("PRIVATE KEY", &made.key)) }
}

/// What a client hears that trusts one certificate alone; nothing where it refuses the server.
fn ask(address: SocketAddr, trusted: &Made, request: &str) -> Option<Vec<u8>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(trusted.certificate.clone())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, TcpStream::connect(address).unwrap());
    stream.write_all(request.as_bytes()).ok()?;
    let mut heard = Vec::new();
    // The server may close without a farewell; what was heard counts.
    let _ = stream.read_to_end(&mut heard);
    Some(heard)
}

const GOOD: [&str; 2] = ["200101000000Z", "490101000000Z"];

#[test]
fn a_server_with_a_certificate_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let own = made(GOOD[0], GOOD[1]);
    let house = House::at(folder.path(), &["lead"], Some(files(folder.path(), "own", &own)));
    let get = "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let live = answer(&ask(house.address, &own, get).unwrap());
    assert_eq!(live.status, 200, "{}", live.head);
    let body = format!("{{\"name\":\"lead\",\"password\":\"{PASSWORD}\"}}");
    let log_in = format!(
        "POST /api/session HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let entered = answer(&ask(house.address, &own, &log_in).unwrap());
    assert_eq!(entered.status, 200, "{}", entered.body);
    let cookie = entered.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-marsad_session=") && cookie.contains("Secure") && cookie.contains("HttpOnly"), "{cookie}");
    // Who trusts another certificate hears nothing, and who does not speak TLS neither.
    assert_eq!(ask(house.address, &made(GOOD[0], GOOD[1]), get), None);
    assert_eq!(house.client().get("/livez").status, 0);
    // The server is none the worse for it.
    assert_eq!(answer(&ask(house.address, &own, get).unwrap()).status, 200);
}

fn refusal(folder: &Path, tls: Tls) -> String {
    let options = Options { tls: Some(tls), ..Options::at(SocketAddr::from(([127, 0, 0, 1], 0))) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = runtime.block_on(Server::open(&options, &folder.join("people.sqlite"), Vec::new()));
    let Err(error) = refused else { panic!("the server started") };
    assert!(!folder.join("people.sqlite").exists(), "nothing is made before the files are sound");
    error.to_string().replace(&folder.display().to_string(), "FOLDER")
}

#[test]
fn files_with_which_no_browser_would_speak_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (own, other) = (made(GOOD[0], GOOD[1]), made(GOOD[0], GOOD[1]));
    let (own, other) = (files(folder, "own", &own), files(folder, "other", &other));
    let old = files(folder, "old", &made("200101000000Z", "210203000000Z"));
    let early = files(folder, "early", &made("480101000000Z", "490101000000Z"));
    let garbage = folder.join("garbage.pem");
    std::fs::write(&garbage, "no certificate at all").unwrap();
    let broken = folder.join("broken.pem");
    std::fs::write(&broken, pem("CERTIFICATE", &[0x30, 0x82, 0xff, 0xff, 1, 2, 3])).unwrap();
    let cases = [
        ("a key of another certificate", Tls { key: other.key, ..own.clone() }),
        ("a certificate for a key", Tls { key: own.certificate.clone(), ..own.clone() }),
        ("no certificate", Tls { certificate: garbage.clone(), ..own.clone() }),
        ("no key", Tls { key: garbage, ..own.clone() }),
        ("a damaged certificate", Tls { certificate: broken, ..own.clone() }),
        ("one that has ended", old),
        ("one that has not begun", early),
        ("a file that is not there", Tls { certificate: folder.join("none.pem"), ..own.clone() }),
        ("a folder", Tls { key: folder.to_owned(), ..own }),
    ];
    let told: Vec<String> = cases.into_iter().map(|(what, tls)| format!("{what}: {}", refusal(folder, tls))).collect();
    insta::assert_snapshot!(told.join("\n"));
}
