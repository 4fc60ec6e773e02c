// The licences of what a bundle holds, each text once under the packages it is for.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const [meta, target, ...named] = process.argv.slice(2);
const inputs = meta === "-" ? [] : Object.keys(JSON.parse(readFileSync(meta, "utf8")).inputs);
const packages = new Set([...named, ...inputs.map((path) => path.match(/node_modules\/([^/]+)/)?.[1])]);
const texts = new Map();
for (const name of [...packages].filter(Boolean).sort()) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name}: no licence beside it`);
  const text = readFileSync(`${folder}/${file}`, "utf8").trim();
  texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
}
const parts = [...texts].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
writeFileSync(target, parts.join(`\n${"-".repeat(72)}\n\n`));
