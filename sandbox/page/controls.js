// Interactive elements: what a person presses, picks and types into. Each knows its own value.

import { h } from "./dom.js";
import { asText, pictured, withEmoji } from "./emoji.js";
import { openable } from "./menus.js";
import { mrkdwn } from "./mrkdwn.js";

const words = (object) => (object ? asText(object.text) : "");
const label = (object) => (object.emoji === false ? pictured(object.text) : withEmoji(object.text));
const rich = (object, context) => (object.type === "mrkdwn" ? mrkdwn(object.text, context.names) : words(object));

// Returns {node, read} - read() gives the value as the doors take it - or null for what has none.
export function control(element, block, context) {
  const make = makers[element.type];
  if (!make) return { node: h("span", { class: "unknown" }, `[${element.type}]`) };
  const press = (chosen) => context.act(element, block, chosen);
  const made = make(element, { block, context, press, known: context.value?.(block, element) });
  if (element.focus_on_load) made.node.dataset.focus = "yes";
  return made;
}

const makers = { button, overflow, image, static_select: select, external_select: select, users_select: users };
Object.assign(makers, { conversations_select: channels, channels_select: channels, radio_buttons: radios });
Object.assign(makers, { checkboxes: boxes, multi_static_select: many, multi_users_select: manyUsers });
Object.assign(makers, { multi_channels_select: manyChannels, plain_text_input: typed, rich_text_input: typed });
Object.assign(makers, { number_input: number, email_text_input: typed, url_text_input: typed });
Object.assign(makers, { datepicker: moment("date"), timepicker: moment("time"), datetimepicker: instant });

function button(element, { press }) {
  const spoken = element.accessibility_label ?? null;
  const go = (event) => {
    if (element.url) window.open(element.url, "_blank", "noopener");
    press(undefined, event.currentTarget);
  };
  const style = element.style ? `button ${element.style}` : "button";
  const data = { action: element.action_id };
  return { node: h("button", { type: "button", class: style, "aria-label": spoken, data, on: { click: go } }, label(element.text)) };
}

function overflow(element, { press }) {
  const node = h("details", { class: "overflow", data: { action: element.action_id } });
  const pick = (option) => () => {
    node.open = false;
    if (option.url) window.open(option.url, "_blank", "noopener");
    press(option.value);
  };
  const items = element.options.map((option) =>
    h("button", { type: "button", role: "menuitem", on: { click: pick(option) } }, words(option.text),
      option.description ? h("small", {}, words(option.description)) : null));
  node.append(h("summary", { class: "button", "aria-label": "More actions" }, "⋯"), h("div", { class: "menu-list", role: "menu" }, items));
  return { node: openable(node) };
}

function image(element) {
  return { node: h("span", { class: "thumb", role: "img", "aria-label": element.alt_text }, "▨", h("small", {}, element.alt_text)) };
}

function picker(element, groups, chosen, press) {
  const empty = words(element.placeholder) || "Select an option";
  const node = h("select", { data: { action: element.action_id }, "aria-label": empty, on: { change: () => press(node.value) } });
  node.append(h("option", { value: "" }, empty));
  for (const { label, options } of groups) {
    const made = options.map(([value, text]) => h("option", { value, selected: value === chosen }, text));
    label ? node.append(h("optgroup", { label }, made)) : node.append(...made);
  }
  return { node, read: () => node.value || null };
}

const pairs = (options) => (options ?? []).map((option) => [option.value, words(option.text)]);

function grouped(element) {
  const groups = (element.option_groups ?? []).map((one) => ({ label: words(one.label), options: pairs(one.options) }));
  return groups.length ? groups : [{ options: pairs(element.options) }];
}

function select(element, { press, known }) {
  return picker(element, grouped(element), known ?? element.initial_option?.value, press);
}

function users(element, { press, known, context }) {
  const options = context.people().map((one) => [one.id, one.name]);
  return picker(element, [{ options }], known ?? element.initial_user, press);
}

function channels(element, { press, known, context }) {
  const options = context.channels().map((one) => [one.id, `#${one.name}`]);
  return picker(element, [{ options }], known ?? element.initial_channel ?? element.initial_conversation, press);
}

function choice(kind, element, chosen, group, context, changed) {
  return element.options.map((option) => {
    const input = h("input", { type: kind, name: group, value: option.value, checked: chosen.includes(option.value), on: { change: changed } });
    const description = option.description ? h("small", {}, rich(option.description, context)) : null;
    return h("label", { class: "choice" }, input, h("span", {}, rich(option.text, context), description));
  });
}

