// Puts the parts of the page together.
"use strict";

// resized draws at the width that there is, again whenever that changes.
page.resized = function (holder, least, draw) {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.max(least, Math.floor(entry.contentRect.width));
    if (!width || width === last) return;
    last = width;
    requestAnimationFrame(() => draw(width));
  }).observe(holder);
};

// choose follows a model, or filters the models, from wherever it was asked for.
page.choose = function (choice) {
  if (choice.model) {
    page.flow.select(choice.model);
    page.models.selected = choice.model;
    page.there.mark(choice.model);
    if (choice.filter) page.models.set({ text: choice.model });
    else page.models.refresh(true);
    page.say("Follows " + choice.model);
    if (!choice.filter) document.getElementById("follow").scrollIntoView({ block: "nearest" });
    return;
  }
  page.models.set(choice);
  document.getElementById("models").scrollIntoView({ block: "start" });
};

page.where = function () {
  const { map } = page;
  document.getElementById("where").textContent = [
    map.account ? "AWS account " + map.account : "",
    map.region,
    "cluster " + map.cluster.name,
    "Kubernetes " + map.cluster.version,
  ]
    .filter(Boolean)
    .join(" · ");
};

page.tiles = function () {
  const { el, map } = page,
    tile = (name, value, small) =>
      el("div", { class: "tile" }, el("dt", {}, name), el("dd", {}, value, small ? el("small", {}, " " + small) : null));
  const uses = map.loadBalancers.flatMap((b) =>
    [
      ["rules", b.rules],
      ["target groups", b.targetGroups],
      ["targets", b.targets],
    ].map(([what, use]) => ({ what: what + " of " + b.name, part: use.quota ? use.used / use.quota : 0 })),
  );
  const fullest = uses.sort((a, b) => b.part - a.part)[0],
    canaries = map.models.filter((m) => m.canary).length;
  document
    .getElementById("tiles")
    .replaceChildren(
      tile("models" + (canaries ? ", " + canaries + " with a canary" : ""), map.models.length.toLocaleString("en-US")),
      tile(map.loadBalancers.length === 1 ? "load balancer" : "load balancers", String(map.loadBalancers.length)),
      tile(map.network.zones.length === 1 ? "zone" : "zones", String(map.network.zones.length)),
      tile(
        "a month, " + (map.cost.most > map.cost.least ? "up to " + page.usd(map.cost.most) : "at list prices"),
        map.cost.date ? page.usd(map.cost.least) : "no prices",
      ),
      ...(fullest ? [tile("used of " + fullest.what, Math.round(fullest.part * 100) + " %")] : []),
    );
};

page.notes = function () {
  const { el, map } = page,
    part = (name, lines) =>
      page.list(lines).length
        ? [
            el("h3", { class: "later" }, name),
            el(
              "ul",
              { class: "plain" + (lines.length > 4 ? " cols" : "") },
              lines.map((line) => el("li", {}, line)),
            ),
          ]
        : [];
  page.section(
    "notes",
    ...part("Warnings", map.warnings),
    ...part("Assumptions", map.assumptions),
    ...part("Not counted in the cost", map.cost.notCounted),
  );
};

page.addresses = function () {
  const { el, map } = page,
    hosts = map.loadBalancers.map((b) => [
      b.name,
      b.scheme,
      el(
        "div",
        {},
        b.hosts.slice(0, 6).map((host) => el("div", {}, el("code", {}, host))),
        b.hosts.length > 6 ? el("div", { class: "faint" }, "and " + (b.hosts.length - 6) + " more") : null,
      ),
      el(
        "div",
        {},
        map.pages.filter((p) => p.loadBalancer === b.name).map((p) => page.address(p.url)),
      ),
    ]);
  page.section(
    "addresses",
    el(
      "p",
      { class: "lead" },
      "Models have their addresses in their rows above. These are the hosts of each load balancer, and pages of the platform's programs.",
    ),
    page.table("Addresses", ["Load balancer", "Scheme", "Hosts", "Pages"], hosts),
  );
};

page.navigation = function () {
  const names = {
    there: "What there is",
    follow: "Flows",
    capacity: "Capacity",
    cost: "Cost",
    models: "Models",
    addresses: "Addresses",
    policies: "Policies",
    changes: "Change",
    notes: "Notes",
  };
  document.getElementById("nav").replaceChildren(
    ...Object.entries(names)
      .filter(([id]) => !document.getElementById(id).hidden)
      .map(([id, name]) => page.el("a", { href: "#" + id }, name)),
  );
};

page.theme = function () {
  const button = document.getElementById("theme"),
    root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const name = () => {
    button.textContent = dark() ? "Light" : "Dark";
  };
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    name();
    page.say(root.dataset.theme + " colours");
  });
  name();
};

// mark shows a model's way in the drawing.
page.there.mark = function (name) {
  const m = page.map.models.find((model) => model.name === name),
    svg = document.querySelector("#there svg");
  if (!svg) return;
  const group = page.there.of(m);
  const b = page.map.loadBalancers.find((lb) => lb.name === m.loadBalancer);
  const on = new Set([group, "alb/" + m.loadBalancer, b && b.scheme === "internal" ? "network" : "internet"]);
  for (const edge of svg.querySelectorAll("[data-from]")) if (edge.dataset.from === group) on.add(edge.dataset.to);
  for (const node of svg.querySelectorAll(".node")) node.classList.toggle("on", on.has(node.dataset.id));
  for (const edge of svg.querySelectorAll("[data-from]")) {
    for (const path of edge.children) path.classList.toggle("on", on.has(edge.dataset.from) && on.has(edge.dataset.to));
  }
};

page.theme();
page.where();
page.change.verdict();
page.tiles();
page.there.show();
page.flow.show();
page.capacity.show();
page.cost.show();
page.models.show();
page.addresses();
page.change.policies();
page.change.show();
page.notes();
page.navigation();
const live = document.querySelector('meta[name="modelway-live"]');
if (live) page.live.start(live.content);
