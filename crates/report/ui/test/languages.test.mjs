// Opens reports in English and Arabic in a real browser: axe, direction, mirrored drawings, the map, narrow pages and paper.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 } };
let browser;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "report-languages-"));
  for (const tag of ["en", "ar", "de", "fr", "it", "tr"]) {
    const flags = ["run", "--quiet", "-p", "report", "--example", "sample", "--", join(folder, `${tag}.html`), "--census", `--lang=${tag}`];
    execFileSync("cargo", flags, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  }
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(tag, options = desktop) {
  // axe is brought in by the test; the policy of the page would refuse it, and has a test of its own.
  const context = await browser.newContext({ ...options, bypassCSP: true });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  await page.goto(pathToFileURL(join(folder, `${tag}.html`)).href);
  await page.waitForSelector("html[data-charts]", { state: "attached" });
  return { page, complaints, close: () => context.close() };
}

for (const tag of ["en", "ar"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [device, options] of [["desktop", desktop], ["phone", phone]]) {
      test(`axe finds nothing serious: ${tag}, ${colorScheme}, ${device}`, async () => {
        const { page, close } = await open(tag, { ...options, colorScheme });
        await page.$$eval("details", (folds) => folds.forEach((fold) => (fold.open = true)));
        await page.evaluate(axe);
        const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
        const grave = found.violations.filter((own) => own.impact === "serious" || own.impact === "critical");
        assert.deepEqual(grave.map((own) => `${own.id}: ${own.nodes.slice(0, 3).map((node) => node.html).join(" ")}`), []);
        await close();
      });
    }
  }
}

for (const tag of ["en", "ar", "de", "fr", "it", "tr"]) {
  for (const [device, options] of [["desktop", desktop], ["phone", phone]]) {
    test(`${tag} on a ${device}: every chart is drawn, nothing is wider than the page`, async () => {
      const { page, complaints, close } = await open(tag, options);
      assert.equal(await page.getAttribute("html", "data-charts"), "16");
      assert.deepEqual(complaints, []);
      assert.equal(await page.getAttribute("html", "lang"), tag);
      await page.$$eval("details", (folds) => folds.forEach((fold) => (fold.open = true)));
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0);
      // A label may reach out by the width of a sign.
      const outside = await page.$$eval(".chart svg", (charts) =>
        charts.flatMap((chart) => {
          const place = chart.getBoundingClientRect();
          return [...chart.querySelectorAll(".role-mark path, .role-mark text, .role-axis-label text")]
            .map((mark) => ({ text: mark.textContent, box: mark.getBoundingClientRect() }))
            .filter(({ box }) => box.width > 0 && (box.left < place.left - 8 || box.right > place.right + 8))
            .map(({ text, box }) => `${chart.closest("[data-spec]").dataset.spec}: ${text} ${box.left}–${box.right} of ${place.left}–${place.right}`);
        }),
      );
      assert.deepEqual(outside, []);
      await close();
    });
  }
}

test("Arabic runs from right to left: words, tables, bars, axes", async () => {
  const { page, close } = await open("ar");
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
  const bars = await page.$$eval("#figure-clients .mark-rect.role-mark path", (all) => all.slice(0, 9).map((bar) => bar.getBoundingClientRect()).map(({ left, right }) => [left, right]));
  // All begin at the right; the longest, which is the first, ends farthest to the left.
  for (const [left, right] of bars) assert.ok(Math.abs(right - bars[0][1]) < 1.5 && left >= bars[0][0] - 1, `${left}–${right}`);
  const labels = await page.$$eval("#figure-clients .role-axis-label text", (all) => all.map((label) => [label.textContent, label.getBoundingClientRect().left]));
  const name = labels.find(([text]) => text.includes("Twitter for iPhone"));
  assert.ok(name[1] > bars[0][1], `${name}`);
  const ticks = labels.filter(([text]) => text.includes("٪"));
  assert.ok(ticks.length > 2 && ticks.every(([text]) => /^\u2067[٠-٩٫]+٪\u2069$/.test(text)), JSON.stringify(ticks));
  const cells = await page.$$eval("#figure-countries tr:nth-child(1) > *", (all) => all.map((cell) => cell.getBoundingClientRect().left));
  assert.ok(cells[0] > cells[1] && cells[1] > cells[2], cells.join());
  // Times have the language's digits and months.
  const times = await page.$$eval("#figure-records_per_day .role-axis-label text", (all) => all.map((label) => label.textContent).join(" "));
  assert.match(times, /[٠-٩]+ أبريل/);
  assert.doesNotMatch(times, /[0-9A-Za-z]/);
  await close();
});

test("the map tells figures, withheld and no data apart, and says whose boundaries they are", async () => {
  for (const tag of ["en", "ar"]) {
    const { page, close } = await open(tag);
    const fills = await page.$$eval("#figure-countries .mark-symbol.role-mark path", (all) => all.map((country) => country.getAttribute("fill")));
    assert.ok(fills.length > 170, `${fills.length}`);
    assert.equal(fills.filter((fill) => fill === "url(#withheld)").length, 2);
    assert.equal(fills.filter((fill) => /^var\(--map-[1-5]\)$/.test(fill)).length, 7);
    const legend = await page.$$eval("#figure-countries .role-legend-label text", (all) => all.length);
    assert.equal(legend, 7);
    // Egypt lies south of Türkiye and west of it, in every language.
    const box = async (fill) => page.$$eval("#figure-countries .mark-symbol.role-mark path", (all, fill) => all.filter((one) => one.getAttribute("fill") === fill).map((one) => one.getBoundingClientRect()).map(({ left, top }) => [left, top])[0], fill);
    const [egypt, turkey] = [await box("var(--map-4)"), await box("var(--map-3)")];
    assert.ok(egypt[1] > turkey[1] && Math.abs(egypt[0] - turkey[0]) < 60, `${egypt} ${turkey}`);
    assert.match(await page.textContent("#figure-countries"), /Natural Earth/);
    await close();
  }
});

test("paper has both directions, every table unfolded", async () => {
  for (const tag of ["en", "ar"]) {
    const { page, close } = await open(tag, { ...desktop, colorScheme: "dark" });
    const pdf = await page.pdf({ preferCSSPageSize: true });
    assert.ok(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length > 3);
    await page.emulateMedia({ media: "print" });
    const hidden = await page.$$eval("details table", (tables) => tables.filter((table) => table.getBoundingClientRect().height < 100).length);
    assert.equal(hidden, 0);
    await close();
  }
});
