//! The clients that posts come from, named and linked as the platform shows them.

/// A client's name and the address that the platform's HTML links it to.
pub(crate) struct Client {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
}

pub(crate) const ANDROID: u8 = 0;
pub(crate) const IPHONE: u8 = 1;
pub(crate) const WEB: u8 = 2;
pub(crate) const LITE: u8 = 3;
pub(crate) const IPAD: u8 = 4;
pub(crate) const TWEETDECK: u8 = 5;
pub(crate) const HOOTSUITE: u8 = 6;
pub(crate) const IFTTT: u8 = 7;
pub(crate) const DLVRIT: u8 = 8;
pub(crate) const BUFFER: u8 = 9;
/// Invented: a client that no list knows, used by the bots that pass on what supporters post.
pub(crate) const LAMP_RELAY: u8 = 10;
/// Invented: a weather service.
pub(crate) const DUSK_WEATHER: u8 = 11;

/// Every client, by the numbers above.
pub(crate) const CLIENTS: [Client; 12] = [
    Client { name: "Twitter for Android", address: "http://twitter.com/download/android" },
    Client { name: "Twitter for iPhone", address: "http://twitter.com/download/iphone" },
    Client { name: "Twitter Web Client", address: "http://twitter.com" },
    Client { name: "Twitter Lite", address: "https://mobile.twitter.com" },
    Client { name: "Twitter for iPad", address: "http://twitter.com/#!/download/ipad" },
    Client { name: "TweetDeck", address: "https://about.twitter.com/products/tweetdeck" },
    Client { name: "Hootsuite", address: "http://www.hootsuite.com" },
    Client { name: "IFTTT", address: "https://ifttt.com" },
    Client { name: "dlvr.it", address: "https://dlvrit.com/" },
    Client { name: "Buffer", address: "http://bufferapp.com" },
    Client { name: "LampRelay", address: "https://lamprelay.example" },
    Client { name: "Dusk Weather", address: "https://weather.dusk.example" },
];

/// The client of a number.
pub(crate) fn client(number: u8) -> &'static Client {
    let [first, ..] = &CLIENTS;
    CLIENTS.get(usize::from(number)).unwrap_or(first)
}
