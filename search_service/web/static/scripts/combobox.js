/* An input with a list of proposals, by the ARIA pattern "editable combobox with list autocomplete":
   https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. The focus stays in the input. */

const WAIT = 70;
/* Milliseconds of silence before what was typed is asked for. */
const KEPT = 60;
/* Answers that are kept while the page is open. */

let combobox = 0;

class Combobox {
  /* load(text) promises proposals; choose(proposal) acts on one; texts has suggestions, found, kinds and zero. */
  constructor(input, list, status, { load, choose, texts }) {
    Object.assign(this, { input, list, status, load, choose, texts });
    this.options = [];
    this.active = -1;
    this.kept = new Map();
    list.id ||= `suggestions-${++combobox}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", texts.suggestions);
    list.hidden = true;
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list.id,
      autocomplete: "off",
    })) input.setAttribute(name, value);
    input.addEventListener("input", (event) => this.typed(event));
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // The list must not take the focus: the input would lose it before the click comes.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(this.options.indexOf(option));
    });
  }

  typed(event) {
    clearTimeout(this.timer);
    if (event.isComposing) return;
    const text = this.input.value.trim();
    if (text.length < 2) return this.close();
    this.timer = setTimeout(() => this.ask(text), WAIT);
  }

  async ask(text) {
    let proposals = this.kept.get(text);
    if (!proposals) {
      try {
        proposals = await this.load(text);
      } catch {
        return this.close();
      }
      if (this.kept.size >= KEPT) this.kept.delete(this.kept.keys().next().value);
      this.kept.set(text, proposals);
    }
    const focused = this.input.getRootNode().activeElement === this.input;
    if (focused && text === this.input.value.trim()) this.show(proposals);
  }

  show(proposals) {
    this.proposals = proposals;
    this.options = proposals.map((proposal, at) => this.option(proposal, at));
    this.list.replaceChildren(...this.options);
    this.list.hidden = !proposals.length;
    this.input.setAttribute("aria-expanded", String(!!proposals.length));
    this.move(-1);
    this.status.textContent = proposals.length ? this.texts.found.replace("{n}", digits(proposals.length, this.texts.zero)) : "";
  }

  option(proposal, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.setAttribute("role", "option");
    option.className = `option option-${proposal.kind}`;
    const text = document.createElement("span");
    text.className = "option-text";
    text.dir = "auto";
    text.lang = "fa";
    text.append(...marked(proposal.fragments));
    const kind = document.createElement("span");
    kind.className = "option-kind";
    kind.textContent = this.texts.kinds[proposal.kind];
    option.append(text, kind);
    return option;
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.ask(this.input.value.trim());
      const places = this.options.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.move(((this.active + 1 + step + places) % places) - 1);
    } else if (open && event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.take(this.active);
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  move(to) {
    this.options[this.active]?.removeAttribute("aria-selected");
    this.active = to;
    const option = this.options[to];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  take(at) {
    const proposal = this.proposals[at];
    this.close();
    this.choose(proposal);
  }

  close() {
    clearTimeout(this.timer);
    this.move(-1);
    this.list.hidden = true;
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
  }
}

/* Pieces of text as nodes, matched ones in <mark>: text never becomes markup. */
function marked(fragment) {
  return fragment.map(({ text, match }) => {
    if (!match) return document.createTextNode(text);
    const mark = document.createElement("mark");
    mark.textContent = text;
    return mark;
  });
}

/* A number or a text in the digits that begin with this zero. */
function digits(text, zero) {
  return String(text).replace(/[0-9]/g, (digit) => String.fromCharCode(zero.charCodeAt(0) + Number(digit)));
}
