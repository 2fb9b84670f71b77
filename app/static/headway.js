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
