// What a keyboard and a mouse gain over the plain pages; nothing here is needed to use them.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const keys = document.getElementById("keys");
  const shown = document.querySelector("[data-keys]");
  if (shown) {
    shown.hidden = false;
    shown.addEventListener("click", () => keys.showModal());
  }

  // Each cell keeps the head of its column: on narrow screens there is no room for columns.
  const flow = (within) => {
    within.querySelectorAll("table").forEach((table) => {
      const heads = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
      if (!heads.length) return;
      table.querySelectorAll("tbody tr").forEach((row) => {
        [...row.cells].forEach((cell, place) => {
          if (cell.textContent.trim() || cell.querySelector("input, svg")) cell.dataset.head = heads[place];
        });
      });
      table.classList.add("flows");
    });
  };
  flow(document);

  // A list is walked with j and k; Enter follows what the entry opens.
  const list = document.querySelector("[data-list]");
  const entries = () => (list ? [...list.children].filter((one) => !one.hidden) : []);
  const at = () => entries().findIndex((one) => one.classList.contains("on"));
  const go = (step) => {
    const all = entries();
    if (!all.length) return;
    const next = Math.min(Math.max(at() + step, 0), all.length - 1);
    all.forEach((one, place) => one.classList.toggle("on", place === next));
    const link = all[next].querySelector("[data-open], a");
    if (link) link.focus();
    all[next].scrollIntoView({ block: "nearest" });
  };

  // After an alert was dealt with, the keyboard goes on with the next one.
  const begun = list && location.hash && document.getElementById(location.hash.slice(1));
  if (begun && begun.parentElement === list) {
    begun.classList.add("on");
    const link = begun.querySelector("[data-open], a");
    if (link) link.focus();
  }

  const places = { s: "/", a: "/alerts", w: "/watches", o: "/sources", t: "/trends", c: "/cases" };
  let going = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (going && places[event.key]) {
      location.href = places[event.key];
    } else if (event.key === "g") {
      going = true;
      setTimeout(() => (going = false), 1200);
      return;
    } else if (event.key === "?") {
      keys.showModal();
    } else if (event.key === "/") {
      const ask = document.getElementById("q");
      if (ask) ask.focus();
      else location.href = "/";
      event.preventDefault();
    } else if (event.key === "j") {
      go(1);
    } else if (event.key === "k") {
      go(-1);
    } else if (/^[1-5]$/.test(event.key)) {
      const entry = entries()[at()];
      const button = entry && entry.querySelector(`[data-key="${event.key}"]`);
      if (button) button.click();
    }
    going = false;
  });

  // A stretch of weeks is dragged over; one week is a link without any of this.
  const weeks = document.querySelector("[data-weeks]");
  if (weeks) {
    const bars = [...weeks.querySelectorAll("a")];
    let first = null;
    const under = (event) => bars.indexOf(event.target.closest("a"));
    const mark = (last) => {
      const [low, high] = [Math.min(first, last), Math.max(first, last)];
      bars.forEach((bar, place) => bar.classList.toggle("on", place >= low && place <= high));
    };
    weeks.addEventListener("pointerdown", (event) => {
      if (event.button || under(event) < 0) return;
      first = under(event);
      event.preventDefault();
    });
    weeks.addEventListener("pointermove", (event) => {
      if (first !== null && under(event) >= 0) mark(under(event));
    });
    window.addEventListener("pointerup", (event) => {
      if (first === null) return;
      const last = weeks.contains(event.target) ? under(event) : -1;
      if (last >= 0 && last !== first) {
        const from = bars[Math.min(first, last)];
        const to = bars[Math.max(first, last)];
        const address = new URL(from.href, location.href);
        address.searchParams.set("to", new URL(to.href, location.href).searchParams.get("to"));
        location.href = address.href;
      }
      first = null;
    });
  }

  // Suggestions for what is typed in the question: names of fields, and values of the field before the colon.
  const ask = document.getElementById("q");
  const names = document.querySelectorAll(".help th code");
  if (ask && names.length) {
    const offered = document.createElement("datalist");
    offered.id = "fields";
    ask.after(offered);
    ask.setAttribute("list", "fields");
    const values = [...document.querySelectorAll("[data-term]")].map((one) => one.dataset.term);
    const terms = [...names].map((one) => one.textContent).concat(values);
    ask.addEventListener("input", () => {
      const cut = ask.value.lastIndexOf(" ") + 1;
      const word = ask.value.slice(cut).toLowerCase();
      const fitting = word ? terms.filter((one) => one.toLowerCase().startsWith(word)).slice(0, 12) : [];
      offered.replaceChildren(...fitting.map((one) => Object.assign(document.createElement("option"), { value: ask.value.slice(0, cut) + one })));
    });
  }

  // A question is tried on the archive once it rests: a trial shows listings, and whatever is shown stands in the reading log.
  const trial = document.querySelector("[data-trial]");
  if (trial && ask) {
    let wait = 0;
    let tried = ask.value;
    let asked = new AbortController();
    ask.form.addEventListener("submit", () => clearTimeout(wait));
    ask.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(async () => {
        if (ask.value.trim() === tried.trim()) return;
        tried = ask.value;
        asked.abort();
        asked = new AbortController();
        try {
          const answer = await fetch(`${trial.dataset.trial}?query=${encodeURIComponent(ask.value)}`, { signal: asked.signal, redirect: "error" });
          if (!answer.ok) return;
          trial.innerHTML = await answer.text();
          flow(trial);
        } catch {
          // More was typed, or nobody is signed in any more.
        }
      }, 1500);
    });
  }

  // New alerts come by themselves.
  const inbox = document.querySelector("[data-events]");
  if (inbox && window.EventSource) {
    const events = new EventSource(inbox.dataset.events);
    events.addEventListener("alert", () => {
      const fresh = document.querySelector("[data-fresh]");
      fresh.hidden = false;
      fresh.querySelector("[data-count]").textContent = String(Number(fresh.querySelector("[data-count]").textContent) + 1);
    });
  }

  // One box chooses all.
  document.querySelectorAll("[data-all]").forEach((all) => {
    all.addEventListener("change", () => document.querySelectorAll(`[name="${all.dataset.all}"]`).forEach((one) => (one.checked = all.checked)));
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.me[open], details.help[open]").forEach((one) => {
      if (!one.contains(event.target)) one.open = false;
    });
  });
})();
