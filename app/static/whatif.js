// A slider beside each lever; the fields alone do the same.
(function () {
  "use strict";
  const STEPS = 200;
  const number = (text) => Number(text.replace(/,/g, ""));

  // So few decimals that a slider's step still shows.
  function written(value, step) {
    const places = Math.max(0, Math.min(3, -Math.floor(Math.log10(step))));
    return value.toLocaleString("en-US", { maximumFractionDigits: places });
  }

  document.querySelectorAll("input[data-most]").forEach((field) => {
    const most = number(field.dataset.most);
    if (!(most > 0)) return;
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "form-range";
    slider.min = 0;
    slider.max = most;
    slider.step = most / STEPS;
    slider.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`).textContent);
    slider.value = number(field.value);
    field.after(slider);
    slider.addEventListener("input", () => {
      field.value = written(Number(slider.value), most / STEPS);
    });
    field.addEventListener("input", () => {
      const value = number(field.value);
      if (Number.isFinite(value)) slider.value = value;
    });
  });
})();
