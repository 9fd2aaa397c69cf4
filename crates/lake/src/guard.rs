//! What a user may type: one statement that reads.

use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;

/// Parses the statement, or says why it is refused.
pub(crate) fn one_reading_statement(sql: &str) -> Result<Statement, String> {
    let mut statements = DFParser::parse_sql(sql).map_err(|error| crate::explain::syntax(&error))?;
    let statement = match (statements.pop_front(), statements.is_empty()) {
        (Some(statement), true) => statement,
        (Some(_), false) => return Err("one statement at a time; run them one after the other".to_owned()),
        (None, _) => return Err("there is no statement; type one such as `SELECT count(*) FROM posts`".to_owned()),
    };
    match &statement {
        Statement::Statement(inner) if matches!(**inner, SqlStatement::Query(_)) => Ok(statement),
        other => Err(format!("`{}` is refused: only SELECT, WITH and VALUES are read here, and nothing is written", first_word(other))),
    }
}

/// The keyword that the refused statement begins with.
fn first_word(statement: &Statement) -> String {
    statement.to_string().split_whitespace().next().unwrap_or("this").to_uppercase()
}
