// Comfort only: every page works without it.
const themes = ["auto", "light", "dark"];

document.addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard.writeText(copy.dataset.copy).then(() => {
      const was = copy.textContent;
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = was; }, 1500);
    });
  }
  if (event.target.closest("[data-theme-toggle]")) {
    const now = localStorage.getItem("theme") || "auto";
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    localStorage.setItem("theme", next);
    window.applyTheme();
  }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing) {
    const search = document.querySelector("main [type=search]") || document.querySelector("[data-quick-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

// A second click on a form that is on its way does nothing; coming back with the Back button frees it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.target === "_blank") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
// A form keeps its key when people come back to it, so that sending it again, edited, is noticed and asked about.
function keepKeys() {
  const keys = document.querySelectorAll("main input[name=key]");
  if (!keys.length) return;
  const kept = history.state && history.state.formKey;
  if (kept) keys.forEach((input) => { input.value = kept; });
  else history.replaceState({ ...history.state, formKey: keys[0].value }, "");
}
window.addEventListener("pageshow", () => {
  keepKeys();
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  const first = document.querySelector("[data-focus]");
  if (first) first.focus();
});
