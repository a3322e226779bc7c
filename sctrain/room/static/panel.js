// Draws the live part anew every three seconds, unless somebody is about to press something in it.
const live = document.getElementById("live");
async function look() {
  if (document.hidden || live.contains(document.activeElement)) return;
  const answer = await fetch(location.pathname, { signal: AbortSignal.timeout(8000) });
  if (!answer.ok) return;
  const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (now && !live.contains(document.activeElement)) live.replaceChildren(...now.childNodes);
  tick();
}
function tick() {
  for (const time of document.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  }
  const clock = document.getElementById("clock");
  if (!clock) return;
  const left = Math.ceil((new Date(clock.dataset.ends) - Date.now()) / 60000);
  clock.textContent = "(" + (left > 0 ? left + " " + clock.dataset.left : clock.dataset.over) + ")";
}
document.addEventListener("submit", (event) => {
  const ask = event.submitter?.dataset.ask;
  if (ask && !confirm(ask)) event.preventDefault();
});
tick();
setInterval(() => look().catch(() => {}), 3000);
