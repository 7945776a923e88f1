/* The search box of the page: suggestions, a button that empties it, and "/" to come to it. */

const texts = JSON.parse(document.body.dataset.texts);

function searchBox() {
  const form = document.querySelector("form.search");
  const input = form.querySelector("#q");
  const list = document.createElement("ul");
  list.className = "suggestions";
  const status = document.createElement("p");
  status.className = "hidden";
  status.setAttribute("role", "status");
  form.append(list, status);
  const lang = document.body.dataset.lang;
  new Combobox(input, list, status, {
    texts,
    async load(text) {
      const query = new URLSearchParams({ q: text, ...(lang && { lang }) });
      const answer = await fetch(`/api/v1/suggest?${query}`);
      return answer.ok ? (await answer.json()).suggestions : [];
    },
    choose(proposal) {
      if (proposal.kind !== "word") return location.assign(proposal.href);
      input.value = proposal.query;
      form.requestSubmit();
    },
  });
}

searchBox();

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  document.getElementById("q").select();
});
