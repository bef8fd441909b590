"use strict";
// Uploads with their progress, pages that wait for an analysis, links to copy, menus; without it forms and links do.
(() => {
  const OPEN = ["queued", "leased"];
  const UPLOADS = 2, STREAMS = 3; // at a time: a browser has six connections to a server
  const at = (id) => document.getElementById(id);
  const csrf = () => {
    const held = document.querySelector('meta[name="csrf"]');
    return held ? { "X-CSRF-Token": held.content } : {};
  };
  const units = ["B", "kB", "MB", "GB", "TB"];
  const size = (bytes) => {
    let unit = 0;
    for (; Math.round(bytes * 10) / 10 >= 1000 && unit < 4; unit++) bytes /= 1000;
    return unit ? `${bytes.toFixed(1)} ${units[unit]}` : `${bytes} B`;
  };
  const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // Some at a time, the others in turn.
  const turns = (most) => {
    const waiting = [];
    let held = 0;
    const next = () => {
      if (held >= most || !waiting.length) return;
      held += 1;
      let given = false;
      waiting.shift()(() => {
        if (given) return;
        given = true;
        held -= 1;
        next();
      });
    };
    return (work) => { waiting.push(work); next(); };
  };
  const uploading = turns(UPLOADS), watching = turns(STREAMS);

  // What a job says until it has ended: as a stream, or asked for where there is none.
  const watch = (id, told, done) => watching((release) => {
    const address = `/api/v1/jobs/${encodeURIComponent(id)}`;
    const heard = (job) => {
      told(job);
      if (OPEN.includes(job.state)) return false;
      release();
      done(job);
      return true;
    };
    const ask = () => fetch(address).then((answer) => (answer.ok ? answer.json() : null)).then(
      (job) => { if (!job) { release(); done(null); } else if (!heard(job)) setTimeout(ask, 2000); },
      () => setTimeout(ask, 4000),
    );
    const stream = new EventSource(`${address}/events`);
    stream.addEventListener("job", (event) => { if (heard(JSON.parse(event.data))) stream.close(); });
    stream.addEventListener("error", () => { if (stream.readyState === EventSource.CLOSED) ask(); });
    return stream;
  });

  // A page that waits.
  for (const card of document.querySelectorAll("[data-job]")) {
    const say = card.dataset;
    watch(say.job, (job) => {
      if (say[job.state]) at("state").textContent = say[job.state];
      at("said").textContent = job.stopping ? say.stopping
        : job.state === "queued" ? say.waiting
        : job.reading ? filled(say.reading, { file: job.reading, size: size(job.done_bytes) }) : say.beginning;
    }, () => location.reload());
  }

  // Uploads.
  const form = at("upload");
  if (form) {
    const words = JSON.parse(at("words").textContent), files = at("files"), drop = at("drop"), rows = at("rows");
    drop.classList.add("live");
    at("send").hidden = true;
    for (const one of form.querySelectorAll(".with-script")) one.hidden = false;

    // What is uploaded here stands above; below it would stand twice.
    const mine = new Set();
    document.body.addEventListener("htmx:afterSettle", () => {
      for (const link of document.querySelectorAll("#latest .row-name")) link.closest("li").hidden = mine.has(link.pathname);
    });

    const row = (file) => {
      const made = at("row").content.firstElementChild.cloneNode(true);
      const part = (name) => made.querySelector(name);
      const bar = part("progress"), number = part(".row-number"), said = part(".row-said"), work = part(".row-work"), stop = part("button");
      part(".row-name").textContent = file.name;
      part(".row-facts").textContent = size(file.size);
      bar.setAttribute("aria-label", file.name);
      stop.setAttribute("aria-label", `${stop.textContent}: ${file.name}`);
      rows.append(made);
      at("uploads").hidden = false;
      for (const none of document.querySelectorAll("#latest .empty")) none.closest("section").hidden = true;
      const badge = (kind, sign, word) => {
        const shown = document.createElement("span"), mark = document.createElement("span");
        shown.className = `badge ${kind}`;
        mark.setAttribute("aria-hidden", "true");
        mark.textContent = sign;
        shown.append(mark, ` ${word}`);
        return shown;
      };
      return {
        work(told, share) { // a share that is not known moves to and fro
          number.textContent = told;
          if (share === undefined) bar.removeAttribute("value"); else bar.value = share;
        },
        say(...told) { said.replaceChildren(...told); },
        refused(title, detail) { work.remove(); said.replaceChildren(badge("warning", "!", title), ` ${detail}`); },
        aborted() { work.remove(); said.replaceChildren(badge("plain", "–", words.aborted), ` ${words.aborted_do}`); },
        ended(markup) { work.remove(); const before = said.textContent; said.innerHTML = markup; /* a part of our own pages */ if (before) said.append(` ${before}`); },
        stop(how) { stop.onclick = how; stop.hidden = !how; },
      };
    };

    const analysed = (shown, bundle) => {
      const job = bundle.links.job && bundle.links.job.split("/").pop();
      const ended = () => fetch(`/cases/${bundle.id}/standing`).then((answer) => (answer.ok ? answer.text() : Promise.reject())).then(shown.ended, () => shown.refused(words.broken, words.broken_do));
      if (!job || !OPEN.includes(bundle.state)) return ended();
      shown.work(words.queued);
      shown.stop(() => {
        shown.stop(null);
        fetch(`/api/v1/jobs/${job}/cancel`, { method: "POST", headers: csrf() });
      });
      return watch(job, (now) => shown.work(
        now.state === "queued" ? words.queued : now.done_bytes ? filled(words.read, { size: size(now.done_bytes) }) : words.leased,
      ), ended);
    };

    const upload = (file, asked) => {
      const shown = row(file);
      let stopped = false;
      if (file.size > Number(form.dataset.most)) return shown.refused(words.too_large, words.too_large_do);
      shown.work(words.waiting, 0);
      shown.stop(() => { stopped = true; shown.aborted(); });
      uploading((release) => {
        if (stopped) return release();
        const sending = new XMLHttpRequest();
        const address = new URLSearchParams({ name: file.name.slice(-255), ...asked });
        sending.open("PUT", `/api/v1/bundles?${address}`);
        for (const [name, value] of Object.entries(csrf())) sending.setRequestHeader(name, value);
        sending.upload.onprogress = (event) => shown.work(filled(words.sent, { percent: Math.floor((100 * event.loaded) / event.total) }), event.loaded / event.total);
        sending.upload.onload = () => shown.work(words.keeping);
        sending.onloadend = release;
        sending.onerror = () => shown.refused(words.broken, words.broken_do);
        sending.onabort = () => shown.aborted();
        sending.onload = () => {
          let told = {};
          try { told = JSON.parse(sending.responseText); } catch { /* nothing that we said */ }
          if (sending.status !== 200 && sending.status !== 201) return shown.refused(told.title ?? words.broken, told.detail ?? words.broken_do);
          mine.add(`/cases/${told.id}`);
          if (sending.status === 200) shown.say(words.same);
          return analysed(shown, told);
        };
        shown.stop(() => sending.abort());
        sending.send(file);
      });
    };

    const take = (list) => {
      const asked = Object.fromEntries(["tz", "taken"].map((name) => [name, form.elements[name].value.trim()]).filter(([, value]) => value));
      for (const file of list) upload(file, asked);
    };
    files.addEventListener("change", () => { take([...files.files]); files.value = ""; });
    form.addEventListener("submit", (event) => event.preventDefault());
    const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    addEventListener("dragover", (event) => { if (carries(event)) { event.preventDefault(); drop.classList.add("over"); } });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
    addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      drop.classList.remove("over");
      take([...event.dataTransfer.files]);
    });
  }

  // A page that waits for something that no stream tells of.
  for (const card of document.querySelectorAll("[data-look-again]")) setTimeout(() => location.reload(), Number(card.dataset.lookAgain));

  // The link of a page, or what a field holds.
  for (const button of document.querySelectorAll('[data-do="copy"]')) {
    if (!navigator.clipboard) continue; // only where the browser trusts the connection
    const still = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.of ? at(button.dataset.of).value : location.origin + location.pathname).then(() => {
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = still; }, 2000);
    }));
  }

  // A menu closes when somebody looks elsewhere.
  const menus = document.querySelectorAll("details.menu");
  addEventListener("click", (event) => { for (const one of menus) if (!one.contains(event.target)) one.open = false; });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const one of menus) if (one.open) { one.open = false; one.querySelector("summary").focus(); }
  });
})();
