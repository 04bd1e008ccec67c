// What a change does: its verdict, policies, what breaks, and changes by component. Only with a preview.
"use strict";
page.change = {};

page.change.counts = (c) =>
  ["create", "update", "replace", "delete"]
    .filter((op) => c[op])
    .map((op) => c[op] + " to " + op)
    .join(", ") || "none";

page.change.verdict = function () {
  const { el, map } = page,
    names = { good: "Nothing to decide", look: "Worth a look", bad: "Needs a decision" };
  if (!map.verdict) return;
  document
    .getElementById("verdict")
    .replaceChildren(
      el("p", { class: "verdict " + map.verdict.level }, el("b", {}, names[map.verdict.level]), el("span", {}, map.verdict.text)),
    );
};

page.change.policies = function () {
  const { el, map } = page,
    c = map.change;
  if (!c) return page.section("policies");
  const packs = page.list(c.policyPacks),
    rules = page.list(c.policies);
  const ran = packs.length
    ? "Judged by " + packs.join(", ") + "."
    : c.policiesTold
      ? "No policy pack ran."
      : "The preview has no policy results.";
  page.section(
    "policies",
    el("p", { class: "lead" }, ran + (rules.length || !packs.length ? "" : " Nothing is violated.")),
    ...(rules.length
      ? [
          page.table(
            "Policies",
            ["Level", "Rule", "Where", "What"],
            rules.flatMap((r) =>
              page
                .list(r.violations)
                .map((v) => [el("span", { class: "pill " + r.level }, r.level), r.rule, v.urn.split("::").pop() || "the stack", v.message]),
            ),
          ),
        ]
      : []),
  );
};

page.change.show = function () {
  const { el, map } = page,
    c = map.change;
  if (!c) return page.section("changes");
  const groups = page.list(c.groups),
    cost = c.cost;
  page.section(
    "changes",
    el(
      "p",
      { class: "lead" },
      page.change.counts(c.counts) +
        "; " +
        c.counts.same +
        " stay as they are." +
        (cost ? " " + page.usd(cost.total.before) + " a month becomes " + page.usd(cost.total.after) + "." : ""),
    ),
    ...page.list(c.errors).map((text) => el("div", { class: "break" }, text)),
    ...page
      .list(c.breaking)
      .map((b) =>
        el(
          "div",
          { class: "break" },
          el("b", {}, b.what + " " + b.name + ": " + b.op),
          page.list(b.why).length ? " because of " + b.why.join(", ") : "",
          el("p", {}, b.consequence),
          b.refused ? el("p", {}, "AWS will refuse it: " + b.refused) : null,
          b.allModels || page.list(b.models).length
            ? el("p", { class: "muted" }, "Models: " + (b.allModels ? "all" : b.models.join(", ")))
            : null,
        ),
      ),
    ...groups.map((g) =>
      el(
        "details",
        { open: groups.length <= 3 },
        el("summary", {}, g.component + (g.model ? " of " + g.model : "") + ": " + page.change.counts(g.counts)),
        el(
          "div",
          {},
          page.table(
            g.component,
            ["", "Resource", "Kind", "What differs"],
            page
              .list(g.changes)
              .map((ch) => [
                el("span", { class: "pill " + ch.op }, ch.op),
                ch.name,
                el("code", {}, ch.type),
                [...new Set(page.list(ch.keys).concat(page.list(ch.diffs)))].join(", "),
              ]),
          ),
        ),
      ),
    ),
  );
};
