import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The portal loads what is no sheet when it is asked for, without Vite's preloading, which would be more bytes for each phone. */
const plainAside: Plugin = {
  name: 'plain-aside',
  apply: 'build',
  transform(code, id) {
    if (!/\/src\/portal\/\w+\.tsx$/.test(id)) return null;
    return code.replace(/import\(['"]\.\/(aside\/\w+)['"]\)/g, (_, name: string) => {
      const file = fileURLToPath(new URL(`./src/portal/${name}.tsx`, import.meta.url));
      return `import(import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'chunk', id: file, preserveSignature: 'strict' })})`;
    });
  },
};

export default defineConfig({
  // The server puts a fresh nonce in place of this marker with every page.
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [react(), plainAside],
  build: {
    target: ['chrome107', 'firefox104', 'safari16'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { workbench: 'workbench.html', portal: 'portal.html' } },
  },
});
