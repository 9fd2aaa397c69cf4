//! `marsad text`.

mod classifier;
mod shares;

use crate::cli::text::{Text, TextVerb};
use crate::exit::{Exit, Failure, from_output};
use crate::output::{Counted, Talk, visible};
use record::sentence;
use serde_json::json;
use std::io::{self, BufRead, BufWriter, Write};
use text::{Identifier, Normalisation, UND, normalise};

/// Bytes of a line that are read; the rest is skipped, so that a file without line ends cannot fill the memory.
const LINE_BYTES: usize = 64 * 1024;

pub(crate) fn run(args: &Text, talk: Talk) -> Result<Exit, Failure> {
    match &args.verb {
        TextVerb::Language(_) => each_line(talk, |line, out| language(line, talk.json, out)),
        TextVerb::Normalise(args) => {
            let options = if args.compare { Normalisation::COMPARE } else { Normalisation::SEARCH };
            each_line(talk, |line, out| normalised(line, options, talk.json, out))
        }
        TextVerb::Train(args) => classifier::train(args, talk),
        TextVerb::Classify(args) => classifier::classify(args, talk),
        TextVerb::Card(args) => classifier::card(args, talk),
        TextVerb::Shares(args) => shares::shares(args, talk),
    }
}

fn language(line: Result<&str, ()>, json: bool, out: &mut dyn Write) -> io::Result<()> {
    let (lang, confidence, arabizi) = line.map_or((UND, 0.0, false), |line| {
        let found = Identifier::built_in().identify(line);
        (found.lang, found.confidence, found.arabizi)
    });
    if json {
        // Written by hand, since this is the whole cost of a line; no value here needs escaping.
        return writeln!(out, r#"{{"lang":"{lang}","confidence":{confidence:.3},"arabizi":{arabizi}}}"#);
    }
    writeln!(out, "{lang}\t{confidence:.3}{}", if arabizi { "\tarabizi" } else { "" })
}

fn normalised(line: Result<&str, ()>, options: Normalisation, json: bool, out: &mut dyn Write) -> io::Result<()> {
    let original = line.unwrap_or_default();
    let normal = normalise(original, options);
    if json {
        return writeln!(out, "{}", json!({ "text": original, "normalised": normal, "valid": line.is_ok() }));
    }
    writeln!(out, "{}\t{}", visible(original), visible(&normal))
}

/// Calls `answer` for every line of standard input, with an error for a line that is no UTF-8, and says how many of these there were.
fn each_line(talk: Talk, mut answer: impl FnMut(Result<&str, ()>, &mut dyn Write) -> io::Result<()>) -> Result<Exit, Failure> {
    let mut input = io::stdin().lock();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut buffer = Vec::new();
    let (mut invalid, mut cut) = (0_u64, 0_u64);
    while next_line(&mut input, &mut buffer, &mut cut)? {
        let line = valid(&buffer);
        invalid += u64::from(line.is_err());
        answer(line, &mut out).map_err(|error| from_output(&error))?;
    }
    out.flush().map_err(|error| from_output(&error))?;
    if invalid > 0 {
        talk.note(sentence!("{} not UTF-8, answered as empty; convert the file first, such as with iconv", Counted(invalid, "line")));
    }
    if cut > 0 {
        talk.note(sentence!("{} longer than 64 KB, read up to there", Counted(cut, "line")));
    }
    Ok(Exit::Done)
}

/// The line as text; a character that the limit cut in two is left out.
fn valid(bytes: &[u8]) -> Result<&str, ()> {
    match std::str::from_utf8(bytes) {
        Ok(line) => Ok(line),
        Err(error) if bytes.len() == LINE_BYTES && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).map_err(|_| ())
        }
        Err(_) => Err(()),
    }
}

/// Reads one line into `buffer`, without its end; false at the end of the input.
fn next_line(input: &mut impl BufRead, buffer: &mut Vec<u8>, cut: &mut u64) -> Result<bool, Failure> {
    buffer.clear();
    let (mut any, mut is_cut) = (false, false);
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::new(Exit::Input, sentence!("standard input cannot be read: {}", error))),
        };
        if chunk.is_empty() {
            break;
        }
        any = true;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        let room = LINE_BYTES - buffer.len();
        buffer.extend_from_slice(&part[..part.len().min(room)]);
        is_cut |= part.len() > room;
        let used = end.map_or(chunk.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    *cut += u64::from(is_cut);
    if !is_cut && buffer.last() == Some(&b'\r') {
        buffer.pop();
    }
    Ok(any)
}
