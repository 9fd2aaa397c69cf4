// Bundles src/charts.ts into dist/charts.js: one classic script, no network, no source map, the same bytes every time.
//
// A report is passed on with the script in it, and the licences of what is bundled ask to go along: they stand at its end.
import { build } from "esbuild";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The folders of the packages that bytes of the bundle come from, sorted. */
function packages(inputs) {
  const folders = Object.entries(inputs)
    .filter(([, input]) => input.bytesInOutput > 0)
    .map(([path]) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
  return [...new Set(folders.filter(Boolean))].sort();
}

/** The licence texts of these packages, each once, with the packages that it covers. */
function notices(folders) {
  const covered = new Map();
  for (const folder of folders) {
    const file = readdirSync(join(here, folder)).find((name) => /^licen[cs]e/i.test(name));
    const about = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    const text = file ? readFileSync(join(here, folder, file), "utf8").replaceAll("\r", "").trim() : `Licence: ${about.license}`;
    covered.set(text, [...(covered.get(text) ?? []), `${about.name} ${about.version}`]);
  }
  return [...covered].map(([text, names]) => `${names.join(", ")}\n\n${text}`).join("\n\n---\n\n");
}

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/charts.ts"],
  outfile: "dist/charts.js",
  write: false,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  charset: "ascii", // a page saved in another encoding still runs
  legalComments: "none", // the whole licences are added below
  alias: { vega: "./src/vega.ts" },
  metafile: true,
});
const [{ inputs }] = Object.values(result.metafile.outputs);
const comment = notices(packages(inputs)).replaceAll("*/", "* /").replaceAll("<", "(").replaceAll(">", ")");
const script = `${result.outputFiles[0].text.trimEnd()}\n/*\n${comment}\n*/\n`;
mkdirSync(join(here, "dist"), { recursive: true });
writeFileSync(join(here, "dist/charts.js"), script);
console.log(`dist/charts.js: ${Math.round(Buffer.byteLength(script) / 1000)} kB`);
