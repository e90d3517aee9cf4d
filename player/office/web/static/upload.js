/* Large files, piece by piece: each goes on where the server says it was, after a lost network, a killed server or a closed browser.
   Knows: the addresses below data-uploads, the rows in its <template>. Touches: the list of uploads on the page, the network.
   A file is the same file when its name, its size and its time are the same. Words stand in the page, none here. */
"use strict";
(() => {
  const PIECE_BYTES = 4 * 1024 * 1024; // small enough that a cut costs seconds on a 4G line, large enough for a full line
  const AT_ONCE = 2;
  const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000];
  const POLL_MS = 700;
  const box = document.querySelector("[data-uploads]");
  if (!box) return;
  const list = box.querySelector("[data-upload-list]");
  const pattern = box.querySelector("template");
  const said = document.getElementById("upload-said");
  const words = JSON.parse(box.dataset.words);
  const waiting = [];
  let busy = 0;

  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF"];
  const fill = (sentence, parts) => sentence.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
  const megabytes = (bytes) => (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const encoded = (path) => path.split("/").map(encodeURIComponent).join("/");
  const tell = (sentence) => { said.textContent = sentence; };

  class Refused extends Error {} // the server has said no, with a sentence: trying again is in vain

  async function ask(method, address, body, headers = {}) {
    const answer = await fetch(address, { method, body, headers: { "X-CSRF": csrf(), Accept: "application/json", ...headers } });
    if (answer.status === 401 || answer.redirected) throw new Refused(words.signed_out);
    const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
    if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    if (!answer.ok && answer.status !== 409) throw new Refused(told.sentence || words.failed);
    return told;
  }

  function rowFor(file) {
    for (const row of list.children) {
      if (row.dataset.name === file.name && Number(row.dataset.size) === file.size && !row.classList.contains("at-work")) {
        if (row.dataset.modified === String(file.lastModified)) { row.remove(); break; }
      }
    }
    return newRow(file.name);
  }

  function newRow(name) {
    const row = pattern.content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = name;
    row.classList.add("at-work");
    row.dataset.name = name;
    list.append(row);
    return row;
  }

  const part = (row, name) => row.querySelector(`[data-${name}]`);

  function show(row, sentence, share) {
    part(row, "says").textContent = sentence;
    const bar = part(row, "bar");
    bar.hidden = share === undefined;
    if (share !== undefined) bar.value = share;
  }

  function offer(row, name, doing) {
    const button = part(row, name);
    button.hidden = !doing;
    button.onclick = doing || null;
  }

  async function send(file, row, work) {
    const begun = await again(row, () => ask("POST", box.dataset.uploads, JSON.stringify(
      { name: file.name, size: file.size, modified: file.lastModified }), { "Content-Type": "application/json" }));
    const address = `${box.dataset.uploads}/${begun.id}`;
    work.address = address;
    let offset = begun.offset;
    if (offset) tell(fill(words.goes_on, { name: file.name, done: megabytes(offset) }));
    const began = performance.now(), first = offset;
    while (offset < file.size) {
      if (work.stopped) return;
      const rate = (offset - first) / Math.max(1, performance.now() - began);
      const left = rate > 0 ? Math.ceil((file.size - offset) / rate / 1000) : 0;
      show(row, fill(left > 2 ? words.sending_left : words.sending,
        { done: megabytes(offset), size: megabytes(file.size), left }), offset / file.size);
      const piece = file.slice(offset, offset + PIECE_BYTES);
      offset = await again(row, async (afresh) => {
        if (afresh) offset = (await ask("GET", address)).offset; // the server says where it was
        const from = offset;
        const told = await ask("PATCH", address, from === offset && !afresh ? piece : file.slice(from, from + PIECE_BYTES),
          { "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" });
        return told.offset;
      });
    }
    if (work.stopped) return;
    show(row, words.looking, 1);
    finish(row, address, await again(row, () => ask("POST", `${address}/finish`)));
  }

  async function again(row, doing) {
    for (let n = 0; ; n += 1) {
      try {
        return await doing(n > 0);
      } catch (fault) {
        if (fault instanceof Refused) throw fault;
        show(row, words.lost, undefined);
        await pause(WAITS_MS[Math.min(n, WAITS_MS.length - 1)]);
      }
    }
  }

  function finish(row, address, told) {
    row.classList.remove("at-work");
    offer(row, "cancel", null);
    if (told.refused) { refuse(row, address, told); return; }
    row.classList.add("is-done");
    const remark = told.remark ? `${told.remark}. ${told.remedy}` : "";
    show(row, told.sentence, undefined);
    part(row, "remedy").textContent = remark;
    tell(`${row.dataset.name}: ${told.sentence} ${remark}`);
    renew();
    part(row, "close").textContent = words.hide; // the file stays in the draft: only its line goes
    offer(row, "close", () => row.remove());
    offer(row, "convert", told.can_convert ? () => convert(row, address, `${box.dataset.convert}/${encoded(told.path)}`) : null);
  }

  function refuse(row, address, told) {
    row.classList.add("is-refused");
    show(row, told.refused, undefined);
    part(row, "remedy").textContent = told.remedy || "";
    tell(`${row.dataset.name}: ${told.refused} ${told.remedy || ""}`);
    part(row, "close").textContent = words.remove;
    offer(row, "close", () => { row.remove(); if (address) ask("POST", `${address}/cancel`).catch(() => {}); });
    offer(row, "convert", told.can_convert ? () => convert(row, address, told.light) : null);
    if (told.can_convert) part(row, "convert").focus();
  }

  async function convert(row, address, light = `${address}/convert`) {
    row.classList.remove("is-refused", "is-done");
    part(row, "remedy").textContent = "";
    offer(row, "convert", null);
    offer(row, "close", null);
    try {
      const begun = await ask("POST", light);
      offer(row, "cancel", () => ask("POST", `${begun.address}/cancel`));
      await follow(row, begun.address, address, light);
    } catch (fault) {
      refuse(row, address, { refused: fault instanceof Refused ? fault.message : words.failed, can_convert: true, light });
    }
  }

  async function follow(row, address, upload, light) {
    for (;;) {
      const told = await again(row, () => ask("GET", address));
      if (told.state === "running") {
        show(row, fill(words.converting, { percent: told.percent }), told.percent / 100);
        await pause(POLL_MS);
      } else {
        offer(row, "cancel", null);
        if (told.state === "done" && box.dataset.then) location.assign(`${box.dataset.then}/${encoded(told.path)}`); // a file's own page
        else if (told.state === "done") finish(row, upload, { sentence: told.sentence });
        else refuse(row, upload, { refused: told.sentence, remedy: "", can_convert: true, light });
        return;
      }
    }
  }

  function renew() {
    document.body.dispatchEvent(new CustomEvent("content-changed"));
  }

  async function next() {
    if (busy >= AT_ONCE || !waiting.length) return;
    const [file, row, work] = waiting.shift();
    busy += 1;
    try {
      if (!work.stopped) await send(file, row, work);
    } catch (fault) {
      row.classList.remove("at-work");
      refuse(row, work.address || "", { refused: fault instanceof Refused ? fault.message : words.failed });
      if (!work.address) offer(row, "close", () => row.remove());
    } finally {
      busy -= 1;
      next();
    }
  }

  function take(files) {
    for (const file of files) {
      const row = rowFor(file), work = { stopped: false, address: "" };
      show(row, words.waiting, 0);
      offer(row, "cancel", () => {
        work.stopped = true;
        row.remove();
        if (work.address) ask("POST", `${work.address}/cancel`).catch(() => {});
        tell(fill(words.cancelled, { name: file.name }));
      });
      waiting.push([file, row, work]);
      next();
    }
  }

  const chosen = box.querySelector('input[type="file"]'); // none on a file's own page
  chosen?.addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = "";
  });
  let inside = 0; // dragenter and dragleave come for each element that is passed
  const holdsFiles = (event) => chosen && event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragenter", (event) => { if (holdsFiles(event)) { inside += 1; box.classList.add("is-over"); } });
  addEventListener("dragleave", (event) => { if (holdsFiles(event) && (inside -= 1) <= 0) { inside = 0; box.classList.remove("is-over"); } });
  addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    inside = 0;
    box.classList.remove("is-over");
    take(event.dataTransfer.files);
  });
  document.addEventListener("click", (event) => { // a card's Convert: its row stands above, with the uploads
    const button = event.target.closest("button[data-light]");
    if (!button) return;
    button.disabled = true;
    const row = newRow(button.dataset.name);
    row.scrollIntoView({ block: "nearest" });
    convert(row, "", button.dataset.light);
  });
  for (const row of list.children) { // what an earlier visit left: refused files and films that are being made light
    const address = `${box.dataset.uploads}/${row.dataset.id}`;
    if (row.dataset.conversion) follow(row, row.dataset.conversion, address);
    offer(row, "close", () => { row.remove(); ask("POST", `${address}/cancel`).catch(() => {}); });
    if (row.dataset.canConvert) offer(row, "convert", () => convert(row, address));
  }
})();
