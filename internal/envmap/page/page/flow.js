// Follow a model: its facts, how a request comes to it, and how a commit does.
"use strict";
page.flow = {};

page.flow.request = function (map, m) {
  const nodes = [],
    edges = [],
    add = (id, kind, title, ...lines) => nodes.push({ id, kind, title, lines });
  const b = map.loadBalancers.find((lb) => lb.name === m.loadBalancer);
  const versions = [["stable", m.stable, 100 - m.weight]].concat(m.canary ? [["canary", m.canary, m.weight]] : []);
  if (b) {
    add("client", "client", "Client", "POST " + m.url.replace(/^[^/]*\/\/[^/]*/, ""));
    add("host", "step", m.url.split("/")[2] || "", "DNS name");
    add("alb", "alb", "ALB " + b.name, b.listeners.join(", "), b.firewall ? "web ACL in front" : "");
    edges.push({ from: "client", to: "host" }, { from: "host", to: "alb" });
  } else {
    add("client", "client", "Pod of the cluster", "that its network policy lets in");
    add("alb", "alb", "Kubernetes Service", m.url.split("/")[2] || "");
    edges.push({ from: "client", to: "alb" });
  }
  for (const [id, version, weight] of versions) {
    add(
      id,
      "model",
      id === "canary" ? "Canary" : "Stable version",
      version.version,
      m.canary ? weight + " % of requests" : page.range(m.least, m.most) + " pods",
    );
    edges.push({ from: "alb", to: id }, { from: id, to: "compute" });
    if (version.files) {
      add(id + "-files", "store", "Files in S3", version.files);
      edges.push({ from: id, to: id + "-files", weak: true });
    }
  }
  const fit = map.compute.filter(
    (c) => c.models && (c.kind === "fargate") === (m.compute === "fargate") && c.gpu === (m.compute === "gpu"),
  );
  add(
    "compute",
    "compute",
    m.compute === "fargate" ? "AWS Fargate" : m.compute === "gpu" ? "GPU nodes" : "Nodes",
    m.cpu + " CPU, " + m.memory + (m.gpus ? ", " + m.gpus + " GPU" : ""),
    fit.map((c) => c.name).join(", "),
  );
  return { nodes, edges };
};

page.flow.commit = function (map, m) {
  const nodes = [],
    edges = [];
  let last = null;
  const then = (id, kind, title, ...lines) => {
    nodes.push({ id, kind, title, lines });
    if (last) edges.push({ from: last, to: id });
    last = id;
  };
  if (m.pipeline) {
    then("train", "step", "Training", "pipeline " + m.pipeline, "modelway train");
  }
  const from = (m.canary || m.stable).lineage || m.stable.lineage;
  if (m.pipeline || from) {
    then(
      "registry",
      "store",
      "Registry of models",
      from ? from.name + ", version " + from.version : "MLflow",
      from ? "run " + from.run.slice(0, 8) : "",
    );
    then("promote", "step", "Promotion", "modelway promote", "writes the model's file");
  }
  then("commit", "step", "Commit", "file of " + m.name, map.delivery.repository);
  then("check", "step", "Pull request", "preview, policies, cost", "modelway report");
  if (map.delivery.objects === "argocd") {
    then("deploy", "step", "Merge, then render", "modelway render", "to Git");
    then("sync", "store", "Argo CD", "applies what Git has");
  } else {
    then("deploy", "step", "Merge, then deploy", "the plan that was reviewed", "pulumi up");
  }
  then("roll", "model", "New pods", "take requests once ready", m.canary ? "canary gets " + m.weight + " %" : "old ones finish theirs");
  then("verify", "step", "Check", "modelway verify", m.objective ? "alerts by objective" : "");
  return { nodes, edges };
};

page.flow.svg = function ({ nodes, edges }, width, name) {
  const { el, draw } = page;
  const ranks = page.flow.ranks(nodes, edges),
    gap = edges.some((e) => e.text) ? 40 : 24;
  const across = Math.min(240, (width - 2 - (ranks - 1) * gap) / ranks),
    down = across < 126;
  const rows = down ? { rankdir: "TB", nodesep: 16, ranksep: 22 } : { rankdir: "LR", nodesep: 14, ranksep: gap };
  for (const n of nodes) Object.assign(n, { width: down ? 260 : across, height: n.lines.filter(Boolean).length > 1 ? 62 : 48 });
  const size = draw.layout(nodes, edges, { ...rows, marginx: 1, marginy: 3 });
  const at = new Map(nodes.map((n) => [n.id, n]));
  return el(
    "svg",
    {
      width: Math.ceil(size.width),
      height: Math.ceil(size.height),
      viewBox: `0 0 ${Math.ceil(size.width)} ${Math.ceil(size.height)}`,
      role: "img",
      "aria-label": name + ": " + nodes.map((n) => [n.title, ...n.lines].filter(Boolean).join(", ")).join("; then "),
    },
    edges.map((e) => draw.edge(at.get(e.from), at.get(e.to), e, down)),
    nodes.map(draw.node),
  );
};

