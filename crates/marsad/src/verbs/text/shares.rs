//! `marsad text shares`.

use crate::cli::QuantifyOf;
use crate::cli::text::TextShares;
use crate::exit::{Exit, Failure, told};
use crate::output::{Counted, Talk, counted, table};
use crate::verbs::posteriors::{Sheet, input};
use crate::verbs::quantify::by_class;
use record::sentence;
use serde_json::{Value, json};
use stats::Level;
use stats::quantify::{FromWords, WordPlan, Wordings, from_words};
use text::{Cutter, Feature};

pub(super) fn shares(args: &TextShares, talk: Talk) -> Result<Exit, Failure> {
    let (coded, tested) = (Sheet::read(&args.train)?, Sheet::read(&args.test)?);
    let (text, label) = (coded.column(&args.text, &args.train)?, coded.column(&args.label, &args.train)?);
    let beside = tested.column(&args.text, &args.test)?;
    let rows: Vec<&csv::StringRecord> = coded.rows.iter().filter(|row| !row.get(label).unwrap_or_default().is_empty()).collect();
    let names = || rows.iter().map(|row| row.get(label).unwrap_or_default());
    let mut classes: Vec<String> = names().map(str::to_owned).collect();
    classes.sort();
    classes.dedup();
    super::classifier::check_class_count(&classes, &args.label, &args.train)?;
    let labels: Vec<usize> = names().map(|name| classes.partition_point(|class| class.as_str() < name)).collect();
    if tested.rows.is_empty() {
        return Err(input(&args.test, "it has no rows; give one row a text under a line of column names"));
    }
    let known = wordings(rows.iter().copied(), text);
    let target = wordings(tested.rows.iter(), beside);
    let plan = WordPlan { subsets: args.subsets as usize, size: args.size as usize, share: args.of.into(), ..WordPlan::usual(args.seed) };
    let bar = talk.spinner("reading words");
    let found = from_words(&known, &labels, classes.len(), &target, &plan);
    bar.finish_and_clear();
    let found = found.map_err(|error| input(&args.train, told(&error)))?;
    if rows.len() < coded.rows.len() {
        talk.note(sentence!("{} without a label left out", Counted((coded.rows.len() - rows.len()) as u64, "row")));
    }
    if talk.json {
        talk.json_line(&to_json(args, &classes, &found, target.items()))?;
        return Ok(Exit::Done);
    }
    say(talk, &classes, &found, [rows.len(), target.items()])?;
    Ok(Exit::Done)
}

/// The words of every text. Names and links are none.
fn wordings<'a>(rows: impl Iterator<Item = &'a csv::StringRecord>, text: usize) -> Wordings {
    let (mut cutter, mut words, mut all) = (Cutter::default(), Vec::new(), Wordings::default());
    for row in rows {
        words.clear();
        cutter.cut(row.get(text).unwrap_or_default(), |hash, feature| {
            if let Feature::Word(_) = feature {
                words.push(hash);
            }
        });
        all.push(words.iter().copied());
    }
    all
}

fn to_json(args: &TextShares, classes: &[String], found: &FromWords, n: usize) -> Value {
    let ends = found.cloud.intervals(Level::P95);
    json!({
        "prevalence": by_class(classes, |at| json!(found.shares.prevalence[at])),
        "interval": by_class(classes, |at| json!([ends[at].low, ends[at].high])),
        "level": Level::P95.get(),
        "of": if args.of == QuantifyOf::Selected { "selected" } else { "population" },
        "method": "hopkins-king",
        "words": found.words,
        "size": found.size,
        "subsets": found.subsets,
        "seed": args.seed,
        "n": n,
    })
}

fn say(talk: Talk, classes: &[String], found: &FromWords, [coded, texts]: [usize; 2]) -> Result<(), Failure> {
    let ends = found.cloud.intervals(Level::P95);
    let row = |(at, name): (usize, &String)| {
        let numbers = [found.shares.prevalence[at], ends[at].low, ends[at].high];
        std::iter::once(name.clone()).chain(numbers.iter().map(|value| format!("{value:.4}"))).collect()
    };
    let rows: Vec<Vec<String>> = classes.iter().enumerate().map(row).collect();
    let head = ["class", "share", "low", "high"].map(str::to_owned);
    talk.say(&format!(
        "shares among {} by {} and {} coded ones",
        counted(texts as u64, "text"),
        counted(found.words as u64, "word"),
        coded
    ))?;
    talk.say(&table(&head, &rows, &[false, true, true, true]))
}
