// The drawer: everything about one decision.  Its graph, what was observed, what proves each
// condition, what is missing, which tests were there, what the bytecode made of it.
// @ts-check
"use strict";

(() => {
  const { h, number, counted } = bytecov;
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  /** @type {Record<string, string>} */
  const STATUS = { c: "covered", m: "missed", u: "undetermined", x: "excluded" };
  /** @type {Record<string, string>} */
  const KINDS = {
    boolop: "value",
    "compare-chain": "comparison",
    "comprehension-if": "comprehension if",
    "comprehension-for": "comprehension for",
    "match-case": "case",
    "sub-pattern": "pattern",
  };
  const MOST_TESTS = 12;

  /** `A`, `B`, … `Z`, `A1`, … @param {number} place */
  function letterOf(place) {
    const round = Math.floor(place / LETTERS.length);
    return `${LETTERS[place % LETTERS.length]}${round || ""}`;
  }

  /** @type {(count: number | null | undefined) => string} */
  function times(count) {
    return count ? `${number(count)}×` : "yes";
  }

  /**
   * @param {SourceDocument} file
   * @param {string[]} lines
   * @param {number} index of the decision
   * @param {() => void} close
   * @param {(code: string) => void} showCode
   */
  bytecov.drawer = (file, lines, index, close, showCode) => {
    const decision = /** @type {Decision} */ (file.decisions[index]);
    const { conditions } = decision;
    const text = (/** @type {Span} */ span) => bytecov.textOf(lines, span);
    const kind = KINDS[decision.kind] ?? decision.kind;
    const [line] = decision.span;
    const graph = h("div", { class: "picture" });
    void drawDecision(decision, text).then((picture) => graph.replaceChildren(picture));
    const tests = h("div", { class: "tests" });
    const code = h("div", { class: "made" });
    const drawer = h(
      "section",
      { class: "drawer", role: "dialog", "aria-labelledby": "drawer-title", tabindex: "-1" },
      h(
        "header",
        {},
        h(
          "h2",
          { id: "drawer-title" },
          `${kind[0]?.toUpperCase()}${kind.slice(1)} on line ${line}`,
          decision.function ? h("span", { class: "in" }, ` in ${decision.function}`) : undefined,
        ),
        h("button", { type: "button", class: "quiet", "aria-label": "Close", click: close }, "Esc"),
      ),
      h("pre", { class: "whole" }, h("code", {}, bytecov.shown(dedent(text(decision.span))))),
      conditions.length ? legend(decision, text) : outcomesTable(decision.outcomes),
      graph,
      ...vectors(decision),
      ...independence(decision, text),
      tests,
      code,
    );
    if (file.has.includes(".tests")) offerTests(file, index, decision, tests);
    if (file.has.includes(".code")) void tellBytecode(file, index, code, showCode);
    return drawer;
  };

  /** Continuation lines moved left as far as they go together. @param {string} text */
  function dedent(text) {
    const [first = "", ...rest] = text.split("\n");
    const indents = rest.filter((line) => line.trim()).map((line) => line.search(/\S/));
    const least = indents.length ? Math.min(...indents) : 0;
    return [first, ...rest.map((line) => line.slice(least))].join("\n");
  }

  /** @type {(outcomes: Outcome[]) => HTMLElement} */
  function outcomesTable(outcomes) {
    return h(
      "table",
      { class: "facts" },
      h("caption", { class: "vh" }, "Outcomes"),
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, "Outcome"), h("th", { scope: "col" }, "Happened")),
      ),
      h(
        "tbody",
        {},
        ...outcomes.map((one) => h("tr", {}, h("th", { scope: "row" }, one[0]), outcomeCell(one))),
      ),
    );
  }

  /** @param {Outcome | undefined} outcome */
  function outcomeCell(outcome) {
    if (!outcome) return h("td", {}, "–");
    const [, status, count, , reason] = outcome;
    const said = status === "c" ? times(count) : status === "m" ? "never" : STATUS[status];
    return h(
      "td",
      { class: `is-${status}`, title: reason },
      said ?? "",
      reason ? h("small", {}, ` ${reason}`) : undefined,
    );
  }

  /** The conditions with their letters. @type {(decision: Decision, text: TextOf) => HTMLElement} */
  function legend({ conditions }, text) {
    const several = conditions.length > 1;
    const head = ["", "Condition", "True", "False", ...(several ? ["Decides alone"] : [])];
    return h(
      "table",
      { class: "facts" },
      h("caption", { class: "vh" }, "Conditions"),
      h(
        "thead",
        {},
        h("tr", {}, ...head.map((name) => (name ? h("th", { scope: "col" }, name) : h("td")))),
      ),
      h(
        "tbody",
        {},
        ...conditions.map((one, place) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, letterOf(place)),
            h("td", {}, h("code", {}, bytecov.shown(flat(text(one.span))))),
            outcomeCell(one.outcomes.find(([name]) => name === "true")),
            outcomeCell(one.outcomes.find(([name]) => name === "false")),
            several
              ? h(
                  "td",
                  { class: `is-${one.mcdc}` },
                  { c: "shown", m: "never shown", u: "not known", x: "excluded" }[one.mcdc] ?? "",
                )
              : undefined,
          ),
        ),
      ),
    );
  }

  /** @param {string} text */
  function flat(text) {
    return text.replace(/\s+/g, " ");
  }

  /** @type {(decision: Decision, text: TextOf) => Promise<HTMLElement>} */
  function drawDecision(decision, text) {
    const { conditions } = decision;
    /** @type {GraphNode[]} */
    const nodes = [];
    /** @type {GraphEdge[]} */
    const edges = [];
    /** @type {(from: string, to: string, name: string, outcome: Outcome | undefined) => void} */
    const connect = (from, to, name, outcome) => {
      const status = outcome?.[1] ?? "u";
      const label =
        status === "c" ? `${name} ${times(outcome?.[2])}` : status === "m" ? `${name} never` : name;
      edges.push({ from, to, label, look: `is-${status}` });
    };
    if (!conditions.length) {
      nodes.push({ id: "it", text: [shorten(flat(text(decision.span)), 34)], look: "" });
      for (const outcome of decision.outcomes) {
        nodes.push({ id: outcome[0], text: [outcome[0]], look: `end is-${outcome[1]}` });
        connect("it", outcome[0], "", outcome);
      }
      return bytecov.drawGraph(nodes, edges, "The outcomes and how often each happened");
    }
    conditions.forEach((one, place) => {
      const name = `${letterOf(place)}  ${shorten(flat(text(one.span)), 26)}`;
      nodes.push({ id: String(place), text: [name], look: "" });
      for (const [side, name_] of /** @type {[0 | 1, string][]} */ ([
        [0, "true"],
        [1, "false"],
      ])) {
        const after = one.next[side];
        const outcome = one.outcomes.find(([known]) => known === name_);
        connect(String(place), String(after), name_[0]?.toUpperCase() ?? "", outcome);
      }
    });
    const ends = new Set(edges.map(({ to }) => to));
    for (const end of ["true", "false"]) {
      if (!ends.has(end)) continue;
      const own = decision.outcomes.find(([name]) => name === end);
      nodes.push({ id: end, text: [end], look: `end is-${own?.[1] ?? "c"}` });
    }
    return bytecov.drawGraph(
      nodes,
      edges,
      "How the conditions decide, with how often each edge was taken",
    );
  }

  /** @type {(text: string, longest: number) => string} */
  function shorten(text, longest) {
    const shown = bytecov.shown(text);
    return shown.length > longest ? `${shown.slice(0, longest - 1)}…` : shown;
  }

  /** @type {(decision: Decision) => Child[]} */
  function vectors(decision) {
    const { conditions } = decision;
    if (conditions.length < 2) return [];
    if (decision.ways) {
      return [
        h(
          "p",
          { class: "remark" },
          `${number(decision.ways)} ways lead through this test, too many to tell apart.`,
        ),
      ];
    }
    const missing = new Map();
    conditions.forEach((one, place) => {
      if (one.mcdc !== "m") return;
      for (const [letters, outcome] of one.needs ?? []) {
        const known = missing.get(letters) ?? { outcome, of: [] };
        known.of.push(letterOf(place));
        missing.set(letters, known);
      }
    });
    const names = conditions.map((_, place) => h("th", { scope: "col" }, letterOf(place)));
    const witness = decision.vectors.some(([, , , test]) => test);
    const cells = (/** @type {string} */ letters) =>
      [...letters].map((one) => h("td", { class: "tf" }, one === "-" ? "·" : one));
    const rows = decision.vectors.map(([letters, outcome, count, test]) =>
      h(
        "tr",
        {},
        ...cells(letters),
        h("td", { class: "tf out" }, outcome),
        h("td", { class: "is-c" }, times(count)),
        witness ? h("td", { class: "by" }, test) : undefined,
      ),
    );
    const wanted = [...missing].map(([letters, { outcome, of }]) =>
      h(
        "tr",
        { class: "wanted" },
        ...cells(letters),
        h("td", { class: "tf out" }, outcome),
        h("td", { class: "is-m" }, `wanted for ${of.join(", ")}`),
        witness ? h("td") : undefined,
      ),
    );
    return [
      h("h3", {}, "Evaluations seen"),
      rows.length || wanted.length
        ? h(
            "table",
            { class: "facts vectors" },
            h(
              "caption",
              { class: "vh" },
              "One row for each combination of conditions; a dot where one was not evaluated",
            ),
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                ...names,
                h("th", { scope: "col" }, "Result"),
                h("th", { scope: "col" }, "Seen"),
                witness ? h("th", { scope: "col" }, "First test") : undefined,
              ),
            ),
            h("tbody", {}, ...rows, ...wanted),
          )
        : h("p", { class: "remark" }, "None is known: record with bytecov run --level mcdc."),
    ];
  }

  /** What proves each condition, or what would. @type {(decision: Decision, text: TextOf) => Child[]} */
  function independence({ conditions }, text) {
    if (conditions.length < 2) return [];
    const items = conditions.map((one, place) => {
      const name = h("b", {}, letterOf(place));
      if (one.pair) {
        const [first, second] = one.pair;
        return h(
          "li",
          { class: "is-c" },
          name,
          " decides alone: ",
          ...vector(first),
          " against ",
          ...vector(second),
        );
      }
      if (one.mcdc === "u" || one.mcdc === "x") {
        return h(
          "li",
          {},
          name,
          one.mcdc === "u"
            ? " is not known to decide alone"
            : " cannot decide alone, or is excluded",
        );
      }
      if (!one.needs) return h("li", { class: "is-m" }, name, " was never shown to decide alone");
      const wanted = one.needs.flatMap(([letters, outcome], at) => [
        at ? " and " : "",
        h(
          "span",
          { class: "wish" },
          ...wish(conditions, letters, text),
          ` → ${outcome === "T" ? "true" : "false"}`,
        ),
      ]);
      const beside = one.beside ? ["; it goes with ", ...vector(one.beside)] : [];
      return h("li", { class: "is-m" }, name, " never decided alone: needs ", ...wanted, ...beside);
    });
    return [h("h3", {}, "Who decides alone"), h("ul", { class: "pairs" }, ...items)];
  }

  /** @type {(conditions: Condition[], letters: string, text: TextOf) => Child[]} */
  function wish(conditions, letters, text) {
    return [...letters].flatMap((value, place) => {
      const one = conditions[place];
      if (value === "-" || !one) return [];
      return [
        h(
          "span",
          {},
          h("code", {}, shorten(flat(text(one.span)), 40)),
          value === "T" ? " true" : " false",
        ),
      ];
    });
  }

  /** @type {(vector: [string, string]) => Child[]} */
  function vector([letters, outcome]) {
    return [
      h(
        "code",
        {},
        `${[...letters].map((one) => (one === "-" ? "·" : one)).join(" ")} → ${outcome}`,
      ),
    ];
  }

  // Tests, which load when asked for.

  /** @param {number[]} deltas */
  function running(deltas) {
    let sum = 0;
    return deltas.map((delta) => {
      sum += delta;
      return sum;
    });
  }

  /** For the tooltip: who made the outcomes of a mark happen. */
  bytecov.firstTests = async (file, mark) => {
    if (!file.has.includes(".tests")) return [];
    /** @type {TestsDocument} */
    const { names, outcomes } = await bytecov.load(`${file.name}.tests`);
    return outcomes
      .filter(([decision, part]) => decision === mark.decision && part === mark.condition)
      .map(([, , outcome, [first = 0, ...more]]) => {
        const others = more.length ? `, ${number(more.length)} more` : "";
        return `${outcome} by ${names[first]}${others}`;
      });
  };

  /** @type {(file: SourceDocument, index: number, decision: Decision, place: HTMLElement) => void} */
  function offerTests(file, index, { conditions }, place) {
    const show = async () => {
      /** @type {TestsDocument} */
      const { names, outcomes } = await bytecov.load(`${file.name}.tests`);
      const own = outcomes.filter(([decision]) => decision === index);
      place.replaceChildren(
        h("h3", {}, "Tests"),
        own.length
          ? h(
              "dl",
              { class: "who" },
              ...own.map(([, condition, outcome, deltas]) => {
                const what =
                  condition < 0 || conditions.length < 2
                    ? outcome
                    : `${letterOf(condition)} ${outcome}`;
                const tests = running(deltas).map((one) => names[one] ?? "");
                return h(
                  "div",
                  {},
                  h("dt", {}, `${what}: ${counted(tests.length, "test")}`),
                  h("dd", {}, testList(tests)),
                );
              }),
            )
          : h("p", { class: "remark" }, "No test reached it."),
      );
    };
    place.append(
      h(
        "button",
        { type: "button", class: "more-button", click: () => void show() },
        "Which tests?",
      ),
    );
  }

  /** @param {string[]} tests */
  function testList(tests) {
    const list = h("ul", {}, ...tests.slice(0, MOST_TESTS).map((name) => h("li", {}, name)));
    const left = tests.slice(MOST_TESTS);
    if (left.length) {
      const all = () => list.replaceChildren(...tests.map((name) => h("li", {}, name)));
      list.append(
        h(
          "li",
          {},
          h("button", { type: "button", class: "link", click: all }, `${number(left.length)} more`),
        ),
      );
    }
    return list;
  }

  /** What the compiler made of it. @type {(file: SourceDocument, index: number, place: HTMLElement, showCode: (code: string) => void) => Promise<void>} */
  async function tellBytecode(file, index, place, showCode) {
    const code = await bytecov.bytecodeOf(file.name);
    const [first, , last] = /** @type {Decision} */ (file.decisions[index]).span;
    /** @type {{code: string, offset: number, name: string, said: string}[]} */
    const jumps = [];
    /** @type {typeof jumps} */
    const hidden = [];
    for (const one of code.codes) {
      for (const block of one.blocks) {
        const step = block.steps.at(-1);
        if (!step || !block.origin) continue;
        const where = { code: one.name, offset: step.offset, name: step.name, said: block.rule };
        const own = block.ways.some((way) => way.means.some(([decision]) => decision === index));
        if (own) jumps.push(where);
        else if (block.origin === "i" && step.line >= first && step.line <= last)
          hidden.push(where);
      }
    }
    if (!jumps.length && !hidden.length) return;
    const said = (/** @type {typeof jumps} */ all) =>
      all.map((jump) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "link", click: () => showCode(jump.code) },
            `${jump.name} at ${jump.offset}`,
          ),
          h("span", {}, ` ${jump.said}`),
        ),
      );
    place.append(
      h("h3", {}, `In the bytecode of Python ${code.python}`),
      h("ul", { class: "jumps" }, ...said(jumps)),
      ...(hidden.length
        ? [
            h(
              "p",
              { class: "remark" },
              `${counted(hidden.length, "jump")} on ${first === last ? "this line" : "these lines"} that nobody wrote:`,
            ),
            h("ul", { class: "jumps" }, ...said(hidden)),
          ]
        : []),
    );
  }
})();
