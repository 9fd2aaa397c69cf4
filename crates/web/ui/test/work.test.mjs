// A day's work at the example server, in the order in which it happens: log in, code, settle, look at the estimate, open a case, decide, appeal, verify.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { open, phone } from "./house.mjs";

let house;
before(async () => { house = await open(); });
after(async () => { await house?.close(); });

const shown = (page, selector) => page.locator(selector).first().waitFor();

/** The code of an app (RFC 6238) at this instant. */
function totp(secret, at = Date.now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/=+$/, "")].map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const place = mac[19] & 15;
  return String((mac.readUInt32BE(place) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a wrong password is refused in words, and nothing more is told", async () => {
  const page = await house.page(null);
  await page.locator('input[autocomplete="username"]').fill("lead");
  await page.locator('input[autocomplete="current-password"]').fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByText("Name, password or code is wrong.").waitFor();
  assert.ok(house.complaints.every((one) => one.includes("401")), house.complaints.join("\n"));
  house.complaints.length = 0;
  await page.context().close();
});

test("the administrator makes a person, whose link sets a password; a second factor is then asked for", async () => {
  const admin = await house.page("admin");
  await admin.goto(`${house.url}/people`);
  await admin.getByRole("button", { name: "Add a person" }).click();
  await admin.getByRole("dialog").getByRole("textbox").fill("newcomer");
  await admin.keyboard.press("Enter");
  const link = await admin.getByRole("dialog").locator("input[readonly]").inputValue();
  await admin.keyboard.press("Escape");
  await admin.getByRole("row", { name: /newcomer\s+made$/ }).waitFor();
  await admin.context().close();

  const page = await house.page(null);
  await page.goto(link);
  const password = "four quiet words together";
  await page.locator('input[autocomplete="username"]').fill("newcomer");
  for (const field of await page.locator('input[autocomplete="new-password"]').all()) await field.fill(password);
  await page.keyboard.press("Enter");
  await shown(page, "#main");
  await page.goto(`${house.url}/me`);
  await page.getByRole("button", { name: "Set up" }).click();
  await page.getByRole("dialog").locator("input").fill(password);
  await page.keyboard.press("Enter");
  await shown(page, "img.qr");
  const secret = await page.getByRole("dialog").locator("code").textContent();
  await page.getByRole("dialog").locator("input").fill(totp(secret));
  await page.keyboard.press("Enter");
  await page.getByText("The second factor is in use.").waitFor();
  await page.context().close();

  const again = await house.page(null);
  await again.locator('input[autocomplete="username"]').fill("newcomer");
  await again.locator('input[autocomplete="current-password"]').fill(password);
  await again.keyboard.press("Enter");
  await again.locator('input[autocomplete="one-time-code"]').fill(totp(secret, Date.now() + 30_000));
  await again.keyboard.press("Enter");
  await shown(again, "#main");
  await again.context().close();
  house.complaints.length = 0; // the browser logs the answer that asks for a code
});

/** Codes items by keyboard; `keys` are pressed in turn. */
async function code(page, keys) {
  for (const [at, key] of keys.entries()) {
    const before = await page.locator("[data-item]").getAttribute("data-item");
    await page.keyboard.press(key);
    await page.waitForFunction((old) => document.querySelector("[data-item]")?.getAttribute("data-item") !== old, before);
    assert.ok(at < 60);
  }
}

const done = (page) => page.locator(".desk-side [role=progressbar]").getAttribute("aria-valuenow").then(Number);

test("twenty accounts are coded by keyboard in English, with a note, a skip, an undo and help", async () => {
  const page = await house.page("coder1");
  await page.goto(`${house.url}/s/house/coding/autumn`);
  await page.waitForFunction(() => document.querySelector("[data-item]")?.getAttribute("data-item"));
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Take back the last code").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("n");
  await page.keyboard.type("a note with 1 digit");
  await page.keyboard.press("Escape");
  await code(page, ["1"]);
  const first = await page.locator("[data-item]").getAttribute("data-item");
  await code(page, ["3"]);
  await page.keyboard.press("u");
  await page.waitForFunction((item) => document.querySelector("[data-item]")?.getAttribute("data-item") === item, first);
  await code(page, Array(19).fill("1"));
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "20");
  await page.keyboard.press("s");
  await page.getByRole("dialog").locator("textarea").fill("cannot be read");
  await page.getByRole("dialog").getByRole("button", { name: "Skip" }).click();
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "21");
  await code(page, Array(19).fill("1"));
  house.calm();
  await page.context().close();
});

