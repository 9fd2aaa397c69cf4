#![allow(clippy::unwrap_used, clippy::expect_used)]
//! What is written is read back by other readers.

use exchange::{
    Attribute, AttributeKind, CsvOptions, CsvWriter, Error, GraphFormat, GraphWriter, NdjsonWriter, csv_cell, finding_csv, finding_json,
    guard, unguard,
};
use proptest::prelude::*;
use record::{Chart, Column, Denominator, Finding, Instant, Kind, Method, Provenance, Text, Value};

fn csv_of(columns: &[&str], rows: &[Vec<Value>], bom: bool) -> String {
    let mut writer = CsvWriter::new(Vec::new(), columns, CsvOptions { bom }).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

#[test]
fn csv_quotes_what_needs_it_and_ends_lines_with_a_line_feed() {
    let rows = vec![
        vec![Value::from("plain"), Value::from(-5i64), Value::from(0.25), Value::Null],
        vec![Value::from("a,b \"c\"\nd"), Value::from(true), Value::Time(Instant::from_seconds(0).unwrap()), Value::from("")],
    ];
    insta::assert_snapshot!(csv_of(&["name", "n", "x", "none"], &rows, false), @r#"
    name,n,x,none
    plain,-5,0.25,
    "a,b ""c""
    d",true,1970-01-01T00:00:00Z,
    "#);
    assert!(!csv_of(&["a"], &[vec![Value::from("b")]], false).contains('\r'));
    assert!(csv_of(&["a"], &[], true).starts_with("\u{feff}a\n"));
}

#[test]
fn formulas_are_defused_and_numbers_left_alone() {
    let dangerous = [
        "=1+1",
        "+cmd",
        "-x",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\"=1\"",
        "'=1",
        "\u{feff}=1",
        "\u{200b}@x",
        "\u{ff1d}1",
        "\u{ff0b}1",
        "\u{ff0d}1",
        "\u{ff20}x",
        "\u{2212}1",
        "-",
        "+",
        "--5",
        "-5+A1",
        "-1e",
        "=",
        "\u{a0}=1",
        "\u{201c}=1",
    ];
    for text in dangerous {
        assert_eq!(guard(text), format!("'{text}"), "{text:?}");
        assert_eq!(unguard(&guard(text)), text);
    }
    for text in
        ["", "plain", "-5", "+5", "-5.25", "3e-7", "-3.5E+10", "a=b", "5-3", "'quoted'", "\u{645}\u{631}\u{635}\u{62f}", "#tag", "  text"]
    {
        assert_eq!(guard(text), text, "{text:?}");
    }
    // The header is guarded too: a query may name its columns.
    assert!(csv_of(&["=a"], &[], false).starts_with("'=a"));
}

#[test]
fn ndjson_keeps_null_apart_from_empty() {
    let mut writer = NdjsonWriter::new(Vec::new(), &["a\"b", "c"]).unwrap();
    writer.row(&[Value::Null, Value::from("")]).unwrap();
    writer.row(&[Value::from(f64::NAN), Value::from("line\nbreak")]).unwrap();
    writer.row(&[Value::from(i64::MAX), Value::Time(Instant::from_micros(1))]).unwrap();
    insta::assert_snapshot!(String::from_utf8(writer.finish().unwrap()).unwrap(), @r#"
    {"a\"b":null,"c":""}
    {"a\"b":null,"c":"line\nbreak"}
    {"a\"b":9223372036854775807,"c":"1970-01-01T00:00:00.000001Z"}
    "#);
}

#[test]
fn errors_are_sentences() {
    let mut writer = CsvWriter::new(Vec::new(), &["a", "b"], CsvOptions::default()).unwrap();
    insta::assert_snapshot!(writer.row(&[Value::Null]).unwrap_err(), @"a row has `1` cells and the header `2`; the rows and the columns probably come from different queries");
    insta::assert_snapshot!(NdjsonWriter::new(Vec::new(), &["a", "a"]).err().unwrap(), @"the column `a` stands twice; give one of them another name with `AS`");
    let full = CsvWriter::new(Full, &["a"], CsvOptions::default()).and_then(CsvWriter::finish).err().unwrap();
    assert!(matches!(full, Error::Write(_)), "{full}");
}

/// An output that takes nothing.
struct Full;

impl std::io::Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::Error::new(std::io::ErrorKind::StorageFull, "no space left"))
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn finding() -> Finding {
    Finding {
        id: "languages".into(),
        section: "accounts".into(),
        title: Text::data("Language settings"),
        note: Text::data("An invented table."),
        unit: Text::data("accounts"),
        denominator: Denominator { n: 40, of: Text::data("accounts") },
        window: None,
        method: Method { name: Text::data("count"), page: "counts".into(), level: None, rule: Text::data("count(*)") },
        columns: vec![
            Column::new("lang", Text::data("Language"), Kind::Label),
            Column::new("accounts", Text::data("Accounts"), Kind::Count),
        ],
        rows: vec![vec![Value::from("ar"), Value::from(30i64)], vec![Value::from("en"), Value::Null]],
        suppressed: 1,
        chart: Chart::None,
    }
}

#[test]
fn a_finding_is_a_plain_table_and_a_full_document() {
    let table = finding_csv(Vec::new(), &finding(), CsvOptions::default()).unwrap();
    insta::assert_snapshot!(String::from_utf8(table).unwrap(), @r"
    lang,accounts
    ar,30
    en,
    ");
    let provenance = Provenance {
        study: "An invented study".into(),
        designation: "none".into(),
        unlisted: true,
        seal: 3,
        sealed_at: None,
        version: "0.1.0".into(),
        configuration: "00".into(),
        min_cell: 50,
        internal: false,
        sources: vec![],
    };
    let text = String::from_utf8(finding_json(Vec::new(), &provenance, &finding()).unwrap()).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["provenance"]["seal"], 3);
    assert_eq!(read["finding"]["rows"][1][1], serde_json::Value::Null);
    assert_eq!(serde_json::from_value::<Finding>(read["finding"].clone()).unwrap(), finding());
    assert!(text.ends_with("}\n"));
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_filter("JSON has finite numbers only", |x| x.is_finite()).prop_map(Value::Float),
        (-62_000_000_000_000_000i64..253_000_000_000_000_000).prop_map(|micros| Value::Time(Instant::from_micros(micros))),
        any::<String>().prop_map(Value::Text),
        "[ \t\r\n'\"=+@-]{0,4}[a-z0-9,=]{0,4}".prop_map(Value::Text),
    ]
}

proptest! {
    /// Reading back with a plain reader gives the same cells, and no cell opens as a formula.
    #[test]
    fn csv_reads_back(rows in prop::collection::vec(prop::collection::vec(any_value(), 3), 0..8), bom in any::<bool>()) {
        let text = csv_of(&["a", "b", "c"], &rows, bom);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), rows.len());
        for (cells, row) in read.iter().zip(&rows) {
            let ours: Vec<String> = row.iter().map(ToString::to_string).collect();
            let theirs: Vec<&str> = cells.iter().zip(row).map(|(cell, value)| if value.text().is_some() { unguard(cell) } else { cell }).collect();
            prop_assert_eq!(ours, theirs);
            for cell in cells {
                let opens = cell.trim_start().starts_with(['=', '@']) || cell.starts_with(['\t', '\r']);
                prop_assert!(!opens, "{:?}", cell);
            }
        }
    }

    /// A spreadsheet that saves our cell and a reader that removes one apostrophe end where we began.
    #[test]
    fn guarding_is_undone(text in "[ '\"=+@\t\r\u{ff1d}\u{200b}a0-]{0,8}") {
        let guarded = guard(&text);
        prop_assert_eq!(unguard(&guarded), &text);
    }

    #[test]
    fn ndjson_reads_back(rows in prop::collection::vec(prop::collection::vec(any_value(), 2), 0..8)) {
        let mut writer = NdjsonWriter::new(Vec::new(), &["a", "b"]).unwrap();
        for row in &rows {
            writer.row(row).unwrap();
        }
        let text = String::from_utf8(writer.finish().unwrap()).unwrap();
        prop_assert_eq!(text.matches('\n').count(), rows.len());
        for (line, row) in text.lines().zip(&rows) {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            for (key, value) in ["a", "b"].into_iter().zip(row) {
                let read = &object[key];
                let same = match value {
                    Value::Null => read.is_null(),
                    Value::Bool(truth) => read.as_bool() == Some(*truth),
                    Value::Int(number) => read.as_i64() == Some(*number),
                    Value::Float(number) => read.as_f64() == Some(*number),
                    Value::Time(instant) => read.as_str().unwrap().parse() == Ok(*instant),
                    Value::Text(text) => read.as_str() == Some(text),
                    Value::Word(words) => read.as_str() == Some(words),
                };
                prop_assert!(same, "{:?} became {}", value, read);
            }
        }
    }
}

