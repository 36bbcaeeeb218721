// The filter: from the text of the search box to a test of rows.

const FIELDS = ["class", "account", "ip", "service", "site", "url", "action", "dangerous", "opened", "duplicate", "priority", "message", "subject", "sender", "file", "workload", "from", "to"];

// parseFilter takes a text apart: terms { field, values, not }, of which field "" are words.
const parseFilter = (text) => {
  const terms = [];
  const term = /\s*(-?)(?:([a-z]+):)?((?:"(?:[^"\\]|\\.)*"?|[^\s"])*)/gy;
  for (let m; (m = term.exec(text)) && m[0].trim(); ) {
    let [, not, field, rest] = m;
    if (field !== undefined && !FIELDS.includes(field)) rest = `${field}:${rest}`;
    if (FIELDS.includes(field)) terms.push({ field, not: not !== "", values: splitValues(rest) });
    else if (not + rest) terms.push({ field: "", not: not !== "" && rest !== "", values: [refang(unquote(rest || not)).toLowerCase()] });
  }
  return terms;
};

const unquote = (s) => s.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inner) => inner.replace(/\\(.)/g, "$1"));

// splitValues splits at commas outside of quotes.
const splitValues = (s) => (s.match(/(?:"(?:[^"\\]|\\.)*"?|[^,"])+/g) || [""]).map((v) => refang(unquote(v)).trim().toLowerCase());

// parseAddress returns the 16 bytes of an address, null if it is none.
const parseAddress = (s) => {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(s);
  if (v4) {
    const bytes = v4.slice(1).map(Number);
    return bytes.every((b) => b < 256) ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...bytes] : null;
  }
  if (!/^[0-9a-f:]+(?:\d+\.\d+\.\d+\.\d+)?$/.test(s) || !s.includes(":")) return null;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(s);
  if (tail) {
    const b = parseAddress(tail[2]);
    if (!b) return null;
    s = tail[1] + ((b[12] << 8) | b[13]).toString(16) + ":" + ((b[14] << 8) | b[15]).toString(16);
  }
  const halves = s.split("::");
  if (halves.length > 2) return null;
  const groups = halves.map((h) => (h ? h.split(":") : []));
  const gap = 8 - groups.flat().length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  const all = halves.length === 2 ? [...groups[0], ...Array(gap).fill("0"), ...groups[1]] : groups[0];
  return all.every((g) => /^[0-9a-f]{1,4}$/.test(g)) ? all.flatMap((g) => [parseInt(g, 16) >> 8, parseInt(g, 16) & 255]) : null;
};

// parsePrefix returns { bytes, bits }, null if s is neither an address nor a prefix.
const parsePrefix = (s) => {
  const [address, length] = s.split("/");
  const bytes = parseAddress(address);
  if (!bytes || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const v4 = !address.includes(":");
  const bits = length === undefined ? 128 : Number(length) + (v4 ? 96 : 0);
  return bits <= 128 ? { bytes, bits } : null;
};

const inPrefix = (bytes, p) => {
  for (let i = 0; i * 8 < p.bits; i++) {
    const mask = p.bits >= i * 8 + 8 ? 255 : (255 << (8 - (p.bits - i * 8))) & 255;
    if ((bytes[i] ^ p.bytes[i]) & mask) return false;
  }
  return true;
};

// parseTime returns milliseconds, null if s is no time. A day alone stands for its beginning,
// or for its end.
const parseTime = (s, end) => {
  const m = /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(z|[+-]\d\d:\d\d)?)?$/.exec(s);
  if (!m) return null;
  const ms = Date.parse(m[2] ? `${m[1]}T${m[2]}${(m[3] || "z").toUpperCase()}` : `${m[1]}T00:00:00Z`);
  return Number.isNaN(ms) ? null : ms + (end && !m[2] ? 86400000 : 0);
};

