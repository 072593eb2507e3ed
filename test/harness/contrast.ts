/** Texts that are too pale to read, by WCAG 2.2, 1.4.3. Runs in the page: give it to `evaluate`. */

/** @returns each with its contrast; those that are not seen are left out */
export function paleTexts(root: Element): string[] {
  type Color = readonly [red: number, green: number, blue: number, alpha: number];
  const colorOf = (text: string): Color => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue, alpha];
  };
  const over = (top: Color, below: Color): Color => {
    const mix = (a: number, b: number): number => a * top[3] + b * (1 - top[3]);
    return [mix(top[0], below[0]), mix(top[1], below[1]), mix(top[2], below[2]), 1];
  };
  const light = ([red, green, blue]: Color): number => {
    const part = (value: number): number =>
      value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const behind = (element: Element | null): Color => {
    if (!element) return [255, 255, 255, 1];
    const own = colorOf(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const text = [...element.childNodes]
      .map((node) => (node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '').trim() : ''))
      .join('');
    if (text === '' || !element.checkVisibility() || element.closest('.spoken, option, script'))
      return [];
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const background = behind(element);
    const [a, b] = [light(over(colorOf(color), background)), light(background)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = Number.parseFloat(fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
    return contrast < (isLarge ? 3 : 4.5) ? [`${text}: ${contrast.toFixed(1)}`] : [];
  });
}
