//! Reads one post a line, groups near-duplicates at a Jaccard index of .8 and prints CPU seconds, peak memory and how many posts are in a
//! group with another.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::io::Read;

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).unwrap();
    let posts: Vec<text::Post<'_>> =
        input.lines().enumerate().map(|(at, line)| text::Post { id: at as u64, time: at as i64, text: line }).collect();
    let start = cost::cpu_seconds();
    let groups = text::groups(&posts, text::Near { threshold: 0.8, window: i64::MAX, least_words: 4 }).unwrap();
    let seconds = cost::cpu_seconds() - start;
    let mut sizes = vec![0_u32; posts.len()];
    for group in &groups {
        sizes[*group] += 1;
    }
    let grouped = groups.iter().filter(|group| sizes[**group] > 1).count();
    println!(r#"{{"posts":{},"seconds":{seconds:.4},"memory":{:.1},"grouped":{grouped}}}"#, posts.len(), cost::peak_memory());
}

#[path = "cost/mod.rs"]
mod cost;
