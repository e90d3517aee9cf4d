// The page Urgent: only the fields that count are there, "all" and single panels take turns, and panels are found by name.
// What a message looks like, and whether it is right, the server says (urgent_preview.html).
"use strict";

(() => {
  const form = document.querySelector(".urgent-form");
  if (!form) return;
  const chosen = (name, otherwise) => form.querySelector(`[name="${name}"]:checked`)?.value ?? otherwise;

  const showWhatCounts = () => {
    const kind = chosen("kind", "text");
    for (const each of form.querySelectorAll("[data-kind]")) each.hidden = each.dataset.kind !== kind;
    for (const each of form.querySelectorAll("[data-ends]")) each.hidden = chosen("ends", "") !== each.dataset.ends;
  };

  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.name === "to" && box.checked) {
      const isAll = box.value === "all";
      for (const each of form.querySelectorAll('[name="to"]:checked')) if ((each.value === "all") !== isAll) each.checked = false;
    }
    // A length that is chosen after a time was typed is what is meant.
    if (box.name === "ends" && box.value !== "at") form.elements.clock.value = "";
    showWhatCounts();
    if (box.name === "ends" && box.value === "at") form.elements.clock.focus();
  });

  // What was said of a field when the form was sent goes as soon as it is changed; what is wrong now stands in its hint.
  form.addEventListener("input", (event) => {
    const about = event.target.closest("fieldset") || event.target.closest(".field");
    for (const said of about?.querySelectorAll(".fault:not([aria-live])") || []) said.remove();
    event.target.removeAttribute("aria-invalid");
  });

  document.getElementById("urgent-find")?.addEventListener("input", (event) => {
    const words = event.target.value.trim().toLowerCase();
    for (const each of form.querySelectorAll(".urgent-single label")) {
      each.hidden = !each.textContent.toLowerCase().includes(words) && !each.querySelector(":checked");
    }
    event.stopPropagation();
  });

  showWhatCounts();
})();
