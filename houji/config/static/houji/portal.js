/* The portal's sheets: <dialog class="hj-sheet">. A link marked data-sheet opens one over the page,
   filled from the link's own address when it is marked data-sheet-load. Where a WebView knows no
   dialog, the link is followed instead. */
(function () {
  "use strict";
  var able = typeof HTMLDialogElement === "function" && window.fetch;
  var opener = null;

  function open(sheet, link) {
    opener = link;
    sheet.showModal();
  }
  function load(sheet, link) {
    fetch(link.href, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (html) {
      sheet.innerHTML = html;
      open(sheet, link);
    }).catch(function () { location.assign(link.href); });
  }
  /* A link may say what the sheet's form is about: data-fill-line="8" sets the field "line", and
     elements marked data-show="line" show the text of data-fill-line. */
  function fill(sheet, link) {
    Object.keys(link.dataset).forEach(function (key) {
      if (key.slice(0, 4) !== "fill") { return; }
      var name = key.slice(4).replace(/^[A-Z]/, function (letter) { return letter.toLowerCase(); });
      sheet.querySelectorAll('[name="' + name + '"]').forEach(function (field) { field.value = link.dataset[key]; });
      sheet.querySelectorAll('[data-show="' + name + '"]').forEach(function (place) { place.textContent = link.dataset[key]; });
    });
  }

  document.addEventListener("click", function (event) {
    var at = event.target;
    if (at.closest("[data-print]")) { window.print(); }
    var link = at.closest("[data-sheet]");
    var sheet = link && document.getElementById(link.dataset.sheet);
    if (sheet && able) {
      event.preventDefault();
      if (link.hasAttribute("data-sheet-load")) { load(sheet, link); } else { fill(sheet, link); open(sheet, link); }
      return;
    }
    var shown = at.closest("dialog.hj-sheet");
    if (shown && (at === shown || at.closest("[data-sheet-close]"))) {
      event.preventDefault();
      shown.close();
    }
  });
  document.addEventListener("close", function (event) {
    if (event.target.matches && event.target.matches("dialog.hj-sheet") && opener && opener.isConnected) {
      opener.focus();
      opener = null;
    }
  }, true);
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-once]")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.querySelectorAll("[type=submit]").forEach(function (button) { button.setAttribute("aria-busy", "true"); });
  });
  window.addEventListener("load", function () {
    var first = able && document.querySelector("dialog.hj-sheet[data-open]");
    if (first) { first.showModal(); }
  });
})();
