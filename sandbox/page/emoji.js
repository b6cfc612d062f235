// The emoji that cards use, by the names Slack gives them.

import { h } from "./dom.js";

const NAMES = {
  alarm_clock: "⏰", arrow_right: "➡️", arrow_up: "⬆️", ballot_box_with_check: "☑️", bell: "🔔",
  black_circle: "⚫", bulb: "💡", calendar: "📅", clipboard: "📋", clock1: "🕐", construction: "🚧",
  credit_card: "💳", cross_mark: "❌", eyes: "👀", fire: "🔥", gear: "⚙️", green_circle: "🟢",
  hammer_and_wrench: "🛠️", heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  information_source: "ℹ️", key: "🔑", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_orange_circle: "🟠", large_red_circle: "🔴", large_yellow_circle: "🟡", link: "🔗", lock: "🔒",
  mag: "🔍", memo: "📝", moneybag: "💰", no_entry: "⛔", octagonal_sign: "🛑", orange_circle: "🟠",
  pause_button: "⏸️", pencil: "📝", pencil2: "✏️", question: "❓", red_circle: "🔴", robot_face: "🤖",
  rotating_light: "🚨", shield: "🛡️", speech_balloon: "💬", stopwatch: "⏱️", tada: "🎉", thumbsup: "👍",
  unlock: "🔓", warning: "⚠️", wave: "👋", white_check_mark: "✅", white_circle: "⚪", x: "❌",
  yellow_circle: "🟡", zap: "⚡",
};

// Drawn rather than left to a font that may have no colours, or may not be there.
const DRAWN = {
  black_circle: ["", "#1d1c1d"], green_circle: ["", "#2eb67d"], large_blue_circle: ["", "#2d7ff0"], large_green_circle: ["", "#2eb67d"],
  large_orange_circle: ["", "#f2952f"], large_red_circle: ["", "#e01e5a"], large_yellow_circle: ["", "#ecc22e"], orange_circle: ["", "#f2952f"],
  red_circle: ["", "#e01e5a"], white_circle: ["", "#e8e8e8"], yellow_circle: ["", "#ecc22e"],
  cross_mark: ["✖", "#e01e5a"], heavy_check_mark: ["✔", "#2eb67d"], information_source: ["i", "#2d7ff0"], no_entry: ["–", "#e01e5a"],
  octagonal_sign: ["✋", "#e01e5a"], warning: ["!", "#dd9a00"], white_check_mark: ["✔", "#2eb67d"], x: ["✖", "#e01e5a"],
};

export function emoji(name) {
  const drawn = DRAWN[name];
  if (drawn) return h("span", { class: drawn[0] ? "emoji badge-like" : "emoji dot", role: "img", "aria-label": name, title: `:${name}:`, css: { background: drawn[1] } }, drawn[0]);
  return NAMES[name] ? h("span", { class: "emoji", role: "img", "aria-label": name }, NAMES[name]) : `:${name}:`;
}

const DRAWN_BY_CHARACTER = Object.fromEntries(Object.keys(DRAWN).filter((name) => NAMES[name]).map((name) => [NAMES[name], name]));
const CHARACTERS = new RegExp(`(${Object.keys(DRAWN_BY_CHARACTER).join("|")})`, "u");

// Text in which emoji stand as characters, as nodes.
export const pictured = (text) =>
  text.split(CHARACTERS).filter(Boolean).map((piece) => (DRAWN_BY_CHARACTER[piece] ? emoji(DRAWN_BY_CHARACTER[piece]) : piece));

// Text in which the names of emoji stand too, as nodes.
export function withEmoji(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).flatMap((piece) => {
    const name = piece.startsWith(":") && piece.length > 2 ? piece.slice(1, -1) : "";
    return NAMES[name] ? [emoji(name)] : pictured(piece);
  });
}

export const asText = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => NAMES[name] ?? whole);
