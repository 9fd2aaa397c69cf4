// Opens reports of the invented study in a real browser and holds them to what docs/report.md promises.
//
// `CHROMIUM` names the browser (default /usr/bin/chromium); `npm run build` comes first, since the report carries its bundle.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 } };
let browser;
let folder;

const sample = (name, ...flags) => {
  const file = join(folder, name);
  execFileSync("cargo", ["run", "--quiet", "-p", "report", "--example", "sample", "--", file, ...flags], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  return file;
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
  sample("plain.html");
  sample("unlisted.html", "--unlisted", "--internal");
  sample("census.html", "--census");
  sample("bound.html", "--census", "--bound", "--unlisted");
  sample("arabic.html", "--census", "--arabic");
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a report and watches what it asks for and complains of. */
async function open(name, options = desktop) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  const url = pathToFileURL(join(folder, name)).href;
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.waitForSelector("html[data-charts]", { state: "attached" });
  return { page, requests, complaints, url, close: () => context.close() };
}

test("every chart is drawn, without a request, a complaint or a breach of the policy", async () => {
  const { page, requests, complaints, url, close } = await open("plain.html");
  const charts = await page.$$eval(".chart[data-spec]", (boxes) =>
    boxes.map((box) => ({ spec: box.dataset.spec, marks: box.querySelectorAll("svg .role-mark path, svg .role-mark rect, svg .role-mark line").length })),
  );
  const findings = await page.$$eval("figure[data-finding]", (figures) => figures.length);
  assert.equal(findings, 14);
  assert.equal(charts.length, 10);
  for (const chart of charts) assert.ok(chart.marks > 0, `${chart.spec} has no marks`);
  assert.equal(await page.getAttribute("html", "data-charts"), "10");
  assert.deepEqual(requests, [url]);
  assert.deepEqual(complaints, []);
  assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
  await close();
});

test("the policy holds: a script or an address that the page does not know is refused", async () => {
  let visits = 0;
  const server = createServer((_request, response) => {
    visits += 1;
    response.end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { page, close } = await open("plain.html");
  await page.evaluate((port) => {
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    const image = document.createElement("img");
    image.src = `http://127.0.0.1:${port}/a.png`;
    document.body.append(script, image);
    void fetch(`http://127.0.0.1:${port}/b`).catch(() => {});
  }, server.address().port);
  await page.waitForFunction(() => globalThis.violations.length >= 3);
  assert.equal(await page.evaluate(() => globalThis.ran), undefined);
  assert.equal(visits, 0);
  await close();
  server.close();
});

for (const [name, options] of [["desktop", desktop], ["phone", phone]]) {
  test(`nothing is wider than a ${name}, folded or not`, async () => {
    const { page, close } = await open("plain.html", options);
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok((await over()) <= 0);
    await page.$$eval("details", (folds) => folds.forEach((fold) => (fold.open = true)));
    assert.ok((await over()) <= 0);
    const spilling = await page.$$eval(".chart svg", (charts) => charts.filter((chart) => chart.getBoundingClientRect().right > window.innerWidth).length);
    assert.equal(spilling, 0);
    await close();
  });
}

test("links in the contents lead to their figures", async () => {
  const { page, close } = await open("plain.html");
  const links = await page.$$eval(".contents a", (all) => all.map((link) => link.getAttribute("href")));
  assert.equal(links.length, 14 + 5 + 2);
  for (const link of links) {
    await page.click(`.contents a[href="${link}"]`);
    assert.equal(await page.evaluate(() => location.hash), link);
    const { top, height } = await page.$eval(link.replaceAll(".", "\\."), (place) => ({ top: place.getBoundingClientRect().top, height: window.innerHeight }));
    assert.ok(top >= -1 && top < height, `${link} is at ${top}`);
  }
  await close();
});

test("labels are text, whatever they hold", async () => {
  const { page, close } = await open("plain.html");
  assert.equal(await page.$$eval("figure img, figure b b, h3 script, td script, text script", (found) => found.length), 0);
  const cells = await page.$$eval("#figure-hostile tbody td:first-child", (all) => all.map((cell) => cell.textContent));
  assert.equal(cells[0], "<script>alert(1)</script>");
  assert.equal(cells[1], "⟨U+202E⟩gnp.exe");
  const labels = await page.$$eval("#figure-hostile .role-axis-label text", (all) => all.map((label) => label.textContent));
  for (const label of ["<script>alert(1)</script>", "⟨U+202E⟩gnp.exe", "{{datum.value}}", "same (2)"]) assert.ok(labels.includes(label), label);
  await close();
});

test("a drawn chart keeps its text alternative", async () => {
  const { page, close } = await open("plain.html");
  const places = await page.$$eval(".chart[data-spec]", (boxes) => boxes.map((box) => [box.getAttribute("role"), box.getAttribute("aria-label")]));
  for (const [role, label] of places) {
    assert.equal(role, "img");
    assert.match(label, /^Chart: .*\. The table holds the same figures\.$/);
  }
  await close();
});

test("Arabic stands beside Latin in charts and tables", async () => {
  const { page, close } = await open("plain.html");
  const labels = await page.$$eval("#figure-languages .role-axis-label text", (all) => all.map((label) => label.textContent));
  assert.ok(labels.includes("\u2068العربية\u2069") && labels.includes("English"), labels.join());
  // The last letter of the word, first in reading order from the right, stands leftmost.
  const places = await page.$$eval("#figure-languages .role-axis-label text", (all) => {
    const label = all.find((text) => text.textContent.includes("العربية"));
    return [label.getStartPositionOfChar(1).x, label.getStartPositionOfChar(7).x];
  });
  assert.ok(places[0] > places[1], places.join());
  await close();
});

test("a chart follows the width of its place, and a pointer gets the figure", async () => {
  const { page, complaints, close } = await open("plain.html");
  const width = () => page.$eval("#figure-clients svg", (chart) => chart.getBoundingClientRect().width);
  const wide = await width();
  await page.setViewportSize(phone.viewport);
  await page.waitForFunction((wide) => document.querySelector("#figure-clients svg").getBoundingClientRect().width < wide / 2, wide);
  await page.locator("#figure-clients .mark-rect.role-mark path").first().hover();
  await page.waitForSelector("#tooltip:not([hidden])");
  const text = await page.textContent("#tooltip");
  assert.match(text, /Twitter for Android/);
  assert.match(text, /45\.2\u202f% \(44\.1–46\.2\)/);
  assert.deepEqual(complaints, []);
  await close();
});

test("dark and paper recolour drawn charts", async () => {
  const { page, close } = await open("plain.html", { ...desktop, colorScheme: "dark" });
  const colours = () =>
    page.evaluate(() => {
      const of = (selector) => getComputedStyle(document.querySelector(selector)).fill;
      return { ink: getComputedStyle(document.body).color, label: of("#figure-clients .role-axis-label text"), value: of("#figure-clients .mark-text.role-mark text"), bar: of("#figure-clients .mark-rect.role-mark path") };
    });
  const dark = await colours();
  assert.equal(dark.label, dark.ink);
  assert.equal(dark.value, dark.ink);
  await page.emulateMedia({ media: "print" });
  const paper = await colours();
  assert.equal(paper.label, paper.ink);
  assert.notEqual(paper.ink, dark.ink);
  assert.notEqual(paper.bar, dark.bar);
  await close();
});

test("print has every table unfolded, on several pages", async () => {
  const { page, close } = await open("plain.html");
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages > 1, `${pages} pages`);
  await page.emulateMedia({ media: "print" });
  const hidden = await page.$$eval("details table", (tables) => tables.filter((table) => table.getBoundingClientRect().height < 100).length);
  assert.equal(hidden, 0);
  assert.equal(await page.$$eval("details[open]", (folds) => folds.length), 0, "folds stay as the reader left them");
  await close();
});

test("an unlisted study is marked on screen and on every page of paper", async () => {
  const { page, close } = await open("unlisted.html");
  for (const media of ["screen", "print"]) {
    await page.emulateMedia({ media });
    const mark = await page.$eval(".watermark", (mark) => ({ position: getComputedStyle(mark).position, shown: mark.checkVisibility(), text: mark.innerText }));
    assert.equal(mark.position, "fixed"); // a fixed box is repeated on every page
    assert.ok(mark.shown);
    assert.match(mark.text, /Unlisted study: not a designated organisation/);
    assert.match(await page.innerText(".banner"), /^Internal copy\./);
  }
  await close();
});

test("without JavaScript the tables tell everything", async () => {
  const { page, requests, url, close } = await open("plain.html", { ...desktop, javaScriptEnabled: false });
  assert.equal(await page.locator(".chart svg").count(), 0);
  assert.equal(await page.locator(".finding noscript").count(), 10);
  const text = await page.locator("main").innerText();
  assert.match(text, /The chart needs JavaScript; the table holds the same figures\./);
  assert.equal(await page.locator(".finding table").count(), 12);
  await page.locator("#figure-hashtags summary").first().click();
  assert.equal(await page.locator("#figure-hashtags tbody tr").count(), 26);
  assert.ok(await page.locator("#figure-hashtags tbody tr").last().isVisible());
  assert.deepEqual(requests, [url]);
  await close();
});

test("every finding can be read back by a program", async () => {
  const { page, close } = await open("plain.html");
  const findings = await page.$$eval("figure[data-finding]", (figures) =>
    figures.map((figure) => [figure.dataset.finding, JSON.parse(document.getElementById(`finding-${figure.dataset.finding}`).textContent)]),
  );
  for (const [id, finding] of findings) {
    assert.equal(finding.id, id);
    const rows = await page.locator(`#figure-${id} tbody tr`).count();
    assert.equal(rows, finding.rows.length, id);
  }
  await close();
});

for (const name of ["census.html", "bound.html", "arabic.html"]) {
  for (const [device, options] of [["desktop", desktop], ["phone", phone]]) {
    test(`${name} on a ${device}: every chart is drawn, within its place, without a complaint`, async () => {
      const { page, requests, complaints, url, close } = await open(name, options);
      assert.equal(await page.getAttribute("html", "data-charts"), "16");
      assert.deepEqual(requests, [url]);
      assert.deepEqual(complaints, []);
      assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0);
      // A mark may reach out by half a dot.
      const outside = await page.$$eval(".chart svg", (charts) =>
        charts.flatMap((chart) => {
          const place = chart.getBoundingClientRect();
          return [...chart.querySelectorAll(".role-mark path, .role-mark rect, .role-mark line, .role-mark text")]
            .map((mark) => mark.getBoundingClientRect())
            .filter((mark) => mark.left < place.left - 6 || mark.right > place.right + 6)
            .map((mark) => `${chart.closest("[data-spec]").dataset.spec}: ${mark.left}–${mark.right} of ${place.left}–${place.right}`);
        }),
      );
      assert.deepEqual(outside, []);
      const crossing = await page.$$eval('[data-spec="spec-census_estimate"], [data-spec="spec-census_path"]', (charts) =>
        charts.flatMap((chart) => {
          const texts = [...chart.querySelectorAll(".role-mark text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
          const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2;
          return texts.flatMap((one, at) => texts.slice(at + 1).filter((other) => one.text && other.text && meets(one.box, other.box)).map((other) => `${one.text} × ${other.text}`));
        }),
      );
      assert.deepEqual(crossing, []);
      await close();
    });
  }
}

test("the figure is the first thing a reader meets, and its picture has the rows in their order", async () => {
  const { page, close } = await open("census.html");
  const { top, bottom } = await page.$eval(".hero .chart", (chart) => chart.getBoundingClientRect());
  assert.ok(top > 0 && bottom < desktop.viewport.height, `${top}–${bottom}`);
  assert.match(await page.textContent(".headline"), /^About 5\u202f900 accounts in the frame overtly supported the organisation/);
  assert.match(await page.getAttribute(".hero .chart", "aria-label"), /^About 5\u202f900 accounts .* The table holds the same figures\.$/);
  const drawn = await page.$$eval(".hero .mark-text.role-mark text", (texts) =>
    texts
      .filter((text) => text.getAttribute("text-anchor") !== "end")
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((text) => text.textContent),
  );
  const rows = await page.$$eval("#figure-census_estimate tbody td:first-child", (cells) => cells.map((cell) => cell.textContent));
  assert.deepEqual(drawn, rows);
  // Sorts of rows differ by shape: a legend of three symbols with three outlines.
  const outlines = await page.$$eval(".hero .role-legend-symbol path", (symbols) => symbols.map((symbol) => symbol.getAttribute("d")));
  assert.equal(new Set(outlines).size, 3);
  await close();
});

test("weights below zero stand left of it", async () => {
  const { page, close } = await open("census.html");
  const sides = await page.$$eval("#figure-census_weights .mark-rect.role-mark path", (bars) => bars.map((bar) => bar.getBoundingClientRect()).map(({ left, right }) => [left, right]));
  const zero = Math.min(...sides.slice(0, 3).map(([left]) => left));
  assert.equal(sides.length, 5);
  for (const [, right] of sides.slice(3)) assert.ok(right <= zero + 1.5, `${right} and ${zero}`);
  await close();
});

test("a bound is an arrow from its end mark to zero, under the mark of an unlisted study", async () => {
  const { page, close } = await open("bound.html");
  assert.match(await page.textContent(".headline"), /^At most 310 accounts/);
  assert.match(await page.textContent(".reason"), /^Only a bound can be given: /);
  const rule = await page.$eval(".hero .mark-rule.role-mark line", (line) => line.getBoundingClientRect().width);
  assert.ok(rule > 200, `${rule}`);
  assert.ok(await page.$eval(".watermark", (mark) => mark.checkVisibility()));
  await close();
});

test("the file is one file", () => {
  const text = readFileSync(join(folder, "plain.html"), "utf8");
  assert.ok(text.length < 1_200_000, `${text.length} characters`);
});
