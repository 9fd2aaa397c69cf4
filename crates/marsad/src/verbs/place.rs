//! `marsad place`.

use crate::cli::place::Place;
use crate::exit::{Exit, Failure, from_output};
use crate::output::Talk;
use record::sentence;
use std::io::{self, BufRead, BufWriter, Read, Write};

/// Bytes of a line that are kept; `place` reads fewer, and the rest of the line is skipped.
const KEPT: u64 = 4096;

pub(crate) fn run(_args: &Place, talk: Talk) -> Result<Exit, Failure> {
    let mut input = io::stdin().lock();
    let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut line = Vec::new();
    while next_line(&mut input, &mut line)? {
        // A byte that is no UTF-8 separates words, and no more.
        let text = String::from_utf8_lossy(&line);
        let answer = place::resolve_profile(&text);
        if talk.json { write_json(&mut output, &answer) } else { write_row(&mut output, &answer) }.map_err(|error| from_output(&error))?;
    }
    output.flush().map_err(|error| from_output(&error))?;
    Ok(Exit::Done)
}

/// Reads one line without its end; false at the end of the input. Memory stays constant whatever a line's length.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<bool, Failure> {
    let unread = |error: io::Error| Failure::new(Exit::Input, sentence!("standard input cannot be read: {}", error));
    line.clear();
    if input.by_ref().take(KEPT).read_until(b'\n', line).map_err(unread)? == 0 {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    } else if line.len() as u64 == KEPT {
        input.skip_until(b'\n').map_err(unread)?;
    }
    Ok(true)
}

fn write_row(output: &mut impl Write, answer: &place::Answer) -> io::Result<()> {
    let country = answer.country().unwrap_or("unknown");
    let (region, city) = (answer.region.unwrap_or(""), answer.city.unwrap_or(""));
    writeln!(output, "{country}\t{region}\t{city}\t{:.2}\t{}", answer.confidence, answer.evidence)
}

fn write_json(output: &mut impl Write, answer: &place::Answer) -> io::Result<()> {
    let value = serde_json::json!({
        "country": answer.country().unwrap_or("unknown"),
        "region": answer.region,
        "city": answer.city,
        "confidence": (answer.confidence * 100.0).round() / 100.0,
        "evidence": answer.evidence.to_string(),
    });
    writeln!(output, "{value}")
}
