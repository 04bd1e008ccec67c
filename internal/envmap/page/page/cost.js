// Cost: a treemap by component or by model. A component opens; a model is filtered for.
"use strict";
page.cost = { by: "component", open: null };

// most is how many boxes a component has at most; the cheapest are one box.
page.cost.most = 1200;

page.cost.tree = function (map) {
  const groups = new Map(),
    add = (group, leaf) => groups.set(group, (groups.get(group) || []).concat(leaf));
  if (page.cost.by === "component") {
    for (const p of map.cost.parts) add(p.component, { name: p.model || p.what, model: p.model, usd: p.least, most: p.most, what: p.what });
  } else {
    for (const m of map.models)
      if (m.cost > 0)
        add(m.owner || "no team", { name: m.name, model: m.name, usd: m.cost, most: m.costMost, what: "model on " + m.compute });
    if (map.cost.shared > 0)
      add("all models", {
        name: "shared by all models",
        model: "",
        usd: map.cost.shared,
        most: map.cost.shared,
        what: "what no model accounts for",
      });
  }
  let children = [...groups].map(([name, leaves]) => ({ name, children: page.cost.fold(leaves) })).filter((g) => g.children.length);
  if (page.cost.open) children = children.filter((g) => g.name === page.cost.open);
  return { children };
};

page.cost.fold = function (leaves) {
  const sorted = leaves.filter((leaf) => leaf.usd > 0).sort((a, b) => b.usd - a.usd),
    rest = sorted.slice(page.cost.most);
  if (!rest.length) return sorted;
  return sorted
    .slice(0, page.cost.most)
    .concat({
      name: rest.length + " more",
      model: "",
      what: "the cheapest",
      usd: rest.reduce((sum, leaf) => sum + leaf.usd, 0),
      most: rest.reduce((sum, leaf) => sum + leaf.most, 0),
    });
};

page.cost.svg = function (map, width) {
  const { el, draw } = page,
    height = Math.max(260, Math.min(400, width / 3));
  const root = d3
    .treemap()
    .size([width, height])
    .paddingOuter(0)
    .paddingTop((n) => (n.depth === 1 ? 24 : 0))
    .paddingInner(2)
    .round(true)(
    d3
      .hierarchy(page.cost.tree(map))
      .sum((n) => n.usd || 0)
      .sort((a, b) => b.value - a.value),
  );
  const colour = new Map([...new Set(map.cost.parts.map((p) => p.component))].map((name, i) => [name, "k" + (i % 8)]));
  const groups = root.children || [],
    boxes = [],
    choices = new Map();
  groups.forEach((g, i) => {
    const k = colour.get(g.data.name) || "k" + (i % 8);
    const head = el(
      "g",
      {
        class: "leaf",
        role: "button",
        "aria-label": g.data.name + ", " + page.usd(g.value) + " a month" + (page.cost.open ? "; close" : "; open"),
      },
      el("title", {}, g.data.name + ", " + page.usd(g.value)),
      el("rect", { class: k, x: g.x0, y: g.y0, width: g.x1 - g.x0, height: g.y1 - g.y0, rx: 4 }),
      draw.text("t", g.x0 + 8, g.y0 + 16, g.data.name + "  " + page.usd(g.value), g.x1 - g.x0 - 14),
    );
    choices.set(head, { open: page.cost.open ? null : g.data.name });
    boxes.push(head);
    for (const leaf of g.leaves()) {
      const w = Math.min(leaf.x1, g.x1) - leaf.x0,
        h = Math.min(leaf.y1, g.y1) - leaf.y0,
        d = leaf.data;
      if (w < 1 || h < 1) continue; // its group has room for the heading only
      const box = el(
        "g",
        {
          class: "leaf",
          role: "button",
          "aria-label": [d.name, d.what === d.name ? "" : d.what, page.usd(leaf.value)].filter(Boolean).join(", "),
        },
        el("title", {}, [d.name, d.what === d.name ? "" : d.what, page.usdRange(d.usd, d.most) + " a month"].filter(Boolean).join("\n")),
        el("rect", { class: k, x: leaf.x0, y: leaf.y0, width: w, height: h, rx: 3 }),
        h > 18 && w > 44 ? draw.text("s", leaf.x0 + 7, leaf.y0 + 15, d.name, w - 12) : null,
        h > 34 && w > 44 ? draw.text("s", leaf.x0 + 7, leaf.y0 + 30, page.usd(leaf.value), w - 12) : null,
      );
      choices.set(box, d.model ? { model: d.model, filter: true } : { open: page.cost.open ? null : g.data.name });
      boxes.push(box);
    }
  });
  page.rove(boxes, (box) => page.cost.choose(choices.get(box)));
  return el(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Cost as areas; arrow keys go from part to part" },
    boxes,
  );
};

page.cost.choose = function (choice) {
  if (choice.model) return page.choose(choice);
  page.cost.open = choice.open;
  page.cost.redraw();
  page.say(choice.open ? "Shows " + choice.open : "Shows all costs");
};

page.cost.show = function () {
  const { el, map } = page;
  if (!map.cost.parts.length)
    return page.section("cost", el("p", { class: "lead" }, page.list(map.cost.notCounted).join("; ") || "Nothing is billed by the month."));
  const holder = el("div", { class: "drawing" }),
    crumb = el("span", { class: "crumb" });
  const buttons = ["component", "model"].map((by) =>
    el(
      "button",
      {
        type: "button",
        "aria-pressed": String(page.cost.by === by),
        click: () => {
          Object.assign(page.cost, { by, open: null });
          buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(["component", "model"][i] === by)));
          page.cost.redraw();
        },
      },
      "By " + by,
    ),
  );
  let width = 0;
  page.cost.redraw = function () {
    if (width) holder.replaceChildren(page.cost.svg(map, width));
    crumb.replaceChildren(
      ...(page.cost.open
        ? [el("button", { type: "button", class: "link", click: () => page.cost.choose({ open: null }) }, "All"), " › " + page.cost.open]
        : []),
    );
  };
  page.section(
    "cost",
    el(
      "p",
      { class: "lead" },
      page.usdRange(map.cost.least, map.cost.most) +
        " a month at list prices of " +
        map.cost.date +
        " and later, from the smallest to the largest number of nodes and replicas. Areas are the smallest.",
    ),
    el("div", { class: "costhead" }, crumb, el("div", { class: "seg", role: "group", "aria-label": "Areas" }, buttons)),
    holder,
    page.asTable(
      "Cost a month",
      ["Component", "Model", "What", "Least:", "Most:"],
      map.cost.parts
        .map((p) => [p.component, p.model, p.what, page.usd(p.least), page.usd(p.most)])
        .concat([["total", "", "", page.usd(map.cost.least), page.usd(map.cost.most)]]),
    ),
  );
  page.resized(holder, 300, (w) => {
    width = w;
    page.cost.redraw();
  });
};
