//! Known posting clients: what kind of program a platform's name for a client stands for.
//!
//! The table holds names as Twitter gave them in `source`. Third-party apps that run on one system only are counted under that system.
//! A client that is not in the table is unknown and shown by its own name; nothing is guessed from words in a name, because anyone
//! may call an application "for Android".

use record::{Text, text};

/// What kind of program a client is, and on which system it runs. Every client belongs to exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// An app on an Android phone.
    Android,
    /// An app on an iPhone.
    IPhone,
    /// An app on a BlackBerry phone.
    BlackBerry,
    /// An app on a Windows phone.
    WindowsPhone,
    /// An app on another phone: Symbian, Series 40, Java, KaiOS.
    OtherPhone,
    /// An app on a tablet.
    Tablet,
    /// The platform's site made for phones, or its light app.
    MobileWeb,
    /// The platform's site.
    Web,
    /// A program on a computer.
    Desktop,
    /// A tool to plan and manage the posts of one or many accounts by hand.
    Management,
    /// A program that posts by itself: from feeds, by rules, on a timer.
    Automation,
    /// Another platform or a share button that posts on the account's behalf.
    CrossPosting,
    /// A client that the table does not know.
    Unknown,
}

impl Family {
    /// Every family, in the order of the tables.
    pub const ALL: [Family; 13] = [
        Family::Android,
        Family::IPhone,
        Family::BlackBerry,
        Family::WindowsPhone,
        Family::OtherPhone,
        Family::Tablet,
        Family::MobileWeb,
        Family::Web,
        Family::Desktop,
        Family::Management,
        Family::Automation,
        Family::CrossPosting,
        Family::Unknown,
    ];

    /// The words used in tables.
    pub const fn words(self) -> Text {
        match self {
            Family::Android => text!("Android phone app"),
            Family::IPhone => text!("iPhone app"),
            Family::BlackBerry => text!("BlackBerry app"),
            Family::WindowsPhone => text!("Windows phone app"),
            Family::OtherPhone => text!("other phone app"),
            Family::Tablet => text!("tablet app"),
            Family::MobileWeb => text!("mobile site or light app"),
            Family::Web => text!("web site"),
            Family::Desktop => text!("desktop program"),
            Family::Management => text!("management tool"),
            Family::Automation => text!("automation tool"),
            Family::CrossPosting => text!("cross-posting"),
            Family::Unknown => text!("unknown client"),
        }
    }

    /// The smartphone operating system, where the family is one. The mobile site runs on any phone and tells nothing; a tablet is no phone.
    pub const fn smartphone_system(self) -> Option<&'static str> {
        match self {
            Family::Android => Some("Android"),
            Family::IPhone => Some("iOS (iPhone)"),
            Family::BlackBerry => Some("BlackBerry"),
            Family::WindowsPhone => Some("Windows Phone"),
            Family::OtherPhone => Some("other (Symbian, Series 40, Java, KaiOS)"),
            _ => None,
        }
    }
}

/// Whether a family, by its words, is the apps of a phone's system.
pub(crate) fn is_app_of(words: &str, system: &str) -> bool {
    let phones = [Family::Android, Family::IPhone, Family::BlackBerry, Family::WindowsPhone, Family::OtherPhone];
    phones.iter().any(|family| family.words().as_str() == words && family.smartphone_system() == Some(system))
}

/// The family of a client, by the platform's name for it. Letter case, trademark signs and runs of space do not count, and a link around
/// the name (`<a href=…>Twitter for iPhone</a>`) is looked through.
pub fn family(client: &str) -> Family {
    let plain = plain(client);
    KNOWN
        .binary_search_by(|(name, _)| name.cmp(&plain.as_str()))
        .ok()
        .and_then(|place| KNOWN.get(place))
        .map_or(Family::Unknown, |(_, family)| *family)
}

