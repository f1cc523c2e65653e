// Graphs as inline SVG; dagre says where everything stands.
// @ts-check
"use strict";

(() => {
  const { h, svg } = bytecov;
  const CHAR = 6.65; // width of a character of the graph's font, 11 px
  const LINE = 15;

  /**
   * @param {GraphNode[]} nodes
   * @param {GraphEdge[]} edges
   * @param {string} title what it shows, for those who do not see it
   * @returns {Promise<HTMLElement>}
   */
  bytecov.drawGraph = async (nodes, edges, title) => {
    await bytecov.loadLibrary();
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({
      rankdir: "TB",
      nodesep: 26,
      ranksep: 30,
      edgesep: 14,
      marginx: 6,
      marginy: 6,
    });
    for (const { id, text } of nodes) {
      const width = Math.max(...text.map((line) => [...line].length)) * CHAR + 18;
      graph.setNode(id, { width: Math.max(width, 34), height: text.length * LINE + 11 });
    }
    edges.forEach((edge, place) => {
      const size = { width: edge.label.length * CHAR + 6, height: LINE, labelpos: "c" };
      graph.setEdge(edge.from, edge.to, size, String(place));
    });
    dagre.layout(graph);
    const { width = 10, height = 10 } = graph.graph();
    const lines = edges.map((edge, place) => {
      const { points, x, y } = graph.edge({ v: edge.from, w: edge.to, name: String(place) });
      return { edge, points, x, y };
    });
    const picture = svg(
      "svg",
      {
        class: "graph",
        viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
        width: Math.ceil(width),
        height: Math.ceil(height),
        role: "img",
        "aria-label": title,
      },
      ...lines.map(({ edge, points }) => drawLine(edge, points)),
      ...nodes.map((node) => drawNode(node, graph.node(node.id))),
      ...lines.map(({ edge, x, y }) => drawLabel(edge, x, y)),
    );
    picture.style.minWidth = `${Math.ceil(width * 0.62)}px`; // smaller nobody can read it
    return h(
      "div",
      { class: "graph-box", tabindex: "0", role: "group", "aria-label": title },
      picture,
    );
  };

  /** @type {(node: GraphNode, place: Box) => SVGElement} */
  function drawNode(node, { x, y, width, height }) {
    const box = { x: x - width / 2, y: y - height / 2, width, height };
    const top = y - (node.text.length * LINE) / 2 + 11;
    return svg(
      "g",
      { class: `node ${node.look}`, click: node.click, "data-node": node.id },
      svg("rect", { ...box, rx: node.look.includes("end") ? height / 2 : 6 }),
      ...node.text.map((line, row) =>
        svg("text", { x, y: top + row * LINE, "text-anchor": "middle" }, line),
      ),
      node.title ? svg("title", {}, node.title) : undefined,
    );
  }

  /** @type {(edge: GraphEdge, points: Point[]) => SVGElement} */
  function drawLine(edge, points) {
    const [first, ...rest] = points;
    if (!first) return svg("g");
    let path = `M${at(first)}`;
    rest.forEach((point, place) => {
      const following = rest[place + 1];
      if (!following) path += `L${at(point)}`;
      else path += `Q${at(point)} ${at(middle(point, following))}`;
    });
    const end = rest.at(-1) ?? first;
    const before = rest.at(-2) ?? first;
    const angle = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI;
    return svg(
      "g",
      { class: `edge ${edge.look}` },
      svg("path", { d: path }),
      svg("path", {
        class: "head",
        d: "M0 0L-7 -3.5L-7 3.5Z",
        transform: `translate(${at(end)}) rotate(${angle.toFixed(1)})`,
      }),
      edge.title ? svg("title", {}, edge.title) : undefined,
    );
  }

  /** @type {(edge: GraphEdge, x: number | undefined, y: number | undefined) => SVGElement} */
  function drawLabel(edge, x, y) {
    if (!edge.label || x === undefined || y === undefined) return svg("g");
    const width = edge.label.length * CHAR + 4;
    return svg(
      "g",
      { class: `edge-label ${edge.look}` },
      svg("rect", { x: x - width / 2, y: y - 7.5, width, height: LINE, rx: 3 }),
      svg("text", { x, y: y + 3.5, "text-anchor": "middle" }, edge.label),
    );
  }

  /** @param {Point} point */
  function at({ x, y }) {
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  }

  /** @type {(one: Point, other: Point) => Point} */
  function middle(one, other) {
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  }
})();
