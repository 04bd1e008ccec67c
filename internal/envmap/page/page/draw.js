// Boxes, frames and arrows, for the drawings of the environment and of flows.
"use strict";
page.draw = {};

page.draw.width = (function () {
  const context = document.createElement("canvas").getContext("2d");
  return function (text, font) {
    context.font = font;
    return context.measureText(text).width;
  };
})();
page.draw.family = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
page.draw.fonts = { t: "600 13px ", s: "11.5px ", f: "600 11.5px " };

// fit cuts a text to a width.
page.draw.fit = function (text, kind, width) {
  const font = page.draw.fonts[kind] + page.draw.family;
  if (page.draw.width(text, font) <= width) return text;
  let low = 0,
    high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (page.draw.width(text.slice(0, middle) + "…", font) <= width) low = middle;
    else high = middle - 1;
  }
  return low ? text.slice(0, low).trimEnd() + "…" : "";
};

page.draw.text = (kind, x, y, text, width, anchor) =>
  page.el("text", { class: kind, x, y, "text-anchor": anchor }, width ? page.draw.fit(text, kind, width) : text);

// node is a box with a title and lines below it. Its rail tells its kind by colour, its first line in words.
page.draw.node = function (n) {
  const { el, draw } = page,
    x = n.x - n.width / 2,
    y = n.y - n.height / 2,
    inside = n.width - 22;
  const used = n.use
    ? [
        el("rect", { class: "use-bg", x: x + 12, y: y + n.height - 9, width: n.width - 22, height: 3, rx: 1.5 }),
        el("rect", {
          class: "use " + n.use.mark,
          x: x + 12,
          y: y + n.height - 9,
          width: Math.max(2, (n.width - 22) * Math.min(1, n.use.part)),
          height: 3,
          rx: 1.5,
        }),
      ]
    : [];
  const lines = n.lines.filter(Boolean);
  const top = y + (n.height - (n.use ? 8 : 0) - 16 - lines.length * 15) / 2;
  return el(
    "g",
    { class: "node " + n.kind, role: n.choose ? "button" : "img", "aria-label": [n.title, ...lines].join(", "), "data-id": n.id },
    el("title", {}, [n.title, ...lines].join("\n")),
    el("rect", { class: "box", x, y, width: n.width, height: n.height, rx: 7 }),
    el("rect", { class: "rail " + n.kind, x: x + 4, y: y + 6, width: 3, height: n.height - 12, rx: 1.5 }),
    draw.text("t", x + 14, top + 13, n.title, inside),
    lines.map((line, i) => draw.text("s", x + 14, top + 29 + i * 15, line, inside)),
    used,
  );
};

// edge is an arrow from the side of one node to the next, with a text over it.
page.draw.edge = function (from, to, edge, down) {
  const { el } = page;
  const [x1, y1, x2, y2] = down
    ? [from.x, from.y + from.height / 2, to.x, to.y - to.height / 2 - 5]
    : [from.x + from.width / 2, from.y, to.x - to.width / 2 - 5, to.y];
  const bend = down ? `${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2}` : `${(x1 + x2) / 2},${y1} ${(x1 + x2) / 2},${y2}`;
  const tip = down ? `M${x2 - 3.5},${y2 - 1}h7l-3.5,6z` : `M${x2 - 1},${y2 - 3.5}v7l6,-3.5z`;
  return el(
    "g",
    { "aria-hidden": "true", "data-from": edge.from, "data-to": edge.to },
    el("path", { class: "edge" + (edge.weak ? " weak" : ""), d: `M${x1},${y1}C${bend} ${x2},${y2}` }),
    el("path", { class: "tip", d: tip }),
    edge.text
      ? el(
          "text",
          { class: "s", x: (x1 + x2) / 2 + (down ? 6 : 0), y: (y1 + y2) / 2 - (down ? 0 : 6), "text-anchor": down ? "start" : "middle" },
          edge.text,
        )
      : null,
  );
};

// frame is a box around others with its name in its top left corner.
page.draw.frame = (x, y, width, height, name, style) =>
  page.el(
    "g",
    {},
    page.el("rect", { class: "frame " + (style || ""), x: x + 0.5, y: y + 0.5, width, height, rx: 9 }),
    page.draw.text("f", x + 12, y + 19, name, width - 24),
  );

// chips are small labels in rows; it gives their elements and the height.
page.draw.chips = function (texts, x, y, width) {
  const all = [];
  let left = x,
    top = y;
  for (const { text, title, weak } of texts) {
    const shown = page.draw.fit(text, "s", width - 18);
    const w = page.draw.width(shown, page.draw.fonts.s + page.draw.family) + 16;
    if (left + w > x + width && left > x) {
      left = x;
      top += 27;
    }
    all.push(
      page.el(
        "g",
        {},
        page.el("title", {}, title || text),
        page.el("rect", { class: "chip", x: left, y: top, width: w, height: 21, rx: 10.5, "stroke-dasharray": weak ? "3 3" : null }),
        page.draw.text("s", left + 8, top + 14.5, shown),
      ),
    );
    left += w + 6;
  }
  return { nodes: all, height: texts.length ? top - y + 21 : 0 };
};

// layout places nodes by their edges.
page.draw.layout = function (nodes, edges, settings) {
  const graph = new dagre.graphlib.Graph().setGraph(settings).setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  for (const edge of edges) graph.setEdge(edge.from, edge.to, { minlen: edge.length || 1, weight: edge.hidden ? 0 : 1 });
  dagre.layout(graph);
  for (const node of nodes) Object.assign(node, (({ x, y }) => ({ x, y }))(graph.node(node.id)));
  const { width, height } = graph.graph();
  return { width, height };
};
