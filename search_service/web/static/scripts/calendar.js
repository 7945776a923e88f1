/* A calendar beside each date field, Jalali or Gregorian as the language has it.
   What day is which is the browser's knowledge (Intl, calendar "persian"). */

const DAY = 86400000;
const RTL = document.documentElement.dir === "rtl";
const counted = new Intl.DateTimeFormat("en", {
  calendar: texts.calendar === "jalali" ? "persian" : "gregory",
  numberingSystem: "latn",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  timeZone: "UTC",
});

/* Year, month and day of a moment. */
function parts(moment) {
  const found = Object.fromEntries(counted.formatToParts(moment).map(({ type, value }) => [type, parseInt(value, 10)]));
  return { year: found.year, month: found.month, day: found.day };
}

/* The moment of a day. Intl only counts the other way: a Jalali year's first day is looked for. */
function moment({ year, month, day }) {
  if (texts.calendar !== "jalali") return Date.UTC(year, month - 1, day);
  let first = Date.UTC(year + 621, 2, 18);
  while (parts(first).year < year) first += DAY;
  return first + ((month - 1) * 30 + Math.min(month - 1, 6) + day - 1) * DAY; // six months have 31 days
}

/* The day that a field holds, in this calendar; null where it holds none. Of a year or a month the first day, if asked. */
function written(text, whole = true) {
  const plain = text.replace(/[۰-۹٠-٩]/g, (digit) => digit.charCodeAt(0) & 15);
  const found = /^\s*(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?\s*$/.exec(plain);
  if (!found || (whole && !found[3])) return null;
  const [year, month, day] = found.slice(1).map((part) => Number(part ?? 1));
  const ours = texts.calendar === "jalali" ? year < 1700 : year >= 1700;
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  return ours ? moment({ year, month, day }) : texts.calendar === "jalali" ? Date.UTC(year, month - 1, day) : null;
}

/* Today in Tehran, where a day of the news begins. */
function today() {
  const now = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Tehran", dateStyle: "short" }).format(Date.now());
  return Date.parse(`${now}T00:00:00Z`);
}

class Calendar {
  constructor(field) {
    this.field = field;
    this.input = field.querySelector("input");
    const others = [...field.parentElement.querySelectorAll(".field")].filter((each) => each !== field);
    [this.other] = others.map((each) => each.querySelector("input"));
    this.button = element("button", { type: "button", className: "calendar-open" });
    this.button.setAttribute("aria-label", texts.calendarOpen[this.input.name]);
    this.button.setAttribute("aria-expanded", "false");
    this.button.append(drawing("M4.5 6.5h15v13h-15zM4.5 11h15M8.5 4v4M15.5 4v4"));
    this.button.addEventListener("click", () => (this.box ? this.close() : this.open()));
    this.input.after(this.button);
  }

  open() {
    Calendar.shown?.close();
    Calendar.shown = this;
    layer(2);
    this.chosen = written(this.input.value);
    this.end = written(this.other.value);
    const newest = Date.parse(this.input.form.dataset.newest); // where the articles are, which may be long ago
    const [here, there] = [this.input, this.other].map((input) => written(input.value, false));
    this.day = here ?? there ?? (newest || today());
    this.box = element("div", { className: "calendar" });
    this.box.setAttribute("role", "dialog");
    this.box.setAttribute("aria-label", texts.calendarTitle);
    this.title = element("p", { className: "calendar-month" });
    this.title.setAttribute("aria-live", "polite");
    const head = element("div", { className: "calendar-head" });
    const turns = [["previousYear", -12], ["previous", -1], ["next", 1], ["nextYear", 12]];
    const [yearBefore, before, after, yearAfter] = turns.map((turn) => this.turn(...turn));
    head.append(yearBefore, before, this.title, after, yearAfter);
    this.grid = element("table");
    this.grid.setAttribute("role", "grid");
    this.box.append(head, this.grid);
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.field.append(this.box);
    this.button.setAttribute("aria-expanded", "true");
    this.outside = (event) => this.field.contains(event.target) || this.close();
    document.addEventListener("pointerdown", this.outside);
    this.draw();
    this.box.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.box?.remove();
    this.box = null;
    Calendar.shown = null;
    this.button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", this.outside);
  }

  turn(name, step) {
    const button = element("button", { type: "button", className: "calendar-turn", title: texts[name] });
    button.setAttribute("aria-label", texts[name]);
    const right = step < 0 === RTL; // back is where reading comes from
    const signs = right ? ["m9.5 6 6 6-6 6", "m5.5 6 6 6-6 6m7-12 6 6-6 6"] : ["m14.5 6-6 6 6 6", "m18.5 6-6 6 6 6m-7-12-6 6 6 6"];
    button.append(drawing(signs[Math.abs(step) > 1 ? 1 : 0]));
    button.addEventListener("click", () => this.go(this.months(step), false));
    return button;
  }

  draw(focus = true) {
    const { year, month, day } = parts(this.day);
    this.title.textContent = `${texts.months[month - 1]} ${digits(year, texts.zero)}`;
    const order = [...texts.weekdays.keys()].map((at) => (at + texts.firstWeekday) % 7);
    const head = element("tr");
    for (const at of order) {
      const cell = element("th", { scope: "col", abbr: texts.weekdaysLong[at], textContent: texts.weekdays[at] });
      head.append(cell);
    }
    const first = this.day - (day - 1) * DAY;
    const weekday = (time) => (new Date(time).getUTCDay() + 1) % 7;
    const lead = (weekday(first) - texts.firstWeekday + 7) % 7;
    const rows = [];
    for (let time = first - lead * DAY, at = 0; ; time += DAY, at++) {
      const here = parts(time);
      if (at % 7 === 0) {
        if (at && here.month !== month) break;
        rows.push(element("tr"));
      }
      const cell = element("td");
      if (here.month === month) {
        const button = element("button", { type: "button", textContent: digits(here.day, texts.zero) });
        button.tabIndex = time === this.day ? 0 : -1;
        const label = `${digits(here.day, texts.zero)} ${this.title.textContent}`;
        button.setAttribute("aria-label", time === this.end ? `${label} (${this.other.labels[0].textContent})` : label);
        if (time === today()) button.setAttribute("aria-current", "date");
        if (time === this.chosen) cell.setAttribute("aria-selected", "true");
        if (time === this.end) cell.className = "calendar-end";
        const span = [this.chosen, this.end];
        if (!span.includes(null) && time > Math.min(...span) && time < Math.max(...span)) cell.className = "calendar-within";
        button.addEventListener("click", (event) => this.choose(time, event));
        cell.append(button);
      }
      rows.at(-1).append(cell);
    }
    const top = element("thead");
    const body = element("tbody");
    top.append(head);
    body.append(...rows);
    this.grid.replaceChildren(top, body);
    if (focus) this.grid.querySelector("[tabindex='0']").focus();
  }

  months(step) {
    const { year, month, day } = parts(this.day);
    const count = year * 12 + month - 1 + step;
    const first = moment({ year: Math.floor(count / 12), month: (count % 12) + 1, day: 1 });
    for (let last = day; ; last--) {
      const time = first + (last - 1) * DAY;
      if (parts(time).month === (count % 12) + 1) return time;
    }
  }

  go(time, focus = true) {
    this.day = time;
    this.draw(focus);
  }

  key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      this.close();
      return this.button.focus();
    }
    if (!event.target.closest("td")) return;
    const ahead = RTL ? -1 : 1;
    const weekday = (new Date(this.day).getUTCDay() + 1 - texts.firstWeekday + 7) % 7;
    const to = {
      ArrowRight: () => this.day + ahead * DAY,
      ArrowLeft: () => this.day - ahead * DAY,
      ArrowDown: () => this.day + 7 * DAY,
      ArrowUp: () => this.day - 7 * DAY,
      Home: () => this.day - weekday * DAY,
      End: () => this.day + (6 - weekday) * DAY,
      PageUp: () => this.months(event.shiftKey ? -12 : -1),
      PageDown: () => this.months(event.shiftKey ? 12 : 1),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    this.go(to());
  }

  choose(time, event) {
    const { year, month, day } = parts(time);
    const two = (number) => String(number).padStart(2, "0");
    const sign = texts.calendar === "jalali" ? "/" : "-";
    this.input.value = digits([year, two(month), two(day)].join(sign), texts.zero);
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
    (event.detail ? this.button : this.input).focus(); // a finger's choice brings no keyboard up
  }
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function drawing(path) {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" })) {
    icon.setAttribute(name, value);
  }
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  icon.append(line);
  return icon;
}

function calendars() {
  for (const field of document.querySelectorAll(".range .field")) new Calendar(field);
}

calendars();
