//! Minima, maxima and counts of a column, as the catalog keeps them: of numbers and times only.

use crate::schema::{ColumnType, schema};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::statistics::Statistics;
use record::{Instant, Table};

/// What the catalog says about a column of one file, or of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnStats {
    /// Compressed bytes.
    pub(crate) bytes: u64,
    /// Values that are not null.
    pub(crate) values: u64,
    pub(crate) nulls: u64,
    /// Smallest and greatest value; none when all are null.
    pub(crate) bounds: Option<(i64, i64)>,
}

impl ColumnStats {
    /// Both together. Counts saturate rather than wrap.
    pub(crate) fn merge(&self, other: &ColumnStats) -> ColumnStats {
        let bounds = match (self.bounds, other.bounds) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        ColumnStats {
            bytes: self.bytes.saturating_add(other.bytes),
            values: self.values.saturating_add(other.values),
            nulls: self.nulls.saturating_add(other.nulls),
            bounds,
        }
    }

    /// The bounds as DuckDB writes them; `None` when they cannot be written, and then the column has no statistics at all.
    pub(crate) fn bounds_text(&self, kind: ColumnType) -> Option<(Option<String>, Option<String>)> {
        let Some((low, high)) = self.bounds else { return Some((None, None)) };
        match kind {
            ColumnType::Int => Some((Some(low.to_string()), Some(high.to_string()))),
            ColumnType::Time => Some((Some(duck_time(Instant::from_micros(low))?), Some(duck_time(Instant::from_micros(high))?))),
            _ => None,
        }
    }

    /// Reads what [`ColumnStats::bounds_text`] wrote. Counts are not kept for tables: only whether there are nulls.
    pub(crate) fn parse(kind: ColumnType, has_null: bool, low: Option<&str>, high: Option<&str>) -> Option<ColumnStats> {
        let number = |text: &str| match kind {
            ColumnType::Int => text.parse().ok(),
            ColumnType::Time => text.parse::<Instant>().ok().map(Instant::micros),
            _ => None,
        };
        let bounds = match (low, high) {
            (Some(low), Some(high)) => Some((number(low)?, number(high)?)),
            _ => None,
        };
        Some(ColumnStats { bytes: 0, values: 0, nulls: u64::from(has_null), bounds })
    }
}

/// `2015-03-01 12:00:00+00`, as DuckDB writes an instant; `None` outside the years 1 to 9999, whose notation differs.
pub(crate) fn duck_time(instant: Instant) -> Option<String> {
    let text = instant.to_string();
    let text = text.strip_suffix('Z')?;
    let is_plain = text.len() >= 19 && text.starts_with(|first: char| first.is_ascii_digit());
    is_plain.then(|| format!("{}+00", text.replacen('T', " ", 1)))
}

/// The statistics of a file's columns that may have some, by column id, from its footer.
pub(crate) fn of_file(table: Table, metadata: &ParquetMetaData) -> Vec<(i64, ColumnStats)> {
    let mut all = Vec::new();
    for (place, column) in schema(table).iter().enumerate() {
        if !column.has_statistics() {
            continue;
        }
        let mut merged: Option<ColumnStats> = None;
        for group in metadata.row_groups() {
            let Some(stats) = group.columns().get(place).and_then(of_chunk) else {
                merged = None;
                break;
            };
            merged = Some(merged.map_or_else(|| stats.clone(), |so_far| so_far.merge(&stats)));
        }
        all.extend(merged.map(|stats| (place as i64 + 1, stats)));
    }
    all
}

fn of_chunk(chunk: &parquet::file::metadata::ColumnChunkMetaData) -> Option<ColumnStats> {
    let Statistics::Int64(stats) = chunk.statistics()? else { return None };
    let nulls = stats.null_count_opt()?;
    let values = (chunk.num_values().max(0) as u64).saturating_sub(nulls);
    let bounds = match (stats.min_opt(), stats.max_opt()) {
        (Some(low), Some(high)) => Some((*low, *high)),
        _ if values == 0 => None,
        _ => return None,
    };
    Some(ColumnStats { bytes: chunk.compressed_size().max(0) as u64, values, nulls, bounds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_back() {
        let instant = Instant::from_civil(2015, 3, 1, 12, 0, 0, 5).unwrap();
        assert_eq!(duck_time(instant).as_deref(), Some("2015-03-01 12:00:00.000005+00"));
        let stats = ColumnStats { bytes: 1, values: 2, nulls: 0, bounds: Some((instant.micros(), instant.micros())) };
        let (low, high) = stats.bounds_text(ColumnType::Time).unwrap();
        let back = ColumnStats::parse(ColumnType::Time, false, low.as_deref(), high.as_deref()).unwrap();
        assert_eq!(back.bounds, stats.bounds);
    }

    #[test]
    fn times_that_duckdb_writes_otherwise_have_no_statistics() {
        for micros in [i64::MIN, i64::MAX, -63_000_000_000_000_000] {
            assert_eq!(duck_time(Instant::from_micros(micros)), None, "{micros}");
        }
    }
}
