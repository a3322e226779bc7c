// Keeps what is typed on this phone until the server has it; sends again what may not have arrived.
// Without this script the form still works: each section has a button that saves.
const form = document.getElementById("form"), status = document.getElementById("status"), told = form.dataset;
const slot = "sctrain:" + told.event + ":" + form.elements.me.value;
const read = (text) => { try { return JSON.parse(text) || {}; } catch { return {}; } };
const say = (text) => { status.textContent = text; };
// Some browsers keep nothing, or throw: then it is held in mind only, and sent all the same.
let held = (() => { try { return read(localStorage.getItem(slot)); } catch { return {}; } })();
let edit = +told.edit, timer = 0, pause = 2000, sending = false, waiting = false;

function keep(what) {
  held = what;
  try { localStorage.setItem(slot, JSON.stringify(what)); } catch { /* held in mind */ }
}
function hold(act) {
  edit = Math.max(Date.now(), edit + 1); // grows, even if the clock of the phone is set back
  form.elements.edit.value = edit;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("act", act);
  keep({ act, edit, body: fields.toString() });
}
function adopt(other) {
  if (!other.body || other.edit <= edit) return;
  edit = other.edit;
  const fields = new URLSearchParams(other.body);
  for (const input of form.elements) {
    if (!input.name || input.type === "hidden") continue;
    if (input.type === "radio" || input.type === "checkbox") input.checked = fields.getAll(input.name).includes(input.value);
    else if (fields.has(input.name)) input.value = fields.get(input.name);
  }
}
function json(body) { // the server reads it faster than a form
  const fields = {};
  for (const [name, value] of new URLSearchParams(body)) if (value) fields[name] = [...(fields[name] || []), value];
  return JSON.stringify(fields);
}
async function push() {
  clearTimeout(timer);
  if (sending) { waiting = true; return; }
  const todo = held;
  if (!todo.body) return;
  sending = true;
  say(told.saving);
  const stop = new AbortController(), limit = setTimeout(() => stop.abort(), 10000);
  try {
    const answer = await fetch(location.pathname, {
      method: "POST", body: json(todo.body), signal: stop.signal, keepalive: todo.body.length < 60000,
      headers: { "Content-Type": "application/json", Accept: "application/json" },
    });
    const said = await answer.json(); // a page of somebody else's network is no answer of ours
    if (answer.status === 429 || answer.status >= 500) later();
    else done(todo, answer.ok ? told.saved : told.refused + ": " + said.error, answer.ok && todo.act === "send");
  } catch { later(); }
  clearTimeout(limit);
  sending = false;
  if (waiting) { waiting = false; push(); }
}
function done(todo, text, sent) {
  pause = 2000;
  if (held.edit === todo.edit) keep({});
  if (sent && !held.body) location.assign(told.thanks);
  else say(text);
}
function later() {
  say(told.kept);
  pause = Math.min(pause * 1.5, 15000);
  timer = setTimeout(push, pause * (0.5 + Math.random()));
}
function go(section) {
  const heading = document.querySelector("#" + section + " h2");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView();
}
form.addEventListener("input", () => {
  hold(held.act === "send" ? "send" : "draft"); // what was to be sent stays to be sent
  clearTimeout(timer);
  timer = setTimeout(push, 700);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const next = event.submitter?.getAttribute("formaction");
  hold(next && held.act !== "send" ? "draft" : "send");
  push();
  if (next) go(next.split("=")[1]);
});
addEventListener("online", push);
document.addEventListener("visibilitychange", () => { if (document.hidden) push(); });
addEventListener("storage", (event) => { if (event.key === slot) { const other = read(event.newValue); if (other.edit > edit) { adopt(other); held = other; } } });
adopt(held);
push();
