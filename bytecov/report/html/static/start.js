// What the address asks for: a file by its name, else the front page.
// @ts-check
"use strict";

(() => {
  const name = /^\?([A-Za-z0-9_-]+)$/.exec(location.search)?.[1];

  async function start() {
    if (name) bytecov.source(await bytecov.load(name));
    else await bytecov.front(await bytecov.load("front"));
  }

  start().then(
    () => {
      document.documentElement.dataset.ready = "yes";
    },
    (/** @type {Error} */ error) => {
      const home = bytecov.h("a", { href: location.pathname }, "All files");
      const said = `This cannot be shown: ${error.message}.`;
      bytecov.byId("main")?.replaceChildren(bytecov.h("p", { class: "empty" }, said, " ", home));
      document.documentElement.dataset.ready = "failed";
    },
  );
})();
