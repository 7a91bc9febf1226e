import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

const ui = (path: string) => fileURLToPath(new URL(`ui/${path}`, import.meta.url));

export default defineConfig({
  root: ui(''),
  plugins: [
    sveltekit({
      adapter: adapter({ pages: ui('build'), assets: ui('build'), fallback: '200.html' }),
      files: { src: ui('src'), assets: ui('static') },
      paths: { base: '/plugins/load-testing', relative: false },
    }),
  ],
});
