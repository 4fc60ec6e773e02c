/* The preview beside a survey: follows the form, and what is clicked in it leads on without storing anything. */
(() => {
  "use strict";
  const panel = document.querySelector("[data-preview]");
  if (panel) show(panel);
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }

  function show(panel) {
    const form = panel.dataset.form ? document.getElementById(panel.dataset.form) : null;
    const place = panel.querySelector("[data-frame]");
    const wrong = panel.querySelector("[data-wrong]");
    const width = panel.querySelector("[data-width]");
    const colours = panel.querySelector("[data-colours]");
    const choices = ["page", "answer", "locale"].map((name) => panel.querySelector(`[name=${name}]`)).filter(Boolean);
    const title = place.querySelector("iframe").title;
    let asked = 0;
    let waiting = 0;
    for (const label of panel.querySelectorAll(".scripted")) label.hidden = false;
    colours.value = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

    const fetched = () => {
      const chosen = new URLSearchParams(choices.map((each) => [each.name, each.value]));
      if (!form) return fetch(`${panel.dataset.preview}?${chosen}`);
      return fetch(panel.dataset.preview, { method: "POST", body: new FormData(form) });
    };
    const draw = async () => {
      const turn = ++asked;
      let answer, text;
      try { answer = await fetched(); text = await answer.text(); } catch { return; }
      if (turn !== asked || answer.redirected) return;
      const page = new DOMParser().parseFromString(text, "text/html");
      wrong.hidden = answer.ok;
      if (!answer.ok) { wrong.textContent = answer.status === 422 ? page.querySelector("h1").textContent : wrong.dataset.wrong; return; }
      for (const element of page.querySelectorAll("script, noscript")) element.remove();
      /* A new frame each time: one that is led on would fill the back button's list. */
      const frame = document.createElement("iframe");
      frame.title = title;
      frame.setAttribute("sandbox", "allow-same-origin");
      frame.srcdoc = `<!doctype html>${page.documentElement.outerHTML}`;
      frame.addEventListener("load", () => { colour(frame); listen(frame); });
      place.replaceChildren(frame);
    };
    const soon = () => { clearTimeout(waiting); waiting = setTimeout(draw, 350); };
    const colour = (frame) => {
      const dark = colours.value === "dark";
      for (const sheet of frame.contentDocument.styleSheets)
        for (const rule of sheet.cssRules) {
          if (!(rule.media && rule.media.length)) continue;
          rule.was = rule.was || rule.media.mediaText;
          if (rule.was.includes("prefers-color-scheme: dark")) rule.media.mediaText = dark ? "all" : "not all";
        }
      frame.contentDocument.documentElement.style.colorScheme = colours.value;
    };
    const choose = (name, value) => {
      const select = choices.find((each) => each.name === name);
      if (select && [...select.options].some((each) => each.value === value)) select.value = value;
      draw();
    };
    const next = () => {
      const pages = choices[0];
      choose("page", (pages.options[pages.selectedIndex + 1] || pages.options[pages.selectedIndex]).value);
    };
    const listen = (frame) => {
      const page = frame.contentDocument;
      page.addEventListener("click", (event) => {
        const pressed = event.target.closest("button, a");
        if (!pressed) return;
        event.preventDefault();
        if (pressed.matches("a")) { if ((pressed.getAttribute("href") || "").includes("p=first")) choose("page", "first"); return; }
        if (pressed.form) next();
      }, true);
      page.addEventListener("submit", (event) => event.preventDefault(), true);
      page.addEventListener("change", (event) => { if (event.target.matches("select.language")) choose("locale", event.target.value); }, true);
    };
    const narrow = () => {
      place.toggleAttribute("data-narrow", Boolean(width.value));
      panel.classList.toggle("wide", !width.value);
    };
    for (const each of choices) each.addEventListener("change", draw);
    width.addEventListener("change", narrow);
    /* A frame that is still loading takes its colours when it has loaded: until then its sheets cannot be read. */
    colours.addEventListener("change", () => { const frame = place.querySelector("iframe"); if (frame && frame.contentDocument.readyState === "complete") colour(frame); });
    if (form) form.addEventListener("input", soon);
    place.replaceChildren();
    narrow();
    draw();
  }
})();
