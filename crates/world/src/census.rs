//! The files of the census in `coding/`: what people would have noted, listed and coded, from a world that they see as an export shows it.

use crate::account::SimulatedAccount;
use crate::coding::{self, Coder};
use crate::json::push_digits;
use crate::lists::push_time;
use crate::output::{FileSummary, Output};
use crate::random::{Random, chance, stream};
use crate::time::{DAY_MS, instant};
use crate::truth::{Census, Tally};
use crate::world::CODING_DAYS;
use crate::{Camp, Code, Error, World, lists};
use std::collections::BTreeMap;
use std::path::Path;

/// Items of the pilot, but no more than a fifth of the frame.
const PILOT: usize = 200;
/// Golden items of each kind.
const GOLDEN: usize = 100;
/// Who follows more accounts is not expanded in a frame.
const MOST_EXPANDED: usize = 500;

/// Writes every file of the folder and counts what is in them.
pub(crate) fn write(world: &World, root: &Path, tally: &mut Tally<'_>) -> Result<Vec<FileSummary>, Error> {
    let mut census = Census::default();
    for account in world.accounts() {
        *census.accounts_by_code.entry(account.code.name()).or_default() += 1;
        *census.accounts_by_code_at_coding.entry(account.code_at_coding().name()).or_default() += 1;
    }
    let seeds = world.seeds();
    let pilot = draw_pilot(world, &seeds);
    let files = vec![
        seed_list(world, &seeds, root)?,
        pilot_codes(world, &pilot, root, &mut census)?,
        golden_items(world, &seeds, &pilot, root, &mut census)?,
        golden_codes(world, &seeds, &pilot, root)?,
        crowd_list(world, root, &mut census)?,
        coding_sightings(world, root, &mut census)?,
        claims(world, root, &census)?,
    ];
    tally.truth.census = census;
    Ok(files)
}

/// The coders that the files are coded by.
fn coders() -> [Coder; 2] {
    [Coder::named("coder-a"), Coder::named("coder-b")]
}

fn account(world: &World, position: u32) -> Option<&SimulatedAccount> {
    world.accounts().get(position as usize)
}

/// `seeds.csv`: the seeds, each coded by people who agreed.
fn seed_list(world: &World, seeds: &[u32], root: &Path) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "coding/seeds.csv")?;
    output.line(b"account_id,handle,code")?;
    for seed in seeds.iter().filter_map(|seed| account(world, *seed)) {
        output.line(format!("{},{},{}", seed.account_id, seed.handle, seed.code.name()).as_bytes())?;
    }
    output.finish()
}

/// The levels of the accounts that the seeds reach by follows that a crawl sees; `None` beyond level 2. Level 0 are the seeds.
fn levels(world: &World, seeds: &[u32]) -> Vec<Option<u8>> {
    let mut levels = vec![None; world.accounts().len()];
    let mut reached = seeds.to_vec();
    for level in 0..=2u8 {
        let mut next = Vec::new();
        for position in reached {
            let Some(slot) = levels.get_mut(position as usize).filter(|slot| slot.is_none()) else { continue };
            *slot = Some(level);
            let others: Vec<u32> = world.seen_follows(position as usize).take(MOST_EXPANDED + 1).collect();
            if others.len() <= MOST_EXPANDED {
                next.extend(others);
            }
        }
        reached = next;
    }
    levels
}

/// Half of the pilot from those whom seeds follow, half from the whole frame; no seeds. Ascending.
fn draw_pilot(world: &World, seeds: &[u32]) -> Vec<u32> {
    let mut random = stream(world.params.seed, 13);
    let levels = levels(world, seeds);
    let at = |fits: &dyn Fn(u8) -> bool| {
        let placed = levels.iter().enumerate().filter(|(_, level)| level.is_some_and(fits));
        placed.map(|(position, _)| position as u32).collect::<Vec<_>>()
    };
    let mut frame = at(&|level| level > 0);
    let items = PILOT.min(frame.len() / 5);
    let mut pilot = coding::sample(&mut random, &mut at(&|level| level == 1), items / 2);
    frame.retain(|position| !pilot.contains(position));
    let left = items - pilot.len();
    pilot.extend(coding::sample(&mut random, &mut frame, left));
    pilot.sort_unstable();
    pilot
}

fn code_lines(output: &mut Output, world: &World, items: &[u32], coders: &[Coder]) -> Result<BTreeMap<&'static str, u64>, Error> {
    let mut counts = BTreeMap::new();
    output.line(b"item,coder,code")?;
    for item in items.iter().filter_map(|position| account(world, *position)) {
        for coder in coders {
            let code = coding::code(world.params.seed, coder, item.account_id, item.code_at_coding());
            *counts.entry(code.name()).or_default() += 1;
            output.line(format!("{},{},{}", item.account_id, coder.name, code.name()).as_bytes())?;
        }
    }
    Ok(counts)
}

/// `pilot-codes.csv`: the pilot as one coder saw it.
fn pilot_codes(world: &World, pilot: &[u32], root: &Path, census: &mut Census) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "coding/pilot-codes.csv")?;
    let [first, _] = coders();
    census.pilot_by_code = code_lines(&mut output, world, pilot, &[first])?;
    output.finish()
}

