//! The files that are lists: follows, sightings, accounts, seeds, the designation, the truth about accounts, and the README.

use crate::account::SimulatedAccount;
use crate::json::{push_digits, push_iso};
use crate::output::{FileSummary, Output};
use crate::random::{chance, mix, stream};
use crate::time::{DAY_MS, START_MS, instant};
use crate::truth::Truth;
use crate::{Camp, Error, World};
use record::Reason;
use std::path::Path;

/// The invented organisation.
pub(crate) const ORGANISATION: &str = "Order of the Hollow Lantern";
/// Days between two looks at the accounts under watch.
const WATCH_DAYS: i64 = 3;

pub(crate) fn push_time(line: &mut Vec<u8>, ms: i64) {
    push_iso(line, ms);
    line.push(b'Z');
}

/// `follows.csv`: every follow that a crawl in the last day sees. Three bad rows are planted.
pub(crate) fn follows(world: &World, root: &Path, truth: &mut Truth) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "exports/follows.csv")?;
    output.line(b"follower_id,followed_id,observed_at")?;
    let accounts = world.accounts();
    let mut line = Vec::with_capacity(80);
    for (position, account) in accounts.iter().enumerate() {
        let share = position as f64 / accounts.len() as f64;
        let seen_ms = world.params.end_ms() - DAY_MS + (share * (DAY_MS - 60_000) as f64) as i64;
        let seen_before = truth.edges;
        for other in world.seen_follows(position).filter_map(|other| accounts.get(other as usize)) {
            line.clear();
            push_digits(&mut line, account.account_id);
            line.push(b',');
            push_digits(&mut line, other.account_id);
            line.push(b',');
            push_time(&mut line, seen_ms);
            output.line(&line)?;
            truth.edges += 1;
            match truth.edges {
                40 => plant(&mut output, "1001,1002", truth, Reason::WrongFieldCount)?,
                50 => plant(&mut output, "1001,,2018-01-02T00:00:00Z", truth, Reason::MissingField)?,
                60 => plant(&mut output, "1001,1002,the day before", truth, Reason::BadTime)?,
                _ => {}
            }
        }
        truth.follows_unseen += world.follows(position).len() as u64 - (truth.edges - seen_before);
    }
    output.finish()
}

fn plant(output: &mut Output, line: &str, truth: &mut Truth, reason: Reason) -> Result<(), Error> {
    truth.reject(reason);
    output.line(line.as_bytes())
}

/// The accounts under watch: all supporters, bots and opponents, and a tenth of the others.
pub(crate) fn watched(world: &World) -> Vec<u32> {
    let mut random = stream(world.params.seed, 6);
    let is_watched = |account: &SimulatedAccount, random: &mut crate::random::Random| match account.camp {
        Camp::Supporter | Camp::Bot | Camp::Opponent => true,
        _ => chance(random, 0.1),
    };
    let accounts = world.accounts().iter().enumerate();
    accounts.filter(|(_, account)| is_watched(account, &mut random)).map(|(position, _)| position as u32).collect()
}

/// `sightings.csv`: the status of the watched accounts every third day. Two bad rows are planted.
pub(crate) fn sightings(world: &World, watched: &[u32], root: &Path, truth: &mut Truth) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "exports/sightings.csv")?;
    output.line(b"account_id,at,status")?;
    let mut line = Vec::with_capacity(80);
    let mut day_ms = START_MS + DAY_MS - 8 * 3_600_000;
    while day_ms < world.params.end_ms() {
        for (number, position) in watched.iter().enumerate() {
            let at_ms = day_ms + (number as i64 * 1_500).min(6 * 3_600_000);
            let Some(account) = world.accounts().get(*position as usize) else { continue };
            let Some(status) = account.status_at(instant(at_ms)) else { continue };
            line.clear();
            push_digits(&mut line, account.account_id);
            line.push(b',');
            push_time(&mut line, at_ms);
            line.push(b',');
            line.extend_from_slice(status.name().as_bytes());
            output.line(&line)?;
            truth.sighting(status);
            match truth.sightings {
                5 => plant(&mut output, "1001,2018-01-02T00:00:00Z,asleep", truth, Reason::BadStatus)?,
                8 => plant(&mut output, "1001,2018-02-30T00:00:00Z,active", truth, Reason::BadTime)?,
                _ => {}
            }
        }
        day_ms += WATCH_DAYS * DAY_MS;
    }
    output.finish()
}

/// `accounts.csv`: the watched accounts by id and handle.
pub(crate) fn account_list(world: &World, watched: &[u32], root: &Path) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "exports/accounts.csv")?;
    output.line(b"account_id,handle")?;
    for account in watched.iter().filter_map(|position| world.accounts().get(*position as usize)) {
        output.line(format!("{},{}", account.account_id, account.handle).as_bytes())?;
    }
    output.finish()
}

/// `seeds.txt`: handles of the seeds, as a person would have noted them.
pub(crate) fn seeds(world: &World, root: &Path, truth: &mut Truth) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "exports/seeds.txt")?;
    for account in world.seeds().into_iter().filter_map(|position| world.accounts().get(position as usize)) {
        output.line(format!("@{}", account.handle).as_bytes())?;
        truth.seeds += 1;
    }
    output.finish()
}

