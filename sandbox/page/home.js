// The app's home, as it was published for one person.

import { h, reconcile } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { plainValue } from "./dialogs.js";
import { focusedIn } from "./focus.js";

// `desk`: {user, context(), click(...)}
export function drawHome(list, view, app, desk) {
  const inputs = new Map();
  const build = () => (view ? blocks(view, inputs, desk) : h("p", { class: "empty" }, `${app.name} has put nothing on its home for you yet.`));
  const at = focusedIn(list);
  const place = `home ${desk.user}`;
  reconcile(list, [{ key: "home", sign: `${place} ${view ? view.hash : "none"}`, item: null }], build);
  if (list.dataset.of !== place) list.scrollTop = 0;
  list.dataset.of = place;
  if (at && !list.contains(document.activeElement)) list.querySelector(at)?.focus({ preventScroll: true });
}

function blocks(view, inputs, desk) {
  const values = () => Object.fromEntries([...inputs.values()].map(({ element, read }) => [element.action_id, read()]));
  const act = (element, block, chosen, node) => desk.click({ element, block, chosen, node, place: { view_id: view.id, values: values() } });
  const value = (block, element) => plainValue(view.state.values[block.block_id]?.[element.action_id]);
  return h("div", { class: "home-view" }, drawBlocks(view.blocks, { ...desk.context(), inputs, act, value }));
}
