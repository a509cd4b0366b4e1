// The letter grows beside the form as it is written. Without this file a button shows it.
"use strict";

const form = document.getElementById("letter");
const preview = document.querySelector("[data-preview-of=letter]");
const part = (name) => preview.querySelector(`[data-preview=${name}]`);

// A picked strength as a pill in the colour of its family.
const pill = (box) => {
  const item = document.createElement("li");
  item.className = `str some ${hueOf(box)}`;
  item.textContent = box.closest("label").textContent.trim();
  return item;
};
const hueOf = (box) => [...box.closest("fieldset.family").classList].find((name) => name !== "family") ?? "";

const show = () => {
  const picked = [...form.querySelectorAll("[name=picks]:checked")];
  part("picks").replaceChildren(...picked.map(pill));
  preview.className = `letter ${picked.length ? hueOf(picked[0]) : ""}`;
  part("saw").textContent = form.elements.saw.value.trim() || part("saw").dataset.empty;
  part("would_count").textContent = form.elements.would_count.value.trim();
  part("would_count").parentElement.hidden = !form.elements.would_count.value.trim();
};

if (form && preview) {
  for (const button of form.querySelectorAll("[data-without-script]")) button.hidden = true;
  form.addEventListener("input", show);
  show();
}
