//! A folder as one encrypted file, and back: tar, zstd, [age](https://age-encryption.org/v1).
//!
//! The file holds `study/…` and, last, `manifest.json` with the SHA-256 of every file. Other people's tools open it too: `age -d`, `zstd -d`,
//! `tar x`. [`unpack`] believes nothing of it: whoever knows a recipient can make a file that opens, so paths are checked, nothing but plain
//! files and folders is made, and the folder gets its name only when every file is as the manifest says.

mod error;
mod keys;
mod manifest;
mod pack;
mod unpack;

pub use error::Error;
pub use keys::{Lock, Unlock};
pub use manifest::Facts;
pub use pack::{Packed, pack};
pub use unpack::{Unpacked, unpack};
