// The bench page: shows what the two sockets tell, and sends what hands do. Keeps no state of its own but the language.
import { WORDS } from "./words.js";

const $ = (id) => document.getElementById(id);
let language = localStorage.getItem("language") || "zh";
let about = null, seen = null;
const say = (word, n) => (WORDS[language][word] ?? word).replace("{n}", n);

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export async function act(what, args = {}) {
  const answer = await fetch(`/do/${what}`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(args),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) trouble(told.error ?? answer.statusText);
}

function trouble(words) {
  $("trouble").textContent = words;
  $("trouble").hidden = false;
  clearTimeout(trouble.timer);
  trouble.timer = setTimeout(() => { $("trouble").hidden = true; }, 5000);
}

// The kiosk's screen.

const glass = $("glass"), pen = glass.getContext("2d", { alpha: false });
// The kiosk's pixels, as they are; the page shows them smaller, smoothed.
const screen = document.createElement("canvas"), copy = screen.getContext("2d", { alpha: false });
screen.width = 0;  // Until the stand has told its size.

function redraw() {
  if (!screen.width) return;
  const box = glass.getBoundingClientRect();
  glass.width = Math.round(box.width * devicePixelRatio);
  glass.height = Math.round(box.height * devicePixelRatio);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(screen, 0, 0, glass.width, glass.height);
}
new ResizeObserver(redraw).observe(glass);

function watchScreen() {
  const socket = new WebSocket(`ws://${location.host}/screen`);
  socket.binaryType = "arraybuffer";
  let drawn = Promise.resolve();
  socket.onmessage = ({ data }) => {
    const head = new DataView(data), [x, y, width, height] = [0, 2, 4, 6].map((at) => head.getUint16(at));
    const picture = createImageBitmap(new Blob([data.slice(8)], { type: "image/jpeg" }));
    drawn = drawn.then(() => picture).then((bitmap) => {
      copy.drawImage(bitmap, x, y);
      redraw();
      glass.dataset.frames = Number(glass.dataset.frames ?? 0) + 1;
    });
  };
  socket.onclose = () => setTimeout(watchScreen, 1000);
  const send = (message) => socket.readyState === 1 && socket.send(JSON.stringify(message));
  const at = (event) => {
    const box = glass.getBoundingClientRect();
    const part = (from, length, whole) => Math.min(Math.max(Math.round((from / length) * whole), 0), whole - 1);
    return { x: part(event.clientX - box.left, box.width, screen.width), y: part(event.clientY - box.top, box.height, screen.height) };
  };
  glass.onpointerdown = (event) => {
    glass.setPointerCapture(event.pointerId);
    send({ do: "press", ...at(event) });
    ring(event);
  };
  glass.onpointermove = (event) => event.buttons && send({ do: "move", ...at(event) });
  glass.onpointerup = glass.onpointercancel = () => send({ do: "release" });
}

function ring(event) {
  const mark = make("span", { class: "ring" });
  mark.style.left = `${event.clientX}px`;
  mark.style.top = `${event.clientY}px`;
  document.body.append(mark);
  setTimeout(() => mark.remove(), 500);
}

function fit(width, height) {
  screen.width = width;
  screen.height = height;
  document.documentElement.style.setProperty("--shape", width / height);
  document.body.classList.toggle("landscape", width > height);
}

// The devices.

function watchDevices() {
  const socket = new WebSocket(`ws://${location.host}/devices`);
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.about) {
      about = message.about;
      // The pictures need the size first.
      if (!screen.width) watchScreen();
      if (screen.width !== about.width || screen.height !== about.height) fit(about.width, about.height);
    } else seen = message;
    if (seen) show();
  };
  socket.onclose = () => {
    $("alive").textContent = say("lost");
    $("alive").className = "bad";
    setTimeout(watchDevices, 1000);
  };
}

function replace(node, signature, ...children) {
  // Only when something changed: a button that is being pressed must not vanish under the finger.
  if (node.dataset.shown === signature) return;
  node.dataset.shown = signature;
  node.replaceChildren(...children);
}

