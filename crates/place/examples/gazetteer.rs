//! Builds `data/gazetteer.bin` from the rows of `scripts/gazetteer.py` and from `data/words.tsv`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

use place::layout::{MAGIC, NO_REGION, flag};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Default)]
struct Build {
    /// Folded key: place and whether it is its first name.
    keys: BTreeMap<String, BTreeMap<u16, bool>>,
    flags: BTreeMap<String, u64>,
    places: Vec<u8>,
    strings: Vec<u8>,
    interned: HashMap<String, u32>,
    grid: BTreeSet<(u16, u16)>,
    countries: HashMap<String, u16>,
    regions: HashMap<String, u16>,
    /// The sense that an alias prefers.
    dominant: BTreeSet<(String, u16)>,
    /// Kind and population of each place, for the rules below.
    facts: Vec<(u8, u64, String)>,
}

struct Row<'a> {
    kind: u8,
    country: &'a str,
    weight: f64,
    region: u16,
    at: (f64, f64),
    population: u64,
    name: &'a str,
}

impl Build {
    fn place(&mut self, row: &Row<'_>) -> u16 {
        let number = u16::try_from(self.facts.len()).unwrap();
        let name = *self.interned.entry(row.name.to_owned()).or_insert_with(|| {
            let at = u32::try_from(self.strings.len()).unwrap();
            self.strings.push(u8::try_from(row.name.len()).unwrap());
            self.strings.extend(row.name.as_bytes());
            at
        });
        self.places.push(row.kind);
        self.places.extend(row.country.as_bytes());
        self.places.push((row.weight.max(1.0).log2() * 6.0) as u8);
        self.places.extend(row.region.to_le_bytes());
        self.places.extend(((row.at.0 * 180.0).round() as i16).to_le_bytes());
        self.places.extend(((row.at.1 * 180.0).round() as i16).to_le_bytes());
        self.places.extend(u32::try_from(row.population).unwrap().to_le_bytes());
        self.places.extend(name.to_le_bytes());
        self.places.extend([0, 0]);
        self.facts.push((row.kind, row.population, row.country.to_owned()));
        number
    }

