// What was typed in a long form comes back when its page is loaded again in the same tab.
(function () {
  "use strict";
  const place = `typed:${location.pathname}${location.search}`;
  const form = () => document.querySelector("form[data-typed]");
  if (!form()) return;

  function store(change) {
    // A browser that keeps nothing for a page lets the form work as it is.
    try { change(window.sessionStorage); } catch { /* kept nowhere */ }
  }
  function keep() {
    const typed = [...new FormData(form())].filter(([name]) => name !== "csrf_token");
    store((kept) => kept.setItem(place, JSON.stringify(typed)));
  }

  // The server draws the form from what was typed, as it does after any look at it.
  async function bring(typed) {
    const sent = new URLSearchParams(typed);
    sent.set("csrf_token", form().elements.csrf_token.value);
    sent.set("do", "check");
    const answer = await fetch(form().action, { method: "POST", body: sent });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    ["goal-form", "beside"].forEach((id) => {
      document.getElementById(id).replaceWith(page.getElementById(id));
      window.htmx.process(document.getElementById(id));
    });
    document.dispatchEvent(new Event("plan:shown"));
  }

  const [way] = performance.getEntriesByType("navigation");
  store((kept) => {
    const typed = kept.getItem(place);
    if (typed && ["reload", "back_forward"].includes(way?.type)) bring(JSON.parse(typed));
    else kept.removeItem(place);
  });
  ["input", "change", "click"].forEach((kind) => {
    document.addEventListener(kind, (event) => { if (event.target.closest("form[data-typed]")) keep(); });
  });
})();
