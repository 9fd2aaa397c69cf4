//! The house rules that a compiler cannot check. Each rule is a function from files to complaints and has a test that it can fail.
//!
//! Only the standard library is used, so that `make check` can compile this file alone in a second.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file of the project: its path from the root, with `/`, and its content.
struct File {
    path: String,
    text: String,
}

/// The most lines a source file or document may have.
const MOST_LINES: usize = 600;

/// Files that may be longer, each with the reason.
const LONG: [(&str, &str); 0] = [];

/// Files that must name what a rule forbids, each with the reason.
const EXEMPT: [(&str, &str); 1] = [("crates/marsad/tests/it/tidy.rs", "it spells out what it looks for")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every text file below the root, sorted; build output, packages and hidden folders (but `.ci`) left out, and so is what the interface's build makes
/// among its sources.
fn files() -> Vec<File> {
    let root = root();
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = folder.join(&name);
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                let hidden = name.starts_with('.') && name != ".ci" && name != ".github";
                let made = matches!(name.as_str(), "target" | "node_modules" | "dist" | "demo" | "__pycache__");
                let cache = root.join(&path).join("CACHEDIR.TAG").exists();
                if !hidden && !made && !cache {
                    open.push(path);
                }
            } else if kind.is_file()
                && name != "words.ts"
                && let Ok(text) = String::from_utf8(fs::read(entry.path()).unwrap())
            {
                found.push(File { path: path.to_str().unwrap().replace('\\', "/"), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

impl File {
    fn ends(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }

    fn is_code(&self) -> bool {
        self.ends(&[".rs", ".py", ".sh", ".ts", ".js", ".mjs", ".css", ".sql", "Makefile", ".ci/run"]) && !self.is_fixture()
    }

    fn is_document(&self) -> bool {
        self.ends(&[".md"])
    }

    /// Test input may be as ugly as the world.
    fn is_fixture(&self) -> bool {
        self.path.contains("/fixtures/") || self.ends(&[".snap"])
    }

    fn is_exempt(&self) -> bool {
        EXEMPT.iter().any(|(path, _)| *path == self.path)
    }

    /// (line number, line) pairs.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Whether `word` stands in `line` as a word of its own.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !joins(before) && !joins(after)
    })
}

/// A path of somebody's machine: it works nowhere else and says who built it.
fn machine_paths(file: &File) -> Vec<String> {
    const PATHS: [&str; 5] = ["/work/", "/home/", "/root/", "/Users/", "/tmp/"];
    let mut found = Vec::new();
    for (number, line) in file.lines() {
        for path in PATHS {
            let stands_alone = line.match_indices(path).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | '~' | ')'))
            });
            if stands_alone {
                found.push(format!("{}:{number}: a machine's path `{path}`", file.path));
            }
        }
    }
    found
}

/// Lock files name crates.io and the public npm registry, never a mirror.
fn foreign_sources(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in file.lines() {
        let line = line.trim();
        let foreign = if file.ends(&["Cargo.lock"]) {
            line.starts_with("source = ") && line != "source = \"registry+https://github.com/rust-lang/crates.io-index\""
        } else if file.ends(&["package-lock.json"]) {
            line.starts_with("\"resolved\":") && !line.contains("\"https://registry.npmjs.org/")
        } else {
            false
        };
        if foreign {
            found.push(format!("{}:{number}: a package from elsewhere than the public registry", file.path));
        }
    }
    found
}

/// Unfinished work does not land.
fn unfinished(file: &File) -> Vec<String> {
    if !file.is_code() && !file.is_document() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in file.lines() {
        let marked = ["TODO", "FIXME", "XXX"].into_iter().find(|mark| has_word(line, mark));
        let in_rust = ["dbg!(", "todo!(", "unimplemented!(", "#[ignore"].into_iter().find(|mark| line.contains(mark));
        if let Some(mark) = marked.or(in_rust.filter(|_| file.ends(&[".rs"]))) {
            found.push(format!("{}:{number}: `{mark}`", file.path));
        }
    }
    found
}

/// Long files are cut, or listed with a reason.
fn long_files(file: &File) -> Vec<String> {
    let lines = file.text.lines().count();
    let most = if file.path == "ARCHITECTURE.md" { 300 } else { MOST_LINES };
    let is_listed = LONG.iter().any(|(path, _)| *path == file.path);
    if (file.is_code() || file.is_document()) && lines > most && !is_listed {
        return vec![format!("{}: {lines} lines, at most {most}", file.path)];
    }
    Vec::new()
}