test("twenty accounts are coded in Arabic, on an Arabic keyboard, from right to left; hostile words stay words", async () => {
  const page = await house.page("coder2", { language: "ar" });
  await page.goto(`${house.url}/s/house/coding/autumn`);
  await page.waitForFunction(() => document.querySelector("[data-item]")?.getAttribute("data-item"));
  assert.equal(await page.getAttribute("html", "dir"), "rtl");
  const [card, side] = await page.$$eval(".desk-card, .desk-side", (all) => all.map((one) => one.getBoundingClientRect().left));
  assert.ok(card > side, "the card stands right of the codes");
  let hostile = 0;
  let arabic = 0;
  const keys = Array.from({ length: 20 }, (_, at) => (at % 2 ? "3" : "1"));
  for (const key of keys) {
    const subject = page.locator(".desk-card .subject");
    await subject.waitFor();
    const text = await subject.innerText();
    if (text.includes("<script>")) hostile += 1;
    assert.equal(await subject.locator("script, img, svg[onload], a").count(), 0);
    const name = subject.locator(".subject-name bdi");
    if (/[\u0600-\u06ff]/.test(await name.innerText())) arabic += 1;
    const before = await page.locator("[data-item]").getAttribute("data-item");
    await page.evaluate((digit) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "٠١٢٣٤٥٦٧٨٩"[digit], code: `Digit${digit}`, bubbles: true, cancelable: true })), Number(key));
    await page.waitForFunction((old) => document.querySelector("[data-item]")?.getAttribute("data-item") !== old, before);
  }
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "20");
  assert.match(await page.locator(".desk-side .meter-words").innerText(), /٢٠/);
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ع", code: "KeyU", bubbles: true, cancelable: true })));
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "19");
  await page.keyboard.press("3");
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "20");
  assert.ok(arabic > 3, `${arabic} Arabic accounts`);
  await code(page, Array(12).fill("3"));
  assert.ok(hostile + arabic > 0);
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "32");
  house.calm();
  await page.context().close();
});

test("posts are coded by two codebooks, digits and letters, in their own script", async () => {
  const page = await house.page("coder1", { language: "fr" });
  await page.goto(`${house.url}/s/house/coding/stance-main`);
  await page.waitForFunction(() => document.querySelector("[data-item]")?.getAttribute("data-item"));
  await shown(page, "[data-second] button");
  const at = () => page.locator("[data-item]").getAttribute("data-item");
  let fromTheRight = 0;
  for (let count = 0; count < 6; count += 1) {
    const before = await at();
    const post = page.locator(".desk-card .post .theirs").first();
    await post.waitFor();
    if ((await post.getAttribute("dir")) === "rtl" || (await post.evaluate((one) => getComputedStyle(one).direction)) === "rtl") fromTheRight += 1;
    assert.equal(await page.locator(".desk-card .subject-head").count(), 0, "who wrote it is not shown");
    // Either code first; the item goes when both are there.
    const [one, other] = count % 2 ? ["r", "3"] : ["3", "r"];
    await page.keyboard.press(one);
    await page.locator('.desk-side [aria-pressed="true"]').first().waitFor();
    assert.equal(await at(), before, "one code alone leaves the item");
    await page.keyboard.press(other);
    await page.waitForFunction((old) => document.querySelector("[data-item]")?.getAttribute("data-item") !== old, before);
  }
  assert.ok(fromTheRight > 0, "posts in Arabic run from the right");
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "6");
  await page.keyboard.press("u");
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "5");
  await page.keyboard.press("3");
  await page.locator("[data-second] button").first().click();
  await page.waitForFunction(() => document.querySelector(".desk-side [role=progressbar]")?.getAttribute("aria-valuenow") === "6");
  house.calm();
  await page.context().close();
});

test("a third person settles disputes, and the lead sees the estimate change", async () => {
  const lead = await house.page("lead");
  await lead.goto(`${house.url}/s/house/disputes`);
  const estimate = () => lead.locator("[data-estimate] tbody").innerText();
  await shown(lead, "[data-estimate] tbody tr");
  const before = await estimate();
  await lead.getByText("Krippendorff’s alpha").waitFor();

  const reviewer = await house.page("reviewer1");
  await reviewer.goto(`${house.url}/s/house/disputes`);
  await shown(reviewer, ".versus");
  assert.equal(await reviewer.locator("[data-estimate]").count(), 0, "the estimate is the lead's");
  for (let at = 0; at < 3; at += 1) {
    const open = await reviewer.locator(".desk [role=status]").first().innerText();
    await reviewer.locator(".decide .radio", { hasText: "Overt support" }).click();
    await reviewer.locator(".decide textarea").fill("says so in its own words");
    await reviewer.getByRole("button", { name: "Settle" }).click();
    await reviewer.waitForFunction((old) => document.querySelector(".desk [role=status]")?.textContent !== old, open);
  }
  await lead.waitForFunction((old) => document.querySelector("[data-estimate] tbody")?.innerText !== old, before, { timeout: 15_000 });
  house.calm();
  await lead.context().close();
  await reviewer.context().close();
});

