// For development: serves dist as the C++ server does: strict headers, a fresh nonce in every page, hashed files kept, pages never kept;
// passes /api on to a running securebase. Two doors: the workbench, and the portal for phones.
//   node scripts/serve.mjs --port 4310 --api http://127.0.0.1:8080 [--portal-port 4311 --portal-api http://127.0.0.1:8081
//   --public-url https://check.example.org]
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const policy = (nonce, page) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    ...(page === 'workbench.html' ? ['media-src blob:'] : []),
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types app-sw',
    'report-uri /csp-report',
  ].join('; ');
const zipped = new Map();

function file(path, headers, response, page) {
  let name = join(dist, normalize(path));
  const known = name.startsWith(dist) && extname(name) && existsSync(name) && statSync(name).isFile();
  if (!known && extname(path)) return response.writeHead(404, headers).end();
  if (!known) name = join(dist, page);
  const kind = extname(name);
  let body = readFileSync(name);
  if (kind === '.html') {
    const nonce = randomBytes(16).toString('base64');
    body = Buffer.from(body.toString().replaceAll('__CSP_NONCE__', nonce));
    headers['Content-Security-Policy'] = policy(nonce, page);
  }
  headers['Content-Type'] = types[kind] ?? 'application/octet-stream';
  headers['Cache-Control'] = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store';
  if (kind !== '.woff2') {
    if (kind === '.html') body = gzipSync(body);
    else {
      if (!zipped.has(name)) zipped.set(name, gzipSync(body, { level: 9 }));
      body = zipped.get(name);
    }
    headers['Content-Encoding'] = 'gzip';
  }
  response.writeHead(200, headers).end(body);
}

/** One door. `reports` collects what the browser complains about; `host` is the name the server behind answers under. */
export function door({ port, api, page, host, reports = [] }) {
  const behind = new URL(api);
  const server = createServer((asked, response) => {
    const path = new URL(asked.url, 'http://here').pathname;
    if (path === '/csp-report') {
      let text = '';
      asked.on('data', (part) => {
        text += part;
      });
      asked.on('end', () => {
        reports.push(text);
        response.writeHead(204).end();
      });
      return;
    }
    const headers = {
      'Content-Security-Policy': policy(randomBytes(16).toString('base64'), page),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Frame-Options': 'DENY',
      Vary: 'Accept-Encoding',
    };
    if (!path.startsWith('/api/')) return file(path, headers, response, page);
    const name = host ? new URL(host).host : asked.headers.host;
    const passed = { ...asked.headers, host: name };
    if (passed.origin && host) passed.origin = host;
    delete passed.referer;
    const call = request(
      { host: behind.hostname, port: behind.port, method: asked.method, path: asked.url, headers: passed },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => {
          const body = Buffer.concat(parts);
          const said = { ...answer.headers, 'content-length': body.length };
          delete said['transfer-encoding'];
          response.writeHead(answer.statusCode, said).end(body);
        });
      },
    );
    call.on('error', () => response.writeHead(502, headers).end());
    asked.pipe(call);
  });
  return new Promise((ready) => server.listen(port, '127.0.0.1', () => ready(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : process.argv[at + 1];
  };
  const port = Number(option('port', '4310'));
  await door({ port, api: option('api', 'http://127.0.0.1:8080'), page: 'workbench.html' });
  console.log(`workbench  http://127.0.0.1:${port}/`);
  const portalApi = option('portal-api', '');
  if (portalApi) {
    const portalPort = Number(option('portal-port', '4311'));
    await door({ port: portalPort, api: portalApi, page: 'portal.html', host: option('public-url', undefined) });
    console.log(`portal     http://127.0.0.1:${portalPort}/`);
  }
}
