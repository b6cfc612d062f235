// The page: who you are, where you look, and what is shown of it.

import { $, toast } from "./dom.js";
import { get, post } from "./api.js";
import { choose, composer, drawShortcuts, hint } from "./composing.js";
import { Modal, asked, confirmed } from "./dialogs.js";
import { drawHome } from "./home.js";
import { bringToView, drawList, watchEnd } from "./lists.js";
import { HOME, drawPlace, drawSidebar, drawYou } from "./places.js";
import { drawTour } from "./tour.js";

const where = { user: "U0ANA", channel: "C0FINANCE", thread: null };
const notes = new Map();
const dismissed = new Set();
let pointed = null;
let sought = null;
let state = { channels: [], people: [], groups: [], messages: [], ephemerals: [], views: [], threads: {}, places: {}, app: {}, tour: [], cursor: 0 };

const by = (list, id) => list.find((one) => one.id === id);
const here = () => by(state.channels, where.channel);
const mine = () => state.channels.find((one) => one.is_im);
const names = {
  person: (id) => by(state.people, id)?.name,
  channel: (id) => by(state.channels, id)?.name || state.places[id],
  group: (id) => by(state.groups, id)?.handle,
};
const context = () => ({
  names,
  people: () => state.people.filter((one) => !one.deleted && !one.is_bot),
  channels: () => state.channels.filter((one) => !one.is_im),
});
const desk = {
  get user() { return where.user; },
  get channel() { return where.channel; },
  get app() { return state.app; },
  context, click, refresh,
};
const modal = new Modal(desk);

// What a permalink leads to: a channel, a message, and the thread in which it was said.
function linked(url) {
  const found = url.pathname.match(/^\/archives\/(\w+)\/p(\d+?)\.?(\d{6})$/);
  return found && { channel: found[1], ts: `${found[2]}.${found[3]}`, thread: url.searchParams.get("thread_ts") };
}

function readAddress() {
  const permalink = linked(new URL(location.href));
  if (permalink) [where.channel, pointed, where.thread] = [permalink.channel, permalink.ts, permalink.thread];
  const given = new URLSearchParams(location.hash.slice(1));
  where.user = given.get("user") ?? localStorage.getItem("you") ?? where.user;
  where.channel = given.get("channel") ?? where.channel;
  if (location.hash) where.thread = given.get("thread");
}

function go(change) {
  const before = { ...where };
  const left = here();
  Object.assign(where, change);
  // Direct messages are each person's own: whoever becomes somebody else looks at theirs.
  const stays = where.channel === before.channel;
  if (where.user !== before.user && left?.is_im && stays) where.channel = HOME;
  localStorage.setItem("you", where.user);
  const address = new URLSearchParams(Object.entries(where).filter(([, value]) => value));
  if (`#${address}` !== location.hash) history.replaceState(null, "", `/#${address}`);
  document.body.classList.remove("drawer");
  $("menu").setAttribute("aria-expanded", "false");
  if (where.channel !== before.channel || where.user !== before.user) tellOpened();
  return refresh();
}

// Slack tells the app whenever somebody opens its home or its messages.
function tellOpened() {
  const tab = where.channel === HOME ? "home" : by(state.channels, where.channel)?.is_im ? "messages" : null;
  if (tab) post("open_home", { user: where.user, tab }).then((answer) => answer.ok || toast(answer.problem));
}

async function refresh() {
  const looked = { ...where };
  const fresh = await get("state", { user: looked.user, channel: looked.channel ?? "" });
  if (looked.user !== where.user || looked.channel !== where.channel) return;
  state = fresh;
  if (where.channel !== HOME && !state.channel) {
    const first = state.channels.find((one) => !one.is_im && one.members.includes(state.app.user)) ?? state.channels[0];
    if (first) return go({ channel: first.id, thread: null });
  }
  draw();
  if (here()?.unread && !document.hidden) await post("read", { user: where.user, channel: where.channel });
}

function draw() {
  const place = here();
  document.title = `${place?.name ? `#${place.name}` : state.app.name} · Sandbox`;
  $("team").textContent = state.team.name;
  drawYou(state, where, go);
  drawSidebar(state, where, go);
  drawPlace(state, where, place, go);
  drawShortcuts(desk);
  drawTour(state.tour ?? [], go, (words) => (sought = words || null));
  $("composer").hidden = where.channel === HOME || Boolean(place?.is_archived);
  $("words").placeholder = `Message ${place?.is_im ? state.app.name : `#${place?.name ?? ""}`} as ${names.person(where.user)?.split(" ")[0]}`;
  where.channel === HOME ? drawHome($("list"), state.home, state.app, desk) : drawMessages();
  drawThread();
  modal.show(state.views);
}

