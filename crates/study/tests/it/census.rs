//! What a census says when it cannot go on.

use record::Sentence;
use std::path::PathBuf;
use study::census::Problem;

#[test]
fn every_sentence_says_what_to_do() {
    let path = || PathBuf::from("DIR/list.csv");
    let known = "`news`, `overt_support`".to_owned();
    let told = [
        Problem::Name("9lives".into()),
        Problem::AuditName("a-name-too-long".into()),
        Problem::NoFrame("main".into()),
        Problem::NoScore("main".into()),
        Problem::NoSample("main".into()),
        Problem::NoAudit("crowd".into()),
        Problem::Exists { census: "main".into(), what: "frame" },
        Problem::Unreadable { path: path(), why: "permission denied".into() },
        Problem::EmptyList { path: path() },
        Problem::List { path: path(), line: 3, problem: "it names no account; give an id or a handle, or take the line out".into() },
        Problem::NoneInLake { path: path(), accounts: 12 },
        Problem::NoPositiveSeed { seeds: 4 },
        Problem::WhichPlatform { platforms: "`mastodon`, `twitter`".into(), path: path() },
        Problem::NoTies("follows"),
        Problem::EmptyFrame(4),
        Problem::TooFewToLearn { positives: 3, negatives: 0, least: 10 },
        Problem::TooManyCodes { codes: 900, accounts: 400 },
        Problem::NobodyToDraw,
        Problem::Changed { path: PathBuf::from("DIR/census/main/sample.parquet") },
        Problem::NoCodes,
        Problem::NothingDecided(150),
        Problem::EmptyStratum { stratum: 2, accounts: 31, drawn: 20 },
        Problem::UnknownCode { code: "suport".into(), known: Sentence::vouched(&known) },
        Problem::Claims {
            path: PathBuf::from("DIR/claims.toml"),
            problem: "claim 1: `figure` is `-1`; give a number that is not negative".into(),
        },
        Problem::Days(0.0),
        Problem::Same("main".into()),
        Problem::Statistics("the routine's own sentence".into()),
    ];
    insta::assert_snapshot!(told.map(|problem| problem.to_string()).join("\n"));
}
