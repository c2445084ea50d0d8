// What a person finds on the page, for the rules marked B. Called with no argument; returns plain data.
() => {
  const collapse = text => (text || "").replace(/\s+/g, " ").trim();
  const visible = element => {
    const style = getComputedStyle(element);
    return element.getClientRects().length > 0 && style.visibility === "visible" && Number(style.opacity) > 0;
  };
  const named = element => {
    const by = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const labels = by.map(id => document.getElementById(id)?.innerText || "").join(" ");
    const own = element.labels?.length ? [...element.labels].map(label => label.innerText).join(" ") : "";
    const images = [...element.querySelectorAll("img[alt]")].map(image => image.alt).join(" ");
    const button = /^(submit|button|reset)$/.test(element.type || "") && element.tagName === "INPUT";
    return collapse(
      labels || element.getAttribute("aria-label") || own || (button ? element.value : "") || element.innerText
      || images || element.getAttribute("alt") || element.title || element.getAttribute("placeholder"));
  };

  // The error region: the alerts, else the statuses, else what the page has for itself.
  const shown = selector => [...document.querySelectorAll(selector)].filter(e => visible(e) && collapse(e.innerText));
  const alerts = shown("[role=alert], [role=alertdialog], [aria-live=assertive]");
  const statuses = shown("[role=status], [aria-live=polite], output");
  const regions = alerts.length ? alerts : statuses.length ? statuses
    : [document.querySelector("main, [role=main]") || document.body];
  const heading = shown("h1")[0];

  const colour = text => {
    const parts = (text.match(/[\d.]+/g) || []).map(Number);
    return {r: parts[0], g: parts[1], b: parts[2], a: parts.length > 3 ? parts[3] : 1};
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a),
    g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a),
    a: 1,
  });
  // The colour behind an element's text; null where a picture is behind it, whose colours nobody knows.
  const behind = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.backgroundImage !== "none") return null;
      const layer = colour(style.backgroundColor);
      layers.push(layer);
      if (layer.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), {r: 255, g: 255, b: 255, a: 1});
  };
  const luminance = ({r, g, b}) => {
    const [x, y, z] = [r, g, b].map(value => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  let contrast = null;
  for (const region of regions) {
    const walker = document.createTreeWalker(region, NodeFilter.SHOW_TEXT);
    for (let looked = 0; walker.nextNode() && looked < 500; looked++) {
      const element = walker.currentNode.parentElement;
      if (!collapse(walker.currentNode.data) || !visible(element)) continue;
      const background = behind(element);
      const own = getComputedStyle(element).color;
      if (background === null || !own.startsWith("rgb")) continue;
      const [high, low] = [luminance(over(colour(own), background)), luminance(background)].sort((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      contrast = contrast === null ? ratio : Math.min(contrast, ratio);
    }
  }

  const active = document.activeElement;
  const focused = active && active !== document.body && active !== document.documentElement;
  return {
    announced: [...new Set([...alerts, ...statuses])].map(region => collapse(region.innerText)),
    heading: heading ? collapse(heading.innerText) : "",
    focus: focused ? named(active) : "",
    focusInError: Boolean(focused) && (regions.some(region => region.contains(active))
      || Boolean(heading) && (heading === active || active.contains(heading))),
    contrast: contrast === null ? null : Math.round(contrast * 100) / 100,
  };
}
