// Looks again every few seconds at a page that follows work, and puts its news in place.
"use strict";
const PAUSE = 3000;

async function look() {
  const shown = document.querySelector("[data-follow]");
  if (!shown) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = page.querySelector("[data-follow]");
    // The work has ended: the page is another one now.
    if (!news) return location.reload();
    if (news.textContent !== shown.textContent) shown.replaceWith(news);
  } finally {
    setTimeout(look, PAUSE);
  }
}

setTimeout(look, PAUSE);
