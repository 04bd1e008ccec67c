// What every part of the page uses: the map itself, elements, amounts, filters, and what is said to a screen reader.
"use strict";
const page = {};
page.map = JSON.parse(document.getElementById("map").textContent);

// el makes an element; attributes that are functions listen, and null ones are left out.
page.el = function (tag, attributes, ...children) {
  const svg = page.el.svg.has(tag);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
};
page.el.svg = new Set(["svg", "g", "rect", "path", "text", "title", "circle"]);

page.list = (value) => value || []; // lists of a report may be null
page.count = (n, noun) => n.toLocaleString("en-US") + " " + noun + (n === 1 ? "" : "s");
page.usd = (n) => "$" + n.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
page.usdRange = (least, most) => page.usd(least) + (most > least ? " to " + page.usd(most) : "");
page.range = (least, most) => (least === most ? String(least) : least + "–" + most);

// say tells it to a screen reader.
page.say = function (text) {
  document.getElementById("say").textContent = text;
};

// section gives the body of a section, and hides one that has nothing to show.
page.section = function (id, ...children) {
  const section = document.getElementById(id);
  while (section.children.length > 1) section.lastChild.remove();
  section.append(...children);
  section.hidden = children.length === 0;
  return section;
};

// table is one that has no controls. Headings that end in a colon are of numbers.
page.table = function (caption, headings, rows) {
  const numeric = headings.map((heading) => (heading.endsWith(":") ? "n" : null));
  return page.el(
    "div",
    { class: "scroll" },
    page.el(
      "table",
      {},
      page.el("caption", { class: "unseen" }, caption),
      page.el(
        "thead",
        {},
        page.el(
          "tr",
          {},
          headings.map((heading, i) => page.el("th", { scope: "col", class: numeric[i] }, heading.replace(/:$/, ""))),
        ),
      ),
      page.el(
        "tbody",
        {},
        rows.map((row) =>
          page.el(
            "tr",
            {},
            row.map((cell, i) => page.el("td", { class: numeric[i] }, cell)),
          ),
        ),
      ),
    ),
  );
};

// asTable is the table that says what a drawing shows.
page.asTable = (name, headings, rows) =>
  page.el("details", {}, page.el("summary", {}, "The same as a table"), page.el("div", {}, page.table(name, headings, rows)));

// copy is a button that copies an address.
page.copy = function (text) {
  const button = page.el(
    "button",
    {
      type: "button",
      class: "copy",
      "aria-label": "Copy " + text,
      click: async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = "Copied";
          page.say("Copied " + text);
        } catch {
          button.textContent = "Not allowed";
          page.say("The browser does not allow copying; select the address");
        }
        setTimeout(() => {
          button.textContent = "Copy";
        }, 1500);
      },
    },
    "Copy",
  );
  return button;
};
page.address = (url) => page.el("div", { class: "url" }, page.el("code", {}, url), page.copy(url));

// link is an address that opens where a browser opens it, and text otherwise: it is what somebody wrote in a model's file.
page.link = (text) => (/^https?:\/\/[^\s]+$/.test(text) ? page.el("a", { href: text, rel: "noreferrer" }, text) : text);

// rove makes several things one stop of the Tab key: arrows go from one to the next, Enter and Space choose.
page.rove = function (nodes, choose) {
  nodes.forEach((node, i) => {
    node.setAttribute("tabindex", i === 0 ? "0" : "-1");
    node.addEventListener("click", () => choose(node));
    node.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) {
        const next = nodes[(nodes.indexOf(node) + step + nodes.length) % nodes.length];
        node.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
        event.preventDefault();
      } else if (event.key === "Enter" || event.key === " ") {
        choose(node);
        event.preventDefault();
      }
    });
  });
};
