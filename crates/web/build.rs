//! Two things are settled when the crate is built: who may do what, and the files of the interface.
//!
//! The policies are Cedar, and Cedar decides them here, for every set of roles and every action: what a person may do depends on nothing else.
//! The binary carries the answers. So the rules stay readable and can be analysed with Cedar's own tools, while no request waits for an interpreter, and
//! its sixty crates stay out of the server.

use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityTypeName, EntityUid, PolicySet, Request, RestrictedExpression};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// In the order of the bits of a set of roles; `src/role.rs` has the same.
const ROLES: [&str; 6] = ["coder", "reviewer", "lead", "analyst", "auditor", "administrator"];

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=policies");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("actions.rs"), actions()?)?;
    fs::write(out.join("ui.rs"), interface(Path::new("ui/dist"))?)?;
    Ok(())
}

/// One line of `actions.tsv`.
struct Listed {
    name: String,
    on: String,
    scope: String,
    about: String,
}

fn listed() -> Outcome<Vec<Listed>> {
    let text = fs::read_to_string("policies/actions.tsv")?;
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, on, scope, about] = cells[..] else {
            return Err(format!("`policies/actions.tsv`: the line of `{}` has not four cells", cells[0]).into());
        };
        let own = |cell: &str| cell.to_owned();
        found.push(Listed { name: own(name), on: own(on), scope: own(scope), about: own(about) });
    }
    Ok(found)
}

/// The enum of actions, and for each the sets of roles that may.
fn actions() -> Outcome<String> {
    let policies: PolicySet = fs::read_to_string("policies/roles.cedar")?.parse()?;
    let listed = listed()?;
    let (mut variants, mut names, mut scopes, mut on_server, mut allowed) =
        (String::new(), String::new(), String::new(), String::new(), String::new());
    for action in &listed {
        let variant = camel(&action.name);
        writeln!(variants, "    /// {}.\n    {variant},", upper_first(&action.about))?;
        writeln!(names, "        \"{}\",", action.name)?;
        let scope = match action.scope.as_str() {
            "-" => "None".to_owned(),
            scope => format!("Some(Scope::{})", camel(scope)),
        };
        writeln!(scopes, "        {scope},")?;
        writeln!(on_server, "        {},", action.on == "server")?;
        writeln!(allowed, "        {:#018x},", sets_allowed(&policies, action)?)?;
    }
    let count = listed.len();
    let all = listed.iter().map(|action| format!("Action::{}", camel(&action.name))).collect::<Vec<_>>().join(", ");
    Ok(format!(
        "/// What a person can do through the server.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum Action {{\n{variants}}}\n\
         impl Action {{\n    /// Every action, in the order of the list.\n    pub const ALL: [Action; {count}] = [{all}];\n}}\n\
         const NAMES: [&str; {count}] = [\n{names}];\nconst SCOPES: [Option<Scope>; {count}] = [\n{scopes}];\n\
         const ON_SERVER: [bool; {count}] = [\n{on_server}];\n\
         /// For each action, the sets of roles that may: bit `s` for the set `s`.\nconst ALLOWED: [u64; {count}] = [\n{allowed}];\n"
    ))
}

/// Asks Cedar for every set of roles.
fn sets_allowed(policies: &PolicySet, action: &Listed) -> Outcome<u64> {
    let principal: EntityUid = "Person::\"p\"".parse()?;
    let resource: EntityUid = if action.on == "server" { "Server::\"s\"" } else { "Study::\"s\"" }.parse()?;
    let asked: EntityUid = EntityUid::from_type_name_and_id("Action".parse::<EntityTypeName>()?, action.name.parse()?);
    let mut allowed = 0_u64;
    for set in 0_u64..1 << ROLES.len() {
        let has = |place: usize| set & (1 << place) != 0;
        let roles: Vec<&str> = ROLES.into_iter().enumerate().filter(|(place, _)| has(*place)).map(|(_, role)| role).collect();
        let parents = roles
            .iter()
            .map(|role| format!("Role::\"{role}\"").parse().map_err(|error: cedar_policy::ParseErrors| error.to_string()))
            .collect::<Result<HashSet<EntityUid>, String>>()?;
        // Whoever has a role in the study itself.
        let member = RestrictedExpression::new_bool(roles.iter().any(|role| *role != "administrator"));
        let person = Entity::new(principal.clone(), HashMap::from([("member".to_owned(), member)]), parents)?;
        let entities = Entities::from_entities([person], None)?;
        let request = Request::new(principal.clone(), asked.clone(), resource.clone(), Context::empty(), None)?;
        let answer = Authorizer::new().is_authorized(&request, policies, &entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(format!("`policies/roles.cedar`: a rule fails for `{}`: {error}", action.name).into());
        }
        if answer.decision() == Decision::Allow {
            allowed |= 1 << set;
        }
    }
    Ok(allowed)
}

fn camel(name: &str) -> String {
    name.split('_').map(upper_first).collect()
}

fn upper_first(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The files of the interface as constants, if it was built: path, type, digest, bytes.
fn interface(folder: &Path) -> Outcome<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                println!("cargo::rerun-if-changed={}", path.display());
                open.push(path);
            } else {
                println!("cargo::rerun-if-changed={}", path.display());
                files.push(path);
            }
        }
    }
    files.sort();
    let mut text = String::from("pub(crate) static FILES: &[File] = &[\n");
    for path in &files {
        let name = path.strip_prefix(folder)?.to_str().ok_or("a file of the interface has no name in UTF-8")?.replace('\\', "/");
        if name.ends_with(".map") {
            continue;
        }
        let digest = Sha256::digest(fs::read(path)?).iter().take(16).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let whole = path.canonicalize()?;
        let (kind, whole) = (kind_of(&name), whole.display().to_string());
        writeln!(text, "    File {{ name: {name:?}, kind: {kind:?}, digest: {digest:?}, bytes: include_bytes!({whole:?}) }},")?;
    }
    text.push_str("];\n");
    Ok(text)
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
