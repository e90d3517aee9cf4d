// The wall of panels and the page of one: pictures of what can be seen, tiles that change, the filter, answers that are put away.
"use strict";

(() => {
  const LOOK_MS = 10000, SOON_MS = 250, MOST = 60, ANSWERS_MOST = 6;
  const wall = document.getElementById("wall");

  // ---- Pictures: only of what can be seen; the server asks each panel at most twice a minute.
  const seen = new Set(), came = new Map();
  let soon = 0;
  const panelOf = (glass) => glass.dataset.panel || glass.closest("[data-panel]").dataset.panel;
  const eye = new IntersectionObserver((entries) => {
    for (const each of entries) (each.isIntersecting ? seen.add(each.target) : seen.delete(each.target));
    clearTimeout(soon);
    soon = setTimeout(look, SOON_MS);
  }, { rootMargin: "100px" });

  const show = (glass) => {
    const name = panelOf(glass), [at, clock] = came.get(name) || [];
    if (!at || glass.dataset.at === at) return;
    glass.dataset.at = at;
    const fresh = new Image();
    fresh.alt = "";
    fresh.decoding = "async";
    fresh.onload = () => {
      const time = document.createElement("time");
      time.dateTime = at;
      time.textContent = clock;
      glass.replaceChildren(fresh, time);
    };
    fresh.src = `/panels/${encodeURIComponent(name)}/picture?at=${encodeURIComponent(at)}`;
  };
  const take = (found) => {
    for (const [name, at] of Object.entries(found)) came.set(name, at);
    for (const glass of seen) if (panelOf(glass) in found) show(glass);
  };
  const look = async () => {
    if (document.hidden) return;
    const here = [...seen].filter((glass) => glass.isConnected && !glass.closest("[hidden]"));
    for (const glass of [...seen]) if (!glass.isConnected) seen.delete(glass);
    if (!here.length) return;
    const large = here.some((glass) => "large" in glass.dataset) ? "&large" : "";
    const names = here.slice(0, MOST).map(panelOf).map(encodeURIComponent).join(",");
    try {
      const answer = await fetch(`/wall/pictures?of=${names}${large}`, { cache: "no-store" });
      if (answer.ok) take(await answer.json());
    } catch { /* the red band says that the server is away */ }
  };
  const watch = (element) => {
    for (const glass of element.querySelectorAll(".glass")) eye.observe(glass);
  };
  document.addEventListener("console:picture", (event) => take(JSON.parse(event.detail)));
  watch(document);
  setInterval(look, LOOK_MS);

  // ---- The filter: as one types, without asking the server; the address keeps it.
  const form = document.getElementById("wall-filter"), word = document.getElementById("wall-word"), group = document.getElementById("wall-group");
  const count = document.getElementById("wall-count"), nothing = document.getElementById("wall-nothing");
  const fits = (tile) => (!group.value || tile.dataset.groups.includes(` ${group.value} `))
    && (!word.value.trim() || tile.textContent.toLowerCase().includes(word.value.trim().toLowerCase()));
  const tell = () => {
    const filtered = group.value || word.value.trim();
    const everyone = wall.children.length, shown = [...wall.children].filter((tile) => !tile.hidden).length;
    const said = filtered ? count.dataset.said.replace("{shown}", shown).replace("{everyone}", everyone) : "";
    if (count.textContent !== said) count.textContent = said;
    nothing.hidden = shown > 0;
  };
  const filter = () => {
    for (const tile of wall.children) tile.hidden = !fits(tile);
    tell();
    const address = new URL(location.href);
    for (const [name, value] of [["group", group.value], ["word", word.value.trim()]]) {
      if (value) address.searchParams.set(name, value); else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
  };

  // ---- Tiles from the stream: each in the place of the old one, with its picture, the keyboard's place, and in its order.
  const put = (tile) => {
    const old = document.getElementById(tile.id);
    const focused = old?.contains(document.activeElement) ? document.activeElement.id : "";
    if (old) {
      const glass = old.querySelector(".glass");
      tile.querySelector(".glass").replaceWith(glass);
      tile.hidden = !fits(tile);
    } else {
      tile.hidden = !fits(tile);
      watch(tile);
    }
    const settled = old && old.dataset.order === tile.dataset.order;
    if (settled) {
      old.replaceWith(tile);
    } else {
      old?.remove();
      wall.insertBefore(tile, [...wall.children].find((each) => each.dataset.order > tile.dataset.order) || null);
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (window.htmx) window.htmx.process(tile);
  };
  if (wall) {
    document.addEventListener("console:tiles", (event) => {
      const made = document.createElement("template");
      made.innerHTML = event.detail;
      for (const tile of [...made.content.children]) put(tile);
      tell();
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
    form.addEventListener("input", filter);
    word.addEventListener("search", filter);
    filter();
  }

  // ---- Answers: the newest on top, not more than one can read.
  const answers = document.getElementById("answers");
  document.addEventListener("click", (event) => {
    const away = event.target.closest("[data-answer-away]");
    if (away) away.closest(".answer").remove();
  });
  if (answers) {
    new MutationObserver(() => {
      while (answers.children.length > ANSWERS_MOST) answers.lastElementChild.remove();
    }).observe(answers, { childList: true });
  }
})();
