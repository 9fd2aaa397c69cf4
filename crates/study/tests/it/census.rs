//! What a census says when it cannot go on.

use std::path::PathBuf;
use study::census::Problem;

#[test]
fn every_sentence_says_what_to_do() {
    let path = || PathBuf::from("DIR/list.csv");
    let known = "`news`, `overt_support`".to_owned();
    let told = [
        Problem::Name("9lives".to_owned()),
        Problem::AuditName("a-name-too-long".to_owned()),
        Problem::NoFrame("main".to_owned()),
        Problem::NoScore("main".to_owned()),
        Problem::NoSample("main".to_owned()),
        Problem::NoAudit("crowd".to_owned()),
        Problem::Exists { census: "main".to_owned(), what: "frame" },
        Problem::Unreadable { path: path(), why: "permission denied".to_owned() },
        Problem::EmptyList { path: path() },
        Problem::List { path: path(), line: 3, problem: "it names no account; give an id or a handle, or take the line out".to_owned() },
        Problem::NoneInLake { path: path(), accounts: 12 },
        Problem::NoPositiveSeed { seeds: 4 },
        Problem::WhichPlatform { platforms: "`mastodon`, `twitter`".to_owned(), path: path() },
        Problem::NoTies("follows"),
        Problem::EmptyFrame(4),
        Problem::TooFewToLearn { positives: 3, negatives: 0, least: 10 },
        Problem::TooManyCodes { codes: 900, accounts: 400 },
        Problem::NobodyToDraw,
        Problem::Changed { path: PathBuf::from("DIR/census/main/sample.parquet") },
        Problem::NoCodes,
        Problem::NothingDecided(150),
        Problem::EmptyStratum { stratum: 2, accounts: 31, drawn: 20 },
        Problem::UnknownCode { code: "suport".to_owned(), known },
        Problem::Claims {
            path: PathBuf::from("DIR/claims.toml"),
            problem: "claim 1: `figure` is `-1`; give a number that is not negative".to_owned(),
        },
        Problem::Days(0.0),
        Problem::Same("main".to_owned()),
        Problem::Statistics("the routine's own sentence".to_owned()),
    ];
    insta::assert_snapshot!(told.map(|problem| problem.to_string()).join("\n"));
}
