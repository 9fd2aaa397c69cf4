//! A census after an erasure: accounts that were erased are anonymous units, and digests that were frozen are found again.

use super::sample::{FILE, GOLDEN, PILOT, Row, digest};
use super::score::damaged;
use super::{Census, CodeTable, Purpose, audit};
use crate::Error;
use lake::Derived;
use std::collections::BTreeMap;

impl crate::Study {
    /// The digest that stood before erasures changed it to this one; the same where none did.
    pub(crate) fn original_digest(&self, digest: String) -> Result<String, Error> {
        let erasures = self.lake()?.erasures()?;
        let before: BTreeMap<&str, &str> =
            erasures.iter().flat_map(|erasure| &erasure.digests).map(|own| (own.after.as_str(), own.before.as_str())).collect();
        let mut original = digest.as_str();
        // No longer than the list, whatever stands in it.
        for _ in 0..before.len() {
            let Some(earlier) = before.get(original) else { break };
            original = earlier;
        }
        Ok(original.to_owned())
    }
}

impl Census<'_> {
    /// How the census differs from what was frozen, by erasure: its number, and how many drawn accounts became anonymous units.
    ///
    /// # Errors
    /// Those of the lake.
    pub fn differences(&self) -> Result<Vec<(i64, u64)>, Error> {
        let mut digest = self.sample_digest()?;
        let erasures = self.study.lake()?.erasures()?;
        let mut found = Vec::new();
        for erasure in erasures.iter().rev() {
            if let Some(own) = erasure.digests.iter().find(|own| own.after == digest) {
                found.push((erasure.number, own.rows));
                digest.clone_from(&own.before);
            }
        }
        found.reverse();
        Ok(found)
    }

    /// The codes with those of anonymous units, which the events no longer hold.
    pub(super) fn with_units(&self, codes: &CodeTable) -> Result<CodeTable, Error> {
        let mut codes = codes.clone();
        for (file, purpose) in [(FILE, Purpose::Sample), (PILOT, Purpose::Pilot), (GOLDEN, Purpose::Golden)] {
            if self.has(file) {
                crate::erasure::unit_codes(&Derived::read(&self.folder.join(file), self.study.cipher())?, purpose, &mut codes);
            }
        }
        Ok(codes)
    }

    /// Digests of what was drawn as they are, as they will be once `unit` has taken the place of accounts, and how many that are.
    pub(crate) fn digests_after(&self, unit: &dyn Fn(&str) -> Option<String>) -> Result<Vec<(String, String, u64)>, Error> {
        let mut found = Vec::new();
        let golden = self.golden()?;
        for file in [FILE, PILOT] {
            let path = self.folder.join(file);
            if !path.exists() {
                continue;
            }
            let rows =
                Row::read(&Derived::read(&path, self.study.cipher())?).ok_or_else(|| damaged(&path, "it is no sample of this version"))?;
            let golden = if file == FILE { golden.clone() } else { BTreeMap::new() };
            let mut count = 0;
            let mut of = |key: &str| unit(key).inspect(|_| count += 1).unwrap_or_else(|| key.to_owned());
            let after: Vec<Row> = rows.iter().map(|row| Row { account: of(&row.account), ..row.clone() }).collect();
            let after_golden: BTreeMap<String, String> = golden.iter().map(|(key, code)| (of(key), code.clone())).collect();
            let (before, after) = (digest(&rows, &golden), digest(&after, &after_golden));
            if before != after {
                found.push((before, after, count));
            }
        }
        for entry in std::fs::read_dir(&self.folder).map_err(Error::io("read", &self.folder))? {
            let path = entry.map_err(Error::io("read", &self.folder))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with("audit-") && name.ends_with(".parquet") {
                found.extend(audit::digests_after(&path, self.study.cipher(), unit)?);
            }
        }
        Ok(found)
    }
}
