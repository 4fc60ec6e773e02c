/* What a page of a survey does beyond plain HTML: evidence of a real input, one sending, characters left. */
(() => {
  "use strict";
  const inputs = { pointer: 0, key: 0 };
  const note = (kind) => (event) => { if (event.isTrusted) inputs[kind] += 1; };
  addEventListener("pointerdown", note("pointer"), { passive: true });
  /* A screen reader presses a button without a pointer and without a key. */
  addEventListener("click", note("pointer"), { passive: true, capture: true });
  addEventListener("keydown", note("key"), { passive: true });

  for (const form of document.querySelectorAll("form[method=post]")) {
    const evidence = form.querySelector("input[name=evidence]");
    const tell = () => { if (evidence) evidence.value = `p${Math.min(inputs.pointer, 9999)}k${Math.min(inputs.key, 9999)}`; };
    tell();
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) { event.preventDefault(); return; }
      sent = true;
      tell();
      /* Whoever stopped the sending may try again; the server takes the same page twice as one. */
      setTimeout(() => { sent = false; }, 3000);
    });
    /* A page brought back by the back button may send again. */
    addEventListener("pageshow", () => { sent = false; tell(); });
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
