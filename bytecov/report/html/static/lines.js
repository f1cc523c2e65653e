// Source text to elements: lines cut into pieces with syntax class, underlines in lanes, and ticks.
//
// Syntax tokens and conditions overlap in every way (a condition may start inside a token, hold
// another decision, share an operand with its neighbour in a chain, or span lines), so no nesting
// of elements can show them.  Pieces can: each knows everything that lies over it.
// @ts-check
"use strict";

(() => {
  const { h } = bytecov;
  const COLOURS = ["", "sc", "sd", "si", "ss", "sn", "sk", "sf", "sb"]; // as highlight.py numbers them
  const LANES = 5; // deeper nesting shares the last lane
  const DEEPEST = 32; // columns of indentation that a wrapped line keeps
  const LONG = 4000; // characters; a longer line gets its own scroll box
  const WIDEST_INDENT = 96; // columns; sentences about what stands further right stay here
  const HIDDEN =
    /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\u{e0000}-\u{e0fff}]/gu;
  const RIGHT_TO_LEFT =
    /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
  const PLAIN = /^[\x20-\x7e]*$/;

  /** The lines that spans count: only \n ends one. @type {(source: string) => string[]} */
  function split(source) {
    const lines = source.split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /**
   * For each line the ranges that have a syntax class, from runs over the whole text.
   * @type {(lines: string[], runs: number[]) => Columns[][]}
   */
  function coloursOf(lines, runs) {
    /** @type {Columns[][]} */
    const found = lines.map(() => []);
    let line = 0;
    let column = 0;
    for (let i = 0; i < runs.length && line < lines.length; i += 2) {
      let length = runs[i] ?? 0;
      const name = COLOURS[runs[i + 1] ?? 0];
      while (length > 0 && line < lines.length) {
        const width = (lines[line] ?? "").length;
        const here = Math.min(length, width - column);
        if (name && here > 0) found[line]?.push({ start: column, end: column + here, value: name });
        length -= here;
        column += here;
        if (length > 0) {
          length -= 1; // the newline
          line += 1;
          column = 0;
        }
      }
    }
    return found;
  }

  /**
   * Columns 0 to `length` split at every range's ends: the pieces touch, cover the line once and
   * are never empty.  What sticks out of the line is cut off.
   * @type {(length: number, ranges: Columns[]) => Piece[]}
   */
  function cut(length, ranges) {
    const kept = ranges
      .map(({ start, end, value }) => ({
        start: Math.max(start, 0),
        end: Math.min(end, length),
        value,
      }))
      .filter(({ start, end }) => start < end);
    const bounds = new Set([0, length]);
    for (const { start, end } of kept) bounds.add(start).add(end);
    const sorted = [...bounds].sort((a, b) => a - b);
    const coming = kept.map((range, order) => ({ range, order }));
    coming.sort((a, b) => a.range.start - b.range.start || a.order - b.order);
    /** @type {{range: Columns, order: number}[]} */
    let active = [];
    let next = 0;
    /** @type {Piece[]} */
    const pieces = [];
    for (let i = 0; i + 1 < sorted.length; i += 1) {
      const start = /** @type {number} */ (sorted[i]);
      const end = /** @type {number} */ (sorted[i + 1]);
      active = active.filter(({ range }) => range.end > start);
      for (let one = coming[next]; one && one.range.start === start; one = coming[next]) {
        active.push(one);
        next += 1;
      }
      active.sort((a, b) => a.order - b.order);
      pieces.push({ start, end, values: active.map(({ range }) => range.value) });
    }
    return pieces;
  }

  /**
   * The pieces of a span on its lines, indentation and blank lines left out.
   * @type {(span: Span, lines: string[]) => {line: number, start: number, end: number}[]}
   */
  function onLines([first, col, last, endCol], lines) {
    const found = [];
    for (let line = Math.max(first, 1); line <= Math.min(last, lines.length); line += 1) {
      const text = lines[line - 1] ?? "";
      let start = line === first ? Math.max(col, 0) : 0;
      let end = line === last ? Math.min(Math.max(endCol, 0), text.length) : text.length;
      const shown = text.slice(start, end);
      start += shown.length - shown.trimStart().length;
      end = start + shown.trim().length;
      if (start < end) found.push({ line, start, end });
    }
    return found;
  }

  /**
   * A lane for each range of one line, so that no two in one lane touch.  Short ranges come first
   * and so nearest to the text.  `room` is what a range needs from its start, however short it is.
   * @type {(ranges: Underline[]) => Map<Underline, number>}
   */
  function stack(ranges) {
    /** @type {[number, number][][]} */
    const taken = [];
    const lanes = new Map();
    const order = (/** @type {Underline} */ a, /** @type {Underline} */ b) =>
      a.end - a.start - (b.end - b.start) || a.start - b.start;
    for (const each of [...ranges].sort(order)) {
      const end = Math.max(each.end, each.start + each.room);
      let lane = taken.findIndex((there) => there.every(([a, b]) => b <= each.start || end <= a));
      if (lane < 0) lane = taken.push([]) - 1;
      taken[lane]?.push([each.start, end]);
      lanes.set(each, Math.min(lane, LANES - 1));
    }
    return lanes;
  }

  /**
   * One line of code as elements side by side, none inside another.
   * @type {(text: string, colours: Columns[], underlines: Underline[], hidden: Hidden) => HTMLElement}
   */
  function renderLine(text, colours, underlines, hidden) {
    const indent = Math.min(text.length - text.trimStart().length, DEEPEST);
    const code = h("code");
    const lanes = stack(underlines);
    const depth = Math.max(-1, ...lanes.values()) + 1;
    const classes = ["src"];
    if (indent) classes.push(`i${indent}`);
    if (depth) classes.push(`n${depth}`);
    if (text.length > LONG) {
      classes.push("long");
      code.tabIndex = 0;
    }
    code.className = classes.join(" ");
    if (!underlines.length && PLAIN.test(text)) coloured(code, text, colours);
    else pieced(code, text, colours, underlines, lanes, hidden);
    return code;
  }

  /**
   * A line with nothing but syntax colours, as most are.
   * @type {(code: HTMLElement, text: string, colours: Columns[]) => void}
   */
  function coloured(code, text, colours) {
    let at = 0;
    for (const { start, end, value } of colours) {
      if (at < start) code.append(text.slice(at, start));
      const span = document.createElement("span");
      span.className = /** @type {string} */ (value);
      span.textContent = text.slice(start, end);
      code.append(span);
      at = end;
    }
    if (at < text.length) code.append(text.slice(at));
  }

  /**
   * @type {(code: HTMLElement, text: string, colours: Columns[], underlines: Underline[],
   *   lanes: Map<Underline, number>, hidden: Hidden) => void}
   */
  function pieced(code, text, colours, underlines, lanes, hidden) {
    /** @type {Columns[]} */
    const found = [...text.matchAll(HIDDEN)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      value: null,
    }));
    const marked = underlines.map((one) => ({ start: one.start, end: one.end, value: one }));
    for (const { start, end, values } of cut(text.length, [...colours, ...found, ...marked])) {
      const over = /** @type {Underline[]} */ (
        values.filter((value) => typeof value === "object" && value !== null)
      );
      const shown = text.slice(start, end);
      const classes = over.map((one) => `u${lanes.get(one)}${one.mark.status}`);
      for (const value of values) if (typeof value === "string") classes.push(value);
      const content = [
        ...over.filter((one) => one.first && one.start === start).map((one) => tick(one, lanes)),
        values.includes(null) ? hiddenCharacter(shown, hidden) : isolated(shown),
      ];
      if (over.length) {
        const owner = over.reduce((one, other) =>
          (lanes.get(other) ?? 0) < (lanes.get(one) ?? 0) ? other : one,
        );
        const names = ["u", ...classes].join(" ");
        code.append(h("span", { class: names, "data-g": owner.mark.index }, ...content));
      } else if (classes.length) code.append(h("span", { class: classes.join(" ") }, ...content));
      else code.append(...content);
    }
  }

  /** Right-to-left letters may not change the places of others. @param {string} text */
  function isolated(text) {
    return RIGHT_TO_LEFT.test(text) ? h("bdi", {}, text) : text;
  }

  /** @type {(character: string, hidden: Hidden) => HTMLElement} */
  function hiddenCharacter(character, hidden) {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    const [short, long] = hidden[code] ?? [`U+${code}`, `U+${code}`];
    return h("b", { class: "ctl", "data-char": code, title: long }, short);
  }

  /**
   * An empty element: the style sheet writes the letters, so that copying code copies no ticks.
   * @type {(underline: Underline, lanes: Map<Underline, number>) => HTMLElement}
   */
  function tick(underline, lanes) {
    const { mark } = underline;
    const classes = ["tk", `l${lanes.get(underline) ?? 0}`];
    /** @type {Attributes} */
    const attributes = {};
    if (mark.ticks.length === 1) classes.push("one");
    [
      ["a", "T"],
      ["b", "F"],
    ].forEach(([side, usual], place) => {
      const [letter, status] = mark.ticks[place] ?? [];
      if (!letter) return;
      classes.push(`${side}${status}`);
      if (letter !== usual) attributes[`data-${side}`] = letter;
    });
    return h("i", {
      ...attributes,
      class: classes.join(" "),
      id: mark.anchor,
      "data-g": mark.index,
      role: "button",
      tabindex: "-1",
      "aria-label": mark.label,
    });
  }

  /** As wide as what stands before a column: tabs stay tabs. @type {(text: string, column: number) => string} */
  function indentation(text, column) {
    return text.slice(0, Math.min(column, WIDEST_INDENT)).replace(/[^\t]/g, " ");
  }

  bytecov.lines = { split, coloursOf, cut, onLines, stack, renderLine, indentation };
})();
