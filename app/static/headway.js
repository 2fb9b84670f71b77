// Small comforts; every page works without them.
(function () {
  "use strict";
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // "/" goes to the search field, "?" to the list of shortcuts, unless somebody is typing.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.documentElement.dataset.keys === "off") return;
    const field = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!field) return;
    event.preventDefault();
    if (field.matches("a, button")) field.click();
    else field.focus();
  });

  // A form is sent once, however often its button is pressed while the answer is on its way.
  const SOON = 3000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [data-hx-post], [data-talk]")) return;
    // A button that brings a file leaves the page as it is, and the next one may be pressed at once.
    if (event.submitter?.matches("[data-brings-file]")) return;
    const now = Date.now();
    if (now - Number(form.dataset.sentAt || 0) < SOON) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else form.dataset.sentAt = now;
  }, true);
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-sent-at]").forEach((form) => delete form.dataset.sentAt);
  });

  // A time is told where its reader is; the page itself knows only where the company is.
  document.querySelectorAll("time[data-here]").forEach((time) => {
    const tag = `${time.dataset.here === "en" ? "en-GB" : time.dataset.here}-u-ca-gregory`;
    const at = new Date(time.dateTime);
    const text = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" });
    const zone = new Intl.DateTimeFormat(tag, { timeZoneName: "long" }).formatToParts(at);
    time.title = time.textContent;
    time.textContent = `${text.format(at)}, ${zone.find((part) => part.type === "timeZoneName").value}`;
  });

  // Printing: the button appears where a script can press it.
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // What takes a while says so, and is not asked for twice; who comes back finds it as it was.
  document.querySelectorAll("form[data-busy]").forEach((form) => {
    const [before, after] = form.querySelectorAll("button > span");
    const show = (busy) => {
      before.hidden = busy;
      after.hidden = !busy;
    };
    form.addEventListener("submit", (event) => {
      if (before.hidden) event.preventDefault();
      show(true);
    });
    window.addEventListener("pageshow", () => show(false));
  });

  // Copying a text: the button appears where the browser can do it.
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    if (!field || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(field.value).then(() => {
        const [before, after] = button.querySelectorAll("span");
        before.hidden = true;
        after.hidden = false;
      });
    });
  });
})();
