// The front page's table: sort, filter, hide what is covered.  The state is in the URL's hash,
// so that a link shows what its sender saw.
// @ts-check
"use strict";

(() => {
  const { keys, byId } = bytecov;
  const table = /** @type {HTMLTableElement | null} */ (byId("files"));
  const body = table?.tBodies[0];
  if (!table || !body) return;
  const rows = [...body.rows];
  const heads = /** @type {HTMLElement[]} */ ([...table.querySelectorAll("th[data-key]")]);
  const filter = /** @type {HTMLInputElement} */ (byId("filter"));
  const hide = /** @type {HTMLInputElement} */ (byId("hide"));
  const shown = byId("shown");
  const nothing = byId("nothing");

  const first = { sort: "never", down: true };
  let { sort, down } = first;

  /** @type {(key: string) => boolean} */
  const downFirst = (key) => key === "never"; // the others start with what needs work, too

  function readState() {
    const state = new URLSearchParams(location.hash.slice(1));
    const wanted = state.get("sort") ?? "";
    const key = wanted.replace(/^-/, "");
    const known = heads.some((head) => head.dataset.key === key);
    sort = known ? key : first.sort;
    down = known ? wanted.startsWith("-") : first.down;
    filter.value = state.get("filter") ?? "";
    hide.checked = state.get("hide") === "covered";
  }

  function writeState() {
    const state = new URLSearchParams();
    if (sort !== first.sort || down !== first.down) state.set("sort", (down ? "-" : "") + sort);
    if (filter.value) state.set("filter", filter.value);
    if (hide.checked) state.set("hide", "covered");
    const hash = state.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  /** @type {(one: HTMLElement, other: HTMLElement) => number} */
  function compare(one, other) {
    const [a, b] = [one.dataset[sort] ?? "", other.dataset[sort] ?? ""];
    const order = sort === "path" ? Number(a > b) - Number(a < b) : Number(a) - Number(b);
    const turned = down ? -order : order;
    if (turned) return turned;
    const [p, q] = [one.dataset.path ?? "", other.dataset.path ?? ""];
    return Number(p > q) - Number(p < q);
  }

  function render() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const path = (row.dataset.path ?? "").toLowerCase();
      const fits = words.every((word) => path.includes(word));
      row.hidden = !fits || (hide.checked && row.dataset.complete === "yes");
      if (!row.hidden) count += 1;
    }
    body?.append(...rows.sort(compare));
    for (const head of heads) {
      if (head.dataset.key === sort) {
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
      } else head.removeAttribute("aria-sort");
    }
    if (shown) {
      shown.textContent = count === rows.length ? `${count} files` : `${count} of ${rows.length} files`;
    }
    if (nothing) nothing.hidden = count > 0;
  }

  function changed() {
    writeState();
    render();
  }

  /** @param {string} key */
  function sortBy(key) {
    if (sort === key) down = !down;
    else [sort, down] = [key, downFirst(key)];
    changed();
  }

  heads.forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortBy(head.dataset.key ?? ""));
    head.replaceChildren(button);
    keys.set(String(index + 1), () => sortBy(head.dataset.key ?? ""));
  });

  /** @param {1 | -1} step */
  function stepRow(step) {
    const links = /** @type {HTMLElement[]} */ (
      rows.filter((row) => !row.hidden).map((row) => row.querySelector("th > a"))
    );
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step]?.focus();
  }

  const controls = byId("controls");
  if (controls) controls.hidden = false;
  controls?.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("input", changed);
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Escape") filter.blur();
  });
  hide.addEventListener("change", changed);
  byId("clear")?.addEventListener("click", () => {
    filter.value = "";
    hide.checked = false;
    changed();
    filter.focus();
  });
  keys.set("/", () => filter.focus());
  keys.set("h", () => hide.click());
  keys.set("j", () => stepRow(1));
  keys.set("k", () => stepRow(-1));
  keys.set("n", () => {
    const next = byId("next-file");
    if (next instanceof HTMLAnchorElement) location.assign(next.href);
  });
  window.addEventListener("hashchange", () => {
    readState();
    render();
  });
  readState();
  render();
})();
