//! Codes come in, disputes are settled, and how far it all is.

use super::{Desk, draws};
use crate::cli::stance::{Adjudicate, ImportCodes, Status};
use crate::exit::{Exit, Failure};
use crate::output::{Talk, table, thousands};
use crate::verbs::census::{Things, adjudicate_in, import_into};
use serde_json::{Value, json};
use study::stance::Aspect;

const POSTS: Things = Things { item: "post", adjudicate: "marsad stance adjudicate" };

pub(super) fn import(args: &ImportCodes, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which, args.kind)?;
    let codebook = desk.codebook(talk)?;
    import_into(&mut desk.events()?, &desk.draw_names()?, &codebook, &args.files, args.revise, &POSTS, talk)
}

pub(super) fn adjudicate(args: &Adjudicate, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which, args.kind)?;
    let codebook = args.file.is_some().then(|| desk.codebook(talk)).transpose()?;
    adjudicate_in(&mut desk.events()?, &desk.draw_names()?, codebook.as_ref().zip(args.file.as_deref()), args.revise, talk)
}

pub(super) fn status(args: &Status, talk: Talk) -> Result<Exit, Failure> {
    let desk = Desk::open(&args.which, false)?;
    let [selection, sample] = desk.stance()?.steps();
    let mut rows = Vec::new();
    let (mut open, mut waiting) = (0, 0);
    for aspect in [Aspect::Stance, Aspect::Kind] {
        for (at, frozen) in draws(&desk.study, &desk.name, aspect, None)?.iter().enumerate() {
            waiting += frozen.waiting().len();
            for own in frozen.progress() {
                open += own.assigned - own.coded;
                rows.push((if aspect == Aspect::Kind { "kind" } else { "stance" }, at as u64 + 1, own.coder, own.assigned, own.coded));
            }
        }
    }
    let next = match (selection, sample) {
        (false, _) => "select posts: `marsad stance select`",
        (true, false) => "draw a sample: `marsad stance sample`",
        _ if open > 0 => "coders fill in their sheets; then `marsad stance import-codes`",
        _ if waiting > 0 => "settle what coders differ on: `marsad stance adjudicate`; then `marsad stance estimate`",
        _ => "`marsad stance estimate`; where intervals are too wide, `marsad stance next` draws more posts to code",
    };
    if talk.json {
        let coding: Vec<Value> = rows
            .iter()
            .map(|(aspect, draw, coder, assigned, coded)| json!({ "aspect": aspect, "draw": draw, "coder": coder, "assigned": assigned, "coded": coded }))
            .collect();
        let object = json!({ "selection": selection, "sample": sample, "coding": coding, "waiting": waiting, "next": next });
        return talk.json_line(&object).map(|()| Exit::Done);
    }
    let done = |is_done: bool| if is_done { "done" } else { "not yet" };
    talk.say(&format!("selection: {}; sample: {}", done(selection), done(sample)))?;
    if !rows.is_empty() {
        let head = ["aspect", "draw", "coder", "assigned", "coded"].map(str::to_owned);
        let lines: Vec<Vec<String>> = rows
            .iter()
            .map(|(aspect, draw, coder, assigned, coded)| {
                vec![(*aspect).to_owned(), draw.to_string(), coder.clone(), thousands(*assigned), thousands(*coded)]
            })
            .collect();
        talk.say(&table(&head, &lines, &[false, true, false, true, true]))?;
    }
    talk.say(&format!("next: {next}"))?;
    Ok(Exit::Done)
}
