// The small Slack without loading the page anew; every form works without this too.
(function () {
  "use strict";
  const root = document.querySelector("[data-small]");
  if (!root) return;
  root.classList.add("has-scripts");
  const part = (name, inside = root) => inside.querySelector(`[data-part="${name}"]`);
  const told = root.querySelector("[data-told]");
  let version = root.dataset.version, busy = false;

  const low = (box) => box && box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const lowest = (box) => { if (box) box.scrollTop = box.scrollHeight; };

  // Lists keep the rows that did not change, so that only what is new is read out.
  function merge(here, fresh) {
    const known = new Map([...here.children].map((row) => [row.dataset.keyOf, row]));
    const rows = [...fresh.children].map((row) => {
      const old = known.get(row.dataset.keyOf);
      if (!old) return row;
      const is = (one) => one.outerHTML.replace(/ open=""| hidden=""| data-ready=""|name="csrf_token" value="[^"]*"/g, "");
      return is(old) === is(row) ? old : row;
    });
    [...here.children].forEach((row) => { if (!rows.includes(row)) row.remove(); });
    rows.forEach((row, place) => { if (here.children[place] !== row) here.insertBefore(row, here.children[place] || null); });
  }

  function swap(name, fresh) {
    const here = part(name), there = part(name, fresh);
    if (!here || !there) return;
    const [rows, news] = [here, there].map((box) => box.querySelector(":scope > [data-keyed]"));
    if (here.cloneNode().outerHTML !== there.cloneNode().outerHTML) here.replaceWith(there);
    else if (rows && news) merge(rows, news);
    else here.replaceChildren(...there.childNodes);
  }

  function over(fresh) {
    const hash = (box) => box.querySelector("[data-modal]")?.dataset.hash;
    if (hash(part("over")) === hash(part("over", fresh))) return;
    const at = document.activeElement?.closest("[data-modal]") && document.activeElement.id;
    swap("over", fresh);
    open(at);
  }

  // `quiet` leaves alone what somebody may be writing in.
  function take(text, quiet, address) {
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-small]");
    if (!fresh) return false;
    const focused = document.activeElement?.id, same = root.className.includes("has-thread") === fresh.className.includes("has-thread");
    const follows = !quiet || low(part("said")), along = !quiet || low(part("thread-said"));
    version = fresh.dataset.version;
    swap("side", fresh);
    swap("said", fresh);
    if (!quiet) ["head", "write"].forEach((name) => swap(name, fresh));
    if (quiet && same) swap("thread-said", fresh);
    else if (!quiet) swap("thread", fresh);
    if (!quiet || same) root.className = `${fresh.className} has-scripts`;
    over(fresh);
    if (address && address !== location.href) history.pushState(null, "", address);
    dress();
    if (follows) lowest(part("said"));
    if (along) lowest(part("thread-said"));
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
    return true;
  }

  async function load(address, options, push) {
    if (busy) return;
    busy = true;
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, options);
      const now = new URL(answer.url);
      now.searchParams.delete("quiet");
      if (answer.ok && take(await answer.text(), false, push ? now.href : null)) return;
      told.textContent = root.dataset.failed;
      location.reload();
    } catch {
      told.textContent = root.dataset.failed;
    } finally {
      busy = false;
      root.removeAttribute("aria-busy");
    }
  }

  async function look() {
    if (!busy && !document.hidden) {
      try {
        const answer = await fetch(root.dataset.small);
        if (answer.redirected) { location.reload(); return; }
        const fresh = String((await answer.json()).version);
        if (fresh !== version && !busy) {
          const url = new URL(location.href);
          url.searchParams.set("quiet", "1");
          const page = await fetch(url);
          if (page.ok && !busy) take(await page.text(), true, null);
        }
      } catch { /* The next look may succeed. */ }
    }
    setTimeout(look, 2500);
  }

  // Writing goes on behind what stands there already.
  function begin(field) {
    if (!field) return;
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }

  function send(form, button) {
    const body = new FormData(form);
    if (button?.name) body.append(button.name, button.value);
    const field = form.querySelector("[data-enter]");
    load(form.action, { method: "POST", body }, true).then(() => {
      if (field) begin(document.getElementById(field.id));
    });
  }

  // A question that the app wants answered before something happens.
  function confirmed(button) {
    const box = root.querySelector("[data-confirm-box]"), [no, yes] = box.querySelectorAll("button");
    box.querySelector("h2").textContent = button.dataset.title;
    box.querySelector("p").textContent = button.dataset.confirm;
    [no.textContent, yes.textContent] = [button.dataset.no, button.dataset.yes];
    box.showModal();
    return new Promise((answer) => {
      const end = (said) => { box.close(); answer(said); };
      no.onclick = () => end(false);
      yes.onclick = () => end(true);
      box.oncancel = () => answer(false);
    });
  }

  root.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    event.preventDefault();
    event.stopPropagation();
    if (form.method === "get") { load(`${form.action}?${new URLSearchParams(new FormData(form))}`, {}, true); return; }
    if (button?.dataset.confirm && !(await confirmed(button))) return;
    send(form, button);
  });

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const insert = event.target.closest("[data-insert]");
    if (insert) {
      const field = insert.form.querySelector("textarea");
      if (!field.value.startsWith(insert.dataset.insert)) field.value = insert.dataset.insert + field.value.trimStart();
      begin(field);
      return;
    }
    root.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.dataset.press !== undefined) {
      // A button that leads to a page tells the app as well, and the page opens as a link does.
      const body = new FormData(link.closest("form"));
      body.append("do", link.dataset.press);
      fetch(link.closest("form").action, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
      return;
    }
    if (link.matches("[data-inside], [data-close-thread], .sm-back")) {
      event.preventDefault();
      load(link.href, {}, true).then(() => {
        if (link.matches("[data-inside]") && matchMedia("(min-width: 48rem)").matches) begin((part("thread").hidden ? part("write") : part("thread"))?.querySelector("textarea"));
      });
    }
  });

  root.addEventListener("change", async (event) => {
    const field = event.target;
    if (field.matches("[data-go]")) { field.form.requestSubmit(); return; }
    const tells = field.dataset.tells;
    if (tells === undefined || (!field.value && field.tagName === "SELECT")) return;
    if (field.dataset.confirm && !(await confirmed(field))) return;
    send(field.form, { name: "do", value: tells });
  });

  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); event.stopPropagation(); return; }
      const shut = !part("thread").hidden && !event.target.closest("dialog") && part("thread").querySelector("[data-close-thread]");
      if (shut) shut.click();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!event.target.matches("[data-enter]")) return;
    event.preventDefault();
    if (event.target.value.trim()) event.target.form.requestSubmit();
  });

  // A modal takes the focus, keeps it, and Escape closes it as its button does.
  function open(at) {
    const box = part("over").querySelector("[data-modal]");
    if (!box) return;
    box.removeAttribute("open");
    box.showModal();
    const wrong = box.querySelector(".is-wrong :is(input:not([type=hidden]), textarea, select)");
    const first = wrong || box.querySelector(".sm-in :is(input:not([type=hidden]), select, textarea)") || box.querySelector("[data-submit], footer > button");
    (wrong || (at && document.getElementById(at)) || first)?.focus();
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      box.querySelector("[data-close]").click();
    });
  }

  // Typing in a choice asks the app what fits.
  function combo(box) {
    const field = box.querySelector("[role=combobox]"), kept = box.querySelector("input[type=hidden]"), list = box.querySelector("ul");
    let timer, at = -1;
    const shut = () => { list.hidden = true; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); at = -1; };
    const mark = (place) => {
      const rows = [...list.querySelectorAll("[role=option]")];
      if (!rows.length) return;
      at = (place + rows.length) % rows.length;
      rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === at)));
      field.setAttribute("aria-activedescendant", rows[at].id);
      rows[at].scrollIntoView({ block: "nearest" });
    };
    const pick = (row) => {
      field.value = row.textContent;
      kept.value = row.dataset.value;
      shut();
      if (box.dataset.tells) send(field.form, { name: "do", value: box.dataset.tells });
    };
    const ask = async () => {
      if (field.value.trim().length < Number(box.dataset.least)) return;
      const answer = await fetch(`${box.dataset.combo}&q=${encodeURIComponent(field.value.trim())}`);
      if (!answer.ok) return;
      const rows = (await answer.json()).map((one, n) => {
        const row = document.createElement("li");
        Object.assign(row, { id: `${list.id}-${n}`, textContent: one.label });
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.dataset.value = one.value;
        return row;
      });
      if (!rows.length) {
        const row = document.createElement("li");
        row.textContent = box.dataset.none;
        rows.push(row);
      }
      list.replaceChildren(...rows);
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
    };
    field.addEventListener("input", () => { kept.value = ""; clearTimeout(timer); timer = setTimeout(ask, 150); });
    field.addEventListener("focus", ask);
    field.addEventListener("blur", () => setTimeout(shut, 150));
    list.addEventListener("mousedown", (event) => { event.preventDefault(); const row = event.target.closest("[role=option]"); if (row) pick(row); });
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask();
        else mark(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && !list.hidden && at >= 0) {
        event.preventDefault();
        pick(list.querySelectorAll("[role=option]")[at]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        shut();
      }
    });
  }

  function dress() {
    root.querySelectorAll("[data-insert]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("[data-combo]:not([data-ready])").forEach((box) => { box.dataset.ready = ""; combo(box); });
  }

  window.addEventListener("popstate", () => load(location.href, {}, false));
  dress();
  open();
  lowest(part("said"));
  lowest(part("thread-said"));
  setTimeout(look, 2500);
})();
