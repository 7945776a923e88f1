/* <news-search>: the search box with suggestions and results on any page.
   Attributes: lang (fa, en), size (1 to 20), category. Styles neither come in nor go out;
   the variables --news-search-accent, -ink, -paper, -mark and -radius set its looks.
   WORDS, language by language, stand before this file where it is served. */

const HOME = new URL(document.currentScript.src).origin;

const STYLE = `
  :host {
    --accent: var(--news-search-accent, #0b6468);
    --ink: var(--news-search-ink, #1b2223);
    --paper: var(--news-search-paper, #ffffff);
    --mark: var(--news-search-mark, #ffe59a);
    --radius: var(--news-search-radius, 0.75rem);
    --soft: color-mix(in srgb, var(--ink) 72%, var(--paper));
    --line: color-mix(in srgb, var(--ink) 18%, var(--paper));
    --strong: color-mix(in srgb, var(--ink) 55%, var(--paper));
    display: block;
    container-type: inline-size;
    color: var(--ink);
    font-family: inherit;
    font-size: 1rem;
    line-height: 1.9;
    text-align: start;
  }
  :host([hidden]), [hidden] { display: none !important; }
  * { box-sizing: border-box; }
  h3, p, ul, ol { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  a { color: var(--accent); text-underline-offset: 0.35em; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  form { position: relative; display: flex; height: 3.25rem; border: 1.5px solid var(--strong); border-radius: var(--radius); background: var(--paper); }
  form:focus-within { border-color: var(--accent); }
  input { flex: 1; min-width: 0; padding: 0 1rem; border: 0; border-radius: var(--radius); background: none; color: inherit; font: inherit; }
  input::placeholder { color: var(--soft); opacity: 1; }
  button { min-width: 2.75rem; margin: 0.25rem; padding: 0 1.1rem; border: 0; border-radius: calc(var(--radius) - 0.25rem); background: var(--accent); color: var(--paper); font: inherit; font-weight: 600; cursor: pointer; }
  .suggestions { position: absolute; z-index: 5; inset-block-start: calc(100% + 0.4rem); inset-inline: 0; max-height: 22rem; overflow: auto; padding: 0.4rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper); box-shadow: 0 10px 30px rgb(0 0 0 / 18%); }
  .option { display: flex; align-items: center; gap: 1rem; min-height: 2.75rem; padding-inline: 0.75rem; border-radius: calc(var(--radius) - 0.25rem); cursor: pointer; }
  .option:hover, .option[aria-selected] { background: color-mix(in srgb, var(--accent) 14%, var(--paper)); }
  .option-text { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .option-kind { color: var(--soft); font-size: 0.8rem; }
  .status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .told { padding-block: 0.6rem 0.2rem; color: var(--soft); font-size: 0.9rem; }
  .hit { padding-block: 0.8rem; border-block-end: 1px solid var(--line); }
  .hit h3 { font-size: 1.05rem; line-height: 1.75; }
  .hit h3 a { color: var(--ink); text-decoration: none; }
  .hit h3 a:hover { color: var(--accent); text-decoration: underline; }
  .snippet { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3; }
  .meta { color: var(--soft); font-size: 0.85rem; }
  .meta span + span::before { content: " · "; }
  .all { display: inline-flex; align-items: center; min-height: 2.75rem; font-weight: 600; }
  mark { background: linear-gradient(transparent 10%, var(--mark) 10% 90%, transparent 90%); color: inherit; }
  .option mark { background: none; color: var(--accent); }
`;

class NewsSearch extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const lang = WORDS[this.getAttribute("lang")] ? this.getAttribute("lang") : Object.keys(WORDS)[0];
    this.words = WORDS[lang];
    this.lang_ = lang === Object.keys(WORDS)[0] ? {} : { lang };
    this.size = Math.min(20, Math.max(1, parseInt(this.getAttribute("size"), 10) || 5));
    this.category = this.getAttribute("category") ?? "";
    const root = this.attachShadow({ mode: "open" });
    // A sheet made by a script needs no 'unsafe-inline' in the policy of the page.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.form = make("form", { role: "search", dir: this.words.direction });
    this.form.setAttribute("aria-label", this.getAttribute("name") ?? this.words.label);
    this.input = make("input", { type: "search", placeholder: this.words.placeholder, maxLength: 512, spellcheck: false });
    this.input.setAttribute("aria-label", this.words.label);
    const button = make("button", { type: "submit", textContent: this.words.search });
    const list = make("ul", { className: "suggestions" });
    const status = make("p", { className: "status" });
    status.setAttribute("role", "status");
    this.results = make("div", { dir: this.words.direction, hidden: true });
    this.form.append(this.input, button, list, status);
    root.append(this.form, this.results);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.search(this.input.value.trim());
    });
    new Combobox(this.input, list, status, {
      texts: this.words,
      load: async (q) => (await ask("suggest", { q, ...this.lang_ })).suggestions,
      choose: (proposal) => {
        if (proposal.kind === "title") return location.assign(new URL(proposal.href, HOME));
        this.input.value = proposal.query ?? "";
        this.search(this.input.value, proposal.value);
      },
    });
  }

  async search(q, category = this.category) {
    const mine = (this.asked = (this.asked ?? 0) + 1);
    const query = { q, ...(category && { category }) };
    try {
      const answer = await ask("search", { ...query, size: this.size, facets: "," });
      if (mine === this.asked) this.show(answer, new URL(`/?${new URLSearchParams({ ...query, ...this.lang_ })}`, HOME));
    } catch {
      this.told(this.words.failed);
    }
  }

  show(answer, all) {
    const { words } = this;
    this.told(answer.total ? words.total.replace("{n}", digits(answer.total, words.zero)) : words.none);
    for (const step of answer.applied) {
      if (step.from === step.to) continue;
      this.results.append(make("p", { className: "told", textContent: words.corrected.replace("{from}", () => step.from).replace("{to}", () => step.to) }));
    }
    const list = make("ol");
    list.append(...answer.hits.map((hit) => this.hit(hit)));
    this.results.append(list);
    if (answer.total > answer.hits.length) this.results.append(make("a", { className: "all", href: all, textContent: words.all }));
  }

  told(text) {
    const line = make("p", { className: "told", textContent: text });
    line.setAttribute("role", "status");
    this.results.replaceChildren(line);
    this.results.hidden = false;
  }

  hit(hit) {
    const item = make("li", { className: "hit", dir: "auto", lang: "fa" });
    const title = make("h3");
    const outside = /^https?:/.test(hit.url ?? "");
    const link = make("a", { href: outside ? hit.url : `${HOME}/article/${encodeURIComponent(hit.id)}` });
    link.append(...marked(hit.fragments.title));
    title.append(link);
    item.append(title);
    if (hit.fragments.body.length) {
      const snippet = make("p", { className: "snippet" });
      snippet.append(...marked(hit.fragments.body[0]));
      item.append(snippet);
    }
    const meta = make("p", { className: "meta" });
    const date = this.words.calendar === "jalali" ? hit.published_jalali?.text : hit.published?.slice(0, 10);
    for (const text of [hit.source, date]) if (text) meta.append(make("span", { textContent: text }));
    item.append(meta);
    return item;
  }
}

function make(name, properties = {}) {
  const made = document.createElement(name);
  const { role, ...rest } = properties;
  if (role) made.setAttribute("role", role);
  return Object.assign(made, rest);
}

async function ask(what, query) {
  const answer = await fetch(`${HOME}/api/v1/${what}?${new URLSearchParams(query)}`);
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

if (!customElements.get("news-search")) customElements.define("news-search", NewsSearch);
