"use strict";
// Zoom, pan, filters, jumps and the download; without it the page is complete, as a still picture.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const at = (id) => document.getElementById(id);

  // A link to an interval opens it.
  const jump = () => {
    const target = location.hash.length > 1 && at(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.hidden = false;
      target.open = true;
      target.querySelector("summary").focus({ preventScroll: true });
      target.scrollIntoView({ block: "start" });
    }
  };
  addEventListener("hashchange", jump);
  addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const hash = link && link.getAttribute("href");
    if (hash && hash === location.hash) jump(); // clicked again: no change of hash tells
  });

  // The timeline: x positions are per cent of the whole; a window of it is shown.
  const chart = document.querySelector(".chart");
  let first = 0, last = 1; // the shown share of the whole
  const places = [];
  if (chart) {
    const svg = chart.querySelector("svg");
    for (const name of ["x", "x1", "x2"])
      for (const one of all(`[${name}$="%"]`, svg))
        if (!one.matches(".tick, .grid"))
          places.push({ one, name, at: parseFloat(one.getAttribute(name)), wide: parseFloat(one.getAttribute("width")) });
    const begin = Number(chart.dataset.begin), end = Number(chart.dataset.end);
    const offsets = JSON.parse(chart.dataset.offsets);
    const ticks = all(".tick", svg), grids = all(".grid", svg), most = 8;
    const still = ticks.map((tick) => [parseFloat(tick.getAttribute("x")), tick.textContent]);
    for (const those of [ticks, grids])
      while (those.length < most) {
        const more = those.at(-1).cloneNode(true); // there where the timeline is zoomed, else without a time
        more.textContent = "";
        more.setAttribute("visibility", "hidden");
        those.at(-1).after(more);
        those.push(more);
      }
    const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];
    const two = (number) => String(number).padStart(2, "0");
    const ahead = (ms) => 60000 * offsets.reduce((found, [from, offset]) => (from <= ms ? offset : found), offsets[0][1]);
    const label = (ms) => {
      const day = new Date(ms + ahead(ms));
      const date = `${two(day.getUTCMonth() + 1)}-${two(day.getUTCDate())}`;
      return `${date} ${two(day.getUTCHours())}:${two(day.getUTCMinutes())}:${two(day.getUTCSeconds())}`;
    };
    // Full seconds, minutes, hours, days or weeks of the host's clock; both ends where not two of them are shown.
    const marks = () => {
      const from = begin + (end - begin) * first, to = begin + (end - begin) * last;
      const week = 604800000, weeks = week * Math.ceil((to - from) / week / (most - 1));
      const step = 1000 * steps.find((one) => (to - from) / (1000 * one) <= most - 1) || weeks;
      const found = [];
      for (let ms = Math.ceil((from + ahead(from)) / step) * step - ahead(from); ms <= to; ms += step) found.push(ms);
      const shown = found.length > 1 ? found : [from, to];
      return shown.map((ms) => [(100 * (ms - from)) / (to - from), label(ms)]);
    };
    const draw = () => {
      const scale = 1 / (last - first);
      for (const { one, name, at, wide } of places) {
        one.setAttribute(name, `${((at - first * 100) * scale).toFixed(3)}%`);
        if (name === "x" && wide >= 0) one.setAttribute("width", `${(wide * scale).toFixed(3)}%`);
      }
      const shown = scale === 1 ? still : marks();
      ticks.forEach((tick, place) => {
        const [x, text] = shown[place] || [0, ""];
        tick.textContent = text;
        grids[place].setAttribute("visibility", text ? "visible" : "hidden");
        tick.setAttribute("visibility", text ? "visible" : "hidden");
        tick.setAttribute("text-anchor", x < 10 ? "start" : x > 90 ? "end" : "middle");
        tick.setAttribute("x", `${x.toFixed(3)}%`);
        for (const name of ["x1", "x2"]) grids[place].setAttribute(name, `${x.toFixed(3)}%`);
      });
      chart.dataset.zoom = scale.toFixed(2);
    };
    const show = (from, to) => {
      const length = Math.min(1, Math.max(1e-5, to - from));
      first = Math.min(1 - length, Math.max(0, from));
      last = first + length;
      draw();
    };
    const zoom = (by, about = (first + last) / 2) => show(about - (about - first) * by, about + (last - about) * by);
    const pan = (by) => show(first + (last - first) * by, last + (last - first) * by);
    const deeds = { in: () => zoom(0.5), out: () => zoom(2), left: () => pan(-0.25), right: () => pan(0.25), all: () => show(0, 1) };
    at("tools").hidden = false;
    at("tools").addEventListener("click", (event) => deeds[event.target.dataset.do]?.());
    chart.classList.add("live");
    chart.tabIndex = 0;
    chart.setAttribute("role", "group");
    chart.setAttribute("aria-label", document.querySelector("#tools .hint").textContent);
    const keys = { ArrowLeft: "left", ArrowRight: "right", "+": "in", "=": "in", "-": "out", 0: "all" };
    chart.addEventListener("keydown", (event) => {
      const deed = !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key];
      if (deed) { deeds[deed](); event.preventDefault(); }
    });
    const share = (event) => {
      const box = svg.getBoundingClientRect();
      return first + ((last - first) * (event.clientX - box.left)) / box.width;
    };
    chart.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // a wheel alone scrolls the page
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, share(event));
    }, { passive: false });
    let held = null, moved = false;
    chart.addEventListener("dragstart", (event) => event.preventDefault());
    chart.addEventListener("pointerdown", (event) => { held = { x: event.clientX, first, last }; moved = false; });
    addEventListener("pointermove", (event) => {
      if (!held) return;
      const by = (event.clientX - held.x) / svg.getBoundingClientRect().width;
      if (Math.abs(event.clientX - held.x) > 4) moved = true;
      if (moved) show(held.first - by * (held.last - held.first), held.last - by * (held.last - held.first));
    });
    addEventListener("pointerup", () => { held = null; });
    addEventListener("pointercancel", () => { held = null; });
    chart.addEventListener("click", (event) => { if (moved) event.preventDefault(); moved = false; }, true);
    chart.addEventListener("dblclick", (event) => zoom(0.5, share(event)));
  }

  // Filters hide rows of the list and bars of the timeline.
  const filters = at("filters"), rows = all("details.interval");
  if (filters) {
    const shown = at("shown");
    const apply = () => {
      const wanted = Object.fromEntries(new FormData(filters));
      const fits = (data, names) => names.every((name) => !wanted[name] || wanted[name] === data[name]);
      let count = 0;
      for (const row of rows) count += !(row.hidden = !fits(row.dataset, ["fault", "severity", "state"]));
      for (const lane of all(".lane")) {
        if (!/^\d+$/.test(lane.dataset.fault)) continue; // no fault: events, what was observed
        const fault = fits(lane.dataset, ["fault"]);
        lane.classList.toggle("off", !fault);
        for (const bar of all(".bar", lane)) bar.toggleAttribute("hidden", !fault || !fits(bar.dataset, ["severity", "state"]));
      }
      shown.textContent = shown.dataset.text.replace("{count}", count).replace("{total}", rows.length);
    };
    filters.hidden = false;
    filters.addEventListener("change", apply);
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("click", (event) => {
      const deed = event.target.dataset.do;
      if (deed) for (const row of rows) if (!row.hidden) row.open = deed === "open";
    });
    filters.reset();
    apply();
  }

  // The document as a file.
  const save = document.querySelector('[data-do="save"]');
  if (save) {
    save.hidden = false;
    save.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([document.querySelector('script[type="application/json"]').textContent], { type: "application/json" }));
      link.download = save.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  // On paper nothing can be opened: what is urgent lies open there.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details[data-urgent]:not([open])").slice(0, 12);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });
  jump();
})();