const order = (messages) => messages.sort((one, other) => (one.ts < other.ts ? -1 : 1));
const whispers = (kept) => state.ephemerals.filter((one) => one.channel === where.channel && !dismissed.has(one.ts) && kept(one));
const authors = (id) => by(state.people, id);

function drawMessages() {
  const messages = order([...state.messages, ...whispers((one) => !one.thread_ts)]);
  drawList($("list"), { messages, place: `${where.channel}${where.user}`, room: room(false), authors, days: true });
  if (sought) pointed = messages.findLast((one) => JSON.stringify(one).includes(sought))?.ts ?? pointed;
  if (pointed && bringToView($("list"), pointed)) pointed = sought = null;
}

function drawThread() {
  const root = state.messages.find((one) => one.ts === where.thread);
  $("thread").hidden = !root;
  document.body.classList.toggle("threaded", Boolean(root));
  if (!root) return;
  const replies = order([...(state.threads[root.ts] ?? []), ...whispers((one) => one.thread_ts === root.ts)]);
  drawList($("replies"), { messages: [root, ...replies], place: `${where.user}${root.ts}`, room: room(true), authors, days: false });
}

const room = (inThread) => ({
  inThread,
  me: where.user,
  shortcuts: () => state.app.shortcuts.filter((one) => one.on_messages),
  note: (ts) => notes.get(ts),
  openThread: (ts) => go({ thread: ts }),
  dismiss: (ts) => (dismissed.add(ts), draw()),
  choose: (shortcut, message) => choose(desk, shortcut, { channel: where.channel, ts: message.ts }),
  revise,
  unsay: (message) => change("unsay", { ts: message.ts }),
  copyLink,
  context: (message) => ({
    ...context(),
    act: (element, block, chosen, node) => click({ element, block, chosen, node, place: { channel: where.channel, ts: message.ts } }),
  }),
});

async function revise(message) {
  const text = await asked("Edit message", message.text);
  if (text !== null) await change("revise", { ts: message.ts, text });
}

async function change(door, what) {
  const answer = await post(door, { user: where.user, channel: where.channel, ...what });
  if (!answer.ok) toast(answer.problem);
  await refresh();
}

async function copyLink(message) {
  const link = `${location.origin}/archives/${where.channel}/p${message.ts.replace(".", "")}`;
  await navigator.clipboard?.writeText(link).catch(() => {});
  toast(`Link copied: ${link}`, false);
}

async function click({ element, block, chosen, node, place }) {
  if (element.confirm && !(await confirmed(element.confirm, names))) return;
  node?.setAttribute("aria-busy", "true");
  if (place.ts) notes.delete(place.ts);
  const made = { user: where.user, action_id: element.action_id, block_id: block.block_id, option: chosen, confirmed: true, ...place };
  const answer = await post("click", made);
  node?.removeAttribute("aria-busy");
  if (answer.acked === false || !answer.ok) {
    if (place.ts && answer.ok) notes.set(place.ts, answer.problem);
    else toast(answer.problem);
  }
  await refresh();
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

composer(desk, $("composer"), $("words"), () => null);
composer(desk, $("answer"), $("reply"), () => where.thread);
watchEnd($("list"), $("below"));
$("words").addEventListener("input", () => hint(desk));
$("leave").addEventListener("click", () => go({ thread: null }));
$("menu").addEventListener("click", () => {
  const open = document.body.classList.toggle("drawer");
  $("menu").setAttribute("aria-expanded", String(open));
});
// As in Slack, a link to a message goes there, and opens no other window.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const permalink = link && link.origin === location.origin && linked(new URL(link.href));
  if (!permalink) return;
  event.preventDefault();
  if (modal.view) modal.leave(true);
  pointed = permalink.ts;
  go({ channel: permalink.channel, thread: permalink.thread });
});
addEventListener("hashchange", () => (readAddress(), tellOpened(), refresh()));
const newcomer = !location.hash && !linked(new URL(location.href)) && !localStorage.getItem("you");
readAddress();
await refresh();
// Who comes for the first time begins where the first suggestion is.
if (newcomer && state.tour?.length) await go({ user: state.tour[0].user, channel: state.tour[0].channel });
tellOpened();
follow();
