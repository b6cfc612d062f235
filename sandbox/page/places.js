// The frame: who you are, the channels, and the header of the place you look at.

import { $, h } from "./dom.js";
import { avatar } from "./messages.js";

export const HOME = "home";

export function drawYou(state, where, go) {
  const select = $("you");
  const members = state.people.filter((one) => !one.is_bot);
  select.replaceChildren(
    ...members.map((one) => {
      const about = one.deleted ? "deactivated" : one.title;
      return h("option", { value: one.id, disabled: one.deleted, selected: one.id === where.user }, about ? `${one.name} · ${about}` : one.name);
    }),
  );
  select.onchange = () => go({ user: select.value, thread: null });
  const me = members.find((one) => one.id === where.user);
  $("face").replaceChildren(avatar(me));
}

export function drawSidebar(state, where, go) {
  const entry = (label, mark, active, unread, act) =>
    h("button", { class: active ? "entry active" : unread ? "entry new" : "entry", "aria-current": active ? "page" : null, on: { click: act } },
      h("span", { class: "mark", "aria-hidden": "true" }, mark), h("span", { class: "entry-name" }, label),
      unread && !active ? h("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread)) : null);
  const channels = state.channels.filter((one) => !one.is_im);
  const direct = state.channels.filter((one) => one.is_im);
  const focused = document.activeElement?.closest("#sidebar .entry")?.textContent;
  $("sidebar").replaceChildren(
    h("h2", {}, "Channels"),
    ...channels.map((one) => entry(one.name, one.is_archived ? "▣" : "#", where.channel === one.id, one.unread, () => go({ channel: one.id, thread: null }))),
    direct.length ? h("h2", {}, "Direct messages") : "",
    ...direct.map((one) => entry(state.app.name, "●", where.channel === one.id, one.unread, () => go({ channel: one.id, thread: null }))),
    h("h2", {}, "Apps"),
    entry(state.app.name, "⌂", where.channel === HOME, 0, () => go({ channel: HOME, thread: null })),
  );
  if (focused) [...$("sidebar").querySelectorAll(".entry")].find((one) => one.textContent === focused)?.focus();
}

export function drawPlace(state, where, here, go) {
  const title = where.channel === HOME ? state.app.name : here?.is_im ? state.app.name : `# ${here?.name ?? ""}`;
  const direct = state.channels.find((one) => one.is_im);
  const tabs = where.channel === HOME || here?.is_im
    ? h("div", { class: "tabs", role: "tablist" },
        h("button", { role: "tab", "aria-selected": String(where.channel === HOME), on: { click: () => go({ channel: HOME, thread: null }) } }, "Home"),
        direct ? h("button", { role: "tab", "aria-selected": String(Boolean(here?.is_im)), on: { click: () => go({ channel: direct.id, thread: null }) } }, "Messages") : null)
    : h("span", { class: "topic" }, here?.is_archived ? "Archived. " : "", here?.topic ?? "");
  const members = here && !here.is_im ? h("span", { class: "members", title: membersOf(state, here) }, `${here.members.length} members`) : null;
  $("place").replaceChildren(h("h2", {}, title), tabs, members ?? "");
}

const membersOf = (state, channel) => channel.members.map((id) => state.people.find((one) => one.id === id)?.name ?? id).join(", ");
