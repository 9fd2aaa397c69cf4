// Every page in English (light) and Arabic (dark): axe finds nothing serious, nothing is wider than the page, the browser has no complaint.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { open, phone } from "./house.mjs";

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
let house;
before(async () => { house = await open(); });
after(async () => { await house?.close(); });

const study = "/s/house";
const pages = {
  lead: ["/", `${study}/findings`, `${study}/findings/clients`, `${study}/findings/places`, `${study}/clusters`, `${study}/clusters/1`, `${study}/coding`, `${study}/coding/autumn`, `${study}/disputes`, `${study}/cases`, `${study}/covers`, `${study}/audit`, "/me", "/nowhere"],
  coder1: ["/", `${study}/coding/autumn`],
  admin: ["/", "/people", "/denials"],
};

async function grave(page) {
  await page.waitForLoadState("networkidle");
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return found.violations.filter((own) => own.impact === "serious" || own.impact === "critical").map((own) => `${own.id}: ${own.nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
}

// Each language and each theme once; `AXE=all` takes every pair.
const pairs = process.env.AXE === "all" ? ["ar", "de", "en", "fr", "it", "tr"].flatMap((language) => [[language, "light"], [language, "dark"]]) : [["en", "light"], ["ar", "dark"]];
for (const [language, colorScheme] of pairs) {
  test(`axe finds nothing serious: ${language}, ${colorScheme}`, async () => {
    for (const [name, paths] of Object.entries(pages)) {
      // axe is brought in by the test; the policy of the page would refuse it.
      const page = await house.page(name, { language, colorScheme, bypassCSP: true });
      for (const path of paths) {
        await page.goto(`${house.url}${path}`);
        await page.locator("h1").waitFor();
        assert.deepEqual(await grave(page), [], `${name} ${path}`);
      }
      await page.context().close();
    }
    const door = await house.page(null, { language, colorScheme, bypassCSP: true });
    assert.deepEqual(await grave(door), [], "the door");
    await door.context().close();
    house.calm();
  });
}

for (const language of ["ar", "de", "en", "fr", "it", "tr"]) {
  test(`${language} on a telephone: nothing is wider than the page, no message is missing`, async () => {
    const page = await house.page("lead", { language, device: phone });
    for (const path of pages.lead) {
      await page.goto(`${house.url}${path}`);
      await page.locator("h1").waitFor();
      await page.waitForLoadState("networkidle");
      assert.equal(await page.getAttribute("html", "lang"), language);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, path);
      assert.doesNotMatch(await page.locator("main").innerText(), /\b(?:nav|part|enter|home|cover|card|coding|cases|findings|clusters|covers|audit|people|me)\.[a-z]+[A-Za-z]*\b/, path);
    }
    house.calm();
    await page.context().close();
  });
}

test("the keyboard reaches everything and is held nowhere", async () => {
  const page = await house.page("lead");
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.className), /skip/);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  const seen = new Set();
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => { const { outerHTML, tagName } = document.activeElement; const { width, height } = document.activeElement.getBoundingClientRect(); return { html: outerHTML.slice(0, 120), tagName, width, height }; });
    if (here.tagName === "BODY") break;
    seen.add(here.html);
    assert.ok(here.height >= 24 || here.tagName === "A", `${here.html} is ${here.height} high`);
  }
  const there = await page.evaluate(() => [...document.querySelectorAll("#main a, #main button")].map((own) => own.outerHTML.slice(0, 120)));
  assert.ok(there.length > 0 && there.every((own) => seen.has(own)), `${seen.size} stops for ${there.length}`);
  await page.context().close();
});

test("nothing is asked of any other server, and media lie under a cover", async () => {
  const page = await house.page("coder1");
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${house.url}${study}/coding/autumn`);
  await page.locator(".subject").waitFor();
  assert.ok(asked.length > 3 && asked.every((url) => url.startsWith(house.url) || url.startsWith("data:")), asked.join("\n"));
  assert.equal(await page.getByText("a loaf on a table").count(), 0);
  await page.locator(".cover button").first().click();
  await page.getByText("a loaf on a table").first().waitFor();
  house.calm();
  await page.context().close();
});
