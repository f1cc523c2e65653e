// A file's page: steps from gap to gap and from condition to condition, and the tooltip.
// @ts-check
"use strict";

(() => {
  const { keys, byId } = bytecov;
  const marks = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".src .tk")]);
  const gaps = marks.filter((mark) => mark.matches(".am, .bm"));
  const listed = new Map();
  for (const link of document.querySelectorAll(".gaps a")) {
    const anchor = decodeURIComponent(link.getAttribute("href") ?? "").slice(1);
    if (!listed.has(anchor)) listed.set(anchor, link);
  }
  const position = byId("position");
  const tip = byId("tip");
  /** @type {HTMLElement | null} */
  let here = null;

  // Where we are.
  /** @param {HTMLElement} mark */
  function goTo(mark) {
    here?.classList.remove("here");
    here = mark;
    mark.classList.add("here");
    mark.scrollIntoView({ block: "center" });
    mark.focus({ preventScroll: true });
    history.replaceState(null, "", `#${mark.id}`);
    showPlace();
  }

  function showPlace() {
    const index = here ? gaps.indexOf(here) : -1;
    if (position) position.textContent = `${index < 0 ? "–" : index + 1} / ${gaps.length}`;
    document.querySelector(".gaps [aria-current]")?.removeAttribute("aria-current");
    const link = here && listed.get(here.id);
    if (!link) return;
    link.setAttribute("aria-current", "true");
    const rail = link.closest("aside");
    if (rail && rail.scrollHeight > rail.clientHeight) {
      rail.scrollTop = link.offsetTop - rail.clientHeight / 2;
    }
  }

  /**
   * The next or previous of a list in the page's order, seen from where the reader is.
   * @param {HTMLElement[]} list
   * @param {1 | -1} step
   */
  function neighbour(list, step) {
    if (!here) return step > 0 ? list[0] : list.at(-1);
    const at = marks.indexOf(here);
    return step > 0
      ? list.find((mark) => marks.indexOf(mark) > at)
      : list.findLast((mark) => marks.indexOf(mark) < at);
  }

  /** @param {1 | -1} step */
  function stepGap(step) {
    const mark = neighbour(gaps, step);
    const other = byId(step > 0 ? "next-file" : "previous-file");
    if (mark) goTo(mark);
    else if (other instanceof HTMLAnchorElement) location.assign(other.href);
  }

  /** @param {1 | -1} step */
  function stepMark(step) {
    const mark = neighbour(marks, step);
    if (mark) goTo(mark);
  }

  keys.set("n", () => stepGap(1));
  keys.set("p", () => stepGap(-1));
  keys.set("j", () => stepMark(1));
  keys.set("k", () => stepMark(-1));
  keys.set("s", () => document.body.classList.toggle("plain"));
  keys.set("u", () => location.assign("../index.html"));

  /** @type {[string, 1 | -1, string][]} */
  const buttons = [
    ["next-gap", 1, "next-file"],
    ["previous-gap", -1, "previous-file"],
  ];
  for (const [id, step, file] of buttons) {
    const button = byId(id);
    if (!button || !(gaps.length || byId(file))) continue;
    button.hidden = false;
    button.addEventListener("click", () => stepGap(step));
  }
  if (position) position.hidden = !gaps.length;

  function followHash() {
    const name = decodeURIComponent(location.hash.slice(1));
    const mark =
      name === "first-gap"
        ? gaps[0]
        : name === "last-gap"
          ? gaps.at(-1)
          : marks.find((each) => each.id === name);
    if (mark) goTo(mark);
  }
  window.addEventListener("hashchange", followHash);
  followHash();
  showPlace();
  if (matchMedia("(max-width: 60rem)").matches) {
    document.querySelector("details.gaps")?.removeAttribute("open");
  }

  // The tooltip, for the pointer and for the keyboard alike.
  /** @type {Map<string, HTMLElement>} */
  const byNumber = new Map(marks.map((mark) => [mark.dataset.g ?? "", mark]));
  /** @type {Element[]} */
  let hot = [];

  /** @param {EventTarget | null} target */
  function show(target) {
    const found = target instanceof Element ? target.closest("[data-g]") : null;
    const mark = found && byNumber.get(found.getAttribute("data-g") ?? "");
    for (const piece of hot) piece.classList.remove("hot");
    hot = [];
    if (!tip) return;
    tip.hidden = !mark;
    if (!mark || !found) return;
    hot = [...document.querySelectorAll(`.u[data-g="${mark.dataset.g}"]`)];
    for (const piece of hot) piece.classList.add("hot");
    tip.textContent = mark.getAttribute("aria-label");
    // Above the text, where it hides no sentence; below the ticks when there is no room.
    const first = (hot[0] ?? mark).getBoundingClientRect();
    const size = tip.getBoundingClientRect();
    const above = first.top - size.height - 6;
    const top = above > 60 ? above : mark.getBoundingClientRect().bottom + 8;
    const left = Math.min(Math.max(first.left, 12), innerWidth - size.width - 12);
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  }

  // A gap that has the focus has its sentence below it already.
  function showFocused() {
    const mark = /** @type {HTMLElement} */ (document.activeElement);
    const told = gaps.includes(mark) && !document.body.classList.contains("plain");
    show(told ? null : mark);
  }

  const code = document.querySelector(".code");
  code?.addEventListener("pointerover", (event) => show(event.target));
  code?.addEventListener("pointerleave", () => show(null));
  code?.addEventListener("focusin", showFocused);
  code?.addEventListener("focusout", () => show(null));
  document.addEventListener("scroll", showFocused, { passive: true });
  keys.set("Escape", () => show(null));
})();
