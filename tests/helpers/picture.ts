/** The PNG that a chart of a page is saved as, looked at by the browser itself. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

export interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** As red, green and blue; the most frequent one first. */
  readonly colors: readonly string[];
}

export async function pictureOf(page: Page, heading: string): Promise<Picture> {
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: `Save as PNG: ${heading}` }).press('Enter');
  const download = await saved;
  const bytes = await readFile(await download.path());
  if (bytes.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error(`${download.suggestedFilename()} is no PNG`);
  const told = await page.evaluate(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0);
    const counts = new Map<string, number>();
    const { data } = context?.getImageData(0, 0, width, height) ?? { data: [] };
    for (let i = 0; i < data.length; i += 4) {
      const color = `${data[i]},${data[i + 1]},${data[i + 2]}`;
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    return { width, height, colors: [...counts].sort((a, b) => b[1] - a[1]).slice(0, 40).map(([color]) => color) };
  }, `data:image/png;base64,${bytes.toString('base64')}`);
  return { name: download.suggestedFilename(), ...told };
}
