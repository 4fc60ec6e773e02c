// Says that scripts run here: a page that waits for its numbers then asks again in place.
document.cookie = "scripts=on; path=/; SameSite=Lax";

// Filters that are left open stay out of the address, so that it can be read and shared.
document.addEventListener("htmx:configRequest", (event) => {
  const asked = event.detail.parameters;
  for (const name of new Set([...asked.keys()])) {
    if (asked.getAll(name).every((text) => text === "")) asked.delete(name);
  }
});
