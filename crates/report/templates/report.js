"use strict";
// Sorts, filters and shows devices from the JSON inside this page. Foreign text enters the page through
// textContent alone; nothing is fetched and nothing is stored.
(function () {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const text = (number) => (number === undefined ? "" : data.texts[number]);
  const number = (value) => value.toLocaleString("en-GB");
  const collator = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
  const title = document.title;
  document.documentElement.classList.add("js");

  // An element with attributes and children; text children become text nodes.
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat()) {
      if (child !== undefined && child !== null && child !== "") element.append(child);
    }
    return element;
  }

  const anchor = (device) => "#device=" + encodeURIComponent(device.i).replace(/%3A/g, ":");
  const worst = (device) => (device.v ? data.verdicts[device.v[0]] : undefined);
  const has = (device, mark) => device.f !== undefined && device.f.includes(mark);
  const answerWord = (index) => data.answers[index][1];
  const badge = (verdict) =>
    verdict
      ? make("span", { class: "badge badge-" + data.answers[verdict.answer][0] }, answerWord(verdict.answer))
      : make("span", { class: "badge badge-none" }, "No rule asked");
  const MARKS = { listed: "listed", core: "core network", conflict: "conflict", rebranded: "rebranded" };

  // ---- the list: filters, order, page -------------------------------------------------------------

  const form = byId("filters");
  const body = byId("device-rows");
  const list = { order: null, descending: false, page: 0, shown: data.devices };
  const rowsOnPaper = 500;

  const fields = {
    kind: (device) => String(device.k),
    level: (device) => String(device.l),
    maker: (device) => text(device.m),
    site: (device) => text(device.s),
    zone: (device) => text(device.z),
  };

  function haystack(device) {
    if (device.hay === undefined) {
      const parts = [device.i, text(device.n), text(device.m)];
      for (const fact of device.x) parts.push(text(fact[1]));
      for (const row of device.d || []) parts.push(text(row[1]));
      device.hay = parts.join("\n").toLowerCase();
    }
    return device.hay;
  }

  function option(select, value, label) {
    select.append(make("option", { value: value }, label));
  }

  // One option for each value that occurs, with how often it does.
  function fill(name, labelOf, compare) {
    const counts = new Map();
    for (const device of data.devices) {
      const value = fields[name](device);
      counts.set(value, (counts.get(value) || 0) + 1);
    }
    const select = form.elements[name];
    option(select, "", "All");
    for (const value of [...counts.keys()].sort(compare)) {
      option(select, "=" + value, labelOf(value) + " (" + number(counts.get(value)) + ")");
    }
  }

  function fillAll() {
    const words = (value) => value || "not known";
    fill("kind", (value) => data.kinds[value][1], (a, b) => a - b);
    fill("level", (value) => data.levels[value][1], (a, b) => a - b);
    fill("maker", words, collator.compare);
    fill("site", words, collator.compare);
    fill("zone", words, collator.compare);
    option(form.elements.answer, "", "All");
    data.answers.forEach((answer) => option(form.elements.answer, answer[0], answer[1]));
    option(form.elements.answer, "none", "No rule asked");
    const policies = new Set(data.verdicts.map((verdict) => text(verdict.policy)));
    option(form.elements.policy, "", "Worst of all");
    [...policies].sort(collator.compare).forEach((policy) => option(form.elements.policy, policy, policy));
    const marks = [
      ["", "All"],
      ["surveillance", "Surveillance equipment"],
      ["listed", "Listed maker"],
      ["rebranded", "Rebranded"],
      ["declared-conflict", "Declared maker contradicted"],
      ["conflict", "Any contradiction"],
      ["core", "On a core network"],
    ];
    marks.forEach((mark) => option(form.elements.mark, mark[0], mark[1]));
  }

  const surveillance = new Set(
    ["camera", "recorder", "encoder", "intercom", "access-control", "body-worn"].map((kind) =>
      data.kinds.findIndex((entry) => entry[0] === kind)
    )
  );

  // The verdict that the filters speak of: a rule's, or the worst.
  function verdictFor(device, policy) {
    if (!policy) return worst(device);
    const found = (device.v || []).find((at) => text(data.verdicts[at].policy) === policy);
    return found === undefined ? undefined : data.verdicts[found];
  }

  function matcher() {
    const value = (name) => form.elements[name].value;
    const words = value("text").toLowerCase().split(/\s+/).filter(Boolean);
    const [answer, policy, mark] = [value("answer"), value("policy"), value("mark")];
    const chosen = Object.keys(fields).filter((name) => value(name) !== "");
    return (device) => {
      for (const name of chosen) if ("=" + fields[name](device) !== value(name)) return false;
      if (mark === "surveillance" ? !surveillance.has(device.k) : mark && !has(device, mark)) return false;
      if (answer || policy) {
        const verdict = verdictFor(device, policy);
        if (answer === "none" ? verdict : !verdict && (answer || policy)) return false;
        if (answer && answer !== "none" && data.answers[verdict.answer][0] !== answer) return false;
      }
      return words.every((word) => haystack(device).includes(word));
    };
  }

  const keys = {
    label: (device) => text(device.n),
    kind: (device) => device.k,
    maker: (device) => text(device.m),
    verdict: (device) => (worst(device) ? worst(device).answer : data.answers.length),
    site: (device) => text(device.s),
    zone: (device) => text(device.z),
    address: (device) => text(device.a),
  };

  // Stable, with unknown values last whichever way the column runs.
  function sorted(devices) {
    if (!list.order) return devices;
    const key = keys[list.order];
    const sign = list.descending ? -1 : 1;
    return devices
      .map((device, at) => ({ device, at, key: key(device) }))
      .sort((a, b) => {
        if (a.key === b.key) return a.at - b.at;
        if (a.key === "") return 1;
        if (b.key === "") return -1;
        const order = typeof a.key === "number" ? a.key - b.key : collator.compare(a.key, b.key);
        return order * sign || a.at - b.at;
      })
      .map((entry) => entry.device);
  }

  function row(device) {
    const verdict = worst(device);
    const sure =
      device.pw === undefined ? "" : data.levels[device.l][1].toLowerCase() + ", " + text(device.pw);
    const marks = Object.keys(MARKS).filter((mark) => has(device, mark));
    return make(
      "tr",
      {},
      make(
        "th",
        { scope: "row" },
        make("a", { class: "to-device", href: anchor(device) }, text(device.n)),
        make("span", { class: "minor id" }, device.i),
        marks.map((mark) => make("span", { class: "mark" }, MARKS[mark]))
      ),
      make("td", {}, data.kinds[device.k][1]),
      make("td", {}, text(device.m), sure && make("span", { class: "minor" }, sure)),
      make("td", {}, badge(verdict), verdict && make("span", { class: "minor" }, text(verdict.policy))),
      make("td", {}, text(device.s) || "–"),
      make("td", {}, text(device.z) || "–"),
      make("td", { class: "address" }, text(device.a) || "–")
    );
  }

  function draw(from, until) {
    const rows = list.shown.slice(from, until).map(row);
    if (rows.length === 0) {
      rows.push(make("tr", {}, make("td", { colspan: 7 }, "No device matches these filters.")));
    }
    body.replaceChildren(...rows);
  }

  function show() {
    const size = Number(byId("page-size").value);
    const pages = Math.max(1, Math.ceil(list.shown.length / size));
    list.page = Math.min(Math.max(list.page, 0), pages - 1);
    const from = list.page * size;
    const until = Math.min(from + size, list.shown.length);
    draw(from, until);
    const range = until === 0 ? "No devices" : "Devices " + number(from + 1) + " to " + number(until);
    byId("device-count").textContent =
      range + " of " + number(list.shown.length) +
      (list.shown.length === data.devices.length ? "" : " that match, of " + number(data.devices.length) + " in all");
    byId("page-at").textContent = "Page " + number(list.page + 1) + " of " + number(pages);
    byId("page-previous").disabled = list.page === 0;
    byId("page-next").disabled = list.page >= pages - 1;
  }

  function update() {
    list.page = 0;
    list.shown = sorted(data.devices.filter(matcher()));
    show();
  }

  function sortBy(order) {
    list.descending = list.order === order && !list.descending;
    list.order = order;
    for (const head of document.querySelectorAll("#device-table th[data-sort]")) {
      if (head.dataset.sort !== order) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", list.descending ? "descending" : "ascending");
    }
    update();
  }

  function turn(by) {
    list.page += by;
    show();
    byId("device-table").scrollIntoView({ block: "start" });
  }

  let typing;
  function wireList() {
    fillAll();
    for (const head of document.querySelectorAll("#device-table th[data-sort]")) {
      const button = make("button", { type: "button" }, head.textContent);
      button.addEventListener("click", () => sortBy(head.dataset.sort));
      head.replaceChildren(button);
    }
    form.addEventListener("input", (event) => {
      clearTimeout(typing);
      typing = setTimeout(update, event.target.name === "text" ? 120 : 0);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(update, 0));
    byId("page-size").addEventListener("input", () => { list.page = 0; show(); });
    byId("page-previous").addEventListener("click", () => turn(-1));
    byId("page-next").addEventListener("click", () => turn(1));
    // Devices that the printed appendix leaves out have their page here all the same.
    for (const name of document.querySelectorAll("[data-to]")) {
      name.replaceWith(make("a", { class: "to-device", href: name.dataset.to }, name.textContent));
    }
    for (const link of document.querySelectorAll(".show-all")) {
      link.addEventListener("click", () => {
        for (const field of form.querySelectorAll("input, select")) field.value = "";
        form.elements[link.dataset.field].value = link.dataset.value;
        update();
      });
    }
  }

  // ---- the page of one device ---------------------------------------------------------------------

  const devicePage = byId("device-page");
  const report = byId("report");
  const cover = document.querySelector(".cover");
  const skip = document.querySelector(".skip");
  let devicesById;
  let left = { top: 0, hash: "", from: "" };
  let here = null;
  // A page opened at a device has no report behind it to go back to.
  let cameFromReport = false;

  // Text in which web addresses, and nothing else, are links.
  function linked(words) {
    return words.split(/(https?:\/\/[^\s;,]+[^\s;,).])/).map((part) =>
      /^https?:\/\//.test(part) ? make("a", { href: part, rel: "noreferrer" }, part) : part
    );
  }

  const facts = (pairs) =>
    make(
      "dl",
      { class: "facts" },
      pairs.map((pair) => make("div", {}, make("dt", {}, text(pair[0])), make("dd", {}, text(pair[1]))))
    );

  function table(caption, titles, rows) {
    const region = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption });
    region.append(
      make(
        "table",
        {},
        make("caption", { class: "unseen" }, caption),
        make("thead", {}, make("tr", {}, titles.map((name) => make("th", { scope: "col" }, name)))),
        make("tbody", {}, rows)
      )
    );
    return region;
  }

  const cells = (first, ...others) =>
    make("tr", {}, make("th", { scope: "row" }, first), others.map((cell) => make("td", {}, cell)));

  function part(name, content, empty) {
    return make("section", {}, make("h2", {}, name), content || make("p", {}, empty));
  }

  function verdictRow(at) {
    const verdict = data.verdicts[at];
    const policy = text(verdict.policy);
    const rule = byId("rule-" + policy);
    return cells(
      [rule ? make("a", { href: "#rule-" + policy }, policy) : policy, make("span", { class: "minor" }, text(verdict.force))],
      badge(verdict),
      verdict.because.map((reason) => make("p", {}, text(reason))),
      [make("p", {}, text(verdict.duty)), make("p", { class: "minor" }, linked(text(verdict.citation)))]
    );
  }

  function evidenceRow([signal, at]) {
    const item = data.evidence[at];
    const line = cells(
      text(signal),
      text(item.claim),
      [text(item.bits) + " bits", make("span", { class: "minor" }, text(item.words))],
      item.rank + ", " + text(item.family),
      [make("span", { class: "minor" }, text(item.fingerprint)), make("span", { class: "minor" }, linked(text(item.source)))]
    );
    line.firstChild.className = "signal";
    return line;
  }

  function sourceItem(source) {
    return make(
      "li",
      {},
      text(source[0]) + " (" + text(source[1]) + "): " + (text(source[2]) || "place not stated") + " ",
      make("span", { class: "hash minor" }, "SHA-256 " + text(source[3]))
    );
  }

  const triple = (row) => cells(text(row[0]), text(row[1]), text(row[2]));
  const some = (rows, build) => (rows && rows.length ? build(rows) : undefined);

  function neighbours(device) {
    const at = list.shown.indexOf(device);
    const link = (other, name) =>
      other ? make("a", { href: anchor(other), class: "to-device", "data-step": true }, name) : undefined;
    return [
      link(list.shown[at - 1], "Previous device"),
      at >= 0 ? link(list.shown[at + 1], "Next device") : undefined,
      at >= 0 ? make("span", { class: "of" }, number(at + 1) + " of " + number(list.shown.length)) : undefined,
    ];
  }

  function devicePageOf(device) {
    const label = text(device.n);
    const back = make("button", { type: "button" }, "Back to the report");
    back.addEventListener("click", leave);
    return make(
      "main",
      {},
      make("nav", { class: "device-nav", "aria-label": "Devices" }, back, neighbours(device)),
      make("h1", { id: "device-title", tabindex: "-1" }, label),
      make("p", { class: "statement" }, text(device.t)),
      make(
        "div",
        { class: "device-top" },
        part("Identity and place", facts(device.x)),
        part(
          "Declared and observed",
          some(device.d, (rows) => table("What registers declare beside what was found", ["Property", "Declared", "As found"], rows.map(triple))),
          "No register speaks of this device."
        )
      ),
      part(
        "Contradictions",
        some(device.c, (rows) => table("Contradictions", ["Between", "One", "Other"], rows.map(triple))),
        "None was found."
      ),
      part(
        "Verdicts",
        some(device.v, (rows) => table("Verdicts", ["Rule", "Verdict", "Because", "Duty and citation"], rows.map(verdictRow))),
        "No rule was asked of this device."
      ),
      part(
        "Evidence",
        some(device.e, (rows) => table("Evidence", ["Signal", "Says", "Weight", "Rank, family", "Known from"], rows.map(evidenceRow))),
        "No signal of this device says who made it."
      ),
      some(device.w, (rows) =>
        part("What to ask next", table("What to ask next", ["Question", "What the answer would bring", "How to get it"], rows.map(triple)))
      ),
      part(
        "Where it was seen",
        some(device.o, (rows) => make("ul", { class: "plain" }, rows.map(sourceItem))),
        "No source is recorded."
      ),
      some(device.q, (rows) =>
        part("Departures from specifications", make("ul", { class: "plain" }, rows.map((row) => make("li", {}, text(row[0]) + ": " + text(row[1])))))
      )
    );
  }

  function deviceOfHash() {
    const match = /^#device=(.*)$/.exec(location.hash);
    if (!match) return null;
    let id = match[1];
    try { id = decodeURIComponent(id); } catch (malformed) { /* not written by this page: take it as it is */ }
    devicesById = devicesById || new Map(data.devices.map((device) => [device.i, device]));
    return devicesById.get(id) || null;
  }

  function leave() {
    if (cameFromReport) history.back();
    else location.hash = "#devices";
  }

  // `from` is where the report stood: coming back there restores the view, any other target is followed.
  function open(device, from) {
    if (!here) left = { top: window.scrollY, hash: anchor(device), from: from };
    if (!here) cameFromReport = from !== null;
    here = device;
    devicePage.replaceChildren(devicePageOf(device));
    report.hidden = cover.hidden = skip.hidden = true;
    devicePage.hidden = false;
    document.title = text(device.n) + " – " + title;
    window.scrollTo({ top: 0, behavior: "instant" });
    byId("device-title").focus({ preventScroll: true });
  }

  function inView(element) {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  }

  function close() {
    const last = left;
    here = null;
    left = { top: 0, hash: "", from: "" };
    devicePage.hidden = true;
    devicePage.replaceChildren();
    report.hidden = cover.hidden = skip.hidden = false;
    document.title = title;
    const target = location.hash.length > 1 ? byId(location.hash.slice(1)) : null;
    if (location.hash !== last.from && target) {
      target.scrollIntoView({ behavior: "instant" });
      return;
    }
    window.scrollTo({ top: last.top, behavior: "instant" });
    const links = [...document.querySelectorAll("#report a.to-device")];
    const near = links.filter((link) => link.getAttribute("href") === last.hash && inView(link));
    if (near.length > 0) near[0].focus({ preventScroll: true });
  }

  function route(event) {
    const device = deviceOfHash();
    if (device) open(device, event ? new URL(event.oldURL).hash : null);
    else if (here) close();
  }

  // From one device to the next, Back leads to the report and not through all of them.
  devicePage.addEventListener("click", (event) => {
    const step = event.target.closest("a[data-step]");
    if (!step || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.replaceState(null, "", step.getAttribute("href"));
    route();
  });

  // ---- paper --------------------------------------------------------------------------------------

  let opened = [];
  window.addEventListener("beforeprint", () => {
    draw(0, rowsOnPaper);
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
    show();
  });

  wireList();
  show();
  window.addEventListener("hashchange", route);
  route();
  performance.mark("rows-drawn");
})();
