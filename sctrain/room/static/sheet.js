// The sheet of a table: drag, touch, buttons or typed ranks; every change is sent at once and kept until it has arrived.
// Without this script each part has a button that saves what was typed.
const words = document.getElementById("words").dataset, status = document.getElementById("status"), base = words.base;
const say = (text) => { status.textContent = text; };
const random = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, "0")).join("");
const formOf = (part) => document.querySelector(`form[data-part="${CSS.escape(part)}"]`);
document.body.classList.add("js-on");

// ---- what is kept in the browser; some keep nothing, or throw: then it is held in mind only
const box = (what) => "sctrain:" + base + ":" + what;
const stored = (kept, what, otherwise) => { try { return JSON.parse(window[kept].getItem(box(what))) ?? otherwise; } catch { return otherwise; } };
const store = (kept, what, value) => { try { if (value === null) window[kept].removeItem(box(what)); else window[kept].setItem(box(what), JSON.stringify(value)); } catch { /* held in mind */ } };
// Each tab is a scribe of its own, or two tabs would overwrite each other unasked.
const device = stored("sessionStorage", "device", random(8));
store("sessionStorage", "device", device);
let edit = stored("sessionStorage", "edit", 0); // grows, even if the clock is set back between two visits

// ---- what has to be sent: of each part the newest content, and the revision that it was made from
const revisions = {}, outbox = new Map();
let busy = false, timer = 0, first = 0, isShut = false, barred = false;
const put = (part, todo) => { outbox.set(part, todo); store("localStorage", "out:" + part, todo); };
const drop = (part) => { outbox.delete(part); store("localStorage", "out:" + part, null); };
function soon(wait) {
  first ||= Date.now();
  clearTimeout(timer);
  timer = setTimeout(push, Math.min(wait, Math.max(0, first + 1500 - Date.now())));
}
function changed(part, content, wait = 250) {
  edit = Math.max(Date.now(), edit + 1);
  store("sessionStorage", "edit", edit);
  const before = outbox.get(part);
  put(part, { ...before, content, edit, base: before ? before.base : revisions[part] || 0 });
  if (before?.asked) { formOf(part).note.mine(content); return; }
  barred = false;
  say(words.saving);
  soon(wait);
}
async function post(path, body, type) {
  const answer = await fetch(base + path, { method: "POST", body, headers: { "Content-Type": type, Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
  if (answer.status === 429 || answer.status >= 500) throw new Error("later");
  return [answer.status, await answer.json()];
}
async function push() {
  clearTimeout(timer);
  first = 0;
  const next = [...outbox].find(([, todo]) => !todo.asked);
  if (busy || isShut || barred || !next) return;
  const [part, todo] = next;
  let code, said;
  busy = true;
  try {
    [code, said] = await post("/save", JSON.stringify({ part, base: todo.base, content: todo.content, device, edit: todo.edit }), "application/json");
  } catch {
    say(words.kept);
    timer = setTimeout(push, 2000 + Math.random() * 2000);
    return;
  } finally { busy = false; }
  answered(part, todo, code, said);
  push();
}
function answered(part, todo, code, said) {
  const now = outbox.get(part), isNewest = now === todo;
  if (code === 423) shut(true); // kept until the sheet is opened again
  else if (code === 403) { barred = true; say(words.refused + ": " + said.error); } // … until a link allows it
  else if (code >= 400) { if (isNewest) drop(part); say(words.refused + ": " + said.error); }
  else if (said.state === "other" && said.beside) aside(part, now, isNewest, said);
  else if (said.state === "other" && !part.startsWith("line.")) conflict(part, said);
  else {
    if (isNewest) drop(part); else if (said.state !== "other") put(part, { ...now, base: said.revision });
    const isTheirs = ["other", "older"].includes(said.state);
    revisions[part] = isTheirs ? 0 : Math.max(said.revision, revisions[part] || 0);
    if (isTheirs) refresh(); else if (!outbox.size) say(words.saved);
  }
}
// Of a line both texts are kept: ours goes on in this form, under the part that the server gave it.
function aside(part, now, isNewest, said) {
  const form = formOf(part);
  drop(part);
  form.dataset.part = form.elements.part.value = said.beside;
  revisions[part] = revisions[said.beside] = 0;
  if (!isNewest) put(said.beside, { ...now, base: 0 });
  say(words.both);
  refresh();
}
// Of anything else they choose; until then nothing of ours is sent, and nothing is lost.
function conflict(part, said) {
  const form = formOf(part), note = document.createElement("div");
  put(part, { ...outbox.get(part), asked: true });
  note.className = "conflict";
  note.setAttribute("role", "alert");
  note.append(Object.assign(document.createElement("p"), { textContent: words.other }));
  const choice = (text, content, choose) => {
    const line = document.createElement("p"), button = document.createElement("button"), names = document.createElement("span");
    button.type = "button"; button.textContent = text; names.textContent = form.names(content);
    button.onclick = () => { note.remove(); form.note = null; choose(); };
    line.append(button, " ", names);
    note.append(line);
    return (content) => { names.textContent = form.names(content); };
  };
  choice(words.theirs, said.stands, () => { drop(part); revisions[part] = said.revision; form.show(said.stands); say(""); refresh(); });
  note.mine = choice(words.mine, outbox.get(part).content, () => { put(part, { ...outbox.get(part), asked: false, base: said.revision }); push(); });
  form.note?.remove();
  form.note = note;
  form.prepend(note);
  say(words.other);
}
addEventListener("online", push);

// ---- lists
function list(form) {
  const part = form.dataset.part, ol = form.querySelector("ol"), items = [...ol.children];
  const divider = (text) => Object.assign(document.createElement("li"), { className: "divider", textContent: text });
  const head = divider(words.ranked), rest = divider(words.rest);
  const rank = (li) => li.querySelector(".rank"), label = (li) => li.querySelector("span").textContent;
  const isTied = (li) => !!li && li.classList.contains("tied"), tie = (li, yes) => li.classList.toggle("tied", yes);
  const ranked = () => [...ol.children].filter((li) => li.dataset.code && li.compareDocumentPosition(rest) & 4);
  const below = (li) => { const above = ranked(), at = above.indexOf(li); return at < 0 ? undefined : above[at + 1]; };
  revisions[part] = +form.dataset.revision;
  for (const li of items) handles(li);
  function handles(li) {
    const button = (text, name, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, title: name });
      made.setAttribute("aria-label", name + ": " + label(li));
      made.onclick = () => { act(); made.focus(); };
      li.append(made);
      return made;
    };
    const handle = button("⠿", words.handle, () => {});
    handle.className = "handle"; handle.tabIndex = -1; li.prepend(handle);
    handle.onpointerdown = (event) => { if (event.button === 0) lift(event, li); };
    li.tie = button("=", words.tie, () => { tie(li); commit(li); });
    li.tie.classList.add("more", "first");
    button("▲", words.up, () => step(li, -1));
    button("▼", words.down, () => step(li, 1)).classList.add("more");
    rank(li).onchange = () => typed(li);
    rank(li).onkeydown = (event) => { if (event.key === "Enter") { event.preventDefault(); typed(li); } };
  }
  function content() {
    const ties = [];
    for (const li of ranked()) if (isTied(li) && ties.length) ties.at(-1).push(li.dataset.code); else ties.push([li.dataset.code]);
    return ties;
  }
  function number() {
    const above = ranked();
    let shown = 0;
    for (const li of items) if (above.indexOf(li) < 1) tie(li, false);
    for (const [at, li] of above.entries()) { if (!isTied(li)) shown = at + 1; li.shown = shown; }
    for (const li of items) {
      const is = above.includes(li);
      li.classList.toggle("ranked", is);
      rank(li).value = is ? li.shown : "";
      li.tie.disabled = isShut || !is || li === above[0];
      li.tie.setAttribute("aria-pressed", String(isTied(li)));
    }
  }
  function show(ties) {
    const by = Object.fromEntries(items.map((li) => [li.dataset.code, li]));
    const known = ties.map((codes) => codes.filter((code) => by[code])), named = known.flat();
    for (const codes of known) codes.forEach((code, n) => tie(by[code], n > 0));
    ol.replaceChildren(head, ...named.map((code) => by[code]), rest, ...items.filter((li) => !named.includes(li.dataset.code)));
    number();
  }
  function commit(li) {
    number();
    document.getElementById("moved").textContent = words.moved.replace("{what}", label(li)).replace("{rank}", rank(li).value || "–");
    changed(part, content());
  }
  // Who leaves a tie leaves the others tied; who comes between two that are tied joins them.
  function leave(li) { const next = below(li); if (next && !isTied(li)) tie(next, false); tie(li, false); }
  function join(li) { if (isTied(below(li))) tie(li, true); }
  function step(li, by) {
    const above = ranked(), at = above.indexOf(li);
    if (at < 0 && by > 0) return;
    if (at >= 0) leave(li);
    if (at < 0) rest.before(li);
    else if (by < 0 && at > 0) above[at - 1].before(li);
    else if (by > 0 && at < above.length - 1) above[at + 1].after(li);
    else if (by > 0) rest.after(li);
    join(li);
    commit(li);
  }
  function typed(li) {
    const want = rank(li).value.trim();
    leave(li);
    const above = ranked().filter((other) => other !== li);
    const same = above.filter((other) => rank(other).value === want).at(-1), next = above.find((other) => +rank(other).value > +want);
    if (!/^[1-9][0-9]?$/.test(want)) rest.after(li);
    else if (same) { same.after(li); tie(li, true); }
    else if (next) next.before(li);
    else rest.before(li);
    commit(li);
    rank(li).focus();
  }
  function lift(event, li) {
    event.preventDefault();
    const before = JSON.stringify(content());
    leave(li);
    li.classList.add("lifted");
    ol.setPointerCapture(event.pointerId); // on the list: a captured item loses the pointer when it is moved in the page
    ol.onpointermove = (move) => {
      if (move.clientY < 60) scrollBy(0, -12); else if (move.clientY > innerHeight - 60) scrollBy(0, 12);
      const over = [...ol.children].find((other) => move.clientY < other.getBoundingClientRect().bottom);
      if (!over) ol.append(li);
      else if (over === head) head.after(li);
      else if (over !== li) { const r = over.getBoundingClientRect(); if (move.clientY < r.top + r.height / 2) over.before(li); else over.after(li); }
    };
    ol.onpointerup = ol.onpointercancel = () => {
      ol.onpointermove = ol.onpointerup = ol.onpointercancel = null;
      li.classList.remove("lifted");
      join(li);
      number();
      if (JSON.stringify(content()) !== before) commit(li);
    };
  }
  const ties = {};
  for (const li of items) if (rank(li).value) (ties[rank(li).value] ??= []).push(li.dataset.code);
  form.show = show;
  form.number = number;
  form.names = (given) => given.map((codes) => codes.map((code) => label(items.find((li) => li.dataset.code === code))).join(" = ")).join(" › ") || "–";
  form.onsubmit = (event) => event.preventDefault();
  show(Object.keys(ties).sort((a, b) => a - b).map((place) => ties[place]));
}

// ---- lines and people
const lines = () => [...document.querySelectorAll("form.line")];
function line(form) {
  const it = form.elements, boxes = () => [...form.querySelectorAll("[name=competencies]")];
  const mark = () => { form.dataset.kind = it.kind.value; };
  const read = () => ({ kind: it.kind.value, text: it.text.value.split(/\s+/).filter(Boolean).join(" "), competencies: boxes().filter((b) => b.checked).map((b) => b.value), answers: it.answers.value, place: +it.place.value });
  const answers = () => {
    const chosen = it.answers.value, other = lines().filter((f) => f !== form && f.elements.kind.value === "challenge" && f.elements.text.value.trim());
    it.answers.replaceChildren(new Option("–", ""), ...other.map((f) => new Option(f.elements.text.value.trim().slice(0, 60), f.dataset.part)));
    it.answers.value = chosen;
    if (it.answers.value !== chosen) it.answers.add(new Option("…", chosen, true, true));
  };
  revisions[form.dataset.part] = +form.dataset.revision;
  form.oninput = form.onchange = () => {
    const part = form.dataset.part, now = read();
    mark();
    if (now.text || revisions[part] || outbox.has(part)) changed(part, now, 600); // an empty line that never was is none
  };
  form.onsubmit = (event) => { event.preventDefault(); if (event.submitter?.formAction.endsWith("/undo")) undo(form.dataset.part); };
  it.answers.onfocus = it.answers.onpointerdown = answers;
  form.show = (content) => {
    it.kind.value = content.kind; it.text.value = content.text; it.place.value = content.place;
    for (const b of boxes()) b.checked = content.competencies.includes(b.value);
    if (content.answers && ![...it.answers.options].some((o) => o.value === content.answers)) it.answers.add(new Option("…", content.answers));
    it.answers.value = content.answers;
    answers();
    mark();
  };
  mark();
}
function people(form) {
  const boxes = () => [...form.querySelectorAll("[name^='mix.']")], many = form.elements.members;
  revisions.people = +form.dataset.revision;
  const read = () => {
    const mix = {};
    for (const b of boxes()) if (b.checked) (mix[b.name.slice(4)] ??= []).push(b.value);
    return { members: +many.value >= 1 && +many.value <= 99 ? +many.value : null, mix };
  };
  form.oninput = () => changed("people", read(), 600);
  form.onsubmit = (event) => event.preventDefault();
  form.show = (content) => {
    many.value = content.members ?? "";
    for (const b of boxes()) b.checked = (content.mix[b.name.slice(4)] || []).includes(b.value);
  };
  form.names = (content) => [content.members ?? "–", ...boxes().filter((b) => (content.mix[b.name.slice(4)] || []).includes(b.value)).map((b) => b.parentElement.textContent)].join(", ");
}
function blankLine(part) {
  const made = document.querySelector("#new form").cloneNode(true), it = made.elements;
  made.reset();
  made.dataset.part = it.part.value = part;
  made.dataset.revision = 0;
  it.text.value = it.answers.value = "";
  it.place.value = 1 + Math.max(0, ...lines().map((form) => +form.elements.place.value));
  for (const b of made.querySelectorAll("[name=competencies]")) b.checked = false;
  made.querySelector("details").open = false;
  return made;
}
document.getElementById("add").onclick = () => {
  const filled = document.querySelector("#new form");
  if (filled.elements.text.value.trim()) {
    const next = blankLine("line." + random(5));
    document.getElementById("written").append(filled);
    document.getElementById("new").append(next);
    line(next);
  }
  document.querySelector("#new form").elements.text.focus();
};

// ---- undo, what others do, the clock
async function undo(part) {
  for (let tries = 0; outbox.has(part) && tries < 20; tries++) { push(); await new Promise((go) => setTimeout(go, 100)); }
  if (outbox.has(part)) return; // first it has to arrive, or to be chosen
  edit = Math.max(Date.now(), edit + 1);
  store("sessionStorage", "edit", edit);
  try {
    const [code, said] = await post("/undo", new URLSearchParams({ part, device, edit }), "application/x-www-form-urlencoded");
    if (code < 400) { await refresh(); say(words.undone); } else say(words.refused + ": " + said.error);
  } catch { say(words.offline); }
}
for (const form of document.querySelectorAll("form.undo")) form.onsubmit = (event) => { event.preventDefault(); undo(form.elements.part.value); };
function shut(yes) {
  isShut = yes;
  document.getElementById("shut").hidden = !yes;
  for (const input of document.querySelectorAll("section input, section select, section textarea, section button")) input.disabled = yes;
  for (const form of document.querySelectorAll("form.list")) form.number();
}
async function refresh() {
  const answer = await fetch(base + "/state", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
  if (!answer.ok) return;
  const now = await answer.json();
  if (now.shut !== isShut) { shut(now.shut); push(); }
  for (const [part, stands] of Object.entries(now.parts)) theirs(part, stands);
  clock.dataset.ends = now.ends;
  tick();
}
function theirs(part, stands) {
  if (outbox.has(part) || stands.revision <= (revisions[part] || 0)) return;
  const isGone = part.startsWith("line.") && !stands.content.text;
  let form = formOf(part);
  // Who is in the middle of it sees theirs later: what they change now is made from what they see.
  if (form?.querySelector(".lifted, :focus:not(button)")) return;
  if (!form && !isGone) {
    form = blankLine(part);
    document.getElementById("written").append(form);
    line(form);
  }
  revisions[part] = stands.revision;
  if (isGone && !form?.closest("#new")) form?.remove(); else form.show(stands.content);
}
const clock = document.getElementById("clock");
function tick() {
  const left = Math.ceil((new Date(clock.dataset.ends) - Date.now()) / 60000);
  clock.textContent = clock.dataset.ends ? (left > 0 ? left + " " + clock.dataset.left : clock.dataset.over) : "";
}
for (const hidden of document.querySelectorAll(".js")) hidden.hidden = false;
for (const form of document.querySelectorAll("form.list")) list(form);
for (const form of lines()) line(form);
people(document.querySelector("form.people"));
if (!document.getElementById("shut").hidden) shut(true);
restore();
push();
setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, 4000);
tick();
setInterval(tick, 10000);
// What another visit of this browser could not send.
function restore() {
  let names = [];
  try { names = Object.keys(localStorage).filter((name) => name.startsWith(box("out:"))); } catch { /* it keeps nothing */ }
  for (const name of names) {
    const part = name.slice(box("out:").length), todo = { ...stored("localStorage", "out:" + part, {}), asked: false };
    let form = formOf(part);
    if (!form && part.startsWith("line.")) {
      form = blankLine(part);
      document.getElementById("written").append(form);
      line(form);
    }
    if (!form || !todo.edit) { drop(part); continue; }
    put(part, todo);
    form.show(todo.content);
  }
}
