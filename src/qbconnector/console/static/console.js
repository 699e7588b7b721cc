// What every page does: forms and buttons ask the API, and say what came of it.
//
//   <form data-method data-url>   sends its fields as JSON (data-multipart: as they are; data-each: only what was changed)
//   <button data-method data-url> sends data-body, after data-confirm
//   data-then                     where to go afterwards; {Name} is a member of the answer, "" means this page again
//   data-said                     what is said then; data-show: a member of the answer that is shown, once
//   data-check                    asks while the fields are filled in whether they will do
//   <button data-test>            tests the connection of a user, or with "" to the file that is open
"use strict";

const csrf = document.querySelector("meta[name=csrf]").content;

// A form or a blob is sent as it is, anything else as JSON.
export async function ask(method, url, body, signal) {
  const headers = { "X-CSRF-Token": csrf, Accept: "application/json" };
  if (body !== undefined && !(body instanceof FormData || body instanceof Blob)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  const answer = await fetch(url, { method, headers, body, signal });
  if (answer.status === 401) location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`);
  const isJson = /json/.test(answer.headers.get("Content-Type") || "");
  const said = isJson ? await answer.json() : null;
  if (!answer.ok) throw new Problem(said || { detail: `The console answered ${answer.status}.` });
  return said;
}

export class Problem extends Error {
  constructor(said) {
    super([said.detail, said.remedy, said.explanation].filter(Boolean).join(" "));
    this.field = said.field || "";
    this.offer = said.offer;
    this.all = said.errors || [];
    this.said = said;
  }
}

export function notice(text, kind = "good", more = null) {
  const box = document.createElement("div");
  box.className = `notice ${kind}`;
  box.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet";
  close.setAttribute("aria-label", "Close this notice");
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(close);
  document.getElementById("notices").append(box);
  if (more) box.insertBefore(more, close);
  if (kind === "good") setTimeout(() => box.remove(), 8000);
}

function valuesOf(form) {
  if ("multipart" in form.dataset) return new FormData(form);
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    if ("each" in form.dataset && !isChanged(field)) continue;
    if (field.type === "password" && !field.value && field.name === "Password") continue;
    if (field.name === "names") values.names = field.value.split(",").map((one) => one.trim()).filter(Boolean);
    else values[field.name] = valueOf(field);
  }
  return values;
}

function valueOf(field) {
  if (field.type === "checkbox") return field.checked;
  return field.type === "number" && field.value ? Number(field.value) : field.value;
}

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) return !field.selectedOptions[0].defaultSelected;
  return field.value !== field.defaultValue;
}

function showProblem(form, problem, onlyOf = null) {
  const places = [...form.querySelectorAll("[data-problem]")];
  for (const place of places) {
    if (onlyOf && place.dataset.problem !== onlyOf) continue;
    place.hidden = true;
    place.textContent = "";
    form.elements[place.dataset.problem]?.removeAttribute?.("aria-invalid");
  }
  if (!problem) return;
  const place = places.find((one) => one.dataset.problem === problem.field) || places.find((one) => !one.dataset.problem);
  if (!place || (onlyOf && place.dataset.problem !== onlyOf)) return;
  place.textContent = problem.message;
  place.hidden = false;
  const field = form.elements[place.dataset.problem];
  if (place.dataset.problem && field) {
    field.setAttribute("aria-invalid", "true");
    if (!onlyOf) field.focus();
  }
}

function finish(element, said) {
  const { then, said: text, show } = element.dataset;
  if (show) {
    const box = document.createElement("p");
    box.className = "secret";
    box.setAttribute("role", "status");
    box.append("Copy it now, it is not shown again: ");
    const code = document.createElement("code");
    code.textContent = said[show];
    box.append(code);
    element.after(box);
    return;
  }
  if ("tell" in element.dataset) keep(tellImport(said));
  else if (text) keep(text);
  if (then === undefined) showKept();
  else if (then === "") location.reload();
  else location.assign(then.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(said?.[name] ?? "")));
}

function tellImport(said) {
  const left = said.left_out.length ? ` Left out: ${said.left_out.join(" ")}` : "";
  return `${said.settings} settings and ${said.users} users are imported.${left}`;
}

// A notice for the page that comes next.
function keep(text) {
  sessionStorage.setItem("notice", text);
}

function showKept() {
  const text = sessionStorage.getItem("notice");
  sessionStorage.removeItem("notice");
  if (text) notice(text);
}

async function busy(element, work) {
  element.setAttribute("aria-busy", "true");
  const buttons = element.matches("button") ? [element] : [...element.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  try {
    return await work();
  } finally {
    element.removeAttribute("aria-busy");
    for (const button of buttons) button.disabled = false;
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-url]");
  if (!form) return;
  event.preventDefault();
  showProblem(form, null);
  try {
    const said = await busy(form, () => ask(form.dataset.method, form.dataset.url, valuesOf(form)));
    finish(form, said);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showProblem(form, problem);
  }
});

document.addEventListener("change", async (event) => {
  const form = event.target.closest("form[data-check]");
  const name = event.target.name;
  if (!form || !name) return;
  try {
    await ask(form.dataset.method, `${form.dataset.url}?check=true`, valuesOf(form));
    showProblem(form, null);
  } catch (problem) {
    if (problem instanceof Problem) showProblem(form, problem.field === name ? problem : null, name);
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-url], button[data-test], button[data-theme-switch], button[data-copy]");
  if (!button) return;
  if ("themeSwitch" in button.dataset) return switchTheme();
  if ("copy" in button.dataset) return copy(button);
  if (button.dataset.confirm && !confirm(button.dataset.confirm)) return;
  try {
    if ("test" in button.dataset) return await busy(button, () => test(button.dataset.test));
    const body = button.dataset.body ? JSON.parse(button.dataset.body) : undefined;
    finish(button, await busy(button, () => ask(button.dataset.method, button.dataset.url, body)));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    notice(problem.message, "bad", offered(problem, button));
  }
});

// What would mend a problem, as a button: it asks for that, and then again for what was refused.
function offered(problem, refused) {
  if (!problem.offer) return null;
  const { label, method, url, body } = problem.offer;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", async () => {
    try {
      await busy(button, () => ask(method, url, body));
      button.closest(".notice").remove();
      refused.click();
    } catch (again) {
      if (!(again instanceof Problem)) throw again;
      notice(again.message, "bad");
    }
  });
  return button;
}

async function test(user) {
  const found = await ask("POST", "/api/connection-test", { User: user });
  if (found.ok) notice(`The connection works: ${found.company_file}`);
  else notice(`${found.problem} ${found.remedy}`, "bad");
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  await copied(source.value ?? source.innerText);
  notice("Copied.");
}

// Browsers have a clipboard for pages of this machine and of TLS only; the old way works everywhere.
export async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.className = "hidden";
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function switchTheme() {
  const order = ["", "light", "dark"];
  const now = document.documentElement.dataset.theme || "";
  const next = order[(order.indexOf(now) + 1) % order.length];
  document.documentElement.dataset.theme = next;
  if (next) localStorage.setItem("theme", next);
  else localStorage.removeItem("theme");
  notice(`Colours: ${next || "as the system says"}.`);
}

// A part of a page that cannot be had: the page as a whole says why.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) location.assign(event.detail.pathInfo.finalRequestPath);
});

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = csrf;
});

showKept();