proptest! {
    #[test]
    fn a_cell_by_itself_is_the_cell_of_the_writer(text in "([a-z=+@\"',\\n\\r -]|\\PC){0,12}") {
        let mut line = Vec::new();
        csv_cell(&mut line, &text);
        line.extend_from_slice(b",x\n");
        let written = csv_of(&["a", "b"], &[vec![Value::Text(text), Value::from("x")]], false);
        prop_assert_eq!(String::from_utf8(line).unwrap(), written.strip_prefix("a,b\n").unwrap());
    }
}

fn graph_of(format: GraphFormat) -> String {
    let nodes = [Attribute { name: "cluster", kind: AttributeKind::Count }, Attribute { name: "note", kind: AttributeKind::Text }];
    let edges = [Attribute { name: "gap", kind: AttributeKind::Number }];
    let mut graph = GraphWriter::new(Vec::new(), format, &nodes, &edges).unwrap();
    graph.node("a<\"&\n", &[Value::Int(1), Value::from("x\u{1}>y")]).unwrap();
    graph.node("b", &[Value::Null, Value::Null]).unwrap();
    graph.edge("a<\"&\n", "b", &[Value::Float(0.5)]).unwrap();
    assert!(matches!(graph.node("c", &[Value::Null, Value::Null]), Err(Error::NodeAfterEdge)));
    assert!(matches!(graph.edge("a", "b", &[]), Err(Error::Width { expected: 1, found: 0 })));
    String::from_utf8(graph.finish().unwrap()).unwrap()
}