let groups = 0;

function radios(element, { press, known, context }) {
  const chosen = [known ?? element.initial_option?.value];
  const node = h("div", { class: "choices", role: "radiogroup", data: { action: element.action_id } });
  const read = () => node.querySelector("input:checked")?.value ?? null;
  node.append(...choice("radio", element, chosen, `r${(groups += 1)}`, context, () => press(read())));
  return { node, read };
}

function boxes(element, { press, known, context }) {
  const chosen = known ?? (element.initial_options ?? []).map((one) => one.value);
  const node = h("div", { class: "choices", role: "group", data: { action: element.action_id } });
  const read = () => [...node.querySelectorAll("input:checked")].map((one) => one.value);
  node.append(...choice("checkbox", element, chosen, "", context, () => press(read())));
  return { node, read };
}

function several(element, options, chosen, press) {
  const summary = h("summary", { class: "field" });
  const inputs = options.map(([value, text]) => h("input", { type: "checkbox", value, checked: chosen.includes(value), data: { text } }));
  const read = () => inputs.filter((one) => one.checked).map((one) => one.value);
  const show = () => {
    const chips = inputs.filter((one) => one.checked).map((one) => h("span", { class: "chip" }, one.dataset.text));
    summary.replaceChildren(...(chips.length ? chips : [h("span", { class: "faint" }, words(element.placeholder) || "Select options")]));
  };
  const list = inputs.map((input) => h("label", { class: "choice" }, input, h("span", {}, input.dataset.text)));
  const most = element.max_selected_items ?? inputs.length;
  const close = () => inputs.forEach((one) => (one.disabled = !one.checked && read().length >= most));
  close();
  const changed = () => {
    close();
    show();
    press(read());
  };
  inputs.forEach((input) => input.addEventListener("change", changed));
  show();
  return { node: h("details", { class: "several", data: { action: element.action_id } }, summary, h("div", { class: "several-list" }, list)), read };
}

function many(element, { press, known }) {
  const options = grouped(element).flatMap((group) => group.options);
  return several(element, options, known ?? (element.initial_options ?? []).map((one) => one.value), press);
}

function manyUsers(element, { press, known, context }) {
  return several(element, context.people().map((one) => [one.id, one.name]), known ?? element.initial_users ?? [], press);
}

function manyChannels(element, { press, known, context }) {
  return several(element, context.channels().map((one) => [one.id, `#${one.name}`]), known ?? element.initial_channels ?? [], press);
}

const HTML_TYPES = { email_text_input: "email", url_text_input: "url" };

function typed(element, { press, known, block }) {
  const initial = known ?? (typeof element.initial_value === "string" ? element.initial_value : "");
  const shared = {
    class: "field",
    placeholder: words(element.placeholder) || null,
    maxlength: element.max_length ? String(element.max_length) : null,
    data: { action: element.action_id },
    on: { change: () => block.dispatch_action && press(node.value) },
  };
  const tall = element.multiline || element.type === "rich_text_input";
  const node = tall ? h("textarea", { ...shared, rows: "4" }) : h("input", { ...shared, type: HTML_TYPES[element.type] ?? "text" });
  node.value = initial;
  return { node, read: () => node.value || null };
}

function number(element, { press, known, block }) {
  const mode = element.is_decimal_allowed ? "decimal" : "numeric";
  const dispatch = () => block.dispatch_action && press(node.value);
  const node = h("input", { class: "field", type: "text", inputmode: mode, placeholder: words(element.placeholder) || null,
    data: { action: element.action_id }, on: { change: dispatch } });
  node.value = known ?? element.initial_value ?? "";
  return { node, read: () => node.value.trim() || null };
}

function moment(kind) {
  return (element, { press, known }) => {
    const node = h("input", { class: "field short", type: kind, "aria-label": words(element.placeholder) || kind,
      data: { action: element.action_id }, on: { change: () => press(node.value) } });
    node.value = known ?? element[`initial_${kind}`] ?? "";
    return { node, read: () => node.value || null };
  };
}

function instant(element, { press, known }) {
  const seconds = () => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null);
  const node = h("input", { class: "field short", type: "datetime-local", "aria-label": "Date and time",
    data: { action: element.action_id }, on: { change: () => press(seconds()) } });
  const start = known ?? element.initial_date_time;
  if (start) node.value = new Date((start - new Date(start * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
  return { node, read: seconds };
}
