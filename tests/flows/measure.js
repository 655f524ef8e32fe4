/* What a page looks like to a person: read in the browser by the tests, one object per question. */
(() => {
  "use strict";
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && style.opacity !== "0" &&
      style.clipPath !== "inset(50%)" && element.checkVisibility();
  };
  const name = (element) => {
    const classes = [...element.classList].slice(0, 3).map((one) => "." + one).join("");
    return element.tagName.toLowerCase() + (element.id ? "#" + element.id : "") + classes;
  };

  /* Colours: computed ones are rgb() or color(); a canvas turns any of them into four bytes. */
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const bytes = (colour) => {
    if (!known.has(colour)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      known.set(colour, [...brush.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  };
  const over = (front, back) => {
    const alpha = front[3] / 255;
    return [0, 1, 2].map((i) => front[i] * alpha + back[i] * (1 - alpha));
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = bytes(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) { layers.push(colour); }
      if (colour[3] === 255) { break; }
    }
    return layers.reduceRight((back, front) => over(front, back), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };

  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.textContent.trim();
      const element = walker.currentNode.parentElement;
      if (!text || element.closest("script, style, template, noscript")) { continue; }
      if (element.tagName === "OPTION" || shown(element)) { found.push([element, text]); }
    }
    return found;
  };

  return {
    overflow: () => {
      const wide = document.documentElement.scrollWidth - window.innerWidth;
      if (wide <= 0) { return []; }
      const scrolls = (element) => {
        for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
          if (getComputedStyle(at).overflowX !== "visible") { return true; }
        }
        return false;
      };
      const guilty = [...document.body.querySelectorAll("*")]
        .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 0.5 && !scrolls(one));
      return [`${wide} px too wide: ` + guilty.slice(0, 4).map(name).join(", ")];
    },
    cut: () => texts().filter(([element]) => {
      const style = getComputedStyle(element);
      const hides = style.overflowX === "hidden" || style.overflowX === "clip";
      return hides && style.textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + 1;
    }).map(([element, text]) => `${name(element)} cuts 「${text.slice(0, 40)}」`),
    pale: () => {
      const found = new Set();
      for (const [element, text] of texts()) {
        if (element.closest("[disabled], [aria-disabled=true], svg, option, select:disabled")) { continue; }
        const style = getComputedStyle(element);
        const back = ground(element);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const least = large ? 3 : 4.5;
        const got = ratio(over(bytes(style.color), back), back);
        if (got < least - 0.005) { found.add(`${name(element)} ${got.toFixed(2)}:1 「${text.slice(0, 30)}」`); }
      }
      return [...found];
    },
    small: () => [...new Set(texts()
      .filter(([element]) => parseFloat(getComputedStyle(element).fontSize) < 12 && !element.closest("svg"))
      .map(([element, text]) => `${name(element)} ${getComputedStyle(element).fontSize} 「${text.slice(0, 30)}」`))],
    words: () => {
      const found = texts().map(([element, text]) => [element, text]);
      for (const element of document.body.querySelectorAll("[aria-label], [placeholder], [title], [alt], [data-word-copied]")) {
        for (const attribute of ["aria-label", "placeholder", "title", "alt", "data-word-copied", "data-word-failed"]) {
          const value = element.getAttribute(attribute);
          if (value) { found.push([element, value]); }
        }
      }
      return [["title", document.title, false]].concat(
        found.map(([element, text]) => [name(element), text, Boolean(element.closest(".hj-mono, code, kbd"))]));
    },
    nameless: () => [...document.body.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, [role=img]")]
      .filter(shown)
      .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.title ||
        one.getAttribute("aria-labelledby") || (one.labels && one.labels.length)))
      .map((one) => name(one)),
    doubled: () => {
      const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
      return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
    },
  };
})()
