// Capacity: how much is used of what each load balancer, and all models together, have.
"use strict";
page.capacity = {};

// near is where a bar changes its colour, as alerts and plan do.
page.capacity.near = 0.9;
page.capacity.mark = (use) => (use.used > use.quota ? "over" : use.used >= page.capacity.near * use.quota ? "near" : "");

// fullest is the quota of a load balancer of which most is used.
page.capacity.fullest = function (b) {
  const uses = [b.rules, b.targetGroups, b.targets].filter((use) => use.quota);
  if (!uses.length) return null;
  const use = uses.reduce((most, each) => (each.used / each.quota > most.used / most.quota ? each : most));
  return { part: use.used / use.quota, mark: page.capacity.mark(use) };
};

page.capacity.bar = function (name, use, long) {
  const { el } = page,
    format = (n) => n.toLocaleString("en-US");
  return el(
    "div",
    { class: "bar" + (long ? " long" : "") },
    el("span", {}, name),
    el("meter", {
      min: 0,
      max: Math.max(use.quota, use.used),
      low: page.capacity.near * use.quota - 0.5,
      high: use.quota,
      optimum: 0,
      value: use.used,
      "aria-label": name + ": " + use.used + " of " + use.quota,
    }),
    el("span", { class: "of" }, format(use.used) + " of " + format(use.quota)),
  );
};

page.capacity.show = function () {
  const { el, map } = page,
    bar = page.capacity.bar;
  const parts = map.loadBalancers.map((b) =>
    el(
      "div",
      {},
      el("h3", {}, b.name, " ", el("small", {}, b.scheme + ", " + page.count(b.models, "model"))),
      bar("Rules", b.rules),
      bar("Target groups", b.targetGroups),
      bar("Targets", b.targets),
    ),
  );
  page.section(
    "capacity",
    el("div", { class: "bars" }, parts),
    ...(map.room.length
      ? [
          el("h3", { class: "later" }, "Shared by all models"),
          el(
            "div",
            { class: "bars wide" },
            map.room.map((r) => bar(r.what[0].toUpperCase() + r.what.slice(1), r, true)),
          ),
        ]
      : []),
  );
};
