// Writes src/shared/api/schema.d.ts from the server's published document. With --check: fails when the two differ.
import { execFileSync } from 'node:child_process';

const args = ['node_modules/openapi-typescript/bin/cli.js', '../api/openapi.yaml', '-o', 'src/shared/api/schema.d.ts'];
if (process.argv.includes('--check')) args.push('--check');
try {
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  console.log('schema: equal to ../api/openapi.yaml');
} catch {
  console.error('schema: differs from ../api/openapi.yaml: npm run api');
  process.exit(1);
}