    fn key(&mut self, text: &str, place: u16, first: bool) {
        let mut forms = vec![place::fold(text)];
        if text.contains(['\'', '’', '‘', 'ʻ', 'ʼ', '`']) {
            forms.push(place::fold(&text.replace(['\'', '’', '‘', 'ʻ', 'ʼ', '`'], "")));
        }
        if text.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü']) {
            let spelt = text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
            forms.push(place::fold(&spelt.replace('Ä', "Ae").replace('Ö', "Oe").replace('Ü', "Ue")));
        }
        if forms[0].contains(' ') && forms[0].chars().all(|c| c == ' ' || ('\u{600}'..'\u{700}').contains(&c)) {
            forms.push(forms[0].replace(' ', ""));
        }
        for form in forms {
            if form.chars().count() >= 2 {
                let known = self.keys.entry(form).or_default().entry(place).or_default();
                *known |= first;
            }
        }
    }

    fn raw(&mut self, mark: char, text: &str, place: u16) {
        self.keys.entry(format!("{mark}{}", text.to_lowercase())).or_default().insert(place, true);
    }

    fn country(&mut self, f: &[&str]) {
        let population: u64 = f[3].parse().unwrap();
        let weight = (population as f64 * 1000.0).max(2e9);
        let n = self.place(&Row { kind: 2, country: f[1], weight, region: NO_REGION, at: (0.0, 0.0), population, name: f[2] });
        self.countries.insert(f[1].to_owned(), n);
        for name in f[5].split('|') {
            self.key(name, n, true);
        }
        self.raw('\u{1}', f[1], n);
        self.raw('\u{1}', f[4], n);
    }

    fn region(&mut self, f: &[&str]) {
        let (code, country) = (f[1], f[1][..2].to_uppercase());
        let weight: f64 = f[3].parse().unwrap();
        let row = Row { kind: 1, country: &country, weight, region: NO_REGION, at: (0.0, 0.0), population: 0, name: f[2] };
        let n = self.place(&row);
        self.regions.insert(code.to_owned(), n);
        for name in f[4].split('|') {
            self.key(name, n, true);
        }
        // Only these countries' people write their region as letters.
        if ["US", "CA", "AU", "BR", "IT", "CH"].contains(&country.as_str()) {
            self.raw('\u{1}', &code[2..], n);
        }
    }

    fn city(&mut self, f: &[&str]) {
        let (population, fame): (u64, f64) = (f[4].parse().unwrap(), f[5].parse().unwrap());
        let at: (f64, f64) = (f[6].parse().unwrap(), f[7].parse().unwrap());
        let region = self.regions.get(f[2]).copied().unwrap_or(NO_REGION);
        let weight = population as f64 * fame;
        let n = self.place(&Row { kind: 0, country: f[1], weight, region, at, population, name: f[3] });
        self.key(f[3], n, true);
        for name in f[8].split('|').filter(|name| !name.is_empty()) {
            self.key(name, n, false);
        }
        let cell = (at.0 + 90.0).floor() * 360.0 + (at.1 + 180.0).floor();
        self.grid.insert((cell as u16, n));
    }

    /// The hand-written words: aliases, places with an equal claim, function words.
    fn hand(&mut self, text: &str) {
        let mut missing = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let f: Vec<&str> = line.split('\t').collect();
            if f[0] == "alias" {
                let Some(target) = self.find(f[1], f[2]) else {
                    missing.push(line);
                    continue;
                };
                for name in f[3].split('|') {
                    // An alias says what a name means; other senses need a region or country beside the name.
                    let key = place::fold(name);
                    self.keys.entry(key.clone()).or_default().insert(target, true);
                    self.dominant.insert((key.clone(), target));
                    self.flags.entry(key).or_default();
                }
                continue;
            }
            if f[0] == "also" {
                let Some(target) = self.find(f[1], f[2]) else {
                    missing.push(line);
                    continue;
                };
                for name in f[3].split('|') {
                    self.keys.entry(place::fold(name)).or_default().insert(target, true);
                }
                continue;
            }
            let bit = match f[0] {
                "fill" => flag::FILL,
                "in" => flag::IN | flag::FILL,
                "living" => flag::LIVING | flag::IN | flag::FILL,
                "origin" => flag::ORIGIN | flag::IN | flag::FILL,
                "common" => flag::COMMON,
                "divided" => flag::DIVIDED,
                "beyond" => flag::BEYOND | flag::FILL,
                "kill" => flag::KILL,
                other => panic!("unknown class {other}"),
            };
            for term in f[1].split('|') {
                *self.flags.entry(place::fold(term)).or_default() |= bit;
            }
        }
        assert!(missing.is_empty(), "no such place:\n{}", missing.join("\n"));
    }

    fn find(&self, country: &str, name: &str) -> Option<u16> {
        if name == "-" {
            return self.countries.get(country).copied();
        }
        let senses = self.keys.get(&place::fold(name))?;
        let mut fit: Vec<u16> = senses.keys().copied().filter(|&n| self.facts[usize::from(n)].2 == country).collect();
        fit.sort_by_key(|&n| std::cmp::Reverse(self.facts[usize::from(n)].1));
        fit.first().copied()
    }

    fn finish(&mut self, words: &BTreeSet<String>) -> Vec<u8> {
        let mut senses = vec![0u8];
        let mut lists: HashMap<Vec<u8>, u64> = HashMap::new();
        let mut values: BTreeMap<Vec<u8>, u64> = self.flags.iter().map(|(key, bits)| (key.clone().into_bytes(), *bits)).collect();
        for (key, places) in &self.keys {
            let hand = self.flags.get(key).copied();
            let mut bits = hand.unwrap_or(0);
            let country = places.keys().any(|&n| self.facts[usize::from(n)].0 == 2);
            let largest = places.keys().map(|&n| self.facts[usize::from(n)].1).max().unwrap_or(0);
            let marked = key.starts_with(['\u{1}', '\u{2}', '\u{3}']);
            // Words without weight are no names, whatever town is called so.
            if bits & flag::FILL != 0 || bits & flag::KILL != 0 {
                continue;
            }
            // Three letters are a name only where a large place has them.
            if hand.is_none() && !marked && !country && key.is_ascii() && key.len() <= 3 && largest < 500_000 {
                continue;
            }
            if hand.is_none() && !country && largest < 1_000_000 && words.contains(key) {
                bits |= flag::COMMON;
            }
            let mut list = vec![u8::try_from(places.len().min(255)).unwrap()];
            for (place, first) in places.iter().take(255) {
                list.extend(place.to_le_bytes());
                list.push(u8::from(*first) | u8::from(self.dominant.contains(&(key.clone(), *place))) << 1);
            }
            let at = *lists.entry(list.clone()).or_insert_with(|| {
                let at = senses.len() as u64;
                senses.extend(&list);
                at
            });
            values.insert(key.clone().into_bytes(), bits | at << flag::BITS);
        }
        let mut builder = fst::raw::Builder::memory();
        for (key, value) in &values {
            builder.insert(key, *value).unwrap();
        }
        let names = builder.into_inner().unwrap();
        let grid: Vec<u8> = self.grid.iter().flat_map(|(cell, n)| [cell.to_le_bytes(), n.to_le_bytes()].concat()).collect();
        let mut bytes = MAGIC.to_vec();
        for part in [&names, &senses, &self.places, &self.strings, &grid] {
            bytes.extend(u32::try_from(part.len()).unwrap().to_le_bytes());
            println!("part of {} bytes", part.len());
        }
        for part in [&names, &senses, &self.places, &self.strings, &grid] {
            bytes.extend(part);
        }
        bytes
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&arguments[1]).unwrap();
    let mut build = Build::default();
    let mut words = BTreeSet::new();
    for line in text.lines() {
        let f: Vec<&str> = line.split('\t').collect();
        match f[0] {
            "C" => build.country(&f),
            "R" => build.region(&f),
            "P" => build.city(&f),
            "T" => build.raw('\u{2}', f[2], build.countries[f[1]]),
            "Z" => build.raw('\u{3}', f[2], build.countries[f[1]]),
            "B" => *build.flags.entry(place::fold(f[1])).or_default() |= flag::BEYOND | flag::FILL,
            "W" => {
                words.insert(place::fold(f[1]));
            }
            other => panic!("unknown row {other}"),
        }
    }
    build.hand(include_str!("../data/words.tsv"));
    let bytes = build.finish(&words);
    println!("{} places, {} keys, {} bytes", build.facts.len(), build.keys.len(), bytes.len());
    std::fs::write(&arguments[2], bytes).unwrap();
}
