// The page: who you are, where you look, and what is shown of it.

import { $, h, reconcile, toast } from "./dom.js";
import { get, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { Modal, confirmed, plainValue } from "./dialogs.js";
import { divider, drawMessage } from "./messages.js";
import { drawPlace, drawSidebar, drawYou } from "./places.js";

const HOME = "home";
const where = { user: "U0ANA", channel: "C0FINANCE", thread: null };
const notes = new Map();
const dismissed = new Set();
let state = { channels: [], people: [], groups: [], messages: [], ephemerals: [], views: [], threads: {}, cursor: 0 };

const by = (list, id) => list.find((one) => one.id === id);
const names = {
  person: (id) => by(state.people, id)?.name,
  channel: (id) => by(state.channels, id)?.name,
  group: (id) => by(state.groups, id)?.handle,
};
const context = () => ({
  names,
  people: () => state.people.filter((one) => !one.deleted && !one.is_bot),
  channels: () => state.channels.filter((one) => !one.is_im),
});
const desk = { get user() { return where.user; }, context, click, refresh };
const modal = new Modal(desk);

function readAddress() {
  const permalink = location.pathname.match(/^\/archives\/(\w+)\/p([\d.]+)/);
  if (permalink) [where.channel, where.thread] = [permalink[1], null];
  const asked = new URLSearchParams(location.hash.slice(1));
  where.user = asked.get("user") ?? localStorage.getItem("you") ?? where.user;
  where.channel = asked.get("channel") ?? where.channel;
  where.thread = asked.get("thread");
}

function go(change) {
  Object.assign(where, change);
  localStorage.setItem("you", where.user);
  const address = new URLSearchParams(Object.entries(where).filter(([, value]) => value));
  if (`#${address}` !== location.hash) history.replaceState(null, "", `/#${address}`);
  document.body.classList.remove("drawer");
  $("menu").setAttribute("aria-expanded", "false");
  return refresh();
}

async function refresh() {
  const asked = { ...where };
  const fresh = await get("state", { user: asked.user, channel: asked.channel ?? "" });
  if (asked.user !== where.user || asked.channel !== where.channel) return;
  state = fresh;
  if (where.channel !== HOME && !state.channel) {
    const first = state.channels.find((one) => !one.is_im && one.members.includes(state.app.user)) ?? state.channels[0];
    if (first) return go({ channel: first.id, thread: null });
  }
  draw();
  const here = by(state.channels, where.channel);
  if (here?.unread && !document.hidden) await post("read", { user: where.user, channel: here.id });
}

function draw() {
  const here = by(state.channels, where.channel);
  document.title = `${here?.name ? `#${here.name}` : state.app.name} · Sandbox`;
  $("team").textContent = state.team.name;
  drawYou(state, where, go);
  drawSidebar(state, where, go, openHome);
  drawPlace(state, where, here, go);
  $("composer").hidden = where.channel === HOME || Boolean(here?.is_archived);
  $("words").placeholder = here?.is_im ? `Message ${state.app.name}` : `Message #${here?.name ?? ""}`;
  where.channel === HOME ? drawHome() : drawList($("list"), said(), false);
  drawThread();
  modal.show(state.views);
}

function said() {
  const whispers = state.ephemerals.filter((one) => one.channel === where.channel && !one.thread_ts && !dismissed.has(one.ts));
  return [...state.messages, ...whispers].sort((one, other) => (one.ts < other.ts ? -1 : 1));
}

function drawList(list, messages, inThread) {
  const low = list.scrollHeight - list.scrollTop - list.clientHeight < 80 || list.dataset.of !== `${where.channel}${where.user}${where.thread}`;
  const items = [];
  let today = "";
  for (const message of messages) {
    const date = new Date(Number(message.ts) * 1000).toDateString();
    if (date !== today && !inThread) items.push({ key: date, sign: date, item: { divider: message.ts } });
    today = date;
    const sign = JSON.stringify([message, notes.get(message.ts), inThread, state.people.length]);
    items.push({ key: message.ts, sign, item: { message, author: by(state.people, message.user), room: room(inThread) } });
  }
  reconcile(list, items, (item) => (item.divider ? divider(item.divider) : drawMessage(item)));
  if (!messages.length) list.replaceChildren(h("p", { class: "empty" }, "Nothing has been said here yet."));
  // A whisper answers what this person just did, so it comes into view wherever they clicked.
  const newest = messages.at(-1);
  const told = Boolean(newest?.is_ephemeral) && newest.ts !== list.dataset.told;
  if (told) list.dataset.told = newest.ts;
  if (low || told) list.scrollTop = list.scrollHeight;
  list.dataset.of = `${where.channel}${where.user}${where.thread}`;
}

const room = (inThread) => ({
  inThread,
  note: (ts) => notes.get(ts),
  openThread: (ts) => go({ thread: ts }),
  dismiss: (ts) => (dismissed.add(ts), draw()),
  context: (message) => ({
    ...context(),
    act: (element, block, chosen, node) => click({ element, block, chosen, node, place: { channel: where.channel, ts: message.ts } }),
  }),
});

function drawThread() {
  const root = state.messages.find((one) => one.ts === where.thread);
  $("thread").hidden = !root;
  document.body.classList.toggle("threaded", Boolean(root));
  if (!root) return;
  const whispers = state.ephemerals.filter((one) => one.thread_ts === root.ts && !dismissed.has(one.ts));
  const replies = [...(state.threads[root.ts] ?? []), ...whispers].sort((one, other) => (one.ts < other.ts ? -1 : 1));
  drawList($("replies"), [root, ...replies], true);
}

function drawHome() {
  const view = state.home;
  const empty = h("p", { class: "empty" }, `${state.app.name} has put nothing on its home for you yet.`);
  const inputs = new Map();
  const sign = view ? view.hash : "none";
  const build = () => {
    if (!view) return empty;
    const values = () => Object.fromEntries([...inputs.values()].map(({ element, read }) => [element.action_id, read()]));
    const act = (element, block, chosen, node) => click({ element, block, chosen, node, place: { view_id: view.id, values: values() } });
    const value = (block, element) => plainValue(view.state.values[block.block_id]?.[element.action_id]);
    return h("div", { class: "home-view" }, drawBlocks(view.blocks, { ...context(), inputs, act, value }));
  };
  reconcile($("list"), [{ key: "home", sign: `${where.user} ${sign}`, item: null }], build);
  $("list").dataset.of = HOME;
}

function openHome() {
  post("open_home", { user: where.user }).then((answer) => answer.ok || toast(answer.problem));
  return go({ channel: HOME, thread: null });
}

async function click({ element, block, chosen, node, place }) {
  if (element.confirm && !(await confirmed(element.confirm, names))) return;
  node?.setAttribute("aria-busy", "true");
  if (place.ts) notes.delete(place.ts);
  const asked = { user: where.user, action_id: element.action_id, block_id: block.block_id, option: chosen, confirmed: true, ...place };
  const answer = await post("click", asked);
  node?.removeAttribute("aria-busy");
  if (answer.acked === false || !answer.ok) {
    if (place.ts && answer.ok) notes.set(place.ts, answer.problem);
    else toast(answer.problem);
  }
  await refresh();
}

async function speak(field, thread) {
  const words = field.value.trim();
  if (!words) return;
  const [command, ...rest] = words.split(" ");
  const slash = words.startsWith("/") && !thread;
  const answer = slash
    ? await post("slash", { user: where.user, channel: where.channel, command, text: rest.join(" ") })
    : await post("say", { user: where.user, channel: where.channel, text: words, ...(thread ? { thread_ts: thread } : {}) });
  if (!answer.ok) return toast(answer.problem);
  field.value = "";
  hint();
  await refresh();
}

function hint() {
  const asks = $("words").value.startsWith("/");
  $("hint").hidden = !asks;
  $("hint").replaceChildren(h("b", {}, state.app?.command ?? ""), " talks to ", state.app?.name ?? "", ". Enter sends.");
}

function composer(form, field, thread) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    speak(field, thread());
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      speak(field, thread());
    }
  });
}

async function follow() {
  for (;;) {
    try {
      const answer = await get("events", { after: state.cursor, timeout: 25 });
      document.body.classList.remove("offline");
      if (answer.events.length || answer.cursor < state.cursor) await refresh();
    } catch {
      document.body.classList.add("offline");
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await refresh().catch(() => {});
    }
  }
}

composer($("composer"), $("words"), () => null);
composer($("answer"), $("reply"), () => where.thread);
$("words").addEventListener("input", hint);
$("leave").addEventListener("click", () => go({ thread: null }));
$("menu").addEventListener("click", () => {
  const open = document.body.classList.toggle("drawer");
  $("menu").setAttribute("aria-expanded", String(open));
});
addEventListener("hashchange", () => (readAddress(), refresh()));
readAddress();
await refresh();
follow();
