// The bytecode of a file: instructions with hits beside their source, every jump with the rule
// that says whose it is, and the control-flow graph.
// @ts-check
"use strict";

(() => {
  const { h, number, counted } = bytecov;
  const MOST_BLOCKS = 220; // larger graphs are drawn when asked for
  /** @type {Record<string, string>} */
  const ORIGINS = { a: "the author's", i: "the compiler's", u: "unexplained" };

  /** @type {Map<string, Promise<Bytecode>>} */
  const known = new Map();

  bytecov.bytecodeOf = (name) => {
    let found = known.get(name);
    if (!found) {
      found = bytecov.load(`${name}.code`).then(bytecov.unfold.bytecode);
      known.set(name, found);
    }
    return found;
  };

  /**
   * Whether an edge is missing: never taken, and an outcome that never happened needs it.  Copies
   * of a test, and kinds that nobody asked to count, owe nothing.
   * @type {(file: SourceDocument, block: Block, way: Way) => boolean}
   */
  function isGap(file, block, way) {
    if (way.kind === "R" || way.taken !== -1) return false;
    if (block.origin === "u") return true;
    return way.means.some(([decision, condition, outcome]) => {
      const owner = file.decisions[decision];
      const part = typeof condition === "number" ? owner?.conditions[condition] : undefined;
      const outcomes = (part ?? owner)?.outcomes ?? [];
      return outcomes.some(([name, status]) => name === outcome && status === "m");
    });
  }

  /** How many edges of a function are missing. */
  bytecov.bytecodeGaps = (file, code) =>
    code.blocks.reduce(
      (sum, block) => sum + block.ways.filter((way) => isGap(file, block, way)).length,
      0,
    );

  /**
   * The view of one code object.
   * @param {SourceDocument} file
   * @param {string[]} lines
   * @param {(line: number) => HTMLElement} drawLine
   * @param {Bytecode} bytecode
   * @param {Code} code
   */
  bytecov.codeView = (file, lines, drawLine, bytecode, code) => {
    const text = (/** @type {Span} */ span) => bytecov.textOf(lines, span);
    const graph = h("div", { class: "picture" });
    const exceptions = /** @type {HTMLInputElement} */ (
      h("input", { type: "checkbox", id: "exceptions", change: () => void draw(true) })
    );
    /** @param {boolean} force */
    const draw = async (force) => {
      if (code.blocks.length > MOST_BLOCKS && !force) {
        const label = `Draw all ${number(code.blocks.length)} blocks`;
        graph.replaceChildren(
          h(
            "button",
            { type: "button", class: "more-button", click: () => void draw(true) },
            label,
          ),
        );
        return;
      }
      graph.replaceChildren(await drawFlow(file, code, lines, exceptions.checked));
    };
    void draw(false);
    return h(
      "section",
      { class: "code-view", "aria-label": `Bytecode of ${code.name}` },
      h("header", {}, h("h2", {}, code.name), h("p", { class: "remark" }, summary(bytecode, code))),
      h(
        "div",
        { class: "code-columns" },
        instructions(file, code, drawLine, text),
        h(
          "div",
          { class: "flow" },
          h(
            "div",
            { class: "flow-head" },
            h("h3", {}, "Control flow"),
            h("label", { class: "check" }, exceptions, " all exceptions"),
          ),
          graph,
        ),
      ),
      ...facts(code),
    );
  };

  /** What the compiler made besides instructions. @type {(code: Code) => HTMLElement[]} */
  function facts(code) {
    const groups = new Set(code.facts.map(([group]) => group));
    return [...groups].map((group) =>
      h(
        "details",
        { class: "fields" },
        h("summary", {}, group),
        h(
          "table",
          {},
          h("caption", { class: "vh" }, `${group} of ${code.name}`),
          h(
            "tbody",
            {},
            ...code.facts
              .filter(([of]) => of === group)
              .map(([, name, value, meaning]) =>
                h(
                  "tr",
                  {},
                  h("th", { scope: "row" }, name),
                  h("td", { class: "value" }, value || "–"),
                  h("td", {}, meaning),
                ),
              ),
          ),
        ),
      ),
    );
  }

  /** @type {(bytecode: Bytecode, code: Code) => string} */
  function summary({ python }, code) {
    const branches = code.blocks.filter((block) => block.origin);
    const count = (/** @type {string} */ origin) =>
      branches.filter((block) => block.origin === origin).length;
    const who = [
      [count("a"), "the author's"],
      [count("i"), "the compiler's"],
      [count("u"), "unexplained"],
    ].map(([n, name]) => `${n} ${name}`);
    const uncounted = code.steps.some((step) => step.ran === 0);
    const ran = code.measured
      ? uncounted
        ? " + is for what ran uncounted."
        : ""
      : ` It never ran under Python ${python}.`;
    return `Python ${python}: ${counted(code.steps.length, "instruction")} in ${counted(code.blocks.length, "block")}, ${counted(branches.length, "branch", "branches")}: ${who.join(", ")}.${ran}`;
  }

  /** @type {(ran: number) => string} */
  function hits(ran) {
    return ran === -1 ? "–" : ran === 0 ? "+" : number(ran);
  }

  /** @type {(file: SourceDocument, code: Code, drawLine: (line: number) => HTMLElement, text: TextOf) => HTMLElement} */
  function instructions(file, code, drawLine, text) {
    /** @type {HTMLElement[]} */
    const rows = [];
    let line = -1;
    for (const block of code.blocks) {
      block.steps.forEach((step, place) => {
        if (step.line && step.line !== line) {
          line = step.line;
          rows.push(
            h(
              "tr",
              { class: "of-line" },
              h(
                "th",
                { colspan: "5", scope: "rowgroup" },
                h("a", { href: bytecov.href(file.name, `L${line}`), class: "no" }, String(line)),
                drawLine(line),
                file.has.includes(".stages") ? stagesButton(file, line) : undefined,
              ),
            ),
          );
        }
        const never = step.ran === -1;
        rows.push(
          h(
            "tr",
            {
              class: `${never ? "never" : ""}${place === 0 ? " leads" : ""}`.trim() || undefined,
              id: place === 0 ? `b${step.offset}` : undefined,
            },
            h("td", { class: "ran" }, hits(step.ran)),
            h("td", { class: "offset" }, String(step.offset)),
            h("td", { class: "op" }, step.name),
            h("td", { class: "arg" }, step.operand),
            h("td", { class: "effect" }, step.effect),
          ),
        );
      });
      if (block.origin) rows.push(jumpRow(file, block, text));
    }
    return h(
      "table",
      { class: "dis" },
      h("caption", { class: "vh" }, `Instructions of ${code.name}`),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["Hits", "Offset", "Instruction", "Operand", "Stack"].map((name) =>
            h("th", { scope: "col" }, name),
          ),
        ),
      ),
      h("tbody", {}, ...rows),
    );
  }

  /**
   * How a line became what runs, below it when asked for.
   * @type {(file: SourceDocument, line: number) => HTMLElement}
   */
  function stagesButton(file, line) {
    const button = h("button", { type: "button", class: "link stages", hidden: true }, "stages");
    void bytecov.load(`${file.name}.stages`).then((/** @type {StagesDocument} */ { lines }) => {
      const told = lines[String(line)];
      if (!told) return;
      const row = h(
        "tr",
        { hidden: true },
        h("td", { colspan: "5" }, h("pre", { tabindex: "0" }, told)),
      );
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => {
        button.closest("tr")?.after(row);
        row.hidden = !row.hidden;
        button.setAttribute("aria-expanded", String(!row.hidden));
      });
      button.hidden = false;
    });
    return button;
  }

  /** Where a branch leads, and whose it is. @type {(file: SourceDocument, block: Block, text: TextOf) => HTMLElement} */
  function jumpRow(file, block, text) {
    const normal = block.ways.filter((way) => way.kind !== "R");
    return h(
      "tr",
      { class: `jump of-${block.origin}` },
      h(
        "td",
        { colspan: "5" },
        h(
          "ul",
          {},
          ...normal.map((way) => {
            const look = isGap(file, block, way) ? "is-m" : way.taken === -1 ? "not" : undefined;
            return h(
              "li",
              { class: look },
              h("span", { class: "ran" }, hits(way.taken)),
              ` ${way.kind === "N" ? "next" : "jump"} to ${way.to}`,
              ...way.means.flatMap((means) => [" · ", ...meaning(file, means, text)]),
            );
          }),
        ),
        h(
          "p",
          { class: "rule" },
          h("b", {}, ORIGINS[block.origin ?? ""] ?? ""),
          block.rule ? `: ${block.rule}` : "",
        ),
      ),
    );
  }

  /** @type {(file: SourceDocument, means: Means, text: TextOf) => Child[]} */
  function meaning(file, means, text) {
    const [decision, condition, outcome, line] = means;
    if (decision < 0) return [`${condition} ${outcome}${line ? ` (line ${line})` : ""}`];
    const span = spanOf(file, means);
    if (!span) return [outcome];
    const shown = bytecov.shown(text(span).replace(/\s+/g, " "));
    const short = shown.length > 44 ? `${shown.slice(0, 43)}…` : shown;
    return [h("code", {}, short), ` ${outcome}`];
  }

  /** @type {(file: SourceDocument, code: Code, lines: string[], exceptions: boolean) => Promise<HTMLElement>} */
  function drawFlow(file, code, lines, exceptions) {
    /** @type {GraphEdge[]} */
    const edges = [];
    for (const block of code.blocks) {
      const from = String(block.steps[0]?.offset);
      for (const way of block.ways) {
        const never = way.taken === -1;
        if (way.kind === "R" && never && !exceptions) continue;
        const owed = isGap(file, block, way) || !block.origin;
        const look = way.kind === "R" ? "raise" : never && !owed ? "artifact" : "";
        edges.push({
          from,
          to: String(way.to),
          label: way.kind !== "R" ? hits(way.taken) : "",
          look: `${never ? "is-m" : "is-c"} ${look}`,
        });
      }
    }
    const reached = new Set([String(code.steps[0]?.offset)]);
    for (const start of reached) {
      for (const { from, to } of edges) if (from === start) reached.add(to); // visited in turn
    }
    const blocks = code.blocks.filter((block) => reached.has(String(block.steps[0]?.offset)));
    const there = new Set(blocks.map((block) => String(block.steps[0]?.offset)));
    const nodes = blocks.map((block) => blockNode(file, block, lines));
    const kept = edges.filter(({ from, to }) => there.has(from) && there.has(to));
    return bytecov.drawGraph(nodes, kept, `Control flow of ${code.name}`);
  }

  /** The source of what a block is about: what it tests, else its first instruction. @type {(file: SourceDocument, block: Block, lines: string[]) => string} */
  function decisive(file, block, lines) {
    const tested = block.ways.flatMap(({ means }) => means).find(([decision]) => decision >= 0);
    if (tested) return bytecov.textOf(lines, spanOf(file, tested) ?? [0, 0, 0, 0]);
    const written = block.steps.filter((step) => step.line && step.name !== "RESUME");
    const step = block.origin ? written.at(-1) : written[0];
    return step ? (lines[step.line - 1] ?? "").trim() : "";
  }

  /** What an edge speaks of. @type {(file: SourceDocument, means: Means) => Span | undefined} */
  function spanOf(file, [decision, condition]) {
    const owner = file.decisions[decision];
    return (
      (typeof condition === "number" ? owner?.conditions[condition] : undefined)?.span ??
      owner?.span
    );
  }

  /** @type {(file: SourceDocument, block: Block, lines: string[]) => GraphNode} */
  function blockNode(file, block, lines) {
    const [first] = block.steps;
    const numbers = block.steps.map((step) => step.line).filter(Boolean);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const source = numbers.length
      ? bytecov.shown(decisive(file, block, lines).replace(/\s+/g, " "))
      : "";
    const where = numbers.length ? (low === high ? `line ${low}` : `lines ${low}–${high}`) : "";
    const never = first?.ran === -1;
    const short = source.length > 30 ? `${source.slice(0, 29)}…` : source;
    return {
      id: String(first?.offset),
      text: [`${first?.offset}  ${where}`.trim(), ...(short ? [short] : [])],
      look: never ? "is-m" : "is-c",
      title: block.steps.map((step) => `${step.offset} ${step.name} ${step.operand}`).join("\n"),
      click: () => bytecov.byId(`b${first?.offset}`)?.scrollIntoView({ block: "center" }),
    };
  }
})();
