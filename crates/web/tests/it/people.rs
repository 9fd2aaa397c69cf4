//! Who gets in, for how long, and with what.

use crate::support::{House, PASSWORD};
use serde_json::json;

fn token_of(link: &str) -> String {
    link.split_once('#').unwrap().1.to_owned()
}

#[test]
fn the_first_link_makes_the_administrator_once() {
    let house = House::with(&[]);
    let token = token_of(house.link.as_ref().unwrap());
    let asked = json!({ "token": token, "name": "chief", "password": PASSWORD });
    let mut client = house.client();
    assert_eq!(client.post("/api/setup", &json!({ "token": token, "name": "chief", "password": "short" })).code(), "weak_password");
    let answer = client.post("/api/setup", &asked);
    assert_eq!((answer.status, answer.json()["administrator"].as_bool()), (200, Some(true)), "{}", answer.body);
    assert_eq!(client.post("/api/setup", &asked).code(), "link_void");
    client.take_session(&answer);

    // The administrator makes a coder, who sets a password by another link, and codes.
    let made = client.post("/api/people", &json!({ "name": "coder1" }));
    assert_eq!(made.status, 201);
    let (id, link) = (made.json()["id"].clone(), made.json()["link"].as_str().unwrap().to_owned());
    assert_eq!(client.post("/api/people", &json!({ "name": "coder1" })).code(), "name_taken");
    assert_eq!(client.put(&format!("/api/people/{id}/roles"), &json!({ "study": "house", "roles": ["coder"] })).status, 200);
    assert_eq!(client.put(&format!("/api/people/{id}/roles"), &json!({ "study": "nowhere", "roles": ["coder"] })).code(), "bad_roles");
    let mut coder = house.client();
    let other = json!({ "token": token_of(&link), "name": "chief", "password": PASSWORD });
    assert_eq!(coder.post("/api/setup", &other).code(), "other_name");
    let answer = coder.post("/api/setup", &json!({ "token": token_of(&link), "name": "coder1", "password": PASSWORD }));
    assert_eq!(answer.json()["studies"][0]["roles"], json!(["coder"]));
    coder.take_session(&answer);
    assert_eq!(coder.get("/api/studies/house/samples/autumn/next").status, 200);

    // A closed account is out at once, and its name stays taken.
    assert_eq!(client.delete(&format!("/api/people/{id}")).status, 204);
    assert_eq!(coder.get("/api/session").status, 401);
    assert_eq!(client.post("/api/people", &json!({ "name": "coder1" })).code(), "name_taken");
    let own = client.get("/api/session").json()["person"]["id"].clone();
    assert_eq!(client.delete(&format!("/api/people/{own}")).code(), "last_administrator");
    assert_eq!(client.put(&format!("/api/people/{own}/roles"), &json!({ "study": "", "roles": [] })).code(), "last_administrator");
}

#[test]
fn a_log_in_renews_the_session_and_ends_the_one_that_was_brought() {
    let house = House::with(&["lead", "analyst"]);
    let first = house.log_in("lead");
    // Somebody else's session planted in the browser: the log-in neither takes it over nor leaves it.
    let planted = house.log_in("analyst");
    let answer = planted.post("/api/session", &json!({ "name": "lead", "password": PASSWORD }));
    let mut renewed = planted.clone();
    renewed.take_session(&answer);
    assert_ne!(renewed.cookie, planted.cookie);
    assert_eq!(planted.get("/api/session").status, 401);
    assert_eq!(renewed.get("/api/session").json()["person"]["name"], "lead");
    let made_up = crate::support::Client { cookie: Some(format!("marsad_session={}", "a".repeat(64))), ..house.client() };
    assert_eq!(made_up.get("/api/session").status, 401);

    let rows = renewed.get("/api/me/sessions").json();
    let other = rows["rows"].as_array().unwrap().iter().find(|row| row["current"] == false).unwrap()["id"].clone();
    assert_eq!(renewed.delete(&format!("/api/me/sessions/{other}")).status, 204);
    assert_eq!(first.get("/api/session").status, 401);
    assert_eq!(renewed.delete("/api/session").status, 204);
    assert_eq!(renewed.get("/api/session").status, 401);
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    let house = House::with(&["lead"]);
    let (one, other) = (house.log_in("lead"), house.log_in("lead"));
    let asked = |current: &str| json!({ "current": current, "password": "quite another word 8" });
    assert_eq!(one.put("/api/me/password", &asked("wrong")).code(), "wrong_password");
    assert_eq!(one.put("/api/me/password", &asked(PASSWORD)).status, 204);
    assert_eq!((one.get("/api/session").status, other.get("/api/session").status), (200, 401));
    assert_eq!(house.client().post("/api/session", &json!({ "name": "lead", "password": PASSWORD })).status, 401);
}

