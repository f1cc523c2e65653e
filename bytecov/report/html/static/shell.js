// What every view uses: elements, numbers, the URL, theme, help sheet, tooltip, keys.
// @ts-check
"use strict";

/** @type {Bytecov} */
const bytecov = /** @type {any} */ ({ keys: new Map() });

(() => {
  const root = document.documentElement;
  const { keys } = bytecov;

  // Elements.  Text only ever gets into the page as text.
  bytecov.byId = (id) => document.getElementById(id);

  /**
   * @param {Element} element
   * @param {Attributes} attributes
   * @param {(Child | Child[])[]} children
   */
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === false) continue;
      if (typeof value === "function") {
        element.addEventListener(name, /** @type {EventListener} */ (value));
      } else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat()) {
      if (child !== undefined && child !== "") element.append(child);
    }
  }

  bytecov.h = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    fill(element, attributes, children);
    return element;
  };

  bytecov.svg = (name, attributes = {}, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    fill(element, attributes, children);
    return element;
  };

  const { h, svg } = bytecov;

  // Numbers.
  const english = new Intl.NumberFormat("en-US"); // making one takes its time
  bytecov.number = (count) => english.format(count);
  bytecov.counted = (count, one, many = `${one}s`) =>
    `${bytecov.number(count)} ${count === 1 ? one : many}`;

  /** Rounded as everywhere in bytecov: half to even, never to 0 or 100 from what is neither. */
  bytecov.percent = ([covered, missed]) => {
    const known = covered + missed;
    if (!known) return undefined;
    const exact = (100 * covered) / known;
    const low = Math.floor(exact);
    const up = exact - low > 0.5 || (exact - low === 0.5 && low % 2 === 1);
    const rounded = low + Number(up);
    if (covered && missed) return Math.min(Math.max(rounded, 1), 99);
    return rounded;
  };

  bytecov.percentCell = (tally) => {
    const percent = bytecov.percent(tally);
    if (percent === undefined) return ["–"];
    return [String(percent), h("span", { class: "unit" }, "\u202f%")];
  };

  bytecov.bar = (tally) => {
    const [covered, missed] = tally;
    const known = covered + missed;
    const rest = { class: known ? "rest" : "track", width: 100, height: 4 };
    const box = { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none" };
    return svg(
      "svg",
      { ...box, "aria-hidden": "true", focusable: "false" },
      svg("rect", rest),
      known ? svg("rect", { class: "fill", width: (100 * covered) / known, height: 4 }) : undefined,
    );
  };

  bytecov.LEVELS = ["Lines", "Branches", "Conditions", "MC/DC"];

  bytecov.levels = (tallies, small) =>
    h(
      "dl",
      { class: small ? "levels small" : "levels" },
      ...tallies.map((tally, place) =>
        h(
          "div",
          {},
          h("dt", {}, bytecov.LEVELS[place]),
          h(
            "dd",
            {},
            h("span", { class: "big" }, ...bytecov.percentCell(tally)),
            h("span", { class: "of" }, levelNote(tally)),
            bytecov.bar(tally),
          ),
        ),
      ),
    );

  /** @type {(tally: Tally) => string} */
  function levelNote([covered, missed, undetermined]) {
    const known = covered + missed;
    if (!known && undetermined) return "not recorded";
    return `${bytecov.number(covered)} of ${bytecov.number(known)}`;
  }

  /** The path with its last part standing out. */
  bytecov.pathParts = (path) => {
    const at = path.lastIndexOf("/") + 1;
    return [h("span", { class: "dir" }, path.slice(0, at)), path.slice(at)];
  };

  /** What stands between backticks as code. @type {(text: string) => Child[]} */
  function withCode(text) {
    return text
      .replaceAll(" -> ", " → ")
      .split("`")
      .map((part, place) => (place % 2 ? h("code", {}, part) : part));
  }

  /** A sentence about a gap, its subject as code. */
  bytecov.said = ([, , , subject, said]) =>
    subject === null ? withCode(said) : [h("code", {}, subject), ...withCode(` ${said}`)];

  /** @type {(name: string, anchor?: string, lens?: string) => string} */
  bytecov.href = (name, anchor = "", lens = "condition") => {
    const hash = [anchor, lens === "condition" ? "" : `lens=${lens}`].filter(Boolean).join("&");
    return `?${name}${hash ? `#${hash}` : ""}`;
  };

  // The state of a view, in the URL's hash: `anchor&key=value&…`.
  bytecov.state = {
    read() {
      const text = location.hash.slice(1);
      const anchor = text.split("&").find((part) => part && !part.includes("=")) ?? "";
      const rest = new URLSearchParams(text);
      if (anchor) rest.delete(anchor);
      return { anchor, values: rest };
    },
    write(anchor, values) {
      const told = Object.entries(values).filter(([, value]) => value);
      const rest = new URLSearchParams(/** @type {[string, string][]} */ (told)).toString();
      const hash = [anchor, rest].filter(Boolean).join("&");
      // With an empty hash the page would keep the old one.
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    },
  };

  // Theme: as the system says, dark, light, and round again.
  const themes = ["", "dark", "light"];
  /** @type {Record<string, string>} */
  const names = { "": "Auto", dark: "Dark", light: "Light" };
  const themeButton = h("button", {
    type: "button",
    id: "theme",
    class: "quiet",
    click: nextTheme,
  });
  const ask = h(
    "button",
    { type: "button", id: "ask", class: "quiet", "aria-haspopup": "dialog", click: toggleHelp },
    "Help ",
    h("kbd", { "aria-hidden": "true" }, "?"),
  );

  function showTheme() {
    const theme = names[root.dataset.theme ?? ""] ?? "Auto";
    themeButton.textContent = theme;
    themeButton.setAttribute("aria-label", `Theme: ${theme}`);
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
    document.dispatchEvent(new Event("bytecov-theme"));
  }

  showTheme();

  bytecov.header = (...parts) => {
    const tools = h("div", { class: "tools" }, themeButton, ask);
    bytecov.byId("top")?.replaceChildren(...parts.filter((part) => part !== undefined), tools);
  };

  bytecov.say = (text) => {
    const said = bytecov.byId("said");
    if (said) said.textContent = text;
  };

  // Help.
  const help = /** @type {HTMLDialogElement} */ (bytecov.byId("help"));

  function toggleHelp() {
    if (help.open) help.close();
    else help.showModal();
  }

  help.addEventListener("click", (event) => {
    if (event.target === help) help.close(); // the backdrop
  });

  // Keys: single letters, never while the reader types, never with a modifier.
  bytecov.onKeys = (rows) => {
    /** @type {[string, string, (() => void) | Record<string, () => void>][]} */
    const all = [
      ...rows,
      ["d", "dark, light, as the system says", nextTheme],
      ["?", "this sheet", toggleHelp],
    ];
    keys.clear();
    bytecov.byId("keys")?.replaceChildren(
      ...all.map(([shown, meaning, action]) => {
        for (const key of shown.split(" ")) {
          const doing = typeof action === "function" ? action : action[key];
          if (doing) keys.set(key, doing);
        }
        const caps = shown.split(" ").flatMap((key) => [h("kbd", {}, key), " "]);
        return h("div", {}, h("dt", {}, ...caps), h("dd", {}, meaning));
      }),
    );
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (help.open && event.key !== "?") return;
    const key = event.key === "Escape" ? "Esc" : event.key;
    const action = keys.get(key);
    if (!action) return;
    event.preventDefault();
    action();
  });
})();
