// Block Kit into elements.

import { h } from "./dom.js";
import { control } from "./controls.js";
import { pictured, withEmoji } from "./emoji.js";
import { markdown, mrkdwn } from "./mrkdwn.js";
import { rich } from "./rich.js";

// `context`: {names, people(), channels(), act(element, block, chosen, node), value(block, element), inputs: Map, errors}
export function drawBlocks(blocks, context) {
  return blocks.map((block) => h("div", { class: `block ${block.type}`, data: { block: block.block_id } }, draw(block, context)));
}

function draw(block, context) {
  const make = makers[block.type];
  return make ? make(block, context) : h("p", { class: "unknown" }, `[${block.type} block]`);
}

export function text(object, context) {
  if (!object) return null;
  return object.type === "mrkdwn" ? mrkdwn(object.text, context.names) : lines(object);
}

function lines(object) {
  const shown = (line) => (object.emoji === false ? pictured(line) : withEmoji(line));
  return object.text.split("\n").flatMap((line, at) => (at ? [h("br"), ...shown(line)] : shown(line)));
}

const makers = {
  header: (block, context) => h("h3", {}, text(block.text, context)),
  divider: () => h("hr"),
  section,
  context: (block, context) =>
    block.elements.map((one) => (one.type === "image" ? picture(one, "tiny") : h("span", {}, text(one, context)))),
  actions: (block, context) => block.elements.map((element) => placed(element, block, context)),
  input,
  image: (block, context) => h("figure", {}, h("figcaption", {}, text(block.title, context)), picture(block, "large")),
  rich_text: (block, context) => rich(block, context.names),
  markdown: (block) => markdown(block.text),
  table,
  alert: (block, context) =>
    h("div", { class: `alert-box ${block.level ?? "default"}`, role: "alert" }, h("span", { class: "alert-icon", "aria-hidden": "true" }, ICONS[block.level] ?? "•"), h("div", {}, text(block.text, context))),
  container,
};

const ICONS = { info: "ℹ", warning: "⚠", error: "⛔", success: "✓" };

function section(block, context) {
  const fields = (block.fields ?? []).map((one) => h("div", { class: "section-field" }, text(one, context)));
  return [
    h("div", { class: "section-body" }, block.text ? h("div", { class: "section-text" }, text(block.text, context)) : null,
      fields.length ? h("div", { class: "section-fields" }, fields) : null),
    block.accessory ? h("div", { class: "accessory" }, placed(block.accessory, block, context)) : null,
  ];
}

function placed(element, block, context) {
  const made = control(element, block, context);
  if (made.read) context.inputs?.set(`${block.block_id} ${element.action_id}`, { block, element, read: made.read });
  return made.node;
}

function input(block, context) {
  const id = `i-${block.block_id.replace(/\W/g, "_")}`;
  const node = placed(block.element, block, context);
  const error = context.errors?.[block.block_id];
  const grouped = node.matches(".choices, details");
  if (grouped) node.setAttribute("aria-labelledby", `${id}-label`);
  else {
    node.id = id;
    node.removeAttribute("aria-label");
  }
  if (error) {
    node.setAttribute("aria-invalid", "true");
    node.setAttribute("aria-describedby", `${id}-error`);
  }
  const optional = block.optional ? h("span", { class: "faint" }, " (optional)") : null;
  const label = [lines(block.label), optional];
  return [
    grouped ? h("div", { class: "label", id: `${id}-label` }, label) : h("label", { class: "label", for: id }, label),
    node,
    error ? h("p", { class: "error", id: `${id}-error` }, error) : null,
    block.hint ? h("p", { class: "faint" }, lines(block.hint)) : null,
  ];
}

function picture(image, size) {
  return h("span", { class: `picture ${size}`, role: "img", "aria-label": image.alt_text, title: image.image_url ?? "" }, "▨", size === "tiny" ? null : h("small", {}, image.alt_text));
}

function table(block, context) {
  const columns = block.column_settings ?? [];
  const cell = (one, at, tag) => {
    const style = `${columns[at]?.align ?? "left"}${columns[at]?.is_wrapped ? " wrapped" : ""}`;
    const shown = one.type === "rich_text" ? rich(one, context.names) : one.text ?? String(one.value ?? "");
    return h(tag, { class: style }, shown);
  };
  const rows = block.rows.map((row, at) => h("tr", {}, row.map((one, column) => cell(one, column, at ? "td" : "th"))));
  return h("div", { class: "table-scroll", tabindex: "0" }, h("table", {}, h("thead", {}, rows[0]), h("tbody", {}, rows.slice(1))));
}

function container(block, context) {
  const title = block.rich_text_title ? rich(block.rich_text_title, context.names) : text(block.title, context);
  const subtitle = block.subtitle ? h("small", {}, text(block.subtitle, context)) : null;
  const children = drawBlocks(block.child_blocks, context);
  if (!block.is_collapsible) return h("div", { class: "container-box" }, h("div", { class: "container-title" }, title, subtitle), children);
  return h("details", { class: "container-box", open: !block.default_collapsed }, h("summary", { class: "container-title" }, title, subtitle), children);
}
