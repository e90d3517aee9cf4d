// The page Urgent: only the fields that count are there, "all" and single panels take turns, and panels are found by name.
// What a message looks like, and whether it is right, the server says (urgent_preview.html). A form that was wrong comes back as
// a new one, so everything is heard on the document.
"use strict";

(() => {
  const formOf = (event) => event.target.closest(".urgent-form");
  const chosen = (form, name, otherwise) => form.querySelector(`[name="${name}"]:checked`)?.value ?? otherwise;

  const showWhatCounts = () => {
    const form = document.querySelector(".urgent-form");
    if (!form) return;
    const kind = chosen(form, "kind", "text");
    for (const each of form.querySelectorAll("[data-kind]")) each.hidden = each.dataset.kind !== kind;
    for (const each of form.querySelectorAll("[data-ends]")) each.hidden = chosen(form, "ends", "") !== each.dataset.ends;
  };

  document.addEventListener("change", (event) => {
    const form = formOf(event), box = event.target;
    if (!form) return;
    if (box.name === "to" && box.checked) {
      const isAll = box.value === "all";
      for (const each of form.querySelectorAll('[name="to"]:checked')) if ((each.value === "all") !== isAll) each.checked = false;
    }
    // A length that is chosen after a time was typed is what is meant.
    if (box.name === "ends" && box.value !== "at") form.elements.clock.value = "";
    showWhatCounts();
    if (box.name === "ends" && box.value === "at") form.elements.clock.focus();
  }, true); // before htmx asks for the preview

  document.addEventListener("input", (event) => {
    const form = formOf(event);
    if (!form) return;
    if (event.target.id === "urgent-find") {
      const words = event.target.value.trim().toLowerCase();
      for (const each of form.querySelectorAll(".urgent-single label")) {
        each.hidden = !each.textContent.toLowerCase().includes(words) && !each.querySelector(":checked");
      }
      event.stopPropagation(); // it is no part of the message
      return;
    }
    // What was said of a field when the form was sent goes as soon as it is changed; what is wrong now stands in its hint.
    const about = event.target.closest("fieldset") || event.target.closest(".field");
    for (const said of about?.querySelectorAll(".fault:not([aria-live])") || []) said.remove();
    event.target.removeAttribute("aria-invalid");
  }, true);

  document.addEventListener("htmx:afterSettle", showWhatCounts);
  showWhatCounts();
})();