/// No space at the end of a line, no carriage return, a newline at the end.
fn spaces(file: &File) -> Vec<String> {
    let is_text = file.is_code() || file.is_document() || file.ends(&[".toml", ".txt", ".cff", ".json", ".html"]);
    if !is_text || file.is_fixture() {
        return Vec::new();
    }
    let mut found: Vec<String> = file
        .text
        .split('\n')
        .enumerate()
        .filter(|(_, line)| line.ends_with([' ', '\t', '\r']))
        .map(|(index, _)| format!("{}:{}: space at the end of the line", file.path, index + 1))
        .collect();
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        found.push(format!("{}: no newline at the end", file.path));
    }
    found
}

/// Error sentences start in lower case (or with an acronym) and have no full stop: they are joined to others with a colon.
fn error_sentences(file: &File) -> Vec<String> {
    if !file.ends(&[".rs"]) || file.is_exempt() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, _) in file.text.match_indices("#[error(") {
        let rest = &file.text[at + "#[error(".len()..];
        let Some(sentence) = first_literal(rest) else { continue };
        let number = file.text[..at].lines().count() + 1;
        let mut letters = sentence.chars();
        let first_is_upper = letters.next().is_some_and(char::is_uppercase);
        let is_acronym = letters.next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        if first_is_upper && !is_acronym {
            found.push(format!("{}:{number}: an error sentence starts in lower case", file.path));
        }
        if sentence.ends_with(['.', '!']) {
            found.push(format!("{}:{number}: an error sentence has no full stop", file.path));
        }
    }
    found
}

/// What an error is made of must be log-safe: numbers, paths, words of ours and `record::Sentence`, never a text of any origin.
fn texts_in_errors(file: &File) -> Vec<String> {
    if !file.ends(&[".rs"]) || file.is_exempt() || file.path.contains("/tests/") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, _) in file.text.match_indices("thiserror::Error)]") {
        // The item ends with the first line that is a closing brace alone, or at once.
        let item = file.text[at..].split("\n}\n").next().unwrap_or_default();
        // A struct without fields ends with its own line.
        let item = item.split(";\n").next().filter(|head| !head.contains("{\n")).unwrap_or(item);
        let from = file.text[..at].lines().count();
        for (number, line) in item.lines().enumerate() {
            let is_field = !line.trim_start().starts_with("//") && !line.trim_start().starts_with('#');
            if is_field && ["String", "Cow<", "&'a str", "Box<str>", "anyhow"].iter().any(|kind| line.contains(kind)) {
                found.push(format!("{}:{}: an error holds a text; make it a `record::Sentence`", file.path, from + number));
            }
        }
    }
    found
}

/// The string literal that `text` starts with, if it starts with one.
fn first_literal(text: &str) -> Option<&str> {
    let body = text.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return body.get(..at),
            _ => {}
        }
    }
    None
}

/// The crates know nothing of the folder of real data.
fn real_data(file: &File) -> Vec<String> {
    let found = file.path.starts_with("crates/") && !file.is_exempt() && file.text.contains("../shared");
    if found {
        vec![format!("{}: names the folder of real data; only `make validate` and `make bench` may", file.path)]
    } else {
        Vec::new()
    }
}

/// One integration binary per crate: each one is a link of its own, and some link DataFusion.
fn test_binaries(file: &File) -> Vec<String> {
    let parts: Vec<&str> = file.path.split('/').collect();
    match parts.as_slice() {
        ["crates", _, "tests", name] if name.ends_with(".rs") => vec![format!("{}: move it into tests/it/", file.path)],
        ["crates", _, "tests", folder, "main.rs"] if *folder != "it" => vec![format!("{}: a second test binary", file.path)],
        _ => Vec::new(),
    }
}

/// The targets of the relative links of a document, without fragment.
fn links(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (number, line) in file.lines() {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        for (at, _) in line.match_indices("](") {
            let Some(target) = line[at + 2..].split(')').next() else { continue };
            let target = target.split('#').next().unwrap_or(target);
            if !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:") {
                found.push((number, target.to_owned()));
            }
        }
    }
    found
}

/// The path from the root that a link in `from` leads to.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Every relative link of every document leads somewhere.
fn dead_links(file: &File) -> Vec<String> {
    if !file.is_document() {
        return Vec::new();
    }
    links(file)
        .into_iter()
        .filter(|(_, target)| !root().join(resolve(&file.path, target)).exists())
        .map(|(number, target)| format!("{}:{number}: the link to `{target}` leads nowhere", file.path))
        .collect()
}

