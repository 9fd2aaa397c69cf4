//! `marsad operators`.

use crate::cli::operators::Operators;
use crate::exit::{Exit, Failure, told};
use crate::output::{Counted, Talk, table};
use crate::verbs::as_of;
use crate::verbs::status::from_study;
use network::{Field, OperatorOptions, Pair, People};
use record::sentence;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use study::{HandOptions, Hands};

pub(crate) fn run(args: &Operators, talk: Talk) -> Result<Exit, Failure> {
    let study = super::status::open(&args.dir)?;
    let among = args.among.as_ref().map(|path| keys(path)).transpose()?;
    let threads = args.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1);
    let link = OperatorOptions { least: args.least, showing: args.showing, seed: args.seed, threads, ..OperatorOptions::default() };
    let options = HandOptions { as_of: as_of(args.as_of.as_of.as_deref())?, among, link };
    let bar = talk.spinner("comparing accounts");
    let hands = study.operators(&options, &mut |_| bar.tick());
    bar.finish_and_clear();
    let hands = hands.map_err(from_study)?;
    let numbers = Numbers::new(&hands, args.pairs);
    if talk.json {
        talk.json_line(&to_json(args, &hands, &numbers))?;
    } else {
        talk.say(&to_text(args, &hands, &numbers))?;
    }
    if hands.without_profile > 0 {
        talk.note(sentence!("the lake has no profile of {}", Counted(hands.without_profile as u64, "account")));
    }
    if hands.is_thin() {
        talk.note("most accounts have neither names nor profiles to compare; in invented worlds of that kind two of five links were wrong, so do not use these (docs/methods/operators.md)");
    }
    talk.note("a probability is a reason to look, not a finding about anybody; how many hands leave no trace is assumed (`--showing`)");
    Ok(Exit::Done)
}

fn keys(path: &std::path::Path) -> Result<BTreeSet<String>, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(Exit::Input, sentence!("`{}` cannot be read: {}", path.display(), told(&error))))?;
    let keys: BTreeSet<String> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if keys.is_empty() {
        return Err(Failure::usage(sentence!("`{}` names no account; write one key a line, such as `twitter:12`", path.display())));
    }
    Ok(keys)
}

/// Numbers of the accounts that are shown, operators first, so that a number says nothing about a name.
struct Numbers<'a> {
    pairs: &'a [Pair],
    of: BTreeMap<u32, u32>,
}

impl<'a> Numbers<'a> {
    fn new(hands: &'a Hands, most: usize) -> Self {
        let pairs = hands.found.pairs.get(..most.min(hands.found.pairs.len())).unwrap_or_default();
        let mut of = BTreeMap::new();
        for account in hands.found.operators.iter().flatten().chain(pairs.iter().flat_map(|pair| &pair.accounts)) {
            let next = of.len() as u32 + 1;
            of.entry(*account).or_insert(next);
        }
        Numbers { pairs, of }
    }

    fn number(&self, account: u32) -> u32 {
        self.of.get(&account).copied().unwrap_or_default()
    }
}

/// A field as reasons name it.
fn word(field: Field) -> &'static str {
    match field {
        Field::Handle => "handle",
        Field::Name => "name",
        Field::Bio => "profile text",
        Field::Avatar => "picture",
        Field::Followed => "whom they follow",
        Field::Followers => "who follows them",
        Field::Hours => "hours",
        Field::Clients => "clients",
        Field::Style => "style",
    }
}

fn id(field: Field) -> &'static str {
    match field {
        Field::Bio => "bio",
        Field::Avatar => "avatar",
        Field::Followed => "followed",
        Field::Followers => "followers",
        other => word(other),
    }
}

/// What a field says, in words: how many times likelier its likeness is where one hand is behind both.
fn reason(field: Field, evidence: f64) -> Option<String> {
    let times = evidence.abs().exp();
    let strength = match times {
        times if times < 1.5 => return None,
        times if times < 10.0 => format!("{times:.1}"),
        times => format!("{times:.0}"),
    };
    let side = if evidence > 0.0 { "likelier" } else { "less likely" };
    Some(format!("{}: {strength} times {side} of one hand", word(field)))
}

fn reasons(pair: &Pair) -> Vec<(Field, f64)> {
    let mut reasons: Vec<(Field, f64)> = Field::ALL.into_iter().zip(pair.evidence).filter(|(_, evidence)| evidence.abs() > 1e-9).collect();
    reasons.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    reasons
}

