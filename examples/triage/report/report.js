// The page: it reads the data, and keeps what is shown and the address bar the same.

const PAGE = 50; // rows
const PRINTED = 500;

// readData reads the lines of the data. They are gzip in base64: small, and inert whatever the
// rows hold.
const readData = async () => {
  const text = $("data").textContent.trim();
  let bytes;
  if (Uint8Array.fromBase64) bytes = Uint8Array.fromBase64(text);
  else bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const [first, ...lines] = (await new Response(stream).text()).trimEnd().split("\n");
  const head = JSON.parse(first);
  const { strings, ...rows } = Object.fromEntries(lines.map((line) => JSON.parse(line)));
  for (const name of head.texts) rows[name] = Uint32Array.from(rows[name]);
  const isDouble = (i) => (rows.flags[i] & head.double) !== 0, total = rows.class.length;
  let doubles = 0;
  for (let i = 0; i < total; i++) if (isDouble(i)) doubles++;
  return {
    head, strings, rows, total, doubles, isDouble, classes: head.classes, names: head.classes.map((c) => c.replace("_", " ")),
    lower: strings.map((s) => s.toLowerCase()),
  };
};

const startPage = (data) => {
  const { rows, lower, total } = data;
  const state = { q: "", sort: { key: "", down: false }, group: "", page: 0 };
  const opened = new Set();
  let shown = new Uint32Array(0); // the rows that the filter lets through, in order
  let groups = []; // or the groups of them

  // Which rows are shown, and in which order. As they come, those that deserve a look first
  // are in front.
  const select = () => {
    const filter = compileFilter(state.q, data);
    $("problem").textContent = filter.problem;
    const keep = [];
    if (!filter.problem) for (let i = 0; i < total; i++) if (filter.test(i)) keep.push(i);
    if (state.sort.key) {
      const column = rows[state.sort.key], isText = state.sort.key !== "time" && state.sort.key !== "p";
      const sign = state.sort.down ? -1 : 1;
      keep.sort((a, b) => {
        const x = isText ? lower[column[a]] : column[a], y = isText ? lower[column[b]] : column[b];
        if (x === y) return a - b;
        if (x === null || x === "") return 1; // what is not known stands last either way
        if (y === null || y === "") return -1;
        return x < y ? -sign : sign;
      });
    }
    shown = Uint32Array.from(keep);
    groups = state.group ? groupsOf(data, shown, state.group) : [];
  };

  const render = (from = state.page * PAGE, n = PAGE) => {
    const body = state.group ? groupTable(data, groups.slice(from, from + n), state.group, state.q) : tableOf(data, shown.subarray(from, from + n), opened, state.sort);
    const all = state.group ? groups.length : shown.length;
    $("body").replaceChildren(all ? body : element("p", { class: "nothing" }, total ? "No click is like that." : "There are no clicks."));
    const pages = Math.max(1, Math.ceil(all / PAGE));
    const of = shown.length && data.isDouble(shown[0]) ? total : total - data.doubles; // a click counts once
    const clicks = state.q ? `${number(shown.length)} of ${plural(of, "click")}` : plural(shown.length, "click");
    $("shown").textContent = state.group ? `${plural(groups.length, "group")} of ${clicks}` : clicks;
    $("page").textContent = `page ${number(state.page + 1)} of ${number(pages)}`;
    $("pages").hidden = pages === 1;
    $("first").disabled = $("previous").disabled = state.page === 0;
    $("next").disabled = $("last").disabled = state.page >= pages - 1;
    for (const id of ["copy-link", "copy-indicators", "save-csv", "save-ndjson"]) $(id).disabled = shown.length === 0;
  };

  // The address bar has what is shown.
  const address = () => {
    const p = new URLSearchParams();
    if (state.q) p.set("q", state.q);
    if (state.sort.key) p.set("sort", (state.sort.down ? "-" : "") + state.sort.key);
    if (state.group) p.set("group", state.group);
    if (state.page) p.set("page", state.page + 1);
    return "#" + p;
  };
  const remember = () => history.replaceState(null, "", address());

  const show = () => {
    $("find").value = state.q;
    $("group").value = state.group;
    select();
    const pages = Math.max(1, Math.ceil((state.group ? groups.length : shown.length) / PAGE));
    state.page = Math.min(Math.max(state.page, 0), pages - 1);
    render();
    for (const a of document.querySelectorAll("a.filter")) {
      if (state.q && new URLSearchParams((a.hash || "").slice(1)).get("q") === state.q) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    }
  };

  const toTable = () => { $("rows-heading").focus({ preventScroll: true }); $("rows-heading").scrollIntoView(); };

  // fromAddress shows what the address bar names: a filter, or a row of a file.
  const fromAddress = () => {
    const p = new URLSearchParams(location.hash.slice(1));
    const known = ["q", "sort", "group", "page", "row"].some((name) => p.has(name));
    if (!known && location.hash.length > 1) return; // a place in the page
    state.q = p.get("q") || "";
    const sort = p.get("sort") || "", key = sort.replace("-", "");
    state.sort = COLUMNS.some(([name]) => name === key) ? { key, down: sort.startsWith("-") } : { key: "", down: false };
    state.group = [...$("group").options].some((o) => o.value === p.get("group")) ? p.get("group") : "";
    state.page = (parseInt(p.get("page"), 10) || 1) - 1;
    opened.clear();
    if (p.has("row")) {
      const i = rowAt(p.get("file"), Number(p.get("row")));
      if (i >= 0) {
        state.q = data.isDouble(i) ? "duplicate:yes" : "";
        show();
        state.page = Math.floor(shown.indexOf(i) / PAGE);
        opened.add(i);
      }
    }
    show();
    if (p.has("row") && opened.size) document.querySelector("#body .open[aria-expanded=true]").scrollIntoView({ block: "center" });
    else if (known) toTable();
  };
  const rowAt = (file, row) => {
    for (let i = 0; i < total; i++) if (rows.row[i] === row && data.strings[rows.file[i]] === file) return i;
    return -1;
  };

  // Controls.
  const change = (values) => { Object.assign(state, { page: 0 }, values); show(); remember(); };
  let pause;
  $("find").addEventListener("input", () => {
    clearTimeout(pause);
    const find = () => { state.q = $("find").value; state.page = 0; select(); render(); remember(); };
    if (total <= 5000) find();
    else pause = setTimeout(find, 150);
  });
  $("filters").addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); change({ q: $("find").value.trim() }); });
  $("group").addEventListener("change", () => change({ group: $("group").value }));
  $("clear").addEventListener("click", () => change({ q: "", group: "", sort: { key: "", down: false } }));
  const go = (page) => { state.page = page; show(); remember(); toTable(); };
  $("first").addEventListener("click", () => go(0));
  $("previous").addEventListener("click", () => go(state.page - 1));
  $("next").addEventListener("click", () => go(state.page + 1));
  $("last").addEventListener("click", () => go(Infinity));
  addEventListener("hashchange", fromAddress);
  addEventListener("click", (event) => { // the address bar may have it already
    const a = event.target.closest("a.filter");
    if (a && a.hash === location.hash) fromAddress();
  });

  const toggle = (button) => {
    const i = Number(button.dataset.row);
    if (opened.delete(i)) {
      button.setAttribute("aria-expanded", "false");
      $(`detail-${i}`)?.remove();
    } else {
      opened.add(i);
      button.setAttribute("aria-expanded", "true");
      button.closest("tr").after(rowDetails(data, i));
    }
  };
  $("body").addEventListener("click", (event) => {
    const at = event.target, sort = at.closest("[data-sort]"), own = at.closest("a, button");
    if (sort) {
      const key = sort.dataset.sort, s = state.sort, down = key === "p" || key === "time"; // the most telling first
      change({ sort: s.key !== key ? { key, down } : s.down === down ? { key, down: !down } : { key: "", down: false } });
      document.querySelector(`[data-sort="${key}"]`).focus();
      return;
    }
    const button = own ? own.closest(".open") : at.closest("tr.row")?.querySelector(".open");
    if (button && (own || !getSelection().toString())) toggle(button);
  });

  // What can be taken along.
  const said = (text) => { $("done").textContent = text; };
  const copied = async (what, text) => said((await copyText(text)) ? `${what} copied.` : `${what} could not be copied.`);
  const linkTo = (hash) => location.href.replace(/#.*/, "") + hash;
  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { copy, json, link } = button.dataset;
    if (copy) copied("Query", $(copy).textContent);
    if (json) copied("Row", JSON.stringify(record(data, Number(json)), null, 2));
    if (link) copied("Link", linkTo("#" + new URLSearchParams({ file: data.strings[rows.file[link]], row: rows.row[link] })));
  });
  $("copy-link").addEventListener("click", () => copied("Link", linkTo(address())));
  $("copy-indicators").addEventListener("click", () => {
    const list = indicatorsOf(data, shown);
    copied(plural(list.length, "indicator"), list.join("\n"));
  });
  $("save-csv").addEventListener("click", () => { saveText("clicks.csv", "text/csv", csvOf(data, shown)); said(`${plural(shown.length, "row")} saved.`); });
  $("save-ndjson").addEventListener("click", () => { saveText("clicks.ndjson", "application/x-ndjson", ndjsonOf(data, shown)); said(`${plural(shown.length, "row")} saved.`); });

  // Print what is shown, up to a bound, and say what is not there.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll(".findings > details:not([open])")]; // of those behind "more", the titles
    for (const d of unfolded) d.open = true;
    const all = state.group ? groups.length : shown.length, printed = Math.min(all, PRINTED);
    render(0, PRINTED);
    const left = [];
    if (all > printed) left.push(`${number(all - printed)} more ${state.group ? "groups" : "clicks"} that the filter lets through`);
    const filtered = total - data.doubles - shown.length;
    if (filtered > 0) left.push(`${plural(filtered, "click")} that it does not`);
    if (data.doubles) left.push(`${plural(data.doubles, "row")} that came twice`);
    if (data.head.leftOut) left.push(`${plural(data.head.leftOut, "click")} that the report does not hold`);
    $("printed").textContent = `Printed ${moment(Date.now()).slice(0, 16)} UTC${state.q ? `, filter ${state.q}` : ""}. ${number(printed)} ${state.group ? "groups" : "clicks"} printed${left.length ? `; not printed: ${left.join(", ")}` : ", all that there are"}.`;
    $("printed").hidden = false;
  });
  addEventListener("afterprint", () => {
    for (const d of unfolded) d.open = false;
    $("printed").hidden = true;
    render();
  });

  $("table-section").hidden = false;
  fromAddress();
};

(async () => {
  // Theme: the system's, unless the button says otherwise.
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const name = () => { $("theme").textContent = isDark() ? "Light" : "Dark"; };
  name();
  dark.addEventListener("change", name);
  $("theme").hidden = false;
  $("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); });

  let data;
  try {
    data = await readData();
  } catch {
    $("failed").textContent = "The table could not be read: this browser is too old, or the file is not whole.";
    $("failed").hidden = false;
    return;
  }
  startPage(data);
  root.dataset.ready = "true";
})();
