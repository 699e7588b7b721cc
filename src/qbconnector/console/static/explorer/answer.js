// Sends the request, and shows what came of it: as XML, as tables, as JSON, and as files.
import { Problem, ask } from "../console.js";
import { bytes, choices, el, milliseconds, number } from "./dom.js";
import { viewer } from "./editor.js";
import { chosen, plain } from "./language.js";

const SEVERITIES = ["Error", "Warn", "Info"]; // in the order that they are looked at
const FORMS = [["xml", "XML"], ["table", "Table"], ["json", "JSON"]];

export class Answer {
  constructor(box, answered) {
    this.box = box;
    this.answered = answered; // says to who does not see it what came
    this.form = "xml";
    this.sending = null;
  }

  // Send a text as a user.
  async send(text, user) {
    this.sending?.abort();
    const sending = this.sending = new AbortController();
    const began = performance.now();
    const clock = el("span", {}, "…");
    const ticking = setInterval(() => { clock.textContent = milliseconds((performance.now() - began) / 1000); }, 100);
    this.box.replaceChildren(el("div", { class: "idle", role: "status" }, el("p", {}, `Sent as ${user}. `, clock),
      el("p", {}, el("button", { type: "button", onclick: () => sending.abort() }, "Cancel"))));
    try {
      const sent = await ask("POST", `/api/answers?${new URLSearchParams({ user })}`, plain(text), sending.signal);
      await this.show(sent);
    } catch (problem) {
      if (!(problem instanceof Problem) && problem.name !== "AbortError") throw problem;
      if (this.sending === sending) this.refused(problem, sending.signal.aborted);
    } finally {
      clearInterval(ticking);
      if (this.sending === sending) this.sending = null;
    }
  }

  refused(problem, cancelled) {
    const said = problem.said || {};
    this.box.replaceChildren(el("div", { class: "failure", role: "alert" },
      el("p", { class: "problem" }, cancelled ? "Cancelled." : said.detail || problem.message),
      cancelled && el("p", {}, "If QuickBooks had begun with it, it may still take effect: query before you send it again."),
      !cancelled && (said.explanation || "").split("\n").filter(Boolean).map((line) => el("p", {}, line)),
      !cancelled && said.remedy && el("p", {}, said.remedy)));
  }

  async show(sent) {
    this.sent = sent;
    this.tables = null;
    const url = `/api/answers/${sent.number}`;
    this.url = url;
    this.beginning = await ask("GET", `${url}/beginning`);
    const statuses = this.beginning.responses.map(({ name, attributes }) => ({ name, ...attributes }))
      .sort((one, other) => SEVERITIES.indexOf(one.statusSeverity) - SEVERITIES.indexOf(other.statusSeverity));
    this.body = el("div", { class: "form" });
    const forms = el("div", { class: "choices", role: "group", "aria-label": "Form of the answer" });
    choices(forms, FORMS, this.form, (form) => this.choose(form));
    this.box.replaceChildren(
      el("ul", { class: "statuses", tabindex: "0", "aria-label": "Statuses" }, statuses.map(status)),
      sent.hint && el("p", { class: "said" }, sent.hint),
      el("div", { class: "view-tools" }, forms,
        el("a", { class: "button", href: url, download: true }, "Download XML"),
        el("p", { class: "hint" }, `#${sent.number} · ${bytes(sent.size)} · ${milliseconds(sent.seconds)}`,
          el("span", { class: "spent" }, ` · ${spent(sent)}`))),
      this.body);
    this.answered.textContent = `Answered: ${statuses.map((one) => `${one.name} ${one.statusCode}`).join(", ")}`;
    await this.choose(this.form);
  }

  // Show a form of the answer, unless by then another one is wanted.
  async choose(form) {
    this.form = form;
    const body = this.body;
    body.replaceChildren(el("p", { class: "idle", role: "status" }, "Reading the answer …"));
    let parts;
    try {
      parts = await this[form]();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      parts = [el("p", { class: "problem", role: "alert" }, problem.message)];
    }
    if (this.form === form && this.body === body) body.replaceChildren(...parts);
  }

  xml() {
    const host = el("div", { class: "editor" });
    viewer(host, this.beginning.text, "The answer");
    const cut = `The first MiB of ${bytes(this.sent.size)}. The download has all of it.`;
    return this.beginning.whole ? [host] : [el("p", { class: "said" }, cut), host];
  }

  async json() {
    const link = el("p", {}, el("a", { class: "button", href: this.inDialect("json"), download: true }, "Download JSON"));
    if (!this.beginning.whole) return [el("p", { class: "said" }, "The answer is too large to be shown as JSON here."), link];
    const found = await ask("GET", this.inDialect("json"));
    return [link, el("pre", { tabindex: "0", "aria-label": "The answer as JSON" }, JSON.stringify(found, null, 2))];
  }

  async table() {
    const { tables, responses } = this.tables ??= await ask("GET", this.inDialect("tables"));
    if (!tables.length) return [el("p", { class: "idle" }, "There are no objects in the answer.")];
    return tables.map((one, index) => this.oneTable(one, index, responses));
  }

  inDialect(part) {
    return `${this.url}/${part}?${new URLSearchParams({ dialect: chosen.dialect })}`;
  }

  oneTable(one, index, responses) {
    const columns = one.columns;
    const numeric = new Set(columns.filter((column) => one.rows.every((row) => /^(-?[\d.,]+)?$/.test(row[column] ?? ""))));
    const line = (row) => el("tr", {}, columns.map((column, place) => el(place ? "td" : "th",
      { class: numeric.has(column) && "number", scope: !place && "row" }, row[column] ?? "")));
    const title = responses.length > 1 ? `${responses[one.response].name}, ${one.name}` : one.name;
    return el("section", { "aria-label": title },
      el("div", { class: "view-tools" },
        el("h3", {}, title, " ", el("span", { class: "badge" }, `${number.format(one.total)} ${one.total === 1 ? "row" : "rows"}`)),
        el("a", { class: "button", href: this.inDialect(`tables/${index}`), download: true, "aria-label": `CSV of ${title}` }, "CSV")),
      el("div", { class: "sheet", tabindex: "0", role: "region", "aria-label": title },
        el("table", {}, el("thead", {}, el("tr", {}, columns.map((column) =>
          el("th", { scope: "col", class: numeric.has(column) && "number" }, column)))),
          el("tbody", {}, one.rows.map(line)))),
      one.total > one.rows.length && el("p", { class: "hint" },
        `The first ${number.format(one.rows.length)} rows are here; the CSV has all of them.`));
  }
}

function status(one) {
  const kind = one.statusSeverity === "Error" ? "bad" : one.statusSeverity === "Warn" ? "warn" : "good";
  return el("li", {}, el("span", { class: `badge ${kind}` }, one.statusCode), " ", el("strong", {}, one.name), " ",
    one.statusMessage, one.iteratorRemainingCount && ` (${number.format(one.iteratorRemainingCount)} remain)`);
}

function spent(times) {
  return ["waiting", "opening", "executing"].map((name) => `${name} ${milliseconds(times[name])}`).join(", ");
}
