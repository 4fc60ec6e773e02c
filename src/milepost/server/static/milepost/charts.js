// Draws the charts of a page from the data beside them: without eval, in the reader's theme, and anew
// where the width or the theme changes. Without this script the tables below the charts are open.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const views = new Map(); // drawing -> { view, width }
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;

  // Nothing is loaded to draw a chart, and a link stays on this site.
  const loader = {
    load: () => Promise.reject(new Error("charts load nothing")),
    sanitize: (uri) => {
      const link = new URL(uri, location.href);
      return link.origin === location.origin ? Promise.resolve({ href: link.href }) : Promise.reject(new Error("a link leads away"));
    },
  };

  function tell(_, event, item, value) {
    tip.hidden = value === null || value === undefined || value === "";
    if (tip.hidden) return;
    const list = document.createElement("dl");
    for (const [name, text] of Object.entries(value)) {
      if (text === "" || text === null) continue;
      list.append(Object.assign(document.createElement("dt"), { textContent: name }));
      list.append(Object.assign(document.createElement("dd"), { textContent: text }));
    }
    tip.replaceChildren(list);
    document.body.append(tip);
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const below = event.clientY + 16 + tip.offsetHeight < innerHeight;
    tip.style.left = `${Math.max(8, Math.min(event.clientX + 12, room))}px`;
    tip.style.top = `${below ? event.clientY + 16 : event.clientY - tip.offsetHeight - 8}px`;
  }

  function drawn(data, width) {
    const looks = structuredClone(dark.matches ? data.dark : data.light);
    looks.axisY.labelLimit = Math.min(360, width * 0.35);
    if (width < 480) looks.style.figure.fontSize = 9; // cells are small on a phone
    return { ...data.spec, width, height: data.height, config: looks, autosize: { type: "fit", contains: "padding" } };
  }

  async function draw(drawing) {
    const width = Math.floor(drawing.clientWidth);
    if (!width) return; // in something closed: it is drawn when it is opened
    views.get(drawing)?.view?.finalize();
    const spec = drawn(JSON.parse(drawing.nextElementSibling.textContent), width);
    const { expressionInterpreter: expr, View, compile, parse } = milepostVega;
    const view = new View(parse(compile(spec).spec, spec.config, { ast: true }), { expr, loader, renderer: "svg" });
    views.set(drawing, { view, width });
    await view.tooltip(tell).initialize(drawing).runAsync();
    // The drawing is one picture with one label; its marks' own are not, and the table has their links.
    drawing.querySelector("svg").setAttribute("aria-hidden", "true");
    const figures = drawing.closest(".chart")?.querySelector(".figures");
    if (figures && !figures.dataset.seen) {
      figures.open = false;
      figures.dataset.seen = "yes";
    }
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (Math.floor(target.clientWidth) !== views.get(target)?.width) draw(target);
    }
  });

  function find(root) {
    for (const drawing of views.keys()) {
      if (drawing.isConnected) continue;
      views.get(drawing).view.finalize();
      views.delete(drawing);
      sizes.unobserve(drawing);
    }
    root.querySelectorAll(".drawing").forEach((drawing) => {
      if (!views.has(drawing)) sizes.observe(drawing);
    });
  }

  dark.addEventListener("change", () => [...views.keys()].forEach(draw));
  document.addEventListener("htmx:afterSwap", () => { tip.hidden = true; find(document); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
  find(document);
})();
