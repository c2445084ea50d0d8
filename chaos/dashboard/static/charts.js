/* Charts that move with time. All share one window of it, and show by shading when something was broken on purpose. */
import { OUTCOMES, element, flow, many, rate, seconds, share, spoken, time } from "./words.js";

const SLOTS = 120, REDRAWN_EVERY = 250, MOST_LATE = 0.05;
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4]];
const INKS = ["--median", "--p95", "--p99", "--served-ink", "--broken-ink"];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/* Outcomes have a pattern as well as a colour: plain, dotted, hatched. */
function pattern(outcome) {
  const size = 8 * devicePixelRatio, tile = new OffscreenCanvas(size, size), ctx = tile.getContext("2d");
  ctx.fillStyle = colour(`--${outcome}`);
  ctx.fillRect(0, 0, size, size);
  ctx.fillStyle = ctx.strokeStyle = colour("--card");
  ctx.lineWidth = 1.3 * devicePixelRatio;
  if (outcome === "degraded") for (const [x, y] of [[0.25, 0.25], [0.75, 0.75]]) {
    ctx.beginPath();
    ctx.arc(x * size, y * size, size * 0.13, 0, 7);
    ctx.fill();
  }
  if (outcome === "broken") for (const shift of [-1, 0, 1]) {
    ctx.beginPath();
    ctx.moveTo(shift * size, size);
    ctx.lineTo((shift + 1) * size, 0);
    ctx.stroke();
  }
  return ctx.createPattern(tile, "repeat");
}

const come = (flow) => (!flow ? "–" : flow.of === "requests" ? rate(flow.per_s) : `${rate(flow.per_s)} ${flow.of}`);

export class Charts {
  #holder; #store; #journey = null; #length = 120; #charts = []; #due = 0; #patterns = {};
  #busy = element("p", { className: "notice", hidden: true }, "This machine is busy with other things: users set out later than they should, so do not trust how long they wait.");

