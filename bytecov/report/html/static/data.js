// Data files: scripts that hand over base64 of deflated JSON, or elements that hold it.
// @ts-check
"use strict";

(() => {
  /** @type {Map<string, (packed: string) => void>} */
  const waiting = new Map();

  bytecov.receive = (name, packed) => waiting.get(name)?.(packed);

  /**
   * The packed text of a document: from the page itself, else from its file.
   * @param {string} name
   * @returns {Promise<string>}
   */
  function fetchPacked(name) {
    const here = bytecov.byId(`data-${name}`);
    if (here) return Promise.resolve(here.textContent ?? "");
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      waiting.set(name, (packed) => {
        waiting.delete(name);
        script.remove();
        resolve(packed);
      });
      script.addEventListener("error", () => reject(new Error(`data/${name}.js is not there`)));
      script.src = `data/${name}.js`;
      document.head.append(script);
    });
  }

  /** @type {(packed: string) => Promise<any>} */
  async function unpack(packed) {
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).json();
  }

  /** @type {Map<string, Promise<any>>} */
  const loaded = new Map();

  bytecov.load = (name) => {
    let found = loaded.get(name);
    if (!found) {
      found = fetchPacked(name).then(unpack);
      loaded.set(name, found);
    }
    return found;
  };

  bytecov.loadLibrary = () => {
    if ("dagre" in globalThis) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.addEventListener("load", () => resolve(undefined));
      script.addEventListener("error", () => reject(new Error("dagre.min.js is not there")));
      script.src = "static/dagre.min.js";
      document.head.append(script);
    });
  };
})();
