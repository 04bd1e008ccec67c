// What there is: the account, the VPC with its zones, and what serves: clients, load balancers, models, compute.
"use strict";
page.there = {};

// single is up to how many models each has a box of its own.
page.there.single = 7;

// of is the box of a model: its own, or that of all models behind its load balancer.
page.there.of = (m) => "models/" + (page.map.models.length <= page.there.single ? m.name : "behind " + m.loadBalancer);

page.there.graph = function (map) {
  const nodes = [],
    edges = [],
    add = (node) => {
      nodes.push(node);
      return node.id;
    };
  const kinds = new Map(); // a node of compute by what models ask for
  for (const c of map.compute) {
    const id = "compute/" + c.name;
    const size =
      c.kind === "fargate"
        ? ["Fargate profile"]
        : [
            page.range(c.least, c.most) + " × " + c.instances.join(", "),
            (c.gpu ? "GPU nodes" : "nodes") + (c.spot ? ", spot" : ", on demand"),
          ];
    add({
      id,
      kind: "compute",
      column: 3,
      title: c.name,
      lines: size,
      choose: c.models ? { compute: c.kind === "fargate" ? "fargate" : c.gpu ? "gpu" : "nodes" } : null,
    });
    const serves = c.kind === "fargate" ? "fargate" : c.gpu ? "gpu" : "nodes";
    if (c.models) kinds.set(serves, (kinds.get(serves) || []).concat(id));
    else edges.push({ from: "platform", to: id, hidden: c.kind !== "fargate", weak: true });
  }
  const clients = new Set();
  for (const b of map.loadBalancers.toSorted((x, y) => x.name.localeCompare(y.name, "en", { numeric: true }))) {
    const outside = b.scheme === "internal" ? "network" : "internet",
      fullest = page.capacity.fullest(b);
    if (!clients.has(outside)) {
      clients.add(outside);
      add({ id: outside, kind: "client", column: 0, title: outside === "internet" ? "Internet" : "Your network", lines: ["clients"] });
    }
    add({
      id: "alb/" + b.name,
      kind: "alb",
      column: 1,
      title: b.name,
      choose: { balancer: b.name },
      lines: [(b.scheme === "internal" ? "internal ALB" : "public ALB") + (b.firewall ? ", WAF" : ""), b.listeners.join(", ")],
      use: fullest,
    });
    edges.push({ from: outside, to: "alb/" + b.name });
  }
  if (!clients.size) add({ id: "internet", kind: "client", column: 0, title: "Internet", lines: ["no load balancer"] });
  const alone = map.models.length <= page.there.single,
    groups = new Map();
  for (const m of map.models) {
    const id = page.there.of(m);
    groups.set(id, (groups.get(id) || []).concat(m));
  }
  for (const [id, models] of groups) {
    const m = models[0],
      on = new Map();
    for (const { compute } of models) on.set(compute, (on.get(compute) || 0) + 1);
    add(
      alone
        ? {
            id,
            kind: "model",
            column: 2,
            title: m.name,
            choose: { model: m.name },
            lines: [
              m.stable.version + " · " + page.range(m.least, m.most) + " pods",
              m.canary ? "canary " + m.canary.version + ", " + m.weight + " %" : "",
            ],
          }
        : {
            id,
            kind: "model",
            column: 2,
            title: page.count(models.length, "model"),
            choose: { balancer: m.loadBalancer || "none" },
            lines: [
              [...on]
                .sort()
                .map(([compute, n]) => n + " on " + compute)
                .join(", "),
              m.loadBalancer ? "" : "for pods of the cluster only",
            ],
          },
    );
    edges.push(
      m.loadBalancer ? { from: "alb/" + m.loadBalancer, to: id } : { from: [...clients][0] || "internet", to: id, length: 2, hidden: true },
    );
    for (const compute of on.keys()) for (const to of kinds.get(compute) || []) edges.push({ from: id, to });
  }
  add({
    id: "platform",
    kind: "store",
    column: 2,
    title: page.count(map.addons.length, "add-on"),
    lines: ["of the platform"],
  });
  edges.push({ from: [...clients][0] || "internet", to: "platform", length: 2, hidden: true });
  return { nodes, edges };
};

