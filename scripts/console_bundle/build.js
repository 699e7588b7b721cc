// Builds the files of src/qbconnector/console/static/vendor: `npm ci --ignore-scripts && npm run build`.
// It is run by hand when a version changes; what it writes is committed, with the licence of everything in it.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULES = join(HERE, "node_modules");
const VENDOR = join(HERE, "../../src/qbconnector/console/static/vendor");

// The package a module belongs to, @codemirror/view say.
function packageOf(input) {
  const parts = relative(MODULES, join(HERE, input)).split(sep);
  return parts[0] === ".." ? null : parts.slice(0, parts[0].startsWith("@") ? 2 : 1).join("/");
}

function licence(name) {
  const folder = join(MODULES, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

mkdirSync(VENDOR, { recursive: true });

const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: ["editor.js"],
  outfile: join(VENDOR, "codemirror.min.js"),
  bundle: true,
  format: "esm",
  legalComments: "none",
  metafile: true,
  minify: true,
  target: "es2022",
});
const packages = [...new Set(Object.keys(metafile.inputs).map(packageOf))].filter(Boolean).sort();
writeFileSync(join(VENDOR, "codemirror.LICENSE.txt"), packages.map(licence).join(`\n${"-".repeat(80)}\n\n`));

copyFileSync(join(MODULES, "htmx.org/dist/htmx.min.js"), join(VENDOR, "htmx.min.js"));
writeFileSync(join(VENDOR, "htmx.LICENSE.txt"), licence("htmx.org"));

console.log(["htmx.org", ...packages].join("\n"));
