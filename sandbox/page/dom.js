// Building elements. Text always becomes a text node: nothing here parses HTML.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "css") for (const [key, one] of Object.entries(value)) node.style.setProperty(key, one);
    else if (name === "class") node.className = value;
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(9).filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

export const $ = (id) => document.getElementById(id);

// Keeps the nodes whose item looks the same as before, so that focus and open menus survive.
export function reconcile(container, items, build) {
  const old = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const fresh = items.map(({ key, sign, item }) => {
    const known = old.get(key);
    if (known && known.dataset.sign === sign) return known;
    const node = build(item);
    node.dataset.key = key;
    node.dataset.sign = sign;
    return node;
  });
  for (const node of [...container.children]) if (!fresh.includes(node)) node.remove();
  fresh.forEach((node, at) => {
    if (container.children[at] !== node) container.insertBefore(node, container.children[at] || null);
  });
}

export function toast(words, bad = true) {
  const node = h("p", { class: bad ? "toast bad" : "toast" }, words);
  $("toasts").append(node);
  setTimeout(() => node.remove(), 7000);
}
