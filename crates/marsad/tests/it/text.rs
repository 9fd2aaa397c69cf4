//! `marsad text`: lines in, lines out, whatever the lines are.

use crate::harness::{Bench, command, fails, json, ok, path};
use std::io::Write;
use std::process::{Output, Stdio};

fn fed(args: &[&str], input: &[u8]) -> Output {
    let mut child = command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    output
}

fn lines(args: &[&str], input: &[u8]) -> Vec<String> {
    let output = fed(args, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn one_answer_a_line() {
    let input = "die alte Lampe stand am Fenster\n\nالمصباح القديم بجانب النافذة\r\nya 7abibi 3ala rasi".as_bytes();
    let found = lines(&["text", "language", "--json"], input);
    let parsed: Vec<serde_json::Value> = found.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed.iter().map(|line| line["lang"].as_str().unwrap()).collect::<Vec<_>>(), ["de", "und", "ar", "ar"]);
    assert!(parsed[0]["confidence"].as_f64().unwrap() > 0.5 && parsed[3]["arabizi"] == true);
    let plain = lines(&["text", "language"], input);
    assert!(plain[0].starts_with("de\t0.") && plain[1] == "und\t0.000" && plain[3].ends_with("\tarabizi"));
}

#[test]
fn the_original_stands_beside_the_normal_form() {
    let found = lines(&["text", "normalise", "--compare"], "h3ll0 w\u{43e}rld\n".as_bytes());
    assert_eq!(found, ["h3ll0 w\u{43e}rld\thello world"]);
    let found = lines(&["text", "normalise", "--json"], "أحمد\n".as_bytes());
    assert_eq!(found, [r#"{"normalised":"احمد","text":"أحمد","valid":true}"#]);
}

#[test]
fn nothing_in_nothing_out() {
    assert!(lines(&["text", "language"], b"").is_empty() && lines(&["text", "normalise"], b"").is_empty());
}

#[test]
fn a_line_that_is_no_text_is_counted_and_undetermined() {
    let output = fed(&["text", "language"], b"\xff\xfe\nthe old lamp stood by the window\n");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with("und\t0.000\nen\t"), "{stdout}");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "1 line not UTF-8, answered as empty; convert the file first, such as with iconv\n"
    );
}

#[test]
fn a_line_without_end_is_read_in_part() {
    let mut input = "الضوء ".repeat(2_000_000).into_bytes();
    input.extend_from_slice(b"\nthe old lamp stood by the window");
    let output = fed(&["text", "language"], &input);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with("ar\t") && stdout.contains("\nen\t") && stdout.lines().count() == 2, "{stdout}");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "1 line longer than 64 KB, read up to there\n");
}

#[test]
fn a_reader_who_has_had_enough_ends_it_well() {
    let mut child = command(&["text", "language"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all("the old lamp stood by the window\n".repeat(100_000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Texts about the weather: every third coded one is of the sun, two thirds of the others are.
#[test]
fn shares_are_read_from_words() {
    let bench = Bench::new();
    let text = |at: usize, is_sun: bool| {
        let (own, other) = if is_sun { ("sun", "rain") } else { ("rain", "sun") };
        let word = if (at / 3).is_multiple_of(5) { other } else { own };
        format!("the {word} over the {} on day{}", ["river", "garden", "harbour", "square"][at % 4], at / 3 % 40)
    };
    let coded: String = (0..240).map(|at| format!("{},{}\n", text(at, at % 3 == 0), if at % 3 == 0 { "sunny" } else { "wet" })).collect();
    let train = bench.write("coded.csv", format!("text,code\n{coded}nobody coded this,\n"));
    let posts: String = (0..300).map(|at| text(at, at % 3 != 0) + "\n").collect();
    let test = bench.write("posts.csv", format!("text\n{posts}"));
    let args = ["text", "shares", "--train", path(&train), "--test", path(&test), "--text", "text", "--label", "code"];
    let found = json(&args);
    let share = |key: &str, at: usize| found[key]["sunny"].get(at).unwrap_or(&found[key]["sunny"]).as_f64().unwrap();
    assert!((share("prevalence", 0) - 0.667).abs() < 0.06, "{found}");
    assert!(share("interval", 0) < 0.667 && share("interval", 1) > 0.667, "{found}");
    assert_eq!((&found["n"], &found["of"], &found["method"]), (&300.into(), &"selected".into(), &"hopkins-king".into()));
    assert_eq!(found, json(&args), "the same seed gives the same answer");
    let said = ok(&args);
    assert!(said.contains("shares among 300 texts by") && said.contains("sunny"), "{said}");
    let empty = bench.write("empty.csv", "");
    let alone = bench.write("alone.csv", "text,code\nthe sun,sunny\nthe rain,sunny\n");
    let mut told = Vec::new();
    for (train, test, label, code) in
        [(&train, &test, "stance", 3), (&train, &empty, "code", 3), (&alone, &test, "code", 3), (&empty, &test, "code", 3)]
    {
        let said = fails(&["text", "shares", "--train", path(train), "--test", path(test), "--text", "text", "--label", label], code);
        told.push(said.replace(path(bench.dir.path()), "DIR"));
    }
    insta::assert_snapshot!(told.concat());
}
