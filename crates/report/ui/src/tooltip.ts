// A small box beside the pointer. Its text comes from data and is set as text, never as markup.

const gap = 14;

/** The handler that Vega calls with the value of the mark under the pointer, or nothing. */
export function tooltip(_handler: unknown, event: MouseEvent, _item: unknown, value: unknown): void {
  const box = document.getElementById("tooltip") ?? makeBox();
  if (value === null || typeof value !== "object") {
    box.hidden = true;
    return;
  }
  box.replaceChildren(
    ...Object.entries(value).map(([title, text]) => {
      const row = document.createElement("div");
      const name = document.createElement("span");
      const cell = document.createElement("bdi");
      name.textContent = title;
      cell.textContent = String(text);
      row.append(name, " ", cell);
      return row;
    }),
  );
  box.hidden = false;
  const right = event.clientX + gap + box.offsetWidth < window.innerWidth;
  const below = event.clientY + gap + box.offsetHeight < window.innerHeight;
  box.style.left = `${Math.max(4, right ? event.clientX + gap : event.clientX - gap - box.offsetWidth)}px`;
  box.style.top = `${Math.max(4, below ? event.clientY + gap : event.clientY - gap - box.offsetHeight)}px`;
}

function makeBox(): HTMLElement {
  const box = document.createElement("div");
  box.id = "tooltip";
  box.setAttribute("aria-hidden", "true");
  document.body.append(box);
  return box;
}
