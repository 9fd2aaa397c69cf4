// Holds the message files to one another and to the sources, and writes the types of the messages (src/i18n/words.ts).
//
// Fails on: a message that a language lacks or has too many, other arguments than the English one, plural forms that are not those of the
// language, an empty message, a message that no source names.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { argumentsOf, parse } from "../src/i18n/message.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const languages = ["ar", "de", "en", "fr", "it", "tr"];
const read = (tag) => JSON.parse(readFileSync(join(here, `messages/${tag}.json`), "utf8"));
const files = Object.fromEntries(languages.map((tag) => [tag, read(tag)]));
const english = files.en;
const complaints = [];

/** Every plural of a message, however deep. */
function plurals(parts) {
  return parts.flatMap((part) => (typeof part === "object" && part.forms ? [part, ...Object.values(part.forms).flatMap(plurals)] : []));
}

for (const [tag, messages] of Object.entries(files)) {
  const wanted = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.toSorted().join(" ");
  for (const key of Object.keys(english)) if (!(key in messages)) complaints.push(`${tag}: \`${key}\` is missing`);
  for (const [key, text] of Object.entries(messages)) {
    if (!(key in english)) { complaints.push(`${tag}: \`${key}\` is not in English`); continue; }
    if (text.trim() === "") { complaints.push(`${tag}: \`${key}\` is empty`); continue; }
    try {
      const parts = parse(text);
      const [own, theirs] = [parts, parse(english[key])].map((all) => JSON.stringify(argumentsOf(all)));
      if (own !== theirs) complaints.push(`${tag}: \`${key}\` takes ${own}, English ${theirs}`);
      for (const { forms } of plurals(parts)) {
        const has = Object.keys(forms).filter((name) => !name.startsWith("=")).toSorted().join(" ");
        if (has !== wanted) complaints.push(`${tag}: \`${key}\` has the forms ${has}; the language has ${wanted}`);
      }
    } catch (error) {
      complaints.push(`${tag}: \`${key}\`: ${error.message}`);
    }
  }
}

const sources = readdirSync(join(here, "src"), { recursive: true })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith("words.ts"))
  .map((name) => readFileSync(join(here, "src", name), "utf8"))
  .join("\n");
const named = new Set([...sources.matchAll(/["'`]([a-z][A-Za-z_]*(?:\.[A-Za-z_0-9]+)+)["'`]/g)].map(([, key]) => key));
const prefixes = [...sources.matchAll(/`([a-z][A-Za-z_.]*\.)\$\{/g), ...sources.matchAll(/said\(\s*["'`]([a-z][A-Za-z_.]*)["'`]/g)].map(([, prefix]) => (prefix.endsWith(".") ? prefix : `${prefix}.`));
for (const key of Object.keys(english)) {
  if (!named.has(key) && !prefixes.some((prefix) => key.startsWith(prefix))) complaints.push(`\`${key}\` is named by no source`);
}

if (complaints.length > 0) {
  console.error(complaints.join("\n"));
  process.exit(1);
}
const line = (key) => {
  const own = Object.entries(argumentsOf(parse(english[key]))).map(([name, kind]) => `${name}: ${kind === "number" ? "number" : "string | number"}`);
  return `  ${JSON.stringify(key)}: { ${own.join("; ")}${own.length ? " " : ""}};`;
};
const types = `// Made by scripts/messages.mjs from messages/en.json.\nexport interface Words {\n${Object.keys(english).map(line).join("\n")}\n}\n`;
writeFileSync(join(here, "src/i18n/words.ts"), types);
console.log(`messages ok (${Object.keys(english).length} in ${languages.length} languages)`);