// compileFilter returns { test, problem }: a test of a row by its number, or what is wrong with
// the text. A test of a text is made once for each different text.
const compileFilter = (text, data) => {
  const { rows, strings, lower, classes } = data;
  let problem = "";
  const wrong = (message) => { problem = problem || message; return () => true; };

  const ofText = (columns, test) => {
    const known = new Uint8Array(strings.length); // 0: not asked yet, 1: no, 2: yes
    const found = new Uint8Array(data.total);
    for (const column of columns) {
      for (let i = 0; i < column.length; i++) {
        const id = column[i];
        if (known[id] === 0) known[id] = test(id) ? 2 : 1;
        if (known[id] === 2) found[i] = 1;
      }
    }
    return (i) => found[i] === 1;
  };
  const contains = (columns, values) => ofText(columns.map((c) => rows[c]), (id) => values.some((v) => lower[id].includes(v)));
  const yes = (values, field, test) => {
    const wanted = { "": true, yes: true, true: true, no: false, false: false }[values[0]];
    return wanted === undefined || values.length > 1 ? wrong(`${field}: is yes or no`) : (i) => test(i) === wanted;
  };

  const tests = {
    "": (values) => contains(["account", "url", "site", "ip", "place", "service", "workload", "action", "message", "subject", "sender", "danger", "file"], values.map(unwrapped)),
    class: (values) => {
      const wanted = values.map((v) => classes.indexOf(v.replaceAll(" ", "_")));
      return wanted.includes(-1) ? wrong(`class: is one of ${classes.join(", ")}`) : (i) => wanted.includes(rows.class[i]);
    },
    ip: (values) => {
      const prefixes = values.map((v) => (v === "none" ? null : parsePrefix(v)));
      const bad = values.find((v, i) => v !== "none" && !prefixes[i]);
      if (bad !== undefined) return wrong(`${bad || "ip:"} is neither an address nor a prefix`);
      return ofText([rows.ip], (id) => {
        const bytes = parseAddress(lower[id].replace(/%.*/, ""));
        return prefixes.some((p) => (p ? bytes && inPrefix(bytes, p) : id === 0));
      });
    },
    site: (values) => {
      const wanted = values.map((v) => (hostOf(v) || v.replace(/[\\/].*/, "")).replace(/^\.+|\.+$/g, ""));
      const below = (host) => wanted.some((w) => host === w || host.endsWith("." + w));
      const ofLink = ofText([rows.url], (id) => below(hostOf(lower[id]))), ofSite = ofText([rows.site], (id) => below(lower[id]));
      return (i) => ofSite(i) || ofLink(i);
    },
    dangerous: (values) => yes(values, "dangerous", (i) => rows.danger[i] !== 0),
    opened: (values) => yes(values, "opened", (i) => rows.opened[i] === 1),
    duplicate: (values) => yes(values, "duplicate", (i) => data.isDouble(i)),
    priority: (values) => {
      const wanted = values.map(Number);
      return wanted.every((n) => n >= 1 && n <= 5) ? (i) => wanted.includes(rows.priority[i]) : wrong("priority: is a number from 1 to 5");
    },
    from: (values) => {
      const at = parseTime(values[0], false);
      return at === null ? wrong("from: is a time such as 2026-08-03 or 2026-08-03T09:14Z") : (i) => rows.time[i] !== null && rows.time[i] >= at;
    },
    to: (values) => {
      const at = parseTime(values[0], true);
      return at === null ? wrong("to: is a time such as 2026-08-03 or 2026-08-03T09:14Z") : (i) => rows.time[i] !== null && rows.time[i] < at;
    },
    url: (values) => contains(["url"], values.map(unwrapped)),
    service: (values) => contains(["service", "place"], values),
  };
  for (const field of ["account", "action", "message", "subject", "sender", "file", "workload"]) tests[field] = (values) => contains([field], values);

  const terms = parseFilter(text);
  const compiled = terms.map(({ field, values, not }) => {
    const test = tests[field](values);
    return not ? (i) => !test(i) : test;
  });
  if (!terms.some((t) => t.field === "duplicate")) compiled.push((i) => !data.isDouble(i));
  return { problem, test: (i) => {
    for (let t = 0; t < compiled.length; t++) if (!compiled[t](i)) return false;
    return true;
  } };
};

// unwrapped returns the link inside a Safe Link.
const unwrapped = (value) => {
  const m = /^https?:\/\/[a-z0-9.-]+\.safelinks\.protection\.outlook\.(?:com|cn|us)\/.*[?&]url=([^&]+)/.exec(value);
  try { return m ? decodeURIComponent(m[1]) : value; } catch { return value; }
};
