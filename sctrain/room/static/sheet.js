// The sheet of a table: drag, touch, buttons or typed ranks; every change is sent at once and kept until it has arrived.
// Without this script each part has a button that saves what was typed.
const words = document.getElementById("words").dataset, status = document.getElementById("status");
const base = location.pathname.replace(/\/$/, "");
const say = (text) => { status.textContent = text || ""; };
const box = (what) => "sctrain:" + base + ":" + what;
const stored = (what, otherwise) => { try { return JSON.parse(localStorage.getItem(box(what))) ?? otherwise; } catch { return otherwise; } };
const store = (what, value) => { try { localStorage.setItem(box(what), JSON.stringify(value)); } catch { /* a private window keeps nothing */ } };
const device = stored("device", "") || Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");
store("device", device);
document.body.classList.add("js-on");
for (const hidden of document.querySelectorAll(".js")) hidden.hidden = false;

// ---- what has to be sent: the newest content of each part, in the order of the parts' first change
const revisions = {}, outbox = new Map(stored("outbox", []));
let edit = 0, busy = false, again = 0;
const changed = (part, content) => {
  edit = Math.max(Date.now(), edit + 1);
  outbox.set(part, { content, edit });
  store("outbox", [...outbox]);
  say(words.saving);
  clearTimeout(again);
  again = setTimeout(push, 250);
};
async function post(path, body, type) {
  const answer = await fetch(base + path, { method: "POST", body, headers: { "Content-Type": type, Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
  if (answer.status === 429 || answer.status >= 500) throw new Error("later");
  return [answer.status, await answer.json()];
}
async function push() {
  if (busy || !outbox.size) return;
  busy = true;
  const [part, todo] = outbox.entries().next().value;
  try {
    const change = { part, base: revisions[part] || 0, content: todo.content, device, edit: todo.edit };
    const [code, said] = await post("/save", JSON.stringify(change), "application/json");
    if (outbox.get(part) === todo) outbox.delete(part);
    store("outbox", [...outbox]);
    if (code === 423) shut(true);
    else if (code >= 400) say(words.refused + ": " + said.error);
    else settled(part, todo, said);
  } catch { say(words.kept); clearTimeout(again); again = setTimeout(push, 2000 + Math.random() * 2000); busy = false; return; }
  busy = false;
  if (outbox.size) push();
}
function settled(part, todo, said) {
  if (said.state === "other" && said.beside) { revisions[part] = said.revision; say(words.both); refresh(); return; }
  if (said.state === "other") { conflict(part, todo.content, said); return; }
  revisions[part] = Math.max(said.revision, revisions[part] || 0);
  if (!outbox.size) say(words.saved);
}
addEventListener("online", push);

// ---- lists
const lists = {};
function list(form) {
  const part = form.dataset.part, ol = form.querySelector("ol");
  const items = [...ol.children];
  revisions[part] = +form.dataset.revision;
  const head = divider(words.ranked), rest = divider(words.rest);
  const rank = (li) => li.querySelector(".rank");
  const label = (li) => li.querySelector("span").textContent;
  for (const li of items) {
    const button = (text, name, act) => {
      const made = document.createElement("button");
      made.type = "button"; made.textContent = text; made.setAttribute("aria-label", name + ": " + label(li)); made.title = name;
      made.onclick = () => { act(); made.focus(); };
      li.append(made);
      return made;
    };
    const handle = button("⠿", words.handle, () => {});
    handle.className = "handle"; handle.tabIndex = -1; li.prepend(handle);
    handle.onpointerdown = (event) => lift(event, li);
    li.tie = button("=", words.tie, () => { li.classList.toggle("tied"); commit(li); });
    li.tie.classList.add("more", "first");
    button("▲", words.up, () => step(li, -1));
    button("▼", words.down, () => step(li, 1)).classList.add("more");
    rank(li).onchange = () => typed(li);
    rank(li).onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); typed(li); } };
  }
  function divider(text) { const li = document.createElement("li"); li.className = "divider"; li.textContent = text; return li; }
  const ranked = () => [...ol.children].filter((li) => li.dataset.code && li.compareDocumentPosition(rest) & 4);
  function content() {
    const ties = [];
    for (const li of ranked()) if (li.classList.contains("tied") && ties.length) ties.at(-1).push(li.dataset.code); else ties.push([li.dataset.code]);
    return ties;
  }
  function number() {
    let place = 0, shown = 0;
    const above = ranked();
    for (const li of items) if (!above.includes(li)) { li.classList.remove("tied", "ranked"); rank(li).value = ""; li.tie.disabled = true; li.tie.setAttribute("aria-pressed", "false"); }
    for (const li of above) {
      if (place === 0) li.classList.remove("tied");
      place += 1;
      if (!li.classList.contains("tied")) shown = place;
      li.classList.add("ranked"); rank(li).value = shown; li.tie.disabled = place === 1;
      li.tie.setAttribute("aria-pressed", String(li.classList.contains("tied")));
    }
  }
  function show(ties) {
    const by = Object.fromEntries(items.map((li) => [li.dataset.code, li]));
    ol.replaceChildren(head, ...ties.flatMap((tie) => tie.map((code, n) => { by[code].classList.toggle("tied", n > 0); return by[code]; })), rest, ...items.filter((li) => !ties.flat().includes(li.dataset.code)));
    number();
  }
  function commit(li) {
    number();
    if (li) say(words.moved.replace("{what}", label(li)).replace("{rank}", rank(li).value || "–"));
    changed(part, content());
  }
  function step(li, by) {
    const above = ranked(), at = above.indexOf(li);
    if (at < 0) { if (by < 0) { rest.before(li); commit(li); } return; }
    li.classList.remove("tied");
    if (by < 0 && at > 0) above[at - 1].before(li);
    else if (by > 0 && at < above.length - 1) above[at + 1].after(li);
    else if (by > 0) rest.after(li);
    commit(li);
  }
  function typed(li) {
    const want = rank(li).value.trim(), above = ranked().filter((other) => other !== li);
    li.classList.remove("tied");
    if (!/^[1-9][0-9]?$/.test(want)) rest.after(li);
    else {
      const same = above.filter((other) => rank(other).value === want).at(-1), next = above.find((other) => +rank(other).value > +want);
      if (same) { same.after(li); li.classList.add("tied"); } else if (next) next.before(li); else rest.before(li);
    }
    commit(li);
    rank(li).focus();
  }
  function lift(event, li) {
    event.preventDefault();
    const before = JSON.stringify(content());
    li.classList.add("lifted"); li.classList.remove("tied");
    ol.setPointerCapture(event.pointerId); // on the list: a captured item loses the pointer when it is moved in the page
    ol.onpointermove = (move) => {
      const over = [...ol.children].find((other) => { const r = other.getBoundingClientRect(); return move.clientY < r.bottom; });
      if (move.clientY < 60) scrollBy(0, -12); else if (move.clientY > innerHeight - 60) scrollBy(0, 12);
      if (!over) ol.append(li);
      else if (over !== li && over !== head) { const r = over.getBoundingClientRect(); if (move.clientY < r.top + r.height / 2) over.before(li); else over.after(li); }
      else if (over === head) head.after(li);
    };
    ol.onpointerup = ol.onpointercancel = () => {
      ol.onpointermove = ol.onpointerup = ol.onpointercancel = null;
      li.classList.remove("lifted");
      number();
      if (JSON.stringify(content()) !== before) commit(li);
    };
  }
  const ties = {};
  for (const li of items) if (rank(li).value) (ties[rank(li).value] ??= []).push(li.dataset.code);
  show(Object.keys(ties).sort((a, b) => a - b).map((place) => ties[place]));
  form.onsubmit = (event) => event.preventDefault();
  lists[part] = { show, content, form };
}
function conflict(part, mine, said) {
  const names = (ties) => ties.map((tie) => tie.map((code) => lists[part].form.querySelector(`[data-code="${CSS.escape(code)}"] span`).textContent).join(" = ")).join(" › ") || "–";
  const note = document.createElement("div");
  note.className = "conflict"; note.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = words.other;
  note.append(text);
  const take = (label, ties, act) => {
    const line = document.createElement("p"), button = document.createElement("button");
    button.type = "button"; button.textContent = label;
    button.onclick = () => { note.remove(); act(); };
    line.append(button, " " + names(ties));
    note.append(line);
  };
  revisions[part] = said.revision;
  take(words.theirs, said.stands, () => lists[part].show(said.stands));
  take(words.mine, mine, () => changed(part, mine));
  lists[part].form.querySelector(".conflict")?.remove();
  lists[part].form.prepend(note);
}

