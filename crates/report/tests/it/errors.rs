use crate::findings;
use record::{Chart, Finding, Value};

/// The sentence for the sample findings after a change.
fn sentence(change: impl FnOnce(&mut Vec<Finding>)) -> String {
    let mut all = findings::all();
    change(&mut all);
    report::html(&findings::provenance(), &all).unwrap_err().to_string()
}

#[test]
fn errors_say_what_and_where() {
    insta::assert_snapshot!(sentence(|all| all[1].id = "a b\u{202e}".to_owned()), @"finding 2 has the id `a b⟨U+202E⟩`, which cannot be an anchor; use letters, digits, `_`, `-` and `.`");
    insta::assert_snapshot!(sentence(|all| all[1].id = String::new()), @"finding 2 has the id ``, which cannot be an anchor; use letters, digits, `_`, `-` and `.`");
    insta::assert_snapshot!(sentence(|all| all[1].id = all[0].id.clone()), @"two findings have the id `records_per_day`, so that a reference to it would be ambiguous; give each its own");
    insta::assert_snapshot!(sentence(|all| all[1].rows[2].push(Value::Null)), @"row 3 of finding `languages` has 6 cells for 5 columns; the analysis that made it left one out or in");
    let chart = Chart::Timeline { time: "hour".to_owned(), value: "accounts".to_owned(), series: None };
    insta::assert_snapshot!(sentence(|all| all[1].chart = chart), @"the chart of finding `languages` names the column `hour`, which the finding does not have; name one of its columns");
}
