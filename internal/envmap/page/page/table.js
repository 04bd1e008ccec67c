// Models as a table: filters, an order, and rows that come as they are scrolled to.
"use strict";
page.models = { filter: { text: "", team: "", balancer: "", compute: "", health: "" }, by: "name", down: false, shown: 0, selected: "" };

// few is how many rows are there at once after a change of the filter, and some how many come with each scroll.
page.models.few = 16;
page.models.some = 40;

page.models.columns = [
  { key: "name", name: "Model", value: (m) => m.name },
  { key: "health", name: "Health", live: true, value: (m, live) => ["down", "partly", "healthy"].indexOf(live.health) },
  { key: "requests", name: "Requests/s", live: true, number: true, value: (m, live) => live.requests ?? -1 },
  { key: "p99", name: "p99", live: true, number: true, value: (m, live) => live.p99 ?? -1 },
  { key: "team", name: "Team", value: (m) => m.owner },
  { key: "version", name: "Version", value: (m) => m.stable.version },
  { key: "balancer", name: "Load balancer", value: (m) => m.loadBalancer },
  { key: "compute", name: "Compute", value: (m) => m.compute },
  { key: "pods", name: "Pods", number: true, value: (m) => m.most },
  { key: "objective", name: "Objective", value: (m) => m.objective },
  { key: "cost", name: "Cost a month", number: true, value: (m) => m.cost },
  { key: "url", name: "Address", value: (m) => m.url },
];
page.models.visible = () =>
  page.models.columns.filter((column) => (column.live ? page.map.live : column.key !== "team" || page.map.models.some((m) => m.owner)));
page.models.live = (m) => (page.map.live && page.map.live.models[m.name]) || {};
page.models.seconds = (s) => (s >= 1 ? s.toFixed(1) + " s" : (s * 1000).toFixed(s < 0.01 ? 1 : 0) + " ms");

page.models.cell = function (column, m) {
  const { el } = page,
    live = page.models.live(m);
  switch (column.key) {
    case "name":
      return el("button", { type: "button", class: "link", click: () => page.choose({ model: m.name, follow: true }) }, m.name);
    case "health":
      return live.health
        ? el("span", { class: "pill " + live.health }, live.health + (live.wanted > live.ready ? " " + live.ready + "/" + live.wanted : ""))
        : el("span", { class: "faint" }, "not told");
    case "requests":
      return live.requests === undefined || live.requests === null ? "" : live.requests.toFixed(2);
    case "p99":
      return live.p99 === undefined || live.p99 === null ? "" : page.models.seconds(live.p99);
    case "version":
      return el(
        "span",
        {},
        el("span", { title: m.stable.image || m.stable.files }, m.stable.version),
        m.canary ? [" ", el("span", { class: "pill accent", title: m.canary.image || m.canary.files }, "canary " + m.weight + " %")] : "",
      );
    case "balancer":
      return m.loadBalancer || el("span", { class: "faint" }, "none");
    case "pods":
      return page.range(m.least, m.most);
    case "objective":
      return el("span", { class: "muted", title: m.objective }, m.objective);
    case "cost":
      return page.usd(m.cost);
    case "url":
      return page.address(m.url);
  }
  return column.value(m, live) || el("span", { class: "faint" }, "none");
};

// ordered gives the models in the order of a column, which is made once until something changes.
page.models.ordered = function () {
  const p = page.models;
  if (p.order && p.order.by === p.by && p.order.down === p.down) return p.order.models;
  const column = p.columns.find((c) => c.key === p.by),
    sign = p.down ? -1 : 1,
    values = new Map(page.map.models.map((m) => [m, column.value(m, p.live(m))]));
  const compare = (x, y) => (typeof x === "number" ? x - y : x < y ? -1 : x > y ? 1 : 0);
  const models = page.map.models.toSorted((a, b) => sign * compare(values.get(a), values.get(b)) || compare(a.name, b.name));
  p.order = { by: p.by, down: p.down, models };
  return models;
};

page.models.found = function () {
  const f = page.models.filter,
    words = f.text.toLowerCase().split(/\s+/).filter(Boolean);
  return page.models.ordered().filter((m) => {
    if (
      (f.team && (m.owner || "none") !== f.team) ||
      (f.balancer && (m.loadBalancer || "none") !== f.balancer) ||
      (f.compute && m.compute !== f.compute)
    )
      return false;
    if (f.health && page.models.live(m).health !== f.health) return false;
    if (!words.length) return true;
    m.words ||= [m.name, m.owner, m.url, m.stable.image, m.stable.files, m.stable.version, m.loadBalancer, m.compute]
      .join(" ")
      .toLowerCase();
    return words.every((word) => m.words.includes(word));
  });
};

// row gives the row of a model, made once until something changes.
page.models.made = new Map();
page.models.row = function (m) {
  if (!page.models.made.has(m.name)) page.models.made.set(m.name, page.models.drawn(m));
  return page.models.made.get(m.name);
};
page.models.drawn = (m) =>
  page.el(
    "tr",
    { "data-model": m.name, class: m.name === page.models.selected ? "on" : null },
    page.models
      .visible()
      .map((column) => page.el("td", { class: column.number ? "n" : column.key === "url" ? "u" : null }, page.models.cell(column, m))),
  );

