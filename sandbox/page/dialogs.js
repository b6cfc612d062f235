// Modals and confirm dialogs.

import { $, h, toast } from "./dom.js";
import { post } from "./api.js";
import { drawBlocks, text } from "./blocks.js";
import { focusedIn } from "./focus.js";

export function confirmed(dialog, names) {
  const box = $("confirm");
  return new Promise((resolve) => {
    const done = (answer) => () => {
      box.close();
      resolve(answer);
    };
    const style = dialog.style === "danger" ? "button danger-solid" : "button primary";
    box.replaceChildren(
      h("h2", { id: "confirm-title" }, dialog.title.text),
      h("div", { class: "confirm-text" }, text(dialog.text, { names })),
      h("footer", {}, h("button", { type: "button", class: "button", on: { click: done(false) } }, dialog.deny.text),
        h("button", { type: "button", class: style, data: { confirm: "yes" }, on: { click: done(true) } }, dialog.confirm.text)),
    );
    box.oncancel = done(false);
    box.showModal();
    box.querySelector("[data-confirm]").focus();
  });
}

// Asks for words in a small dialog; null when the person thinks better of it.
export function asked(title, words) {
  const box = $("confirm");
  const field = h("textarea", { class: "field", rows: "3", "aria-label": title });
  field.value = words;
  return new Promise((resolve) => {
    const done = (answer) => () => {
      box.close();
      resolve(answer());
    };
    box.replaceChildren(
      h("h2", { id: "confirm-title" }, title),
      h("div", { class: "confirm-text" }, field),
      h("footer", {}, h("button", { type: "button", class: "button", on: { click: done(() => null) } }, "Cancel"),
        h("button", { type: "button", class: "button primary", on: { click: done(() => field.value) } }, "Save")),
    );
    box.oncancel = done(() => null);
    box.showModal();
    field.focus();
  });
}

// Shows the top of the stack; `desk` gives {user, context()} and is told of what happened.
export class Modal {
  constructor(desk) {
    this.desk = desk;
    this.box = $("modal");
    this.shown = "";
    this.inputs = new Map();
    this.errors = {};
    this.box.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.leave(false);
    });
  }

  show(stack) {
    const view = stack.at(-1);
    const sign = view ? `${view.id} ${view.hash}` : "";
    if (sign === this.shown) return;
    const same = view && this.view?.id === view.id;
    const typed = same ? this.values() : {};
    const stood = same ? { at: focusedIn(this.box), scrolled: this.box.querySelector(".modal-body")?.scrollTop ?? 0 } : null;
    if (!same) this.errors = {};
    this.shown = sign;
    this.view = view;
    this.depth = stack.length;
    if (!view) {
      this.box.close();
      return;
    }
    this.draw(typed, stood);
  }

  values() {
    const values = {};
    for (const { block, element, read } of this.inputs.values()) (values[block.block_id] ??= {})[element.action_id] = read();
    return values;
  }

  draw(typed, stood = null) {
    const view = this.view;
    const kept = { ...view.state.values };
    this.inputs = new Map();
    const context = { ...this.desk.context(), inputs: this.inputs, errors: this.errors,
      value: (block, element) => typed[block.block_id]?.[element.action_id] ?? plainValue(kept[block.block_id]?.[element.action_id]),
      act: (element, block, chosen, node) => this.click(element, block, chosen, node) };
    const title = h("header", {}, this.depth > 1 ? h("button", { type: "button", class: "back", "aria-label": "Back", on: { click: () => this.leave(false) } }, "‹") : h("img", { src: "/page/bot.svg", alt: "" }),
      h("h2", { id: "modal-title" }, view.title.text), h("button", { type: "button", class: "shut", "aria-label": "Close", on: { click: () => this.leave(true) } }, "✕"));
    const body = h("div", { class: "modal-body" }, drawBlocks(view.blocks, context));
    const submit = view.submit ? h("button", { class: "button primary", data: { submit: "yes" }, disabled: Boolean(view.submit_disabled) }, view.submit.text) : null;
    const footer = h("footer", {}, h("span", { class: "tag" }, "SANDBOX"), h("p", { class: "trouble", role: "alert", id: "trouble" }),
      h("button", { type: "button", class: "button", data: { close: "yes" }, on: { click: () => this.leave(false) } }, view.close?.text ?? (view.submit ? "Cancel" : "Close")), submit);
    this.box.replaceChildren(h("form", { novalidate: true, on: { submit: (event) => this.submit(event) } }, title, body, footer));
    if (!this.box.open) this.box.showModal();
    if (stood) body.scrollTop = stood.scrolled;
    // A person reads a modal from its top; only what was refused is scrolled to.
    const refused = this.box.querySelector("[aria-invalid=true]");
    const first = refused ?? (stood?.at && body.querySelector(stood.at)) ?? body.querySelector("[data-focus]") ?? body.querySelector("input, textarea, select, summary, button");
    (first ?? submit ?? this.box).focus({ preventScroll: !refused });
  }

  async click(element, block, chosen, node) {
    const interactive = ["actions", "section"].includes(block.type) || block.dispatch_action;
    if (!interactive) return;
    await this.desk.click({ element, block, chosen, node, place: { view_id: this.view.id, values: this.values() } });
  }

  async submit(event) {
    event.preventDefault();
    const button = this.box.querySelector("[data-submit]");
    if (!button || button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const values = this.values();
    const answer = await post("submit", { user: this.desk.user, view_id: this.view.id, values });
    button.removeAttribute("aria-busy");
    this.errors = answer.errors ?? {};
    if (answer.errors) this.draw(values);
    $("trouble").textContent = answer.errors ? "" : answer.trouble ?? answer.problem ?? "";
    await this.desk.refresh();
  }

  async leave(all) {
    if (!this.view) return;
    const answer = await post("close", { user: this.desk.user, view_id: this.view.id, all });
    if (!answer.ok) toast(answer.problem);
    await this.desk.refresh();
  }
}

export function plainValue(value) {
  if (!value) return undefined;
  if (value.selected_options) return value.selected_options.map((one) => one.value);
  if ("selected_option" in value) return value.selected_option?.value;
  return Object.entries(value).find(([key]) => key !== "type")?.[1] ?? undefined;
}
