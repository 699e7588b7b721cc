// The Status page: the log as it comes, and parts of the page that come again without disturbing who reads them.
"use strict";

import { ask, copied, notice } from "./console.js";

const KEPT = 1000; // lines on the page
const AGAIN = 5000; // milliseconds until a stream that was refused is asked for again

const form = document.getElementById("log-filter");
const lines = document.getElementById("log-lines");
const state = document.getElementById("log-state");
const pause = document.getElementById("log-pause");
const download = document.getElementById("log-download");

let source = null;
let last = 0; // the number of the line that was shown last

const paused = () => pause.getAttribute("aria-pressed") === "true";
const wanted = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value));

// A browser has few connections to one console: a page that nobody looks at gives its own back.
function follow() {
  source?.close();
  source = null;
  if (paused() || document.hidden) return say();
  const query = wanted();
  query.set("after", last);
  source = new EventSource(`/api/status/log/stream?${query}`);
  source.addEventListener("open", say);
  source.addEventListener("lines", (event) => {
    last = Number(event.lastEventId);
    show(JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    say();
    if (source?.readyState !== EventSource.CLOSED) return; // it asks again by itself
    ask("GET", "/api/status/log?newest=1").catch(() => {}); // leads to the sign-in, if that is what is missing
    setTimeout(() => source?.readyState === EventSource.CLOSED && follow(), AGAIN);
  });
}

function say() {
  const count = lines.querySelectorAll(".line").length;
  const many = count === 1 ? "1 line" : `${count || "no"} lines`;
  if (paused()) state.textContent = `paused, ${many}`;
  else if (source?.readyState === EventSource.OPEN) state.textContent = `live, ${many}`;
  else state.textContent = "connecting …";
}

function show({ lines: batch, dropped }) {
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  const added = batch.map(lineOf);
  if (dropped) added.unshift(span("gap", `${dropped.toLocaleString("en")} lines came faster than they could be shown.`));
  lines.append(...added);
  while (lines.childElementCount > KEPT) lines.firstElementChild.remove();
  if (atEnd) lines.scrollTop = lines.scrollHeight;
  say();
}

function lineOf({ when, level, request, text }) {
  const line = span(`line ${level.toLowerCase()}`);
  const said = `${when.slice(0, 10)} ${when.slice(11, 23)} ${level.toUpperCase().padEnd(7)} ${text}`;
  line.dataset.said = said;
  const time = span("time", when.slice(11, 23));
  time.title = when.slice(0, 10);
  const body = span("text", text);
  const name = `#${request} `;
  if (request && text.startsWith(name)) {
    const link = document.createElement("a");
    link.href = `/status/requests/${request}`;
    link.textContent = name.trim();
    body.replaceChildren(link, text.slice(name.length - 1));
  }
  line.append(time, " ", span("level", level), " ", body);
  return line;
}

function span(kind, text = "") {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}

function filter() {
  const query = wanted().toString();
  history.replaceState(null, "", `${location.pathname}${query && "?"}${query}${location.hash}`);
  download.href = `/api/status/log/file?${query}`;
  last = 0;
  lines.replaceChildren();
  follow();
  if (paused()) look(`/api/status/log?${query}`);
}

// What there is now, without following it.
async function look(url) {
  const batch = await ask("GET", url);
  if (!paused() || last) return;
  last = batch.last;
  show(batch);
}

let typing = 0;
form.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(filter, 250);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  filter();
});
pause.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!paused()));
  follow();
});
document.getElementById("log-copy").addEventListener("click", async () => {
  const said = [...lines.querySelectorAll(".line")].map((line) => `${line.dataset.said}\n`);
  await copied(said.join(""));
  notice(said.length === 1 ? "1 line is copied." : `${said.length} lines are copied.`);
});
document.addEventListener("visibilitychange", follow);

// Parts that come again: not while nobody looks, not under a finger, and what was unfolded stays so.
let pressed = false;
let unfolded = [];
document.addEventListener("pointerdown", () => (pressed = true));
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(() => (pressed = false)));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (pressed) event.detail.shouldSwap = false;
  unfolded = [...document.querySelectorAll("details[open][id]")].map((one) => one.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});

download.href = `/api/status/log/file?${wanted()}`;
follow();
