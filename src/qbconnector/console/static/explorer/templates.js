// The list of templates: search by a few letters of the name or of what it does, arrows and Enter choose.
import { el } from "./dom.js";

export class Templates {
  constructor(dialog, chosen) {
    this.dialog = dialog;
    this.chosen = chosen;
    this.requests = [];
    this.found = [];
    this.at = 0;
    this.search = dialog.querySelector("input[type=search]");
    this.list = dialog.querySelector("ul");
    this.full = dialog.querySelector("input[type=checkbox]");
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => this.key(event));
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  know(requests) {
    this.requests = requests;
    this.filter();
  }

  open() {
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.search.select();
    this.filter();
  }

  filter() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (one) => words.every((word) => `${one.name} ${one.title}`.toLowerCase().includes(word));
    const begins = (one) => one.name.toLowerCase().startsWith(words.join(""));
    this.found = this.requests.filter(fits).sort((one, other) => begins(other) - begins(one));
    this.list.replaceChildren(...this.found.map((one, index) => el("li", {
      role: "option", id: `template-${index}`, "aria-selected": "false", onclick: () => this.choose(one),
    }, el("code", {}, one.name), " ", el("span", {}, one.title), one.since && el("span", { class: "badge" }, `since ${one.since}`))));
    if (!this.found.length) this.list.replaceChildren(el("li", { class: "hint" }, "No request is called so in this version."));
    this.move(0);
  }

  move(place) {
    this.at = Math.max(0, Math.min(place, this.found.length - 1));
    [...this.list.children].forEach((one, index) => {
      if (one.role === "option") one.setAttribute("aria-selected", String(index === this.at));
    });
    this.search.setAttribute("aria-activedescendant", this.found.length ? `template-${this.at}` : "");
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) this.move(this.at + steps[event.key]);
    else if (event.key === "Enter" && this.found[this.at]) this.choose(this.found[this.at]);
    else if (event.key !== "Enter") return;
    event.preventDefault();
  }

  choose(one) {
    this.dialog.close();
    this.chosen(one.name, this.full.checked);
  }
}
