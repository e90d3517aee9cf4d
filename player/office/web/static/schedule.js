/* The week: a time drawn with the mouse or a finger fills the form of a new rule; a rule's end is dragged to another hour.
   Knows: data-week, data-day, data-rule. Touches: the page's forms. Everything can be typed into the forms, too. */
"use strict";
(() => {
  const DAY_MINUTES = 1440, STEP_MINUTES = 15, EDGE_PIXELS = 8;

  let drawn = null;

  const clock = (minutes) => minutes >= DAY_MINUTES ? "24:00"
    : `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

  function place(event, box) {
    const hours = box.querySelector("[data-hours]").getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - hours.left) / hours.width));
    const day = Math.min(6, Math.max(0, Math.floor((event.clientY - hours.top) / (hours.height / 7))));
    return { day, minutes: Math.round(share * DAY_MINUTES / STEP_MINUTES) * STEP_MINUTES };
  }

  function mark(box, day, from, until) {
    const rect = box.querySelector("[data-drawn]");
    const hours = box.querySelector("[data-hours]");
    const tall = hours.getBoundingClientRect().height / 7;
    rect.removeAttribute("hidden");
    rect.setAttribute("x", `${from / DAY_MINUTES * 100}%`);
    rect.setAttribute("width", `${(until - from) / DAY_MINUTES * 100}%`);
    rect.setAttribute("y", String(day * tall));
    rect.setAttribute("height", String(tall));
  }

  document.addEventListener("pointerdown", (event) => {
    const box = event.target.closest("[data-week]");
    if (!box || event.button !== 0 || box.dataset.week === "look") return;
    const block = event.target.closest("[data-rule]");
    const at = place(event, box);
    drawn = { box, at, block, edge: "", moved: false };
    if (block) {
      const edges = block.getBoundingClientRect();
      if (event.clientX - edges.left < EDGE_PIXELS && block.dataset.first) drawn.edge = "begins";
      if (edges.right - event.clientX < EDGE_PIXELS && block.dataset.last) drawn.edge = "ends";
    }
    if (event.pointerType === "mouse") event.preventDefault();
  });
  document.addEventListener("pointermove", (event) => {
    if (!drawn) return;
    const to = place(event, drawn.box);
    if (Math.abs(to.minutes - drawn.at.minutes) < STEP_MINUTES && !drawn.moved) return;
    drawn.moved = true;
    if (drawn.edge) {
      const { begins, ends, day } = drawn.block.dataset;
      const from = drawn.edge === "begins" ? to.minutes : Number(begins);
      const until = drawn.edge === "ends" ? to.minutes : Number(ends);
      if (from < until) mark(drawn.box, Number(day), from, until);
    } else {
      mark(drawn.box, drawn.at.day, Math.min(drawn.at.minutes, to.minutes), Math.max(drawn.at.minutes, to.minutes));
    }
  });
  document.addEventListener("pointerup", (event) => {
    if (!drawn) return;
    const { box, at, block, edge, moved } = drawn;
    drawn = null;
    const to = place(event, box);
    box.querySelector("[data-drawn]").setAttribute("hidden", "");
    if (!moved) {
      if (block) open(document.getElementById(`rule-${block.dataset.rule}`));
    } else if (edge) {
      const form = document.querySelector(`#rule-${block.dataset.rule} form[data-rule-form]`);
      form.elements[edge].value = clock(to.minutes);
      form.querySelector("[data-save]").click(); // requestSubmit would send the form without what the button does
    } else {
      fillNew(at.day, Math.min(at.minutes, to.minutes), Math.max(at.minutes, to.minutes));
    }
  });
  document.addEventListener("pointercancel", () => {
    if (drawn) drawn.box.querySelector("[data-drawn]").setAttribute("hidden", "");
    drawn = null;
  });

  function open(rule) {
    if (!rule) return;
    rule.querySelector("details").open = true;
    rule.scrollIntoView({ block: "center", behavior: "smooth" });
    rule.querySelector("summary").focus({ preventScroll: true });
  }

  function fillNew(day, from, until) {
    const box = document.getElementById("rule-new");
    const form = box.querySelector("form[data-rule-form]");
    form.elements.begins.value = clock(from);
    form.elements.ends.value = clock(until);
    for (const each of form.querySelectorAll('[name="days"]')) each.checked = Number(each.value) === day;
    open(box);
    form.elements.playlist.focus({ preventScroll: true });
  }

  // What a rule does not need is not shown: a dark time has no playlist, a running text has words.
  function fitForm(form) {
    const kind = form.elements.kind.value;
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  }
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-rule-form]");
    if (form && event.target.name === "kind") fitForm(form);
  });
  const fitAll = () => document.querySelectorAll("form[data-rule-form]").forEach(fitForm);
  document.body.addEventListener("htmx:afterSettle", () => {
    fitAll();
    const wanted = document.querySelector("[data-focus]");
    if (wanted) { wanted.removeAttribute("data-focus"); wanted.focus(); }
  });
  fitAll();

})();
