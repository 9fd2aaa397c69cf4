// What the first page loads, compressed, may not grow past 400 kB: the page, its script and style, what they ask for at once, and one language.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const most = 400_000;
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 6 }).length;
const files = new Set(["index.html", "icon.svg"]);
const visit = (key) => {
  const entry = manifest[key];
  if (!entry || files.has(entry.file)) return;
  files.add(entry.file);
  entry.css?.forEach((file) => files.add(file));
  entry.imports?.forEach(visit);
};
visit("index.html");
const languages = Object.keys(manifest).filter((key) => key.startsWith("messages/"));
const largest = languages.map((key) => manifest[key].file).toSorted((a, b) => size(b) - size(a))[0];
files.add(largest);
const total = [...files].reduce((sum, file) => sum + size(file), 0);
console.log(`first load: ${Math.round(total / 1000)} kB compressed in ${files.size} files (at most ${most / 1000})`);
if (total > most) process.exit(1);
const page = readFileSync(join(dist, "index.html"), "utf8");
if (/<style|<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|https?:\/\//.test(page)) { console.error("index.html has something inline or of another origin"); process.exit(1); }
// Only what a browser asks for goes into the binary.
rmSync(join(dist, ".vite"), { recursive: true });