#[test]
fn a_graph_in_two_formats() {
    insta::assert_snapshot!(graph_of(GraphFormat::GraphMl), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
    <key id="n0" for="node" attr.name="cluster" attr.type="long"/>
    <key id="n1" for="node" attr.name="note" attr.type="string"/>
    <key id="e0" for="edge" attr.name="gap" attr.type="double"/>
    <graph edgedefault="undirected">
    <node id="a&lt;&quot;&amp;&#10;"><data key="n0">1</data><data key="n1">x�&gt;y</data></node>
    <node id="b"></node>
    <edge id="0" source="a&lt;&quot;&amp;&#10;" target="b"><data key="e0">0.5</data></edge>
    </graph>
    </graphml>
"##);
    insta::assert_snapshot!(graph_of(GraphFormat::Gexf), @r##"
    <?xml version="1.0" encoding="UTF-8"?>
    <gexf xmlns="http://gexf.net/1.3" version="1.3">
    <graph defaultedgetype="undirected">
    <attributes class="node">
    <attribute id="0" title="cluster" type="long"/>
    <attribute id="1" title="note" type="string"/>
    </attributes>
    <attributes class="edge">
    <attribute id="0" title="gap" type="double"/>
    </attributes>
    <nodes>
    <node id="a&lt;&quot;&amp;&#10;" label="a&lt;&quot;&amp;&#10;"><attvalues><attvalue for="0" value="1"/><attvalue for="1" value="x�&gt;y"/></attvalues></node>
    <node id="b" label="b"><attvalues></attvalues></node>
    </nodes>
    <edges>
    <edge id="0" source="a&lt;&quot;&amp;&#10;" target="b"><attvalues><attvalue for="0" value="0.5"/></attvalues></edge>
    </edges>
    </graph>
    </gexf>
"##);
}
