// The points of a plan on its chart; the fields of the table alone do the same.
(function () {
  "use strict";
  const number = (text) => Number(String(text).trim().replace(/[,\s%]/g, "").replace("\u2212", "-"));
  // What a row makes up for is written to the last digit, or the sum would drift.
  const written = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 6 });
  function nice(value) {
    const power = 10 ** Math.floor(Math.log10(value || 1));
    return power * (value / power >= 5 ? 5 : value / power >= 2 ? 2 : 1);
  }

  // The plan as it stands in the page now: a form that follows what is typed draws it anew.
  function desk() {
    const form = document.querySelector("[data-plan]");
    if (!form) return null;
    const isSum = "sum" in form.dataset;
    const per = Number(form.dataset.per);
    const start = number(form.dataset.start);
    const target = number(form.dataset.target);
    const way = form.dataset.way.split(" ").map(Number);
    const rows = [...form.querySelectorAll(".plan-rows > tbody > tr")];
    const fields = rows.map((row) => row.querySelector("input")).filter(Boolean);
    const charts = [...form.querySelectorAll(".chart > svg")].filter((svg) => svg.querySelector(".grips"));
    const step = nice(Math.abs(target - start) / 100);
    const places = Math.max(0, Math.min(6, -Math.floor(Math.log10(step)) + 1));
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
        const begins = points.length - way.length;
        line.setAttribute("points", points.map((x, place) => {
          const at = place < begins ? 0 : way[place - begins];
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
      if (!isSum || first) return;
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

    return { form, rows, fields, charts, step, reached, bounds, show, move, aim };
  }

  const gripsOf = (svg) => [...svg.querySelectorAll(".grip")];
  // What a point changed in the fields is told as if it had been typed.
  const told = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  // Where points lie close together, a finger takes the nearest.
  function nearest(svg, event) {
    const away = (one) => {
      const box = one.getBoundingClientRect();
      return Math.hypot(box.x + box.width / 2 - event.clientX, box.y + box.height / 2 - event.clientY);
    };
    return gripsOf(svg).reduce((best, one) => (away(one) < away(best) ? one : best));
  }

  let held = null;
  document.addEventListener("pointerdown", (event) => {
    const hit = event.target.closest?.("[data-plan] .hit");
    if (!hit) return;
    event.preventDefault();
    const svg = hit.closest("svg");
    const taken = nearest(svg, event);
    held = { svg, place: gripsOf(svg).indexOf(taken) };
    taken.focus();
    hit.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const plan = desk();
    plan?.move(held.place, plan.aim(held.svg, event));
  });
  ["pointerup", "pointercancel"].forEach((kind) => document.addEventListener(kind, () => {
    if (!held) return;
    const { place } = held;
    held = null;
    const field = desk()?.fields[place];
    if (field) told(field);
  }));

  const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  document.addEventListener("keydown", (event) => {
    const grip = event.target.closest?.("[data-plan] .grip");
    if (!grip) return;
    const plan = desk();
    const grips = gripsOf(grip.closest("svg"));
    const place = grips.indexOf(grip);
    const values = plan.reached();
    if (event.key in KEYS) {
      const by = KEYS[event.key] * plan.step * (event.shiftKey ? 10 : 1);
      if (values[place] !== null) plan.move(place, values[place] + by);
      told(plan.fields[place]);
    } else if (event.key === "Home" || event.key === "End") {
      if (!values.includes(null)) plan.move(place, plan.bounds(place, values)[event.key === "Home" ? 0 : 1]);
      told(plan.fields[place]);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      grips[place + (event.key === "ArrowLeft" ? -1 : 1)]?.focus();
    } else return;
    event.preventDefault();
  });

  document.addEventListener("input", (event) => {
    if (event.target.closest("[data-plan] .plan-rows")) desk()?.show();
  });
  // The last column of what a spreadsheet copies goes down the rows.
  document.addEventListener("paste", (event) => {
    const field = event.target.closest?.("[data-plan] .plan-rows :is(input)");
    if (!field) return;
    const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    if (lines.length < 2) return;
    event.preventDefault();
    const plan = desk();
    const place = plan.fields.indexOf(field);
    lines.forEach((line, offset) => {
      if (plan.fields[place + offset]) plan.fields[place + offset].value = line.split("\t").pop().trim();
    });
    plan.show();
    told(field);
  });

  function begin() {
    const plan = desk();
    if (!plan) return;
    plan.charts.forEach((svg) => {
      svg.setAttribute("role", "group");
      gripsOf(svg).forEach((grip, place) => {
        grip.setAttribute("tabindex", "0");
        grip.setAttribute("role", "slider");
        grip.setAttribute("aria-orientation", "vertical");
        grip.setAttribute("aria-label", plan.rows[place].querySelector("th").textContent.trim());
      });
    });
    plan.form.querySelectorAll("[data-scripted]").forEach((one) => { one.hidden = false; });
    plan.show(true);
  }
  ["htmx:after:swap", "plan:shown"].forEach((kind) => document.addEventListener(kind, begin));
  begin();
})();
