// What whoever runs the sandbox suggests to try; a step takes one to where it happens.

import { $, h, toast } from "./dom.js";

const NARROW = 760;

const kept = (name) => JSON.parse(localStorage.getItem(name) ?? "[]");

// `tour`: [{title, words, user, channel, find}]; `seek(words)` looks for a message once it is there.
export function drawTour(tour, go, seek) {
  const [tried, now] = [kept("tried"), localStorage.getItem("trying")];
  const sign = JSON.stringify([tour, tried, now]);
  if ($("tour").dataset.sign === sign) return;
  $("tour").dataset.sign = sign;
  $("tour").hidden = !tour.length;
  const open = $("tour").querySelector("details")?.open ?? true;
  const steps = tour.map((step) => {
    const act = () => {
      localStorage.setItem("tried", JSON.stringify([...new Set([...tried, step.title])]));
      localStorage.setItem("trying", step.title);
      seek(step.find);
      if (innerWidth <= NARROW) toast(step.words, false);
      go({ user: step.user, channel: step.channel, thread: null });
    };
    const classes = ["step", step.title === now ? "now" : "", tried.includes(step.title) ? "seen" : ""];
    return h("li", {}, h("button", { type: "button", class: classes.filter(Boolean).join(" "), title: step.words, "aria-current": step.title === now ? "step" : null, on: { click: act } },
      h("b", {}, step.title), h("small", {}, step.words)));
  });
  $("tour").replaceChildren(h("details", { open }, h("summary", {}, "Try"), h("ol", {}, steps)));
}
