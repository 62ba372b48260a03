// Builds what the page needs into one folder: node build.mjs OUTPUT
//
//   page.js, page.css   our JavaScript and style with Leaflet, bundled by esbuild
//   loader.js           the script that unpacks page.js in the page
//   countries.tsv       Natural Earth countries (npm world-atlas, 1:10m), one polygon a line
//   LICENSES.txt        the notices of what was bundled
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { countryLines } from "./countries.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2];
if (!output) {
  console.error("usage: node build.mjs OUTPUT");
  process.exit(2);
}
mkdirSync(output, { recursive: true });

const common = {
  outdir: output,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020"],
  // ASCII only: the page then means the same whatever encoding a mail gateway or an archive gives it.
  charset: "ascii",
  // As it starts, Leaflet asks for what Internet Explorer 8 had. Refused, it throws; and to say where, the browser would read the
  // whole script a second time.
  define: { "document.namespaces": "namespaces" },
  inject: [join(here, "src/namespaces.js")],
  legalComments: "eof",
  logLevel: "warning",
};
await build({ ...common, entryPoints: { page: join(here, "src/main.js") }, globalName: "geomap", loader: { ".png": "dataurl", ".json": "text" } });
await build({ ...common, entryPoints: { loader: join(here, "src/loader.js") } });

const require = createRequire(import.meta.url);
const world = JSON.parse(readFileSync(require.resolve("world-atlas/countries-10m.json"), "utf8"));
writeFileSync(join(output, "countries.tsv"), `${countryLines(world).join("\n")}\n`);

const notices = ["leaflet", "world-atlas"].map((name) => {
  const text = readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8");
  return `${name}\n${"=".repeat(name.length)}\n\n${text.trim()}\n`;
});
notices.push(readFileSync(join(here, "icons.LICENSE.txt"), "utf8"));
writeFileSync(join(output, "LICENSES.txt"), notices.join("\n\n"));