test("a finding has its chart, its table, its provenance; time is brushed, versions are compared", async () => {
  const page = await house.page("analyst");
  await page.goto(`${house.url}/s/house/findings`);
  await shown(page, ".list-item");
  const links = await page.locator(".list-item").evaluateAll((all) => all.map((one) => one.href));
  assert.ok(links.length >= 7);
  let charts = 0;
  let brushed = false;
  for (const link of links) {
    await page.goto(link);
    await shown(page, "figure table tbody tr");
    if (await page.locator(".chart").count()) { await shown(page, ".chart[data-drawn] svg"); charts += 1; }
    if (await page.locator(".brush").count()) {
      const rows = await page.locator("figure tbody tr").count();
      await page.locator(".brush input[type=range]").first().focus();
      for (let at = 0; at < 3; at += 1) await page.keyboard.press("ArrowRight");
      await page.waitForFunction((old) => document.querySelectorAll("figure tbody tr").length < old, rows);
      brushed = true;
    }
  }
  assert.ok(charts >= 6, `${charts} charts`);
  assert.ok(brushed);
  await page.locator(".sorter").nth(1).click();
  assert.equal(await page.locator("th[aria-sort=descending]").count(), 1);
  await page.getByRole("button", { name: "Where this comes from" }).click();
  await page.getByRole("dialog").getByText("Level of intervals").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /Compare with/ }).click();
  await page.getByRole("option").nth(1).click();
  await page.locator("th", { hasText: "difference" }).first().waitFor();
  house.calm();
  await page.context().close();
});

async function decide(page, where, name) {
  const form = page.getByRole("dialog");
  await form.locator(".radio", { hasText: /^none$/ }).click();
  await form.locator(".radio", { hasText: /^violates$/ }).click();
  await form.getByLabel(/Article or clause/).fill("Policy 4.2");
  await form.locator("textarea").last().fill(where);
  await form.getByRole("button", { name }).click();
  await form.waitFor({ state: "hidden" });
}

test("a case is opened from a cluster, decided by two and appealed, and the lead reads its history", async () => {
  const first = await house.page("reviewer1");
  await first.goto(`${house.url}/s/house/clusters/1`);
  await first.locator("table button", { hasText: "Posts" }).first().click();
  await shown(first, "[data-edge] .post");
  await first.keyboard.press("Escape");
  await first.getByRole("button", { name: "Open a case" }).click();
  await first.getByRole("dialog").getByRole("button", { name: "Open a case" }).click();
  await first.waitForURL(/\/cases\/\d+$/);
  const address = first.url();
  await first.getByRole("button", { name: "Take", exact: true }).click();
  await first.getByRole("button", { name: "Give back" }).waitFor();
  await first.getByRole("button", { name: "Decide", exact: true }).click();
  await decide(first, "the posts behind the ties", "Decide");
  await first.locator(".events", { hasText: "violates" }).waitFor();

  const second = await house.page("reviewer2");
  await second.goto(address);
  await second.getByRole("button", { name: "Agree", exact: true }).click();
  await second.getByRole("dialog").locator("textarea").fill("seen, and so it is");
  await second.getByRole("dialog").getByRole("button", { name: "Agree" }).click();
  await second.locator(".events", { hasText: "agrees" }).waitFor();
  await second.getByRole("button", { name: "Appeal", exact: true }).click();
  await second.getByRole("dialog").locator("textarea").fill("a newsroom wrote in");
  await second.getByRole("dialog").getByRole("button", { name: "Appeal" }).click();
  await second.locator(".events", { hasText: "a newsroom wrote in" }).waitFor();

  const lead = await house.page("lead");
  await lead.goto(address);
  await shown(lead, ".events li");
  house.calm();
  await Promise.all([first, second, lead].map((page) => page.context().close()));
});

test("the queue explains its order, and one case is held by one person", async () => {
  const first = await house.page("reviewer1");
  const second = await house.page("reviewer2");
  await Promise.all([first, second].map(async (page) => {
    await page.goto(`${house.url}/s/house/cases`);
    await shown(page, ".factors");
  }));
  await first.getByRole("button", { name: "How priority is made" }).click();
  await first.getByRole("dialog").getByText("Threats to life stand before all others").waitFor();
  await first.keyboard.press("Escape");
  await Promise.all([first, second].map(async (page) => {
    await page.getByRole("button", { name: "Take the next case" }).click();
    await page.waitForURL(/\/cases\/\d+$/);
  }));
  assert.notEqual(first.url(), second.url());
  house.calm();
  await Promise.all([first, second].map((page) => page.context().close()));
});

test("the auditor verifies the chain, on a telephone", async () => {
  const page = await house.page("auditor", { device: phone });
  await page.goto(`${house.url}/s/house/audit`);
  await page.getByRole("button", { name: "Verify the chain" }).click();
  await shown(page, '[data-verified="true"]');
  assert.ok((await page.locator("tbody tr").count()) > 0);
  house.calm();
  await page.context().close();
});
