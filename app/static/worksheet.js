// Saves a worksheet while somebody writes; without it the buttons of the page do the same.
(function () {
  "use strict";
  // What was written and has not arrived yet stays on the device, apart for each person, page
  // and tab: the tab is known by the writer's mark that the server gave to its page.
  const drafts = (owner, path) => `headway-worksheet:${owner}:${path}:`;

  // The server has both texts now: what is to be kept is chosen on this page.
  const settled = document.querySelector("form[data-settles]");
  if (settled) {
    const { owner, settles } = settled.dataset;
    forget(drafts(owner, settles) + settled.elements.namedItem("writer").value);
  }

  const form = document.querySelector("form[data-worksheet]");
  if (!form) return;
  const prefix = drafts(form.dataset.owner, form.dataset.worksheet);
  const saved = form.querySelector("[data-saved]");
  if (!saved) { showKept(); return; }
  const coach = form.querySelector("[data-coach]");
  const token = form.elements.namedItem("csrf_token");
  const version = form.elements.namedItem("version");
  const key = prefix + form.elements.namedItem("writer").value;
  const PAUSE = 1000;
  const WAITS = [3, 10, 30, 60];
  const OWN = ["csrf_token", "version", "writer", "seen", "do"];
  let timer = null;
  let failures = 0;
  let sending = null;
  let again = false;
  let stopped = false;
  let leaving = false;
  let going = false;
  let pressed = null;
  let unkept = false;
  let refused = form.querySelector(".errors") !== null;
  // A draft of an earlier page that stands in the boxes and has not arrived yet.
  let earlier = null;

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

  // Says why nothing was saved, and whether the device keeps it meanwhile.
  function fail(why, choose) {
    const held = why ? form.dataset.held : form.dataset.kept;
    say([why, unkept ? form.dataset.unkept : held].filter(Boolean).join(" "), false, choose);
  }

  // --- On the device ---------------------------------------------------------------------------

  function read(name) {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
  }

  function forget(name) {
    try { localStorage.removeItem(name); } catch { /* Nothing is kept where nothing may be. */ }
  }

  function keep() {
    const what = { version: version.value, typed: typed(), sent: pressed, at: Date.now() };
    try {
      localStorage.setItem(key, JSON.stringify(what));
      unkept = false;
    } catch {
      unkept = true;
    }
    if (earlier && !unkept && JSON.stringify(what.typed) !== JSON.stringify(earlier.typed)) {
      // What is written now began with it.
      forget(earlier.name);
      earlier = null;
    }
  }

  function found() {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith(prefix)); } catch { /* None. */ }
    const every = names.map((name) => ({ name, ...read(name) })).filter((one) => Array.isArray(one.typed));
    return every.sort((one, other) => one.at - other.at);
  }

  // Somebody who may not write any more finds the own words here, to be copied.
  function showKept() {
    const place = form.querySelector("[data-kept-here]");
    const lines = found().flatMap((one) => one.typed.map(([, value]) => value)).filter(Boolean);
    if (!place || !lines.length) return;
    place.querySelector(".said").textContent = lines.join("\n\n");
    place.hidden = false;
  }

  // --- To the server ---------------------------------------------------------------------------

  async function post(body) {
    const ask = () => {
      body.set("csrf_token", token.value);
      return fetch(form.dataset.worksheet, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        signal: sending.signal,
      });
    };
    const told = async (answer) => {
      const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
      return isJson ? answer.json() : {};
    };
    let answer = await ask();
    let said = await told(answer);
    if (answer.status === 400 && said.token) {
      // The page stood open for longer than its form was good for.
      for (const one of document.querySelectorAll("[name=csrf_token]")) one.value = said.token;
      answer = await ask();
      said = await told(answer);
    }
    return [answer.status, said];
  }

  function later() {
    clearTimeout(timer);
    // A browser says by itself when it is online again, but not when a server is.
    if (!navigator.onLine) return;
    timer = setTimeout(send, 1000 * WAITS[Math.min(failures, WAITS.length - 1)]);
    failures += 1;
  }

  async function send() {
    clearTimeout(timer);
    timer = null;
    if (stopped || leaving) return;
    if (sending) { again = true; return; }
    const what = typed();
    const now = JSON.stringify(what);
    if (now === known) { if (!refused) forget(key); return; }
    const untouched = earlier !== null && JSON.stringify(earlier.typed) === now;
    if (!untouched) keep();
    const body = new FormData(form);
    if (untouched) body.set("writer", earlier.name.slice(prefix.length));
    sending = new AbortController();
    try {
      take(...(await post(body)), now);
    } catch {
      if (leaving) return;
      fail("");
      later();
    } finally {
      sending = null;
      if (again) { again = false; send(); }
    }
  }

  function take(status, said, sent) {
    if (status === 200) { arrived(said, sent); return; }
    if (status === 422) { say(said.said, false); return; }
    if (status === 409 && said.choose) {
      // What two people changed is settled on a page of its own; nothing more is sent till then.
      stopped = true;
      if (earlier) { forget(earlier.name); earlier = null; keep(); }
      say(said.said, false, said.choose);
      return;
    }
    fail(said.said || form.dataset.failed, said.choose);
    if (status === 401 || status === 429 || status >= 500) later();
    else stopped = true;
  }

  function arrived(said, sent) {
    const untouched = JSON.stringify(typed()) === sent;
    const others = Object.entries(said.fill);
    failures = 0;
    unkept = refused = false;
    pressed = null;
    if (untouched) for (const [name, values] of others) fill(name, values);
    if (untouched && others.length) hide();
    // What others wrote is not taken over while somebody goes on writing: the next save asks.
    if (untouched || !others.length) version.value = said.version;
    known = untouched ? JSON.stringify(typed()) : sent;
    if (earlier) forget(earlier.name);
    earlier = null;
    // A page that is loaded at this moment may have been drawn before; it finds the draft.
    if (!untouched) keep(); else if (!going) forget(key);
    for (const [name, lines] of Object.entries(said.computed || {})) {
      const place = form.querySelector(`[data-computed="${CSS.escape(name)}"]`);
      if (!place) continue;
      const text = lines.length ? lines.join("\n") : form.dataset.uncomputed;
      if (place.textContent !== text) place.textContent = text;
    }
    if (coach.innerHTML.trim() !== said.coach.trim()) {
      coach.innerHTML = said.coach;
      // A longer text must not push the button away that somebody is about to press.
      if (document.activeElement.matches("button")) document.activeElement.scrollIntoView({ block: "nearest" });
    }
    say(said.said, true);
  }

  // --- Drafts of earlier pages -----------------------------------------------------------------

  function bodyOf(what) {
    const body = new FormData();
    for (const [name, value] of what.typed) body.append(name, value);
    body.set("version", what.version);
    body.set("writer", what.name.slice(prefix.length));
    return body;
  }

  // Sends what an earlier page kept as that page would have; returns what came of it, if known.
  async function hand(what) {
    sending = new AbortController();
    try {
      const [status] = await post(bodyOf(what));
      // Of two texts at one time both are in the history.
      if (status === 200 || status === 409) forget(what.name);
      return status;
    } catch {
      return null;
    } finally {
      sending = null;
    }
  }

  async function restore() {
    const every = found().filter((one) => {
      const same = JSON.stringify(one.typed) === known;
      if (same) forget(one.name);
      return !same && one.name !== key;
    });
    const last = every.pop();
    if (!last) return;
    let aside = false;
    for (const one of every) aside = (await hand(one)) === 409 || aside;
    if (JSON.stringify(typed()) !== known) return;
    // Sent with a button, it may have arrived, and others may have gone on from there.
    const wasSent = last.sent !== null && last.sent === JSON.stringify(last.typed);
    if (wasSent && (await hand(last)) === 200) {
      if (JSON.stringify(typed()) === known) location.reload();
      return;
    }
    const names = new Set([...last.typed.map(([name]) => name), ...typed().map(([name]) => name)]);
    for (const name of names) {
      fill(name, last.typed.filter(([other]) => other === name).map(([, value]) => value));
    }
    // The version that was seen then; what others saved since shows as two texts.
    if (last.sent !== known) version.value = last.version;
    earlier = last;
    say([form.dataset.back, aside && form.dataset.aside].filter(Boolean).join(" "), true);
    hide();
  }

  // --- While somebody writes -------------------------------------------------------------------

  // Long lists are narrowed by what they say; without this they stand in groups all the same.
  for (const find of form.querySelectorAll("[data-pick]")) {
    const box = find.querySelector("input");
    const parts = [...find.parentElement.querySelectorAll("details.choosing")];
    const open = new Map();
    find.hidden = false;
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = box.value.trim().toLocaleLowerCase();
      let seen = 0;
      for (const one of find.parentElement.querySelectorAll(".form-check")) {
        one.hidden = wanted !== "" && !one.textContent.toLocaleLowerCase().includes(wanted);
        if (!one.hidden) seen += 1;
      }
      for (const part of parts) {
        if (!open.has(part)) open.set(part, part.open);
        const fits = part.querySelector(".form-check:not([hidden])") !== null;
        part.hidden = !fits;
        part.open = wanted === "" ? open.get(part) : fits;
        if (wanted === "") open.delete(part);
      }
      find.querySelector("p").hidden = seen > 0;
    });
  }

  function changed() {
    going = false;
    hide();
    // Written while the page is being left: it waits on the device for the next visit.
    if (stopped || leaving) { keep(); return; }
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  function back() {
    if (document.visibilityState === "visible") send();
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
    pressed = JSON.stringify(typed());
    keep();
    // Still here: it was stopped, or it takes long.
    setTimeout(() => { leaving = false; send(); }, 10000);
  });
  window.addEventListener("online", send);
  window.addEventListener("focus", back);
  document.addEventListener("visibilitychange", back);
  window.addEventListener("pagehide", () => {
    if (!leaving && JSON.stringify(typed()) !== known) keep();
  });
  window.addEventListener("beforeunload", (event) => {
    going = true;
    if (unkept && !leaving) event.preventDefault();
  });
  // A page that comes back as it was left knows nothing of what was saved since.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    if (navigator.onLine) location.reload();
  });
  hide();
  restore().then(send);
})();
