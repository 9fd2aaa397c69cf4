// Writes ../data/world.tsv: for each country its ISO 3166-1 alpha-2 code and its outline as an SVG path in a square from -1 to 1.
//
//     node world.mjs CODE-MAPPINGS.json
//
// Outlines: Natural Earth 1:110m (public domain) by the package world-atlas; codes: CLDR's supplemental/codeMappings.json (Unicode-3.0), in
// the package cldr-core. Projection: Equal Earth (B. Šavrič, T. Patterson, B. Jenny, 2018), which keeps areas comparable.
import { geoEqualEarth, geoPath } from "d3-geo";
import { readFileSync, writeFileSync } from "node:fs";
import { feature } from "topojson-client";

const world = JSON.parse(readFileSync(new URL("node_modules/world-atlas/countries-110m.json", import.meta.url)));
const mappings = JSON.parse(readFileSync(process.argv[2])).supplemental.codeMappings;
const alpha2 = new Map(Object.entries(mappings).flatMap(([code, own]) => (code.length === 2 && own._numeric ? [[own._numeric, code]] : [])));
alpha2.set("Kosovo", "XK");
const projection = geoEqualEarth().fitSize([2000, 2000], { type: "Sphere" });
const path = geoPath(projection);
const lines = feature(world, world.objects.countries).features
  .filter((country) => country.id !== "010") // Antarctica, where nobody has an account
  .map((country) => {
    const code = alpha2.get(country.id) ?? alpha2.get(country.properties.name) ?? "-";
    // Thousandths of half the width, moved so that the middle is 0.
    const outline = path(country).replace(/-?\d+(\.\d+)?/g, (number) => String(Math.round(Number(number)) - 1000));
    return `${code}\t${outline}`;
  })
  .sort();
writeFileSync(new URL("../data/world.tsv", import.meta.url), `${lines.join("\n")}\n`);
console.log(`data/world.tsv: ${lines.length} outlines`);
