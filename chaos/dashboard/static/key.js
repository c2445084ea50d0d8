/* The key comes behind the # of the address that the command printed. This origin keeps it; the address bar does not. */
const NAME = location.pathname === "/board" ? "gatecrash-board" : "gatecrash-key"; // who holds a workshop may learn in it, too

export function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    localStorage.setItem(NAME, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return localStorage.getItem(NAME) ?? "";
}

export const withKey = (headers = {}) => ({ Authorization: `Bearer ${takeKey()}`, ...headers });
