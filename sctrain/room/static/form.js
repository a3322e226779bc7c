// Keeps what is typed on this phone until the server has it; sends again what may not have arrived.
// Without this script the form still works: each section has a button that saves.
const form = document.getElementById("form"), status = document.getElementById("status");
const say = (text) => { status.textContent = text || ""; };
const slot = "sctrain:" + form.dataset.event + ":" + form.elements.me.value;
let edit = +form.dataset.edit, timer = 0, sending = null, waiting = false;
const held = () => { try { return JSON.parse(localStorage.getItem(slot)) || {}; } catch { return {}; } };
const keep = (what) => { try { localStorage.setItem(slot, JSON.stringify(what)); } catch { /* a private window keeps nothing */ } };

function body(act) {
  edit = Math.max(Date.now(), edit + 1);
  form.elements.edit.value = edit;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("act", act);
  return fields.toString();
}
function restore(text) {
  const fields = new URLSearchParams(text);
  for (const input of form.elements) {
    if (!input.name || ["me", "edit", "form"].includes(input.name)) continue;
    if (input.type === "radio" || input.type === "checkbox") input.checked = fields.getAll(input.name).includes(input.value);
    else if (fields.has(input.name)) input.value = fields.get(input.name);
  }
}
async function push() {
  if (sending) { waiting = true; return; }
  const todo = held();
  if (!todo.body) return;
  sending = new AbortController();
  const limit = setTimeout(() => sending.abort(), 10000);
  try {
    const answer = await fetch(location.pathname, {
      method: "POST", body: todo.body, signal: sending.signal, keepalive: todo.body.length < 60000,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
    });
    const said = await answer.json();
    if (answer.ok) done(todo, said);
    else if (answer.status === 429 || answer.status >= 500) later();
    else { say(form.dataset.refused + ": " + said.error); keep({}); }
  } catch { later(); }
  clearTimeout(limit);
  sending = null;
  if (waiting) { waiting = false; push(); }
}
function done(todo, said) {
  if (held().edit === todo.edit) keep({});
  if (todo.act === "send" && !held().body) location.assign(form.dataset.thanks);
  else say(form.dataset.saved);
}
function later() {
  say(form.dataset.kept);
  clearTimeout(timer);
  timer = setTimeout(push, 2000 + Math.random() * 3000);
}
function save(act) {
  const text = body(act);
  keep({ act, edit, body: text });
  say(form.dataset.saving);
  push();
}
form.addEventListener("input", () => {
  const act = held().act === "send" ? "send" : "draft"; // what was to be sent stays to be sent
  const text = body(act);
  keep({ act, edit, body: text });
  clearTimeout(timer);
  timer = setTimeout(() => save(act), 700);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  const button = event.submitter;
  if (button && button.value === "draft") {
    save("draft");
    document.getElementById(button.getAttribute("formaction").split("=")[1]).scrollIntoView({ behavior: "smooth" });
  } else save("send");
});
addEventListener("online", push);
const before = held();
if (before.body) { if (before.edit > edit) { edit = before.edit; restore(before.body); } push(); }
