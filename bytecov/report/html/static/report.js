// What every page has: theme, help sheet, tooltip, keys.  A page adds its own keys to
// bytecov.keys.  All of it is extra: without scripts the report reads the same.
// @ts-check
"use strict";

/** @type {{keys: Map<string, () => void>, byId: (id: string) => HTMLElement | null}} */
const bytecov = {
  keys: new Map(),
  byId: (id) => document.getElementById(id),
};

(() => {
  const root = document.documentElement;
  const { keys, byId } = bytecov;

  // Theme: as the system says, dark, light, and round again.
  const themes = ["", "dark", "light"];
  const names = { "": "Auto", dark: "Dark", light: "Light" };
  const themeButton = byId("theme");

  function showTheme() {
    const theme = root.dataset.theme ?? "";
    if (!themeButton) return;
    themeButton.textContent = names[theme] ?? "Auto";
    themeButton.setAttribute("aria-label", `Theme: ${names[theme] ?? "Auto"}`);
    themeButton.hidden = false;
  }

  function nextTheme() {
    const next = themes[(themes.indexOf(root.dataset.theme ?? "") + 1) % themes.length];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    try {
      if (next) localStorage.setItem("bytecov-theme", next);
      else localStorage.removeItem("bytecov-theme");
    } catch {
      // Not remembered then.
    }
    showTheme();
  }

  showTheme();
  themeButton?.addEventListener("click", nextTheme);
  keys.set("d", nextTheme);

  // Help.
  const help = /** @type {HTMLDialogElement | null} */ (byId("help"));
  const ask = byId("ask");
  function toggleHelp() {
    if (help?.open) help.close();
    else help?.showModal();
  }
  if (ask) ask.hidden = false;
  ask?.addEventListener("click", toggleHelp);
  help?.addEventListener("click", (event) => {
    if (event.target === help) help.close(); // the backdrop
  });
  keys.set("?", toggleHelp);

  // Keys: single letters, never while the reader types, never with a modifier.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (help?.open && event.key !== "?") return;
    const action = keys.get(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  });
  root.dataset.ready = "yes";
})();
