// Makes elements: el("button", { type: "button", onclick: … }, "text", another, …).
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || value === null) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((one) => one !== false && one !== undefined && one !== null));
  return made;
}

export const number = new Intl.NumberFormat("en-US");

export function bytes(size) {
  if (size < 1024) return `${size} bytes`;
  return size < 1024 ** 2 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1024 ** 2).toFixed(1)} MiB`;
}

export function milliseconds(seconds) {
  return seconds < 10 ? `${number.format(+(seconds * 1000).toFixed(1))} ms` : `${number.format(+seconds.toFixed(1))} s`;
}

// Runs the last call of a burst, once it is over.
export function later(wait, work) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), wait);
  };
}

// A row of buttons of which one is pressed; `choose` is told its key.
export function choices(box, options, chosen, choose) {
  const buttons = options.map(([key, text]) => el("button", {
    type: "button",
    "aria-pressed": String(key === chosen),
    onclick: (event) => {
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === event.currentTarget));
      choose(key);
    },
  }, text));
  box.replaceChildren(...buttons);
}
