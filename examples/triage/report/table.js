// The table: rows, groups of rows, and what a row says when it is opened.

const COLUMNS = [["time", "Time (UTC)"], ["p", "Who"], ["account", "Account"], ["ip", "Address and network"], ["action", "Action"], ["site", "Site and link"]];
const WARNING = "\u26a0";

const row = (cls, ...cells) => element("tr", { class: cls, role: "row" }, ...cells);
const cell = (cls, ...content) => element("td", { class: cls, role: "cell" }, ...content);

// filterLink is a link that sets the filter, as those in the text are.
const filterLink = (text, q, sort) => element("a", { class: "filter", href: "#" + new URLSearchParams(sort ? { q, sort } : { q }) }, text);

// term writes a term of the filter.
const term = (field, value) => `${field}:${/[\s,"\\]/.test(value) || !value ? `"${value.replace(/["\\]/g, "\\$&")}"` : value}`;

// queryOf returns the query that fetches what would tell most of a row, "" if there is none.
const queryOf = (data, i) => {
  const { rows, strings, head } = data;
  const q = head.queries.find((q) => q.missing === rows.next[i] && q.address === (rows.ip[i] !== 0));
  if (!q || (q.text.includes(head.marks.account) && rows.account[i] === 0) || (q.text.includes(head.marks.message) && rows.message[i] === 0) ||
      (q.text.includes(head.marks.time) && rows.time[i] === null)) return "";
  const kql = (s) => '"' + s.replace(/\\/g, "\\\\").replace(/"/g, '\\"') + '"';
  const values = {
    [kql(head.marks.account)]: kql(strings[rows.account[i]]), [kql(head.marks.address)]: kql(strings[rows.ip[i]]),
    [kql(head.marks.message)]: kql(strings[rows.message[i]]), [head.marks.time]: rows.time[i] === null ? "" : new Date(rows.time[i]).toISOString(),
  };
  // One pass, so that no value is taken for a mark.
  const marks = Object.keys(values).map((m) => m.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return q.text.replace(new RegExp(marks.join("|"), "g"), (m) => values[m]);
};

// parseReason reads a reason: see reasonLines.
const parseReason = (line) => {
  const [, rule, machine, other, counted, saw] = /^(\d+) (\S+) (\S+) ([01]) (.*)$/.exec(line);
  return { rule: Number(rule), machine: Number(machine), other: Number(other), counted: counted === "1", saw };
};
const signed = (n) => (n > 0 ? "+" : "") + n.toFixed(1).replace("-", "\u2212");

const who = (data, i) => element("span", { class: data.classes[data.rows.class[i]] }, element("span", { class: "dot" }), data.names[data.rows.class[i]]);

// shortAction leaves out of an ActionType what every one begins with.
const shortAction = (s) => s.replace(/^Click(?=[A-Z])/, "").replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`).toLowerCase();

// breakable lets a line end in front of an at sign.
const breakable = (s) => s.split(/(?=@)/).flatMap((part, n) => (n ? [element("wbr"), part] : [part]));

// mailShown shows the subject and the sender of a message, if they are known.
const mailShown = (subject, sender) => {
  const parts = [subject && `\u201c${cutEnd(subject, 80)}\u201d`, sender && `from ${sender}`].filter(Boolean);
  return parts.length ? [element("bdi", { class: "second" }, parts.join(" "))] : [];
};

const tableRow = (data, i, opened) => {
  const { rows, strings } = data;
  const s = (column) => strings[rows[column][i]];
  const button = element("button", { type: "button", class: "open", "aria-expanded": String(opened), "aria-controls": `detail-${i}`, "data-row": i }, toTheSecond(rows.time[i]));
  const p = [`P(machine) ${probability(rows.p[i])}`];
  if (rows.other[i] >= 0.02) p.push(`other ${probability(rows.other[i])}`);
  const action = cell("", shortAction(s("action")) || "no action");
  if (rows.danger[i]) action.append(element("span", { class: "danger" }, element("span", { "aria-hidden": "true" }, WARNING), ` ${s("danger")}`));
  return row(`row${rows.danger[i] ? " dangerous" : ""}`,
    cell("when", button),
    cell("", who(data, i), element("span", { class: "second" }, p.join(", "))),
    cell("account", element("bdi", {}, ...breakable(s("account") || "no account"))),
    cell("", element("bdi", {}, s("ip") || "no address"), element("span", { class: "second" }, rows.ip[i] ? s("service") : "")),
    action,
    cell("link", rows.url[i] ? linkShown(s("url"), s("site"), s("wire")) : "no link", ...mailShown(s("subject"), s("sender"))));
};

// rowDetails is what a row says when it is opened.
const rowDetails = (data, i) => {
  const { rows, strings, head } = data;
  const s = (column) => strings[rows[column][i]];
  const list = element("dl");
  const add = (name, ...content) => { if (content.length && content[0]) list.append(element("dt", {}, name), element("dd", {}, ...content)); };
  const bits = (set, names) => names.filter((_, bit) => (set >>> bit) & 1);
  add("click", [moment(rows.time[i]), s("account"), s("workload"), s("action")].filter(Boolean).join(", "));
  add("link", s("url"));
  add("host", s("wire"));
  if (rows.danger[i]) add("danger", element("span", { class: "danger" }, element("span", { "aria-hidden": "true" }, WARNING), ` ${s("danger")}`));
  add("from", s("place"));
  if (rows.delay[i] !== null) add("delay", duration(rows.delay[i]));
  const reasons = element("ul");
  for (const line of s("reasons") ? s("reasons").split("|") : []) {
    const r = parseReason(line);
    const notes = (r.other ? `; for somebody else ${signed(r.other)}` : "") + (r.counted ? "" : "; did not count: a stronger sign of the same kind did, or it was set aside");
    reasons.append(element("li", r.counted ? {} : { class: "aside" }, element("span", { class: "weight" }, signed(r.machine)),
      element("span", {}, `${head.rules[r.rule]} ${r.saw}`.trim() + notes)));
  }
  add("because", reasons.children.length ? reasons : "nothing in the row counts for or against a person");
  add("who", `P(machine) ${probability(rows.p[i])}, P(owner) ${probability(rows.owner[i])}, P(somebody else) ${probability(rows.other[i])}`);
  add("may be", s("causes").split(" ").filter(Boolean).map((c) => head.causes[c] || c).join("; "));
  for (const flag of bits(rows.flags[i], head.flags)) add("note", flag);
  add("missing", bits(rows.missing[i], head.missing).join(", "));
  add("failed", bits(rows.failed[i], head.missing).join(", "));
  const q = queryOf(data, i);
  if (q) add("query", element("pre", { tabindex: "0", id: `query-${i}` }, q));
  add("subject", s("subject"));
  add("sender", s("sender"));
  add("message", s("message"));
  add("place", `${s("file")}, row ${number(rows.row[i])}`);

  const links = element("p", { class: "links" });
  const link = (text, q, sort) => links.append(filterLink(text, q, sort), " ");
  if (rows.account[i]) {
    const account = term("account", s("account"));
    if (rows.time[i] !== null) {
      link("\u00b1 15 minutes of this account", `${account} from:${iso(rows.time[i] - 900000)} to:${iso(rows.time[i] + 900001)}`, "time");
    }
    link("This account", account, "-time");
  }
  if (rows.ip[i]) link("This address", term("ip", s("ip")));
  if (rows.message[i]) link("This message", term("message", s("message")));
  if (rows.sender[i]) link("This sender", term("sender", s("sender")));
  if (rows.site[i]) link("This site", term("site", s("site")));
  const buttons = element("p", { class: "links" });
  if (q) buttons.append(element("button", { type: "button", "data-copy": `query-${i}` }, "Copy the query"), " ");
  buttons.append(element("button", { type: "button", "data-json": i }, "Copy the row as JSON"), " ",
    element("button", { type: "button", "data-link": i }, "Copy a link to the row"));
  return element("tr", { class: "detail", id: `detail-${i}`, role: "row" }, element("td", { colspan: COLUMNS.length, role: "cell" }, list, links, buttons));
};

// tableOf is a table of rows. sort is { key, down }.
const tableOf = (data, list, opened, sort) => {
  const head = row("");
  for (const [key, title] of COLUMNS) {
    const sorted = sort.key === key ? (sort.down ? "descending" : "ascending") : "none";
    head.append(element("th", { scope: "col", role: "columnheader", class: `c-${key}`, "aria-sort": sorted, "data-title": title }, element("button", { type: "button", "data-sort": key }, title)));
  }
  const body = element("tbody", { role: "rowgroup" });
  for (const i of list) {
    body.append(tableRow(data, i, opened.has(i)));
    if (opened.has(i)) body.append(rowDetails(data, i));
  }
  return element("table", { id: "rows", role: "table", "aria-labelledby": "rows-heading" }, element("thead", { role: "rowgroup" }, head), body);
};

// groupsOf puts rows together by a column, in the order in which they come.
const groupsOf = (data, shown, column) => {
  const groups = new Map();
  for (const i of shown) {
    const id = data.rows[column][i];
    let g = groups.get(id);
    if (!g) groups.set(id, (g = { id, clicks: 0, accounts: new Set(), classes: new Array(data.classes.length).fill(0), dangerous: 0, first: null, last: null }));
    g.clicks++;
    g.accounts.add(data.rows.account[i]);
    g.classes[data.rows.class[i]]++;
    if (data.rows.danger[i]) g.dangerous++;
    const t = data.rows.time[i];
    if (t !== null) {
      g.first = g.first === null ? t : Math.min(g.first, t);
      g.last = g.last === null ? t : Math.max(g.last, t);
    }
  }
  return [...groups.values()];
};

const GROUP_NAMES = { ip: "address", service: "network" };

const groupTable = (data, groups, column, q) => {
  const warned = (n) => (n ? [element("span", { class: "danger" }, element("span", { "aria-hidden": "true" }, WARNING), ` ${number(n)}`)] : ["0"]);
  const counts = [["clicks", (g) => [number(g.clicks)]], ["accounts", (g) => [number(g.accounts.size)]], ["dangerous", (g) => warned(g.dangerous)]]
    .filter(([title]) => title !== "accounts" || column !== "account");
  const th = (cls, title) => element("th", { scope: "col", role: "columnheader", class: cls }, title);
  const head = row("", th("", GROUP_NAMES[column] || column), ...counts.map(([title]) => th("n", title)), th("", "first to last (UTC)"), th("", "who"));
  const body = element("tbody", { role: "rowgroup" });
  for (const g of groups) {
    const name = data.strings[g.id];
    const own = column === "ip" && !name ? "ip:none" : name ? term(column, name) : "";
    const classes = g.classes.flatMap((n, c) => (n ? [`${number(n)} ${data.names[c]}`] : [])).join(", ");
    const tr = row("row", cell("account", own ? filterLink(name || "no address", `${q} ${own}`.trim()) : `no ${column}`));
    for (const [title, of] of counts) {
      const td = cell("n", ...of(g));
      td.dataset.label = title;
      tr.append(td);
    }
    tr.append(cell("when", g.first === null ? "no time" : g.first === g.last ? toTheSecond(g.first) : `${toTheSecond(g.first)} to ${toTheSecond(g.last)}`), cell("", classes));
    body.append(tr);
  }
  return element("table", { id: "groups", role: "table", "aria-labelledby": "rows-heading" }, element("thead", { role: "rowgroup" }, head), body);
};