/// The cookie is for this server alone, out of reach of scripts and of other sites.
#[test]
fn the_cookie_is_kept_close() {
    let house = House::with(&["lead"]);
    let answer = house.client().post("/api/session", &json!({ "name": "lead", "password": PASSWORD }));
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["marsad_session=", "; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!std::fs::read(house.data.join("people.sqlite")).unwrap().windows(64).any(|window| window == &cookie.as_bytes()[15..79]));
}

#[test]
fn a_token_may_what_its_scopes_and_its_person_may() {
    let house = House::with(&["lead", "analyst", "coder1"]);
    let analyst = house.log_in("analyst");
    let made = analyst.post("/api/me/tokens", &json!({ "name": "figures", "scopes": ["read"], "days": 1 }));
    let mut token = house.client();
    token.token = Some(made.json()["token"].as_str().unwrap().to_owned());
    assert_eq!(token.get("/api/studies/house/versions").status, 200);
    assert_eq!(token.get("/api/studies/house").status, 200);
    // Within the person's roles and outside of the scope; within the scope and outside of the roles; for sessions alone.
    assert_eq!(token.post("/api/studies/house/versions", &json!({})).status, 403);
    assert_eq!(token.get("/api/studies/house/samples/autumn/agreement").status, 403);
    assert_eq!(token.get("/api/me/tokens").status, 403);
    assert_eq!(token.post("/api/me/tokens", &json!({ "name": "more", "scopes": ["decide"], "days": 1 })).status, 403);
    assert_eq!(analyst.delete(&format!("/api/me/tokens/{}", made.json()["id"])).status, 204);
    assert_eq!(token.get("/api/studies/house/versions").status, 401);

    let coder = house.log_in("coder1");
    let made = coder.post("/api/me/tokens", &json!({ "name": "all", "scopes": ["read", "code", "decide", "report", "audit"], "days": 1 }));
    token.token = Some(made.json()["token"].as_str().unwrap().to_owned());
    assert_eq!(token.get("/api/studies/house/samples").status, 200);
    assert_eq!(token.get("/api/studies/house/versions").status, 403);
    for bad in [
        json!({ "name": "", "scopes": ["read"], "days": 1 }),
        json!({ "name": "x", "scopes": [], "days": 1 }),
        json!({ "name": "x", "scopes": ["read"], "days": 366 }),
    ] {
        assert_eq!(coder.post("/api/me/tokens", &bad).code(), "bad_token");
    }
}

#[test]
fn a_second_factor_is_asked_for_once_it_is_confirmed() {
    let house = House::with(&["lead"]);
    let lead = house.log_in("lead");
    let key = lead.post("/api/me/totp", &json!({ "password": PASSWORD })).json();
    assert!(key["uri"].as_str().unwrap().starts_with("otpauth://totp/Marsad:lead?secret="));
    assert_eq!(house.client().post("/api/session", &json!({ "name": "lead", "password": PASSWORD })).status, 200);
    let code = || totp(key["secret"].as_str().unwrap());
    assert_eq!(lead.post("/api/me/totp/confirm", &json!({ "code": "000000" })).code(), "wrong_code");
    assert_eq!(lead.post("/api/me/totp/confirm", &json!({ "code": code() })).status, 204);
    let log_in = |code: Option<String>| house.client().post("/api/session", &json!({ "name": "lead", "password": PASSWORD, "code": code }));
    assert_eq!(log_in(None).code(), "code_needed");
    // The code that confirmed it is used up.
    assert_eq!(log_in(Some(code())).code(), "wrong_credentials");
    assert_eq!(lead.post("/api/me/totp", &json!({ "password": PASSWORD })).code(), "totp_stands");
    assert_eq!(lead.delete("/api/me/totp").status, 415);
    assert_eq!(lead.ask("DELETE", "/api/me/totp", Some(&json!({ "password": PASSWORD }))).status, 204);
    assert_eq!(log_in(None).status, 200);
}

/// The code of now, worked out here from the key as an app would.
fn totp(secret: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret.chars().map(|letter| format!("{:05b}", letters.find(letter).unwrap())).collect();
    let key: Vec<u8> =
        bits.as_bytes().chunks_exact(8).map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect();
    let step = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs() / 30;
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[test]
fn every_denial_is_written_down_and_no_name_that_was_typed() {
    let house = House::with(&["coder1", "neighbour", "admin"]);
    house.log_in("coder1").get("/api/studies/house/versions");
    house.log_in("neighbour").get("/api/studies/house/versions");
    house.client().get("/api/people");
    house.client().post("/api/session", &json!({ "name": "hunter2secret", "password": "x" }));
    let denials = house.log_in("admin").get("/api/denials");
    let rows = denials.json()["rows"].as_array().unwrap().clone();
    let mut told: Vec<_> = rows
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
            [text("person"), text("action"), text("study"), text("why"), row["count"].to_string()].join(" ")
        })
        .collect();
    told.sort();
    let expected = [
        "-   not_logged_in 1".to_owned(),
        "- log_in  wrong_credentials 1".to_owned(),
        "coder1 see_findings house role 1".to_owned(),
        "neighbour see_findings house no role in the study 1".to_owned(),
    ];
    assert_eq!(told, expected);
    assert!(!denials.body.contains("hunter2"));
    assert!(!String::from_utf8_lossy(&std::fs::read(house.data.join("people.sqlite")).unwrap()).contains("hunter2"));
}

