// Where people write: messages, replies, commands, and the app's shortcuts.

import { $, h, toast } from "./dom.js";
import { post } from "./api.js";
import { menu } from "./menus.js";

// `desk`: {user, channel, app, refresh()}; `thread()` gives the thread that is answered, or null.
export function composer(desk, form, field, thread) {
  const send = () => speak(desk, field, thread());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });
}

async function speak(desk, field, thread) {
  const words = field.value.trim();
  if (!words) return;
  const [command, ...rest] = words.split(" ");
  const slash = words.startsWith("/") && !thread;
  const place = { user: desk.user, channel: desk.channel };
  const answer = slash
    ? await post("slash", { ...place, command, text: rest.join(" ") })
    : await post("say", { ...place, text: words, ...(thread ? { thread_ts: thread } : {}) });
  if (!answer.ok) return toast(answer.problem);
  field.value = "";
  hint(desk);
  await desk.refresh();
}

export function hint(desk) {
  $("hint").hidden = !$("words").value.startsWith("/");
  $("hint").replaceChildren(h("b", {}, desk.app?.command ?? ""), " talks to ", desk.app?.name ?? "", ". Enter sends.");
}

export async function choose(desk, shortcut, place = {}) {
  const answer = await post("shortcut", { user: desk.user, callback_id: shortcut.callback_id, ...place });
  if (!answer.ok || !answer.acked) toast(answer.problem);
  await desk.refresh();
}

export function drawShortcuts(desk) {
  const offered = (desk.app.shortcuts ?? []).filter((one) => !one.on_messages);
  const sign = JSON.stringify(offered);
  if ($("shortcuts").dataset.sign === sign) return;
  $("shortcuts").dataset.sign = sign;
  const entries = offered.map((one) => ({ words: one.name, act: () => choose(desk, one) }));
  $("shortcuts").replaceChildren(offered.length ? menu(`Shortcuts of ${desk.app.name}`, "Shortcuts", entries) : "");
}