/// `designation.csv`: the invented organisation, and an invented individual, whom no study may be about.
pub(crate) fn designation(root: &Path) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "designation.csv")?;
    output.line(b"reference,name,aliases,listed_on,list,legal_basis,kind")?;
    let organisation = format!(
        "DEMO-001,{ORGANISATION},Hollow Lantern; Lantern Bearers; الفانوس الأجوف,2016-04-01,Invented demonstration list,Invented regulation 1 (demonstration only),organisation"
    );
    output.line(organisation.as_bytes())?;
    output.line(
        b"DEMO-002,Fictional Person One,,2016-04-01,Invented demonstration list,Invented regulation 1 (demonstration only),individual",
    )?;
    output.finish()
}

/// `truth/accounts.csv`: what is true of every account.
pub(crate) fn account_truth(world: &World, root: &Path) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "truth/accounts.csv")?;
    output
        .line(b"account_id,handle,camp,circle,language,country,created_at,bot,protected,posts_per_day,suspended_at,deleted_at,returns,neighbour,community,code,status_at_coding,crawled")?;
    let time = |moment: Option<record::Instant>| moment.map(|moment| moment.to_string()).unwrap_or_default();
    for account in world.accounts() {
        let returns = account.returns.and_then(|first| world.accounts().get(first as usize));
        let line = format!(
            "{},{},{},{},{},{},{},{},{},{:.3},{},{},{},{},{},{},{},{}",
            account.account_id,
            account.handle,
            account.camp.name(),
            account.circle.name(),
            account.language.code(),
            account.country(),
            account.created_at(),
            account.bot,
            account.protected,
            account.rate,
            time(account.suspended_at()),
            time(account.deleted_at()),
            returns.map(|first| first.account_id.to_string()).unwrap_or_default(),
            account.neighbour,
            account.community,
            account.code.name(),
            account.status_at_coding().name(),
            account.is_crawled(),
        );
        output.line(line.as_bytes())?;
    }
    output.finish()
}

/// `README.txt`.
pub(crate) fn readme(world: &World, root: &Path) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "README.txt")?;
    let params = world.params;
    // A number that tells two worlds apart at a glance.
    let mark = mix(params.seed, params.accounts ^ u64::from(params.days)) % 10_000;
    let head = format!(
        "An invented world\n\nEverything in this folder is made by a random generator: the {ORGANISATION} does not exist, no account, name\nor post is anyone's, and the texts are ordinary words in random order. World {mark:04}: {} accounts, {} days from 2018-01-01,\nseed {}; the same three numbers give the same files.\n",
        params.accounts, params.days, params.seed
    );
    for line in head.lines().chain([""]).chain(README.lines()) {
        output.line(line.as_bytes())?;
    }
    output.finish()
}

const README: &str = "exports/          what a researcher would hold; give this folder to `ingest`
  stream-*        posts as the Twitter v1.1 stream sent them, one JSON object a line, a file a week, with delete and limit
                  notices. Each file begins six hours before the one before it ends, so many posts stand in two files.
  search-*        the later part of the same time as pages of the v2 archive search, one page a line, retrieved in 2021.
                  The middle of the world is in both. What was suspended or deleted by then is missing.
  follows.csv     who follows whom: follower_id, followed_id, observed_at. Seen on the last day: who was closed by then is missing,
                  and so is whom protected accounts follow
  sightings.csv   the status of accounts under watch every third day: account_id, at, status
  accounts.csv    those accounts: account_id, handle
  seeds.txt       handles of accounts coded as supporters, one a line
coding/           what people would have noted and coded; docs/world.md says how each file is made
  seeds.csv       the seeds with their ids and code
  pilot-codes.csv accounts around the seeds as one coder saw them: item, coder, code
  golden.csv      items whose right code is known: item, code; golden-codes.csv holds what two coders said of them
  crowd-list.csv  handles that strangers took for supporters; two in five are not
  sightings.csv   the status of every account on the day of coding, two weeks after the end
  claims.toml     invented published figures
designation.csv   the invented listing of the invented organisation (DEMO-001), and an invented individual (DEMO-002), whom no
                  study may be about
truth/            what is true, to compare with what a tool finds; never an input
  accounts.csv    for each account its camp, language, country, creation, whether it is a bot, when it was suspended or
                  deleted, the account it returns for, whether it is a neighbour of the supporters, its community, its true code, and
                  what crawl and coders see of it
  summary.json    exact totals of the exports, counted while they were made: distinct posts by kind, language, day and camp,
                  hashtags (reposts left out), clients with posts and accounts, sightings by status, and so on

Camps: supporters, opponents, journalists, researchers, pious people who have nothing to do with it, fans of sports and music, and
bots. Neighbours are opponents, journalists, researchers and pious people who follow supporters and share their tags. A camp shows in placeholder hashtags such as #hollowlantern and #lanternwatch and in whom accounts follow and repost, never in
words.

Some lines are bad on purpose: in the first stream file, the first search file, follows.csv and sightings.csv. truth/summary.json
counts them by the reason for which they have to be refused.";
