// Keeps a comment on the device while it is written, until it has arrived; without it a comment
// is sent all the same.
(function () {
  "use strict";
  const place = document.querySelector("[data-comments]");
  if (!place) return;
  // Apart for each person, question and thread; a page leads to the same draft in every tab.
  const prefix = `headway-comment:${place.dataset.owner}:${place.dataset.comments}:`;
  const forms = new Map();
  for (const form of place.querySelectorAll("form[data-comment]")) {
    forms.set(prefix + form.dataset.comment, form);
  }
  const plain = (text) => text.split(/\s+/).join(" ").trim();
  const box = (form) => form.elements.namedItem("comment");

  function read(name) {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
  }

  function forget(name) {
    try { localStorage.removeItem(name); } catch { /* Nothing is kept where nothing may be. */ }
  }

  function say(form, text) {
    const said = form.querySelector("[data-said]");
    said.textContent = text;
    said.hidden = text === "";
  }

  function keep(name, form, sent) {
    const text = box(form).value;
    if (!text.trim()) { forget(name); return; }
    try {
      localStorage.setItem(name, JSON.stringify({ text, sent }));
    } catch {
      say(form, place.dataset.unkept);
    }
  }

  function open(part) {
    for (let one = part.parentElement; one; one = one.parentElement) {
      if (one.matches("details")) one.open = true;
    }
  }

  function offer(form, text) {
    const field = box(form);
    if (plain(field.value).includes(plain(text))) return;
    field.value = [field.value, text].filter((one) => one.trim()).join("\n\n");
    say(form, place.dataset.back);
    open(field);
  }

  function restore() {
    const arrived = [...place.querySelectorAll(".said")].map((one) => plain(one.textContent));
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith(prefix)); } catch { /* None. */ }
    for (const name of names) {
      const draft = read(name);
      if (typeof draft?.text !== "string" || (draft.sent && arrived.includes(plain(draft.text)))) {
        forget(name);
        continue;
      }
      // The thread that it answers may be gone: then it is offered as a comment of its own.
      const form = forms.get(name) || forms.get(prefix);
      if (!form) continue;
      offer(form, draft.text);
      if (forms.get(name) !== form) { forget(name); keep(prefix, form, false); }
    }
  }

  for (const [name, form] of forms) {
    form.addEventListener("input", () => { say(form, ""); keep(name, form, false); });
    form.addEventListener("submit", (event) => {
      keep(name, form, true);
      if (navigator.onLine) return;
      event.preventDefault();
      // It was not sent, so it may be sent at once.
      delete form.dataset.sentAt;
      say(form, place.dataset.offline);
    });
  }
  restore();
})();
