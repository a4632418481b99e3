// Sets light or dark before the page is drawn. Automatic follows the system.
(function () {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    let choice = null;
    try { choice = localStorage.getItem("theme"); } catch { /* storage is off: automatic */ }
    const dark = choice === "dark" || (choice !== "light" && system.matches);
    document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
  }
  window.applyTheme = apply;
  system.addEventListener("change", apply);
  apply();
})();