// ranks is the length of the longest way through a graph.
page.flow.ranks = function (nodes, edges) {
  const depth = new Map(nodes.map((n) => [n.id, 1]));
  for (let i = 0; i < nodes.length; i++) for (const e of edges) depth.set(e.to, Math.max(depth.get(e.to), depth.get(e.from) + 1));
  return Math.max(...depth.values());
};

page.flow.facts = function (m) {
  const { el } = page,
    fact = (name, value, wide) => (value ? el("div", { class: wide ? "wide" : null }, el("dt", {}, name), el("dd", {}, value)) : null);
  const source = (version) =>
    version.lineage && [
      version.lineage.name + ", version " + version.lineage.version + ", run " + version.lineage.run.slice(0, 12),
      version.lineage.commit ? ", commit " + version.lineage.commit.slice(0, 12) : "",
      ", in ",
      page.link(version.lineage.registry),
    ];
  return el(
    "dl",
    { class: "facts" },
    fact("Address", page.address(m.url), true),
    fact("Runs", el("code", {}, m.stable.image || m.stable.files), true),
    fact("Team", m.owner || el("span", { class: "faint" }, "none")),
    fact("Load balancer", m.loadBalancer || "none: pods of the cluster only"),
    fact("Objective over 30 days", m.objective),
    fact("Cost a month", page.usdRange(m.cost, m.costMost)),
    fact("Pods", page.range(m.least, m.most) + " on " + m.compute),
    fact("Each has", m.cpu + " CPU, " + m.memory + (m.gpus ? ", " + m.gpus + " GPU" : "")),
    fact("Scales at", m.scaling),
    fact("Trained by", m.pipeline && "pipeline " + m.pipeline),
    m.canary ? fact("Canary, " + m.weight + " % of requests", el("code", {}, m.canary.image || m.canary.files), true) : null,
    fact("Comes from", source(m.stable), true),
    m.canary ? fact("The canary comes from", source(m.canary), true) : null,
  );
};

page.flow.show = function () {
  const { el, map } = page;
  if (!map.models.length) return page.section("follow");
  const options = el(
    "datalist",
    { id: "names" },
    map.models.map((m) => el("option", { value: m.name })),
  );
  const input = el("input", {
    type: "search",
    id: "pick",
    list: "names",
    autocomplete: "off",
    spellcheck: "false",
    change: () => {
      const m = map.models.find((model) => model.name === input.value.trim());
      if (m) page.choose({ model: m.name });
      else if (input.value) page.say("No model is called " + input.value);
    },
  });
  const body = el("div", {});
  page.section(
    "follow",
    el("div", { class: "fields" }, el("div", { class: "field grow" }, el("label", { for: "pick" }, "Model"), input, options)),
    body,
  );
  const request = el("div", { class: "drawing" }),
    commit = el("div", { class: "drawing" });
  let shown = null;
  const drawn = (width) => {
    request.replaceChildren(page.flow.svg(page.flow.request(map, shown), width, "How a request flows"));
    commit.replaceChildren(page.flow.svg(page.flow.commit(map, shown), width, "How a commit flows"));
  };
  let width = 0;
  page.resized(request, 300, (w) => {
    width = w;
    if (shown) drawn(w);
  });
  page.flow.select = function (name) {
    shown = map.models.find((m) => m.name === name);
    input.value = name;
    const rows = (flow) => flow.nodes.map((n, i) => [String(i + 1), n.title, n.lines.filter(Boolean).join(", ")]);
    body.replaceChildren(
      page.flow.facts(shown),
      el("h3", {}, "How a request flows"),
      request,
      el("h3", { class: "later" }, "How a commit flows"),
      commit,
      page.asTable(
        "Both flows",
        ["Step:", "Where", "What"],
        [...rows(page.flow.request(map, shown)), ...rows(page.flow.commit(map, shown))],
      ),
    );
    if (width) drawn(width);
  };
  page.flow.select(map.models[0].name);
};
