import preact from '@preact/preset-vite';
import license from 'rollup-plugin-license';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const out = fileURLToPath(new URL('../audiosvc/web', import.meta.url));

export default defineConfig({
  plugins: [
    preact(),
    license({ thirdParty: { output: { file: `${out}/assets/licences.txt` } } }),
  ],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined: the policy of the page allows no data: scripts, and files are cached.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': { target: 'http://127.0.0.1:8080', ws: true } } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] },
});