// ---- lines and people
const about = (form) => [...form.querySelectorAll("[name=competencies]:checked")].map((box_) => box_.value);
function line(form) {
  const part = form.dataset.part;
  revisions[part] = +form.dataset.revision;
  const it = form.elements;
  const read = () => ({ kind: it.kind.value, text: it.text.value.split(/\s+/).filter(Boolean).join(" "), competencies: about(form), answers: it.answers.value, place: +it.place.value });
  const mark = () => { form.dataset.kind = it.kind.value; };
  mark();
  let timer = 0;
  const soon = () => { mark(); const now = read(); if (!now.text && !revisions[part]) return; outbox.set(part, { content: now, edit: Math.max(Date.now(), ++edit) }); store("outbox", [...outbox]); clearTimeout(timer); timer = setTimeout(() => changed(part, read()), 600); };
  form.oninput = form.onchange = soon;
  form.onsubmit = (event) => { event.preventDefault(); soon(); };
  form.show = (content) => { if (form.contains(document.activeElement)) return; it.kind.value = content.kind; it.text.value = content.text; it.place.value = content.place; for (const box_ of form.querySelectorAll("[name=competencies]")) box_.checked = content.competencies.includes(box_.value); mark(); };
}
function people(form) {
  revisions.people = +form.dataset.revision;
  const read = () => {
    const mix = {};
    for (const box_ of form.querySelectorAll("[name^='mix.']:checked")) (mix[box_.name.slice(4)] ??= []).push(box_.value);
    const many = +form.elements.members.value;
    return { members: many >= 1 && many <= 99 ? many : null, mix };
  };
  form.oninput = () => changed("people", read());
  form.onsubmit = (event) => event.preventDefault();
}
function blankLine() {
  const first = document.querySelector("#new form"), made = first.cloneNode(true);
  const id = "line." + Array.from(crypto.getRandomValues(new Uint8Array(5)), (b) => b.toString(16).padStart(2, "0")).join("");
  made.dataset.part = id; made.dataset.revision = 0; made.reset();
  made.elements.part.value = id; made.elements.text.value = ""; made.elements.place.value = Date.now() % 1e9 + document.querySelectorAll("form.line").length;
  for (const box_ of made.querySelectorAll("[name=competencies]")) box_.checked = false;
  return made;
}
document.getElementById("add").onclick = () => {
  const filled = document.querySelector("#new form");
  const next = blankLine();
  document.getElementById("written").append(filled);
  document.getElementById("new").append(next);
  line(next);
  next.elements.text.focus();
};

