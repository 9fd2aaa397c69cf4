// The example server and people at their browsers, for the tests.
//
// `HOUSE` names the built example (else cargo runs it), `HOUSE_URL` and `HOUSE_PASSWORD` a server that runs already, `CHROMIUM` the browser.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const desktop = { viewport: { width: 1280, height: 900 } };
export const phone = { viewport: { width: 390, height: 844 } };

function freePort() {
  return new Promise((done) => { const server = createServer().listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => done(port)); }); });
}

async function serve() {
  if (process.env.HOUSE_URL) return { url: process.env.HOUSE_URL, password: process.env.HOUSE_PASSWORD, stop: async () => undefined };
  const data = mkdtempSync(join(tmpdir(), "house-"));
  // The house asks for a second reviewer.
  mkdirSync(join(data, "house"));
  writeFileSync(join(data, "house/marsad.toml"), "[review]\nsecond = true\n");
  const own = ["--listen", `127.0.0.1:${await freePort()}`, "--data", data];
  const [program, first] = process.env.HOUSE ? [process.env.HOUSE, []] : ["cargo", ["run", "--quiet", "-p", "web", "--example", "house", "--"]];
  const child = spawn(program, [...first, ...own], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => child.once("exit", done));
  const line = await Promise.race([new Promise((done) => createInterface({ input: child.stdout }).once("line", done)), ended.then(() => { throw new Error("the example server ended"); })]);
  const { url, password } = JSON.parse(line);
  for (let tries = 0; tries < 100 && !(await fetch(`${url}/livez`).catch(() => null))?.ok; tries += 1) await new Promise((done) => setTimeout(done, 100));
  return { url: url.replace(/\/$/, ""), password, stop: async () => { child.kill("SIGTERM"); await ended; rmSync(data, { recursive: true, force: true }); } };
}

/** A server and a browser. `people` opens a page for somebody; what it complains of is collected in `complaints`. */
export async function open() {
  const house = await serve();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
  const complaints = [];
  const page = async (name, { language = "en", device = desktop, colorScheme = "light", password = house.password, ...more } = {}) => {
    const context = await browser.newContext({ ...device, colorScheme, ...more });
    await context.addInitScript((tag) => {
      if (!localStorage.getItem("marsad-language")) localStorage.setItem("marsad-language", tag);
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    }, language);
    const page = await context.newPage();
    page.on("console", (message) => { if (message.type() === "error") complaints.push(`${name}: ${message.text()} (${message.location().url})`); });
    page.on("pageerror", (error) => complaints.push(`${name}: ${error.message}`));
    page.on("dialog", (dialog) => { complaints.push(`${name}: a dialog: ${dialog.message()}`); void dialog.dismiss(); });
    await page.goto(house.url);
    await page.locator("form input").first().waitFor();
    if (name) {
      await page.locator('input[autocomplete="username"]').fill(name);
      await page.locator('input[autocomplete="current-password"]').fill(password);
      await page.keyboard.press("Enter");
      await page.locator("#main").waitFor();
    }
    return page;
  };
  const close = async () => { await browser.close(); await house.stop(); };
  const calm = () => assert.deepEqual(complaints.splice(0), []);
  return { url: house.url, password: house.password, page, complaints, calm, close };
}
