// Keeps the evening's page in step: minutes left, and a word when the connection is gone. htmx does the asking.
"use strict";

// The reader's clock may be wrong: count from what the server's clock said when it drew the page.
const drawnAt = new WeakMap();
const countDown = () => {
  for (const timer of document.querySelectorAll("[data-until]")) {
    if (!drawnAt.has(timer)) drawnAt.set(timer, performance.now());
    const now = Date.parse(timer.dataset.now) + performance.now() - drawnAt.get(timer);
    const left = Date.parse(timer.dataset.until) - now;
    const minutes = Math.ceil(left / 60000);
    const words = left <= 0 ? timer.dataset.over
      : minutes <= 1 ? timer.dataset.soon
      : timer.dataset.minutes.replace("%s", minutes);
    const shown = timer.querySelector("[data-left]");
    if (shown.textContent !== words) shown.textContent = words;
    const whole = Date.parse(timer.dataset.until) - Date.parse(timer.dataset.since);
    timer.querySelector(".left")?.setAttribute("stroke-dasharray", `${Math.max(0, (100 * left) / whole)} 100`);
  }
};
countDown();
setInterval(countDown, 1000);
document.addEventListener("htmx:afterSwap", countDown);

// Two misses in a row, so that a single lost packet frightens nobody; the asking itself goes on by its own.
const lost = document.getElementById("evening-lost");
let misses = 0;
const missed = () => { misses += 1; lost.hidden = misses < 2 && navigator.onLine; };
const reached = () => { misses = 0; lost.hidden = true; };
document.addEventListener("htmx:sendError", missed);
document.addEventListener("htmx:timeout", missed);
document.addEventListener("htmx:responseError", missed);
document.addEventListener("htmx:afterOnLoad", reached);
window.addEventListener("offline", () => { lost.hidden = false; });

// Signed out, paid up to yesterday, or the evening is gone: another page answered. Show that one, whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, xhr } = event.detail;
  if (elt.id?.startsWith("evening-") && !xhr.responseText.includes(`id="${elt.id}"`)) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