// more adds rows to those that are there.
page.models.more = function (count) {
  const p = page.models,
    next = p.rows.slice(p.shown, p.shown + count);
  p.body.append(...next.map(p.row));
  p.shown += next.length;
  p.rest.hidden = p.shown >= p.rows.length;
  p.rest.textContent = "Show more: " + (p.rows.length - p.shown).toLocaleString("en-US") + " left";
  if (!p.seen) return;
  p.seen.unobserve(p.rest); // it tells of changes only, and the button may be in sight still
  p.seen.observe(p.rest);
};

page.models.refresh = function (quiet) {
  const p = page.models;
  if (quiet) {
    p.made.clear();
    p.order = null;
  }
  p.rows = p.found();
  const keep = quiet ? Math.max(p.shown, p.some) : p.few;
  p.shown = 0;
  p.body.replaceChildren();
  p.more(keep);
  p.told.textContent =
    p.rows.length === page.map.models.length
      ? page.count(p.rows.length, "model")
      : p.rows.length + " of " + page.count(page.map.models.length, "model");
  p.clear.hidden = !Object.values(p.filter).some(Boolean);
  if (!quiet) page.say(p.told.textContent);
};

page.models.select = function (id, name, values) {
  const { el } = page,
    input = el(
      "select",
      {
        id,
        change: () => {
          page.models.filter[name] = input.value;
          page.models.refresh();
        },
      },
      el("option", { value: "" }, "all"),
      values.map((value) => el("option", { value }, value)),
    );
  page.models.inputs[name] = input;
  return input;
};

// set sets filters, and clears those that are not given.
page.models.set = function (filter) {
  for (const name of Object.keys(page.models.filter)) {
    page.models.filter[name] = filter[name] || "";
    if (page.models.inputs[name]) page.models.inputs[name].value = page.models.filter[name];
  }
  page.models.refresh();
};

page.models.head = () =>
  page.el(
    "tr",
    {},
    page.models.visible().map((column) => {
      const p = page.models,
        sorted = p.by === column.key;
      return page.el(
        "th",
        { scope: "col", class: column.number ? "n" : null, "aria-sort": sorted ? (p.down ? "descending" : "ascending") : null },
        page.el(
          "button",
          {
            type: "button",
            "data-key": column.key,
            click: () => {
              [p.by, p.down] = [column.key, sorted ? !p.down : Boolean(column.number)];
              p.heads.replaceChildren(p.head());
              p.heads.querySelector(`[data-key="${column.key}"]`).focus();
              p.refresh();
            },
          },
          column.name,
        ),
      );
    }),
  );

page.models.show = function () {
  const { el, map } = page,
    p = page.models;
  if (!map.models.length)
    return page.section("models", el("p", { class: "lead" }, "There is no model yet: docs/models.md says how to add one."));
  p.inputs = {};
  const values = (of) => [...new Set(map.models.map(of))].sort();
  const field = (id, label, input, grow) => el("div", { class: "field" + (grow ? " grow" : "") }, el("label", { for: id }, label), input);
  p.inputs.text = el("input", {
    type: "search",
    id: "f-text",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "name, team, image, address",
    input: () => {
      p.filter.text = p.inputs.text.value;
      p.refresh();
    },
  });
  p.clear = el(
    "button",
    {
      type: "button",
      class: "quiet",
      click: () => {
        p.set({});
        p.inputs.text.focus();
      },
    },
    "Clear",
  );
  p.told = el("span", { class: "muted nowrap" });
  p.body = el("tbody", {});
  p.heads = el("thead", {}, p.head());
  p.rest = el("button", { type: "button", class: "quiet", id: "more", click: () => p.more(p.some) });
  page.section(
    "models",
    el(
      "div",
      { class: "fields" },
      field("f-text", "Filter", p.inputs.text, true),
      field(
        "f-team",
        "Team",
        p.select(
          "f-team",
          "team",
          values((m) => m.owner || "none"),
        ),
      ),
      field(
        "f-balancer",
        "Load balancer",
        p.select(
          "f-balancer",
          "balancer",
          values((m) => m.loadBalancer || "none"),
        ),
      ),
      field(
        "f-compute",
        "Compute",
        p.select(
          "f-compute",
          "compute",
          values((m) => m.compute),
        ),
      ),
      map.live ? field("f-health", "Health", p.select("f-health", "health", ["healthy", "partly", "down"])) : null,
      p.clear,
      p.told,
    ),
    el("div", { class: "scroll" }, el("table", { id: "model-table" }, el("caption", { class: "unseen" }, "Models"), p.heads, p.body)),
    p.rest,
  );
  p.seen = new IntersectionObserver(
    (seen) => {
      if (seen.at(-1).isIntersecting && !p.rest.hidden) p.more(p.some);
    },
    { rootMargin: "400px" },
  );
  p.refresh(true);
  addEventListener("beforeprint", () => p.more(p.rows.length));
};
