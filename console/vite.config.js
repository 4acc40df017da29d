import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const OUTPUT = join(ROOT, '../dist/console');

/** The service that the console calls while it is being developed. */
const SERVICE = process.env.EARMARK_URL ?? 'http://127.0.0.1:3000';

/** The service sends what was compressed here, so that a request costs no compression. */
const compressed = {
  name: 'compressed',
  apply: 'build',
  closeBundle() {
    for (const name of readdirSync(join(OUTPUT, 'assets'))) {
      if (!/\.(?:js|css|svg)$/.test(name)) continue;
      const path = join(OUTPUT, 'assets', name);
      const content = readFileSync(path);
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(content));
    }
  },
};

export default defineConfig({
  root: ROOT,
  base: '/console/',
  plugins: [tailwindcss(), compressed],
  resolve: { alias: { '@earmark/client': join(ROOT, '../client/src/index.ts') } },
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no data: URLs but those of images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    // `use client` in packages means something to servers that render, and nothing here. How long compressing takes is known.
    rolldownOptions: { checks: { moduleLevelDirective: false, pluginTimings: false } },
  },
  server: {
    // The service refuses changes that a page of another host asks for, so it has to see the host that the browser sees.
    proxy: Object.fromEntries(
      ['/v1', '/health', '/docs', '/problems', '/console/session'].map((path) => [
        path,
        { target: SERVICE, changeOrigin: false },
      ]),
    ),
  },
});
