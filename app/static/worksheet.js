// Saves a worksheet while somebody writes; without it the buttons of the page do the same.
(function () {
  "use strict";
  const form = document.querySelector("form[data-worksheet]");
  if (!form || !form.querySelector("[data-saved]")) return;
  const saved = form.querySelector("[data-saved]");
  const coach = form.querySelector("[data-coach]");
  const version = form.elements.namedItem("version");
  const key = "headway-worksheet:" + form.dataset.worksheet;
  const PAUSE = 1000;
  const OWN = ["csrf_token", "version", "writer", "seen", "do"];
  let timer = null;
  let sending = null;
  let again = false;
  let stopped = false;
  let leaving = false;

  // With scripts every box that belongs to the answer shows at once.
  form.elements.namedItem("seen").remove();

  function typed() {
    return [...new FormData(form)].filter(([name]) => !OWN.includes(name));
  }
  let known = JSON.stringify(typed());

  function valuesOf(name) {
    return typed().filter(([other]) => other === name).map(([, value]) => value);
  }

  function fill(name, values) {
    for (const box of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (box.type === "radio" || box.type === "checkbox") box.checked = values.includes(box.value);
      else box.value = values.length ? values[0] : "";
    }
  }

  function hide() {
    const hidden = new Set();
    for (const part of form.querySelectorAll("[data-if]")) {
      // What depends on another page stays as the server sent it.
      if (!form.querySelector(`[name="${CSS.escape(part.dataset.if)}"]`)) continue;
      const values = valuesOf(part.dataset.if).filter(Boolean);
      const among = (words) => words.split(" ").some((word) => values.includes(word));
      let holds = !hidden.has(part.dataset.if);
      if (part.dataset.any) holds = holds && among(part.dataset.any);
      if (part.dataset.none) holds = holds && values.length > 0 && !among(part.dataset.none);
      part.hidden = !holds;
      if (!holds) for (const box of part.querySelectorAll("[name]")) hidden.add(box.name);
    }
  }

  function say(text, good, choose) {
    const picture = `<svg class="i" aria-hidden="true"><use href="#i-${good ? "check" : "warn"}"/></svg>`;
    saved.innerHTML = picture;
    saved.classList.toggle("no", !good);
    saved.append(text);
    if (!choose) return;
    const button = document.createElement("button");
    button.className = "aslink";
    button.name = "do";
    button.value = "choose";
    button.textContent = choose;
    saved.append(" ", button);
  }

  function keep(sent = false) {
    try {
      const what = { version: version.value, typed: typed(), sent };
      localStorage.setItem(key, JSON.stringify(what));
      return true;
    } catch {
      return false;
    }
  }

  function forget() {
    try { localStorage.removeItem(key); } catch { /* Nothing is kept where nothing may be. */ }
  }

  async function send() {
    clearTimeout(timer);
    timer = null;
    if (stopped || leaving) return;
    if (sending) { again = true; return; }
    const now = JSON.stringify(typed());
    if (now === known) return;
    keep();
    sending = new AbortController();
    try {
      const answer = await fetch(form.dataset.worksheet, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        signal: sending.signal,
      });
      const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
      if (!isJson) {
        say(form.dataset.failed, false);
        stopped = answer.status < 500;
        return;
      }
      take(answer.status, await answer.json(), now);
    } catch {
      if (!leaving) say(form.dataset.kept, false);
    } finally {
      sending = null;
      if (again) { again = false; send(); }
    }
  }

  function take(status, said, sent) {
    if (status === 200) {
      const untouched = JSON.stringify(typed()) === sent;
      const others = Object.entries(said.fill);
      if (untouched) for (const [name, values] of others) fill(name, values);
      if (untouched && others.length) hide();
      // What others wrote is not taken over while somebody goes on writing: the next save asks.
      if (untouched || !others.length) version.value = said.version;
      known = untouched ? JSON.stringify(typed()) : sent;
      if (untouched) forget();
      if (coach.innerHTML.trim() !== said.coach.trim()) coach.innerHTML = said.coach;
      say(said.said, true);
    } else {
      // What two people changed is settled on a page of its own; nothing more is sent till then.
      stopped = status === 409;
      say(said.said, false, said.choose);
    }
  }

  function restore() {
    let what = null;
    try { what = JSON.parse(localStorage.getItem(key)); } catch { return; }
    if (!what || form.querySelector(".errors")) return;
    // Sent with a button: another version by now means that it arrived.
    const arrived = what.sent && what.version !== version.value;
    if (arrived || JSON.stringify(what.typed) === known) { forget(); return; }
    const names = new Set([...what.typed.map(([name]) => name), ...typed().map(([name]) => name)]);
    for (const name of names) {
      fill(name, what.typed.filter(([other]) => other === name).map(([, value]) => value));
    }
    // The version that was seen then; what others saved since shows as two texts.
    version.value = what.version;
    say(form.dataset.back, true);
    hide();
    send();
  }

  function changed() {
    hide();
    if (stopped) { keep(); return; }
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("focusout", (event) => {
    // A button that takes the focus sends the whole form by itself.
    if (!event.relatedTarget || !event.relatedTarget.matches("button")) send();
  });
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    if (sending) sending.abort();
    keep(true);
  });
  window.addEventListener("online", send);
  window.addEventListener("pageshow", () => { leaving = false; });
  hide();
  restore();
})();