page.there.svg = function (map, width) {
  const { el, draw } = page,
    pad = 14,
    { nodes, edges } = page.there.graph(map);
  const gap = width > 1000 ? 52 : 30,
    first = width > 1000 ? 124 : 112;
  const each = Math.min(236, (width - first - 3 * gap - 6 * pad) / 3);
  for (const n of nodes)
    Object.assign(n, { width: n.column ? each : first, height: n.use ? 68 : n.lines.filter(Boolean).length > 1 ? 60 : 46 });
  draw.layout(nodes, edges, { rankdir: "LR", nodesep: 14, ranksep: gap, marginx: 0, marginy: 0 });
  // Columns are where the frames leave room for them, over the whole width.
  const room = (width - 6 * pad - first - 3 * each) / 3;
  const columns = [
    pad + first / 2,
    2 * pad + first + room + each / 2,
    3 * pad + first + 2 * room + each * 1.5,
    3 * pad + first + 3 * room + each * 2.5,
  ];
  for (const n of nodes) n.x = columns[n.column];
  const vpcX = pad + first + room - pad,
    vpcW = width - vpcX - pad;
  let y = 34;
  const back = [],
    front = [],
    vpcY = y;
  y += 30;
  // Zones.
  const zones = map.network.zones,
    across = Math.max(1, Math.min(zones.length, Math.floor((vpcW - 2 * pad) / 165))),
    zoneW = (vpcW - 2 * pad - (across - 1) * 10) / across;
  let rowH = 0;
  zones.forEach((z, i) => {
    if (i && i % across === 0) {
      y += rowH + 10;
      rowH = 0;
    }
    const x = vpcX + pad + (i % across) * (zoneW + 10);
    const chips = draw.chips(
      z.subnets.map((s) => ({ text: s.kind + " " + s.block })).concat(z.nat ? [{ text: "NAT gateway" }] : []),
      x + 12,
      y + 30,
      zoneW - 24,
    );
    const height = 30 + chips.height + 12;
    back.push(draw.frame(x, y, zoneW, height, z.name || "Subnets of your VPC", "fill"));
    front.push(chips.nodes);
    rowH = Math.max(rowH, height);
  });
  y += zones.length ? rowH + 16 : 0;
  // The cluster and what is in it.
  const clusterX = columns[2] - each / 2 - pad,
    clusterW = vpcX + vpcW - pad - clusterX,
    top = y + 34;
  const least = Math.min(...nodes.map((n) => n.y - n.height / 2)),
    most = Math.max(...nodes.map((n) => n.y + n.height / 2));
  for (const n of nodes) n.y += top - least;
  y = top + most - least + 14;
  const addons = draw.chips(
    map.addons.map((a) => ({ text: a.name, title: [a.name, a.kind, a.version, a.namespace].filter(Boolean).join(", ") })),
    clusterX + pad,
    y,
    clusterW - 2 * pad,
  );
  front.push(addons.nodes);
  const clusterH = y + addons.height + pad - (top - 34);
  back.push(
    draw.frame(clusterX, top - 34, clusterW, clusterH, "EKS cluster " + map.cluster.name + " · Kubernetes " + map.cluster.version, ""),
  );
  y = top - 34 + clusterH + pad;
  if (map.network.endpoints.length) {
    const endpoints = draw.chips([{ text: "VPC endpoints: " + map.network.endpoints.join(", ") }], vpcX + pad, y, vpcW - 2 * pad);
    front.push(endpoints.nodes);
    y += endpoints.height + pad;
  }
  back.unshift(draw.frame(vpcX, vpcY, vpcW, y - vpcY, "VPC " + (map.network.existing || map.network.blocks.join(", ")), "dash"));
  y += pad;
  const beside = draw.chips(page.there.beside(map), pad + 2, y, width - 2 * pad - 4);
  front.push(beside.nodes);
  y += beside.height ? beside.height + pad : 0;
  back.unshift(draw.frame(0, 0, width - 1, y, "AWS account" + (map.account ? " " + map.account : "") + " · " + map.region, "dash"));
  const at = new Map(nodes.map((n) => [n.id, n]));
  const boxes = nodes.map(draw.node);
  const arrows = edges.filter((e) => !e.hidden).map((e) => draw.edge(at.get(e.from), at.get(e.to), e));
  const svg = el(
    "svg",
    {
      width,
      height: y + 1,
      viewBox: `0 0 ${width} ${y + 1}`,
      role: "group",
      "aria-label": "Drawing of the environment; arrow keys go from part to part",
    },
    back.flat(2),
    front.flat(3),
    arrows,
    boxes,
  );
  const choices = boxes.filter((box, i) => nodes[i].choose),
    of = new Map(boxes.map((box, i) => [box, nodes[i].choose]));
  page.rove(choices, (box) => page.choose(of.get(box)));
  return svg;
};

// beside are the things of the account by their kind, three names each.
page.there.beside = function (map) {
  const kinds = new Map();
  for (const thing of map.beside) kinds.set(thing.kind, (kinds.get(thing.kind) || []).concat(thing.name));
  return [...kinds].map(([kind, names]) => ({
    text:
      (names.length > 1 ? names.length + " × " : "") +
      kind +
      ": " +
      names.slice(0, 3).join(", ") +
      (names.length > 3 ? " and " + (names.length - 3) + " more" : ""),
    title: kind + ": " + names.join(", "),
  }));
};

page.there.rows = (map) => [
  ["account", map.account || "not told", map.region],
  ["VPC", map.network.existing || map.network.blocks.join(", "), page.count(map.network.zones.length, "zone")],
  ...map.network.zones.map((z) => [
    "zone",
    z.name || "of your VPC",
    z.subnets
      .map((s) => s.kind + " " + s.block)
      .concat(z.nat ? "NAT gateway" : [])
      .join(", "),
  ]),
  ["cluster", map.cluster.name, "Kubernetes " + map.cluster.version + ", API endpoint " + map.cluster.endpoint],
  ...map.compute.map((c) => [
    c.kind === "fargate" ? "Fargate profile" : "node group",
    c.name,
    c.kind === "fargate"
      ? c.selectors.join("; ")
      : page.range(c.least, c.most) + " nodes, " + c.instances.join(", ") + (c.spot ? ", spot" : ""),
  ]),
  ...map.loadBalancers.map((b) => ["load balancer", b.name, [b.scheme, b.listeners.join(", "), page.count(b.models, "model")].join("; ")]),
  ...map.addons.map((a) => [
    "add-on",
    a.name,
    [a.kind, a.version || "version that EKS recommends", a.namespace].filter(Boolean).join(", "),
  ]),
  ...map.beside.map((t) => [t.kind, t.name, "beside the VPC"]),
];

page.there.show = function () {
  const holder = page.el("div", { class: "drawing" });
  page.section("there", holder, page.asTable("What there is", ["Kind", "Name", "What"], page.there.rows(page.map)));
  page.resized(holder, 680, (width) => holder.replaceChildren(page.there.svg(page.map, width)));
};