  constructor(holder, store) {
    this.#holder = holder;
    this.#store = store;
    store.addEventListener("system", () => this.#begin());
    const tick = (now) => {
      if (!document.hidden && now >= this.#due && store.system) {
        this.#due = now + REDRAWN_EVERY;
        this.draw();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.#patterns = {}; });
  }

  show({ journey = this.#journey, length = this.#length }) {
    this.#journey = journey;
    this.#length = length;
    this.draw();
  }

  draw() {
    if (!this.#store.system) return;
    const slots = this.#slots();
    for (const chart of this.#charts) chart.fill(slots);
    const { late, total } = this.#store.fared(10);
    this.#busy.hidden = late <= MOST_LATE * total;
  }

  #begin() {
    for (const chart of this.#charts) chart.destroy();
    const { system } = this.#store;
    const common = { store: this.#store, length: () => this.#length, holder: this.#holder };
    this.#holder.replaceChildren(this.#busy);
    const fill = (outcome) => () => (this.#patterns[outcome] ??= pattern(outcome));
    this.#charts = [
      new Chart({
        ...common, title: "Users", whole: true, unit: (value) => (Number.isInteger(value) ? `${value}/s` : ""),
        lines: OUTCOMES.map((outcome, index) => ({ name: outcome, outcome, bars: true, fill: fill(outcome), stroke: `--${outcome}`, value: (slot) => (slot.fared ? OUTCOMES.slice(0, index + 1).reduce((sum, each) => sum + slot.fared[each], 0) / slot.width : null), said: (slot) => slot.fared && many(Math.round(slot.fared[outcome]), "user") })).reverse(),
        legend: (slot) => (line) => share(slot.fared?.[line.outcome] ?? 0, slot.fared ? OUTCOMES.reduce((sum, each) => sum + slot.fared[each], 0) : 0),
      }),
      new Chart({
        ...common, title: "How long they wait", unit: seconds,
        lines: [["p50_s", "half of them"], ["p95_s", "95 of 100"], ["p99_s", "99 of 100"]].map(([key, name], index) => ({ name, stroke: INKS[index], dash: DASHES[index], value: (slot) => slot.fared?.[key] ?? null, said: (slot) => seconds(slot.fared?.[key]) })),
      }),
      new Chart({
        ...common, title: "Requests on each link", unit: rate,
        lines: [...new Set(system.wires.map((wire) => wire.link))].map((link, index) => ({ name: link, stroke: INKS[index % INKS.length], dash: DASHES[index % DASHES.length], value: (slot) => slot.links[link]?.per_s ?? null, said: (slot) => come(slot.links[link]) })),
      }),
      ...Object.keys(system.audits).map((audit) => new Chart({
        ...common, title: `Promised and kept: ${spoken(audit)}`, unit: (value) => (Number.isInteger(value) ? `${value}` : ""),
        lines: [["acknowledged", "acknowledged to users"], ["stored", "of these, stored"]].map(([key, name], index) => ({ name, stroke: INKS[index], dash: DASHES[index], value: (slot) => slot.kept[audit]?.[key] ?? null, said: (slot) => `${slot.kept[audit]?.[key] ?? "–"}` })),
        empty: (slots) => !slots.some((slot) => slot.kept[audit]?.acknowledged),
      })),
      new Chart({
        ...common, title: "Outage reports in the last minute", unit: (value) => (Number.isInteger(value) ? `${value}` : ""), least: 10,
        lines: [{ name: "some who are let down tell others", stroke: "--broken", fill: () => colour("--broken") + "33", value: (slot) => slot.reports, said: (slot) => many(slot.reports, "report") }],
      }),
    ];
  }

  /* The window in equal slots, each with what is to be drawn of it. Of percentiles, a longer slot shows its worst. */
  #slots() {
    const { now, seconds: known } = this.#store, width = Math.max(1, Math.round(this.#length / SLOTS));
    const last = Math.floor(now / width) * width, slots = [];
    const reports = (at) => known.get(at)?.reports ?? 0;
    let recent = 0;
    for (let at = last - this.#length - 60; at < last - this.#length; at += 1) recent += reports(at);
    for (let from = last - this.#length; from <= last; from += width) {
      const slot = { from, width, fared: null, links: {}, kept: {}, reports: 0 };
      for (let at = from; at < from + width; at += 1) {
        const second = known.get(at), fared = this.#store.of(second, this.#journey);
        recent += reports(at) - reports(at - 60);
        if (!second) continue;
        if (fared) {
          slot.fared ??= { served: 0, degraded: 0, broken: 0, p50_s: 0, p95_s: 0, p99_s: 0 };
          for (const outcome of OUTCOMES) slot.fared[outcome] += fared[outcome];
          for (const key of ["p50_s", "p95_s", "p99_s"]) slot.fared[key] = Math.max(slot.fared[key], fared[key]);
        }
        for (const [link, each] of Object.entries(second.links)) {
          const found = flow(each);
          if (!(slot.links[link]?.per_s > found.per_s)) slot.links[link] = found;
        }
        Object.assign(slot.kept, second.kept);
      }
      slot.reports = recent;
      slots.push(slot);
    }
    return slots;
  }
}

class Chart {
  #options; #plot; #holder; #figure; #legend; #slots = []; #watch;

  constructor(options) {
    this.#options = options;
    this.#holder = element("div", { className: "chart", "aria-hidden": "true" });
    this.#legend = options.lines.map((line) => [line, element("span", {})]);
    const legend = element("ul", { className: "legend" }, ...[...this.#legend].reverse().map(([line, figure]) => element("li", {}, swatch(line), `${line.name}\u00a0`, figure)));
    if (!options.lines[0].bars) legend.replaceChildren(...this.#legend.map(([line, figure]) => element("li", {}, swatch(line), `${line.name}\u00a0`, figure)));
    this.#figure = element("figure", { className: options.whole ? "whole" : "" }, element("figcaption", {}, element("h3", {}, options.title), legend), this.#holder);
    options.holder.append(this.#figure);
    this.#plot = new uPlot(this.#settings(), [[], ...options.lines.map(() => [])], this.#holder);
    this.#watch = new ResizeObserver(() => this.#plot.setSize({ width: this.#holder.clientWidth || 300, height: this.#holder.clientHeight || 170 }));
    this.#watch.observe(this.#holder);
  }

  destroy() {
    this.#watch.disconnect();
    this.#plot.destroy();
    this.#figure.remove();
  }

  fill(slots) {
    this.#slots = slots;
    const { lines, legend, empty } = this.#options;
    this.#figure.hidden = empty?.(slots) ?? false;
    if (this.#figure.hidden) return;
    const last = [...slots].reverse().find((slot) => lines[0].value(slot) !== null && slot.from < slots.at(-1).from) ?? slots.at(-1);
    for (const [line, figure] of this.#legend) {
      const said = legend ? legend(last)(line) : line.said(last);
      if (figure.textContent !== said) figure.textContent = said ?? "–";
    }
    if (!near(this.#holder)) return;
    this.#plot.setData([slots.map((slot) => slot.from + slot.width / 2), ...lines.map((line) => slots.map(line.value))]);
  }

  #settings() {
    const { lines, unit, store, length, least = 0 } = this.#options;
    const common = () => ({ stroke: () => colour("--soft"), font: FONT, ticks: { show: false } });
    const box = element("div", { className: "hover", hidden: true });
    this.#holder.append(box);
    const bars = uPlot.paths.bars({ size: [0.94, 40], gap: 0, align: 0 });
    return {
      width: this.#holder.clientWidth || 300,
      height: this.#holder.clientHeight || 170,
      padding: [10, 22, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "time" }, drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: { x: { time: false, range: () => [store.now - length(), store.now] }, y: { range: (_, __, most) => [0, Math.max(least, most > 0 ? most * 1.15 : 1)] } },
      axes: [
        { ...common(), grid: { show: false }, size: 26, space: 90, values: (_, all) => all.map((at) => time(store.date(at))) },
        { ...common(), grid: { stroke: () => colour("--line"), width: 1 }, size: 54, space: 34, values: (_, all) => all.map(unit) },
      ],
      series: [{}, ...lines.map((line) => ({ stroke: () => colour(line.stroke), fill: line.fill, width: line.bars ? 0 : 1.8, dash: line.dash, spanGaps: !line.bars, paths: line.bars ? bars : undefined, points: { show: false } }))],
      hooks: { drawClear: [(plot) => this.#shade(plot)], setCursor: [(plot) => this.#hover(plot, box)] },
    };
  }

  /* Behind everything: when something was broken on purpose. */
  #shade(plot) {
    const { ctx, bbox } = plot, { store } = this.#options, ratio = devicePixelRatio;
    const at = (second) => Math.min(Math.max(plot.valToPos(second, "x", true), bbox.left), bbox.left + bbox.width);
    ctx.save();
    for (const fault of store.tried) {
      const left = at(fault.injected_s), right = at(fault.undone_s ?? store.now);
      if (right <= left) continue;
      ctx.fillStyle = colour("--fault");
      ctx.globalAlpha = 0.1;
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.globalAlpha = 0.9;
      ctx.fillRect(left, bbox.top, right - left, 3 * ratio);
    }
    ctx.restore();
  }

  #hover(plot, box) {
    const { idx, left, top } = plot.cursor, slot = this.#slots[idx], { store, lines } = this.#options;
    box.hidden = left < 0 || !slot || !plot.root.matches(":hover");
    if (box.hidden) return;
    const faults = store.tried.filter((fault) => fault.injected_s < slot.from + slot.width && (fault.undone_s ?? store.now) > slot.from);
    box.textContent = [
      time(store.date(slot.from)) + (faults.length ? ` · ${faults.map((fault) => `${spoken(fault.kind)} on ${fault.on}`).join(", ")}` : ""),
      ...[...lines].map((line) => `${line.name}: ${line.said(slot) ?? "nobody came"}`),
    ].join("\n");
    box.style.top = `${Math.max(0, top - 40)}px`;
    box.style.left = `${Math.max(0, Math.min(plot.over.offsetLeft + left + 14, this.#holder.clientWidth - box.offsetWidth))}px`;
  }
}

const near = (node) => {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > -300 && top < innerHeight + 300;
};

function swatch(line) {
  if (line.outcome) return element("i", { className: line.outcome });
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), mark = document.createElementNS(svg.namespaceURI, "line");
  svg.setAttribute("viewBox", "0 0 24 10");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries({ x1: 0, x2: 24, y1: 5, y2: 5, "stroke-width": 2.5, "stroke-dasharray": (line.dash ?? []).join(" ") })) mark.setAttribute(name, value);
  mark.style.stroke = `var(${line.stroke})`;
  svg.append(mark);
  return svg;
}
