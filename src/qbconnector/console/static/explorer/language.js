// What the connector knows of the language, asked over its API. Places are characters there and UTF-16 units here.
import { ask } from "../console.js";

export const chosen = { dialect: "qbxml", version: "" };

const SURROGATE = /[\ud800-\udbff]/;

export function toCharacters(text, units) {
  return SURROGATE.test(text) ? [...text.slice(0, units)].length : units;
}

export function toUnits(text, characters) {
  return SURROGATE.test(text) ? [...text].slice(0, characters).join("").length : characters;
}

function address(path, query = {}) {
  return `/api/language/${path}?${new URLSearchParams({ ...chosen, ...query })}`;
}

export function plain(text) {
  return new Blob([text], { type: "text/plain" });
}

const about = (path) => (text, query, signal) => ask("POST", address(path, query), plain(text), signal);

export const layout = about("layout");
export const problems = about("problems");
export const code = about("code");

export function explain(text, place, signal) {
  return about("element")(text, { offset: toCharacters(text, place) }, signal);
}

export async function complete(text, place) {
  const found = await about("completions")(text, { offset: toCharacters(text, place) });
  return { ...found, start: toUnits(text, found.start), end: toUnits(text, found.end) };
}

export function element(path) {
  return ask("GET", address(`elements/${path.split("/").map(encodeURIComponent).join("/")}`));
}

export function requests() {
  return ask("GET", address("requests"));
}

export async function template(name, full) {
  return (await ask("GET", address(`templates/${encodeURIComponent(name)}`, { full }))).text;
}
