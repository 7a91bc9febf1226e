import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** Absolute: SvelteKit resolves some paths from the root below and some from the folder that it was started in. */
const ui = (path: string) => fileURLToPath(new URL(`ui/${path}`, import.meta.url));

/** Baked into the build: where the server mounts the panel. */
const base = '/plugins/load-testing';

/** Of a build beside the one that is there (`plugin/panel.ts`). A variable, because SvelteKit's own workers read this file once more. */
const fresh = process.env['PANEL_BUILD_FOLDER'];
const folder = fresh ? `${fresh}/panel` : ui('build');

export default defineConfig({
  root: ui(''),
  plugins: [
    sveltekit({
      // One page answers every address (`ssr = false` in the root layout); the server falls back to it.
      adapter: adapter({ pages: folder, assets: folder, fallback: '200.html', precompress: true }),
      files: { src: ui('src'), assets: ui('static') },
      // What is made on the way there: two builds at once have two of each.
      outDir: fresh ? `${fresh}/work` : ui('.svelte-kit'),
      paths: { base, relative: false },
    }),
  ],
  // `npx vite dev` beside `npm start`: the panel from source, everything else from the server.
  server: { proxy: { [`${base}/graphql`]: { target: 'http://127.0.0.1:4800', ws: true } } },
});
