// The Explorer: an editor on the left, and what is known of it, came of it and can be made of it on the right.
//
// Ctrl-Enter sends, Ctrl-K opens the templates, Ctrl-Shift-F formats, F1 documents, F8 goes to the next problem.
import { Problem, notice } from "../console.js";
import { Answer } from "./answer.js";
import { choices, el, later } from "./dom.js";
import { editor, goTo, mark, replaceAll } from "./editor.js";
import * as language from "./language.js";
import { Reference } from "./reference.js";
import { Templates } from "./templates.js";

const DRAFT = "explorer-draft", USER = "explorer-user", CODE = "explorer-code";
const LONGEST = 1_000_000; // characters of a draft that the tab keeps
const INSTRUCTION = /<\?(qbxml|qbposxml)(\s+version\s*=\s*["'])((?:[A-Z]{2})?\d+\.\d+)(["'])/;

const $ = (id) => document.getElementById(id);
const bench = document.querySelector(".bench");
const version = $("version"), user = $("user");

function failed(problem) {
  if (problem.name === "AbortError") return;
  if (!(problem instanceof Problem)) throw problem;
  notice(problem.message, "bad");
}

// The text

const given = $("text").value;
const view = editor(
  $("editor"), given || sessionStorage.getItem(DRAFT) || $("text").dataset.first, "Request",
  [
    { key: "Mod-Enter", run: () => (send(), true) },
    { key: "Shift-Mod-f", run: () => (format(), true) },
    { key: "Mod-k", run: () => (templates.open(), true) },
    { key: "F1", run: () => (open("reference"), true) },
  ],
  () => changed(), () => moved(),
);

function text() {
  return view.state.doc.toString();
}

// Where the content of the first request begins.
function beginning() {
  const found = /<\w+(?<!Msgs)Rq\b[^>]*>\s*/.exec(text());
  return found ? found.index + found[0].length : 0;
}

function changed() {
  if (view.state.doc.length <= LONGEST) sessionStorage.setItem(DRAFT, text());
  else sessionStorage.removeItem(DRAFT);
  follow();
  check();
  if (!$("code").hidden) recode();
}

// The version that the document says is the one that is chosen.
function follow() {
  const found = INSTRUCTION.exec(text().slice(0, 2000));
  const value = found && `${found[1]}/${found[3].replace(/^US/, "")}`;
  if (value && value !== version.value && [...version.options].some((one) => one.value === value)) {
    version.value = value;
    choose();
  }
}

function choose() {
  [language.chosen.dialect, language.chosen.version] = version.value.split("/");
  language.requests().then((known) => {
    templates.know(known);
    reference.know(known);
  }).catch(failed);
}

version.addEventListener("change", () => {
  const [dialect, number] = version.value.split("/");
  const found = INSTRUCTION.exec(text());
  choose();
  if (found?.[1] === dialect) {
    const from = found.index + found[0].length - found[4].length - found[3].length;
    view.dispatch({ changes: { from, to: from + found[3].length, insert: number } });
  } else {
    templates.open();
  }
});

async function format() {
  try {
    const { text: laidOut } = await language.layout(text());
    if (laidOut !== text()) replaceAll(view, laidOut);
  } catch (problem) {
    failed(problem);
  }
}

// Problems

let checking = null;
const check = later(250, async () => {
  checking?.abort();
  checking = new AbortController();
  try {
    showProblems(await language.problems(text(), {}, checking.signal));
  } catch (problem) {
    if (problem instanceof Problem) showProblems([], problem.message);
    else failed(problem);
  }
});

function showProblems(found, instead = "") {
  mark(view, found);
  const errors = found.filter((one) => one.severity === "error").length;
  const count = (many, what) => many && `${many} ${what}${many === 1 ? "" : "s"}`;
  $("problem-count").textContent = instead
    || [count(errors, "problem"), count(found.length - errors, "warning")].filter(Boolean).join(", ") || "No problems";
  $("problem-count").className = errors ? "bad" : found.length ? "warn" : "good";
  $("problems").hidden = !found.length;
  $("problems").replaceChildren(...found.map((one) => el("li", {}, el("button", {
    type: "button",
    class: one.severity,
    onclick: () => goTo(view, language.toUnits(text(), one.start), language.toUnits(text(), one.end)),
  }, el("span", { class: "spot" }, `${one.line}:${one.column}`), " ", one.message, " ",
  one.remedy && el("span", { class: "hint" }, one.remedy)))));
}

// The place of the cursor

let asking = null;
const moved = later(150, async () => {
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  $("position").textContent = `Line ${line.number}, column ${head - line.from + 1}`;
  asking?.abort();
  asking = new AbortController();
  try {
    const found = await language.explain(text(), head, asking.signal);
    $("path").textContent = found ? found.path.replaceAll("/", " › ") : "";
    if (found) reference.show(found);
  } catch (problem) {
    if (!(problem instanceof Problem)) failed(problem);
  }
});

// The views

const tabs = [...document.querySelectorAll("[role=tab]")];
const reference = new Reference($("reference"), failed);
const answer = new Answer($("answer"), $("answered"));
const templates = new Templates($("templates"), async (name, full) => {
  try {
    replaceAll(view, await language.template(name, full));
    view.dispatch({ selection: { anchor: beginning() } });
    view.focus();
  } catch (problem) {
    failed(problem);
  }
});

function open(name, focus = false) {
  for (const tab of tabs) {
    const here = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(here));
    tab.tabIndex = here ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !here;
    if (here && focus) tab.focus();
  }
  if (name === "code") showCode();
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => open(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) open(tabs[(index + step + tabs.length) % tabs.length].getAttribute("aria-controls"), true);
  });
}

async function showCode() {
  try {
    const found = await language.code(text(), { user: user?.value || "USER" });
    const last = localStorage.getItem(CODE);
    const key = found.some((one) => one.language === last) ? last : found[0].language;
    const show = (chosen) => {
      localStorage.setItem(CODE, chosen);
      $("snippet").textContent = found.find((one) => one.language === chosen).text;
    };
    choices($("languages"), found.map((one) => [one.language, one.name]), key, show);
    show(key);
  } catch (problem) {
    failed(problem);
  }
}

const recode = later(250, showCode);

// Sending

async function send() {
  if (!user) return;
  const hidden = given ? text().indexOf(bench.dataset.hidden) : -1;
  if (hidden >= 0) {
    notice(`Write what ${bench.dataset.hidden} stands for before you send it.`, "bad");
    goTo(view, hidden, hidden + bench.dataset.hidden.length);
    return;
  }
  open("answer");
  if (matchMedia("(max-width: 720px)").matches) $("answer").closest(".pane").scrollIntoView();
  $("send").setAttribute("aria-busy", "true");
  try {
    await answer.send(text(), user.value);
  } finally {
    $("send").removeAttribute("aria-busy");
  }
}

$("format").addEventListener("click", format);
$("open-templates").addEventListener("click", () => templates.open());
$("send")?.addEventListener("click", send);
if (user) {
  const last = localStorage.getItem(USER);
  if (!user.dataset.asked && [...user.options].some((one) => one.value === last)) user.value = last;
  user.addEventListener("change", () => {
    localStorage.setItem(USER, user.value);
    if (!$("code").hidden) showCode();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || !(event.ctrlKey || event.metaKey)) return;
  if (event.key === "k") templates.open();
  else if (event.key === "Enter" && !$("templates").open) send();
  else return;
  event.preventDefault();
});

follow();
choose();
check();
view.dispatch({ selection: { anchor: beginning() } });
moved();
