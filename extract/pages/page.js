"use strict";
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const words = JSON.parse(byId("words").textContent);
  const root = document.documentElement;
  const text = document.querySelector("article");
  const form = byId("filters");
  const search = byId("search");
  const word = (key) => words[key]?.[root.lang === "en" ? 1 : 0] ?? key;
  const say = (message) => { byId("said").textContent = message; };
  root.classList.add("js");

  // Language

  const attributes = [["t", "textContent"], ["tLabel", "ariaLabel"], ["tPlaceholder", "placeholder"]];

  function speak(language) {
    root.lang = language === "en" ? "en" : "zh-CN";
    for (const button of all("[data-language]")) button.setAttribute("aria-pressed", button.dataset.language === language);
    for (const element of all("[data-t], [data-t-label], [data-t-placeholder]")) {
      for (const [name, property] of attributes) {
        if (words[element.dataset[name]]) element[property] = word(element.dataset[name]);
      }
    }
    for (const row of rows) row.text = null;
    apply();
  }

  // Tabs

  const tabs = all("[role=tab]");

  function open(tab) {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", chosen);
      other.tabIndex = chosen ? 0 : -1;
      byId(other.getAttribute("aria-controls")).hidden = !chosen;
    }
  }

  function startTabs() {
    for (const tab of tabs) {
      const panel = byId(tab.getAttribute("aria-controls"));
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => open(tab));
    }
    const list = document.querySelector("[role=tablist]");
    list.hidden = false;
    list.addEventListener("keydown", (event) => {
      const next = step(event, tabs, document.activeElement);
      if (next) { open(next); next.focus(); }
    });
    open(tabs[0]);
  }

  // The item that a key of movement leads to, or nothing.
  function step(event, items, item) {
    const at = items.indexOf(item);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return null;
    event.preventDefault();
    return items[(to + items.length) % items.length];
  }

  // From the text to the tables and back

  let came = null;

  function jump(link) {
    const own = (link.dataset.rows || "").split(" ");
    const target = byId(own.includes(came) && link.closest("article") ? came : link.getAttribute("href")?.slice(1) ?? own[0]);
    if (!target) return;
    came = link.closest("tr")?.id ?? null;
    const panel = target.closest("[role=tabpanel]");
    if (panel) open(byId(panel.getAttribute("aria-labelledby")));
    if (target.hidden) { form.reset(); apply(); }
    for (const old of all(".here")) old.classList.remove("here");
    target.classList.add("here");
    target.scrollIntoView({ block: "center" });
    const focused = target.querySelector("a.go") || target;
    if (!focused.matches("a, button, [tabindex]")) focused.tabIndex = -1;
    focused.focus({ preventScroll: true });
  }

  // Filters

  const rows = all("[data-row]").map((element) => ({
    element, data: element.dataset, labels: (element.dataset.labels || "").split(" "), panel: element.closest("section").id, text: null,
  }));
  const marks = all("[data-rows]").map((element) => ({ element, label: element.dataset.label, rows: element.dataset.rows.split(" ") }));

  const has = (list, value) => ` ${list ?? ""} `.includes(` ${value} `);

  function matches(row, wish) {
    if (row.labels.some((label) => wish.off.has(label))) return false;
    for (const [name, value] of wish.chosen) {
      if (name === "below" ? !(Number(row.data.score ?? NaN) < Number(value)) : !has(row.data[name], value)) return false;
    }
    row.text ??= row.element.textContent.toLowerCase();
    return row.text.includes(wish.query);
  }

  function apply() {
    const wish = {
      off: new Set(all("input[data-label]:not(:checked)").map((box) => box.dataset.label)),
      chosen: all("select[data-filter]").filter((select) => select.value).map((select) => [select.dataset.filter, select.value]),
      query: search.value.trim().toLowerCase(),
    };
    const narrowed = wish.chosen.length > 0 || wish.query !== "";
    const seen = new Set();
    const counts = {};
    for (const row of rows) {
      const shown = matches(row, wish);
      if (row.element.hidden === shown) row.element.hidden = !shown;
      if (shown) seen.add(row.element.id);
      const count = (counts[row.panel] ??= [0, 0]);
      count[0] += shown;
      count[1] += 1;
    }
    for (const mark of marks) {
      const on = !wish.off.has(mark.label) && (!narrowed || mark.rows.some((row) => seen.has(row)));
      mark.element.classList.toggle("off", !on);
    }
    for (const place of all("[data-count]")) {
      const [shown, total] = counts[place.dataset.count] ?? [0, 0];
      place.textContent = shown === total ? total : `${shown}/${total}`;
    }
    const hits = highlight(wish.query);
    const [shown] = counts.figures ?? counts.reports ?? [0];
    byId("tally").textContent = narrowed || wish.off.size ? [`${shown} ${word("ui.shown")}`, hits && `${hits} ${word("ui.hits")}`].filter(Boolean).join(" · ") : "";
    rove();
  }

  // Places of the search words in the text

  let hits = [];
  let hit = -1;
  let pieces = null;

  function highlight(query) {
    hits = [];
    hit = -1;
    if (!text || !globalThis.Highlight) return 0;
    CSS.highlights.clear();
    if (!query) return 0;
    if (!pieces) {
      pieces = { nodes: [], starts: [], text: "" };
      const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        pieces.nodes.push(walker.currentNode);
        pieces.starts.push(pieces.text.length);
        pieces.text += walker.currentNode.data;
      }
    }
    const signs = [...query.replace(/\s/g, "")].map((sign) => sign.replace(/[.*+?^${}()|[\]\\]/, "\\$&"));
    const pattern = new RegExp(signs.join("\\s*"), "gi");
    let node = 0;
    const locate = (offset) => {
      while (node + 1 < pieces.starts.length && pieces.starts[node + 1] <= offset) node += 1;
      return [pieces.nodes[node], offset - pieces.starts[node]];
    };
    for (const { index, 0: found } of pieces.text.matchAll(pattern)) {
      const range = new Range();
      range.setStart(...locate(index));
      const [last, offset] = locate(index + found.length - 1);
      range.setEnd(last, offset + 1);
      hits.push(range);
    }
    CSS.highlights.set("hit", new Highlight(...hits));
    return hits.length;
  }

  function nextHit() {
    if (!hits.length) return;
    hit = (hit + 1) % hits.length;
    CSS.highlights.set("now", new Highlight(hits[hit]));
    hits[hit].startContainer.parentElement.scrollIntoView({ block: "center" });
  }

  // One stop of the Tab key for each group of links; the arrow keys move inside

  const groups = all("[data-rove]");
  const items = (group) => all(group.dataset.rove, group).filter((item) => item.matches("a:not(tr[hidden] *)"));

  function rove() {
    for (const group of groups) {
      for (const old of all("a[tabindex='0']", group)) old.tabIndex = -1;
      const first = items(group)[0];
      if (first) first.tabIndex = 0;
    }
  }

  // The hint beside a figure

  const tip = byId("tip");
  let tipped = null;

  function made(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }

  // A row by itself with the names of its cells, one of several as a line.
  function entry(row, _, { length }) {
    const heads = all("thead th[data-name]", row.closest("table"));
    const cells = heads.map((head) => [head.textContent, row.cells[head.cellIndex].textContent.trim()]).filter(([, text]) => text);
    if (length > 1) return made("div", cells.map(([, text]) => text).join(" · "));
    const list = document.createElement("dl");
    list.append(...cells.flatMap(([name, text]) => [made("dt", name), made("dd", text)]));
    return list;
  }

  function showTip(element) {
    if (element === tipped) return;
    hideTip();
    const found = (element.dataset.rows || "").split(" ").map(byId).filter(Boolean).slice(0, 8);
    const label = [element.dataset.label && word(`label.${element.dataset.label}`), element.dataset.score].filter(Boolean).join(" · ");
    tip.replaceChildren(...(label ? [made("b", label)] : []), ...found.map(entry));
    if (!tip.childNodes.length) return;
    tip.hidden = false;
    tipped = element;
    element.setAttribute("aria-describedby", "tip");
    const box = element.getClientRects()[0];
    const below = box.bottom + tip.offsetHeight + 6 < innerHeight || box.top < innerHeight / 2;
    tip.style.left = `${Math.max(4, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = below ? `${box.bottom + 3}px` : "auto";
    tip.style.bottom = below ? "auto" : `${innerHeight - box.top + 3}px`;
  }

  function hideTip() {
    tipped?.removeAttribute("aria-describedby");
    tipped = null;
    if (tip) tip.hidden = true;
  }

  // Tables: sorting and copying

  const collator = new Intl.Collator("zh", { numeric: true });

  function sort(head) {
    const table = head.closest("table");
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of all("thead th", table)) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = [...table.tBodies[0].rows].map((row) => {
      const cell = row.cells[head.cellIndex];
      const number = cell.dataset.v ?? cell.querySelector("[data-v]")?.dataset.v;
      return { row, number: number === undefined ? null : Number(number), text: cell.textContent.trim() };
    });
    const order = (a, b) => (a.number !== null && b.number !== null ? a.number - b.number : collator.compare(a.text, b.text));
    keyed.sort((a, b) => !a.text - !b.text || (up ? order(a, b) : order(b, a)));
    table.tBodies[0].append(...keyed.map(({ row }) => row));
    rove();
  }

  function csvCell(cell) {
    const numbers = all("[data-v]", cell).map((part) => part.dataset.v);
    let value = cell.dataset.v ?? (numbers.length ? numbers.join("; ") : cell.textContent.trim());
    if (cell.dataset.unit) value += cell.dataset.unit;
    if (/^[=+\-@＝＋－＠\t\r]/.test(value) && !/^-[\d.]+%?$/.test(value)) value = `'${value}`;
    return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  }

  async function copy(table) {
    const lines = [...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(csvCell).join(","));
    const csv = lines.join("\r\n") + "\r\n";
    try {
      await navigator.clipboard.writeText(csv);
    } catch { // no leave, or a frame of a notebook
      const area = document.createElement("textarea");
      area.value = csv;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) return say(word("ui.not_copied"));
    }
    say(word("ui.copied"));
  }

  // Everything a reader does

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a[href^='#'], button, .claim");
    if (!target) return;
    if (target.matches("a, .claim")) { event.preventDefault(); hideTip(); jump(target); }
    else if (target.dataset.language) speak(target.dataset.language);
    else if (target.dataset.copy) copy(byId(target.dataset.copy));
    else if ("sort" in target.dataset) sort(target.closest("th"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideTip();
    if (event.key === "Enter" && event.target.matches(".claim")) jump(event.target);
    const group = event.target.closest("[data-rove]");
    const next = group && step(event, items(group), event.target);
    if (next) next.focus();
  });
  document.addEventListener("focusin", ({ target }) => {
    const group = target.closest("[data-rove]");
    if (group && target.matches(group.dataset.rove)) {
      for (const old of all("a[tabindex='0']", group)) old.tabIndex = -1;
      target.tabIndex = 0;
    }
    if (target.dataset.rows && tip) showTip(target);
    else hideTip();
  });
  document.addEventListener("pointerover", ({ target }) => {
    const marked = target.closest("[data-rows]:not(.off)");
    if (marked && tip) showTip(marked);
    else if (!target.closest("#tip") && tipped !== document.activeElement) hideTip();
  });
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => { event.preventDefault(); nextHit(); });
  byId("yuan")?.addEventListener("change", ({ target }) => document.body.classList.toggle("in-yuan", target.checked));

  for (const group of groups) for (const item of all("a", group)) item.tabIndex = -1;
  if (tabs.length) startTabs();
  apply();
})();
