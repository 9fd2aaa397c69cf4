//! Invitations to chats of other services: links that let whoever holds them in. Links to public channels are not among them: those are
//! handles.

use crate::find::{Found, Kind, pattern};
use regex::Regex;
use std::sync::LazyLock;

/// Patterns after `scheme://` and `www.`, each with the host that stays in clear.
const FORMS: [(&str, &str); 22] = [
    (r"(?:t|telegram)\.(?:me|dog)/(?:joinchat/|\+|%2B|addlist/)", "t.me"),
    (r"tg://(?:join|addlist)\?(?:invite|slug)=", "t.me"),
    (r"chat\.whatsapp\.com/(?:invite/)?", "chat.whatsapp.com"),
    (r"whatsapp\.com/channel/", "whatsapp.com"),
    (r"signal\.group/#?", "signal.group"),
    (r"sgnl://signal\.group/#?", "signal.group"),
    (r"signal\.me/#(?:eu|p)/", "signal.me"),
    (r"discord\.gg/", "discord.gg"),
    (r"discord(?:app)?\.com/invite/", "discord.gg"),
    (r"invite\.viber\.com/\?g2?=", "invite.viber.com"),
    (r"(?:vb\.me|viber\.com/group)/", "invite.viber.com"),
    (r"line\.me/(?:R/)?ti/g2?/", "line.me"),
    (r"matrix\.to/#/", "matrix.to"),
    (r"app\.wire\.com/(?:[a-z]{2}/)?(?:conversation-)?join", "app.wire.com"),
    (r"join\.skype\.com/", "join.skype.com"),
    (r"(?:[a-z0-9\-]{1,40}\.)?zoom\.us/(?:j|s)/", "zoom.us"),
    (r"join\.slack\.com/t/", "join.slack.com"),
    (r"vk\.me/join/", "vk.me"),
    (r"(?:go\.rocket\.chat/invite|open\.rocket\.chat/invite)[/?]", "rocket.chat"),
    (r"tt\.me/join/", "tt.me"),
    (r"simplex\.chat/(?:invitation|contact)#?", "simplex.chat"),
    (r"(?:ola|rubika|eitaa|ble|bale)\.(?:ir|com|ai|me)/join(?:g|c|chat)?/", "other"),
];

struct Patterns {
    any: Regex,
    hosts: [&'static str; FORMS.len()],
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let forms: Vec<String> = FORMS.iter().map(|(form, _)| format!("({form})")).collect();
    let any = pattern(&format!(r"(?i)(?:https?://)?(?:www\.)?(?:{})([^\s<>»”]+)", forms.join("|")));
    Patterns { any, hosts: FORMS.map(|(_, host)| host) }
});

/// The ends of what stands before the first slash of every form, the last two letters of each in lower case.
const ENDS: [&[u8; 2]; 12] = [b"me", b"og", b"g:", b"om", b"up", b"l:", b"gg", b"to", b"us", b"at", b"ir", b"ai"];

/// Whether a slash comes after two letters that end a host or scheme of the forms; most links are of other hosts. The test below holds the list
/// to the forms.
pub(crate) fn is_likely(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'/', bytes).any(|slash| {
        let end = slash.checked_sub(2).and_then(|from| bytes.get(from..slash));
        end.is_some_and(|end| ENDS.iter().any(|known| known.eq_ignore_ascii_case(end)))
    })
}

pub(crate) fn find(text: &str, all: &mut Vec<Found>) {
    for hit in PATTERNS.any.captures_iter(text) {
        let Some(whole) = hit.get(0) else { continue };
        // `xt.me/+…` is another host.
        let before = text.get(..whole.start()).and_then(|text| text.chars().next_back());
        if before.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')) {
            continue;
        }
        let Some(form) = (1..=FORMS.len()).find(|form| hit.get(*form).is_some()) else { continue };
        let Some(code) = hit.get(FORMS.len() + 1) else { continue };
        let trimmed = code.as_str().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '؟', '،', '؛']);
        if trimmed.is_empty() {
            continue;
        }
        // What follows `?` or `&` says where the link was seen, not where it leads.
        let value = trimmed.split(['?', '&']).next().unwrap_or(trimmed).trim_end_matches('/').to_owned();
        let host = PATTERNS.hosts[form - 1];
        all.push(Found { range: whole.start()..code.start() + trimmed.len(), kind: Kind::Invitation, class: host.to_owned(), value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_passes_the_first_look() {
        let links = [
            "t.me/joinchat/Abc1",
            "telegram.dog/+Abc1",
            "tg://join?invite=Abc1",
            "chat.whatsapp.com/Abc1",
            "whatsapp.com/channel/Abc1",
            "signal.group/#Abc1",
            "sgnl://signal.group/#Abc1",
            "signal.me/#p/Abc1",
            "discord.gg/Abc1",
            "discordapp.com/invite/Abc1",
            "invite.viber.com/?g2=Abc1",
            "vb.me/Abc1",
            "line.me/R/ti/g/Abc1",
            "matrix.to/#/Abc1",
            "app.wire.com/conversation-join/Abc1",
            "join.skype.com/Abc1",
            "us02web.zoom.us/j/Abc1",
            "join.slack.com/t/Abc1",
            "vk.me/join/Abc1",
            "open.rocket.chat/invite/Abc1",
            "tt.me/join/Abc1",
            "simplex.chat/invitation#Abc1",
            "eitaa.com/joinchat/Abc1",
            "bale.ai/join/Abc1",
            "rubika.ir/joing/Abc1",
        ];
        for link in links {
            for text in [link.to_owned(), format!("x {} y", link.to_uppercase())] {
                let mut all = Vec::new();
                find(&text, &mut all);
                assert_eq!(all.len(), 1, "{text}");
                assert!(is_likely(text.as_bytes()), "{text}");
            }
        }
        assert!(!is_likely(b"https://t.co/abc1"));
    }
}
