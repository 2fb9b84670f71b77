// The wall keeps itself up to date: only what changed is exchanged, so that nothing flickers.
(function () {
  "use strict";
  const EVERY = 60 * 1000;
  const lost = document.querySelector(".lost");

  async function refresh() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const text = await answer.text();
      const page = new DOMParser().parseFromString(text, "text/html");
      const now = document.getElementById("wall"), next = page.getElementById("wall");
      if (answer.ok && !next) {
        // Whoever was signed in no longer is.
        location.assign(answer.url);
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      if (now.innerHTML !== next.innerHTML) now.replaceWith(document.adoptNode(next));
      lost.hidden = true;
    } catch {
      lost.hidden = false;
    }
  }
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