function show() {
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  document.documentElement.lang = language;
  document.title = say("title");
  $("language").textContent = say("other");
  $("about").textContent = about ? `${about.width} × ${about.height} · ${say(`${about.pin_path}_path`)}` : "";
  $("alive").textContent = say(seen.kiosk ? "running" : "stopped");
  $("alive").className = seen.kiosk ? "good" : "bad";
  $("restart").hidden = $("dark").hidden = seen.kiosk;
  showCards();
  showPad();
  showPrinter();
  showPaper();
  showPhone();
  showTexts();
  showPlate();
  showServer();
  showWires();
}

function cardFace(card, extra = {}, ...more) {
  const tries = card.tries_left === 0 ? say("blocked") : say("tries", card.tries_left);
  const record = seen.central?.cards?.[card.id];
  const state = record ? `${say(record.application_status)} · ${tries}` : tries;
  return make("button", { class: "card", "data-card": card.id, ...extra },
    make("span", { class: "chip" }), make("b", {}, card.title[language]), make("small", {}, state), ...more);
}

function showCards() {
  const cards = seen.cards ?? [], reader = seen.card_reader;
  const inside = cards.find((card) => card.inserted);
  const insert = (card) => (inside ? act("card_reader/swap", { card: card.id }) : act("card_reader/insert", { card: card.id }));
  const records = JSON.stringify(seen.central?.cards);
  replace($("cards"), language + JSON.stringify(cards) + records, ...cards.map((card) =>
    cardFace(card, {
      draggable: "true", "aria-pressed": String(card.inserted), class: card.inserted ? "card away" : "card",
      onclick: () => (card.inserted ? act("card_reader/pull") : insert(card)),
      ondragstart: (event) => event.dataTransfer.setData("text/plain", card.id),
    }, make("span", { class: "renew", title: say("renew"), onclick: (event) => { event.stopPropagation(); act("card_reader/reset_card", { card: card.id }); } }, "↺"))));
  $("slot").ondragover = (event) => event.preventDefault();
  $("slot").ondrop = (event) => { event.preventDefault(); insert({ id: event.dataTransfer.getData("text/plain") }); };
  $("slot").classList.toggle("taken", Boolean(inside));
  replace($("inside"), language + JSON.stringify([inside, reader?.upside_down]) + records, ...(inside ? [
    cardFace(inside, { class: reader.upside_down ? "card inserted back" : "card inserted", onclick: () => act("card_reader/pull") }),
    make("div", { class: "row" },
      make("button", { id: "pull", onclick: () => act("card_reader/pull") }, say("pull")),
      make("button", { id: "flip", onclick: () => act("card_reader/flip") }, say("flip"))),
  ] : []));
}

const KEYS = ["1", "2", "3", "cancel", "4", "5", "6", "clear", "7", "8", "9", "enter", "0"];
const SIGNS = { cancel: "✕", clear: "‹", enter: "○" };

function showPad() {
  const own = about?.pin_path !== "pad" && !seen.pin_pad?.entering;  // Where there are both, the one that asks.
  const display = own ? seen.card_reader?.display : seen.pin_pad?.display;
  const lines = Array.isArray(display) ? display : [display ?? "", ""];
  const stars = !own && seen.pin_pad?.entering ? "✱".repeat(seen.pin_pad.digits_entered) : "";
  [...$("display").children].forEach((line, n) => { line.textContent = (n === 1 && stars) || lines[n] || ""; });
  $("display").classList.toggle("lit", own ? Boolean(display) : Boolean(seen.pin_pad?.entering));
  replace($("keys"), language + own, ...KEYS.map((key) =>
    make("button", { class: `key ${key.length > 1 ? key : ""}`, "data-key": key, "aria-label": key.length > 1 ? say(key) : key,
      onclick: () => act(`${own ? "card_reader" : "pin_pad"}/key`, { key }) }, SIGNS[key] ?? key)));
}

