// Shows what the room shows, sends answers without leaving the page, and finds its way back.
(() => {
  const [view, link, note] = ["view", "link", "note"].map((id) => document.getElementById(id));
  const root = view.dataset.root;
  let version = view.dataset.version, wanted = version, tries = 0, waiting = 0, clock = 0, source = null, heard = 0, quiet = 0;

  const say = (text) => { if (link.textContent !== text) link.textContent = text; };
  const missing = () => { if (performance.now() > quiet) say("No connection, trying again …"); };
  // Until the time is up or the network is back.
  const rest = (ms) => new Promise((wake) => {
    const late = setTimeout(wake, ms);
    addEventListener("online", () => { clearTimeout(late); wake(); }, { once: true });
  });
  const isOver = () => view.querySelector("[data-over]");

  function show(html) {
    const made = document.createElement("template");
    made.innerHTML = html;
    const now = view.querySelector("form#answer"), next = made.content.querySelector("form#answer");
    const place = (form) => `${form.elements.position.value}/${form.elements.round.value}`;
    // What somebody is typing or has ticked stays while the same vote is open.
    if (now && next && now.dataset.touched && place(now) === place(next)) return;
    const isLost = now && now.dataset.touched && !now.dataset.sending && !isOver();
    view.replaceChildren(made.content);
    prepare();
    if (next || isOver()) note.replaceChildren();
    if (isLost) tell("The vote closed before you pressed Send.");
  }

  async function load() {
    clearTimeout(waiting);
    try {
      const answer = await fetch(`${root}/view?at=${encodeURIComponent(wanted)}`, { cache: "no-store" });
      if (answer.status === 404) { lost(await answer.text()); return; }
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.text());
      version = answer.headers.get("X-Version");
      say("Connected");
      if (isOver()) { source?.close(); say(""); return; }
      // Another server may have answered, one that has not heard of the click yet.
      if (version === wanted) tries = 0;
      else if (tries++ < 5) waiting = setTimeout(load, 1000);
    } catch { missing(); waiting = setTimeout(load, 1000 + 1000 * Math.random()); }
  }

  // Why an answer was not taken stands over what the room shows, until another vote opens.
  function tell(words, html) {
    if (isOver()) return;
    const told = document.createElement("div");
    told.className = "problem";
    told.setAttribute("role", "alert");
    if (html) told.innerHTML = html; else told.textContent = words;
    note.replaceChildren(told);
  }

  function lost(words) {
    source?.close();
    source = null;
    say("");
    const told = document.createElement("p"), door = document.createElement("a");
    door.href = `${root.split("/me/")[0]}/`;
    door.textContent = "Join another room";
    told.append(`${words} `, door);
    told.setAttribute("data-over", "");
    note.replaceChildren();
    view.replaceChildren(told);
  }

  function listen() {
    source?.close();
    if (isOver()) return;
    const own = source = new EventSource(`${root}/events`);
    heard = performance.now();
    own.onopen = () => { heard = performance.now(); say("Connected"); };
    own.onerror = () => {
      if (isOver()) return;
      missing();
      // After an answer that is no stream, such as a proxy's, browsers give up: we do not.
      if (own.readyState === EventSource.CLOSED && own === source) {
        source = null;
        setTimeout(() => { if (!source) { listen(); load(); } }, 1000 + 1500 * Math.random());
      }
    };
    // The server stops: another one, or the same one again, takes over in a moment.
    own.addEventListener("leave", (event) => {
      const wait = JSON.parse(event.data).wait;
      own.close();
      if (own !== source) return;
      source = null;
      quiet = performance.now() + wait + 4000;
      setTimeout(() => { if (!source) listen(); }, wait);
    });
    own.addEventListener("beat", () => { heard = performance.now(); });
    // What happened while the phone slept is fetched.
    own.addEventListener("hello", (event) => { heard = performance.now(); wanted = JSON.parse(event.data); if (wanted !== version) load(); });
    own.addEventListener("show", (event) => {
      heard = performance.now();
      const news = JSON.parse(event.data);
      clearTimeout(waiting);
      version = wanted = news.version;
      show(news.html.replaceAll("TOKEN-OF-THIS-PLAYER", root.split("/").pop()));
      scrollTo(0, 0);
    });
    own.addEventListener("fetch", (event) => {
      heard = performance.now();
      const news = JSON.parse(event.data);
      wanted = news.version;
      if (wanted === version) return;
      clearTimeout(waiting);
      waiting = setTimeout(load, Math.random() * news.spread);
    });
  }

  async function send(event) {
    event.preventDefault();
    const form = event.target, button = form.querySelector("#send"), saved = form.querySelector("#saved");
    const body = new URLSearchParams(new FormData(form));
    button.disabled = true;
    form.dataset.sending = "1";
    saved.className = "saved";
    saved.textContent = "Sending …";
    // Goes on when the vote has closed meanwhile: the server says whether it came in time.
    for (let i = 0; ; i++) {
      let words = "Not saved yet: no connection. Trying again …", html = "";
      try {
        const answer = await fetch(form.action, { method: "POST", headers: { "X-Phone": "1" }, body });
        const said = await answer.json();
        ({ words, html } = said);
        saved.classList.toggle("problem", !said.saved);
        if (said.saved) { button.textContent = "Change my answer"; delete form.dataset.touched; }
        if (!said.again || i > 20) {
          saved.innerHTML = html;
          if (said.reload) { delete form.dataset.touched; await load(); }
          if (!said.saved && (said.reload || !form.isConnected)) tell(words, html);
          break;
        }
      } catch { saved.classList.add("problem"); }
      // The same answer may be sent twice: it counts once.
      saved.textContent = words;
      if (i > 20) break;
      await rest(Math.min(8000, 700 * 2 ** i) * (0.7 + 0.6 * Math.random()));
    }
    delete form.dataset.sending;
    button.disabled = false;
  }

  // What was changed after it was saved must not look saved.
  function touch(form) {
    form.dataset.touched = "1";
    const saved = form.querySelector("#saved");
    if (!saved || form.dataset.sending || !saved.textContent) return;
    saved.className = "saved unsent";
    saved.textContent = "Changed, not sent yet.";
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
      up.setAttribute("aria-label", `Move up: ${entry.querySelector("span").textContent.trim()}`);
      up.onclick = () => {
        const before = entry.previousElementSibling;
        if (before?.classList.contains("entry")) before.before(entry);
        touch(fieldset.form);
        number();
        up.focus();
      };
      entry.querySelector("select").hidden = true;
      entry.prepend(up);
    });
    number();
  }

  function prepare() {
    clearInterval(clock);
    const form = view.querySelector("form#answer");
    if (form && !form.dataset.ready) {
      form.dataset.ready = "1";
      form.addEventListener("submit", send);
      form.addEventListener("input", () => touch(form));
      const sorted = form.querySelector(".order");
      if (sorted) order(sorted);
    }
    const left = view.querySelector("#left");
    if (left) {
      // From the moment of arrival: the phone's own clock may be wrong.
      const end = performance.now() + 1000 * Number(left.dataset.left);
      clock = setInterval(() => {
        const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
        left.textContent = `${seconds} s`;
        if (!seconds) clearInterval(clock);
      }, 250);
    }
  }

  prepare();
  listen();
  // A phone that slept may have lost its stream without being told.
  const wake = () => { if (!document.hidden && !isOver()) { listen(); load(); } };
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("offline", missing);
  setInterval(() => { if (source && performance.now() - heard > 40000) wake(); }, 5000);
})();
