// What can be taken along: text for the clipboard, and files.

// copyText puts a text on the clipboard.
const copyText = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = element("textarea", { readonly: "", class: "away", "aria-hidden": "true", tabindex: "-1" });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
};

// saveText gives a text to the user as a file. Nothing is sent.
const saveText = (name, type, parts) => {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
};

// reasonsOf returns the reasons of a text, which many rows share.
const knownReasons = new Map();
const reasonsOf = ({ strings, head }, id) => {
  if (!knownReasons.has(id)) {
    knownReasons.set(id, strings[id].split("|").filter(Boolean).map(parseReason).map((r) =>
      ({ rule: head.ruleIds[r.rule], text: `${head.rules[r.rule]} ${r.saw}`.trim(), machine: r.machine, other: r.other, counted: r.counted })));
  }
  return knownReasons.get(id);
};

// record is a row with the names that --format ndjson gives.
const record = (data, i) => {
  const { rows, strings, head } = data;
  const s = (column) => strings[rows[column][i]] || null;
  const bits = (set, names) => names.filter((_, bit) => (set >>> bit) & 1);
  const reasons = reasonsOf(data, rows.reasons[i]);
  return {
    timestamp: rows.time[i] === null ? null : new Date(rows.time[i]).toISOString(), account: s("account"), action: s("action"), workload: s("workload"), ip: s("ip"),
    original_url: s("url"), site: s("site"), danger: s("danger"), network_message_id: s("message"), subject: s("subject"), sender: s("sender"), priority: rows.priority[i], file: s("file"), row: rows.row[i],
    class: data.classes[rows.class[i]], p_automated: rows.p[i], p_owner: rows.owner[i], p_other: rows.other[i], service: s("service"), from: s("place"),
    delay_seconds: rows.delay[i], causes: (s("causes") || "").split(" ").filter(Boolean),
    reasons,
    flags: bits(rows.flags[i], head.flagIds), versions: head.versions,
  };
};

// csvCell writes a cell. No cell starts a formula, whether a spreadsheet splits at commas or at
// semicolons.
const csvCell = (value) => {
  let s = value === null ? "" : Array.isArray(value) ? value.map((v) => (typeof v === "string" ? v : v.text)).join(typeof value[0] === "string" ? " " : ". ") : String(value);
  if (!/[=+\-@",;\t\r\n]/.test(s)) return s;
  if (!/^-?[\d.]+(?:e-?\d+)?$/.test(s)) s = s.replace(/(^|[;,\t\r\n])(\s*)(?=[=+\-@])/g, "$1$2'");
  return /[",;\t\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
};

const csvOf = (data, list) => {
  const parts = [];
  for (const i of list) {
    const r = record(data, i);
    if (!parts.length) parts.push(Object.keys(r).join(",") + "\r\n");
    parts.push(Object.values(r).map(csvCell).join(",") + "\r\n");
  }
  return parts;
};

const ndjsonOf = (data, list) => Array.from(list, (i) => JSON.stringify(record(data, i)) + "\n");

// indicatorsOf lists the addresses of rows, and the sites and links of those that are
// dangerous, defanged.
const indicatorsOf = (data, list) => {
  const { rows, strings } = data;
  const ids = { ip: new Set(), site: new Set(), url: new Set() };
  for (const i of list) {
    ids.ip.add(rows.ip[i]);
    if (rows.danger[i]) ids.site.add(rows.site[i]).add(0) && ids.url.add(rows.url[i]);
  }
  return ["site", "url", "ip"].flatMap((kind) => [...ids[kind]].filter(Boolean).map((id) => defang(strings[id])).sort());
};
