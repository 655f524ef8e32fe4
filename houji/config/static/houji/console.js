/* The console's own behaviour: navigation on a phone, menus, the drawer, search by "/", uploads,
   copying, and a sentence when a request failed. Everything works without it, by plain links. */
(function () {
  "use strict";
  var phone = window.matchMedia("(max-width: 991.98px)");
  var find = function (selector) { return document.querySelector(selector); };
  var opener = null;

  /* ── drawer: opens beside its list, returns the focus to the row it came from ── */
  function drawer() { return document.getElementById("drawer"); }
  function mark(link, on) {
    var row = link && link.closest("tr, li");
    if (row) { if (on) { row.setAttribute("aria-selected", "true"); } else { row.removeAttribute("aria-selected"); } }
    if (link) { link.setAttribute("aria-expanded", String(on)); }
  }
  function openDrawer() {
    var box = drawer();
    box.hidden = false;
    if (phone.matches) { find(".hj-shell").inert = true; }
    box.focus({ preventScroll: true });
  }
  function closeDrawer() {
    var box = drawer();
    if (!box || box.hidden) { return false; }
    box.hidden = true;
    find(".hj-shell").inert = false;
    mark(opener, false);
    if (opener && opener.isConnected) { opener.focus(); }
    opener = null;
    return true;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var link = event.detail.elt;
    if (!link.matches("[data-drawer]")) { return; }
    mark(opener, false);
    opener = link;
    mark(opener, true);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target && event.detail.target.id === "drawer") { openDrawer(); }
  });

  /* ── navigation on a phone ── */
  function showNavigation(on) {
    var side = document.getElementById("nav");
    if (!side || side.classList.contains("open") === on) { return false; }
    side.classList.toggle("open", on);
    find(".hj-curtain").hidden = !on;
    find(".hj-main").inert = on;
    var button = find("[data-nav-open]");
    button.setAttribute("aria-expanded", String(on));
    (on ? side.querySelector("a[href]") : button).focus();
    return true;
  }

  /* ── menus are <details>: one open at a time, closed by Esc or a click elsewhere ── */
  function closeMenus(except) {
    var closed = false;
    document.querySelectorAll("details.hj-menu[open]").forEach(function (menu) {
      if (menu === except) { return; }
      menu.open = false;
      closed = true;
      if (menu.contains(document.activeElement)) { menu.querySelector("summary").focus(); }
    });
    return closed;
  }

  document.addEventListener("click", function (event) {
    var at = event.target;
    closeMenus(at.closest("details.hj-menu"));
    if (at.closest("[data-drawer-close]")) { closeDrawer(); }
    if (at.closest("[data-nav-open]")) { showNavigation(true); }
    if (at.closest("[data-nav-close]")) { showNavigation(false); }
    if (at.closest("[data-print]")) { window.print(); }
    var copy = at.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () { say(document.body.dataset.wordCopied); });
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { if (!closeMenus(null) && !showNavigation(false)) { closeDrawer(); } }
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) || document.activeElement.isContentEditable;
    var search = find("[data-search]");
    if (event.key === "/" && search && search.offsetParent && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  /* ── one sentence, read aloud, gone after six seconds ── */
  var gone;
  function say(text) {
    var toast = document.getElementById("toast");
    if (!toast || !text) { return; }
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(gone);
    gone = setTimeout(function () { toast.hidden = true; }, 6000);
  }
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () { say(document.body.dataset.wordFailed); });
  });

  /* ── files: the chosen name, dropping onto the field, progress of the upload ── */
  document.addEventListener("change", function (event) {
    var field = event.target;
    if (!field.matches("[data-file-name]")) { return; }
    var name = document.getElementById(field.dataset.fileName);
    if (name && field.files.length) { name.textContent = field.files[0].name; }
  });
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var zone = event.target.closest && event.target.closest("[data-drop]");
      if (!zone) { return; }
      event.preventDefault();
      zone.classList.toggle("over", name === "dragover");
      var field = zone.querySelector("input[type=file]");
      if (name === "drop" && event.dataTransfer.files.length) {
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  });
  document.addEventListener("htmx:xhr:progress", function (event) {
    var bar = event.target.querySelector && event.target.querySelector("[data-upload-progress]");
    if (!bar || !event.detail.lengthComputable) { return; }
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });

  /* ── a form marked data-once is sent once: its buttons rest until the answer ── */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-once]") || form.hasAttribute("hx-post")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("[type=submit]").forEach(function (button) { button.setAttribute("aria-busy", "true"); });
  });
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) { return; }
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
    });
  });

  /* ── a select or radio marked data-submit sends its form ── */
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submit]")) { event.target.form.requestSubmit(); }
  });
})();
