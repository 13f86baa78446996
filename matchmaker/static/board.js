// The staff's board: rows worked by keyboard, a side panel beside the list. Buttons and links do the same without it.
"use strict";

// Sentences that belong together light up together.
const tie = (event) => {
  const tied = event.target.closest?.("[data-tie]");
  const place = event.target.closest?.(".pairing, .queue-row");
  document.querySelectorAll(".lit").forEach((each) => each.classList.remove("lit"));
  if (!tied || !place) return;
  place.querySelectorAll(`[data-tie="${tied.dataset.tie}"]`).forEach((each) => each.classList.add("lit"));
};
document.addEventListener("mouseover", tie);

document.addEventListener("DOMContentLoaded", () => {
  const queue = document.getElementById("queue");
  const board = document.getElementById("board");
  if (!board) return;
  const panel = document.getElementById("panel");
  const words = document.getElementById("board-words").dataset;
  const dismissal = document.getElementById("dismiss-dialog");
  const help = document.getElementById("help-dialog");
  const helpButton = document.getElementById("board-help");
  const wide = window.matchMedia("(min-width: 1200px)");
  let current = null; // the id of the pairing that the keys act on
  let opening = 0;

  const rows = () => [...(queue?.querySelectorAll(".queue-row") ?? [])];
  const rowOf = (id) => document.getElementById(`pairing-${id}`);
  const say = (text) => { document.getElementById("live").textContent = text; };
  const isOpen = () => !panel.hidden;

  function choose(row, focus = true) {
    if (!row) return;
    if (current !== null) rowOf(current)?.removeAttribute("aria-current");
    current = row.dataset.pairing;
    row.setAttribute("aria-current", "true");
    if (focus) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const place = all.findIndex((row) => row.dataset.pairing === current);
    if (place < 0) return choose(all[step > 0 ? 0 : all.length - 1]);
    const next = all[place + step];
    if (!next) return say(step > 0 ? words.last : words.first);
    choose(next);
    if (isOpen()) {
      clearTimeout(opening);
      opening = setTimeout(() => open(next), 150);
    }
  }

  function open(row) {
    const address = new URL(row.dataset.href, location.href);
    if (!wide.matches) return location.assign(address);
    choose(row, false);
    address.searchParams.set("back", location.search.slice(1));
    return htmx.ajax("GET", address.pathname + address.search, { target: panel, swap: "innerHTML" }).then(() => {
      panel.hidden = false;
      board.classList.add("board-open");
      panel.scrollTop = 0;
      say(words.opened);
    });
  }

  function close() {
    panel.hidden = true;
    panel.textContent = "";
    board.classList.remove("board-open");
    rowOf(current)?.focus();
  }

  function enter(row) {
    if (isOpen() && document.getElementById(`panel-${row.dataset.pairing}`)) return panel.focus();
    return open(row);
  }

  // A step by its key: the row's own button or link does it.
  function take(step) {
    const row = rowOf(current);
    if (step === "dismiss" && picking.count()) return askReason(row);
    const control = row?.querySelector(`[data-step="${step}"]`);
    if (!control) return say(words.unavailable);
    if (step === "dismiss") return askReason(row);
    row.focus({ preventScroll: true });
    return control.click();
  }

  // Of the row, or of all that are selected.
  function askReason(row) {
    choose(row, false);
    dismissing.ask(row, (reason, note) => {
      const asked = rowOf(current);
      return htmx.ajax("POST", asked.dataset.dismiss, {
        target: asked,
        swap: "outerHTML",
        values: { reason, note, version: asked.dataset.version, back: location.search.slice(1) },
      });
    });
  }

  const keys = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    o: () => enter(rowOf(current)), Enter: () => enter(rowOf(current)),
    s: () => take("shortlist"), i: () => take("introduce"), n: () => take("negotiate"), d: () => take("dismiss"),
    c: () => take("confirm"), u: () => take("reopen"), r: () => take("reopen"), "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (dismissing.takesKey(event)) return;
    if (help.open) return;
    if (event.key === "Escape" && isOpen()) return close();
    if (event.target.closest("input:not(.pick), textarea, select, [contenteditable]")) return;
    const onControl = event.target.closest("a, button, summary");
    if (event.key === "Enter" && onControl) return;
    if (event.key.startsWith("Arrow") && !event.target.closest(".queue")) return;
    const act = keys[event.key];
    if (!act) return;
    if (current === null && event.key !== "?") {
      if ("jkArrowDownArrowUp".includes(event.key)) { event.preventDefault(); choose(rows()[0]); }
      return;
    }
    event.preventDefault();
    act();
  });

  board.addEventListener("click", (event) => {
    const row = event.target.closest(".queue-row");
    if (event.target.closest("[data-close-panel]")) return close();
    if (!row) return;
    choose(row, false);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (event.target.closest('[data-step="dismiss"]') && plain) {
      event.preventDefault();
      askReason(row);
    } else if (event.target.closest("[data-open]") && plain && wide.matches) {
      event.preventDefault();
      open(row);
    }
  });
  queue?.addEventListener("focusin", (event) => choose(event.target.closest(".queue-row"), false));
  document.addEventListener("matchmaker:ask-reason", () => askReason(rowOf(current)));
  dismissal.addEventListener("close", () => rowOf(current)?.focus({ preventScroll: true }));
  help.addEventListener("close", () => rowOf(current)?.focus({ preventScroll: true }));
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());

  // The answer to a step holds the panel too, if it is the one that is open.
  document.addEventListener("htmx:configRequest", (event) => {
    const shown = panel.querySelector(".pairing");
    if (shown) event.detail.parameters.panel = shown.id.replace("panel-", "");
  });

  // A row that was drawn anew keeps its place and the focus.
  document.addEventListener("htmx:afterSettle", () => {
    const row = rowOf(current);
    if (!row) return;
    row.setAttribute("aria-current", "true");
    const lost = document.activeElement === document.body || !document.activeElement?.isConnected;
    if (lost && !dismissal.open) row.focus({ preventScroll: true });
  });

  // Back from a form or a step without scripts: go on where one was.
  const named = location.hash.startsWith("#pairing-") ? document.querySelector(location.hash) : null;
  if (named) choose(named);
});
