// Shows what the room shows, sends answers without leaving the page, and finds its way back.
(() => {
  const view = document.getElementById("view"), link = document.getElementById("link");
  const root = view.dataset.root;
  let version = Number(view.dataset.version), waiting = 0, clock = 0;

  const say = (text) => { if (link.textContent !== text) link.textContent = text; };

  function show(html, fresh) {
    const typed = view.querySelector("#answer");
    // A half-typed answer to the same vote stays.
    const same = typed && !fresh && html.includes(`name="position" value="${typed.position.value}"`)
      && html.includes(`name="round" value="${typed.round.value}"`);
    if (!same) view.innerHTML = html;
    prepare();
  }

  async function load() {
    clearTimeout(waiting);
    try {
      const answer = await fetch(`${root}/view`, { headers: { "X-Phone": "1" }, cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      version = Number(answer.headers.get("X-Version"));
      show(await answer.text(), true);
      say("Connected");
    } catch { say("No connection, trying again …"); waiting = setTimeout(load, 1500); }
  }

  function listen() {
    const source = new EventSource(`${root}/events`);
    source.onopen = () => say("Connected");
    source.onerror = () => say("No connection, trying again …");
    // The version on connecting: whatever happened while the phone slept is fetched.
    source.addEventListener("hello", (event) => { if (Number(event.data) !== version) load(); });
    source.addEventListener("show", (event) => {
      const news = JSON.parse(event.data);
      version = news.version;
      show(news.html.replaceAll("TOKEN", root.split("/").pop()), true);
      scrollTo(0, 0);
    });
    source.addEventListener("fetch", (event) => {
      const news = JSON.parse(event.data);
      if (news.version <= version) return;
      clearTimeout(waiting);
      waiting = setTimeout(load, Math.random() * news.spread);
    });
  }

  async function send(event) {
    event.preventDefault();
    const form = event.target, button = form.querySelector("#send"), saved = form.querySelector("#saved");
    button.disabled = true;
    saved.textContent = "Sending …";
    for (let i = 0; ; i++) {
      try {
        const answer = await fetch(form.action, { method: "POST", headers: { "X-Phone": "1" }, body: new URLSearchParams(new FormData(form)) });
        const said = await answer.json();
        saved.textContent = said.words;
        saved.classList.toggle("problem", !said.saved);
        if (said.saved) button.textContent = "Change my answer";
        if (said.reload) load();
        break;
      } catch {
        // The same answer may be sent twice: it counts once.
        saved.textContent = "Not saved yet: no connection. Trying again …";
        if (!form.isConnected) return;
        await new Promise((wake) => setTimeout(wake, Math.min(8000, 700 * 2 ** i)));
      }
    }
    button.disabled = false;
  }

  function order(fieldset) {
    const entries = [...fieldset.querySelectorAll(".entry")];
    const number = () => fieldset.querySelectorAll(".entry").forEach((entry, i) => {
      entry.querySelector("select").value = i + 1;
      entry.querySelector("button").disabled = i === 0;
    });
    fieldset.querySelector("legend").textContent = "Put them in order, the first at the top";
    entries.forEach((entry) => {
      const up = document.createElement("button");
      up.type = "button";
      up.textContent = "▲";
      up.setAttribute("aria-label", `Move up: ${entry.textContent.trim()}`);
      up.onclick = () => { const before = entry.previousElementSibling; if (before?.classList.contains("entry")) before.before(entry); number(); up.focus(); };
      entry.querySelector("select").hidden = true;
      entry.prepend(up);
    });
    number();
  }

  function prepare() {
    clearInterval(clock);
    const form = view.querySelector("#answer");
    if (form && !form.dataset.ready) {
      form.dataset.ready = "1";
      form.addEventListener("submit", send);
      const sorted = form.querySelector(".order");
      if (sorted) order(sorted);
    }
    const left = view.querySelector("#left");
    if (left) {
      const end = performance.now() + 1000 * Number(left.dataset.left);
      clock = setInterval(() => {
        const rest = Math.max(0, Math.ceil((end - performance.now()) / 1000));
        left.textContent = `${rest} s`;
        if (!rest) clearInterval(clock);
      }, 250);
    }
  }

  prepare();
  listen();
  // A phone that slept may have lost its stream without being told.
  document.addEventListener("visibilitychange", () => { if (!document.hidden) load(); });
})();