/// The name without a link around it and without doubled spaces: what tables show.
pub(crate) fn label(client: &str) -> String {
    let inner = match client.trim().strip_prefix("<a ").and_then(|rest| rest.split_once('>')) {
        Some((_, inner)) => inner.split('<').next().unwrap_or(inner),
        None => client,
    };
    inner.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain(client: &str) -> String {
    label(client).chars().filter(|sign| !matches!(sign, '®' | '™' | '©')).flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

/// Known clients by plain name, in alphabetical order (a test holds it to that).
const KNOWN: [(&str, Family); 169] = [
    ("advanced tweet scheduler", Family::Automation),
    ("agorapulse manager", Family::Management),
    ("alathkar.org", Family::Automation),
    ("ask.fm", Family::CrossPosting),
    ("askfm", Family::CrossPosting),
    ("azure logic apps", Family::Automation),
    ("bitly", Family::CrossPosting),
    ("blogger", Family::CrossPosting),
    ("botize", Family::Automation),
    ("buffer", Family::Management),
    ("camera on ios", Family::IPhone),
    ("cheap bots, done quick!", Family::Automation),
    ("choqok", Family::Desktop),
    ("cloudhopper", Family::OtherPhone),
    ("commun.it", Family::Automation),
    ("coosto", Family::Management),
    ("corebird", Family::Desktop),
    ("crowdfire - go big", Family::Management),
    ("crowdfire app", Family::Management),
    ("d3waapp.org", Family::Automation),
    ("dlvr.it", Family::Automation),
    ("du3a.org", Family::Automation),
    ("echofon", Family::IPhone),
    ("echofon android", Family::Android),
    ("emplifi", Family::Management),
    ("facebook", Family::CrossPosting),
    ("falcon social media management", Family::Management),
    ("fenix 2", Family::Android),
    ("fenix for android", Family::Android),
    ("flipboard", Family::CrossPosting),
    ("fllwrs", Family::Automation),
    ("foursquare", Family::CrossPosting),
    ("futuretweets v3", Family::Automation),
    ("ghared.com", Family::Automation),
    ("google", Family::CrossPosting),
    ("google+", Family::CrossPosting),
    ("gravity", Family::OtherPhone),
    ("gravity!", Family::OtherPhone),
    ("hootsuite", Family::Management),
    ("hootsuite inc.", Family::Management),
    ("ifttt", Family::Automation),
    ("instagram", Family::CrossPosting),
    ("ios", Family::IPhone),
    ("janetter", Family::Desktop),
    ("janetter for mac", Family::Desktop),
    ("janetter pro for android", Family::Android),
    ("java client", Family::OtherPhone),
    ("jetpack.com", Family::CrossPosting),
    ("justunfollow", Family::Management),
    ("keitai web", Family::MobileWeb),
    ("knzmuslim كنز المسلم", Family::Automation),
    ("linkedin", Family::CrossPosting),
    ("linkis.com", Family::CrossPosting),
    ("linkis: turn sharing into growth", Family::CrossPosting),
    ("loomly", Family::Management),
    ("make.com", Family::Automation),
    ("media studio", Family::Management),
    ("medium", Family::CrossPosting),
    ("meet edgar", Family::Automation),
    ("metrotwit", Family::Desktop),
    ("microsoft power platform", Family::Automation),
    ("mobile web", Family::MobileWeb),
    ("mobile web (m2)", Family::MobileWeb),
    ("mobile web (m3)", Family::MobileWeb),
    ("mobile web (m5)", Family::MobileWeb),
    ("nokia s40", Family::OtherPhone),
    ("os x", Family::Desktop),
    ("osfoora for iphone", Family::IPhone),
    ("owly", Family::Management),
    ("paper.li", Family::Automation),
    ("path", Family::CrossPosting),
    ("periscope", Family::CrossPosting),
    ("photos on ios", Family::IPhone),
    ("pinterest", Family::CrossPosting),
    ("plume for android", Family::Android),
    ("postcron app", Family::Management),
    ("publer.io", Family::Management),
    ("recurpost", Family::Automation),
    ("revive social app", Family::Automation),
    ("roundteam", Family::Automation),
    ("roundyearfun", Family::Automation),
    ("rowi [xap]", Family::WindowsPhone),
    ("rowi for windows phone", Family::WindowsPhone),
    ("scoop.it", Family::CrossPosting),
    ("seesmic", Family::Desktop),
    ("seesmic desktop", Family::Desktop),
    ("semrush social media tool", Family::Management),
    ("sendible", Family::Management),
    ("silver bird", Family::Desktop),
    ("smarterqueue", Family::Automation),
    ("snaptu", Family::OtherPhone),
    ("social by nokia", Family::OtherPhone),
    ("socialbee.io v2", Family::Management),
    ("socialflow", Family::Management),
    ("socialoomph", Family::Automation),
    ("sprinklr", Family::Management),
    ("sprout social", Family::Management),
    ("statusbrew", Family::Management),
    ("sumall", Family::Automation),
    ("talon (plus)", Family::Android),
    ("talon android", Family::Android),
    ("tmi.me", Family::CrossPosting),
    ("true anthem", Family::Automation),
    ("tumblr", Family::CrossPosting),
    ("turpial", Family::Desktop),
    ("tween", Family::Desktop),
    ("tweepsmap", Family::Automation),
    ("tweet button", Family::CrossPosting),
    ("tweet old post", Family::Automation),
    ("tweetadder v4", Family::Automation),
    ("tweetbot for ios", Family::IPhone),
    ("tweetbot for mac", Family::Desktop),
    ("tweetcaster for android", Family::Android),
    ("tweetcaster for ios", Family::IPhone),
    ("tweetdeck", Family::Management),
    ("tweetdeck web app", Family::Management),
    ("tweetings for android", Family::Android),
    ("tweetium for windows", Family::Desktop),
    ("tweetlogix", Family::IPhone),
    ("twicca", Family::Android),
    ("twidere for android", Family::Android),
    ("twitlonger", Family::CrossPosting),
    ("twitlonger beta", Family::CrossPosting),
    ("twitpane for android", Family::Android),
    ("twittbot.net", Family::Automation),
    ("twitter ads", Family::Management),
    ("twitter ads composer", Family::Management),
    ("twitter dashboard for iphone", Family::IPhone),
    ("twitter for advertisers", Family::Management),
    ("twitter for android", Family::Android),
    ("twitter for android tablets", Family::Tablet),
    ("twitter for blackberry", Family::BlackBerry),
    ("twitter for blackberry 10", Family::BlackBerry),
    ("twitter for ipad", Family::Tablet),
    ("twitter for iphone", Family::IPhone),
    ("twitter for kaios", Family::OtherPhone),
    ("twitter for mac", Family::Desktop),
    ("twitter for nokia", Family::OtherPhone),
    ("twitter for nokia s40", Family::OtherPhone),
    ("twitter for websites", Family::CrossPosting),
    ("twitter for windows", Family::Desktop),
    ("twitter for windows phone", Family::WindowsPhone),
    ("twitter lite", Family::MobileWeb),
    ("twitter media studio", Family::Management),
    ("twitter media studio - livecut", Family::Management),
    ("twitter web app", Family::Web),
    ("twitter web client", Family::Web),
    ("twitterfeed", Family::Automation),
    ("twitterrific", Family::IPhone),
    ("twitterrific for ios", Family::IPhone),
    ("twitterrific for mac", Family::Desktop),
    ("txt", Family::OtherPhone),
    ("ubersocial for android", Family::Android),
    ("ubersocial for blackberry", Family::BlackBerry),
    ("ubersocial for iphone", Family::IPhone),
    ("unfollowers.com", Family::Management),
    ("vine - make a scene", Family::IPhone),
    ("vine for android", Family::Android),
    ("web", Family::Web),
    ("who.unfollowed.me", Family::Automation),
    ("windows", Family::Desktop),
    ("windows phone", Family::WindowsPhone),
    ("wordpress", Family::CrossPosting),
    ("wordpress.com", Family::CrossPosting),
    ("yorufukurou", Family::Desktop),
    ("youtube", Family::CrossPosting),
    ("zad-muslim.com", Family::Automation),
    ("zapier", Family::Automation),
    ("zapier.com", Family::Automation),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_in_plain_form() {
        assert!(KNOWN.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (name, known) in KNOWN {
            assert_eq!(plain(name), name);
            assert_eq!(family(name), known);
        }
    }

    #[test]
    fn names_are_found_as_platforms_write_them() {
        for (client, expected) in [
            ("Twitter for Android", Family::Android),
            ("Twitter for iPhone", Family::IPhone),
            ("Twitter for iPad", Family::Tablet),
            ("Twitter for  Android", Family::Android),
            ("Twitter for BlackBerry®", Family::BlackBerry),
            ("Twitter for Mac", Family::Desktop),
            ("Twitter Web App", Family::Web),
            ("Twitter Web Client", Family::Web),
            ("Twitter Lite", Family::MobileWeb),
            ("Mobile Web (M2)", Family::MobileWeb),
            ("Twitter for Windows Phone", Family::WindowsPhone),
            ("TweetDeck", Family::Management),
            ("Buffer", Family::Management),
            ("Hootsuite Inc.", Family::Management),
            ("IFTTT", Family::Automation),
            ("dlvr.it", Family::Automation),
            ("twittbot.net", Family::Automation),
            ("<a href=\"http://twitter.com/download/iphone\" rel=\"nofollow\">Twitter for iPhone</a>", Family::IPhone),
            ("Invented Client for Android", Family::Unknown),
            ("", Family::Unknown),
        ] {
            assert_eq!(family(client), expected, "{client}");
        }
        assert_eq!(label("<a href=\"x\">Invented  Client</a>"), "Invented Client");
        assert_eq!(label("a < b"), "a < b");
    }

    #[test]
    fn every_family_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<Text> = Family::ALL.iter().map(|family| family.words()).collect();
        assert_eq!(names.len(), Family::ALL.len());
    }
}
