// rich_text: sections, lists, quotes, preformatted text, and the elements in them.

import { h } from "./dom.js";
import { written } from "./dates.js";
import { emoji, pictured } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";

export function rich(block, names) {
  return h("div", { class: "rich" }, block.elements.map((part) => parts[part.type]?.(part, names)));
}

const parts = {
  rich_text_section: (part, names) => h("div", { class: "rich-section" }, all(part, names)),
  rich_text_quote: (part, names) => h("blockquote", {}, all(part, names)),
  rich_text_preformatted: (part, names) => h("pre", {}, all(part, names)),
  rich_text_list: (part, names) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: `indent-${part.indent ?? 0}`, start: part.offset ? String(part.offset + 1) : null },
      part.elements.map((item) => h("li", {}, all(item, names))),
    ),
};

const all = (part, names) => part.elements.map((one) => styled(leaves[one.type]?.(one, names) ?? "", one.style));

const leaves = {
  text: (one) => one.text.split("\n").flatMap((line, at) => (at ? [h("br"), ...pictured(line)] : pictured(line))),
  link: (one) => link(one.url, one.text || one.url),
  user: (one, names) => mention(`@${names.person(one.user_id) ?? one.user_id}`),
  channel: (one, names) => mention(`#${names.channel(one.channel_id) ?? "private channel"}`),
  usergroup: (one, names) => mention(`@${names.group(one.usergroup_id) ?? one.usergroup_id}`),
  broadcast: (one) => mention(`@${one.range}`),
  emoji: (one) => emoji(one.name),
  color: (one) => [h("span", { class: "swatch", css: { background: one.value } }), one.value],
  date: (one) => {
    const shown = h("time", { title: one.fallback ?? "" }, written(one.timestamp, one.format));
    return one.url ? link(one.url, shown) : shown;
  },
};

function styled(content, style = {}) {
  let node = [content].flat();
  for (const [key, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]])
    if (style?.[key]) node = [h(tag, {}, node)];
  return node;
}
