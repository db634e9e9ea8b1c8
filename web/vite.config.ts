import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // The server puts a fresh nonce in place of this marker with every page.
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [react()],
  build: {
    target: ['chrome107', 'firefox104', 'safari16'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { workbench: 'workbench.html', portal: 'portal.html' } },
  },
});
