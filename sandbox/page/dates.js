// Slack's date tokens, in the reader's own time zone.

const format = (options) => (date) => new Intl.DateTimeFormat("en-GB", options).format(date);
const DAY = 86_400_000;

const tokens = {
  date_num: (date) =>
    `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`,
  date: format({ day: "numeric", month: "long", year: "numeric" }),
  date_short: format({ day: "numeric", month: "short", year: "numeric" }),
  date_long: format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  time: format({ hour: "2-digit", minute: "2-digit" }),
  time_secs: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (date) => ago(date),
};
tokens.date_pretty = pretty(tokens.date);
tokens.date_short_pretty = pretty(tokens.date_short);
tokens.date_long_pretty = pretty(tokens.date_long);
tokens.day_divider_pretty = (date) => nearDay(date) ?? format({ weekday: "long", day: "numeric", month: "long" })(date);

function nearDay(date) {
  const midnight = (one) => new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime();
  const days = Math.round((midnight(date) - midnight(new Date())) / DAY);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

function pretty(plain) {
  return (date) => nearDay(date) ?? plain(date);
}

export function ago(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]])
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  return words.format(Math.round(seconds), "second");
}

export function written(timestamp, pattern) {
  const date = new Date(Number(timestamp) * 1000);
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => tokens[name]?.(date) ?? whole);
}

export const clock = (ts) => tokens.time(new Date(Number(ts) * 1000));
export const day = (ts) => tokens.day_divider_pretty(new Date(Number(ts) * 1000));
export const full = (ts) => written(ts, "{date_long} at {time_secs}");
