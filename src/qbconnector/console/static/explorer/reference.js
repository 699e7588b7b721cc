// What is known of an element, as a page of its own and in a few lines.
import { el, number } from "./dom.js";
import { element } from "./language.js";

function badge(text, kind = "") {
  return text && el("span", { class: `badge ${kind}` }, text);
}

function versions(one) {
  return [
    badge(one.since && `since ${one.since}`, one.here ? "" : "warn"),
    badge(!one.here && !one.since && "not in this version", "warn"),
    one.absent?.map((edition) => badge(`not in ${edition}`, "warn")),
  ].flat().filter(Boolean);
}

function lengths(one) {
  const all = Object.entries(one.lengths);
  if (new Set(all.map(([, length]) => length)).size < 2) return "";
  return `at most ${all.map(([edition, length]) => `${number.format(length)} (${edition})`).join(", ")} characters`;
}

function some(names) {
  return names.slice(0, 8).join(", ") + (names.length > 8 ? " …" : "");
}

// In a few lines, under the pointer or beside a completion.
export function brief(one) {
  return el("div", { class: "brief" },
    el("p", {}, el("strong", {}, one.name), " ", el("span", { class: "kind" }, [one.kind, one.count].filter(Boolean).join(" · "))),
    one.title && el("p", {}, one.title),
    lengths(one) && el("p", { class: "kind" }, lengths(one)),
    one.instead.length > 0 && el("p", { class: "kind" }, `Instead of it: ${one.instead.join("; ")}`),
    one.values.length > 0 && el("p", { class: "kind" }, some(one.values.map((value) => value.value))),
    one.parts.length > 0 && el("p", { class: "kind" }, `In it: ${some(one.parts.map((part) => part.name))}`),
    (one.since || !one.here) && el("p", { class: "kind" }, one.here ? `since ${one.since}` : "not in this version"));
}

// The page: it shows one element, and goes on to its parts. `failed` is told what cannot be shown.
export class Reference {
  constructor(box, failed) {
    this.failed = failed;
    this.shown = "";
    this.body = el("div", { class: "entry" });
    this.search = el("input", {
      type: "search", "aria-label": "Look up a request or an element", placeholder: "InvoiceAddRq, CustomerRef …",
      autocomplete: "off", spellcheck: "false", list: "known-requests",
    });
    this.names = el("datalist", { id: "known-requests" });
    const form = el("form", { class: "look-up", onsubmit: (event) => this.lookUp(event) }, this.search, this.names,
      el("button", {}, "Look up"));
    box.replaceChildren(form, this.body);
    this.show(null);
  }

  know(requests) {
    this.names.replaceChildren(...requests.map((one) => el("option", { value: one.name })));
  }

  lookUp(event) {
    event.preventDefault();
    const name = this.search.value.trim();
    if (name) this.open(name);
  }

  async open(path) {
    try {
      this.show(await element(path));
      this.body.querySelector("h3").focus();
    } catch (problem) {
      this.failed(problem);
    }
  }

  show(one) {
    if (one && one.path + one.here === this.shown) return;
    this.shown = one ? one.path + one.here : "";
    this.body.replaceChildren(...(one ? this.entry(one) : [el("div", { class: "idle" },
      el("p", {}, "Put the cursor into an element to read about it."),
      el("p", {}, "Or look up a request or an element by its name."))]));
    this.body.scrollTop = 0;
  }

  link(name, path) {
    return el("button", { type: "button", class: "link", onclick: () => this.open(path) }, name);
  }

  entry(one) {
    const names = one.path.split("/");
    const way = names.slice(0, -1).map((name, index) => [this.link(name, names.slice(0, index + 1).join("/")), " / "]);
    return [
      way.length > 0 && el("p", { class: "way" }, ...way.flat()),
      el("h3", { tabindex: "-1" }, one.name, " ", ...versions(one)),
      one.title && el("p", {}, one.title),
      el("p", { class: "hint" }, [one.kind, one.count, lengths(one), one.range, one.default && `${one.default} if it is left out`]
        .filter(Boolean).join(" · ")),
      one.instead.length > 0 && el("p", {}, "Instead of it: ", ...one.instead.flatMap((name, index) =>
        [index ? "; " : "", el("code", {}, name)])),
      ...one.notes.map((note) => el("p", { class: "hint" }, note)),
      one.values.length > 0 && el("p", { class: "values" }, ...one.values.flatMap((value) => [
        el("code", { class: value.here ? "" : "absent", title: value.since && `since ${value.since}` }, value.value), " "])),
      one.attributes.length > 0 && this.table("Attributes", one.attributes, (part) => [
        el("code", {}, part.name),
        part.values.length ? part.values.join(", ") : part.kind,
        [part.required && "required", part.since && `since ${part.since}`].filter(Boolean).join(", "),
      ]),
      one.parts.length > 0 && this.table("What stands in it, in this order", one.parts, (part) => [
        this.link(part.name, `${one.path}/${part.name}`),
        part.kind,
        [part.choice ? `choice ${part.choice}` : part.count === "may be left out" ? "" : part.count,
          part.since && `since ${part.since}`].filter(Boolean).join(", "),
      ], (part) => [part.here ? "" : "absent", !part.choice && /^(required|one or more)/.test(part.count) ? "needed" : ""].join(" ")),
      one.found_in.length > 0 && el("p", { class: "found" }, el("strong", {}, "Where it may stand: "),
        ...one.found_in.flatMap((name, index) => [index ? ", " : "", this.link(name, name)]),
        one.places > one.found_in.length && ` and ${number.format(one.places - one.found_in.length)} more`),
    ].filter(Boolean);
  }

  table(title, rows, cells, kind = () => "") {
    return el("table", { class: "parts" }, el("caption", {}, title), el("tbody", {}, rows.map((row) => {
      const [name, ...others] = cells(row);
      return el("tr", { class: kind(row) }, el("th", { scope: "row" }, name), others.map((cell) => el("td", {}, cell)));
    })));
  }
}
