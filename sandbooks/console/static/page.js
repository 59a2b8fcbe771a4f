"use strict";

// Copies what stands beside a button, and shows the calls as they come. Without it the page is whole, but stands still.
(function () {
  const PAUSE_MS = 1500;

  // --- Copying

  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const place = document.createElement("textarea");  // a page without HTTPS has no clipboard of its own
    place.value = text;
    place.setAttribute("readonly", "");
    document.body.append(place);
    place.select();
    const done = document.execCommand("copy");
    place.remove();
    if (!done) throw new Error("not allowed");
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      let told = "Copied";
      try {
        await copy(document.getElementById(button.dataset.copy).textContent);
      } catch {
        told = "Not allowed";
      }
      button.focus();
      button.textContent = told;
      button.classList.toggle("done", told === "Copied");
      announce(told);
      clearTimeout(Number(button.dataset.timer));
      button.dataset.timer = setTimeout(() => {
        button.textContent = "Copy";
        button.classList.remove("done");
      }, 1600);
    });
  }

  function announce(text) {
    let place = document.getElementById("told");
    if (!place) {
      place = document.createElement("span");
      place.id = "told";
      place.className = "unseen";
      place.setAttribute("role", "status");
      document.body.append(place);
    }
    place.textContent = "";
    setTimeout(() => { place.textContent = text; }, 50);
  }

  // --- The calls

  const calls = document.getElementById("calls");
  if (!calls) return;
  const rows = document.getElementById("rows");
  const row = document.getElementById("row");
  const state = document.getElementById("state");
  const pause = document.getElementById("pause");
  const limit = Number(calls.dataset.limit);
  const longest = Number(calls.dataset.longest);
  const sandbox = `_sandbox/sandboxes/${encodeURIComponent(calls.dataset.sandbox)}`;
  let newest = rows.firstElementChild ? rows.firstElementChild.dataset.key : "";
  let paused = false;

  async function read(path) {
    const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) throw Object.assign(new Error(path), { status: answer.status });
    return answer.json();
  }

  function say(text) {
    if (state.textContent !== text) state.textContent = text;
  }

  async function refresh() {
    // Asked first, because it does not make a sandbox that was deleted meanwhile.
    showWorld(await read(sandbox));
    const [last] = await read("_sandbox/requests?limit=1");
    const key = last ? keyOf(last) : "";
    if (key === newest) return;
    showCalls(last ? await read(`_sandbox/requests?limit=${limit}`) : []);
  }

  function showWorld(world) {
    const now = world.clock.now;
    const clock = document.getElementById("clock");
    clock.textContent = now.slice(0, 19).replace("T", " ");
    clock.dateTime = now;
    document.getElementById("frozen").textContent = world.clock.frozen ? "standing still" : "running";
    for (const name of ["profile", "seed", "limits"]) document.getElementById(name).textContent = world[name];
  }

  function showCalls(entries) {
    const known = new Map([...rows.children].map((each) => [each.dataset.key, each]));
    rows.replaceChildren(...entries.map((entry) => known.get(keyOf(entry)) || rowOf(entry)));
    newest = entries.length ? keyOf(entries[0]) : "";
    document.getElementById("none").hidden = entries.length > 0;
  }

  function keyOf(entry) {
    return `${entry.id} ${entry.at}`;
  }

  function rowOf(entry) {
    const made = row.content.firstElementChild.cloneNode(true);
    const slots = Object.fromEntries([...made.querySelectorAll("[data-slot]")].map((each) => [each.dataset.slot, each]));
    made.dataset.key = keyOf(entry);
    made.classList.add("new");
    slots.time.textContent = entry.at.slice(11, 19);
    slots.time.dateTime = entry.at;
    slots.time.title = entry.at;
    slots.method.textContent = entry.method;
    slots.target.textContent = entry.path + queryOf(entry.request.query);
    slots.status.textContent = entry.answer.status;
    slots.status.classList.add(`s${Math.floor(entry.answer.status / 100)}`);
    slots.duration.textContent = `${entry.duration_ms.toFixed(1)} ms`;
    slots.why.textContent = entry.why[0] || "";
    for (const reason of entry.why) {
      const line = document.createElement("li");
      line.textContent = reason;
      slots.reasons.append(line);
    }
    slots.request.textContent = messageOf(entry.request);
    slots.answer.textContent = messageOf(entry.answer);
    slots.entry.href = `_sandbox/requests/${entry.id}`;
    return made;
  }

  function queryOf(query) {
    const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((each) => `${name}=${each}`));
    return pairs.length ? `?${pairs.join("&")}` : "";
  }

  function messageOf({ headers, body }) {
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join("\n");
    let text = body === null ? "" : typeof body === "string" ? body : JSON.stringify(body, null, 2);
    if (text.length > longest) text = `${text.slice(0, longest)}\n... ${text.length - longest} more characters`;
    return text ? `${head}\n\n${text}` : head;
  }

  async function watch() {
    if (!paused && !document.hidden) {
      try {
        await refresh();
        say("Live");
      } catch (error) {
        say(error.status === 404 ? "This sandbox is gone"
          : error.status === 401 ? "Signed out: load the page again" : "The server does not answer");
      }
    }
    setTimeout(watch, PAUSE_MS);
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    if (paused) say("Paused");
    else refresh().then(() => say("Live"), () => {});
  });
  watch();
})();
