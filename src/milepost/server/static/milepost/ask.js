/* What a page of a survey does beyond plain HTML: evidence of a real input, one sending, characters left. */
(() => {
  "use strict";
  const began = performance.now();
  const inputs = { pointer: 0, key: 0, first: 0 };
  const note = (kind) => (event) => {
    if (!event.isTrusted) return;
    inputs[kind] += 1;
    inputs.first = inputs.first || Math.round(performance.now() - began);
  };
  addEventListener("pointerdown", note("pointer"), { passive: true });
  addEventListener("keydown", note("key"), { passive: true });

  for (const form of document.querySelectorAll("form.ask")) {
    const evidence = form.querySelector("input[name=evidence]");
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) { event.preventDefault(); return; }
      sent = true;
      if (evidence) evidence.value = `p${inputs.pointer}k${inputs.key}f${inputs.first}t${Math.round(performance.now() - began)}`;
      /* A page brought back by the back button may send again. */
      addEventListener("pageshow", () => { sent = false; }, { once: true });
    });
    for (const area of form.querySelectorAll("textarea[maxlength]")) {
      const left = form.querySelector(`[data-left="${CSS.escape(area.name)}"]`);
      if (!left) continue;
      const words = left.dataset.words;
      const tell = () => {
        const rest = area.maxLength - area.value.length;
        left.hidden = rest > 500;
        left.textContent = words.replace("{{ left }}", String(rest));
      };
      area.addEventListener("input", tell);
      tell();
    }
  }
  const chooser = document.querySelector("select.language");
  if (chooser) chooser.addEventListener("change", () => chooser.form.submit());
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }
})();
