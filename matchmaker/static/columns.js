// The board as columns: cards worked by keyboard or moved by dragging, a panel over them. What is moved is decided by
// the same requests as the buttons of the list; the server's answer is the card as it is then.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const board = document.getElementById("columns");
  const panel = document.getElementById("panel");
  const words = document.getElementById("board-words").dataset;
  const dismissal = document.getElementById("dismiss-dialog");
  const help = document.getElementById("help-dialog");
  const helpButton = document.getElementById("board-help");
  const wide = window.matchMedia("(min-width: 1200px)");
  const lists = [...board.querySelectorAll(".kanban-cards")];
  let current = null; // the id of the pairing that the keys act on
  let dragged = null;
  let opening = 0;

  const cardOf = (id) => (id === null ? null : document.getElementById(`pairing-${id}`));
  const cardsOf = (list) => [...list.children];
  const listOf = (state) => lists.find((list) => list.dataset.state === state);
  const isOpen = () => !panel.hidden;
  const back = () => location.search.slice(1);
  const say = (text) => { document.getElementById("live").textContent = text; };
  const movesOf = (card) => new Map(card.dataset.moves.trim().split(/\s+/).map((each) => each.split(":")));

  function warn(text) {
    const box = document.createElement("div");
    box.className = "alert alert-warning";
    box.setAttribute("role", "alert");
    box.textContent = text;
    document.getElementById("alerts").replaceChildren(box);
  }

  function choose(card, focus = true) {
    if (!card) return;
    cardOf(current)?.removeAttribute("aria-current");
    current = card.dataset.pairing;
    card.setAttribute("aria-current", "true");
    if (focus) {
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function down(step) {
    const card = cardOf(current);
    if (!card) return choose(board.querySelector(".kanban-card"));
    const next = step > 0 ? card.nextElementSibling : card.previousElementSibling;
    if (!next) return say(step > 0 ? words.last : words.first);
    choose(next);
    return follow(next);
  }

  // To the next column that has cards, at about the same height.
  function across(step) {
    const card = cardOf(current);
    if (!card) return choose(board.querySelector(".kanban-card"));
    const place = cardsOf(card.parentElement).indexOf(card);
    let at = lists.indexOf(card.parentElement) + step;
    while (lists[at] && !lists[at].children.length) at += step;
    if (!lists[at]) return say(words.empty);
    const next = lists[at].children[Math.min(place, lists[at].children.length - 1)];
    choose(next);
    return follow(next);
  }

  function follow(card) {
    if (!isOpen()) return;
    clearTimeout(opening);
    opening = setTimeout(() => open(card), 150);
  }

  function open(card) {
    if (!wide.matches) return page(card);
    choose(card, false);
    const address = `${card.dataset.path}?back=${encodeURIComponent(back())}`;
    return htmx.ajax("GET", address, { target: panel, swap: "innerHTML" }).then(() => {
      panel.hidden = false;
      panel.scrollTop = 0;
      say(words.opened);
    });
  }

  function page(card, part = "") {
    location.assign(`${card.dataset.path}?list=${encodeURIComponent(back())}${part}`);
  }

  function close() {
    panel.hidden = true;
    panel.textContent = "";
    cardOf(current)?.focus();
  }

  function enter(card) {
    if (isOpen() && document.getElementById(`panel-${card.dataset.pairing}`)) return panel.focus();
    return open(card);
  }

  // What stays under the keys when a card leaves its column: the next one there.
  const neighbour = (card) => card.nextElementSibling ?? card.previousElementSibling;

  function move(card, to, stay = true) {
    const step = movesOf(card).get(to);
    if (card.dataset.state === to) return;
    if (!step) {
      const text = words.illegal.replace("{from}", listOf(card.dataset.state).dataset.name).replace("{to}", listOf(to).dataset.name);
      warn(text);
      choose(card);
      return;
    }
    choose(card, false);
    if (step === "confirm") return location.assign(`${card.dataset.path}/confirm`);
    if (step === "dismiss") return askReason();
    if (step === "introduce" && card.dataset.refused !== undefined) return page(card, "#introduce"); // there is the tick
    return take(card, step, {}, stay);
  }

  function take(card, step, values, stay) {
    const before = card.dataset.state;
    const next = stay ? neighbour(card)?.dataset.pairing : null;
    const id = card.dataset.pairing;
    card.setAttribute("aria-busy", "true");
    return htmx.ajax("POST", `${card.dataset.path}/${step}`, {
      target: card,
      swap: "outerHTML",
      values: { ...values, version: card.dataset.version, back: back() },
    }).then(() => {
      const moved = cardOf(id);
      if (!moved) return;
      const refused = document.querySelector("#alerts .alert-warning");
      choose((!refused && moved.dataset.state !== before && cardOf(next)) || moved);
    });
  }

  // By its key: the step that leads somewhere from here.
  function press(step) {
    const card = cardOf(current);
    if (step === "dismiss" && picking.count()) return askReason();
    const to = card && [...movesOf(card)].find((each) => each[1] === step)?.[0];
    if (!to) return say(words.unavailable);
    return move(card, to);
  }

  function beside(step) {
    const card = cardOf(current);
    if (!card) return;
    const to = lists[lists.indexOf(card.parentElement) + step];
    if (!to) return say(words.empty);
    return move(card, to.dataset.state, false);
  }

  function askReason() {
    dismissing.ask(cardOf(current), (reason, note) => take(cardOf(current), "dismiss", { reason, note }, true));
  }

  // A card stands in the column of its state, whoever moved it; new ones come on top.
  function settle() {
    board.querySelectorAll(".kanban-card").forEach((card) => {
      if (card.parentElement.dataset.state === card.dataset.state) return;
      card.dataset.arrived = "";
      listOf(card.dataset.state).prepend(card);
    });
    const card = cardOf(current);
    if (!card) return;
    card.setAttribute("aria-current", "true");
    const lost = document.activeElement === document.body || !document.activeElement?.isConnected;
    if (lost && !dismissal.open) card.focus({ preventScroll: true });
  }

  async function more(link) {
    const list = link.parentElement.querySelector(".kanban-cards");
    const skip = cardsOf(list).filter((card) => card.dataset.arrived === undefined).length;
    link.setAttribute("aria-busy", "true");
    const answer = await fetch(`${link.dataset.more}&skip=${skip}`);
    link.removeAttribute("aria-busy");
    if (!answer.ok) return location.assign(link.href);
    const given = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ol");
    const fresh = [...given.children].filter((card) => !cardOf(card.dataset.pairing));
    list.append(...fresh);
    if (!given.children.length || skip + given.children.length >= Number(given.dataset.total)) link.remove();
    choose(fresh[0]);
  }

  const keys = {
    j: () => down(1), ArrowDown: () => down(1), k: () => down(-1), ArrowUp: () => down(-1),
    l: () => across(1), ArrowRight: () => across(1), h: () => across(-1), ArrowLeft: () => across(-1),
    o: () => enter(cardOf(current)), Enter: () => enter(cardOf(current)), p: () => page(cardOf(current)),
    s: () => press("shortlist"), i: () => press("introduce"), n: () => press("negotiate"), d: () => press("dismiss"),
    c: () => press("confirm"), u: () => press("reopen"), r: () => press("reopen"),
    m: () => { const link = cardOf(current).closest(".kanban-column").querySelector("[data-more]"); if (link) more(link); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (dismissing.takesKey(event)) return;
    if (help.open) return;
    if (event.key === "Escape" && isOpen()) return close();
    if (event.target.closest("input:not(.pick), textarea, select, [contenteditable]")) return;
    if (event.key === "?") { event.preventDefault(); return help.showModal(); }
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (event.key.startsWith("Arrow") && event.target.closest(".board-panel")) return;
    const sideways = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const act = event.shiftKey && sideways ? () => beside(sideways) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    if (current === null && !"jkhlArrowDownArrowUpArrowLeftArrowRight".includes(event.key)) return;
    act();
  });

  board.addEventListener("click", (event) => {
    const link = event.target.closest("[data-more]");
    if (link) { event.preventDefault(); return more(link); }
    const card = event.target.closest(".kanban-card");
    if (!card) return;
    choose(card, false);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey);
    if (plain && wide.matches && (event.target.closest("[data-open]") || !event.target.closest("a"))) {
      event.preventDefault();
      open(card);
    }
  });
  panel.addEventListener("click", (event) => { if (event.target.closest("[data-close-panel]")) close(); });
  board.addEventListener("focusin", (event) => choose(event.target.closest(".kanban-card"), false));

  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(".kanban-card");
    if (!dragged) return;
    choose(dragged, false);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.pairing);
    const moves = movesOf(dragged);
    lists.forEach((list) => list.parentElement.classList.toggle("kanban-open", moves.has(list.dataset.state)));
  });
  board.addEventListener("dragend", () => {
    dragged = null;
    lists.forEach((list) => list.parentElement.classList.remove("kanban-open", "kanban-over"));
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest(".kanban-column");
    if (!dragged || !column) return;
    event.preventDefault(); // an illegal drop is answered too: with a word
    lists.forEach((list) => list.parentElement.classList.toggle("kanban-over", list.parentElement === column));
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest(".kanban-column");
    if (!dragged || !column) return;
    event.preventDefault();
    move(dragged, column.dataset.state, false);
  });

  document.addEventListener("matchmaker:ask-reason", askReason);
  dismissal.addEventListener("close", () => cardOf(current)?.focus({ preventScroll: true }));
  help.addEventListener("close", () => cardOf(current)?.focus({ preventScroll: true }));
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());

  // The answer to a step holds the panel too, if it is the one that is open.
  document.addEventListener("htmx:configRequest", (event) => {
    const shown = panel.querySelector(".pairing");
    if (shown) event.detail.parameters.panel = shown.id.replace("panel-", "");
  });
  document.addEventListener("htmx:afterSettle", settle);

  const named = location.hash.startsWith("#pairing-") ? document.querySelector(location.hash) : null;
  if (named) choose(named);
});
