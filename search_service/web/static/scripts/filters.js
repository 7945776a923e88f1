/* Filters and orders take effect in place, so that several can be chosen one after another;
   on a phone they stand in a drawer. Without this script they are plain links. */

const narrow = matchMedia("(max-width: 59.99rem)");
const CHANGES = ".choice, .quick a, .days a, .chip, .clear, .sorts a";

const told = element("p", { className: "hidden" });
told.setAttribute("role", "status");
document.body.append(told);

let newest = 0;
let here = plainAddress();

function plainAddress() {
  return location.pathname + location.search;
}

async function show(url) {
  const mine = ++newest;
  const columns = document.getElementById("columns");
  columns.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === newest) replace(page);
  } catch {
    location.assign(url);
  }
}

/* Takes over what differs between two states of the page; what is open stays open, what has the focus keeps it. */
function replace(page) {
  const columns = document.getElementById("columns");
  const open = [...columns.querySelectorAll("details[open]")].map(name);
  const focus = place(document.activeElement);
  const scrolled = columns.querySelector(".filters-body")?.scrollTop;
  const typed = fields().filter(unapplied);
  const head = page.querySelector(".masthead");
  if (head.className !== document.querySelector(".masthead").className) {
    document.querySelector(".masthead").replaceWith(document.adoptNode(head));
    searchBox();
  } else {
    const form = document.querySelector("form.search");
    form.querySelectorAll("input[type=hidden]").forEach((input) => input.remove());
    form.querySelector("#q").after(...head.querySelectorAll("form.search input[type=hidden]"));
    document.querySelector(".tools").replaceWith(head.querySelector(".tools"));
  }
  const links = "link[rel=alternate], link[rel=canonical], link[rel=prev], link[rel=next]";
  document.querySelectorAll(links).forEach((link) => link.remove());
  document.head.append(...page.querySelectorAll(links));
  document.title = page.title;
  columns.replaceWith(document.adoptNode(page.getElementById("columns")));
  for (const details of document.querySelectorAll("#columns details")) if (open.includes(name(details))) details.open = true;
  for (const { id, value, defaultValue } of typed) {
    const field = fields().find((each) => each.id === id && each.defaultValue === defaultValue);
    if (field) field.value = value;
  }
  calendars();
  drawer();
  dates();
  const body = document.querySelector(".filters-body");
  if (body && scrolled) body.scrollTop = scrolled;
  find(focus)?.focus();
  told.textContent = document.querySelector(".total, .none h2")?.textContent ?? "";
}

const name = (details) => details.id || details.className;

/* Where a link stands, by words that stay the same when its address changes. */
function place(link) {
  const group = link?.closest?.("[aria-labelledby], .chips, .sorts, .quick");
  if (!group || !link.matches("a")) return null;
  return { group: group.getAttribute("aria-labelledby") || group.className, label: (link.querySelector(".label") ?? link).textContent };
}

function find(place) {
  if (!place) return null;
  const same = (link) => (link.querySelector(".label") ?? link).textContent === place.label;
  const groups = document.querySelectorAll(`[aria-labelledby="${place.group}"], ul.chips, .sorts, .quick`);
  for (const group of groups) {
    const link = [...group.querySelectorAll("a")].find(same);
    if (link) return link;
  }
  return document.getElementById("main");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link?.closest("#columns") || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const box = link.closest("details.filters");
  if (link.closest(".filters-show")) {
    event.preventDefault();
    const up = () => document.getElementById("main").scrollIntoView();
    if (history.state?.layer) addEventListener("popstate", () => requestAnimationFrame(up), { once: true });
    box.open = false;
    up();
  } else if (link.matches(CHANGES)) {
    event.preventDefault();
    if (history.state?.layer) {
      history.replaceState(null, "", link.href);
      history.pushState({ layer: 1 }, "", link.href);
    } else {
      history.pushState(null, "", link.href);
    }
    here = plainAddress();
    show(link.href);
  }
});

/* The open drawer is a layer of the history above its page, and the calendar in it another:
   the Back of a phone takes the uppermost away, and leaves the page only after that. */
function layer(height) {
  const drawn = document.querySelector("details.filters")?.open && narrow.matches;
  if (drawn && (history.state?.layer ?? 0) < height) history.pushState({ layer: height }, "");
}

addEventListener("popstate", () => {
  if (!document.getElementById("columns")) return;
  const box = document.querySelector("details.filters");
  const height = history.state?.layer ?? 0;
  if (box?.open && narrow.matches) {
    if (height && Calendar.shown) Calendar.shown.close();
    else box.open = false; // its toggle leaves what is left of the layers
  } else if (height) {
    return history.go(-height);
  }
  if (plainAddress() === here) return;
  here = plainAddress();
  show(location.href);
});

const fields = () => [...document.querySelectorAll(".range input:not([type=hidden])")];
const unapplied = (field) => field.value !== field.defaultValue;

/* Dates that are written and not yet applied: the drawer's button takes them along. */
function dates() {
  if (!fields().length) return;
  const changed = fields().some(unapplied);
  document.querySelector(".filters-show a").hidden = changed;
  document.querySelector(".filters-show button").hidden = !changed;
}

addEventListener("input", dates);
addEventListener("pageshow", dates); // a browser that comes back fills the fields

/* The drawer: Escape closes it, the page behind it holds still, and the focus stays inside. */
function drawer() {
  const box = document.querySelector("details.filters");
  if (!box) return;
  const settle = () => document.documentElement.classList.toggle("held", box.open && narrow.matches);
  box.addEventListener("toggle", () => {
    if (!box.isConnected) return;
    settle();
    if (box.open) layer(1);
    else {
      Calendar.shown?.close();
      if (history.state?.layer) history.go(-history.state.layer);
    }
  });
  settle();
  box.addEventListener("keydown", (event) => {
    if (!box.open || !narrow.matches) return;
    const summary = box.querySelector("summary");
    if (event.key === "Escape") {
      box.open = false;
      summary.focus();
    } else if (event.key === "Tab") {
      const inside = [...box.querySelectorAll("a, summary, input:not([type=hidden]), button")].filter((node) => node.checkVisibility());
      const [first, last] = [inside[0], inside.at(-1)];
      if (event.target === (event.shiftKey ? first : last)) {
        event.preventDefault();
        (event.shiftKey ? last : first).focus();
      }
    }
  });
}

drawer();
dates();
if (history.state?.layer && !document.querySelector("details.filters")?.open) history.go(-history.state.layer);
