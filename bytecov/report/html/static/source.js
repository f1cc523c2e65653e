// A file's view: its source with marks, seen through one of five lenses; the list of gaps; steps
// from gap to gap, on into other files; drawer, tooltip and minimap.
// @ts-check
"use strict";

(() => {
  const { h, byId, counted } = bytecov;
  const CHUNK = 150; // lines that the browser lays out, or skips, together
  const LENSES = /** @type {[Lens, string, string][]} */ ([
    ["line", "Line", "l"],
    ["branch", "Branch", "b"],
    ["condition", "Condition", "c"],
    ["mcdc", "MC/DC", "d"],
    ["bytecode", "Bytecode", ""],
  ]);
  /** @type {Record<string, string>} */
  const LINE_STATUS = { p: "partly covered", m: "missed", x: "excluded" };
  const HIDDEN_NAME = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

  /** The text of a span. @type {(lines: string[], span: Span) => string} */
  bytecov.textOf = (lines, [first, col, last, endCol]) => {
    const found = lines.slice(first - 1, last);
    if (!found.length) return "";
    found[found.length - 1] = (found.at(-1) ?? "").slice(0, endCol);
    found[0] = (found[0] ?? "").slice(col);
    return found.join("\n");
  };

  /** Text that hides nothing, for where there is no room for marks. @type {(text: string) => string} */
  bytecov.shown = (text) =>
    text.replace(HIDDEN_NAME, (one) =>
      one === "\n" || one === "\t"
        ? one
        : `⟨U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
    );

  /** @param {PackedSource} packed */
  bytecov.source = (packed) => {
    const file = { ...packed, gaps: bytecov.unfold.gaps(packed) };
    const lines = bytecov.lines.split(file.source);
    const colours = bytecov.lines.coloursOf(lines, file.colours);
    const statuses = unrolled(file.lines);
    const marks = file.marks.map(readMark);
    const byAnchor = new Map(marks.map((mark) => [mark.anchor, mark]));
    const pieces = piecesByLine(marks, lines);
    /** @type {Lens} */
    let lens = "condition";
    let plain = false; // without sentences
    let codeName = "";
    /** @type {string} */
    let here = ""; // the anchor of the place where the reader is
    let opened = -1; // the decision in the drawer

    document.title = `${file.path}: ${document.title.replace(/: branch coverage$/, "")}`;
    document.body.className = "source";

    // The frame.
    const lensBar = h(
      "div",
      { class: "lenses", role: "group", "aria-label": "Lens" },
      ...LENSES.map(([key, name], place) =>
        h(
          "button",
          {
            type: "button",
            "data-lens": key,
            "aria-keyshortcuts": String(place + 1),
            click: () => choose(key),
          },
          name,
          h("kbd", { "aria-hidden": "true" }, String(place + 1)),
        ),
      ),
    );
    const position = h("span", { id: "position" });
    const stepButton = (
      /** @type {string} */ id,
      /** @type {string} */ name,
      /** @type {string} */ sign,
      /** @type {string} */ key,
      /** @type {1 | -1} */ step,
    ) =>
      h(
        "button",
        {
          type: "button",
          id,
          class: "quiet",
          "aria-keyshortcuts": key,
          click: () => stepGap(step),
        },
        h("span", { class: "vh" }, name),
        h("span", { "aria-hidden": "true" }, sign),
        " ",
        h("kbd", { "aria-hidden": "true" }, key),
      );
    bytecov.header(
      h("p", { class: "brand" }, h("a", { href: location.pathname }, "bytecov")),
      lensBar,
      h(
        "nav",
        { class: "steps", "aria-label": "Gaps" },
        stepButton("previous-gap", "Previous gap", "↑", "p", -1),
        position,
        stepButton("next-gap", "Next gap", "↓", "n", 1),
      ),
    );
    const code = h("div", { class: "code", role: "region", "aria-label": "Source" });
    const bytecodePlace = h("div", { class: "bytecode", hidden: true });
    const rail = h("aside", { "aria-label": "What never happened" });
    const map = /** @type {HTMLCanvasElement} */ (
      h("canvas", { class: "minimap", "aria-hidden": "true" })
    );
    const drawerPlace = h("div", { class: "drawer-place" });
    const { unexplained, contradictions } = {
      unexplained: file.doubts[0],
      contradictions: file.doubts[1],
    };
    byId("main")?.replaceChildren(
      h(
        "section",
        { class: "about", "aria-label": "Summary" },
        h("h1", {}, ...bytecov.pathParts(file.path)),
        bytecov.levels(file.levels, true),
        file.problem ? h("p", { class: "problem", role: "note" }, file.problem) : undefined,
        ...file.warnings.map((said) => h("p", { class: "problem", role: "note" }, said)),
        unexplained || contradictions
          ? h(
              "p",
              { class: "problem", role: "note" },
              `${counted(unexplained, "unexplained branch", "unexplained branches")}, ${counted(contradictions, "contradiction")}: do not trust this page, and please report it.`,
            )
          : undefined,
      ),
      h("div", { class: "split" }, code, bytecodePlace, map, rail, drawerPlace),
      lines.length ? "" : h("p", { class: "empty" }, "The file is empty."),
    );
    const legend = document.querySelector("#help .legend")?.cloneNode(true);
    byId("foot")?.replaceChildren(
      h(
        "div",
        { class: "key", role: "group", "aria-label": "Marks" },
        /** @type {Element} */ (legend),
      ),
    );

    // Lines.
    /** @param {number} number */
    function underlinesOf(number) {
      const letter = LENSES.find(([key]) => key === lens)?.[2] ?? "";
      const all = pieces.get(number) ?? [];
      return all
        .filter(({ mark }) => letter && mark.lenses.includes(letter))
        .map((piece) => ({ ...piece, mark: seenThrough(piece.mark), room: roomOf(piece.mark) }));
    }

    /** With the ticks of the lens. @type {(mark: Mark) => Mark} */
    function seenThrough(mark) {
      if (lens !== "mcdc" || !mark.mcdc) return mark;
      const said = {
        c: "shown to decide alone",
        m: "never shown to decide alone",
        u: "not known to decide alone",
        x: "excluded",
      }[mark.mcdc];
      return {
        ...mark,
        ticks: [["alone", mark.mcdc]],
        status: mark.mcdc,
        label: `${mark.label}; ${said}`,
      };
    }

    /** @param {number} number */
    function drawLine(number) {
      const status = statuses[number - 1] ?? "";
      const said = LINE_STATUS[status];
      const found = underlinesOf(number);
      return h(
        "div",
        {
          class: `ln ${lens === "line" && status === "p" ? "c" : status}`.trim(),
          id: `L${number}`,
        },
        h(
          "a",
          {
            class: "no",
            href: `#L${number}`,
            "aria-label": said ? `${number}, ${said}` : undefined,
          },
          String(number),
        ),
        bytecov.lines.renderLine(
          lines[number - 1] ?? "",
          colours[number - 1] ?? [],
          found,
          file.hidden,
        ),
      );
    }

    function drawAll() {
      const notes = notesByLine();
      /** @type {HTMLElement[]} */
      const chunks = [];
      for (let first = 1; first <= lines.length; first += CHUNK) {
        const chunk = h("div", { class: "chunk" });
        for (let number = first; number < first + CHUNK && number <= lines.length; number += 1) {
          chunk.append(drawLine(number));
          const told = notes.get(number);
          if (told) chunk.append(drawNotes(told, number));
        }
        chunks.push(chunk);
      }
      code.replaceChildren(...chunks);
    }

    /** The sentences of the lens. */
    function notesByLine() {
      /** @type {Map<number, Gap[]>} */
      const found = new Map();
      if (lens === "line" || lens === "bytecode") return found;
      for (const gap of file.gaps[lens]) {
        const at = Math.min(Math.max(gap[0], 1), lines.length);
        const told = found.get(at) ?? [];
        told.push(gap);
        found.set(at, told);
      }
      return found;
    }

    /** @type {(told: Gap[], number: number) => HTMLElement} */
    function drawNotes(told, number) {
      return h(
        "ul",
        { class: "notes" },
        ...told.map((gap) => {
          const column = byAnchor.get(gap[1])?.span[1] ?? 0;
          return h(
            "li",
            {},
            h(
              "span",
              { class: "pad", "aria-hidden": "true" },
              bytecov.lines.indentation(lines[number - 1] ?? "", column),
            ),
            h(
              "a",
              { href: `#${gap[1]}`, click: (/** @type {Event} */ event) => follow(event, gap[1]) },
              ...bytecov.said(gap),
              gap[5] ? h("small", {}, ` ${gap[5]}`) : undefined,
            ),
          );
        }),
      );
    }

    // The list of gaps.
    function drawRail() {
      if (lens === "bytecode") return;
      const gaps = file.gaps[lens];
      const title = gaps.length
        ? counted(
            gaps.length,
            lens === "line" ? "stretch of lines never ran" : "gap",
            lens === "line" ? "stretches of lines never ran" : "gaps",
          )
        : "No gaps";
      /** @type {Child[]} */
      const parts = [];
      let scope;
      /** @type {HTMLElement | undefined} */
      let list;
      for (const gap of gaps) {
        if (gap[2] !== scope || !list) {
          scope = gap[2];
          list = h("ol");
          parts.push(h("h2", {}, scope || "module"), list);
        }
        list.append(
          h(
            "li",
            {},
            h(
              "a",
              {
                href: `#${gap[1]}`,
                "data-anchor": gap[1],
                click: (/** @type {Event} */ event) => follow(event, gap[1]),
              },
              h("span", { class: "at" }, String(gap[0])),
              h("span", {}, ...bytecov.said(gap)),
            ),
          ),
        );
      }
      const open = !matchMedia("(max-width: 60rem)").matches;
      const remark = remarkOf(gaps.length);
      rail.replaceChildren(
        h(
          "details",
          { class: "gaps", open },
          h("summary", {}, title),
          remark ? h("p", { class: "hid" }, remark) : undefined,
          ...parts,
        ),
      );
    }

    /** @param {number} count */
    function remarkOf(count) {
      const place = LENSES.findIndex(([key]) => key === lens);
      const [, , undetermined] = file.levels[/** @type {0 | 1 | 2 | 3} */ (place)];
      const unknown = undetermined
        ? `${counted(undetermined, lens === "mcdc" ? "condition" : "outcome")} cannot be known`
        : "";
      if (count || file.problem) return unknown;
      return unknown || (lens === "line" ? "Every line ran." : "Every outcome happened.");
    }

    // Where the reader is.
    /** @type {(anchor: string) => HTMLElement | null} */
    function elementOf(anchor) {
      const mark = byId(anchor);
      if (mark && code.contains(mark)) return mark;
      const gap =
        lens === "bytecode" ? undefined : file.gaps[lens].find((one) => one[1] === anchor);
      return gap ? byId(`L${gap[0]}`) : null;
    }

    /** @type {(anchor: string, focus?: boolean) => boolean} */
    function goTo(anchor, focus = true) {
      const element = elementOf(anchor);
      if (!element) return false;
      document.querySelector(".here")?.classList.remove("here");
      here = anchor;
      element.classList.add("here");
      element.scrollIntoView({ block: "center" });
      if (focus && element.matches(".tk")) element.focus({ preventScroll: true });
      write();
      showPlace();
      return true;
    }

    /** @type {(event: Event, anchor: string) => void} */
    function follow(event, anchor) {
      event.preventDefault();
      goTo(anchor);
    }

    /** The stops of the lens, in order. */
    function stops() {
      return lens === "bytecode" ? [] : [...new Set(file.gaps[lens].map((gap) => gap[1]))];
    }

    function showPlace() {
      const all = stops();
      const index = all.indexOf(here);
      position.hidden = lens === "bytecode";
      position.textContent = `${index < 0 ? "–" : index + 1} / ${all.length}`;
      rail.querySelector("[aria-current]")?.removeAttribute("aria-current");
      const link = /** @type {HTMLElement | null} */ (
        rail.querySelector(`[data-anchor="${CSS.escape(here)}"]`)
      );
      link?.setAttribute("aria-current", "true");
      if (link && rail.scrollHeight > rail.clientHeight) {
        rail.scrollTop = link.offsetTop - rail.clientHeight / 2;
      }
      const gap = lens === "bytecode" ? undefined : file.gaps[lens].find((one) => one[1] === here);
      if (gap) bytecov.say(`${gap[3] ?? ""} ${gap[4]}, line ${gap[0]}`);
    }

    /** @param {1 | -1} step */
    function stepGap(step) {
      if (lens === "bytecode") {
        stepCode(step);
        return;
      }
      const all = stops();
      const at = all.indexOf(here);
      let next = at + step;
      if (at < 0) next = nearest(all, step);
      const anchor = all[next];
      if (anchor !== undefined && next >= 0) goTo(anchor);
      else void otherFile(step);
      if (opened >= 0 && anchor) open(byAnchor.get(anchor)?.decision ?? opened);
    }

    /** From a place that is no gap. @type {(all: string[], step: 1 | -1) => number} */
    function nearest(all, step) {
      if (!here || lens === "bytecode") return step > 0 ? 0 : all.length - 1;
      const line = byAnchor.get(here)?.span[0] ?? Number(here.slice(1));
      const gaps = file.gaps[lens];
      const lineOf = (/** @type {string} */ anchor) =>
        gaps.find((gap) => gap[1] === anchor)?.[0] ?? 0;
      const found =
        step > 0
          ? all.findIndex((one) => lineOf(one) >= line)
          : all.findLastIndex((one) => lineOf(one) <= line);
      return found < 0 && step > 0 ? all.length : found;
    }

    /** @param {1 | -1} step */
    async function otherFile(step) {
      /** @type {Front} */
      const { files } = await bytecov.load("front");
      const at = files.findIndex((one) => one.name === file.name);
      const place = LENSES.findIndex(([key]) => key === lens);
      const hasGaps = (/** @type {FileEntry} */ one) =>
        (one.levels[/** @type {0 | 1 | 2 | 3} */ (place)]?.[1] ?? 0) > 0;
      const next =
        step > 0 ? files.slice(at + 1).find(hasGaps) : files.slice(0, at).findLast(hasGaps);
      if (next) location.assign(bytecov.href(next.name, step > 0 ? "first-gap" : "last-gap", lens));
      else bytecov.say(step > 0 ? "This was the last gap." : "This was the first gap.");
    }

    /** @param {1 | -1} step */
    function stepMark(step) {
      const ticks = /** @type {HTMLElement[]} */ ([...code.querySelectorAll(".tk")]);
      const at = ticks.findIndex((one) => one.id === here);
      const next = at < 0 ? (step > 0 ? ticks[0] : ticks.at(-1)) : ticks[at + step];
      if (next) goTo(next.id);
    }

    // The lens.
    /** @param {Lens} wanted */
    function choose(wanted) {
      lens = wanted;
      draw();
      write();
      if (here && !goTo(here, false)) showPlace();
    }

    function write() {
      bytecov.state.write(lens === "bytecode" ? "" : here, {
        lens: lens === "condition" ? "" : lens,
        code: lens === "bytecode" ? codeName : "",
      });
    }

    function draw() {
      for (const button of lensBar.children) {
        button.setAttribute("aria-pressed", String(button.getAttribute("data-lens") === lens));
      }
      document.body.dataset.lens = lens;
      const isCode = lens === "bytecode";
      code.hidden = isCode;
      map.hidden = isCode;
      bytecodePlace.hidden = !isCode;
      close();
      if (isCode) void drawBytecode();
      else {
        drawAll();
        drawRail();
        drawMap();
      }
      showPlace();
    }

    // Bytecode.
    async function drawBytecode() {
      if (!file.has.includes(".code")) {
        const why =
          "No bytecode of this file ran on the Python that wrote this report: bytecov cfg shows it.";
        bytecodePlace.replaceChildren(h("p", { class: "empty" }, why));
        rail.replaceChildren();
        return;
      }
      const bytecode = await bytecov.bytecodeOf(file.name);
      if (lens !== "bytecode") return;
      const chosen = bytecode.codes.find((one) => one.name === codeName) ?? startingCode(bytecode);
      if (!chosen) return;
      codeName = chosen.name;
      bytecodePlace.replaceChildren(
        bytecov.codeView(
          file,
          lines,
          (number) =>
            bytecov.lines.renderLine(
              lines[number - 1] ?? "",
              colours[number - 1] ?? [],
              [],
              file.hidden,
            ),
          bytecode,
          chosen,
        ),
      );
      const list = bytecode.codes.map((one) => {
        const gaps = bytecov.bytecodeGaps(file, one);
        const told = !one.measured ? "never ran" : gaps ? counted(gaps, "edge") : "";
        return h(
          "li",
          {},
          h(
            "a",
            {
              href: `#lens=bytecode&code=${encodeURIComponent(one.name)}`,
              "aria-current": one === chosen ? "true" : undefined,
              click: (/** @type {Event} */ event) => {
                event.preventDefault();
                showCode(one.name);
              },
            },
            h("span", { class: "name" }, one.name),
            h("span", { class: told === "never ran" ? "none" : "count" }, told),
          ),
        );
      });
      const total = bytecode.codes.reduce((sum, one) => sum + bytecov.bytecodeGaps(file, one), 0);
      rail.replaceChildren(
        h(
          "details",
          { class: "gaps codes", open: !matchMedia("(max-width: 60rem)").matches },
          h("summary", {}, total ? `${counted(total, "edge")} never taken` : "No edge is missing"),
          h("p", { class: "hid" }, "an outcome that never happened needs each of them"),
          h("ol", {}, ...list),
        ),
      );
      rail.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
      write();
    }

    /** The function where the reader is, else the first with a gap. @param {Bytecode} bytecode */
    function startingCode(bytecode) {
      const mark = byAnchor.get(here);
      const name = mark ? file.decisions[mark.decision]?.function : undefined;
      return (
        bytecode.codes.find((one) => name && one.name.replace(/\.<locals>/g, "") === name) ??
        bytecode.codes.find((one) => bytecov.bytecodeGaps(file, one)) ??
        bytecode.codes[0]
      );
    }

    /** @param {string} name */
    function showCode(name) {
      codeName = name;
      if (lens === "bytecode") void drawBytecode();
      else choose("bytecode");
    }

    /** @param {1 | -1} step */
    function stepCode(step) {
      const links = /** @type {HTMLElement[]} */ ([...rail.querySelectorAll("li a")]);
      const at = links.findIndex((one) => one.hasAttribute("aria-current"));
      const withGaps = (/** @type {HTMLElement} */ one) =>
        Boolean(one.querySelector(".count")?.textContent);
      const next =
        step > 0
          ? links.slice(at + 1).find(withGaps)
          : links.slice(0, Math.max(at, 0)).findLast(withGaps);
      if (next) next.click();
      else void otherFile(step);
    }

    // The drawer.
    /** @param {number} decision */
    function open(decision) {
      if (decision < 0) return;
      opened = decision;
      const drawer = bytecov.drawer(file, lines, decision, close, showCode);
      drawerPlace.replaceChildren(drawer);
      document.body.classList.add("with-drawer");
      drawer.focus({ preventScroll: true });
    }

    function close() {
      if (opened < 0) return;
      opened = -1;
      drawerPlace.replaceChildren();
      document.body.classList.remove("with-drawer");
      elementOf(here)?.focus({ preventScroll: true });
    }

    /** @param {EventTarget | null} target */
    function markOf(target) {
      const found = target instanceof Element ? target.closest("[data-g]") : null;
      return found ? marks[Number(found.getAttribute("data-g"))] : undefined;
    }

    code.addEventListener("click", (event) => {
      const mark = markOf(event.target);
      if (!mark || String(getSelection())) return;
      goTo(mark.anchor);
      open(mark.decision);
    });
    code.addEventListener("keydown", (event) => {
      const mark = markOf(event.target);
      if (!mark || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      open(mark.decision);
    });

    // The tooltip, for the pointer and for the keyboard alike.
    const tip = byId("tip");
    /** @type {Element[]} */
    let hot = [];

    /** @param {EventTarget | null} target */
    function show(target) {
      const mark = markOf(target);
      for (const piece of hot) piece.classList.remove("hot");
      hot = [];
      if (!tip) return;
      tip.hidden = !mark;
      if (!mark) return;
      hot = [...code.querySelectorAll(`.u[data-g="${mark.index}"]`)];
      for (const piece of hot) piece.classList.add("hot");
      tip.textContent = seenThrough(mark).label;
      void bytecov.firstTests(file, mark).then((told) => {
        if (tip.textContent === seenThrough(mark).label) {
          tip.append(...told.map((said) => h("small", {}, said)));
        }
      });
      // Above the text, where it hides no sentence; below the ticks when there is no room.
      const first = (hot[0] ?? /** @type {Element} */ (target)).getBoundingClientRect();
      const size = tip.getBoundingClientRect();
      const above = first.top - size.height - 6;
      const low = byId(mark.anchor)?.getBoundingClientRect().bottom ?? first.bottom;
      tip.style.left = `${Math.max(Math.min(first.left, innerWidth - size.width - 12), 12)}px`;
      tip.style.top = `${above > 60 ? above : low + 8}px`;
    }

    code.addEventListener("pointerover", (event) => show(event.target));
    code.addEventListener("pointerleave", () => show(null));
    document.addEventListener("scroll", () => show(null), { passive: true });

    // The minimap.
    /** @type {Record<string, string>} */
    const MAP_COLOURS = { c: "--covered-line", m: "--missed", p: "--missed", x: "--rule" };

    function drawMap() {
      const box = map.getBoundingClientRect();
      const ratio = devicePixelRatio || 1;
      map.width = Math.max(box.width, 1) * ratio;
      map.height = Math.max(box.height, 1) * ratio;
      const pen = map.getContext("2d");
      if (!pen || !lines.length) return;
      const names = Object.entries(MAP_COLOURS);
      const colourOf = new Map(names.map(([status, name]) => [status, resolved(name)]));
      const height = Math.min(map.height / lines.length, 4 * ratio);
      statuses.forEach((status, place) => {
        const colour = colourOf.get(lens === "line" && status === "p" ? "c" : status);
        if (!colour) return;
        pen.fillStyle = colour;
        const half = status === "p" && lens !== "line";
        pen.fillRect(
          half ? map.width / 2 : 0,
          place * height,
          half ? map.width / 2 : map.width,
          Math.max(height, ratio),
        );
      });
    }

    /** light-dark() resolved, which a canvas cannot do. @type {(name: string) => string} */
    function resolved(name) {
      map.style.color = `var(${name})`;
      return getComputedStyle(map).color;
    }

    const scrollTo = (/** @type {PointerEvent} */ event) => {
      const box = map.getBoundingClientRect();
      const height = Math.min(box.height, lines.length * 4);
      const at = Math.min(Math.max((event.clientY - box.top) / height, 0), 1);
      byId(`L${Math.min(Math.floor(at * lines.length) + 1, lines.length)}`)?.scrollIntoView({
        block: "center",
      });
    };
    map.addEventListener("pointerdown", (event) => {
      map.setPointerCapture(event.pointerId);
      scrollTo(event);
    });
    map.addEventListener("pointermove", (event) => {
      if (event.buttons) scrollTo(event);
    });
    window.addEventListener("resize", drawMap);
    document.addEventListener("bytecov-theme", drawMap);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMap);

    // Keys and links.
    /** @type {Record<string, () => void>} */
    const lensKeys = {};
    LENSES.forEach(([key], place) => {
      lensKeys[String(place + 1)] = () => choose(key);
    });
    bytecov.onKeys([
      ["1 2 3 4 5", "lens: line, branch, condition, MC/DC, bytecode", lensKeys],
      [
        "n p",
        "next and previous gap, on into other files",
        { n: () => stepGap(1), p: () => stepGap(-1) },
      ],
      ["j k", "next and previous condition", { j: () => stepMark(1), k: () => stepMark(-1) }],
      [
        "o",
        "open the decision",
        () => (opened >= 0 ? close() : open(byAnchor.get(here)?.decision ?? -1)),
      ],
      ["Esc", "close it", () => (opened >= 0 ? close() : show(null))],
      [
        "s",
        "sentences on and off",
        () => {
          plain = !plain;
          document.body.classList.toggle("plain", plain);
        },
      ],
      ["u", "up to the index", () => location.assign(location.pathname)],
    ]);

    function followHash() {
      const { anchor, values } = bytecov.state.read();
      const asked = LENSES.find(([key]) => key === values.get("lens"))?.[0];
      const wanted = asked ?? lensWith(anchor);
      const asked_code = values.get("code") ?? "";
      if (wanted !== lens || asked_code !== codeName || !document.body.dataset.lens) {
        lens = wanted;
        codeName = asked_code;
        draw();
      }
      if (anchor === "first-gap" || anchor === "last-gap") {
        const stop = stops().at(anchor === "first-gap" ? 0 : -1);
        if (stop) goTo(stop);
      } else if (/^L\d+$/.test(anchor)) {
        here = anchor;
        document.querySelector(".here")?.classList.remove("here");
        const line = byId(anchor);
        line?.classList.add("here");
        line?.scrollIntoView({ block: "center" });
      } else if (anchor) goTo(anchor);
    }

    /** The lens in which an anchor shows. @type {(anchor: string) => Lens} */
    function lensWith(anchor) {
      if (!anchor || /^L\d+$/.test(anchor) || /-gap$/.test(anchor)) return lens;
      if (anchor.startsWith("l-")) return "line";
      const mark = byAnchor.get(anchor);
      return mark && !mark.lenses.includes("c") ? "branch" : "condition";
    }

    window.addEventListener("hashchange", followHash);
    followHash();
    if (!document.body.dataset.lens) draw();
  };

  /** `[2, "c", 1, ""]` as `["c", "c", ""]`. @param {(number | string)[]} runs */
  function unrolled(runs) {
    /** @type {string[]} */
    const found = [];
    for (let i = 0; i < runs.length; i += 2) {
      for (let n = /** @type {number} */ (runs[i]); n > 0; n -= 1) found.push(String(runs[i + 1]));
    }
    return found;
  }

  /** @type {(told: any, index: number) => Mark} */
  function readMark([span, lenses, ticks, label, anchor, decision, condition, mcdc], index) {
    const found = new Set(ticks.map((/** @type {[string, string]} */ tick) => tick[1]));
    const status = ["m", "u", "c", "x"].find((one) => found.has(one)) ?? "x";
    return { index, span, lenses, ticks, label, anchor, decision, condition, mcdc, status };
  }

  /** Columns that the ticks take below the line. @param {Mark} mark */
  function roomOf(mark) {
    const letters = mark.ticks.reduce((sum, [letter]) => sum + 1 + letter.length, 0);
    return 1 + Math.floor(letters / 2);
  }

  /** @type {(marks: Mark[], lines: string[]) => Map<number, Underline[]>} */
  function piecesByLine(marks, lines) {
    /** @type {Map<number, Underline[]>} */
    const found = new Map();
    for (const mark of marks) {
      bytecov.lines.onLines(mark.span, lines).forEach(({ line, start, end }, order) => {
        const there = found.get(line) ?? [];
        there.push({ mark, start, end, first: order === 0, room: 0 });
        found.set(line, there);
      });
    }
    return found;
  }
})();
