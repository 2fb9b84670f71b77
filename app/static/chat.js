// Sends an answer and goes on without loading the page anew; without it the buttons do the same.
(function () {
  "use strict";
  const chat = document.querySelector("[data-chat]");
  if (!chat) return;
  const PARTS = ["state", "turns", "newest", "answer", "rail"];
  let sending = false;

  function first() {
    const found = chat.querySelector("[data-part=answer] [data-first], [data-part=newest] [data-first]");
    if (!found) return null;
    return found.matches("textarea, input, select, button, a") ? found : found.querySelector("input:not([type=hidden]), select, textarea, summary, button");
  }

  // The newest message and the box stand in view, and the box has the focus.
  function arrive() {
    for (const hint of chat.querySelectorAll("[data-keys]")) hint.hidden = !chat.querySelector("[data-enter]");
    const box = first();
    if (box) box.focus({ preventScroll: true });
    const low = chat.querySelector("[data-part=answer] form") || chat.querySelector("[data-part=newest]");
    low.scrollIntoView({ block: "end" });
    const newest = chat.querySelector("[data-part=newest]").getBoundingClientRect();
    if (newest.top < 64) window.scrollBy(0, newest.top - 64);
  }

  function say(form, text) {
    const place = form.querySelector("[data-saved]");
    if (place) place.textContent = text;
  }

  function take(text, address) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector("[data-chat]");
    if (!fresh) return false;
    for (const part of PARTS) {
      const here = chat.querySelector(`[data-part=${part}]`);
      here.replaceChildren(...fresh.querySelector(`[data-part=${part}]`).childNodes);
    }
    document.title = page.title;
    chat.querySelector("h1").textContent = fresh.querySelector("h1").textContent;
    history.replaceState(null, "", address);
    arrive();
    return true;
  }

  chat.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.dataset.plain !== undefined) return;
    event.preventDefault();
    if (sending) return;
    sending = true;
    const body = new FormData(form);
    if (button && button.name) body.append(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if ((answer.ok || answer.status === 422) && take(await answer.text(), answer.url)) return;
      // What is no talk (two texts to choose from, signed out) comes as a page of its own.
      form.dataset.plain = "";
      form.requestSubmit(button || undefined);
    } catch {
      say(form, chat.dataset.kept);
    } finally {
      sending = false;
    }
  });

  // Enter sends, as in every talk; not while a word is still being put together.
  chat.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!event.target.matches("[data-enter]")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  arrive();
})();
