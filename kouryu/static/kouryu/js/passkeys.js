// Shows what needs passkeys where the browser knows them, and says in words what went wrong. allauth's files do the rest.
"use strict";

const trouble = document.getElementById("passkey-trouble");
const WORDS = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "elsewhere" };

if (window.webauthnJSON.supported()) {
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = true;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  trouble.textContent = trouble.dataset[WORDS[event.detail.exception.name] ?? "other"];
  trouble.hidden = false;
});