fn to_json(args: &Operators, hands: &Hands, numbers: &Numbers<'_>) -> Value {
    let found = &hands.found;
    let people = &found.people;
    let range = |[mean, low, high]: [f64; 3]| json!({ "mean": mean, "low": low, "high": high });
    let pairs: Vec<Value> = numbers
        .pairs
        .iter()
        .map(|pair| {
            let reasons: Vec<Value> = reasons(pair)
                .into_iter()
                .map(|(field, evidence)| json!({ "field": id(field), "log_odds": evidence, "words": reason(field, evidence) }))
                .collect();
            let [a, b] = pair.accounts.map(|account| numbers.number(account));
            json!({ "a": a, "b": b, "probability": pair.probability, "same_community": pair.same_community, "kinds": pair.kinds, "reasons": reasons })
        })
        .collect();
    let groups: Vec<Vec<u32>> =
        found.operators.iter().map(|members| members.iter().map(|account| numbers.number(*account)).collect()).collect();
    let mut object = json!({
        "provenance": hands.provenance,
        "accounts": people.accounts,
        "without_profile": hands.without_profile,
        "named": hands.named,
        "profiled": hands.profiled,
        "thin": hands.is_thin(),
        "compared": found.compared,
        "least": args.least,
        "level": stats::Level::P95.get(),
        "showing": args.showing,
        "people": people.people.map(|[low, high]| json!({ "low": low, "high": high })),
        "operators": range(people.operators),
        "accounts_of_operators": range(people.of_operators),
        "pairs_of_one_hand": range(people.pairs),
        "expected_pairs": people.expected,
        "converged": found.linkage.converged,
        "groups": groups,
        "pairs": pairs,
        "pairs_left_out": found.pairs.len() - numbers.pairs.len(),
    });
    if args.internal {
        let names: BTreeMap<String, &str> = numbers
            .of
            .iter()
            .filter_map(|(account, number)| Some((number.to_string(), hands.keys.get(*account as usize)?.as_str())))
            .collect();
        object["names"] = json!(names);
    }
    object
}

/// How many people there are, or why that is not told.
fn counted(people: &People, showing: f64) -> String {
    let range = |[mean, low, high]: [f64; 3]| format!("{mean:.0} ({low:.0} to {high:.0})");
    let shown = match people.pairs[0] {
        pairs if pairs < 0.5 => "no two of them show one hand".to_owned(),
        _ => format!("{} people show several accounts, {} in all", range(people.operators), range(people.of_operators)),
    };
    match people.people {
        Some([low, high]) => format!(
            "{} accounts, {low:.0} to {high:.0} people behind them if {:.0} % or more of the pairs of one hand leave a trace; {shown}",
            people.accounts,
            100.0 * showing
        ),
        None => format!(
            "{} accounts; how many people are behind them cannot be told: fewer than {:.0} pairs show one hand, too few to know how many leave no trace; {shown}",
            people.accounts,
            People::TOLD
        ),
    }
}

fn to_text(args: &Operators, hands: &Hands, numbers: &Numbers<'_>) -> String {
    let people = &hands.found.people;
    let name = |account: u32| {
        let key = hands.keys.get(account as usize).filter(|_| args.internal).cloned();
        key.unwrap_or_else(|| numbers.number(account).to_string())
    };
    let row = |pair: &Pair| {
        let why: Vec<String> = reasons(pair).into_iter().filter_map(|(field, evidence)| reason(field, evidence)).collect();
        vec![name(pair.accounts[0]), name(pair.accounts[1]), format!("{:.3}", pair.probability), why.join("; ")]
    };
    let rows: Vec<Vec<String>> = numbers.pairs.iter().map(row).collect();
    let head = ["account", "account", "probability", "reasons"].map(str::to_owned);
    let sentence = counted(people, args.showing);
    if rows.is_empty() { sentence } else { format!("{sentence}\n\n{}", table(&head, &rows, &[false, false, true, false])) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_people_is_told_only_where_enough_shows() {
        let mut people =
            People { accounts: 571, people: None, operators: [0.0; 3], of_operators: [0.0; 3], pairs: [0.0; 3], expected: 0.0 };
        insta::assert_snapshot!(counted(&people, 0.6), @"571 accounts; how many people are behind them cannot be told: fewer than 10 pairs show one hand, too few to know how many leave no trace; no two of them show one hand");
        (people.operators, people.of_operators, people.pairs) = ([20.2, 18.0, 22.0], [41.0, 38.0, 45.0], [23.0, 20.0, 26.0]);
        people.people = Some([531.0, 555.0]);
        insta::assert_snapshot!(counted(&people, 0.6), @"571 accounts, 531 to 555 people behind them if 60 % or more of the pairs of one hand leave a trace; 20 (18 to 22) people show several accounts, 41 (38 to 45) in all");
    }
}