/// Every page under docs/methods is reached from another document.
fn lonely_methods(files: &[File]) -> Vec<String> {
    let documents = || files.iter().filter(|file| file.is_document());
    documents()
        .filter(|page| page.path.starts_with("docs/methods/") && !page.path.ends_with("/README.md"))
        .filter(|page| {
            !documents()
                .any(|other| other.path != page.path && links(other).iter().any(|(_, target)| resolve(&other.path, target) == page.path))
        })
        .map(|page| format!("{}: no document links to it", page.path))
        .collect()
}

/// Runs a rule over every file that is not exempt and fails with all complaints at once.
fn check(rule: fn(&File) -> Vec<String>) {
    let files = files();
    assert!(files.len() > 30, "only {} files found", files.len());
    let found: Vec<String> = files.iter().filter(|file| !file.is_exempt()).flat_map(rule).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Complaints of a rule about an invented file.
fn about(rule: fn(&File) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&File { path: path.to_owned(), text: text.to_owned() }).len()
}

#[test]
fn no_file_names_a_machine_path() {
    assert_eq!(about(machine_paths, "a.py", "open('/home/ann/x')\n"), 1);
    assert_eq!(about(machine_paths, "a.py", "https://example.org/home/x and target/tmp/x\n"), 0);
    check(machine_paths);
}

#[test]
fn lock_files_name_public_registries_only() {
    assert_eq!(about(foreign_sources, "Cargo.lock", "source = \"registry+https://mirror.example/index\"\n"), 1);
    assert_eq!(about(foreign_sources, "x/package-lock.json", "  \"resolved\": \"http://mirror.example/a.tgz\",\n"), 1);
    check(foreign_sources);
}

#[test]
fn nothing_is_left_unfinished() {
    assert_eq!(about(unfinished, "a.rs", "// TODO later\ndbg!(x);\n#[ignore]\n"), 3);
    assert_eq!(about(unfinished, "a.rs", "let todos = 1;\n"), 0);
    check(unfinished);
}

#[test]
fn files_are_short() {
    assert_eq!(about(long_files, "a.rs", &"x\n".repeat(601)), 1);
    assert_eq!(about(long_files, "ARCHITECTURE.md", &"x\n".repeat(301)), 1);
    assert_eq!(about(long_files, "ARCHITECTURE.md", &"x\n".repeat(300)), 0);
    check(long_files);
}

#[test]
fn lines_end_where_they_end() {
    assert_eq!(about(spaces, "a.md", "x \ny\r\nz"), 3);
    check(spaces);
}

#[test]
fn errors_are_sentences_of_one_style() {
    assert_eq!(about(error_sentences, "a.rs", "#[error(\"Bad.\")]\n#[error(\"UTF-16 without a mark\")]\n#[error(\n  \"no\")]\n"), 2);
    check(error_sentences);
}

#[test]
fn errors_hold_no_text_of_any_origin() {
    check(texts_in_errors);
    let error = |field: &str| {
        format!(
            "#[derive(Debug, thiserror::Error)]\npub enum Error {{\n    /// A String.\n    One {{\n        what: {field},\n    }},\n}}\n"
        )
    };
    assert_eq!(about(texts_in_errors, "crates/x/src/error.rs", &error("String")), 1);
    assert_eq!(about(texts_in_errors, "crates/x/src/error.rs", &error("Option<String>")), 1);
    assert_eq!(about(texts_in_errors, "crates/x/src/error.rs", &error("Sentence")), 0);
}

#[test]
fn crates_do_not_know_the_real_data() {
    assert_eq!(about(real_data, "crates/lake/src/lib.rs", "// ../shared\n"), 1);
    check(real_data);
}

#[test]
fn each_crate_has_one_test_binary() {
    assert_eq!(about(test_binaries, "crates/lake/tests/more.rs", ""), 1);
    assert_eq!(about(test_binaries, "crates/lake/tests/two/main.rs", ""), 1);
    assert_eq!(about(test_binaries, "crates/lake/tests/it/main.rs", ""), 0);
    check(test_binaries);
}

#[test]
fn links_lead_somewhere() {
    assert_eq!(about(dead_links, "docs/a.md", "[a](../README.md) [b](no-such-page.md) [c](https://example.org)\n"), 1);
    check(dead_links);
}

#[test]
fn every_method_page_is_linked() {
    let page = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let lonely = [page("docs/methods/wilson.md", ""), page("docs/methods/README.md", "")];
    assert_eq!(lonely_methods(&lonely).len(), 1);
    let linked = [page("docs/methods/wilson.md", ""), page("docs/methods/README.md", "[w](wilson.md)")];
    assert_eq!(lonely_methods(&linked).len(), 0);
    let found = lonely_methods(&files());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}
