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
  const { elt, shouldSwap, xhr } = event.detail;
  if (shouldSwap && elt.id?.startsWith("evening-") && !xhr.responseText.includes(`id="${elt.id}"`)) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

// Dragging fills in the form of the round and sends it: the form is the way for keyboards and without this file.
let dragged = null;
const targetOf = (event) => {
  const place = event.target.closest?.("[data-drop]");
  return dragged && place && place !== dragged && place.dataset.mover === dragged.dataset.mover ? place : null;
};
const mark = (place) => {
  for (const one of document.querySelectorAll(".drop-here")) one.classList.remove("drop-here");
  place?.classList.add("drop-here");
};
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-member]");
  if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.member);
});
document.addEventListener("dragover", (event) => {
  const place = targetOf(event);
  mark(place);
  if (place) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const place = targetOf(event);
  if (!place) return;
  event.preventDefault();
  const form = document.getElementById(place.dataset.mover);
  form.elements.member.value = dragged.dataset.member;
  form.elements.to.value = place.dataset.drop;
  form.requestSubmit();
});
document.addEventListener("dragend", () => { dragged = null; mark(null); });

// While somebody is being moved, by hand or in the form, the board waits with its news.
document.addEventListener("htmx:beforeRequest", (event) => {
  const board = event.detail.elt.id === "evening-board";
  if (board && (dragged || document.activeElement?.closest?.("#evening-board select"))) event.preventDefault();
});
