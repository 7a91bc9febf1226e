/** A figure as a PNG: what is seen of it. Its drawings and its texts come into one SVG with the looks that they have on the page, and that is painted on the colour behind it. */

/** Of a screen with many pixels: a picture in a document is looked at closely. */
const SCALE = 2;
const MARGIN = 16;
const SVG = 'http://www.w3.org/2000/svg';
/** What style sheets say of a drawing; all else stands in its attributes. */
const LOOKS = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'paint-order', 'font-family', 'font-size', 'font-weight', 'font-variant-numeric'];
/** What is pressed, what passes, and what is only read out. */
const LEFT_OUT = 'button, [data-passing], .sr';

export async function pictureOf(figure: HTMLElement): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = figure.getBoundingClientRect();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawingOf(figure)))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil((width + 2 * MARGIN) * SCALE);
  canvas.height = Math.ceil((height + 2 * MARGIN) * SCALE);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the browser made no picture');
  return new Uint8Array(await blob.arrayBuffer());
}

function drawingOf(figure: HTMLElement): SVGSVGElement {
  const { left, top, width, height } = figure.getBoundingClientRect();
  const place = ({ x, y }: { readonly x: number; readonly y: number }) => ({ x: x - left + MARGIN, y: y - top + MARGIN });
  const drawing = element('svg', { width: width + 2 * MARGIN, height: height + 2 * MARGIN });
  drawing.append(element('rect', { width: '100%', height: '100%', fill: behind(figure) }));
  for (const svg of figure.querySelectorAll('svg')) {
    if (svg.closest(LEFT_OUT)) continue;
    const box = svg.getBoundingClientRect();
    const copy = svg.cloneNode(true) as SVGSVGElement;
    const copies = copy.querySelectorAll('*');
    for (const [i, one] of [...svg.querySelectorAll('*')].entries()) dress(one, copies[i]);
    for (const name of ['class', 'style', 'aria-label', 'role']) copy.removeAttribute(name);
    set(copy, { ...place(box), width: box.width, height: box.height, overflow: 'visible' });
    drawing.append(copy);
  }
  for (const { words, box, of } of textsOf(figure)) {
    const { x, y } = place(box);
    const text = element('text', { x, y: y + box.height / 2, 'dominant-baseline': 'central', fill: getComputedStyle(of).color });
    for (const look of LOOKS.filter((name) => name.startsWith('font'))) text.style.setProperty(look, getComputedStyle(of).getPropertyValue(look));
    text.textContent = words;
    drawing.append(text);
  }
  return drawing;
}

function dress(from: Element, to: Element | undefined): void {
  if (!(to instanceof SVGElement)) return;
  const looks = getComputedStyle(from);
  to.removeAttribute('class');
  for (const look of LOOKS) to.style.setProperty(look, looks.getPropertyValue(look));
}

/** The texts beside the drawings, line by line as they are broken. */
function* textsOf(figure: HTMLElement): Generator<{ readonly words: string; readonly box: DOMRect; readonly of: HTMLElement }> {
  const nodes = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const of = nodes.currentNode.parentElement;
    if (!(of instanceof HTMLElement) || of.closest(LEFT_OUT)) continue;
    const lines = new Map<number, { words: string; box: DOMRect }>();
    for (const word of (nodes.currentNode.textContent ?? '').matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(nodes.currentNode, word.index);
      range.setEnd(nodes.currentNode, word.index + word[0].length);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      const line = lines.get(Math.round(box.top));
      if (line) line.words += ` ${word[0]}`;
      else lines.set(Math.round(box.top), { words: word[0], box });
    }
    for (const line of lines.values()) yield { ...line, of };
  }
}

/** The colour that lies behind: of the nearest element that has one. */
function behind(of: Element): string {
  for (let element: Element | null = of; element; element = element.parentElement) {
    const { backgroundColor } = getComputedStyle(element);
    if (!/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor)) return backgroundColor;
  }
  return 'white';
}

type Attributes = Readonly<Record<string, string | number>>;

function element<Name extends keyof SVGElementTagNameMap>(name: Name, attributes: Attributes): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  return made;
}

function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
