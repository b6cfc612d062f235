// Slack's mrkdwn and Markdown, into elements. Whatever is not understood stays text.

import { h } from "./dom.js";
import { written } from "./dates.js";
import { withEmoji } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const plain = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);
const MARKS = { "*": "strong", _: "em", "~": "s" };

export function link(url, ...label) {
  const safe = /^(https?:|mailto:)/i.test(url);
  const words = label.length ? label : [url];
  return safe
    ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url }, words)
    : h("span", { class: "deadlink" }, words);
}

export const mention = (words) => h("span", { class: "mention" }, words);

export function mrkdwn(text, names) {
  const pieces = text.split(/```\n?([\s\S]*?)```/);
  return pieces.flatMap((piece, at) =>
    at % 2 ? h("pre", {}, angled(piece, names, plain)) : quoted(piece, names),
  );
}

function quoted(text, names) {
  const nodes = [];
  let quote = null;
  text.split("\n").forEach((line, at) => {
    const inside = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (!inside) {
      if (at && !quote) nodes.push(h("br"));
      quote = null;
      nodes.push(...inline(line, names));
      return;
    }
    if (quote) quote.append(h("br"), ...inline(inside[1], names));
    else nodes.push((quote = h("blockquote", {}, inline(inside[1], names))));
  });
  return nodes;
}

function inline(text, names) {
  const pieces = text.split(/`([^`\n]+)`/);
  return pieces.flatMap((piece, at) =>
    at % 2 ? h("code", {}, angled(piece, names, plain)) : marked(piece, names),
  );
}

function marked(text, names) {
  // A mark opens after a space or punctuation and closes before one, never inside <…>.
  const found = /(^|[\s([{"'.,;:!?—–-])([*_~])(?=\S)((?:<[^>]*>|(?!\2).)*?\S)\2(?=$|[\s)\]}"'.,;:!?—–-])/.exec(text);
  if (!found) return angled(text, names, (one) => withEmoji(plain(one)));
  const before = text.slice(0, found.index) + found[1];
  const after = text.slice(found.index + found[0].length);
  const body = h(MARKS[found[2]], {}, marked(found[3], names));
  return [...marked(before, names), body, ...marked(after, names)];
}

function angled(text, names, words) {
  const pieces = text.split(/<([^<>]+)>/);
  return pieces.flatMap((piece, at) => (at % 2 ? special(piece, names) : piece ? words(piece) : []));
}

function special(inside, names) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (target.startsWith("@")) return mention(`@${names.person(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return mention(`#${names.channel(target.slice(1)) ?? label ?? "private channel"}`);
  if (target.startsWith("!subteam^")) return mention(`@${names.group(target.slice(9)) ?? label ?? "group"}`);
  if (target.startsWith("!date^")) return moment(target.slice(6), label);
  if (target.startsWith("!")) return mention(`@${label ?? target.slice(1)}`);
  return link(plain(target), plain(label ?? target));
}

function moment(spec, fallback = "") {
  const [timestamp, pattern = "", url] = spec.split("^");
  if (!/^\d+$/.test(timestamp)) return fallback;
  const words = written(timestamp, plain(pattern));
  const shown = h("time", { datetime: new Date(timestamp * 1000).toISOString(), title: plain(fallback) }, words);
  return url ? link(plain(url), shown) : shown;
}

export function markdown(text) {
  const nodes = [];
  for (const piece of text.split(/\n{2,}/)) nodes.push(...paragraph(piece));
  return nodes;
}

function paragraph(text) {
  const fence = text.match(/^```\w*\n?([\s\S]*?)\n?```$/);
  if (fence) return [h("pre", {}, fence[1])];
  const heading = text.match(/^(#{1,6}) (.*)$/);
  if (heading) return [h("h4", {}, spans(heading[2]))];
  const lines = text.split("\n");
  const items = lines.map((line) => line.match(/^\s*(?:[-*]|\d+\.) (.*)$/));
  if (items.every(Boolean)) {
    const tag = /^\s*\d/.test(lines[0]) ? "ol" : "ul";
    return [h(tag, {}, items.map((item) => h("li", {}, spans(item[1]))))];
  }
  if (lines.every((line) => line.startsWith(">")))
    return [h("blockquote", {}, spans(lines.map((line) => line.replace(/^> ?/, "")).join("\n")))];
  return [h("p", {}, lines.flatMap((line, at) => [at ? h("br") : "", ...spans(line)]))];
}

function spans(text) {
  const found = /\*\*(.+?)\*\*|~~(.+?)~~|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|(?<!\w)[*_](\S.*?)[*_](?!\w)/.exec(text);
  if (!found) return text ? withEmoji(text) : [];
  const [whole, bold, strike, code, label, url, italic] = found;
  const node = bold
    ? h("strong", {}, spans(bold))
    : strike
      ? h("s", {}, spans(strike))
      : code
        ? h("code", {}, code)
        : label
          ? link(url, ...spans(label))
          : h("em", {}, spans(italic));
  return [...spans(text.slice(0, found.index)), node, ...spans(text.slice(found.index + whole.length))];
}
