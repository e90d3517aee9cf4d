// The frame of every page: the stream of news, the red band when they stop, times that stay true, faults beside their fields.
// A page's own script stands in a file of its own and hears of the stream by events on document:
//   "console:NAME" (detail: the text) for each message of another kind, "console:swapped" (detail: the new element) after a part
//   was replaced, "console:open" when the stream (again) begins: the server then sends everything that it shows.
"use strict";

(() => {
  const BEAT_MS = 2000, MISSED_BEATS = 3, AGAIN_MS = 1000, AGAIN_MOST_MS = 15000;
  const body = document.body, words = { ...document.getElementById("lost")?.dataset };
  const put = (sentence, parts) => sentence.replace(/\{(\w+)\}/g, (_, name) => (name in parts ? parts[name] : ""));

  const span = (seconds) => {
    const s = Math.max(0, Math.round(seconds));
    if (s < 120) return put(words.seconds, { n: s });
    if (s < 3600) return put(words.minutes, { n: Math.floor(s / 60) });
    const h = Math.floor(s / 3600), m = Math.floor((s % 3600) / 60);
    if (h < 48) return m ? put(words.hoursMinutes, { h, m }) : put(words.hours, { n: h });
    return put(words.days, { n: Math.floor(h / 24) });
  };

  // The server's clock counts, not this computer's: the page says what time it was there when it was made.
  const skew = body.dataset.now ? Date.parse(body.dataset.now) - Date.now() : 0;
  const now = () => Date.now() + skew;

  // ---- The stream, and the band that says how old the news is.
  let stream = null, heard = Date.now(), again = AGAIN_MS, timer = 0, news = { broker: true, since: "", why: "" };

  const showBand = () => {
    const band = document.getElementById("lost"); // a page that htmx put in has a new one
    if (!band) return;
    const silent = (Date.now() - heard) / 1000;
    let said = "";
    if (body.dataset.events && !document.hidden && silent * 1000 > MISSED_BEATS * BEAT_MS) said = put(words.server, { span: span(silent) });
    else if (body.dataset.events && stream === null && !document.hidden && silent > 1) said = put(words.server, { span: span(silent) });
    else if (!news.broker && news.since) said = put(words.broker, { span: span((now() - Date.parse(news.since)) / 1000), why: news.why });
    else if (!news.broker) said = put(words.never, { why: news.why });
    band.hidden = !said;
    if (band.firstElementChild.textContent !== said) band.firstElementChild.textContent = said;
    body.classList.toggle("stale", Boolean(said));
  };

  const takeNews = (text) => {
    try { news = JSON.parse(text); } catch { return; }
    showBand();
  };

  // A part: its outermost elements replace those with the same ids. Who is typing in one keeps it until it is left.
  const takePart = (text) => {
    const made = document.createElement("template");
    made.innerHTML = text;
    for (const fresh of [...made.content.children]) {
      const old = fresh.id && document.getElementById(fresh.id);
      if (!old) {
        document.dispatchEvent(new CustomEvent("console:new", { detail: fresh }));
        continue;
      }
      const focused = old.contains(document.activeElement) ? document.activeElement : null;
      if (focused && focused.matches("input, textarea, select")) continue;
      old.replaceWith(fresh);
      if (focused && focused.id) document.getElementById(focused.id)?.focus();
      if (window.htmx) window.htmx.process(fresh);
      document.dispatchEvent(new CustomEvent("console:swapped", { detail: fresh }));
    }
    tellTimes();
  };

  const close = () => {
    clearTimeout(timer);
    if (stream) stream.close();
    stream = null;
  };
  const open = () => {
    close();
    if (!body.dataset.events || document.hidden) return;
    const mine = new EventSource(body.dataset.events);
    stream = mine;
    const hear = (kind, take) => mine.addEventListener(kind, (event) => {
      heard = Date.now();
      again = AGAIN_MS;
      take(event.data);
    });
    mine.onopen = () => {
      heard = Date.now();
      showBand();
      document.dispatchEvent(new CustomEvent("console:open"));
    };
    hear("news", takeNews);
    hear("part", takePart);
    hear("gone", (id) => document.getElementById(id)?.remove());
    hear("over", () => location.assign("/sign-in"));
    for (const kind of (body.dataset.kinds || "").split(" ").filter(Boolean)) {
      hear(kind, (text) => document.dispatchEvent(new CustomEvent(`console:${kind}`, { detail: text })));
    }
    mine.onerror = () => {
      if (stream !== mine) return;
      close();
      showBand();
      timer = setTimeout(retry, again);
      again = Math.min(again * 2, AGAIN_MOST_MS);
    };
  };
  // Before the stream is opened again: does the server answer, and does it still know us?
  const retry = async () => {
    try {
      const answer = await fetch("/here", { headers: { "HX-Request": "true" }, cache: "no-store" });
      if (answer.status === 401) { location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`); return; }
    } catch { /* not there yet */ }
    open();
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : (heard = Date.now(), open())));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) { heard = Date.now(); open(); } });

  // ---- Times that say how long ago.
  const tellTimes = () => {
    for (const each of document.querySelectorAll("time[data-ago]")) {
      const said = put(words.ago, { span: span((now() - Date.parse(each.dateTime)) / 1000) });
      if (each.textContent !== said) each.textContent = said;
    }
  };

  // ---- A fault beside the field that it is about; a screen reader hears it.
  const clearFaults = (form) => {
    for (const each of form.querySelectorAll("p.fault[data-made]")) each.remove();
    for (const each of form.querySelectorAll("[aria-invalid]")) {
      each.removeAttribute("aria-invalid");
      each.removeAttribute("aria-describedby");
    }
  };
  document.addEventListener("fault", (event) => {
    const { sentence, field } = event.detail;
    const form = event.target.closest("form") || document.querySelector("main form") || document.querySelector("main");
    clearFaults(form);
    const said = Object.assign(document.createElement("p"), { className: "fault", textContent: sentence, id: `fault-${field || "form"}` });
    said.dataset.made = "";
    said.setAttribute("role", "alert");
    const input = field && form.querySelector(`[name="${CSS.escape(field)}"]:not([type=hidden])`);
    if (input) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", said.id);
      (input.closest(".field, fieldset") || input.parentElement).append(said);
      input.focus();
    } else {
      form.append(said);
      said.scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("form");
    if (form) clearFaults(form);
  });
  document.addEventListener("htmx:sendError", () => { heard = Math.min(heard, Date.now() - MISSED_BEATS * BEAT_MS - 1); showBand(); });

  // ---- Dialogs: data-dialog="ID" opens one, data-close inside it closes it.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
  });

  if (body.dataset.news) takeNews(body.dataset.news);
  setInterval(() => { showBand(); tellTimes(); }, 1000);
  tellTimes();
  open();
})();
