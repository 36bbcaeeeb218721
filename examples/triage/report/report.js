"use strict";
(async () => {
  const PAGE = 50;
  const $ = (id) => document.getElementById(id);

  const element = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "class") e.className = value;
      else e.setAttribute(name, value);
    }
    e.append(...children); // strings become text, never markup
    return e;
  };

  // The data are gzip in base64: small, and inert whatever the rows hold.
  let data;
  try {
    const text = $("data").textContent;
    const bytes = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    data = JSON.parse(await new Response(stream).text());
  } catch (e) {
    $("failed").textContent = "The table could not be read: this browser is too old, or the file is not whole.";
    $("failed").hidden = false;
    return;
  }
  const { rows, strings } = data;
  const CLASSES = data.classes;
  const NAMES = CLASSES.map((c) => c.replace("_", " "));
  const total = rows.class.length;
  const number = new Intl.NumberFormat("en-US");

  // Theme: the system's, unless the button says otherwise.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const setTheme = (name) => {
    document.documentElement.dataset.theme = name;
    $("theme").textContent = name === "dark" ? "Light" : "Dark";
  };
  setTheme(dark.matches ? "dark" : "light");
  $("theme").hidden = false;
  $("theme").addEventListener("click", () => {
    setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    draw();
  });
  dark.addEventListener("change", () => { setTheme(dark.matches ? "dark" : "light"); draw(); });
  let themeBeforePrint = "";
  addEventListener("beforeprint", () => { themeBeforePrint = document.documentElement.dataset.theme; setTheme("light"); draw(); });
  addEventListener("afterprint", () => { setTheme(themeBeforePrint); draw(); });

  // Words for numbers.
  const pad = (n) => String(n).padStart(2, "0");
  const day = (ms) => { const d = new Date(ms); return `${d.getUTCFullYear()}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}`; };
  const clock = (ms) => { const d = new Date(ms); return `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}:${pad(d.getUTCSeconds())}`; };
  const moment = (ms) => {
    if (ms === null) return "no time";
    const f = ((ms % 1000) + 1000) % 1000;
    return `${day(ms)} ${clock(ms)}${f ? "." + String(f).padStart(3, "0") : ""}`;
  };
  const duration = (s) => {
    if (s === null) return "";
    const a = Math.abs(s), sign = s < 0 ? "\u2212" : "";
    if (a < 120) return `${sign}${a < 10 ? a.toFixed(1) : Math.round(a)} s`;
    if (a < 7200) return `${sign}${Math.round(a / 60)} min`;
    if (a < 172800) return `${sign}${Math.round(a / 3600)} h`;
    return `${sign}${Math.round(a / 86400)} d`;
  };
  const probability = (p) => (p < 0.001 ? "<0.001" : p > 0.999 ? ">0.999" : p < 0.01 || p > 0.99 ? p.toFixed(3) : p.toFixed(2));

  // Filter and sort. A search looks at each different text once.
  const searched = ["account", "url", "ip", "workload", "action", "threats", "service", "place", "message", "file"];
  const lower = strings.map((s) => s.toLowerCase());
  let order = null; // place of each string in alphabetical order
  const alphabetical = () => {
    if (!order) {
      const by = new Intl.Collator("en").compare;
      order = new Uint32Array(strings.length);
      Array.from(strings.keys()).sort((a, b) => by(strings[a], strings[b])).forEach((s, i) => { order[s] = i; });
    }
    return order;
  };
  const filter = { words: [], classes: new Set(CLASSES.keys()), service: -1, danger: false, from: null, to: null };
  let sort = { key: "", down: false }; // no key: what deserves a look comes first
  let shown = new Uint32Array(0), page = 0;
  const opened = new Set();

  const apply = () => {
    const hits = filter.words.map((w) => Uint8Array.from(lower, (s) => (s.includes(w) ? 1 : 0)));
    const columns = searched.map((name) => rows[name]);
    const keep = [];
    for (let i = 0; i < total; i++) {
      if (!filter.classes.has(rows.class[i])) continue;
      if (filter.service >= 0 && rows.service[i] !== filter.service) continue;
      if (filter.danger && rows.threats[i] === 0) continue;
      if (filter.from !== null && (rows.time[i] === null || rows.time[i] < filter.from || rows.time[i] >= filter.to)) continue;
      if (!hits.every((hit) => columns.some((c) => hit[c[i]]))) continue;
      keep.push(i);
    }
    if (!sort.key) keep.sort((a, b) => rows.rank[a] - rows.rank[b] || a - b);
    else {
      const column = rows[sort.key];
      const text = ["account", "service", "url"].includes(sort.key) ? alphabetical() : null;
      const value = text ? (i) => text[column[i]] : (i) => (column[i] === null ? Infinity : column[i]);
      const sign = sort.down ? -1 : 1;
      keep.sort((a, b) => {
        const x = value(a), y = value(b);
        if (x === y) return a - b;
        if (x === Infinity) return 1; // what is not known stands last either way
        if (y === Infinity) return -1;
        return x < y ? -sign : sign;
      });
    }
    shown = Uint32Array.from(keep);
    page = 0;
    render();
  };

  const COLUMNS = [
    ["time", "Time (UTC)"], ["class", "Verdict"], ["p", "P(machine)"], ["account", "Account"], ["service", "Origin"], ["delay", "Delay"], ["url", "Link"],
  ];
  for (const [key, title] of COLUMNS) {
    const button = element("button", { type: "button" }, title);
    const head = element("th", { scope: "col", class: `c-${key}${key === "p" || key === "delay" ? " n" : ""}`, "aria-sort": "none" }, button);
    if (key === "p") button.title = "Probability that the click was automated";
    button.addEventListener("click", () => {
      if (sort.key !== key) sort = { key, down: key === "p" };
      else if (sort.down === (key === "p")) sort.down = !sort.down;
      else sort = { key: "", down: false };
      for (const th of $("head").children) th.setAttribute("aria-sort", "none");
      if (sort.key) head.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      apply();
    });
    $("head").append(head);
  }

  const kql = (s) => '"' + s.replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, "").replace(/\\/g, "\\\\").replace(/"/g, '\\"') + '"';
  const query = (i) => {
    const q = data.queries.find((q) => q.missing === rows.next[i] && q.address === (rows.ip[i] !== 0));
    if (!q || (q.text.includes(data.marks.account) && rows.account[i] === 0) || (q.text.includes(data.marks.message) && rows.message[i] === 0) ||
        (q.text.includes(data.marks.time) && rows.time[i] === null)) return "";
    const values = {
      [kql(data.marks.account)]: kql(strings[rows.account[i]]), [kql(data.marks.address)]: kql(strings[rows.ip[i]]),
      [kql(data.marks.message)]: kql(strings[rows.message[i]]), [data.marks.time]: rows.time[i] === null ? "" : new Date(rows.time[i]).toISOString(),
    };
    // One pass, so that no value is taken for a mark.
    const marks = Object.keys(values).map((m) => m.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return q.text.replace(new RegExp(marks.join("|"), "g"), (m) => values[m]);
  };

  const details = (i) => {
    const list = element("dl");
    const add = (term, ...content) => { if (content.length) list.append(element("dt", {}, term), element("dd", {}, ...content)); };
    const s = (column) => strings[rows[column][i]];
    const bits = (set, names) => names.filter((_, bit) => (set >> bit) & 1);
    if (s("url")) add("link", s("url"));
    add("click", [moment(rows.time[i]), s("account"), s("workload"), s("action")].filter(Boolean).join(", "));
    if (rows.threats[i]) add("danger", element("span", { class: "danger" }, s("threats")));
    add("from", s("place"));
    const reasons = element("ul");
    for (const line of rows.reasons[i] ? rows.reasons[i].split("\u001e") : []) {
      const [rule, weight, counted, detail] = line.split("\u001f");
      const text = data.rules[rule] + (detail ? ` (${detail})` : "");
      reasons.append(element("li", counted === "1" ? {} : { class: "aside", title: "did not count: a stronger sign of the same kind did, or it was set aside" },
        element("span", { class: "weight" }, (weight > 0 ? "+" : "") + Number(weight).toFixed(1).replace("-", "\u2212")), element("span", {}, text)));
    }
    add("because", reasons.children.length ? reasons : "nothing in the row counts for or against a person");
    if (rows.causes[i]) add("may be", s("causes").split(" ").map((c) => data.causes[c] || c).join("; "));
    for (const flag of bits(rows.flags[i], data.flags)) add("note", flag);
    const missing = bits(rows.missing[i], data.missing);
    if (missing.length) add("missing", missing.join(", "));
    const failed = bits(rows.failed[i], data.missing);
    if (failed.length) add("failed", failed.join(", "));
    const q = query(i);
    if (q) add("query", element("pre", { tabindex: "0" }, q));
    if (rows.message[i]) add("message", s("message"));
    add("place", `${s("file")}, row ${number.format(rows.row[i])}`);
    return element("tr", { class: "detail", id: `detail-${i}` }, element("td", { colspan: COLUMNS.length }, list));
  };

  const toggle = (i, tr, button) => {
    if (opened.delete(i)) {
      button.setAttribute("aria-expanded", "false");
      $(`detail-${i}`)?.remove();
    } else {
      opened.add(i);
      button.setAttribute("aria-expanded", "true");
      tr.after(details(i));
    }
  };

  const render = () => {
    const body = $("body");
    body.replaceChildren();
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    for (const i of shown.subarray(page * PAGE, page * PAGE + PAGE)) {
      const button = element("button", { type: "button", class: "open", "aria-expanded": String(opened.has(i)), "aria-controls": `detail-${i}` }, rows.time[i] === null ? "no time" : `${day(rows.time[i])} ${clock(rows.time[i])}`);
      const tr = element("tr", { class: `row ${CLASSES[rows.class[i]]}` },
        element("td", { class: "when" }, button),
        element("td", {}, element("span", { class: "dot" }), " " + NAMES[rows.class[i]]),
        element("td", { class: "n", "data-label": "P" }, probability(rows.p[i])),
        element("td", {}, strings[rows.account[i]] || "no account"),
        element("td", {}, strings[rows.service[i]]),
        element("td", { class: "n", "data-label": "after" }, duration(rows.delay[i])),
        element("td", { class: "url" + (rows.threats[i] ? " danger" : ""), title: strings[rows.url[i]] }, strings[rows.url[i]]));
      tr.addEventListener("click", (event) => {
        if (event.target.closest("button") === button || !getSelection().toString()) toggle(i, tr, button);
      });
      body.append(tr);
      if (opened.has(i)) body.append(details(i));
    }
    $("shown").textContent = shown.length === total ? `${number.format(total)} clicks` : `${number.format(shown.length)} of ${number.format(total)} clicks`;
    $("page").textContent = `page ${number.format(page + 1)} of ${number.format(pages)}`;
    $("pages").hidden = pages === 1;
    $("first").disabled = $("previous").disabled = page === 0;
    $("next").disabled = $("last").disabled = page === pages - 1;
  };
  const go = (to) => { page = to; render(); $("rows-heading").scrollIntoView(); };
  $("first").addEventListener("click", () => go(0));
  $("previous").addEventListener("click", () => go(page - 1));
  $("next").addEventListener("click", () => go(page + 1));
  $("last").addEventListener("click", () => go(Infinity));

  // Controls.
  let pause;
  const find = () => { filter.words = $("find").value.toLowerCase().split(/\s+/).filter(Boolean); apply(); };
  $("find").addEventListener("input", () => {
    clearTimeout(pause);
    if (total <= 5000) find();
    else pause = setTimeout(find, 200);
  });
  $("filters").addEventListener("submit", (event) => { event.preventDefault(); find(); });
  const services = [...new Set(rows.service)].sort((a, b) => strings[a].localeCompare(strings[b], "en"));
  for (const s of services) $("origin").append(element("option", { value: s }, strings[s]));
  $("origin").addEventListener("change", () => { filter.service = $("origin").value === "" ? -1 : Number($("origin").value); apply(); });
  $("danger").addEventListener("change", () => { filter.danger = $("danger").checked; apply(); });
  CLASSES.forEach((name, c) => {
    const box = element("input", { type: "checkbox", id: `verdict-${name}` });
    box.checked = true;
    box.addEventListener("change", () => { filter.classes[box.checked ? "add" : "delete"](c); apply(); });
    $("verdicts").append(element("label", { class: `check ${name}` }, box, element("span", { class: "dot" }), NAMES[c]), " ");
  });
  const setRange = (from, to) => {
    filter.from = from;
    filter.to = to;
    $("range").textContent = from === null ? "" : `${moment(from)} to ${moment(to)}`;
  };
  $("clear").addEventListener("click", () => {
    $("find").value = $("origin").value = "";
    $("danger").checked = false;
    for (const name of CLASSES) $(`verdict-${name}`).checked = true;
    Object.assign(filter, { words: [], classes: new Set(CLASSES.keys()), service: -1, danger: false });
    setRange(null, null);
    apply();
  });
  for (const button of document.querySelectorAll("button.find")) {
    button.addEventListener("click", () => { $("clear").click(); $("find").value = button.dataset.find; find(); $("rows-heading").scrollIntoView(); });
  }

  // Charts.
  const charts = [];
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    while (charts.length) charts.pop().destroy();
    Chart.defaults.color = colour("soft");
    Chart.defaults.borderColor = colour("line");
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    const common = { animation: false, responsive: true, maintainAspectRatio: false };
    const legend = { labels: { usePointStyle: true, boxHeight: 8 } };

    const t = data.timeline;
    if (t.bars.length) {
      $("timeline-section").hidden = false;
      const start = (bar) => (t.first + bar) * t.width * 1000;
      const label = (bar) => {
        const ms = start(bar);
        if (t.width >= 86400) return day(ms);
        return day(ms).slice(5) + " " + (t.width >= 60 ? clock(ms).slice(0, 5) : clock(ms));
      };
      const span = t.last - t.first + 1;
      const series = CLASSES.map((name, c) => {
        const values = new Array(span).fill(0);
        for (const [bar, counts] of t.bars) values[bar] = counts[c];
        return { label: NAMES[c], data: values, backgroundColor: colour(name), stack: "clicks", barPercentage: 1, categoryPercentage: span > 40 ? 1 : 0.9 };
      });
      charts.push(new Chart($("timeline"), {
        type: "bar",
        data: { labels: Array.from({ length: span }, (_, bar) => label(bar)), datasets: series },
        options: {
          ...common,
          interaction: { mode: "index", intersect: false },
          scales: { x: { stacked: true, grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 16 } }, y: { stacked: true, ticks: { precision: 0 }, beginAtZero: true } },
          plugins: { legend, tooltip: { filter: (item) => item.raw > 0, callbacks: { title: (items) => (items.length ? `from ${moment(start(items[0].dataIndex))} UTC` : "") } } },
          onClick: (event, items) => {
            if (!items.length) return;
            setRange(start(items[0].index), start(items[0].index + 1));
            apply();
            $("rows-heading").scrollIntoView();
          },
        },
      }));
    }

    const d = data.delays;
    if (d.cells.length) {
      $("delays-section").hidden = false;
      $("delays-box").style.height = `${Math.max(12, 5 + 2.1 * d.services.length)}rem`;
      const most = Math.max(...d.cells.map((cell) => cell[3]));
      const narrow = innerWidth < 700;
      const size = (n) => 3 + (narrow ? 7 : 11) * Math.sqrt(n / most) * (most > 1 ? 1 : 0.2);
      const series = CLASSES.map((name, c) => ({
        label: NAMES[c], backgroundColor: colour(name) + "b3", borderColor: colour(name), borderWidth: 1,
        data: d.cells.filter((cell) => cell[2] === c).map(([service, bin, , n]) => ({ x: bin / d.decade, y: service + (c - (CLASSES.length - 1) / 2) * 0.13, r: size(n), n, service })),
      }));
      const marks = [[d.before / d.decade, "before"], [-1, "0.1 s"], [0, "1 s"], [1, "10 s"], [Math.log10(60), "1 min"], [Math.log10(600), "10 min"], [Math.log10(3600), "1 h"],
        [Math.log10(36000), "10 h"], [Math.log10(86400 * 3), "3 d"], [Math.log10(86400 * 30), "30 d"]];
      const bins = d.cells.map((cell) => cell[1] / d.decade);
      const from = Math.min(-0.3, ...bins) - 0.2, to = Math.max(4, ...bins) + 0.3;
      const cut = (s) => (narrow && s.length > 14 ? s.slice(0, 13) + "\u2026" : s.length > 36 ? s.slice(0, 35) + "\u2026" : s);
      charts.push(new Chart($("delays"), {
        type: "bubble",
        data: { datasets: series },
        options: {
          ...common,
          clip: false,
          scales: {
            x: { min: from, max: to, afterBuildTicks: (axis) => { axis.ticks = marks.filter(([v]) => v >= from && v <= to).map(([value]) => ({ value })); },
              ticks: { callback: (value) => marks.find(([v]) => v === value)?.[1] ?? "", autoSkip: narrow, maxRotation: 0 } },
            y: { min: -0.6, max: d.services.length - 0.4, reverse: true, afterBuildTicks: (axis) => { axis.ticks = d.services.map((_, value) => ({ value })); },
              ticks: { callback: (value) => cut(d.services[value] ?? ""), autoSkip: false } },
          },
          plugins: { legend, tooltip: { callbacks: { label: (item) => `${d.services[item.raw.service]}: ${number.format(item.raw.n)} ${item.dataset.label}, ${
            item.raw.x * d.decade === d.before ? "before the message" : "about " + duration(10 ** item.raw.x) + " after the message"}` } } },
          onClick: (event, items) => {
            if (!items.length) return;
            const name = d.services[series[items[0].datasetIndex].data[items[0].index].service];
            const id = strings.indexOf(name);
            if (id < 0) return;
            $("origin").value = String(id);
            $("origin").dispatchEvent(new Event("change"));
            $("rows-heading").scrollIntoView();
          },
        },
      }));
    }
  };

  $("table-section").hidden = false;
  apply();
  draw();
  document.documentElement.dataset.ready = "true";
})();
