/** The stand-in host and a page of Chromium that looks at it; whatever the page complains about is kept. */
import { chromium as playwright, type Page } from 'playwright-core';
import { chromium } from './places.ts';
import { type Standalone, startStandalone } from './standalone.ts';

export interface WatchedPage extends AsyncDisposable {
  readonly host: Standalone;
  readonly page: Page;
  /** Errors of scripts, of the console, and answers of 400 and above. */
  readonly trouble: string[];
}

/** @param more environment of the stand-in host */
export async function watchedPage(more: Readonly<Record<string, string>> = {}): Promise<WatchedPage> {
  const host = await startStandalone(more);
  const browser = await playwright.launch({ executablePath: chromium ?? '', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--no-first-run'] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
  page.on('response', (response) => response.status() >= 400 && trouble.push(`${response.status()} ${response.url()}`));
  return {
    host,
    page,
    trouble,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await host[Symbol.asyncDispose]();
    },
  };
}
