// The map where the local stack serves it: what models do is asked for every few seconds.
"use strict";
page.live = { every: 3000 };

page.live.mark = function (text, off) {
  const mark = document.getElementById("livemark");
  mark.hidden = false;
  mark.textContent = text;
  mark.classList.toggle("off", Boolean(off));
};

page.live.start = function (address) {
  let failed = false;
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(address, { cache: "no-store" });
        if (!answer.ok) throw new Error(String(answer.status));
        const map = await answer.json(),
          same = page.live.same(map);
        if (!same) return location.reload();
        page.map.live = map.live;
        page.models.refresh(true);
        page.live.mark(map.live && map.live.measured ? "Live" : "Live, without measurements");
        if (failed) page.say("The local stack answers again");
        failed = false;
      } catch {
        page.live.mark("The local stack does not answer", true);
        if (!failed) page.say("The local stack does not answer");
        failed = true;
      }
    }
    setTimeout(ask, page.live.every);
  };
  setTimeout(ask, page.live.every);
};

// same says whether the environment is the one that is drawn.
page.live.same = function (map) {
  const text = (m) => JSON.stringify([m.stack, m.loadBalancers, m.models.map(({ words, ...model }) => model), m.compute]);
  page.live.drawn ||= text(page.map);
  return text(map) === page.live.drawn;
};
