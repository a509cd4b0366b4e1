// Small comforts. Every page works without this file.
"use strict";

// Where something must be put right, start there. The server's sentences are kinder than the browser's bubbles.
const focusErrors = (root) => root.querySelector(".errors")?.focus();
const leaveCheckingToServer = (root) => {
  for (const form of root.querySelectorAll('form[method="post"]')) form.noValidate = true;
};

// "n / limit": quiet, until little is left; then it speaks once at rest.
const countCharacters = (root) => {
  for (const count of root.querySelectorAll("[data-count-for]")) {
    const field = document.getElementById(count.dataset.countFor);
    if (!field || count.dataset.ready) continue;
    count.dataset.ready = "yes";
    const limit = Number(count.dataset.limit);
    const spoken = document.createElement("span");
    spoken.className = "vh";
    spoken.setAttribute("role", "status");
    count.after(spoken);
    let resting;
    const tell = () => {
      // Counted as the server counts: one per code point, a line break as one.
      const left = limit - [...field.value].length;
      count.querySelector(".num").textContent = limit - left;
      count.classList.toggle("over", left < 0);
      clearTimeout(resting);
      resting = setTimeout(() => {
        const near = left <= Math.max(10, limit / 10);
        spoken.textContent = near ? `${Math.abs(left)}${left < 0 ? count.dataset.over : count.dataset.left}` : "";
      }, 800);
    };
    field.addEventListener("input", tell);
    tell();
  }
};

// "Up to five": once five are chosen, the others rest.
const holdPicks = (root) => {
  for (const group of root.querySelectorAll("[data-max]:not(input)")) {
    const boxes = [...group.querySelectorAll('input[type="checkbox"]')];
    const hold = () => {
      const full = boxes.filter((box) => box.checked).length >= Number(group.dataset.max);
      for (const box of boxes) box.disabled = full && !box.checked;
    };
    group.addEventListener("change", hold);
    hold();
  }
};

// A password may be looked at while it is typed.
const showPasswords = (root) => {
  for (const button of root.querySelectorAll("[data-shows]")) {
    const field = document.getElementById(button.dataset.shows);
    if (!field) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
    field.form?.addEventListener("submit", () => { field.type = "password"; });
  }
};

// What is to be pasted elsewhere is copied by a button, where the browser allows it.
const copyFields = (root) => {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copies]")) {
    const field = document.getElementById(button.dataset.copies);
    if (!field) continue;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    });
  }
};

const wake = (root) => [leaveCheckingToServer, countCharacters, holdPicks, showPasswords, copyFields].forEach((act) => act(root));
wake(document);
focusErrors(document);
document.addEventListener("htmx:afterSettle", (event) => {
  wake(event.target);
  focusErrors(event.target);
});
