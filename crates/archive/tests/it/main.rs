#![allow(clippy::unwrap_used, clippy::expect_used)]
//! What was packed comes back byte for byte; what is cut, altered, closed with another key or made to do harm is refused in a sentence.

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use archive::{Error, Facts, Lock, Unlock, pack, unpack};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

struct Bench {
    dir: tempfile::TempDir,
    identity: Identity,
}

impl Bench {
    fn new() -> Bench {
        let bench = Bench { dir: tempfile::tempdir().unwrap(), identity: Identity::generate() };
        bench.write("study/marsad.toml", b"name = \"x\"\n");
        bench.write("study/lake/data/posts/seal-000001-0001.parquet", &(0..200_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
        bench.write("study/erasure.key", b"00\n");
        bench.write(&format!("study/exports/{}/{}.csv", "a".repeat(90), "b".repeat(90)), b"");
        bench.write("study/lake/writer.lock", b"");
        fs::create_dir_all(bench.at("study/reports")).unwrap();
        bench.write("key.txt", format!("# invented\n{}\n", bench.identity.to_string().expose_secret()).as_bytes());
        #[cfg(unix)]
        fs::set_permissions(bench.at("study/erasure.key"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        bench
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn lock(&self) -> Lock {
        Lock::recipients(&[self.identity.to_public().to_string()]).unwrap()
    }

    fn unlock(&self) -> Unlock {
        Unlock::identities(&self.at("key.txt")).unwrap()
    }

    fn pack(&self, lock: &Lock) -> Result<archive::Packed, Error> {
        let facts = Facts::from([("made_by".to_owned(), "marsad 0".to_owned())]);
        pack(&self.at("study"), &|path| path.ends_with("writer.lock"), &facts, lock, &self.at("backup.age"))
    }

    /// The sentence with which a backup is refused; nothing may be left of the attempt.
    fn refused(&self, unlock: &Unlock) -> String {
        let error = unpack::<Error>(&self.at("backup.age"), unlock, &self.at("again"), |_, _| Ok(())).unwrap_err();
        assert!(!self.at("again").exists() && !self.at("again.restoring").exists());
        error.to_string().replace(&self.dir.path().display().to_string(), "DIR")
    }

    /// Closes an archive of ours with other content.
    fn forge(&self, fill: impl FnOnce(&mut tar::Builder<Vec<u8>>)) {
        let mut builder = tar::Builder::new(Vec::new());
        fill(&mut builder);
        let packed = zstd::encode_all(builder.into_inner().unwrap().as_slice(), 1).unwrap();
        let closed = age::encrypt(&self.identity.to_public(), &packed).unwrap();
        fs::write(self.at("backup.age"), closed).unwrap();
    }
}

fn content(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let mut all = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(here) = open.pop() {
        for entry in fs::read_dir(&here).unwrap() {
            let path = entry.unwrap().path();
            let is_folder = path.is_dir();
            all.push((path.strip_prefix(folder).unwrap().to_owned(), (!is_folder).then(|| fs::read(&path).unwrap())));
            open.extend(is_folder.then_some(path));
        }
    }
    all.sort();
    all
}

#[test]
fn a_folder_comes_back_byte_for_byte() {
    let bench = Bench::new();
    let packed = bench.pack(&bench.lock()).unwrap();
    let bytes = fs::read(bench.at("backup.age")).unwrap();
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((packed.files, packed.size, packed.sha256), (4, bytes.len() as u64, digest));
    assert!(!bytes.windows(11).any(|part| part == b"marsad.toml"));
    fs::remove_file(bench.at("study/lake/writer.lock")).unwrap();
    let mut seen = 0;
    let unpacked = unpack::<Error>(&bench.at("backup.age"), &bench.unlock(), &bench.at("again"), |folder, unpacked| {
        seen = content(folder).len();
        assert_eq!(unpacked.facts["made_by"], "marsad 0");
        Ok(())
    });
    assert_eq!(unpacked.unwrap().bytes, packed.bytes);
    assert_eq!(content(&bench.at("again")), content(&bench.at("study")));
    assert!(seen > 4 && bench.at("again/reports").is_dir());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(bench.at("again/erasure.key")).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(bench.at("backup.age")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Neither is ever written over.
    let taken = [bench.pack(&bench.lock()).unwrap_err().to_string(), bench.refused_taken()];
    insta::assert_snapshot!(taken.join("\n").replace(&bench.dir.path().display().to_string(), "DIR"), @r"
    `DIR/backup.age` exists already; move it away, or give another name
    `DIR/again` exists already; move it away, or give another name
    ");
}

impl Bench {
    fn refused_taken(&self) -> String {
        unpack::<Error>(&self.at("backup.age"), &self.unlock(), &self.at("again"), |_, _| Ok(())).unwrap_err().to_string()
    }
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    let bench = Bench::new();
    bench.write("words", b"seven herons by the weir\n");
    bench.write("other", b"eight herons by the weir\n");
    bench.write("short", b"heron\n");
    bench.pack(&Lock::passphrase(&bench.at("words")).unwrap()).unwrap();
    let said = [
        bench.refused(&Unlock::passphrase(&bench.at("other")).unwrap()),
        bench.refused(&bench.unlock()),
        Lock::passphrase(&bench.at("short")).err().unwrap().to_string(),
        Lock::passphrase(&bench.at("none")).err().unwrap().to_string(),
        Unlock::identities(&bench.at("words")).err().unwrap().to_string(),
        Lock::recipients(&["age1x".to_owned()]).err().unwrap().to_string(),
        pack(&bench.at("study"), &|_| false, &Facts::new(), &Lock::Recipients(Vec::new()), &bench.at("x")).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(said.join("\n").replace(&bench.dir.path().display().to_string(), "DIR"));
    unpack::<Error>(&bench.at("backup.age"), &Unlock::passphrase(&bench.at("words")).unwrap(), &bench.at("again"), |_, _| Ok(())).unwrap();
    assert!(bench.at("again/marsad.toml").exists());
}

#[test]
fn what_is_cut_or_altered_is_refused() {
    let bench = Bench::new();
    bench.pack(&bench.lock()).unwrap();
    let whole = fs::read(bench.at("backup.age")).unwrap();
    assert!(whole.len() > 3 * (64 << 10), "several parts: {}", whole.len());
    let mut said = Vec::new();
    for length in [0, 30, 150, 70_000, whole.len() / 2, whole.len() - 1] {
        fs::write(bench.at("backup.age"), &whole[..length]).unwrap();
        said.push(format!(
            "first {}: {}",
            if length < 1000 { length.to_string() } else { "part".to_owned() },
            bench.refused(&bench.unlock())
        ));
    }
    for place in [3, 60, 130, whole.len() / 2, whole.len() - 3] {
        let mut altered = whole.clone();
        // Within the head another letter of base 64, so that it stays a head.
        altered[place] = match altered[place] {
            b'A' if (22..1000).contains(&place) => b'B',
            _ if (22..1000).contains(&place) => b'A',
            other => other ^ 1,
        };
        fs::write(bench.at("backup.age"), altered).unwrap();
        said.push(format!(
            "byte {}: {}",
            if place < 1000 { place.to_string() } else { "later".to_owned() },
            bench.refused(&bench.unlock())
        ));
    }
    fs::write(bench.at("backup.age"), [whole.as_slice(), b"more"].concat()).unwrap();
    said.push(format!("more: {}", bench.refused(&bench.unlock())));
    bench.write("key.txt", Identity::generate().to_string().expose_secret().as_bytes());
    fs::write(bench.at("backup.age"), &whole).unwrap();
    said.push(format!("another key: {}", bench.refused(&bench.unlock())));
    insta::assert_snapshot!(said.join("\n"));
}

fn entry(builder: &mut tar::Builder<Vec<u8>>, path: &str, kind: tar::EntryType, bytes: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o4755);
    // The library refuses such names; who means harm writes them by hand.
    let name = &mut header.as_mut_bytes()[..100];
    name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_cksum();
    builder.append(&header, bytes).unwrap();
}

fn manifest(files: &[(&str, &[u8])], version: u32) -> Vec<u8> {
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let files: Vec<_> =
        files.iter().map(|(path, bytes)| serde_json::json!({ "path": path, "bytes": bytes.len(), "sha256": hash(bytes) })).collect();
    serde_json::json!({ "version": version, "facts": {}, "files": files }).to_string().into_bytes()
}

/// Whoever knows a recipient can make a file that opens.
#[test]
fn a_forged_backup_does_no_harm() {
    use tar::EntryType::{Directory, Regular, Symlink};
    let bench = Bench::new();
    let mut said = Vec::new();
    for path in ["../evil", "/evil", "study/../../evil", "evil", "study/a/../b", "study"] {
        bench.forge(|builder| entry(builder, path, Regular, b"x"));
        said.push(format!("{path}: {}", bench.refused(&bench.unlock())));
    }
    type Fill<'a> = &'a dyn Fn(&mut tar::Builder<Vec<u8>>);
    let cases: [(&str, Fill<'_>); 7] = [
        ("link", &|builder| entry(builder, "study/link", Symlink, b"")),
        ("twice", &|builder| {
            entry(builder, "study/a", Regular, b"x");
            entry(builder, "study/a", Regular, b"y");
        }),
        ("no manifest", &|builder| entry(builder, "study/a", Regular, b"x")),
        ("changed", &|builder| {
            entry(builder, "study/a", Regular, b"x");
            entry(builder, "manifest.json", Regular, &manifest(&[("a", b"y")], 1));
        }),
        ("missing", &|builder| entry(builder, "manifest.json", Regular, &manifest(&[("a", b"y")], 1))),
        ("unnamed", &|builder| {
            entry(builder, "study/a", Regular, b"x");
            entry(builder, "manifest.json", Regular, &manifest(&[], 1));
        }),
        ("newer", &|builder| entry(builder, "manifest.json", Regular, &manifest(&[], 2))),
    ];
    for (name, fill) in cases {
        bench.forge(fill);
        said.push(format!("{name}: {}", bench.refused(&bench.unlock())));
    }
    insta::assert_snapshot!(said.join("\n"));
    bench.forge(|builder| {
        entry(builder, "study/folder", Directory, b"");
        entry(builder, "study/a", Regular, b"x");
        entry(builder, "manifest.json", Regular, &manifest(&[("a", b"x")], 1));
    });
    unpack::<Error>(&bench.at("backup.age"), &bench.unlock(), &bench.at("again"), |_, _| Ok(())).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(bench.at("again/a")).unwrap().permissions().mode() & 0o7000, 0);
    }
    let all: Vec<_> = fs::read_dir(bench.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!all.iter().any(|name| name == "evil"));
}

/// The tools of others open it: here the libraries under them, layer by layer.
#[test]
fn the_layers_are_those_of_others() {
    let bench = Bench::new();
    bench.pack(&bench.lock()).unwrap();
    let plain = age::decrypt(&bench.identity, &fs::read(bench.at("backup.age")).unwrap()).unwrap();
    let mut tar = tar::Archive::new(std::io::Cursor::new(zstd::decode_all(plain.as_slice()).unwrap()));
    let mut names = Vec::new();
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        names.push(entry.path().unwrap().display().to_string());
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        std::io::sink().write_all(&bytes).unwrap();
    }
    assert_eq!(names.last().map(String::as_str), Some("manifest.json"));
    assert!(names.contains(&"study/marsad.toml".to_owned()), "{names:?}");
}