function showPrinter() {
  const printer = seen.receipt_printer;
  if (!printer) return;
  const faults = [
    ["paper_low", printer.paper === "low", () => act("receipt_printer/paper", { level: printer.paper === "low" ? "full" : "low" })],
    ["paper_out", printer.paper === "out", () => act("receipt_printer/paper", { level: printer.paper === "out" ? "full" : "out" })],
    ["cover", printer.cover === "open", () => act("receipt_printer/cover", { position: printer.cover === "open" ? "closed" : "open" })],
    ["offline", !printer.online && printer.paper !== "out" && printer.cover === "closed" && printer.power === "on", () => act("receipt_printer/offline", { on: printer.online })],
    ["power", printer.power === "off", () => act("receipt_printer/power", { to: printer.power === "off" ? "on" : "off" })],
  ];
  const bad = faults.find(([, on]) => on);
  $("printer-state").textContent = say(bad ? bad[0] : "ok");
  $("printer-state").className = bad ? "bad" : "good";
  replace($("printer-faults"), language + JSON.stringify(printer), ...faults.map(([word, on, toggle]) =>
    make("button", { class: "toggle", "data-fault": word, "aria-pressed": String(on), onclick: toggle }, say(word))),
  make("button", { "data-fault": "mend", onclick: () => act("receipt_printer/mend") }, say("mend")));
  const roll = `${printer.receipts}/${printer.hanging_lines}`, empty = roll === "0/0";
  if ($("roll").dataset.shown !== roll) {
    $("roll").dataset.shown = roll;
    $("roll").dataset.receipts = printer.receipts;
    $("roll").firstElementChild.hidden = !empty;
    for (const id of ["roll-picture", "tongue"]) $(id).src = empty ? "" : `/paper.png?${Date.now()}`;
    $("roll-picture").hidden = empty;
    $("roll-picture").onload = () => { $("roll").scrollTop = $("roll").scrollHeight; };
  }
}

// What came out hangs from the slot until somebody takes it.
let taken = 0;

function showPaper() {
  const printer = seen.receipt_printer;
  if (printer) $("paper").hidden = printer.receipts <= taken && printer.hanging_lines === 0;
}

function takePaper() {
  taken = seen.receipt_printer.receipts + (seen.receipt_printer.hanging_lines ? 1 : 0);
  act("receipt_printer/tear_off");
  showPaper();
}

function showPhone() {
  const camera = seen.camera;
  if (!camera) return;
  $("camera-state").textContent = say(camera.failure ? "off" : camera.held_up ? "held_up" : camera.face ? "there" : "ok");
  $("camera-state").className = camera.failure ? "bad" : "good";
  $("lens").classList.toggle("looking", camera.watchers > 0);
  const people = (seen.cards ?? []).filter((card) => !["wrong_card", "upside_down", "hung", "technician", "engineer", "technician_expired", "technician_foreign"].includes(card.id));
  replace($("person"), language + people.length, ...people.map((card) => make("option", { value: card.id }, card.title[language])));
  replace($("variant"), language, ...camera.variants.map((name) => make("option", { value: name }, say(name === "dark" ? "dark_light" : name))));
  replace($("codes"), language, ...["right", "expired", "medical", "foreign"].map((kind) =>
    make("button", { class: kind === "right" ? "strong" : "", "data-code": kind,
      onclick: () => act("camera/show", { person: $("person").value, kind, variant: $("variant").value }) }, say(kind))));
  replace($("way"), language, ...camera.ways.map((name) => make("option", { value: name }, say(`way_${name}`))));
  // Only of some there are pictures.
  const unknown = !seen.faces.includes($("person").value);
  replace($("stand"), `${language}${unknown}${camera.face}`,
    make("button", { class: "strong", "data-stand": "stand", disabled: unknown, title: unknown ? say("no_face") : null,
      onclick: () => act("camera/stand", { person: $("person").value, way: $("way").value }) }, say(unknown ? "no_face" : "stand")),
    ...["left", "right"].map((to) => make("button", { "data-stand": to, disabled: !camera.face,
      onclick: () => act("camera/turn", { to }) }, say(`turn_${to}`))));
  const view = `${camera.held_up}${camera.face}${camera.variant}`;
  if ($("seen").dataset.shown !== view || camera.held_up || camera.face) {
    $("seen").dataset.shown = view;
    $("seen").src = `/camera.jpg?${Date.now()}`;
  }
}

