// Small comforts. Every page works without this file.
"use strict";

// Where something must be put right, start there. The server's sentences are kinder than the browser's bubbles.
const focusErrors = (root) => root.querySelector(".errors")?.focus();
const leaveCheckingToServer = (root) => {
  for (const form of root.querySelectorAll('form[method="post"]')) form.noValidate = true;
};

// As the server keeps it (kouryu/words.py): composed, without space around it and without what nobody sees.
const unseen = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f" +
    "\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e00ff}]",
  "gu",
);
const used = (text) => {
  const lines = text.replace(/\r\n|[\r\u2028\u2029]/g, "\n").replace(unseen, "").replace(/\u2800/g, " ");
  return [...lines.normalize("NFC").trim()].length;
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
      const left = limit - used(field.value);
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
