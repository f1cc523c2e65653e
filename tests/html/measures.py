"""Measures taken inside the page."""

CONTRAST = """
(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b]
    .map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const found = rgba(getComputedStyle(e).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  const ratio = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const bad = [];
  for (const element of document.querySelectorAll('body *')) {
    for (const pseudo of [null, '::before', '::after']) {
      const style = getComputedStyle(element, pseudo);
      const text = pseudo
        ? /[A-Za-z]/.test(style.content) && style.content !== 'none' && style.content !== 'normal'
        : [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      if (!text || !element.getClientRects().length) continue;
      const own = pseudo ? rgba(style.backgroundColor) : [0, 0, 0, 0];
      const found = ratio(rgba(style.color), own[3] === 255 ? own : behind(element));
      const name = `${element.className || element.tagName}${pseudo ?? ''}`;
      if (found < 4.5) bad.push(`${name} ${found.toFixed(2)}`);
    }
  }
  return [...new Set(bad)];
})()
"""
"""Every text, those of ::before and ::after too, that has less than 4.5 to 1."""

DIFFERENCE = """
async ([one, other]) => {
  const small = async (bytes) => {
    const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: 'image/png'}));
    const canvas = new OffscreenCanvas(Math.ceil(image.width / 12), Math.ceil(image.height / 12));
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  };
  const [a, b] = [await small(one), await small(other)];
  if (a.width !== b.width || a.height !== b.height) return 1;
  let far = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    const apart = [0, 1, 2].map((c) => Math.abs(a.data[i + c] - b.data[i + c]));
    far += Math.max(...apart) > 24;
  }
  return far / (a.data.length / 4);
}
"""
"""The share of a picture that differs from another, seen from afar: in squares of 12 pixels."""
