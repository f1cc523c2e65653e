// Data files: scripts that hand over deflated JSON as text, or elements that hold it.
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

  /** Characters of seven bits back to bytes, as pack.py describes it. @param {string} text */
  function bytesOf(text) {
    const count = (text.length - 1) / 8;
    const bytes = new Uint8Array(7 * count);
    for (let at = 0; at < bytes.length; at += 1) {
      const part = Math.floor(at / count);
      const highest = (text.charCodeAt(1 + 7 * count + (at % count)) >> part) & 1;
      bytes[at] = (text.charCodeAt(1 + at) & 0x7f) | (highest << 7);
    }
    return bytes.subarray(0, bytes.length - Number(text[0]));
  }

  /** @type {(packed: string) => Promise<any>} */
  async function unpack(packed) {
    const bytes = bytesOf(packed);
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
