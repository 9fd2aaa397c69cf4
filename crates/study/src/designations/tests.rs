use super::*;

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2020-01-01">
  <INDIVIDUALS>
    <INDIVIDUAL><FIRST_NAME>INVENTED</FIRST_NAME><SECOND_NAME>PERSON</SECOND_NAME><UN_LIST_TYPE>Imagined</UN_LIST_TYPE>
      <REFERENCE_NUMBER>ZZi.001</REFERENCE_NUMBER><INDIVIDUAL_ALIAS><ALIAS_NAME>INVENTED ALIAS</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES>
    <ENTITY><DATAID>1</DATAID><FIRST_NAME>FRONT OF THE &amp; GREY
      HERON</FIRST_NAME><UN_LIST_TYPE>Imagined</UN_LIST_TYPE><REFERENCE_NUMBER>ZZe.001</REFERENCE_NUMBER><LISTED_ON>2012-03-04</LISTED_ON>
      <NAME_ORIGINAL_SCRIPT>جبهة&#x20;البلشون</NAME_ORIGINAL_SCRIPT>
      <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Heron Front</ALIAS_NAME></ENTITY_ALIAS>
      <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Heron Front</ALIAS_NAME></ENTITY_ALIAS>
      <ENTITY_ALIAS><QUALITY/><ALIAS_NAME/></ENTITY_ALIAS>
      <ENTITY_ADDRESS><COUNTRY>Nowhere</COUNTRY></ENTITY_ADDRESS></ENTITY>
    <ENTITY><FIRST_NAME>SOCIETY OF THE RED LAMP</FIRST_NAME><UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE><REFERENCE_NUMBER>ZZe.002</REFERENCE_NUMBER></ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>"#;

const CSV: &str = "reference,name,aliases,listed_on,list,legal_basis,kind
INV-1,Front of the Grey Heron,Heron Front; Grey Heron ;,2012-03-04,Invented list,Act 1 of Nowhere,organisation
INV-2,\"Lamp, Red\",,,Invented list,Act 1 of Nowhere,Organisation
INV-3,Invented Person,,,Invented list,Act 1 of Nowhere,individual
";

#[test]
fn the_un_list_gives_organisations_with_aliases_and_basis() {
    let list = Designations::parse(XML.as_bytes()).unwrap();
    let found = list.find(" zzE.001 ").unwrap();
    assert_eq!(found.name, "FRONT OF THE & GREY HERON");
    assert_eq!(found.aliases, ["جبهة البلشون", "Heron Front"]);
    assert_eq!(found.listed_on.as_deref(), Some("2012-03-04"));
    assert_eq!(found.legal_basis, "UN Security Council, Imagined sanctions regime");
    assert_eq!(found.list, "UN Security Council Consolidated List");
    assert!(list.find("ZZe.002").unwrap().legal_basis.contains("1267 (1999)"));
    assert_eq!(format!("{list:?}"), "Designations(2 organisations, 1 individuals)");
}

#[test]
fn the_sheet_gives_organisations() {
    let list = Designations::parse(CSV.as_bytes()).unwrap();
    assert_eq!(list.find("INV-1").unwrap().aliases, ["Heron Front", "Grey Heron"]);
    assert_eq!(list.find("INV-2").unwrap().name, "Lamp, Red");
    assert_eq!(list.organisations().count(), 2);
    assert!(list.find("inv-3").is_err());
}

/// As spreadsheets of many countries save it, and in the words of other lists.
#[test]
fn the_sheet_may_have_other_separators_line_ends_and_words() {
    for separator in [";", "\t"] {
        let sheet = CSV
            .replace("Heron Front; Grey Heron ;", "Heron Front")
            .replace("\"Lamp, Red\"", "Red Lamp")
            .replace(',', separator)
            .replace('\n', "\r\n");
        let sheet = sheet.replace("Organisation", "Entity").replace("individual", "Person");
        let list = Designations::parse(sheet.as_bytes()).unwrap();
        assert_eq!(list.find("INV-2").unwrap().name, "Red Lamp");
        assert_eq!(format!("{list:?}"), "Designations(2 organisations, 1 individuals)");
    }
    let crlf = CSV.replace("2012-03-04", "4 March").replace('\n', "\r\n");
    insta::assert_snapshot!(problem(&crlf), @"line `2`: `listed_on` is not a date like `2015-03-01`");
}

