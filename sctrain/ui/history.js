// A choice may change several parameters of the address, and each would be a step of Back by itself.
// What follows another step within a moment joins it.
(() => {
  if (window.sctrainHistory) return;
  window.sctrainHistory = true;
  const push = history.pushState.bind(history);
  let last = -Infinity;
  history.pushState = (...step) => {
    const now = performance.now();
    const joins = now - last < 150;
    last = now;
    return joins ? history.replaceState(...step) : push(...step);
  };
})();