#[test]
fn settings_are_the_persons_own_and_media_are_covered_at_first() {
    let house = House::with(&["coder1", "coder2"]);
    let (one, other) = (house.log_in("coder1"), house.log_in("coder2"));
    let mut settings = one.get("/api/me/settings").json();
    for key in ["cover", "greyscale", "blur", "mute"] {
        assert_eq!(settings[key], true);
    }
    settings["language"] = json!("ar");
    settings["blur"] = json!(false);
    assert_eq!(one.put("/api/me/settings", &settings).json(), settings);
    assert_eq!(one.get("/api/me/settings").json(), settings);
    assert_eq!(other.get("/api/me/settings").json()["blur"], true);
    settings["language"] = json!("xx");
    assert_eq!(one.put("/api/me/settings", &settings).status, 400);
    one.get("/api/studies/house/samples/autumn/next");
    assert_eq!(one.get("/api/me/exposure").json()["today"], 1);
    assert_eq!(other.get("/api/me/exposure").json()["today"], 0);
}

#[test]
fn a_lost_second_factor_is_reset_by_the_administrator_and_old_sessions_end() {
    let house = House::with(&["coder1", "admin"]);
    let coder = house.log_in("coder1");
    let secret = coder.post("/api/me/totp", &json!({ "password": PASSWORD })).json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(coder.post("/api/me/totp/confirm", &json!({ "code": totp(&secret) })).status, 204);
    let made = coder.post("/api/me/tokens", &json!({ "name": "script", "scopes": ["code"], "days": 3 }));
    assert_eq!(made.status, 201, "{}", made.body);
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let by_token = crate::support::Client { token: Some(token), ..house.client() };
    assert_eq!(by_token.get("/api/studies/house/samples").status, 200);
    let admin = house.log_in("admin");
    let rows = admin.get("/api/people").json()["rows"].as_array().unwrap().clone();
    let id_of = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap()["id"].as_i64().unwrap();
    // Nobody but the administrator, and not the own account.
    assert_eq!(coder.post(&format!("/api/people/{}/reset", id_of("coder1")), &json!({})).status, 403);
    assert_eq!(admin.post(&format!("/api/people/{}/reset", id_of("admin")), &json!({})).code(), "own_account");

    // A link alone changes neither password nor factor.
    let old = admin.post(&format!("/api/people/{}/link", id_of("coder1")), &json!({})).json()["link"].as_str().unwrap().to_owned();
    let answer = admin.post(&format!("/api/people/{}/reset", id_of("coder1")), &json!({}));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let link = answer.json()["link"].as_str().unwrap().to_owned();
    let token_of = |link: &str| link.split_once('#').unwrap().1.to_owned();
    assert_eq!(coder.get("/api/session").status, 401, "the old session is over");
    assert_eq!(by_token.get("/api/studies/house/samples").status, 401, "and so is the token");
    let log_in = |password: &str| house.client().post("/api/session", &json!({ "name": "coder1", "password": password }));
    assert_eq!(log_in(PASSWORD).status, 401, "the old password is none any more");
    let set_up = |link: &str| {
        house.client().post("/api/setup", &json!({ "token": token_of(link), "name": "coder1", "password": "another long word 8" }))
    };
    assert_eq!(set_up(&old).code(), "link_void");
    assert_eq!(set_up(&link).status, 200);
    assert_eq!(set_up(&link).code(), "link_void", "once");
    let again = log_in("another long word 8");
    assert_eq!(again.status, 200, "no second factor is asked for: {}", again.body);
    assert_eq!(again.json()["person"]["totp"], false);
    assert_eq!(again.json()["studies"][0]["roles"], json!(["coder"]), "roles stay");

    let acts: Vec<String> = admin.get("/api/people/acts").json()["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["actor"].as_str().unwrap(), row["act"].as_str().unwrap(), row["person"].as_str().unwrap()))
        .collect();
    assert_eq!(acts, ["admin reset coder1", "admin link coder1"]);
    let first = admin.get("/api/people/acts?limit=1").json();
    let rest = admin.get(&format!("/api/people/acts?limit=1&after={}", first["next"].as_str().unwrap())).json();
    assert_eq!((rest["rows"][0]["act"].as_str(), rest["next"].as_str()), (Some("link"), None));
}
