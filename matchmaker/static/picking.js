// Several pairings at once on the board, in both of its looks: select, dismiss, give to a broker, undo; and the keys
// that both looks share. The list and the columns mark the item that the keys act on with aria-current.
"use strict";

const picking = {
  count: () => 0,
  dismiss: () => {},
};

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("bulk");
  const picked = new Set(); // ids
  let whole = null; // {state, count}: all that the filters find there
  let anchor = null; // where a range begins

  const itemOf = (id) => document.getElementById(`pairing-${id}`);
  const current = () => document.querySelector('[data-pairing][aria-current="true"]');
  const listOf = (item) => item.closest("ol");
  const within = (list) => [...list.querySelectorAll(":scope > [data-pairing]")];
  const totalOf = (list) => Number(document.getElementById(`count-${list.dataset.state}`)?.textContent ?? list.dataset.total);
  const fill = (text, count) => text.replace("{n}", count.toLocaleString(document.documentElement.lang));

  function show() {
    document.querySelectorAll("[data-pairing]").forEach((item) => {
      const on = picked.has(item.dataset.pairing) || (whole !== null && whole.state === listOf(item).dataset.state);
      item.classList.toggle("picked", on);
      const box = item.querySelector(".pick");
      if (box) box.checked = on;
    });
    form.hidden = !picking.count();
    const count = form.querySelector(".bulk-count");
    count.textContent = fill(whole ? count.dataset.all : count.dataset.text, picking.count());
    document.getElementById("live").textContent = form.hidden ? "" : count.textContent;
    const all = form.querySelector('[data-bulk="all"]');
    const list = listToPick();
    all.hidden = whole !== null || !list || within(list).length >= totalOf(list);
    if (!all.hidden) all.textContent = fill(all.dataset.text, totalOf(list));
  }

  // Where "all" is about: the list of the item that was selected last, or of the current one.
  function listToPick() {
    const item = (anchor && itemOf(anchor)) || current();
    return item ? listOf(item) : document.querySelector("ol.queue");
  }

  function toggle(item, range = false) {
    const id = item.dataset.pairing;
    whole = null;
    const start = range && anchor ? itemOf(anchor) : null;
    if (start && listOf(start) === listOf(item)) {
      const all = within(listOf(item));
      const [from, to] = [all.indexOf(start), all.indexOf(item)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((each) => picked.add(each.dataset.pairing));
    } else if (picked.has(id)) {
      picked.delete(id);
    } else {
      picked.add(id);
    }
    anchor = id;
    show();
  }

  function clear() {
    picked.clear();
    whole = null;
    show();
  }

  function pickAll() {
    const list = listToPick();
    if (!list) return;
    const shown = within(list).map((each) => each.dataset.pairing);
    if (shown.every((id) => picked.has(id)) && totalOf(list) > shown.length) return pickWhole();
    shown.forEach((id) => picked.add(id));
    show();
  }

  function pickWhole() {
    const list = listToPick();
    picked.clear();
    whole = { state: list.dataset.state, count: totalOf(list) };
    show();
  }

  function send(action) {
    const seen = [...picked].filter(itemOf).map((id) => `${id}:${itemOf(id).dataset.version}`);
    form.elements.chosen.value = whole ? "all" : seen.join(" ");
    form.elements.count.value = whole ? whole.count : seen.length;
    if (whole) form.elements.state.value = whole.state;
    form.action = action;
    form.submit();
  }

  function orCurrent() {
    if (!picking.count() && current()) toggle(current());
    return picking.count() > 0;
  }

  function assign(broker) {
    if (!orCurrent() || !form.elements.broker) return;
    if (broker) form.elements.broker.value = broker;
    send(form.dataset.assign);
  }

  function undo() {
    const form = document.getElementById("undo-form");
    if (form) return form.requestSubmit();
    const box = document.createElement("div");
    box.className = "alert alert-info";
    box.setAttribute("role", "alert");
    box.textContent = document.getElementById("board-words").dataset.nothingToUndo;
    document.getElementById("alerts").replaceChildren(box);
  }

  const keys = {
    x: () => { if (form && current()) toggle(current()); },
    a: () => { if (form) pickAll(); },
    b: () => { if (form && orCurrent()) form.elements.broker?.focus(); },
    t: () => { if (form) assign(form.dataset.me); },
    z: undo,
    f: () => document.getElementById("filter-q").focus(),
    v: () => document.getElementById("other-look").click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input:not(.pick), textarea, select, [contenteditable]");
    if (event.key === "Escape" && event.target.closest("#board-filters, #bulk, .saved-filters")) {
      (current() ?? document.querySelector("[data-pairing]") ?? document.getElementById("main")).focus();
      return;
    }
    if (event.key === "Enter" && event.target.id === "bulk-broker") { event.preventDefault(); return assign(); }
    if (event.key === "Enter" && event.target.matches("#board-filters select")) {
      event.preventDefault();
      return event.target.form.requestSubmit();
    }
    if (typing) return;
    if (event.key === "Escape" && document.getElementById("panel").hidden && form && picking.count()) return clear();
    const saved = /^[1-9]$/.test(event.key) ? document.querySelector(`[data-saved="${event.key}"]`) : null;
    const act = saved ? () => saved.click() : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  if (!form) return;
  form.elements.chosen.value.split(" ").forEach((each) => {
    const id = each.split(":")[0];
    if (/^\d+$/.test(id)) picked.add(id);
  });
  picking.count = () => (whole ? whole.count : picked.size);
  picking.dismiss = (reason, note) => {
    form.elements.reason.value = reason;
    form.elements.note.value = note;
    send(form.dataset.dismiss);
  };
  // Before the list or the columns take the press for their own.
  document.addEventListener("click", (event) => {
    const item = event.target.closest("[data-pairing]");
    const box = event.target.closest(".pick");
    if (item && (box || (event.shiftKey && !event.target.closest("a, button")))) {
      event.stopPropagation();
      if (!box) event.preventDefault();
      toggle(item, event.shiftKey);
      return;
    }
    const bulk = event.target.closest("[data-bulk]")?.dataset.bulk;
    if (bulk === "all") pickWhole();
    if (bulk === "none") clear();
    if (bulk === "assign") assign();
    if (bulk === "dismiss") document.dispatchEvent(new CustomEvent("matchmaker:ask-reason"));
  }, true);
  document.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target.closest("[data-pairing]")) event.preventDefault(); // no text is selected
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
});
