// The front page: what line coverage hid, then files, functions, classes, or the worklist of gaps.
// What is chosen is in the URL's hash, so that a link shows what its sender saw.
// @ts-check
"use strict";

(() => {
  const { h, byId, number, counted } = bytecov;
  const MOST_ROWS = 200; // more are drawn when asked for
  const KINDS = /** @type {[string, string][]} */ ([
    ["true", "never true"],
    ["false", "never false"],
    ["unreached", "never evaluated"],
    ["loop", "loops"],
    ["case", "cases"],
    ["except", "except clauses"],
    ["with", "with blocks"],
    ["mcdc", "never decided alone"],
  ]);
  const NEAR = [
    "One outcome short: everything else in the test happened",
    "Reached, and never came out this way",
    "One evaluation short of deciding alone",
    "Two evaluations short of deciding alone",
    "The test was reached; what stands before it always decided",
    "The function ran; the test was never reached",
    "The function never ran",
  ];
  const COLUMNS = ["name", "lines", "branches", "conditions", "mcdc", "never"];
  const VIEWS = /** @type {[string, string][]} */ ([
    ["files", "Files"],
    ["functions", "Functions"],
    ["classes", "Classes"],
    ["worklist", "Worklist"],
  ]);
  const FIRST = { view: "files", sort: "-never", filter: "", gap: "", hide: "" };

  /** @param {Front} data */
  bytecov.front = (data) => {
    /** @type {Record<string, string>} */
    let state = { ...FIRST };
    let all = false; // draw every row
    document.body.className = "front";
    bytecov.header(h("p", { class: "brand" }, "bytecov"), h("p", { class: "where" }, data.title));

    // The headline.
    const [line, branch, condition] = data.levels;
    const sentence = lead(data);
    const hero = h(
      "section",
      { class: "hero", "aria-label": "Summary" },
      h(
        "h1",
        {},
        "Lines ",
        ...bytecov.percentCell(line),
        ", conditions\u00a0",
        ...bytecov.percentCell(condition),
        ".",
      ),
      h("p", { class: "lead" }, ...sentence),
      bytecov.levels(data.levels, false),
      h("ul", { class: "trust" }, ...trust(data)),
    );
    void branch;

    // The controls.
    const tabs = h(
      "div",
      { class: "tabs", role: "group", "aria-label": "Show" },
      ...VIEWS.map(([key, name]) =>
        h("button", { type: "button", "data-view": key, click: () => change({ view: key }) }, name),
      ),
    );
    const filter = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "search",
        id: "filter",
        placeholder: "Filter",
        autocomplete: "off",
        spellcheck: "false",
        "aria-keyshortcuts": "/",
        input: () => change({ filter: filter.value }),
        keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Escape") filter.blur();
        },
      })
    );
    const there = new Set(data.files.flatMap((file) => Object.keys(file.kinds)));
    const gap = /** @type {HTMLSelectElement} */ (
      h(
        "select",
        { id: "gap", change: () => change({ gap: gap.value }) },
        h("option", { value: "" }, "Any gap"),
        ...KINDS.filter(([key]) => there.has(key)).map(([key, name]) =>
          h("option", { value: key }, name),
        ),
      )
    );
    const hide = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "checkbox",
        id: "hide",
        "aria-keyshortcuts": "h",
        change: () => change({ hide: hide.checked ? "covered" : "" }),
      })
    );
    const shown = h("output", { id: "shown", for: "filter gap hide" });
    const controls = h(
      "form",
      {
        class: "filter",
        role: "search",
        submit: (/** @type {Event} */ event) => event.preventDefault(),
      },
      tabs,
      h("label", { class: "box" }, h("span", { class: "vh" }, "Filter by name"), filter),
      h("label", { class: "pick" }, h("span", { class: "vh" }, "Kind of gap"), gap),
      h("label", { class: "check" }, hide, " Hide covered"),
      shown,
    );
    const place = h("div", { id: "list" });
    byId("main")?.replaceChildren(hero, ...(data.files.length ? [controls, place] : []));
    byId("foot")?.replaceChildren(h("p", {}, facts(data)));

    // The state.
    function readState() {
      const { values } = bytecov.state.read();
      state = { ...FIRST };
      for (const key of Object.keys(FIRST)) state[key] = values.get(key) ?? state[key] ?? "";
      if (!VIEWS.some(([key]) => key === state.view)) state.view = FIRST.view;
      if (!COLUMNS.includes((state.sort ?? "").replace(/^-/, ""))) state.sort = FIRST.sort;
      filter.value = state.filter ?? "";
      gap.value = state.gap ?? "";
      hide.checked = state.hide === "covered";
    }

    /** @param {Record<string, string>} changes */
    function change(changes) {
      all = false;
      Object.assign(state, changes);
      const told = Object.entries(state).map(([key, value]) => [
        key,
        value === FIRST[/** @type {keyof typeof FIRST} */ (key)] ? "" : value,
      ]);
      bytecov.state.write("", Object.fromEntries(told));
      void draw();
    }

    /** @param {string} key */
    function sortBy(key) {
      const down = key === "never" || state.sort === key;
      change({ sort: state.sort === `-${key}` || !down ? key : `-${key}` });
    }

    // The rows.
    async function draw() {
      const view = state.view;
      for (const tab of tabs.children) {
        const on = tab.getAttribute("data-view") === view;
        tab.setAttribute("aria-pressed", String(on));
      }
      hide.disabled = view === "worklist";
      if (view === "worklist") {
        const { gaps, total } = await bytecov.load("worklist");
        if (state.view === view) drawWorklist(gaps, total);
        return;
      }
      const rows = view === "files" ? fileRows(data.files) : scopeRows(await scopesOf(view ?? ""));
      if (state.view === view) drawTable(rows);
    }

    /** @type {(view: string) => Promise<ScopeRow[]>} */
    async function scopesOf(view) {
      const kind = view === "classes" ? "c" : "f";
      /** @type {{scopes: ScopeRow[]}} */
      const { scopes } = await bytecov.load("functions");
      return scopes.filter((scope) => scope[2] === kind);
    }

    /** @type {(files: FileEntry[]) => Row[]} */
    function fileRows(files) {
      return files.map((file) => ({
        name: file.path,
        text: file.path.toLowerCase(),
        href: bytecov.href(file.name),
        levels: file.levels,
        never: file.never,
        complete: !(file.never || file.lines || file.problem || file.doubts[0] || file.doubts[1]),
        kinds: file.kinds,
        file,
      }));
    }

    /** @type {(scopes: ScopeRow[]) => Row[]} */
    function scopeRows(scopes) {
      return scopes.map(([source, name, , first, , levels, kinds]) => {
        const file = /** @type {FileEntry} */ (data.files[source]);
        const never = levels[2][1];
        return {
          name,
          text: `${name} ${file.path}`.toLowerCase(),
          href: bytecov.href(file.name, `L${first}`),
          levels,
          never,
          complete: !(never || levels[0][1] || levels[1][1]),
          kinds,
          below: `${file.path}:${first}`,
        };
      });
    }

    /** @type {(text: string) => boolean} */
    function fits(text) {
      return (state.filter ?? "")
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
    }

    /** @param {Row[]} rows */
    function drawTable(rows) {
      const sort = state.sort ?? "";
      const down = sort.startsWith("-");
      const key = sort.replace(/^-/, "");
      const chosen = rows.filter(
        (row) =>
          fits(row.text) &&
          !(state.hide === "covered" && row.complete) &&
          !(state.gap && !row.kinds[state.gap]),
      );
      chosen.sort((one, other) => {
        const order = compare(key, one, other);
        return (down ? -order : order) || byName(one, other);
      });
      const drawn = all ? chosen : chosen.slice(0, MOST_ROWS);
      const head = h(
        "tr",
        {},
        ...COLUMNS.map((column) =>
          h(
            "th",
            {
              scope: "col",
              "data-key": column,
              "aria-sort": key === column ? (down ? "descending" : "ascending") : undefined,
            },
            h(
              "button",
              { type: "button", class: "sort", click: () => sortBy(column) },
              heading(column, state.view ?? ""),
            ),
          ),
        ),
      );
      place.replaceChildren(
        h(
          "table",
          { id: "files" },
          h("caption", { class: "vh" }, "Coverage by line, branch, condition and MC/DC"),
          h("thead", {}, head),
          h("tbody", {}, ...drawn.map(tableRow)),
        ),
        more(chosen.length - drawn.length),
        chosen.length ? "" : nothing(),
      );
      const what = { files: "file", functions: "function", classes: "class" }[state.view ?? ""];
      const many = what === "class" ? "classes" : `${what}s`;
      shown.textContent =
        chosen.length === rows.length
          ? counted(rows.length, what ?? "", many)
          : `${number(chosen.length)} of ${counted(rows.length, what ?? "", many)}`;
    }

    /** @param {number} left */
    function more(left) {
      if (left <= 0) return "";
      const draw_all = () => {
        all = true;
        void draw();
      };
      const label = `Show the other ${number(left)}`;
      return h("p", { class: "more" }, h("button", { type: "button", click: draw_all }, label));
    }

    function nothing() {
      const clear = () => change({ filter: "", gap: "", hide: "" });
      const button = h("button", { type: "button", class: "link", id: "clear", click: clear });
      button.textContent = "Show all";
      return h("p", { id: "nothing" }, "Nothing matches. ", button);
    }

    /** @param {WorkGap[]} gaps @param {number} total */
    function drawWorklist(gaps, total) {
      const chosen = gaps.filter(([source, , , scope, subject, said, , kind]) => {
        const path = data.files[source]?.path ?? "";
        return (
          fits(`${path} ${scope} ${subject ?? ""} ${said}`.toLowerCase()) &&
          (!state.gap || kind === state.gap)
        );
      });
      const drawn = all ? chosen : chosen.slice(0, MOST_ROWS);
      /** @type {Map<number, WorkGap[]>} */
      const groups = new Map();
      for (const one of drawn) {
        const group = groups.get(one[8]) ?? [];
        group.push(one);
        groups.set(one[8], group);
      }
      place.replaceChildren(
        ...[...groups].flatMap(([near, group]) => [
          h("h2", { class: "near" }, NEAR[near] ?? ""),
          h("ol", { class: "work" }, ...group.map(workRow)),
        ]),
        more(chosen.length - drawn.length),
        chosen.length ? "" : nothing(),
      );
      const of = gaps.length < total ? `the nearest ${number(gaps.length)} of ` : "";
      shown.textContent =
        chosen.length === gaps.length
          ? `${of}${counted(total, "gap")}`
          : `${number(chosen.length)} of ${of}${counted(total, "gap")}`;
    }

    /** @param {WorkGap} one */
    function workRow(one) {
      const [source, ...gapOf] = one;
      const [line_, anchor, scope, , , detail, kind] = gapOf;
      const file = /** @type {FileEntry} */ (data.files[source]);
      const href = bytecov.href(file.name, anchor, kind === "mcdc" ? "mcdc" : "condition");
      return h(
        "li",
        {},
        h(
          "a",
          { href, class: "row" },
          ...bytecov.said(gapOf),
          detail ? h("small", {}, detail) : undefined,
        ),
        h("span", { class: "whence" }, `${file.path}:${line_}`, scope ? ` in ${scope}` : ""),
      );
    }

    const stepRow = (/** @type {1 | -1} */ step) => {
      const links = /** @type {HTMLElement[]} */ ([
        ...place.querySelectorAll("tbody th > a, .work a.row"),
      ]);
      const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
      links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step]?.focus();
    };
    const nextView = () => {
      const at = VIEWS.findIndex(([key]) => key === state.view);
      change({ view: VIEWS[(at + 1) % VIEWS.length]?.[0] ?? "" });
    };
    const firstGap = () => {
      const file = data.files
        .filter((one) => one.never)
        .sort((one, other) => other.never - one.never)[0];
      if (file) location.assign(bytecov.href(file.name, "first-gap"));
    };
    /** @type {Record<string, () => void>} */
    const sorts = {};
    COLUMNS.forEach((column, place_) => {
      sorts[String(place_ + 1)] = () => sortBy(column);
    });
    bytecov.onKeys([
      ["/", "filter", () => filter.focus()],
      ["v", "files, functions, classes, worklist", nextView],
      ["h", "hide what is covered", () => hide.click()],
      ["1 2 3 4 5 6", "sort by a column; again to turn it round", sorts],
      ["j k", "next and previous row", { j: () => stepRow(1), k: () => stepRow(-1) }],
      ["n", "go to the first gap", firstGap],
    ]);
    window.addEventListener("hashchange", () => {
      readState();
      void draw();
    });
    readState();
    return draw();
  };

  /** @type {(column: string, view: string) => string} */
  function heading(column, view) {
    const last = view === "files" ? "Never happened" : "Missed";
    const first = { files: "File", functions: "Function", classes: "Class" }[view] ?? "";
    return (
      { name: first, mcdc: "MC/DC", never: last }[column] ??
      column[0]?.toUpperCase() + column.slice(1)
    );
  }

  /** @type {(key: string, one: Row, other: Row) => number} */
  function compare(key, one, other) {
    if (key === "name") return byName(one, other);
    if (key === "never") return one.never - other.never;
    const place = COLUMNS.indexOf(key) - 1;
    const value = (/** @type {Row} */ row) =>
      bytecov.percent(row.levels[place] ?? [0, 0, 0]) ?? 101;
    return value(one) - value(other);
  }

  /** @type {(one: Row, other: Row) => number} */
  function byName(one, other) {
    return Number(one.name > other.name) - Number(one.name < other.name);
  }

  /** @param {Row} row */
  function tableRow(row) {
    const { file } = row;
    const name = file ? bytecov.pathParts(row.name) : [row.name];
    const first = file?.first;
    return h(
      "tr",
      { "data-path": row.name },
      h(
        "th",
        { scope: "row" },
        h("a", { href: row.href }, ...name),
        row.below ? h("p", { class: "first" }, row.below) : undefined,
        file?.problem ? h("p", { class: "problem" }, file.problem) : undefined,
        file && (file.doubts[0] || file.doubts[1])
          ? h("p", { class: "problem" }, doubts(file.doubts))
          : undefined,
        file && first
          ? h(
              "p",
              { class: "first" },
              h(
                "a",
                { href: bytecov.href(file.name, first[1]) },
                h("span", { class: "at" }, String(first[0])),
                " ",
                ...bytecov.said(first),
              ),
            )
          : undefined,
      ),
      ...row.levels.map((tally, place) =>
        h(
          "td",
          {
            "data-label": bytecov.LEVELS[place],
            class: bytecov.percent(tally) === 100 ? "full" : undefined,
          },
          h("span", { class: "value" }, ...bytecov.percentCell(tally)),
          bytecov.bar(tally),
        ),
      ),
      h("td", { class: "never", "data-label": "Never" }, ...never(row)),
    );
  }

  /** @type {(row: Row) => Child[]} */
  function never(row) {
    if (!row.never) return [h("span", { class: "none" }, "0")];
    const hidden = row.file?.hidden ?? 0;
    const how = hidden === row.never && hidden > 1 ? "all" : number(hidden);
    const where = `${how} on ${hidden === 1 ? "a covered line" : "covered lines"}`;
    return [h("b", {}, number(row.never)), hidden ? h("span", { class: "hid" }, where) : undefined];
  }

  /** @type {(found: [number, number]) => string} */
  function doubts([unexplained, contradictions]) {
    const branches = counted(unexplained, "unexplained branch", "unexplained branches");
    return `${branches}, ${counted(contradictions, "contradiction")}`;
  }

  /** @type {(data: Front) => Child[]} */
  function lead(data) {
    if (!data.files.length) return ["Nothing was measured."];
    if (!data.never) return ["Every outcome of every condition happened."];
    const found = h("strong", {}, `${counted(data.never, "outcome")} never happened`);
    let rest = "";
    if (data.hidden === data.never) {
      rest =
        data.never === 1
          ? ", and line coverage calls its line covered"
          : ", all of them on lines that line coverage calls covered";
    } else if (data.hidden) {
      rest = `, ${number(data.hidden)} of them on lines that line coverage calls covered`;
    }
    const deceived = data.deceived
      ? ` ${counted(data.deceived, "file")} that line coverage calls complete ${data.deceived === 1 ? "is" : "are"} not.`
      : "";
    return [found, `${rest}.${deceived}`];
  }

  /** @type {(data: Front) => Element[]} */
  function trust(data) {
    const undetermined = data.levels[2][2];
    /** @type {[number, string, string, string, boolean][]} */
    const told = [
      [data.unexplained, "unexplained branch", "unexplained branches", "in the bytecode", true],
      [
        data.contradictions,
        "contradiction",
        "contradictions",
        "between what ran and what can run",
        true,
      ],
    ];
    if (undetermined) {
      told.push([
        undetermined,
        "outcome undetermined",
        "outcomes undetermined",
        "counted neither way",
        false,
      ]);
    }
    if (data.problems)
      told.push([data.problems, "file not analysed", "files not analysed", "", true]);
    return told.map(([count, one, many, why, bad]) =>
      h(
        "li",
        { class: bad && count ? "bad" : undefined },
        h("b", {}, number(count)),
        ` ${count === 1 ? one : many} `,
        h("span", { class: "why" }, why),
      ),
    );
  }

  /** @type {(data: Front) => string} */
  function facts(data) {
    const by = data.engines.length ? `Measured by ${data.engines.join(", ")}` : "";
    const on = by && data.pythons.length ? ` on Python ${data.pythons.join(", ")}` : "";
    return `${by}${on}${by ? ". " : ""}${document.querySelector("meta[name=generator]")?.getAttribute("content")}`;
  }
})();
