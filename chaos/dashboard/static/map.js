/* The system as a picture: users on the left (on top, where there is little room), whoever calls before whom it calls.
   Dots are requests, at the rate at which they really come; those of users have the outcome that their users got. */
import { OUTCOMES, rate, spoken } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const BOX = { width: 124, height: 48 }, LABEL = { width: 84, height: 36, hit: 52 };
const NARROW = 620, MOST_DOTS_PER_S = 9, OVER = 3;
const still = matchMedia("(prefers-reduced-motion: reduce)");

const make = (tag, attributes, ...children) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/* What a button of the map is called: all that stands on it, what it is, and what for. */
function name(group, what, purpose) {
  const said = `${group.textContent.trim()}: ${what}. Choose it to ${purpose}.`;
  if (group.getAttribute("aria-label") !== said) group.setAttribute("aria-label", said);
}

export class SystemMap extends EventTarget {
  #holder; #store; #purpose; #svg = null; #wires = []; #nodes = new Map(); #chosen = null; #owed = new Map(); #last = 0;

  constructor(holder, store, purpose) {
    super();
    this.#purpose = purpose;
    this.#holder = holder;
    this.#store = store;
    store.addEventListener("system", () => this.#draw());
    store.addEventListener("update", () => this.#tell());
    new ResizeObserver(() => this.#svg && this.#isNarrow() !== this.narrow && this.#draw()).observe(holder);
    const move = (now) => {
      if (!document.hidden && this.#svg && !store.isHalted) this.#move(now);
      this.#last = now;
      requestAnimationFrame(move);
    };
    requestAnimationFrame(move);
  }

  choose(place, on) {
    this.#chosen = `${place}/${on}`;
    for (const each of this.#holder.querySelectorAll(".place")) {
      each.classList.toggle("chosen", each.dataset.place === this.#chosen);
    }
  }

  #isNarrow() {
    return this.#holder.clientWidth < NARROW;
  }

  #draw() {
    const { nodes, wires } = this.#store.system;
    this.narrow = this.#isNarrow();
    const layers = Math.max(...nodes.map((node) => node.layer)) + 1;
    const rows = Math.max(...nodes.map((node) => nodes.filter((other) => other.layer === node.layer).length));
    const along = this.narrow ? 150 : 316, across = this.narrow ? 158 : 112;
    const size = this.narrow ? [rows * across + 8, (layers - 1) * along + BOX.height + 16] : [(layers - 1) * along + BOX.width + 16, Math.max(rows * across, 150)];
    const middle = (node) => {
      const peers = nodes.filter((other) => other.layer === node.layer).length;
      const place = ((this.narrow ? size[0] : size[1]) - (peers - 1) * across) / 2 + node.row * across;
      const depth = node.layer * along + 8 + (this.narrow ? BOX.height : BOX.width) / 2;
      return this.narrow ? [place, depth] : [depth, place];
    };
    this.#svg = make("svg", { class: "map", viewBox: `0 0 ${size[0]} ${size[1]}`, role: "group", "aria-label": "Services and the links between them" });
    if (!this.narrow) this.#svg.style.maxWidth = `${size[0] * 1.45}px`;
    this.#nodes.clear();
    this.#wires = [];
    const at = new Map(nodes.map((node) => [node.service, middle(node)]));
    const lines = make("g", {}), dots = make("g", { "aria-hidden": "true" }), over = make("g", {});
    for (const wire of wires) over.append(this.#wire(wire, at.get(wire.source), at.get(wire.target), lines, dots));
    for (const node of nodes) over.append(this.#node(node, at.get(node.service)));
    this.#svg.append(lines, dots, over);
    this.#holder.replaceChildren(this.#svg);
    const [place, on] = (this.#chosen ?? "/").split("/");
    this.choose(place, on);
    this.#tell();
  }

  #place(group, place, on) {
    group.classList.add("place");
    group.dataset.place = `${place}/${on}`;
    group.setAttribute("role", "button");
    group.setAttribute("tabindex", "0");
    const choose = () => this.dispatchEvent(new CustomEvent("choose", { detail: { place, on } }));
    group.addEventListener("click", choose);
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose();
    });
  }

  #wire(wire, [x1, y1], [x2, y2], lines, dots) {
    const [dx, dy] = this.narrow ? [0, BOX.height / 2] : [BOX.width / 2, 0];
    const [sx, sy, tx, ty] = [x1 + dx, y1 + dy, x2 - dx, y2 - dy];
    const bend = this.narrow ? [0, Math.max(30, (ty - sy) / 2)] : [Math.max(40, (tx - sx) / 2), 0];
    const path = `M${sx} ${sy} C${sx + bend[0]} ${sy + bend[1]} ${tx - bend[0]} ${ty - bend[1]} ${tx} ${ty}`;
    const line = make("path", { class: "line", d: path }), middle = line.getPointAtLength(line.getTotalLength() * (this.narrow ? 0.6 : 0.58));
    const name = make("text", { class: "name", y: -4 }), figure = make("text", { class: "figure", y: 11 }), fault = make("text", { class: "fault", y: 26 });
    name.textContent = wire.link;
    const box = make("rect", { x: -LABEL.width / 2, y: -LABEL.height / 2, width: LABEL.width, height: LABEL.height, rx: 9 });
    const label = make("g", { class: "label", transform: `translate(${middle.x} ${middle.y})` }, box, name, " ", figure, " ", fault);
    const group = make("g", { class: "wire" }, make("path", { d: path, class: "grip" }), label);
    lines.append(line);
    this.#place(group, "link", wire.link);
    this.#wires.push({ ...wire, group, line, box, figure, fault, path, dots });
    return group;
  }

  #node(node, [x, y]) {
    const name = make("text", { x, y: y - 2 }), figure = make("text", { class: "figure", x, y: y + 15 });
    name.textContent = node.service ?? "users";
    const box = make("rect", { x: x - BOX.width / 2, y: y - BOX.height / 2, width: BOX.width, height: BOX.height, rx: 13 });
    const group = make("g", { class: node.service === null ? "node people" : "node" }, box, name, " ", figure);
    if (node.touchable) this.#place(group, "service", node.service);
    this.#nodes.set(node.service, { group, title: name, figure, y });
    return group;
  }

  /* Numbers and faults, in text: whoever sees no dots misses nothing. */
  #tell() {
    if (!this.#svg) return;
    const { on, now } = this.#store;
    const shown = (faults) => (faults.length ? `${spoken(faults[0].kind)}${faults.length > 1 ? ` +${faults.length - 1}` : ""}` : "");
    const left = (faults) => Math.max(0, Math.ceil(Math.max(...faults.map((each) => (each.ends_s ?? now) - now))));
    for (const wire of this.#wires) {
      const faults = on.filter((each) => each.place === "link" && each.on === wire.link);
      const flow = this.#store.flow(wire.link);
      wire.figure.textContent = !flow ? "–" : flow.of === "requests" ? rate(flow.per_s) : `${rate(flow.per_s)} conn.`;
      for (const each of [wire.group, wire.line]) each.classList.toggle("hit", faults.length > 0);
      wire.box.setAttribute("height", faults.length ? LABEL.hit : LABEL.height);
      wire.fault.textContent = faults.length ? `${shown(faults)} ${left(faults)} s` : "";
      name(wire.group, `the link from ${wire.source ?? "users"} to ${wire.target}, in ${flow?.of ?? "requests"} a second`, this.#purpose);
    }
    for (const [service, { group, title, figure, y }] of this.#nodes) {
      if (service === null) {
        const coming = this.#store.fared(OVER);
        figure.textContent = rate(coming.per_s);
        continue;
      }
      const faults = on.filter((each) => each.place === "service" && each.on === service);
      group.classList.toggle("hit", faults.length > 0);
      figure.textContent = faults.length ? `⚡ ${shown(faults)}, ${left(faults)} s` : "";
      title.setAttribute("y", faults.length ? y - 2 : y + 5);
      if (group.matches(".place")) name(group, "a service", this.#purpose);
    }
  }

  /* How many dots a link owes grows with its rate; each whole one sets out. */
  #move(now) {
    if (still.matches) return;
    const passed = Math.min((now - this.#last) / 1000, 0.25);
    for (const wire of this.#wires) {
      const flows = wire.source === null ? this.#ofUsers(wire.link) : [["inner", this.#store.flow(wire.link)?.per_s ?? 0, 0.9]];
      const all = flows.reduce((sum, [, per_s]) => sum + per_s, 0), slower = Math.min(1, MOST_DOTS_PER_S / (all || 1));
      for (const [kind, per_s, takes] of flows) {
        const key = `${wire.link}/${wire.source}/${kind}`;
        const owed = (this.#owed.get(key) ?? Math.random()) + per_s * slower * passed;
        if (owed >= 1) this.#send(wire, kind, takes);
        this.#owed.set(key, owed >= 1 ? Math.min(owed - 1, 1) : owed);
      }
    }
  }

  /* Users of every journey that begins at this link, by their outcomes; slow answers let their dots go slowly. */
  #ofUsers(link) {
    const sums = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
    let slowest = 0;
    for (const journey of this.#store.system.journeys) {
      if (journey.enters[0] !== link) continue;
      const fared = this.#store.fared(OVER, journey.name);
      for (const outcome of OUTCOMES) sums[outcome] += fared[outcome] / OVER;
      slowest = Math.max(slowest, fared.p95_s);
    }
    return OUTCOMES.map((outcome) => [outcome, sums[outcome], 0.8 + Math.min(slowest, 2.5)]);
  }

  #send(wire, kind, takes) {
    const dot = kind === "broken" ? make("rect", { class: "dot broken", x: -4, y: -4, width: 8, height: 8 }) : make("circle", { class: `dot ${kind}`, r: kind === "inner" ? 3 : kind === "degraded" ? 3.5 : 4 });
    dot.style.offsetPath = `path("${wire.path}")`;
    dot.style.offsetRotate = kind === "broken" ? "45deg" : "0deg";
    wire.dots.append(dot);
    const going = dot.animate([{ offsetDistance: "0%" }, { offsetDistance: "100%" }], { duration: takes * 1000, easing: "linear" });
    going.onfinish = going.oncancel = () => dot.remove();
  }
}
