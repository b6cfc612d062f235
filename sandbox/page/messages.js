// One message: who, when, what, and what can be done with it.

import { h } from "./dom.js";
import { ago, clock, day, full } from "./dates.js";
import { drawBlocks } from "./blocks.js";
import { emoji } from "./emoji.js";
import { menu } from "./menus.js";
import { mrkdwn } from "./mrkdwn.js";

export function avatar(person) {
  if (!person || person.is_bot) return h("img", { class: "avatar", src: person ? "/page/bot.svg" : "/page/face.svg", alt: "" });
  const initials = person.name.split(" ").map((one) => one[0]).join("").slice(0, 2);
  return h("span", { class: "avatar", "aria-hidden": "true", css: { background: `#${person.colour}` } }, initials);
}

// `room`: {context(message), note(ts), openThread(ts), dismiss(ts), inThread}
export function drawMessage({ message, author, room }) {
  const name = author?.name ?? message.username ?? message.user;
  const tags = [author?.is_bot ? h("span", { class: "tag" }, "APP") : null, author?.is_stranger ? h("span", { class: "tag" }, "EXTERNAL") : null];
  const head = h("div", { class: "head" }, h("b", {}, name), tags, h("time", { title: full(message.ts) }, clock(message.ts)));
  const whisper = message.is_ephemeral ? h("p", { class: "only" }, h("i", { class: "icon eye", "aria-hidden": "true" }), " Only visible to you") : null;
  const body = h("div", { class: "body" }, content(message, room), edited(message), files(message), marks(message));
  const note = room.note(message.ts);
  const parts = [whisper, head, body, note ? h("p", { class: "note", role: "alert" }, "⚠ ", note) : null, foot(message, room)];
  const kind = message.is_ephemeral ? "message whisper" : "message";
  return h("article", { class: kind, data: { ts: message.ts }, "aria-label": `${name}, ${clock(message.ts)}` }, avatar(author), h("div", { class: "message-main" }, parts), tools(message, room));
}

function content(message, room) {
  const context = room.context(message);
  if (message.blocks?.length) return drawBlocks(message.blocks, context);
  return h("div", { class: "section-text" }, mrkdwn(message.text ?? "", context.names));
}

const edited = (message) => (message.edited && !message.blocks?.length ? h("small", { class: "faint" }, " (edited)") : null);

function files(message) {
  return (message.files ?? []).map((file) =>
    h("figure", { class: "file" }, h("figcaption", {}, h("a", { href: new URL(file.permalink).pathname, target: "_blank", rel: "noopener" }, file.title)), h("pre", {}, file.preview)));
}

function marks(message) {
  const shown = (message.reactions ?? []).map((one) => h("span", { class: "reaction" }, emoji(one.name), ` ${one.count}`));
  return shown.length ? h("div", { class: "reactions" }, shown) : null;
}

function foot(message, room) {
  if (message.is_ephemeral) return h("button", { class: "linkish", on: { click: () => room.dismiss(message.ts) } }, "Dismiss");
  if (!message.reply_count || room.inThread) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const last = ` Last reply ${ago(new Date(Number(message.latest_reply) * 1000))}`;
  return h("button", { class: "replies", on: { click: () => room.openThread(message.ts) } }, h("b", {}, words), h("small", {}, last));
}

function tools(message, room) {
  if (message.is_ephemeral) return null;
  const entries = room.shortcuts().map((one) => ({ words: one.name, act: () => room.choose(one, message) }));
  entries.push({ words: "Copy link", act: () => room.copyLink(message) });
  if (message.user === room.me) {
    entries.push({ words: "Edit message", act: () => room.revise(message) });
    entries.push({ words: "Delete message", act: () => room.unsay(message) });
  }
  const reply = h("button", { class: "tool", title: "Reply in thread", "aria-label": "Reply in thread", on: { click: () => room.openThread(message.ts) } }, "↩ Reply");
  return h("div", { class: "tools" }, room.inThread ? null : reply, menu("More message actions", "⋮", entries));
}

export const divider = (ts) => h("div", { class: "day", role: "separator" }, h("span", {}, day(ts)));
