// Light or dark, before the first paint: what was chosen here, or else what the system says.
"use strict";
{
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}
