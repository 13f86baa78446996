// The checking queue by keyboard. Every key does what a button or link of the page does; without this they still do it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const check = document.getElementById("check");
  const help = document.getElementById("check-help");
  const back = document.getElementById("return");
  const reason = document.getElementById("reason");
  const company = document.getElementById("company");
  const say = (text) => { document.getElementById("live").textContent = text; };
  let sent = false; // one decision a page, however long a key is held

  const control = (key) => document.querySelector(`[data-key="${key}"]`);
  const press = (key) => {
    const found = control(key);
    if (found) return found.click();
    if (check) say(check.dataset.unavailable);
  };

  // Ready reasons go into the text, and out again.
  const lines = () => reason.value.split("\n").map((each) => each.trim()).filter(Boolean);
  const sentence = (button) => button.querySelector(".check-reason").textContent.trim();
  function pick(button) {
    const chosen = sentence(button);
    const kept = lines();
    reason.value = (kept.includes(chosen) ? kept.filter((each) => each !== chosen) : [...kept, chosen]).join("\n");
    reason.dispatchEvent(new Event("input", { bubbles: true }));
    button.focus({ preventScroll: true });
  }
  function mark() {
    const kept = lines();
    back.querySelectorAll("[data-reason]").forEach((button) => {
      button.setAttribute("aria-pressed", String(kept.includes(sentence(button))));
    });
  }
  function openReturn() {
    const fold = back.querySelector("details");
    const first = !fold.open;
    fold.open = true;
    back.scrollIntoView({ block: "nearest" });
    if (first) back.querySelector("[data-reason]").focus({ preventScroll: true });
    else reason.focus();
  }
  function closeReturn() {
    const fold = back?.querySelector("details");
    if (!fold?.open) return;
    fold.open = false;
    back.querySelector("summary").focus({ preventScroll: true });
  }

  // The next likely duplicate beside this text; after the last the text alone.
  function compare() {
    const all = [...document.querySelectorAll("[data-compare]")];
    if (!all.length) return say(check.dataset.unavailable);
    const shown = new URLSearchParams(location.search).get("against");
    const next = all[all.findIndex((each) => each.dataset.compare === shown) + 1];
    if (next) return next.click();
    const alone = new URL(location.href);
    alone.searchParams.delete("against");
    return location.assign(alone);
  }

  // In the list: from row to row.
  function move(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    const place = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, place + step))]?.focus();
  }

  const keys = check
    ? {
      p: () => press("p"), r: openReturn, j: () => press("j"), ArrowRight: () => press("j"), k: () => press("k"),
      ArrowLeft: () => press("k"), d: compare, o: () => press("o"), z: () => press("z"), q: () => press("q"),
      "?": () => help.showModal(), Escape: closeReturn,
    }
    : { j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), z: () => press("z"), Enter: () => press("Enter"), "?": () => help.showModal() };

  document.addEventListener("keydown", (event) => {
    if (help.open) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && back?.querySelector("details").open) {
      event.preventDefault();
      return back.querySelector("[data-send]").click();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return undefined;
    }
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return undefined;
    const ready = /^[1-9]$/.test(event.key) ? back?.querySelector(`[data-reason="${event.key}"]`) : null;
    const act = ready
      ? () => { back.querySelector("details").open = true; pick(ready); }
      : keys[event.key];
    if (!act || event.repeat) return undefined;
    event.preventDefault();
    return act();
  });

  document.querySelectorAll('[data-key="?"]').forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  });
  if (!check) return;

  control("r").addEventListener("click", (event) => { event.preventDefault(); openReturn(); });
  back.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reason]");
    if (!button) return;
    event.preventDefault();
    pick(button);
  });
  reason.addEventListener("input", mark);
  mark();
  check.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    return undefined;
  });
  window.addEventListener("pageshow", () => { sent = false; });

  // While the page is seen it says so, and hears who else has it open or has decided it.
  const look = () => {
    if (document.visibilityState === "visible") htmx.ajax("POST", check.dataset.look, { target: company, swap: "innerHTML" });
  };
  look();
  setInterval(look, 20000);
});