/// Accounts whose code experts settled; neither seeds nor pilot, and there on the day of coding.
fn golden(world: &World, seeds: &[u32], pilot: &[u32]) -> Vec<u32> {
    let mut codes: Vec<Code> = world.accounts().iter().map(SimulatedAccount::code_at_coding).collect();
    for position in seeds.iter().chain(pilot) {
        if let Some(code) = codes.get_mut(*position as usize) {
            *code = Code::Unavailable;
        }
    }
    coding::golden(world.params.seed, &codes, GOLDEN)
}

/// `golden.csv`: items with the code that is right.
fn golden_items(world: &World, seeds: &[u32], pilot: &[u32], root: &Path, census: &mut Census) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "coding/golden.csv")?;
    output.line(b"item,code")?;
    for item in golden(world, seeds, pilot).into_iter().filter_map(|position| account(world, position)) {
        *census.golden_by_code.entry(item.code.name()).or_default() += 1;
        output.line(format!("{},{}", item.account_id, item.code.name()).as_bytes())?;
    }
    output.finish()
}

/// `golden-codes.csv`: what the coders said of them, not knowing which they were.
fn golden_codes(world: &World, seeds: &[u32], pilot: &[u32], root: &Path) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "coding/golden-codes.csv")?;
    code_lines(&mut output, world, &golden(world, seeds, pilot), &coders())?;
    output.finish()
}

/// `crowd-list.csv`: handles that strangers collected as supporters. About three in five are.
fn crowd_list(world: &World, root: &Path, census: &mut Census) -> Result<FileSummary, Error> {
    let mut random = stream(world.params.seed, 14);
    let listed = |account: &SimulatedAccount, random: &mut Random| {
        let p = match account.camp {
            Camp::Supporter => 0.4,
            Camp::Opponent => 0.12,
            Camp::Journalist => 0.15,
            Camp::Researcher => 0.08,
            Camp::Pious if account.neighbour => 0.06,
            Camp::Pious | Camp::Fan | Camp::Bot => 0.015,
        };
        chance(random, p)
    };
    let mut output = Output::create(root, "coding/crowd-list.csv")?;
    output.line(b"handle")?;
    for account in world.accounts() {
        if listed(account, &mut random) {
            *census.crowd_list_by_code.entry(account.code.name()).or_default() += 1;
            output.line(account.handle.as_bytes())?;
        }
    }
    output.finish()
}

/// `sightings.csv`: what a visitor sees of every account on the day of coding.
fn coding_sightings(world: &World, root: &Path, census: &mut Census) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "coding/sightings.csv")?;
    output.line(b"account_id,at,status")?;
    let mut line = Vec::with_capacity(80);
    let at_ms = world.params.end_ms() + CODING_DAYS * DAY_MS;
    for account in world.accounts() {
        let status = account.status_at_coding();
        *census.sightings_by_status.entry(status.name()).or_default() += 1;
        line.clear();
        push_digits(&mut line, account.account_id);
        line.push(b',');
        push_time(&mut line, at_ms);
        line.push(b',');
        line.extend_from_slice(status.name().as_bytes());
        output.line(&line)?;
    }
    output.finish()
}

/// `claims.toml`: invented published figures, one of each kind that a report must tell apart.
fn claims(world: &World, root: &Path, census: &Census) -> Result<FileSummary, Error> {
    let mut output = Output::create(root, "coding/claims.toml")?;
    let (from, to) = (world.window().from.date(), world.window().to.date());
    let support = census.accounts_by_code.get(Code::OvertSupport.name()).copied().unwrap_or(0);
    let head = format!("# Invented claims about the {}, which does not exist. None is true; `truth/` holds what is.", lists::ORGANISATION);
    output.line(head.as_bytes())?;
    let window = format!("{{ from = \"{from}\", to = \"{to}\" }}");
    let before = "{ from = \"2016-01-01\", to = \"2016-06-30\" }".to_owned();
    let later = instant(world.params.end_ms() + 300 * DAY_MS).date();
    let told = |window: &str| format!("denominator = \"all accounts of the platform\"\nwindow = {window}\n");
    let claims = [
        (support * 5 / 4, "accounts", &told(&window), "Institute for Kettle Studies, Lantern Report 4 (invented)"),
        (support * 40, "accounts", &told(&before), "The Harbour Post, leading article (invented)"),
        (support / 3, "persons", &told(&window), "Fernhill Foundation, annual letter (invented)"),
        // Neither of how many nor when: nothing can be set beside it.
        (support * 9, "accounts", &String::new(), "Remark at a panel, no method given (invented)"),
    ];
    for (figure, unit, told, source) in claims {
        let lines = format!("\n[[claim]]\nfigure = {figure}\nunit = \"{unit}\"\n{told}source = \"{source}\"\nread_on = \"{later}\"");
        for line in lines.lines() {
            output.line(line.as_bytes())?;
        }
    }
    output.finish()
}
