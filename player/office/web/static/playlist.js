/* A playlist: rows that are dragged, the focus that stays with the row that moved, and the list played in the browser.
   Knows: data-row, data-move, data-player. Touches: the list on the page. The buttons Up and Down do the same without it. */
"use strict";
(() => {
  // ---- dragging, by mouse, pen or finger
  let held = null;

  function rowBelow(list, y) {
    return [...list.querySelectorAll("[data-row]")].find((row) => {
      const place = row.getBoundingClientRect();
      return row !== held.row && y >= place.top && y <= place.bottom;
    });
  }

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    const row = handle.closest("[data-row]");
    held = { row, list: row.parentElement, from: Number(row.dataset.row), handle };
    handle.setPointerCapture(event.pointerId);
    row.classList.add("is-held");
  });
  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    const other = rowBelow(held.list, event.clientY);
    if (other) {
      const place = other.getBoundingClientRect();
      const above = event.clientY < place.top + place.height / 2;
      held.list.insertBefore(held.row, above ? other : other.nextElementSibling);
    }
    if (event.clientY < 60) scrollBy(0, -12);
    if (event.clientY > innerHeight - 60) scrollBy(0, 12);
  });
  function letGo(event) {
    if (!held) return;
    const { row, list, from } = held;
    held = null;
    row.classList.remove("is-held");
    const to = [...list.querySelectorAll("[data-row]")].indexOf(row);
    if (event.type === "pointercancel" || to === from) {
      if (to !== from) location.reload();
      return;
    }
    htmx.ajax("POST", list.dataset.move, {
      source: list, target: list.dataset.target, swap: "outerHTML",
      values: { do: "move", index: from, to, seen: list.dataset.seen },
    });
  }
  document.addEventListener("pointerup", letGo);
  document.addEventListener("pointercancel", letGo);

  // ---- after each change the focus stays with what was used
  document.body.addEventListener("htmx:afterSettle", () => {
    const wanted = document.querySelector("[data-focus]");
    if (!wanted) return;
    wanted.removeAttribute("data-focus");
    wanted.focus();
  });

  // ---- played in the browser
  const player = document.querySelector("[data-player]");
  if (!player) return;
  const items = [...player.querySelectorAll("[data-item]")];
  const film = player.querySelector("video"), image = player.querySelector("img[data-stage]");
  const count = player.querySelector("[data-count]"), fault = player.querySelector("[data-fault]");
  const pauseButton = player.querySelector("[data-pause]");
  let at = -1, timer = 0, left_ms = 0, began = 0, playing = false;

  function after(ms) {
    clearTimeout(timer);
    left_ms = ms;
    began = performance.now();
    timer = setTimeout(() => go(at + 1), ms);
  }

  function go(n) {
    clearTimeout(timer);
    film.pause();
    items.forEach((item) => item.removeAttribute("aria-current"));
    at = ((n % items.length) + items.length) % items.length;
    const item = items[at], { src, kind, seconds, fit, volume } = item.dataset;
    item.setAttribute("aria-current", "true");
    item.scrollIntoView({ block: "nearest" });
    count.textContent = `${at + 1} / ${items.length}`;
    fault.hidden = true;
    const isFilm = kind === "video";
    film.hidden = !isFilm;
    image.hidden = isFilm || !src;
    for (const stage of [film, image]) stage.className = `fit-${fit || "contain"}`;
    playing = true;
    pauseButton.setAttribute("aria-pressed", "false");
    left_ms = 0;
    if (isFilm) {
      film.src = src;
      film.volume = volume === "" ? 1 : Number(volume) / 100;
      film.play().catch(() => { film.muted = true; film.play().catch(() => {}); });
      if (seconds) after(Number(seconds) * 1000);
    } else {
      film.removeAttribute("src");
      if (src) image.src = src;
      fault.hidden = Boolean(src);
      after(Number(seconds || 10) * 1000);
    }
  }

  film.addEventListener("ended", () => go(at + 1));
  for (const stage of [film, image]) {
    stage.addEventListener("error", () => {
      if (stage.hidden || !stage.getAttribute("src")) return;
      fault.hidden = false;
      after(4000);
    });
  }
  player.querySelector("[data-next]").addEventListener("click", () => go(at + 1));
  player.querySelector("[data-previous]").addEventListener("click", () => go(at - 1));
  pauseButton.addEventListener("click", () => {
    playing = !playing;
    pauseButton.setAttribute("aria-pressed", String(!playing));
    if (playing) {
      if (!film.hidden) film.play();
      if (left_ms) after(left_ms);
    } else {
      film.pause();
      clearTimeout(timer);
      if (left_ms) left_ms = Math.max(1, left_ms - (performance.now() - began));
    }
  });
  items.forEach((item, n) => item.querySelector("button").addEventListener("click", () => go(n)));
  if (items.length) go(0);
})();
