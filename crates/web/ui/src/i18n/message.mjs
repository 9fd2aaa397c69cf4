// ICU messages, as far as we use them: `{name}`, and `{n, plural, one {# thing} other {# things}}` with `#` for the number and `=0` for one value.
// Plain JavaScript, because the check of the build reads messages with the same eyes as the page.

/** The parts of a message: strings, `{ name }`, `{ name, forms }`, `{ hash: true }`. Throws on what is no message. */
export function parse(text) {
  let at = 0;
  const fail = (what) => { throw new Error(`${what} at ${at} of \`${text}\``); };
  const space = () => { while (/\s/.test(text[at] ?? "")) at += 1; };
  const word = () => { const found = /^[=\w]+/.exec(text.slice(at))?.[0] ?? fail("a name is missing"); at += found.length; return found; };
  const eat = (sign) => { if (text[at] !== sign) fail(`\`${sign}\` is missing`); at += 1; };

  function place() {
    eat("{"); space();
    const name = word(); space();
    if (text[at] === "}") { at += 1; return { name }; }
    eat(","); space();
    if (word() !== "plural") fail("only plurals are known");
    space(); eat(","); space();
    const forms = {};
    while (text[at] !== "}") {
      if (at >= text.length) fail("`}` is missing");
      const form = word(); space();
      eat("{"); forms[form] = parts(true); eat("}"); space();
    }
    at += 1;
    return { name, forms };
  }

  function parts(inside) {
    const found = [];
    let plain = "";
    const flush = () => { if (plain) found.push(plain); plain = ""; };
    while (at < text.length && text[at] !== "}") {
      if (text[at] === "{") { flush(); found.push(place()); }
      else if (inside && text[at] === "#") { flush(); found.push({ hash: true }); at += 1; }
      else { plain += text[at]; at += 1; }
    }
    flush();
    return found;
  }

  const whole = parts(false);
  if (at < text.length) fail("`}` without `{`");
  return whole;
}

/** The arguments of a message by name, sorted: `number` where a plural depends on it, else `text`. */
export function argumentsOf(parts) {
  const found = {};
  const visit = (all) => {
    for (const part of all) {
      if (typeof part === "string" || part.hash) continue;
      if (part.forms) { found[part.name] = "number"; Object.values(part.forms).forEach(visit); }
      else found[part.name] ??= "text";
    }
  };
  visit(parts);
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
