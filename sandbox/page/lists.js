// A list of messages, and where in it a person stands.

import { h, reconcile } from "./dom.js";
import { divider, drawMessage } from "./messages.js";

const NEAR = 80;

// `place` names what is looked at; `room` is handed to every message; `authors(id)` finds a person.
export function drawList(list, { messages, place, room, authors, days }) {
  const newest = messages.at(-1)?.ts ?? "";
  const moved = list.dataset.of !== place;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
  const fresh = !moved && newest > (list.dataset.newest ?? "");
  reconcile(list, items(messages, room, authors, days), (item) => (item.divider ? divider(item.divider) : drawMessage(item)));
  if (!messages.length) list.replaceChildren(h("p", { class: "empty" }, "Nothing has been said here yet."));
  const whispered = fresh && messages.at(-1).is_ephemeral;
  // A whisper answers what this person just did, so it comes into view wherever they clicked.
  if (whispered) list.scrollTop = list.scrollHeight;
  else if (moved || (fresh && atEnd)) showTop(list);
  else if (atEnd) list.scrollTop = list.scrollHeight;
  else if (fresh) list.dataset.below = "yes";
  list.dataset.of = place;
  list.dataset.newest = newest;
  noticeEnd(list);
}

// The newest message is read from its top: the window never opens on the end of a tall card.
function showTop(list) {
  const last = list.lastElementChild;
  list.scrollTop = list.scrollHeight;
  if (last && last.offsetHeight > list.clientHeight) list.scrollTop = topOf(list, last);
}

const topOf = (list, node) => node.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop - 8;

export function bringToView(list, ts) {
  const node = list.querySelector(`article[data-ts="${CSS.escape(ts)}"]`);
  if (!node) return false;
  list.scrollTop = topOf(list, node);
  node.classList.add("pointed");
  node.addEventListener("animationend", () => node.classList.remove("pointed"), { once: true });
  return true;
}

// Says that something new is further down, until it has been seen.
export function watchEnd(list, pill) {
  list.addEventListener("scroll", () => noticeEnd(list));
  pill.addEventListener("click", () => (showTop(list), noticeEnd(list)));
}

function noticeEnd(list) {
  const last = list.lastElementChild;
  const seen = !last || last.getBoundingClientRect().top < list.getBoundingClientRect().bottom - 40;
  if (seen) delete list.dataset.below;
}

function items(messages, room, authors, days) {
  const found = [];
  let today = "";
  for (const message of messages) {
    const date = new Date(Number(message.ts) * 1000).toDateString();
    if (date !== today && days) found.push({ key: date, sign: date, item: { divider: message.ts } });
    today = date;
    const author = authors(message.user);
    const sign = JSON.stringify([message, room.note(message.ts), room.inThread, room.me, author?.name]);
    found.push({ key: message.ts, sign, item: { message, author, room } });
  }
  return found;
}
