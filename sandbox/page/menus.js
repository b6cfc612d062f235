// Menus that open below a button, stay inside the window, and close by themselves.

import { h } from "./dom.js";

export function openable(node) {
  node.addEventListener("toggle", () => node.open && fit(node.querySelector(".menu-list")));
  node.addEventListener("focusout", (event) => {
    if (!node.contains(event.relatedTarget)) node.open = false;
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && node.open) {
      node.open = false;
      node.firstChild.focus();
      event.stopPropagation();
      event.preventDefault();
    }
  });
  return node;
}

// `entries`: [{words, act}]
export function menu(label, mark, entries) {
  const node = h("details", { class: "overflow" }, h("summary", { class: "tool", "aria-label": label, title: label }, mark));
  const items = entries.map(({ words, act }) => {
    const chosen = () => {
      node.open = false;
      act();
    };
    return h("button", { type: "button", role: "menuitem", on: { click: chosen } }, words);
  });
  node.append(h("div", { class: "menu-list", role: "menu" }, items));
  return openable(node);
}

function fit(list) {
  list.style.translate = "";
  list.classList.remove("upward");
  const box = list.getBoundingClientRect();
  const left = Math.min(0, innerWidth - 8 - box.right) + Math.max(0, 8 - box.left);
  if (left) list.style.translate = `${left}px 0`;
  const frame = list.closest(".list, dialog")?.getBoundingClientRect();
  if (frame && box.bottom > frame.bottom && box.top - frame.top > box.height) list.classList.add("upward");
}