// ---- undo, what others do, the clock
for (const form of document.querySelectorAll("form.undo")) form.onsubmit = async (event) => {
  event.preventDefault();
  const part = form.elements.part.value;
  try {
    edit = Math.max(Date.now(), edit + 1);
    const [code, said] = await post("/undo", new URLSearchParams({ part, device, edit }), "application/x-www-form-urlencoded");
    if (code < 400) { await refresh(); say(words.undone); } else say(words.refused + ": " + said.error);
  } catch { say(words.kept); }
};
function shut(yes) {
  document.getElementById("shut").hidden = !yes;
  for (const input of document.querySelectorAll("section input, section select, section textarea, section button")) input.disabled = yes;
}
let wasShut = !document.getElementById("shut").hidden;
async function refresh() {
  const answer = await fetch(base + "/state", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
  if (!answer.ok) return;
  const now = await answer.json();
  if (now.shut !== wasShut) shut(wasShut = now.shut);
  for (const [part, stands] of Object.entries(now.parts)) {
    if (outbox.has(part) || stands.revision <= (revisions[part] || 0)) continue;
    if (lists[part] && lists[part].form.querySelector(".lifted, .conflict, :focus:not(button)")) continue;
    revisions[part] = stands.revision;
    if (lists[part]) lists[part].show(stands.content);
    else if (part.startsWith("line.")) theirLine(part, stands);
  }
}
function theirLine(part, stands) {
  let form = document.querySelector(`form.line[data-part="${CSS.escape(part)}"]`);
  if (!form) {
    if (!stands.content.text) return;
    form = blankLine();
    form.dataset.part = form.elements.part.value = part;
    document.getElementById("written").append(form);
    line(form);
    revisions[part] = stands.revision;
  }
  form.show(stands.content);
}
for (const form of document.querySelectorAll("form.list")) list(form);
for (const form of document.querySelectorAll("form.line")) line(form);
people(document.querySelector("form.people"));
if (wasShut) shut(true);
for (const [part, todo] of outbox) { if (lists[part]) lists[part].show(todo.content); else document.querySelector(`form.line[data-part="${CSS.escape(part)}"]`)?.show(todo.content); }
push();
setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, 4000);
const clock = document.getElementById("clock");
function tick() {
  if (!clock.dataset.ends) return;
  const left = Math.ceil((new Date(clock.dataset.ends) - Date.now()) / 60000);
  clock.textContent = left > 0 ? left + " " + clock.dataset.left : clock.dataset.over;
}
tick(); setInterval(tick, 10000);
