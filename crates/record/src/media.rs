/// What kind of media a post carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediaKind {
    /// A still picture.
    Photo,
    /// A film.
    Video,
    /// A short silent film that loops.
    Animation,
    /// Sound.
    Audio,
    /// A file of another kind.
    File,
}

impl MediaKind {
    /// The word used in tables.
    pub const fn name(self) -> &'static str {
        match self {
            MediaKind::Photo => "photo",
            MediaKind::Video => "video",
            MediaKind::Animation => "animation",
            MediaKind::Audio => "audio",
            MediaKind::File => "file",
        }
    }
}

/// What one source says about one piece of media. Sources name it by a key or an address; its hash comes when the file itself is
/// at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The kind.
    pub kind: MediaKind,
    /// A hash of the content, or, until the file is at hand, the platform's key of the media.
    pub key: String,
}
