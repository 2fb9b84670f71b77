// The points of a plan on its chart; the fields of the table alone do the same.
(function () {
  "use strict";
  const form = document.querySelector("form[data-plan]");
  if (!form) return;
  const isSum = "sum" in form.dataset;
  const per = Number(form.dataset.per);
  const start = number(form.dataset.start);
  const target = number(form.dataset.target);
  const way = form.dataset.way.split(" ").map(Number);
  const fields = [...form.querySelectorAll("[name^='row-']")];
  const rows = [...form.querySelectorAll(".plan-rows > tbody > tr")];
  const charts = [...form.querySelectorAll(".chart > svg")].filter((svg) => svg.querySelector(".grips"));
  const step = nice(Math.abs(target - start) / 100);

  function number(text) { return Number(String(text).trim().replace(/[,\s%]/g, "").replace("\u2212", "-")); }
  function nice(value) {
    const power = 10 ** Math.floor(Math.log10(value || 1));
    return power * (value / power >= 5 ? 5 : value / power >= 2 ? 2 : 1);
  }
  const places = Math.max(0, Math.min(6, -Math.floor(Math.log10(step)) + 1));
  // What a row makes up for is written to the last digit, or the sum would drift.
  const written = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 6 });
  const rounded = (value) => Number(value.toFixed(places));

  // The value by the end of each row; null where what is typed is no number yet.
  function reached() {
    let running = start;
    return rows.map((_row, place) => {
      if (!fields[place]) return target;
      const typed = number(fields[place].value);
      if (!fields[place].value.trim() || !Number.isFinite(typed)) return null;
      running += typed;
      return isSum ? running : typed;
    });
  }

  function scale(svg) {
    const [low, high, top, bottom] = svg.querySelector(".grips").dataset.scale.split(" ").map(Number);
    return {
      y: (value) => bottom - Math.min(Math.max((value / per - low) / (high - low), 0), 1) * (bottom - top),
      value: (y) => (low + (bottom - y) / (bottom - top) * (high - low)) * per,
    };
  }

  function bounds(place, values) {
    if (!isSum) return [Math.min(start, target), Math.max(start, target)];
    return [place ? values[place - 1] : start, values[place + 1]];
  }

  function show(first) {
    const values = reached();
    if (values.includes(null)) return;
    const heights = [start, ...values, values[values.length - 1]];
    charts.forEach((svg) => {
      const { y } = scale(svg);
      const line = svg.querySelector("polyline.plan");
      const points = line.getAttribute("points").split(" ").map((one) => one.split(",")[0]);
      const first = points.length - way.length;
      line.setAttribute("points", points.map((x, place) => {
        const at = place < first ? 0 : way[place - first];
        const row = Math.min(Math.floor(at + 1e-4), rows.length);
        const value = heights[row] + (heights[row + 1] - heights[row]) * Math.max(0, at - row);
        return `${x},${y(value).toFixed(1)}`;
      }).join(" "));
      svg.querySelectorAll(".grip").forEach((grip, place) => {
        const [least, most] = bounds(place, values);
        grip.setAttribute("cy", y(values[place]).toFixed(1));
        svg.querySelectorAll(".hit")[place].setAttribute("cy", grip.getAttribute("cy"));
        grip.setAttribute("aria-valuemin", least);
        grip.setAttribute("aria-valuemax", most);
        grip.setAttribute("aria-valuenow", values[place]);
        grip.setAttribute("aria-valuetext", written(values[place]));
      });
    });
    if (!isSum || first === true) return;
    rows.forEach((row, place) => { row.querySelector("[data-by-end]").textContent = written(values[place]); });
    form.querySelector("[data-sum-shown]").textContent = written(values[values.length - 1]);
  }

  // Moves one point; what the row after it holds makes up for it, so that the rest stays.
  function move(place, wanted) {
    const values = reached();
    if (values.includes(null)) return;
    const [least, most] = bounds(place, values);
    const value = Math.min(Math.max(rounded(wanted), least), most);
    const before = place ? values[place - 1] : start;
    fields[place].value = written(isSum ? value - before : value);
    if (isSum) fields[place + 1].value = written(values[place + 1] - value);
    show();
  }

  function aim(svg, event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return scale(svg).value(at.y);
  }

  const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  charts.forEach((svg) => {
    svg.setAttribute("role", "group");
    const grips = [...svg.querySelectorAll(".grip")];
    const hits = [...svg.querySelectorAll(".hit")];
    // Where points lie close together, a finger takes the nearest.
    function nearest(event) {
      const away = (one) => {
        const box = one.getBoundingClientRect();
        return Math.hypot(box.x + box.width / 2 - event.clientX, box.y + box.height / 2 - event.clientY);
      };
      return grips.reduce((best, one) => (away(one) < away(best) ? one : best));
    }
    grips.forEach((grip, place) => {
      grip.setAttribute("tabindex", "0");
      grip.setAttribute("role", "slider");
      grip.setAttribute("aria-orientation", "vertical");
      grip.setAttribute("aria-label", rows[place].querySelector("th").textContent.trim());
      const hit = hits[place];
      let held = -1;
      hit.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        const taken = nearest(event);
        held = grips.indexOf(taken);
        taken.focus();
        hit.setPointerCapture(event.pointerId);
      });
      hit.addEventListener("pointermove", (event) => { if (held >= 0) move(held, aim(svg, event)); });
      const release = () => { held = -1; };
      hit.addEventListener("pointerup", release);
      hit.addEventListener("pointercancel", release);
      grip.addEventListener("keydown", (event) => {
        const values = reached();
        if (event.key in KEYS) {
          const by = KEYS[event.key] * step * (event.shiftKey ? 10 : 1);
          if (values[place] !== null) move(place, values[place] + by);
        } else if (event.key === "Home" || event.key === "End") {
          if (!values.includes(null)) move(place, bounds(place, values)[event.key === "Home" ? 0 : 1]);
        } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
          grips[place + (event.key === "ArrowLeft" ? -1 : 1)]?.focus();
        } else return;
        event.preventDefault();
      });
    });
  });

  fields.forEach((field, place) => {
    field.addEventListener("input", show);
    // The last column of what a spreadsheet copies goes down the rows.
    field.addEventListener("paste", (event) => {
      const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n+$/, "").split("\n");
      if (lines.length < 2) return;
      event.preventDefault();
      lines.forEach((line, offset) => {
        if (fields[place + offset]) fields[place + offset].value = line.split("\t").pop().trim();
      });
      show();
    });
  });
  form.querySelectorAll("[data-scripted]").forEach((one) => { one.hidden = false; });
  show(true);
})();
