// Moves through the table of scores with the arrow keys; Tab does the same without it.
(function () {
  "use strict";
  const table = document.querySelector("[data-matrix]");
  if (!table) return;

  // The scores of a column, from top to bottom. In what was seen, arrows go through the letters.
  function column(box) {
    const at = box.closest("td").cellIndex;
    return [...table.tBodies[0].rows].map((row) => row.cells[at].querySelector("[data-at]"));
  }

  function row(box) {
    const boxes = box.closest("tr").querySelectorAll("[data-at]");
    return [...boxes].filter((one) => one.offsetParent !== null);
  }

  table.addEventListener("keydown", (event) => {
    const box = event.target.closest("[data-at]");
    if (!box || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const step = { ArrowUp: -1, ArrowDown: 1, Enter: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const line = sideways ? row(box) : column(box);
    const next = line[line.indexOf(box) + step];
    event.preventDefault();
    if (next) {
      next.focus();
      next.select();
    }
  });
})();