#[test]
fn individuals_and_unknown_references_are_refused_in_sentences() {
    let list = Designations::parse(XML.as_bytes()).unwrap();
    insta::assert_snapshot!(list.find("ZZi.001").unwrap_err(), @"`ZZi.001` names an individual; studies are about organisations, so give the reference of an organisation");
    insta::assert_snapshot!(list.find("ZZe.003").unwrap_err(), @"`ZZe.003` is not on the list; did you mean `ZZe.001` or `ZZe.002`");
    insta::assert_snapshot!(list.find("something else").unwrap_err(), @"`something else` is not on the list; look the reference up in the list itself; it has a form like `QDe.004`");
    // The reference nearest to this one is a person's, and is not offered.
    let error = list.find("ZZi.002").unwrap_err().to_string();
    assert!(!error.contains("ZZi.001") && !error.to_lowercase().contains("invented"), "{error}");
}

fn problem(text: &str) -> String {
    Designations::parse(text.as_bytes()).unwrap_err()
}

#[test]
fn what_is_no_list_is_refused_in_sentences() {
    insta::assert_snapshot!(problem("<html></html>"), @"its root is `html` and not `CONSOLIDATED_LIST`; give the UN consolidated XML or a CSV");
    insta::assert_snapshot!(problem("<CONSOLIDATED_LIST><ENTITIES>"), @"it ends in the middle; download the list again");
    insta::assert_snapshot!(problem("<CONSOLIDATED_LIST></CONSOLIDATED_LIST>"), @"it holds no entry");
    insta::assert_snapshot!(problem("<!DOCTYPE x [<!ENTITY a \"b\">]><CONSOLIDATED_LIST>&a;</CONSOLIDATED_LIST>"), @"it has a document type definition, which the UN's list has not; download the list again from the UN");
    insta::assert_snapshot!(problem("<CONSOLIDATED_LIST><ENTITIES><ENTITY><FIRST_NAME>&a;</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>"), @"near byte `49` it refers to an entity that XML does not define; download the list again");
    insta::assert_snapshot!(problem("<CONSOLIDATED_LIST><ENTITIES><ENTITY></ENTITY></ENTITIES></CONSOLIDATED_LIST>"), @"an entry has no `REFERENCE_NUMBER`; download the list again");
    insta::assert_snapshot!(problem(""), @"its header lacks the columns `reference`, `name`, `list`, `legal_basis`, `kind`; `aliases` and `listed_on` may be left out");
    insta::assert_snapshot!(problem("reference,nam\n"), @"its header has the unknown column `nam`; did you mean `name`");
    insta::assert_snapshot!(problem(&CSV.replace(",individual", ",vessel")), @"line `4`: `kind` is neither `organisation` nor `individual`");
    insta::assert_snapshot!(problem(&CSV.replace("2012-03-04", "4 March")), @"line `2`: `listed_on` is not a date like `2015-03-01`");
    insta::assert_snapshot!(problem(&CSV.replace("INV-2", "INV-1")), @"line `3`: the reference `INV-1` stands twice; keep one of the two entries");
    insta::assert_snapshot!(problem(&CSV.replace("\"Lamp, Red\"", "Lamp, Red")), @"line `3` has `8` fields and the header `7`; quote fields that contain commas");
    assert!(Designations::parse(&[b'<', 0xff]).unwrap_err().contains("UTF-8"));
    let deep = format!("<CONSOLIDATED_LIST>{}", "<a>".repeat(100_000));
    insta::assert_snapshot!(problem(&deep), @"near byte `112` its elements nest deeper than the list's");
}

proptest::proptest! {
    /// No input makes the reader panic, and what it refuses it refuses in words.
    #[test]
    fn any_text_is_a_list_or_a_sentence(at in 0usize..2000, cut in 0usize..40, insert in "[<>&;a-z\"=/!\\[\\]]{0,6}") {
        for sample in [XML, CSV] {
            let mut bytes = sample.as_bytes().to_vec();
            let at = at.min(bytes.len());
            bytes.splice(at..(at + cut).min(bytes.len()), insert.bytes());
            if let Err(problem) = Designations::parse(&bytes) {
                proptest::prop_assert!(!problem.is_empty());
            }
        }
    }
}
