"use strict";
// Words for values, and links.

const $ = (id) => document.getElementById(id);

// element makes an element. Strings among the children become text, never markup.
const element = (tag, attributes, ...children) => {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) e.setAttribute(name, value);
  e.append(...children);
  return e;
};

const number = (n) => String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");
const plural = (n, noun) => `${number(n)} ${noun}${n === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;

const iso = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");
const moment = (ms) => (ms === null ? "no time" : iso(ms).replace("T", " ").replace("Z", ""));
const toTheSecond = (ms) => (ms === null ? "no time" : moment(ms).slice(0, 19));
const duration = (s) => {
  const a = Math.abs(s);
  const [n, unit] = a < 10 ? [a.toFixed(1), "second"] : a < 90 ? [Math.round(a), "second"] : a < 5400 ? [Math.round(a / 60), "minute"] :
    a < 129600 ? [Math.round(a / 3600), "hour"] : [Math.round(a / 86400), "day"];
  return `${n} ${unit}${String(n) === "1" ? "" : "s"} ${s < 0 ? "before" : "after"} the message`;
};
const probability = (p) => (p < 0.001 ? "<0.001" : p > 0.999 ? ">0.999" : p < 0.01 || p > 0.99 ? p.toFixed(3) : p.toFixed(2));

// refang undoes what keeps a link from being clicked; defang does it.
const refang = (s) => s.replace(/\[\.\]|\(\.\)|\[dot\]/gi, ".").replace(/\[:\]/g, ":").replace(/\[:\/\/\]/g, "://").replace(/\[@\]|\[at\]/gi, "@")
  .replace(/\b(?:hxxp|meow)(s?):/gi, "http$1:");
const defang = (s) => s.replace(/^http/i, "hxxp").replace(/[.]/g, "[.]").replace(/^([0-9a-f]*):(?=[0-9a-f:]*$)/i, "$1[:]");

// hostOf returns the host of a link as the link has it, in small letters, "" if there is none.
const hostOf = (link) => {
  const m = /^[a-z][a-z0-9+.-]*:[\\/]{2,}([^\\/?#]*)/i.exec(link);
  return m ? m[1].slice(m[1].lastIndexOf("@") + 1).replace(/:\d*$/, "").toLowerCase() : "";
};

// linkParts takes a link apart for showing: what is in front of the site, the site, the name
// that its host has on the wire if that is another, and what follows.
const linkParts = (link, site, wire) => {
  const host = hostOf(link);
  if (!host) return { before: "", site: site || link, wire, after: "" };
  const end = site && (host === site || host.endsWith("." + site)) ? site : host;
  const start = link.toLowerCase().indexOf(host, link.search(/[\\/]{2}/));
  const named = (s) => s.replace(/\[u\+([0-9a-f]+)\]/g, (name) => name.toUpperCase());
  return { before: named(host.slice(0, host.length - end.length)), site: named(end), wire, after: link.slice(start + host.length) };
};

// cutEnd and cutStart shorten a text.
const cutEnd = (s, n) => (s.length > n ? s.slice(0, n) + "\u2026" : s);
const cutStart = (s, n) => (s.length > n ? "\u2026" + s.slice(s.length - n) : s);

// linkShown shows a link: the site is whole, a long name in front of it is cut in front, and a
// long path at its end, so that no host ever looks like another.
const linkShown = (link, site, wire) => {
  const p = linkParts(link, site.toLowerCase(), wire);
  const host = element("span", { class: "host" }, element("span", { class: "below" }, cutStart(p.before, 60)), element("strong", {}, p.site));
  if (p.wire) host.append(element("span", { class: "wire" }, ` (${p.wire})`));
  const out = element("bdi", {}, host);
  if (p.after && p.after !== "/") out.append(element("span", { class: "path" }, cutEnd(p.after, 70)));
  return out;
};
