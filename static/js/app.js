/* Small helpers for pages that work without them. No libraries but htmx; no inline handlers. */
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* ── announcements: what a swap changed, said once ───────────────────────────────────── */
  let said = "";
  function announce(words) {
    const live = one("#live");
    if (!live || !words || words === said) return;
    said = words;
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = words; });
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    const root = target && target.isConnected ? target : document;
    const note = root.matches?.("[data-announce]") ? root : one("[data-announce]", root);
    if (note) announce(note.dataset.announce);
    prepare(root);
  });

  /* Where a swap takes away what had the focus, it goes to the same form, else to the heading. */
  let left = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const focused = document.activeElement;
    const inside = focused && focused !== document.body && event.detail.target.contains(focused);
    left = inside ? { action: focused.closest("form")?.getAttribute("action") } : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const focused = document.activeElement;
    if (!left || (focused && focused !== document.body)) return;
    const root = event.detail.elt?.isConnected ? event.detail.elt : one("main");
    const form = left.action && all("form[action]", root).find((it) => it.getAttribute("action") === left.action);
    const next = (form && one("input:not([type=hidden]), button, select, textarea", form)) || one("h1, h2", root);
    left = null;
    if (!next) return;
    if (next.matches("h1, h2")) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  });

  /* A list that refreshes by itself waits while somebody is in it. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    const list = event.target.closest?.("[data-gentle]");
    if (list && list === event.target && list.contains(document.activeElement)) event.preventDefault();
  });

  /* Bars that stand still because nobody answers must not look like bars that stand still. */
  const offline = (is) => {
    const note = one("#offline");
    if (note && note.hidden === is) note.hidden = !is;
  };
  document.addEventListener("htmx:sendError", () => offline(true));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) offline(true);
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status < 400) offline(false);
  });

  /* ── dialog ──────────────────────────────────────────────────────────────────────────── */
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "dialog-content") return;
    const dialog = one("#dialog");
    if (!dialog.open) dialog.showModal();
    (one("[autofocus]", dialog) || one("h2", dialog))?.focus();
  });
  document.addEventListener("click", (event) => {
    const dialog = event.target.closest("dialog");
    if (event.target.closest("[data-close]") && dialog) {
      event.preventDefault();
      dialog.close();
    } else if (dialog && event.target === dialog) {
      dialog.close();
    }
    /* An open menu closes when somebody clicks elsewhere. */
    for (const menu of all("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  /* ── keyboard ────────────────────────────────────────────────────────────────────────── */
  const typing = (element) => element.closest("input, textarea, select, [contenteditable], dialog");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of all("details.menu[open]")) {
        menu.open = false;
        one("summary", menu).focus();
      }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const search = one("[data-slash]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const pages = event.target.closest("[data-arrows]") || one("[data-arrows]");
      if (!pages || !pages.contains(event.target)) return;
      const link = one(event.key === "ArrowLeft" ? "[rel=prev]" : "[rel=next]", pages);
      if (link) {
        event.preventDefault();
        link.click();
      }
    }
  });

  /* ── files: drop, size, progress ─────────────────────────────────────────────────────── */
  function prepareDrop(zone) {
    const input = one("input[type=file]", zone);
    const form = zone.closest("form");
    const problem = one("[data-drop-error]", zone);
    const limit = Number(zone.dataset.maxBytes || 0);

    const take = () => {
      const file = input.files[0];
      const tooBig = Boolean(file && limit && file.size > limit);
      problem.textContent = tooBig ? zone.dataset.tooBig : "";
      input.setAttribute("aria-invalid", String(tooBig));
      return Boolean(file) && !tooBig;
    };
    input.addEventListener("change", take);
    form.addEventListener("htmx:beforeRequest", (event) => {
      const file = input.files[0];
      if (file && limit && file.size > limit) event.preventDefault();
    });
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        /* To drop a file is to mean it; to choose one is not yet. */
        if (take()) form.requestSubmit();
      }
    });
    const shown = one("[data-drop-progress]", zone);
    form.addEventListener("htmx:xhr:progress", (event) => {
      if (!event.detail.lengthComputable) return;
      shown.hidden = false;
      one("progress", shown).value = (100 * event.detail.loaded) / event.detail.total;
    });
  }

  /* ── placeholders: a click puts one where the cursor was ─────────────────────────────── */
  let lastField = null;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-takes-words]")) lastField = event.target;
  });
  document.addEventListener("click", (event) => {
    const word = event.target.closest("button[data-insert]");
    if (!word) return;
    const form = word.closest("form");
    const field = lastField?.isConnected && form.contains(lastField)
      ? lastField
      : one("textarea[data-takes-words]", form);
    if (!field) return;
    field.focus();
    field.setRangeText(word.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  function prepare(root) {
    for (const zone of all("[data-drop]", root)) {
      if (zone.dataset.ready) continue;
      zone.dataset.ready = "1";
      prepareDrop(zone);
    }
  }
  prepare(document);
})();
