// What the reference does beyond being read: copying, and showing in the contents where the reader is.
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.word = this.button.querySelector("span");
    this.button.addEventListener("click", () => this.copy());
  }

  async copy() {
    const source = document.getElementById(this.dataset.from);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      this.say("Copied");
    } catch {
      // No clipboard without HTTPS: the text is selected, and the person copies it.
      getSelection().selectAllChildren(source);
      this.say("Press Ctrl C");
    }
  }

  say(word) {
    clearTimeout(this.timer);
    this.word.textContent = word;
    this.button.classList.add("said");
    this.timer = setTimeout(() => {
      this.word.textContent = "Copy";
      this.button.classList.remove("said");
    }, 1600);
  }
});

customElements.define("docs-nav", class extends HTMLElement {
  connectedCallback() {
    const contents = this.querySelector("details");
    const narrow = matchMedia("(max-width: 860px)");
    const fit = () => { contents.open = !narrow.matches; };
    fit();
    narrow.addEventListener("change", fit);
    this.addEventListener("click", (event) => {
      if (narrow.matches && event.target.closest("a")) contents.open = false;
    });

    this.links = new Map([...this.querySelectorAll("a[href^='#']")].map((link) => [link.hash.slice(1), link]));
    this.seen = new Set();
    const observer = new IntersectionObserver((entries) => this.look(entries), { rootMargin: "-84px 0px -60% 0px" });
    for (const id of this.links.keys()) observer.observe(document.getElementById(id));
  }

  look(entries) {
    for (const { target, isIntersecting } of entries) this.seen[isIntersecting ? "add" : "delete"](target.id);
    const here = [...this.links.keys()].find((id) => this.seen.has(id));
    if (!here) return;
    for (const [id, link] of this.links) {
      if (id === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    const link = this.links.get(here);
    const pane = link.closest(".contents");
    const { top, bottom } = link.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    if (top < frame.top || bottom > frame.bottom) pane.scrollTop += top - frame.top - frame.height / 3;
  }
});
