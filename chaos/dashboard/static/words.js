/* How figures are said, everywhere on the page alike. */
export const OUTCOMES = ["served", "degraded", "broken"];

export const seconds = (value) => {
  if (value == null) return "–";
  if (value < 0.9995) return `${+(value * 1000).toFixed(value < 0.0995 ? 1 : 0)} ms`;
  return value < 120 ? `${+value.toFixed(1)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
};

export const rate = (value) => `${value >= 10 ? Math.round(value) : +value.toFixed(1)}/s`;

/* What comes by a link: requests, or new connections where requests can't be read. */
export const flow = ({ requests_per_s, connections_per_s }) => (requests_per_s === null ? { per_s: connections_per_s, of: "new connections" } : { per_s: requests_per_s, of: "requests" });

/* Never rounded to a whole that was not reached: 99.6 % of users are not all of them, and 0.2 % are not none. */
export const share = (part, whole) => {
  if (!whole) return "–";
  const percent = (part / whole) * 100;
  if (Number.isInteger(percent)) return `${percent}%`;
  return `${(percent > 50 ? Math.floor(percent * 10) : Math.ceil(percent * 10)) / 10}%`;
};

export const many = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

export const time = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const spoken = (name) => name.replaceAll("_", " ");

/* Properties where an element has such, attributes otherwise. */
export const element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "dataset") Object.assign(made.dataset, value);
    else if (name in made && !name.startsWith("aria")) made[name] = value;
    else if (value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
};
