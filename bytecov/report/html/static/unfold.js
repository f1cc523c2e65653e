// Documents as they are packed (bytecode.py, document.py) back to what the views work with.
// @ts-check
"use strict";

(() => {
  const FIRST = 35; // the character of 0
  const ESCAPED = 92; // the one left out: JSON would escape it
  const PAIR = 0xe000; // characters from here on are the upper half of a large number
  const [NEXT, JUMP, HANDLERS] = [1, 2, 4];

  /** The numbers of a column, one after the other. @param {string} text */
  function reader(text) {
    let at = 0;
    const digit = () => {
      const code = text.charCodeAt(at);
      at += 1;
      return code;
    };
    const small = (/** @type {number} */ code) => code - FIRST - (code > ESCAPED ? 1 : 0);
    const read = () => {
      const code = digit();
      return code < PAIR ? small(code) : (code - PAIR) * 32768 + small(digit());
    };
    return Object.assign(read, { ended: () => at >= text.length });
  }

  /** @param {number} number */
  const signed = (number) => (number % 2 ? -(number + 1) / 2 : number / 2);

  /** Numbers that each say how far they are from the one before. @param {() => number} read */
  function distances(read) {
    let last = 0;
    return () => {
      last += signed(read());
      return last;
    };
  }

  /** `[2, a, 1, b]` as a, a, b. @template T @param {T[]} runs @returns {() => T} */
  function unrolling(runs) {
    let [at, left] = [-2, 0];
    return () => {
      while (!left) {
        at += 2;
        left = Number(runs[at]);
      }
      left -= 1;
      return /** @type {T} */ (runs[at + 1]);
    };
  }

  /** The gaps of each level. @type {(file: PackedSource) => SourceDocument["gaps"]} */
  function gaps({ gaps, marks, decisions }) {
    const all = gaps.all.map((told) => {
      if (told.length === 9) return /** @type {Gap} */ (told);
      const [number, subject, ...rest] = told;
      const [[line], , , label, anchor, decision] = /** @type {any[]} */ (marks[number]);
      const said = typeof subject === "number" ? label.slice(0, subject) : subject;
      return /** @type {Gap} */ ([line, anchor, decisions[decision]?.function, said, ...rest]);
    });
    const listed = (/** @type {string} */ text) => {
      const read = reader(text);
      const next = distances(read);
      /** @type {Gap[]} */
      const found = [];
      while (!read.ended()) found.push(/** @type {Gap} */ (all[next()]));
      return found;
    };
    return {
      line: listed(gaps.line),
      branch: listed(gaps.branch),
      condition: listed(gaps.condition),
      mcdc: listed(gaps.mcdc),
    };
  }

  /** @param {PackedBytecode} packed @returns {Bytecode} */
  function bytecode(packed) {
    const { texts, kinds, rules, outcomes } = packed;
    const text = (/** @type {number} */ number) => texts[number] ?? "";
    const next = {
      name: reader(packed.names),
      operand: reader(packed.operands),
      line: distances(reader(packed.lines)),
      length: reader(packed.blocks),
      ends: reader(packed.ends),
      jump: reader(packed.jumps),
      handler: reader(packed.handlers),
      rule: reader(packed.verdicts),
      mean: reader(packed.means),
      ran: unrolling(packed.ran),
      taken: unrolling(packed.taken),
    };
    let outcome = 0;
    const means = () =>
      Array.from({ length: next.mean() }, () => {
        outcome += signed(next.mean());
        return /** @type {Means} */ (outcomes[outcome]);
      });

    const codes = packed.codes.map(([name, line, measured, instructions, count, told]) => {
      let offset = 0;
      /** @type {Step[]} */
      const steps = Array.from({ length: instructions }, () => {
        const [opcode, size, effect] = /** @type {[string, number, string]} */ (kinds[next.name()]);
        const step = {
          offset,
          line: next.line(),
          name: opcode,
          operand: text(next.operand()),
          ran: measured ? next.ran() : -1,
          effect,
        };
        offset += size;
        return step;
      });
      let first = 0;
      /** @type {Block[]} */
      const blocks = Array.from({ length: count }, () => {
        const own = steps.slice(first, first + next.length());
        first += own.length;
        return { steps: own, ways: [], rule: "" };
      });
      for (const [number, block] of blocks.entries()) addWays(block, number, blocks);
      if (measured) for (const { ways } of blocks) for (const way of ways) way.taken = next.taken();
      return {
        name: text(name),
        line,
        measured: measured === 1,
        steps,
        blocks,
        facts: factsOf(told.map(text)),
      };
    });
    return { python: packed.python, codes };

    /** @type {(block: Block, number: number, blocks: Block[]) => void} */
    function addWays(block, number, blocks) {
      const ends = next.ends();
      const startOf = (/** @type {number} */ place) => blocks[place]?.steps[0]?.offset ?? -1;
      const add = (/** @type {string} */ kind, /** @type {number} */ place) =>
        block.ways.push({ kind, to: startOf(place), taken: -1, means: [] });
      if (ends & NEXT) add("N", number + 1);
      if (ends & JUMP) {
        add("J", number + signed(next.jump()));
        const last = /** @type {Step} */ (block.steps.at(-1));
        last.operand ||= `to ${block.ways.at(-1)?.to}`;
      }
      for (let left = Math.floor(ends / HANDLERS); left > 0; left -= 1)
        add("R", number + signed(next.handler()));
      if ((ends & (NEXT | JUMP)) !== (NEXT | JUMP)) return;
      const [origin, rule] = /** @type {[string, number]} */ (rules[next.rule()]);
      block.origin = origin;
      block.rule = text(rule);
      for (const way of block.ways) if (way.kind !== "R") way.means = means();
    }
  }

  /** @param {string[]} told @returns {Code["facts"]} */
  function factsOf(told) {
    /** @type {Code["facts"]} */
    const found = [];
    for (let i = 0; i < told.length; i += 2) {
      const [group = "", name = "", meaning = ""] = (told[i] ?? "").split("\t");
      found.push([group, name, told[i + 1] ?? "", meaning]);
    }
    return found;
  }

  bytecov.unfold = { gaps, bytecode };
})();