function showTexts() {
  const texts = seen.central?.texts?.[$("person").value] ?? [];
  // To a number that somebody typed and nobody has on record yet: whoever typed it wants the code.
  const elsewhere = seen.central?.texts_elsewhere ?? [];
  replace($("texts"), language + $("person").value + JSON.stringify([texts, elsewhere]),
    ...(texts.length ? texts.slice(-2).toReversed().map((text) => make("li", {}, text)) : [make("li", { class: "none" }, say("no_texts"))]),
    ...elsewhere.slice(-2).map(({ tail, text }) => make("li", {}, make("b", {}, say("phone_ending", tail)), " ", text)));
}

function showPlate() {
  const cards = seen.id_cards ?? [], lies = cards.find((card) => card.id === seen.id_reader?.card);
  replace($("id-card"), language + cards.length, ...cards.map((card) => make("option", { value: card.id }, card.title[language])));
  $("plate-state").textContent = seen.id_reader?.plugged ? lies?.title[language] ?? say("empty") : say("off");
  $("plate-state").className = seen.id_reader?.plugged ? "good" : "bad";
}

function showServer() {
  const { operations = [], cases = [] } = seen.central ?? {};
  $("server-state").textContent = cases.length ? say("cases", cases.length) : say("no_cases");
  $("server-state").className = cases.length ? "bad" : "good";
  const title = (person) => (seen.cards ?? []).find((card) => card.id === person)?.title[language] ?? "";
  replace($("operations"), language + JSON.stringify([operations, seen.cards?.length]), ...(operations.length
    ? operations.toReversed().map(({ kind, person, state }) => make("li", { "data-state": state, "data-kind": kind },
      make("b", {}, say(`kind_${kind}`)), make("span", {}, title(person)), make("em", { class: state }, say(state))))
    : [make("li", {}, make("span", {}, say("no_operations")))]));
}

function switchRow(word, choices, current, choose) {
  return [make("dt", {}, say(word)), make("dd", { class: "segments" }, ...choices.map(([name, label]) =>
    make("button", { "aria-pressed": String(name === current), "data-switch": `${word}/${name}`, onclick: () => choose(name) }, say(label))))];
}

function showWires() {
  const plugs = (device, word, plugged, verbs = ["plug", "unplug"]) =>
    switchRow(word, [[true, "on"], [false, "off"]], plugged, (on) => act(`${device}/${verbs[on ? 0 : 1]}`));
  const central = ["none", "away", "slow", "500", "nonsense", "duplicate"].map((name) => [name, `fault_${name}`]);
  const signature = language + JSON.stringify([seen.central?.fault, seen.pcscd, seen.pin_pad?.plugged, seen.receipt_printer?.plugged, seen.camera?.failure, seen.id_reader?.plugged, seen.loudspeaker?.plugged, seen.central?.sms_away]);
  replace($("switches"), signature,
    ...switchRow("network", central, seen.central?.fault, (mode) => act("central/fault", { mode })),
    ...switchRow("pcsc", [[true, "start"], [false, "kill"]], seen.pcscd, (on) => act(`pcscd/${on ? "start" : "kill"}`)),
    ...plugs("pin_pad", "pin_pad", seen.pin_pad?.plugged),
    ...plugs("receipt_printer", "receipt_printer", seen.receipt_printer?.plugged),
    ...plugs("id_reader", "id_reader", seen.id_reader?.plugged),
    ...plugs("loudspeaker", "loudspeaker", seen.loudspeaker?.plugged),
    ...switchRow("sms", [[true, "on"], [false, "off"]], !seen.central?.sms_away, (on) => act("central/sms", { away: !on })),
    ...switchRow("camera_wire", [[true, "on"], [false, "off"]], !seen.camera?.failure,
      (on) => (on ? act("camera/mend") : act("camera/fail", { how: "unplug" }))));
}

for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => act(button.dataset.do));
$("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  if (seen) show();
});
$("person").addEventListener("change", show);
$("place").addEventListener("click", () => act("id_reader/place", { card: $("id-card").value }));
$("paper").addEventListener("click", takePaper);
$("zoom").addEventListener("click", () => {
  $("zoom").setAttribute("aria-pressed", String(document.body.classList.toggle("zoomed")));
});
watchDevices();
