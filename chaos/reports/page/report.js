"use strict";
(() => {
  const COUNTS = ["served", "degraded", "broken"];
  const TIMES = [["p50", "median", "--median"], ["p95", "p95", "--p95"], ["p99", "p99", "--p99"], ["control_p95", "p95 without the fault", "--soft"]];
  const DASHES = { p50: [], p95: [6, 3], p99: [2, 3], control_p95: [6, 3] };
  const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const seconds = (value) => `${+value.toFixed(2)} s`;
  const milliseconds = (value) => (value == null ? "–" : value >= 1000 ? `${+(value / 1000).toFixed(2)} s` : `${+value.toFixed(1)} ms`);
  /* Only what this run has: a control is there on request. */
  const timesOf = (data) => TIMES.filter(([key]) => key in data);
  const drawn = [];

  /* Behind the bars and lines: the time in which a fault was on, shaded and hatched; phases begin at thin lines. */
  function paintPhases(plot, data) {
    const { ctx, bbox } = plot;
    const at = (second) => Math.min(Math.max(plot.valToPos(second, "x", true), bbox.left), bbox.left + bbox.width);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const [, from, to] of data.faults) {
      const left = at(from), right = at(to ?? data.end);
      ctx.globalAlpha = 0.1;
      ctx.fillStyle = colour("--fault");
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      ctx.globalAlpha = 0.16;
      ctx.strokeStyle = colour("--fault");
      ctx.lineWidth = devicePixelRatio;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, bbox.top, right - left, bbox.height);
      ctx.clip();
      ctx.beginPath();
      for (let x = left - bbox.height; x < right; x += 9 * devicePixelRatio) {
        ctx.moveTo(x, bbox.top + bbox.height);
        ctx.lineTo(x + bbox.height, bbox.top);
      }
      ctx.stroke();
      ctx.restore();
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colour("--line");
    ctx.lineWidth = devicePixelRatio;
    for (const [, from] of data.phases) {
      const x = Math.round(at(from)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /* Above all: the names of the phases, and the moment at which all was well again. */
  function paintMarks(plot, data) {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = FONT.replace("12px", `${11 * ratio}px`);
    ctx.textBaseline = "bottom";
    ctx.textAlign = "left";
    const taken = [];
    const byWeight = [...data.phases].sort(([one], [other]) => (other === "fault") - (one === "fault"));
    for (const [name, from] of byWeight) {
      const x = Math.max(plot.valToPos(from, "x", true), bbox.left) + 3 * ratio, end = x + ctx.measureText(name).width;
      const fits = end <= bbox.left + bbox.width + 6 * ratio && taken.every(([left, right]) => end + 5 * ratio < left || x > right + 5 * ratio);
      if (!fits) continue;
      ctx.fillStyle = colour(name === "fault" ? "--broken-ink" : "--soft");
      ctx.fillText(name, x, bbox.top - 3 * ratio);
      taken.push([x, end]);
    }
    if (data.recovered !== null) {
      const x = plot.valToPos(data.recovered, "x", true);
      ctx.strokeStyle = colour("--served-ink");
      ctx.fillStyle = colour("--served-ink");
      ctx.lineWidth = 2 * ratio;
      ctx.setLineDash([5 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x + 9 * ratio, bbox.top + 5 * ratio);
      ctx.lineTo(x, bbox.top + 10 * ratio);
      ctx.fill();
      const label = "back to normal", room = ctx.measureText(label).width + 12 * ratio;
      const fits = x + room < bbox.left + bbox.width;
      ctx.textBaseline = "top";
      if (fits) ctx.fillText(label, x + 11 * ratio, bbox.top);
    }
    ctx.restore();
  }

  function phaseAt(data, second) {
    const fault = data.faults.find(([, from, to]) => second >= from && second <= (to ?? data.end));
    if (fault) return `fault: ${fault[0]}`;
    const passed = data.phases.filter(([, from]) => second >= from);
    return passed.length ? passed[passed.length - 1][0] : "";
  }

  function words(data, index) {
    const from = data.x[index];
    const lines = [`${seconds(from)} to ${seconds(from + data.width)} · ${phaseAt(data, from + data.width / 2)}`];
    if (data.served[index] === null) return `${lines[0]}\nnobody came`;
    lines.push(COUNTS.map((name) => `${data[name][index]} ${name}`).join(" · "));
    lines.push(timesOf(data).map(([key, name]) => `${name} ${milliseconds(data[key][index])}`).join(" · "));
    if (data.recovered !== null && data.recovered >= from && data.recovered < from + data.width) lines.push(`back to normal at ${seconds(data.recovered)}`);
    return lines.join("\n");
  }

  /* One box follows the pointer; its text is set as text. */
  function hovering(holder, data) {
    const box = document.createElement("div");
    box.className = "hover";
    box.hidden = true;
    holder.append(box);
    return (plot) => {
      const { idx, left, top } = plot.cursor;
      const mine = left >= 0 && idx != null && plot.root.matches(":hover");
      box.hidden = !mine;
      if (!mine) return;
      box.textContent = words(data, idx);
      const offset = plot.over.offsetLeft + left;
      box.style.top = `${plot.over.offsetTop + Math.max(0, top - 70)}px`;
      box.style.left = `${Math.max(0, Math.min(offset + 14, holder.clientWidth - box.offsetWidth))}px`;
    };
  }

  function axes(unit) {
    const common = () => ({ stroke: () => colour("--soft"), font: FONT, ticks: { show: false } });
    return [
      { ...common(), grid: { show: false }, size: 28, values: (_, all) => all.map((value) => `${+value.toFixed(2)} s`) },
      { ...common(), grid: { stroke: () => colour("--line"), width: 1 }, size: 52, values: (_, all) => all.map((value) => unit(value)) },
    ];
  }

  function draw(holder, data, columns, series, unit, x) {
    const follow = hovering(holder, data);
    const plot = new uPlot(
      {
        width: holder.clientWidth || 320,
        height: 210,
        padding: [18, 8, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: holder.closest("article").id }, drag: { x: false, y: false }, points: { show: false }, y: false },
        scales: { x: { time: false, range: () => [0, Math.max(data.end, x[x.length - 1] ?? 0)] }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.22 : 1] } },
        axes: axes(unit),
        series: [{}, ...series],
        hooks: { drawClear: [(each) => paintPhases(each, data)], draw: [(each) => paintMarks(each, data)], setCursor: [follow] },
      },
      [x, ...columns],
      holder,
    );
    drawn.push([holder, plot]);
  }

  function outcomes(holder, data) {
    const total = (index, most) => COUNTS.slice(0, most).reduce((sum, name) => sum + (data[name][index] ?? 0), 0);
    const middle = data.x.map((from) => from + data.width / 2);
    const columns = [3, 2, 1].map((most) => data.x.map((_, index) => (data.served[index] === null ? null : total(index, most))));
    const bars = uPlot.paths.bars({ size: [0.86, 60], gap: 0 });
    const series = ["--broken", "--degraded", "--served"].map((name) => ({ fill: () => colour(name), stroke: () => colour(name), width: 0, paths: bars, points: { show: false } }));
    draw(holder, data, columns, series, (value) => (Number.isInteger(value) ? `${value}` : ""), middle);
  }

  function latency(holder, data) {
    const middle = data.x.map((from) => from + data.width / 2);
    const times = timesOf(data).reverse();
    const series = times.map(([key, , name]) => ({ stroke: () => colour(name), width: key === "p50" ? 2 : 1.5, dash: DASHES[key], points: { show: false } }));
    draw(holder, data, times.map(([key]) => data[key]), series, milliseconds, middle);
  }

  function show(figure) {
    const data = JSON.parse(figure.querySelector("script.series").textContent);
    outcomes(figure.querySelector(".outcomes"), data);
    latency(figure.querySelector(".latency"), data);
  }

  /* A page that users saw is put into its frame when someone wants to see it: a report may hold hundreds of them. */
  for (const details of document.querySelectorAll("details.as-seen")) {
    details.addEventListener("toggle", () => {
      const frame = details.querySelector("iframe");
      if (details.open && frame && !frame.srcdoc) frame.srcdoc = frame.dataset.page;
    });
  }

  const redraw = () => drawn.forEach(([, plot]) => plot.redraw(false, true));
  const resize = () => drawn.forEach(([holder, plot]) => plot.setSize({ width: holder.clientWidth || 320, height: 210 }));
  const figures = [...document.querySelectorAll("figure.journey")];
  /* Charts far below are drawn when they come near: a run of many experiments opens at once. */
  const near = new IntersectionObserver((seen) => {
    for (const each of seen) if (each.isIntersecting && !each.target.dataset.drawn) {
      each.target.dataset.drawn = "yes";
      show(each.target);
    }
  }, { rootMargin: "900px" });
  figures.forEach((figure) => near.observe(figure));
  addEventListener("resize", resize);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => {
    document.documentElement.classList.add("printing");
    for (const figure of figures) if (!figure.dataset.drawn) {
      figure.dataset.drawn = "yes";
      show(figure);
    }
    drawn.forEach(([holder, plot]) => plot.setSize({ width: Math.min(holder.clientWidth || 320, 330), height: 210 }));
    redraw();
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("printing");
    resize();
    redraw();
  });
})();
