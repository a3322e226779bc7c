// A link may end in #chart. Charts grow while they are drawn and push it away, so it is sought again
// for ten seconds, or until the reader does something.
(() => {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id || window.sctrainAnchor === location.href) return;
  window.sctrainAnchor = location.href;
  let turns = 40;
  const stop = () => { turns = 0; };
  for (const act of ["wheel", "touchstart", "keydown", "pointerdown"]) {
    addEventListener(act, stop, {once: true, passive: true});
  }
  const seek = () => {
    if (turns-- <= 0) return;
    document.getElementById(id)?.scrollIntoView();
    setTimeout(seek, 250);
  };
  seek();
})();
